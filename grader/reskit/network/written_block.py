"""One block that a network writes out: right, or the smallest edit inside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from reskit.network.alignment import Pairing
from reskit.network.block_layers import LAYER_ROLES, layers_of_block
from reskit.network.difference import Difference
from reskit.network.edits import smallest_edit
from reskit.network.operation import Network, Operation
from reskit.network.proof import identical, same_numbers

WHOLE_BLOCK = ""  # the role, inside a block, of the block itself


@dataclass(frozen=True)
class WrittenBlock:
    """A block's layers, behind an input of their own, and the call that they stand for."""

    call: Operation
    layers: Network  # the input, what comes from elsewhere in the network, the layers
    elsewhere: tuple[str, ...] = ()  # roles, in the whole network, of what comes from elsewhere
    complete: bool = True  # whether it goes on behind the block

    def signature(self) -> str:
        """Return a text that is the same for blocks that differ in their width alone."""
        unit = self.call.settings["filters"][0]
        told = [str(self.elsewhere), self.call.kind]
        told.append(str([filters / unit for filters in self.call.settings["filters"]]))
        told.append(str([self.call.settings.get(name) for name in ("f", "s")]))
        for operation in self.layers.operations:
            settings = {**operation.settings, "kernel_initializer": None, "shape": None}
            if type(settings.get("filters")) is int:
                settings["filters"] = settings["filters"] / unit
            short = operation.failed and len(operation.inputs) < 2
            told.append(f"{operation.kind} {sorted(settings.items())} {operation.inputs} {short}")
        channels = (self.layers.operations[0].shape or (None,))[-1] or 0
        return f"{told} {channels / unit} {self.layers.outputs} {self.complete}"


@dataclass(frozen=True)
class BlockEdit:
    """The differences inside a block, in the roles of a block that stands alone."""

    differences: tuple[Difference, ...] = ()
    by_numbers: bool = False  # whether it took numbers to prove it right


def block_edit(block: WrittenBlock) -> BlockEdit:
    """Return the smallest edit that turns the right block into this one, none if it is right.

    Where all layers are those of another call, the edit is what is wrong with the call. How its
    weights start is not judged.
    """
    pairing = _pairing(block, block.call)
    if block.complete and identical(pairing):
        return BlockEdit()
    if block.complete and same_numbers(pairing):
        return BlockEdit(by_numbers=True)
    found = smallest_edit(pairing, _roles(block, block.call), block.complete).differences
    return BlockEdit(tuple(_as_another_call(block, found) or found))


def _pairing(block: WrittenBlock, call: Operation) -> Pairing:
    first, *others = block.layers.operations
    right = layers_of_block(call, first.shape)
    count = 1 + len(block.elsewhere)
    reference = Network((first, *right.operations[1:], *others[: count - 1]), right.outputs)
    return Pairing(reference, block.layers, judge_initializer=False)


def _roles(block: WrittenBlock, call: Operation) -> dict[int, str]:
    return dict(enumerate(("input", *LAYER_ROLES[call.kind], *block.elsewhere)))


def _as_another_call(block: WrittenBlock, found: tuple[Difference, ...]) -> list[Difference]:
    """Return what is wrong with the call where all layers are those of another call."""
    call = _call_that_explains(block.call, found)
    if call == block.call:
        return []
    edit = smallest_edit(_pairing(block, call), _roles(block, call), block.complete)
    return [] if edit.differences else differences_of_calls(block.call, call)


def differences_of_calls(expected: Operation, received: Operation) -> list[Difference]:
    """Return how two calls of blocks differ."""
    found = []
    if expected.kind != received.kind:
        found.append(Difference("attribute", WHOLE_BLOCK, "layer", expected.kind, received.kind))
    for name, value in expected.settings.items():
        own = received.settings.get(name, value)
        if own != value:
            found.append(Difference("attribute", WHOLE_BLOCK, name, value, own))
    return found


FILTERS_OF = {"main.conv1": 0, "main.conv2": 1, "main.conv3": 2, "shortcut.conv": 2}


def _call_that_explains(call: Operation, found: tuple[Difference, ...]) -> Operation:
    """Return the call that these differences may come from, the same one where there is none."""
    settings = {**call.settings, "filters": list(call.settings["filters"])}
    for difference in found:
        layer, value = str(difference.layer), difference.received
        if difference.attribute == "filters" and layer in FILTERS_OF and type(value) is int:
            settings["filters"][FILTERS_OF[layer]] = value
        elif difference.attribute == "kernel_size" and layer == "main.conv2":
            settings["f"] = _square(value, settings["f"])
        elif difference.attribute == "strides" and "s" in settings:
            settings["s"] = _square(value, settings["s"])
        else:
            return call
    return replace(call, settings=settings)


def _square(pair: Any, otherwise: Any) -> Any:
    if not isinstance(pair, list) or len(pair) != 2 or pair[0] != pair[1]:
        return otherwise
    return pair[0] if type(pair[0]) is int else otherwise
