"""The pre-trained weights in a network that a learner built: do they work there as they should."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reskit.network.block_layers import is_usual_call, layers_of_block
from reskit.network.operation import BLOCK_KINDS, Network, Operation
from reskit.report import PretrainedResult
from reskit.weights.architecture import (
    partners,
    settled,
    signatures,
    surroundings,
    weight_shapes,
)
from reskit.weights.evaluating import LabelledImages, predicted
from reskit.weights.evaluation import Evaluation, evaluated
from reskit.weights.fit import Fitted
from reskit.weights.forward import NotRunnableError
from reskit.weights.problems import UnfitError

SAME_LOSS = 1e-3  # float32 sums in another order differ by 1e-5 in the loss

Weights = dict[int, Mapping[str, Any]]


def pretrained_in(
    network: Network | None, fitted: Fitted, expected: Evaluation, data: LabelledImages
) -> PretrainedResult:
    """Return what the pre-trained weights come to in a learner's ResNet50.

    `fitted` is the reference with these weights, `expected` what it comes to on `data`. Blocks
    that the network calls count as right: they have exercises of their own.
    """
    whole = None if network is None else all_layers(network)
    if whole is None or len(whole.outputs) != 1:
        return _result(None, None, expected, "There is no network to set the weights into.")
    if partners(fitted.network, whole) is not None:
        return _result("graph", expected, expected, "")
    owners = Counter(each.layer for each in whole.operations if each.parameters)
    if max(owners.values(), default=0) > 1:
        return _result(
            None, None, expected, "A layer in it is used twice, with one set of weights."
        )
    weights, missing = _set_by_shape(whole, fitted)
    if missing:
        return _result(None, None, expected, f"The pre-trained weights do not fit in: {missing}")
    try:
        chances = predicted(replace(fitted, network=whole, weights=weights), data.images)
    except (NotRunnableError, UnfitError) as error:
        return _result(None, None, expected, f"It cannot be computed with them: {error}")
    if chances.ndim != 2 or chances.shape[1] != len(expected.classes):
        return _result(None, None, expected, f"It gives back {chances.shape[1:]} for each image.")
    return _result("numbers", evaluated(chances, data.labels, data.classes), expected, "")


def all_layers(network: Network) -> Network | None:
    """Return a network with each call of a block as its layers; None where one cannot be told."""
    made: list[Operation] = []
    place: dict[int, int] = {}
    layers = 1 + max((operation.layer for operation in network.operations), default=0)
    for position, operation in enumerate(network.operations):
        sources = tuple(place[source] for source in operation.inputs)
        if operation.kind not in BLOCK_KINDS:
            made.append(replace(settled(operation), inputs=sources))
        elif not is_usual_call(operation) or len(sources) != 1:
            return None
        else:
            start = len(made) - 1
            inside = layers_of_block(operation, made[sources[0]].shape).operations[1:]
            for layer in inside:
                own = tuple(start + source if source else sources[0] for source in layer.inputs)
                made.append(replace(settled(layer), inputs=own, layer=layers + len(made)))
        place[position] = len(made) - 1
    return Network(tuple(made), tuple(place[output] for output in network.outputs))


def _set_by_shape(network: Network, fitted: Fitted) -> tuple[Weights, str]:
    """Return the weights for each layer of a network, and which layer there are none for.

    A layer that is the reference's all the way back, or all the way on, has the reference's
    weights; the others have those that are left, kind by kind and in order, where the shapes agree.
    """
    left = dict(fitted.weights)
    weights: Weights = {}
    for texts in (signatures, surroundings):
        known: dict[str, list[int]] = {}
        for place, text in texts(fitted.network).items():
            known.setdefault(text, []).append(place)
        for place, text in texts(network).items():
            alike = known.get(text, [])
            if place in weights or len(alike) != 1 or alike[0] not in left:
                continue
            if _fits(network, place, left[alike[0]]):
                weights[place] = left.pop(alike[0])
    for place in sorted(network.used()):
        shapes = weight_shapes(network, place)
        if place in weights or not shapes:
            continue
        kind = network.operations[place].kind
        found = next(
            (
                there
                for there in sorted(left)
                if fitted.network.operations[there].kind == kind
                and _fits(network, place, left[there])
            ),
            None,
        )
        if found is None:
            told = ", ".join(f"{name} {'×'.join(map(str, s))}" for name, s in shapes.items())
            return weights, f"nothing is left for a {kind} ({told})."
        weights[place] = left.pop(found)
    if left:
        return weights, f"{len(left)} layers of the reference have no place."
    return weights, ""


def _fits(network: Network, place: int, weights: Mapping[str, Any]) -> bool:
    """Return whether a layer takes weights of these names and shapes."""
    shapes = {name: values.shape for name, values in weights.items()}
    return shapes == weight_shapes(network, place)


def _result(
    how: str | None, found: Evaluation | None, expected: Evaluation, why: str
) -> PretrainedResult:
    same = None
    if found is not None:
        same = found.right == expected.right and abs(found.loss - expected.loss) <= SAME_LOSS
    return PretrainedResult(
        how=how,
        same=same,
        accuracy=None if found is None else round(found.accuracy, 4),
        loss=None if found is None else _rounded(found.loss),
        expected_accuracy=round(expected.accuracy, 4),
        expected_loss=_rounded(expected.loss),
        message=why or _sentence(how, same, found, expected),
    )


def _rounded(loss: float) -> float:
    """Return a loss as a report holds it: the same on every machine."""
    return round(loss, 3)


def _sentence(
    how: str | None, same: bool | None, found: Evaluation | None, expected: Evaluation
) -> str:
    if found is None:
        return ""
    told = (
        f"With the pre-trained weights this network tells {found.right} of {found.images} test "
        f"images right (loss {found.loss:.3f})"
    )
    if how == "graph":
        return f"{told}, as the reference does: this follows from the graphs, which are equal."
    if same:
        return f"{told}, as the reference does: this was computed."
    return f"{told}; the reference tells {expected.right} right (loss {expected.loss:.3f})."
