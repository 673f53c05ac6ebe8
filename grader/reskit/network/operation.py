"""A network in normal form: its operations, and the ones that are its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

POOLINGS = ("MaxPooling2D", "AveragePooling2D")
BLOCK_KINDS = ("identity_block", "convolutional_block")
UNASKED = "not asked for"  # an argument of a block that its function does not have


@dataclass(frozen=True)
class Operation:
    """One step of a network in normal form."""

    kind: str  # "Conv2D", "BatchNormalization", "Activation", "Add", "identity_block", …
    settings: Mapping[str, Any]
    inputs: tuple[int, ...]
    shape: tuple[int | None, ...] | None
    parameters: int = 0
    layer: int = 0
    failed: bool = False
    defaulted: tuple[str, ...] = ()  # arguments of a block that its caller left out
    asked: Mapping[str, Any] | None = None  # of a pooling: its settings as they were written
    argument: bool = False  # an activation that is an argument of the layer before it
    over: tuple[int | None, ...] | None = None  # of a pooling: the shape that it takes in

    @property
    def has_weights(self) -> bool:
        """Whether it makes a difference that two operations use one layer, or one block."""
        return bool(self.parameters) or self.kind in BLOCK_KINDS


@dataclass(frozen=True)
class Network:
    """Operations in the order in which they were made, and the ones that are the result."""

    operations: tuple[Operation, ...]
    outputs: tuple[int, ...] = ()

    def used(self) -> frozenset[int]:
        """Return the positions of the operations that the result depends on."""
        found: set[int] = set()
        open_ends = list(self.outputs)
        while open_ends:
            position = open_ends.pop()
            if position not in found:
                found.add(position)
                open_ends.extend(self.operations[position].inputs)
        return frozenset(found)

    def rewired(self, stands_for: Callable[[int], int | None]) -> Network:
        """Return the network without the operations that stand for an earlier one."""
        place: dict[int, int] = {}
        kept: list[Operation] = []
        for position, operation in enumerate(self.operations):
            earlier = stands_for(position)
            if earlier is not None:
                place[position] = place[earlier]
                continue
            place[position] = len(kept)
            inputs = tuple(place[source] for source in operation.inputs)
            kept.append(replace(operation, inputs=inputs))
        return Network(tuple(kept), tuple(place[output] for output in self.outputs))
