"""What of grading has to do with weights: nothing, unless the manifest asks for it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from reskit.course import Course
from reskit.evidence import Evidence
from reskit.manifest import Assignment, Exercise, ManifestError
from reskit.network.operation import Network
from reskit.report import ModelFileResult, PretrainedResult
from reskit.weights.evaluating import LabelledImages, evaluate, read_labelled_images
from reskit.weights.evaluation import Evaluation
from reskit.weights.fit import Fitted, fit
from reskit.weights.handed_in import judged_model_file
from reskit.weights.in_networks import pretrained_in
from reskit.weights.model_file import read_model_file
from reskit.weights.opened import UnreadableFileError
from reskit.weights.problems import UnfitError
from reskit.weights.reference import own_test_set, reference_network


def network_built(exercise: Exercise, evidence: Evidence) -> Network | None:
    """Return the network that a function gave back when it was first called, None without one."""
    for call in exercise.calls:
        found = evidence.calls.get(call.name)
        if found is not None and found.returned == "model":
            return found.network
    return None


class WeightsGrading:
    """Evaluates model files, and the pre-trained weights in learners' networks.

    What both need is read when it is first asked for, and once.
    """

    def __init__(self, course: Course, assignment: Assignment) -> None:
        self._course, self._assignment = course, assignment

    def model_file(self, submission: Path) -> ModelFileResult | None:
        """Return what the model file beside a notebook earns; None where none is asked for."""
        rule = self._assignment.model_file
        if rule is None:
            return None
        return judged_model_file(rule, submission.parent, self._reference, lambda: self._data)

    def pretrained(self, network: Network | None) -> PretrainedResult | None:
        """Return what the pre-trained weights come to in a learner's ResNet50.

        None where this is not asked for.
        """
        if self._assignment.pretrained is None:
            return None
        fitted, expected = self._pretrained
        return pretrained_in(network, fitted, expected, self._data)

    @cached_property
    def _reference(self) -> Network:
        return reference_network(self._course)

    @cached_property
    def _data(self) -> LabelledImages:
        path = own_test_set(self._course)
        try:
            return read_labelled_images(path)
        except UnreadableFileError as error:
            raise ManifestError(f"{path}: {error}") from error

    @cached_property
    def _pretrained(self) -> tuple[Fitted, Evaluation]:
        rule = self._assignment.pretrained
        assert rule is not None
        path = self._course.solution / rule.weights
        try:
            fitted = fit(read_model_file(path), self._reference)
            return fitted, evaluate(fitted, self._data)
        except (UnreadableFileError, UnfitError) as error:
            raise ManifestError(f"{path}: {error}") from error
