"""Blocks that a network writes out in its own body, recognised as the blocks they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from reskit.network.layer_settings import WEIGHTED_SETTINGS
from reskit.network.operation import Network, Operation

UNJUDGED = ("kernel_initializer", "padding")  # a block's default initializer; told apart below
MAIN_PATH = (
    *("BatchNormalization", "Conv2D", "Activation"),
    *("BatchNormalization", "Conv2D", "Activation"),
    *("BatchNormalization", "Conv2D"),
)  # from the addition back to the input


@dataclass(frozen=True)
class Recognised:
    """A network, and which of its blocks were written out layer by layer."""

    network: Network
    blocks: frozenset[int] = frozenset()


def blocks_recognised(network: Network) -> Recognised:
    """Return the network with each residual block in it as one operation, where it is right.

    A block is taken for one when all its layers are as the reference has them and nothing else
    uses what is inside it; anything else stays as it is written.
    """
    operations = list(network.operations)
    if not any(operation.kind == "Add" for operation in operations):
        return Recognised(network)
    users = Counter(source for operation in operations for source in operation.inputs)
    users.update(network.outputs)
    replaced: dict[int, Operation] = {}
    inside: set[int] = set()
    for end, operation in enumerate(operations):
        found = _block_ending_at(operations, users, end) if operation.kind == "Activation" else None
        if found is not None:
            replaced[end], members = found
            inside |= members
    return _without(network, replaced, inside)


def _block_ending_at(
    operations: list[Operation], users: Mapping[int, int], end: int
) -> tuple[Operation, set[int]] | None:
    """Return the block whose last activation is at `end`, and the operations inside it."""
    if not operations[end].inputs:
        return None
    meeting = operations[end].inputs[0]
    if operations[meeting].kind != "Add" or len(operations[meeting].inputs) != 2:
        return None
    for first, second in (operations[meeting].inputs, operations[meeting].inputs[::-1]):
        main = _chain(operations, first, MAIN_PATH)
        if main is None:
            continue
        start = operations[main[-1]].inputs[0]
        shortcut: list[int] = []
        if second != start:
            chain = _chain(operations, second, ("BatchNormalization", "Conv2D"))
            if chain is None or operations[chain[-1]].inputs[0] != start:
                continue
            shortcut = chain
        members = {meeting, *main, *shortcut}
        if any(users[member] != 1 for member in members) or _shares(operations, members):
            continue
        settings = _settings_of_block(operations, main[::-1], shortcut[::-1])
        relus = [operations[end], operations[main[2]], operations[main[5]]]
        if settings is None or any(each.settings != {"function": "relu"} for each in relus):
            continue
        kind = "convolutional_block" if shortcut else "identity_block"
        layer = operations[main[-1]].layer  # no other block has its first convolution
        return Operation(kind, settings, (start,), operations[end].shape, layer=layer), members
    return None


def _shares(operations: list[Operation], members: set[int]) -> bool:
    """Return whether a layer with weights inside the block is used anywhere else."""
    uses = Counter(operation.layer for operation in operations if operation.has_weights)
    return any(uses[operations[member].layer] > 1 for member in members)


def _chain(operations: list[Operation], end: int, kinds: tuple[str, ...]) -> list[int] | None:
    """Return the operations of these kinds, one feeding the one before, back from `end`."""
    chain: list[int] = []
    for kind in kinds:
        if operations[end].kind != kind or len(operations[end].inputs) != 1:
            return None
        chain.append(end)
        end = operations[end].inputs[0]
    return chain


def _settings_of_block(
    operations: list[Operation], main: list[int], shortcut: list[int]
) -> dict[str, Any] | None:
    """Return {f, filters, s} of a block whose layers are as they should be, else None."""
    conv1, conv2, conv3 = (operations[main[place]].settings for place in (0, 3, 6))
    stride = list(conv1["strides"])
    kernel = list(conv2["kernel_size"])
    projection = operations[shortcut[0]].settings if shortcut else None
    filters = [conv1["filters"], conv2["filters"], conv3["filters"]]
    wanted = [
        (main[0], filters[0], [1, 1], stride),
        (main[3], filters[1], kernel, [1, 1]),
        (main[6], filters[2], [1, 1], [1, 1]),
    ]
    if projection is not None:
        wanted.append((shortcut[0], filters[2], [1, 1], stride))
    elif stride != [1, 1]:
        return None
    plain = all(
        _is_usual(operations[place].settings, number, window, step)
        for place, number, window, step in wanted
    )
    same = conv2["padding"] == "same" or kernel == [1, 1]
    normal = all(
        operations[place].settings == {**WEIGHTED_SETTINGS["BatchNormalization"], "axis": 3}
        for place in (main[1], main[4], main[7], *shortcut[1:])
    )
    if not plain or not same or not normal or kernel[0] != kernel[1] or stride[0] != stride[1]:
        return None
    settings = {"f": kernel[0], "filters": filters}
    return {**settings, "s": stride[0]} if shortcut else settings


def _is_usual(
    settings: Mapping[str, Any], filters: int, window: list[int], step: list[int]
) -> bool:
    usual = {**WEIGHTED_SETTINGS["Conv2D"], "filters": filters}
    usual |= {"kernel_size": window, "strides": step}
    usual.pop("activation")
    padded_right = settings["padding"] == "valid" or window != [1, 1]
    return padded_right and all(
        settings[name] == value for name, value in usual.items() if name not in UNJUDGED
    )


def _without(network: Network, replaced: Mapping[int, Operation], inside: set[int]) -> Recognised:
    place: dict[int, int] = {}
    kept: list[Operation] = []
    for position, operation in enumerate(network.operations):
        if position in inside:
            continue
        kept_operation = replaced.get(position, operation)
        inputs = tuple(place[source] for source in kept_operation.inputs)
        place[position] = len(kept)
        kept.append(replace(kept_operation, inputs=inputs))
    shorter = Network(tuple(kept), tuple(place[output] for output in network.outputs))
    return Recognised(shorter, frozenset(place[end] for end in replaced))
