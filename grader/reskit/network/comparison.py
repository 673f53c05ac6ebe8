"""Compare what a learner built with the reference: proven equal, or the smallest edit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from reskit.network.alignment import Pairing, attribute_differences
from reskit.network.difference import Difference
from reskit.network.edits import smallest_edit
from reskit.network.inline import blocks_recognised
from reskit.network.normal_form import WEIGHTED_SETTINGS, Network
from reskit.network.numbers import NotComputableError, compute, varied_weights
from reskit.network.roles import BLOCK_KINDS, name_roles
from reskit.network.wording import worded


@dataclass(frozen=True)
class Comparison:
    """What the comparison of two networks came to."""

    proof: str | None  # "graph" or "numbers" where the networks are equal, None where not
    differences: tuple[Difference, ...] = ()
    matched: frozenset[str] = frozenset()  # the roles that the learner's network has

    @property
    def equal(self) -> bool:
        """Return whether the learner's network computes what the reference computes."""
        return self.proof is not None


def compare(
    reference: Network, learner: Network, *, built: bool = True, judge_initializer: bool = True
) -> Comparison:
    """Return whether the two networks are the same, and the smallest edit where they are not.

    `built` is False when the learner's function raised: `learner` then holds what there was.
    """
    roles = name_roles(reference)
    if any(operation.kind in BLOCK_KINDS for operation in reference.operations):
        learner = blocks_recognised(learner)
    pairing = Pairing(reference, learner, judge_initializer)
    if built and _identical(pairing):
        return Comparison("graph", matched=frozenset(roles.values()))
    if built and _same_numbers(pairing):
        return Comparison("numbers", matched=frozenset(roles.values()))
    edit = smallest_edit(pairing, roles, built)
    found = list(edit.differences)
    if built and edit.matched <= {"input"}:
        found = [Difference("value", None, "returned", "the result of its layers", "its own input")]
    if built and not found:
        found = [
            Difference("shape", None, "shape", _result_shape(reference), _result_shape(learner))
        ]
    return Comparison(None, tuple(worded(difference) for difference in found), edit.matched)


RETURNED = {"NoneType": "None", "model": "a Model", "tensor": "a tensor"}


def wrong_return(wanted: str, returned: str, outputs: int) -> Difference | None:
    """Return the difference where a function gives back something else than it should.

    `wanted` is "tensor" for a block and "model" for a network, which have one output.
    """
    if returned == wanted and outputs == 1:
        return None
    received = RETURNED.get(returned, f"a value of type {returned}")
    if returned == wanted:
        received = f"{received} with {outputs} outputs"
    return worded(Difference("value", None, "returned", RETURNED[wanted], received))


SAME_NUMBERS = 1e-6  # relative; float64 sums in another order differ by about 1e-14


def _same_numbers(pairing: Pairing) -> bool:
    """Return whether both networks compute the same from the same weights, in both modes."""
    reference, learner = pairing.reference, pairing.learner
    weighted = [
        _untold_by_numbers(network, pairing.judge_initializer) for network in (reference, learner)
    ]
    if weighted[0] != weighted[1]:
        return False
    image = _image(reference)
    try:
        for training in (False, True):
            expected = compute(reference, image, varied_weights(), training=training)
            received = compute(learner, image, varied_weights(), training=training)
            if expected.shape != received.shape:
                return False
            if np.abs(expected - received).max() > SAME_NUMBERS * np.abs(expected).max():
                return False
    except NotComputableError:
        return False
    return True


def _untold_by_numbers(network: Network, judge_initializer: bool) -> Counter[str]:
    """Count the layers with weights by what their numbers do not show: how they start and train."""
    found = []
    for position in network.used():
        operation = network.operations[position]
        if operation.kind in WEIGHTED_SETTINGS:
            told = {
                name: value
                for name, value in operation.settings.items()
                if name.endswith(("_initializer", "_regularizer", "_constraint"))
                or name in ("trainable", "training")
            }
            if not judge_initializer:
                told.pop("kernel_initializer", None)
            found.append(f"{operation.kind} {operation.parameters} {sorted(told.items())}")
        elif operation.kind == "Input":
            found.append(f"Input {operation.settings}")
    return Counter(found)


def _image(network: Network) -> Any:
    """Return three images of the network's input shape, positive and negative values."""
    shape = tuple(size or 1 for size in (network.operations[0].shape or ())[1:])
    count = 3 * int(np.prod(shape))
    return (np.sin(np.arange(count) * 0.7) + 0.3).reshape(3, *shape)


def _result_shape(network: Network) -> list[int | None]:
    """Return the shape of the result, without the batch axis."""
    if not network.outputs:
        return []
    return list((network.operations[network.outputs[0]].shape or ())[1:])


def _identical(pairing: Pairing) -> bool:
    """Return whether the two graphs are equal, walking back from the results together."""
    reference, learner = pairing.reference, pairing.learner
    if len(reference.outputs) != len(learner.outputs):
        return False
    partner: dict[int, int] = {}
    layers: dict[int, int] = {}
    stack = list(zip(reference.outputs, learner.outputs, strict=True))
    while stack:
        here, there = stack.pop()
        if here in partner:
            if partner[here] != there:
                return False
            continue
        wanted, own = reference.operations[here], learner.operations[there]
        if attribute_differences(wanted, own, pairing.judge_initializer):
            return False
        if len(wanted.inputs) != len(own.inputs) or wanted.shape != own.shape:
            return False
        if own.parameters and layers.setdefault(own.layer, here) != here:
            return False
        partner[here] = there
        stack.extend(_paired_inputs(pairing, wanted.inputs, own.inputs))
    return len(set(partner.values())) == len(partner)


def _paired_inputs(
    pairing: Pairing, wanted: tuple[int, ...], own: tuple[int, ...]
) -> list[tuple[int, int]]:
    """Pair the inputs of an addition by what they are, whatever their order."""
    if len(wanted) == 2:
        straight, crossed = zip(wanted, own, strict=True), zip(wanted, own[::-1], strict=True)
        return list(
            straight
            if _distance(pairing, wanted, own) <= _distance(pairing, wanted, own[::-1])
            else crossed
        )
    return list(zip(wanted, own, strict=True))


def _distance(pairing: Pairing, wanted: tuple[int, ...], own: tuple[int, ...]) -> int:
    """Return how unlike two lists of inputs are, a few operations back."""
    total = 0
    level = list(zip(wanted, own, strict=True))
    for _ in range(4):
        following: list[tuple[int, int]] = []
        for here, there in level:
            a, b = pairing.reference.operations[here], pairing.learner.operations[there]
            total += len(attribute_differences(a, b, pairing.judge_initializer))
            total += a.kind != b.kind
            following.extend(zip(a.inputs, b.inputs, strict=False))
        level = following
    return total
