"""What does not fit between a model file and the reference, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

MOST_TOLD = 8


@dataclass(frozen=True)
class Problem:
    """One thing that does not fit."""

    role: str | None  # of the layer
    message: str


class UnfitError(Exception):
    """A model file could be read, and does not hold the reference's network or its weights."""

    def __init__(self, what: str, problems: tuple[Problem, ...] = (), advice: str = "") -> None:
        super().__init__(what)
        self.what, self.problems, self.advice = what, problems, advice

    def __str__(self) -> str:
        """Return what is wrong, a line for each layer, and what to do."""
        told = [f"  {problem.message}" for problem in self.problems[:MOST_TOLD]]
        left = len(self.problems) - MOST_TOLD
        told += [f"  … and {left} more"] if left > 0 else []
        return "\n".join([self.what, *told, *([self.advice] if self.advice else [])])
