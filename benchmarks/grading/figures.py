"""Figures: what each side costs, and how one side stands beside another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

VARIANTS = {
    "whole": "the notebook as it is handed in",
    "reduced": "the imports, the three answers and the three tests of the same notebooks",
}
SIDES = {
    "reskit": "`reskit grade` on an empty store, as many processes as cores; public and hidden "
    "calls",
    "reskit_two": "`reskit grade --jobs 2`; the same",
    "reskit_one": "`reskit grade --jobs 1`; the same",
    "nbgrader": "`nbgrader autograde`, its own steps: every cell is run in a kernel, one notebook "
    "after the other; the released test cells, so public calls only",
    "otter": "`otter run`, one command for each notebook, one after the other: every cell is run "
    "in a kernel; the same public calls as tests of otter's own",
}
OURS = ("reskit", "reskit_two", "reskit_one")
OTHERS = ("nbgrader", "otter")


@dataclass(frozen=True)
class Run:
    """One batch graded by one side: wall and CPU time in seconds, load average before it."""

    variant: str
    side: str
    submissions: int
    seconds: float
    cpu_seconds: float
    load: float


@dataclass(frozen=True)
class Cost:
    """Medians over the runs of one side on its large batch of one variant, start included.

    `each`, `each_cpu` and `marginal` are seconds per submission. `marginal`, the slope from the
    small batch to the large one, is what one more costs; None where no small batch was graded.
    """

    variant: str
    side: str
    submissions: int
    runs: int
    each: float
    each_cpu: float
    marginal: float | None

    @property
    def per_minute(self) -> float:
        """Submissions per minute of the large batch."""
        return 60 / self.each


def costs(runs: Sequence[Run]) -> list[Cost]:
    """Return the cost of each side on each variant that was measured, in a fixed order."""
    measured = {(run.variant, run.side) for run in runs}
    return [
        _cost(variant, side, runs)
        for variant in VARIANTS
        for side in SIDES
        if (variant, side) in measured
    ]


def _cost(variant: str, side: str, runs: Sequence[Run]) -> Cost:
    mine = [run for run in runs if (run.variant, run.side) == (variant, side)]
    most = max(run.submissions for run in mine)
    least = min(run.submissions for run in mine)
    large = [run for run in mine if run.submissions == most]
    small = [run for run in mine if run.submissions == least]
    seconds = median(run.seconds for run in large)
    marginal = None
    if least < most:
        marginal = (seconds - median(run.seconds for run in small)) / (most - least)
    cpu_seconds = median(run.cpu_seconds for run in large)
    return Cost(variant, side, most, len(large), seconds / most, cpu_seconds / most, marginal)


def find(found: Sequence[Cost], variant: str, side: str) -> Cost | None:
    """Return the cost of a side on a variant, None where it was not measured."""
    return next((cost for cost in found if (cost.variant, cost.side) == (variant, side)), None)


def times_as_fast(found: Sequence[Cost], variant: str, other: str) -> float | None:
    """Return how many submissions `reskit` grades while the other side grades one."""
    ours, theirs = find(found, variant, "reskit"), find(found, variant, other)
    return theirs.each / ours.each if ours and theirs else None


def two_workers(found: Sequence[Cost], variant: str) -> float | None:
    """Return how many times as fast two workers are as one, their start left out."""
    two, one = find(found, variant, "reskit_two"), find(found, variant, "reskit_one")
    if not (two and one and two.marginal and one.marginal):
        return None
    return one.marginal / two.marginal
