"""A network in normal form: its operations, and the ones that are its result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

POOLINGS = ("MaxPooling2D", "AveragePooling2D")
BLOCK_KINDS = ("identity_block", "convolutional_block")


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
