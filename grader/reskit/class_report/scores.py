"""The distribution of the scores of a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median, pstdev

BINS = 10


@dataclass(frozen=True)
class Bin:
    """How many scores lie from `low` on and below `high`; the last one holds `high` too."""

    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Distribution:
    """The scores of a class in ten bins of the same width, and their usual summaries."""

    bins: tuple[Bin, ...]
    count: int
    max_score: float
    mean: float
    median: float
    deviation: float  # standard deviation of the class, with n and not n - 1
    full: int  # with all points
    nothing: int  # with none


def distribution(scores: Sequence[float], max_score: float) -> Distribution:
    """Return the distribution of at least one score, each between 0 and `max_score`."""
    width = max_score / BINS if max_score > 0 else 1.0
    counts = [0] * BINS
    for score in scores:
        counts[min(BINS - 1, max(0, int(score / width)))] += 1
    return Distribution(
        tuple(
            Bin(number * width, (number + 1) * width, count) for number, count in enumerate(counts)
        ),
        len(scores),
        max_score,
        fmean(scores),
        median(scores),
        pstdev(scores),
        sum(score >= max_score for score in scores),
        sum(score <= 0 for score in scores),
    )
