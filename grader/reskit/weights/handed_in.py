"""A model file that a learner hands in beside the notebook, and what it earns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from reskit.manifest import ModelFileRule
from reskit.network.operation import Network
from reskit.report import ModelFileResult
from reskit.weights.evaluating import LabelledImages, predicted
from reskit.weights.evaluation import evaluated
from reskit.weights.fit import fit
from reskit.weights.forward import NotRunnableError
from reskit.weights.model_file import read_model_file
from reskit.weights.opened import UnreadableFileError
from reskit.weights.problems import UnfitError


def judged_model_file(
    rule: ModelFileRule,
    folder: Path,
    reference: Network,
    data: Callable[[], LabelledImages],
) -> ModelFileResult:
    """Return what the model file in a submission's `folder` earns.

    The file is read shut away, the network is run from plain arrays, and the labels are compared
    with what it says in the end: neither images nor labels are ever near the file. `data` is
    asked for only when there is a network to evaluate. Nothing in the file makes this raise.
    """
    path = folder / rule.name
    if not path.is_symlink() and not path.exists():
        return _result(rule, cause=f"There is no file {rule.name} beside the notebook.")
    try:
        fitted = fit(read_model_file(path, follow=False), reference)
        found = data()
        chances = predicted(fitted, found.images)
        if fitted.classes < len(found.classes):
            raise UnfitError(
                f"The network tells {fitted.classes} classes apart; there are {len(found.classes)}."
            )
    except (UnreadableFileError, UnfitError, NotRunnableError) as error:
        return _result(rule, cause=f"{rule.name}: {error}")
    came_to = evaluated(chances, found.labels, found.classes)
    return _result(rule, accuracy=came_to.accuracy, loss=came_to.loss)


def _result(
    rule: ModelFileRule,
    cause: str | None = None,
    accuracy: float | None = None,
    loss: float | None = None,
) -> ModelFileResult:
    enough = accuracy is not None and accuracy >= rule.accuracy
    status = "not_run" if accuracy is None else "passed" if enough else "failed"
    return ModelFileResult(
        name=rule.name,
        status=status,
        score=rule.points if enough else 0,
        max_score=rule.points,
        threshold=rule.accuracy,
        accuracy=None if accuracy is None else round(accuracy, 4),
        loss=None if loss is None else round(loss, 3),
        cause=cause,
    )
