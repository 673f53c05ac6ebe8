"""Proof that two networks compute the same: by their graphs, or by their numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np

from reskit.network.alignment import Pairing, attribute_differences
from reskit.network.layer_settings import WEIGHTED_SETTINGS, draws_at_random
from reskit.network.numbers import NotComputableError, compute, varied_weights
from reskit.network.operation import BLOCK_KINDS, Network, Operation

SAME_NUMBERS = 1e-6  # relative; float64 sums in another order differ by about 1e-14
IMAGES = 3  # in a batch, so that the statistics of training mode differ from each image's own
FEWEST_CHANNELS = 4  # of a network that is made thin
SCALES = (1.0, 1e4)  # of what goes in: a bend or a bound far from zero must be met too
WAVES = (0.7, 1.3)  # how quickly the waves grow shorter that the two batches are made of


def identical(pairing: Pairing) -> bool:
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
        if own.has_weights and layers.setdefault(own.layer, here) != here:
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


def same_numbers(pairing: Pairing) -> bool:
    """Return whether both networks compute the same from the same weights, in both modes.

    A network of blocks is cut at its blocks: whatever function a block may be, two chains of
    blocks agree for all of them only if each block is called alike and what stands between two
    of them agrees.
    """
    reference, learner = pairing.reference, pairing.learner
    untold = [_untold_by_numbers(each, pairing.judge_initializer) for each in (reference, learner)]
    if untold[0] != untold[1] or _lacks_something(reference, learner):
        return False
    expected, received = _cut_at_blocks(reference), _cut_at_blocks(learner)
    if expected is None or received is None:
        return expected is received and _agree(reference, learner)
    if [each.operations[0].settings for each in expected] != [
        each.operations[0].settings for each in received
    ]:
        return False
    return all(
        identical(Pairing(here, there, pairing.judge_initializer)) or _agree(here, there)
        for here, there in zip(expected, received, strict=True)
    )


def _untold_by_numbers(network: Network, judge_initializer: bool) -> Counter[str]:
    """Count the layers with weights by what their numbers do not show: how they start and train.

    Blocks are counted too, by how they are called.
    """
    found = []
    for position in network.used():
        operation = network.operations[position]
        if operation.kind in WEIGHTED_SETTINGS:
            told = {
                name: value
                for name, value in operation.settings.items()
                if name.endswith(("_initializer", "_regularizer", "_constraint"))
                or name in ("trainable", "training", "compute_dtype")
            }
            if not judge_initializer:
                told["kernel_initializer"] = draws_at_random(told.get("kernel_initializer"))
            found.append(f"{operation.kind} {operation.parameters} {sorted(told.items())}")
        elif operation.kind == "Input" or operation.kind in BLOCK_KINDS:
            found.append(f"{operation.kind} {sorted(operation.settings.items())}")
    return Counter(found)


def _lacks_something(reference: Network, learner: Network) -> bool:
    """Return whether the learner's network is the reference's with operations left out.

    The reference does nothing in vain, so that no such network computes the same.
    """
    wanted, own = (
        Counter(
            f"{network.operations[place].kind} {sorted(network.operations[place].settings.items())}"
            for place in network.used()
        )
        for network in (reference, learner)
    )
    return own < wanted


def _cut_at_blocks(network: Network) -> list[Network] | None:
    """Return what stands before, between and behind the blocks of a chain, None for no chain.

    The first operation of each piece is its input; what comes from a block says which.
    """
    used = network.used()
    blocks = [place for place in sorted(used) if network.operations[place].kind in BLOCK_KINDS]
    if not blocks or len(network.outputs) != 1:
        return None
    pieces = []
    layers = Counter(network.operations[place].layer for place in blocks)
    starts = [0, *blocks]
    ends = [*(network.operations[block].inputs[0] for block in blocks), network.outputs[0]]
    for start, end in zip(starts, ends, strict=True):
        piece = _piece(network, start, end)
        if piece is None:
            return None
        pieces.append(piece)
        layers.update({each.layer for each in piece.operations[1:] if each.has_weights})
    return pieces if all(count == 1 for count in layers.values()) else None


def _piece(network: Network, start: int, end: int) -> Network | None:
    """Return the operations from `start` to `end`; None where these need anything else."""
    inside: set[int] = set()
    stack = [end]
    while stack:
        position = stack.pop()
        if position in inside or position == start:
            continue
        if network.operations[position].kind in (*BLOCK_KINDS, "Input"):
            return None
        inside.add(position)
        stack.extend(network.operations[position].inputs)
    first = network.operations[start]
    if first.kind in BLOCK_KINDS:
        first = Operation("Input", {"after": first.kind, **first.settings}, (), first.shape)
    place = {start: 0}
    operations = [first]
    for position in sorted(inside):
        operation = network.operations[position]
        place[position] = len(operations)
        inputs = tuple(place[source] for source in operation.inputs)
        operations.append(replace(operation, inputs=inputs))
    return Network(tuple(operations), (place[end],))


def _thinned(*networks: Network) -> list[Network]:
    """Return the networks with few channels, equal widths staying equal and others apart.

    A convolution has a weight for each pair of channels, whatever their number is: what agrees
    for few channels agrees for many.
    """
    operations = [operation for network in networks for operation in network.operations]
    widths = [_width(operation) for operation in operations]
    widths += [operation.settings.get("filters") for operation in operations]
    wide = sorted({width for width in widths if type(width) is int and width > 1})
    thin = {width: FEWEST_CHANNELS + rank for rank, width in enumerate(wide)}

    def thinned(operation: Operation) -> Operation:
        shape, settings = operation.shape, dict(operation.settings)
        width, filters = _width(operation), settings.get("filters")
        if shape and width in thin:
            shape = (*shape[:-1], thin[width])
        if type(filters) is int and filters in thin:
            settings["filters"] = thin[filters]
        return replace(operation, shape=shape, settings=settings)

    return [
        replace(network, operations=tuple(map(thinned, network.operations))) for network in networks
    ]


def _width(operation: Operation) -> int | None:
    return operation.shape[-1] if operation.shape else None


def _agree(reference: Network, learner: Network) -> bool:
    """Return whether the numbers agree, and are such that they tell something."""
    thin = _thinned(reference, learner)
    try:
        with np.errstate(all="ignore"):  # what is no number does not agree
            return all(
                _agree_in_mode(*thin, training=training, scale=scale)
                for training in (False, True)
                for scale in SCALES
            )
    except NotComputableError:
        return False


def _agree_in_mode(reference: Network, learner: Network, *, training: bool, scale: float) -> bool:
    """Return whether the numbers agree on every batch, and differ from image to image.

    Results that are the same for every image would agree whatever was computed on the way; very
    large ones may be the same after a softmax.
    """
    tells = scale != SCALES[0]
    for images in _batches(reference):
        expected = compute(reference, scale * images, varied_weights(scale), training=training)
        received = compute(learner, scale * images, varied_weights(scale), training=training)
        if expected.shape != received.shape:
            return False
        near = SAME_NUMBERS * np.abs(expected).max()
        if not np.abs(expected - received).max() <= near:  # not a number is not near either
            return False
        tells = tells or bool(np.ptp(expected, axis=0).max() > near)
    return tells


def _batches(network: Network) -> list[Any]:
    """Return two batches of images; what is positive in the one is negative in the other.

    Neighbours are unlike each other, so that every layer meets values of both signs. What comes
    from a block is not negative: a block ends in a ReLU.
    """
    shape = tuple(size or 1 for size in (network.operations[0].shape or ())[1:])
    steps = np.arange(IMAGES * int(np.prod(shape)))
    first, second = ((np.sin(steps * steps * wave) + 0.1).reshape(IMAGES, *shape) for wave in WAVES)
    if "after" in network.operations[0].settings:
        return [np.abs(first), np.abs(second)]
    return [first, np.where(first > 0, -1.0, 1.0) * (np.abs(second) + 0.1)]
