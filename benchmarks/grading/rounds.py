"""Rounds: which side grades how many notebooks of which variant, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grading.figures import OURS

FEWEST = 2  # of the small batch; what it costs is mostly starting up
SMALL_PART = 6  # the small batch is a sixth of the large one


def plan(
    variants: Mapping[str, int], sides: Sequence[str], ours: int, others: int
) -> list[tuple[str, str, int]]:
    """Return (variant, side, submissions) of each run, in order.

    Within a round each side grades its small batch of a variant, then each its large one.
    """
    batches = {side: _batches(side, ours if side in OURS else others) for side in sides}
    return [
        (variant, side, batches[side][number])
        for round_ in range(max(variants.values(), default=0))
        for variant, rounds in variants.items()
        if round_ < rounds
        for number in (0, 1)
        for side in sides
        if batches[side][number]
    ]


def _batches(side: str, size: int) -> tuple[int, int]:
    """Return the sizes of the small and the large batch; 0 where there is no small one."""
    small = max(FEWEST, size // SMALL_PART)
    # otter starts anew for each notebook: a small batch would say nothing about its start.
    return (small if small < size and side != "otter" else 0, size)
