"""Item analysis: how hard each case was, and how well it tells strong work from weak."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean

from reskit.report import CaseResult, Report

GROUP = 0.27  # of the class at each end (Kelley 1939: where D tells most)
FEWEST = 5  # submissions from which on discrimination is told at all
TOO_FEW = f"fewer than {FEWEST} submissions ran"
ALL_SAME = "all earned the same in this case"
REST_SAME = "all earned the same in the other cases"
NO_ENDS = "the strongest and the weakest earned the same in total"


@dataclass(frozen=True)
class Index:
    """An index of discrimination from -1 to 1, or why it is not defined here."""

    value: float | None
    undefined: str | None = None


@dataclass(frozen=True)
class Item:
    """One case over the class, as the theory of tests has it: an item."""

    exercise: str
    case: str
    visibility: str
    max_score: float
    submissions: int  # that could be run at all
    passed: int
    failed: int
    not_run: int
    item_total: Index  # corrected item-total correlation
    upper_lower: Index  # D

    @property
    def pass_rate(self) -> float:
        """The share of submissions that passed, from 0 to 1: the item's difficulty index."""
        return self.passed / self.submissions


def items(reports: Sequence[Report]) -> tuple[Item, ...]:
    """Return the item analysis of every case, over the submissions of which something could run.

    A file that could not be read says nothing about a case, and would make all of them seem to
    agree.
    """
    ran = [report for report in reports if report.fault is None]
    places: dict[tuple[str, str], list[tuple[CaseResult, float]]] = {}
    for report in ran:
        for exercise, case in _cases(report):
            places.setdefault((exercise, case.name), []).append((case, report.score))
    return tuple(_item(exercise, entries) for (exercise, _), entries in places.items())


def _cases(report: Report) -> Iterator[tuple[str, CaseResult]]:
    for exercise in report.exercises:
        for case in exercise.cases:
            yield exercise.name, case


def _item(exercise: str, entries: Sequence[tuple[CaseResult, float]]) -> Item:
    first = entries[0][0]
    earned = [case.score / case.max_score if case.max_score else 0.0 for case, _ in entries]
    rest = [total - case.score for case, total in entries]
    statuses = [case.status for case, _ in entries]
    return Item(
        exercise,
        first.name,
        first.visibility,
        first.max_score,
        len(entries),
        statuses.count("passed"),
        statuses.count("failed"),
        statuses.count("not_run"),
        item_total(earned, rest),
        upper_lower(earned, [total for _, total in entries]),
    )


def item_total(earned: Sequence[float], rest: Sequence[float]) -> Index:
    """Return the corrected item-total correlation of an item.

    It is Pearson's correlation between what the item earned (0 or 1) and the total without the
    item: r = Σ(x - x̄)(y - ȳ) / √(Σ(x - x̄)² Σ(y - ȳ)²). For an item that is passed or not it
    equals the point-biserial correlation (M₁ - M₀) √(p q) / s of the same numbers. The item is
    taken out of the total, because it would correlate with itself (Henrysson, Psychometrika 28,
    1963; Crocker and Algina, Introduction to Classical and Modern Test Theory, chapter 14).
    """
    if len(earned) < FEWEST:
        return Index(None, TOO_FEW)
    mean_earned, mean_rest = fmean(earned), fmean(rest)
    spread_earned = sum((each - mean_earned) ** 2 for each in earned)
    spread_rest = sum((each - mean_rest) ** 2 for each in rest)
    if spread_earned < 1e-12:
        return Index(None, ALL_SAME)
    if spread_rest < 1e-12:
        return Index(None, REST_SAME)
    together = sum((x - mean_earned) * (y - mean_rest) for x, y in zip(earned, rest, strict=True))
    return Index(max(-1.0, min(1.0, together / sqrt(spread_earned * spread_rest))))


def upper_lower(earned: Sequence[float], totals: Sequence[float]) -> Index:
    """Return the upper-lower index D = p(upper) - p(lower) of an item.

    The groups are the 27 % of the class with the highest and with the lowest totals (Kelley,
    Journal of Educational Psychology 30, 1939; the index is Johnson's, 1951). Where a group ends
    among submissions with the same total, all of these take part with the same weight, so that
    no order of the class decides.
    """
    if len(earned) < FEWEST:
        return Index(None, TOO_FEW)
    size = max(1.0, GROUP * len(totals))
    lower_end, lower = _end_group(earned, totals, size)
    upper_end, upper = _end_group(earned, [-total for total in totals], size)
    if lower_end >= -upper_end:
        return Index(None, NO_ENDS)
    return Index(upper - lower)


def _end_group(
    earned: Sequence[float], totals: Sequence[float], size: float
) -> tuple[float, float]:
    """Return the largest total of the group with the smallest ones, and what it earns on average.

    The group has `size` members; those at its end share the places that are left.
    """
    by_total: dict[float, list[float]] = {}
    for points, total in zip(earned, totals, strict=True):
        by_total.setdefault(total, []).append(points)
    left, sum_earned = size, 0.0
    for total in sorted(by_total):
        tied = by_total[total]
        taken = min(left, len(tied))
        sum_earned += fmean(tied) * taken
        left -= taken
        if left <= 1e-9:
            return total, sum_earned / size
    raise ValueError("a group is never larger than the class")
