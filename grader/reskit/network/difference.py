"""One place where the learner's network is not the reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Where = tuple[str, str | None, str | None]


@dataclass(frozen=True)
class Difference:
    """The smallest edit at one place, in roles that a person uses."""

    kind: str  # missing, extra, attribute, wiring, order, shape, value
    layer: str | None  # a role such as "main.conv2"
    attribute: str | None = None
    expected: Any = None
    received: Any = None
    message: str = ""

    @property
    def place(self) -> Where:
        """What makes two differences the same one."""
        return (self.kind, self.layer, self.attribute)

    def repeats(self, told: Difference) -> bool:
        """Return whether `told` said the same: the place, or the other one of two swapped."""
        if self.kind == told.kind == "order":
            words = f"{told.expected} {told.received}".split()
            own_words = f"{self.expected} {self.received}".split()
            if self.layer in words and told.layer in own_words:
                return True
        return self.place == told.place
