"""The item analysis, against textbook numbers and against another way to compute them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from graded_class import sample_class
from hypothesis import given
from hypothesis import strategies as st

from reskit.class_report.graded import read_graded
from reskit.class_report.items import ALL_SAME, NO_ENDS, REST_SAME, TOO_FEW, Index, items
from reskit.class_report.items import item_total as correlation
from reskit.class_report.items import upper_lower as index_d
from reskit.class_report.scores import distribution

CLASSES = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 100)), min_size=5, max_size=60)


@given(CLASSES)
def test_correlation_is_the_point_biserial_one(pairs: list[tuple[int, int]]) -> None:
    """Pearson's formula gives what the point-biserial formula gives for passed or not."""
    earned, rest = [float(x) for x, _ in pairs], [float(y) for _, y in pairs]
    found = correlation(earned, rest)

    right = [y for x, y in pairs if x]
    wrong = [y for x, y in pairs if not x]
    if not right or not wrong:
        assert found == Index(None, ALL_SAME)
    elif len(set(rest)) == 1:
        assert found == Index(None, REST_SAME)
    else:
        p = len(right) / len(pairs)
        expected = (np.mean(right) - np.mean(wrong)) * math.sqrt(p * (1 - p)) / np.std(rest)
        assert found.value == pytest.approx(expected, abs=1e-9)


@given(CLASSES, st.randoms(use_true_random=False))
def test_order_of_the_class_decides_nothing(pairs: list[tuple[int, int]], draw) -> None:
    """Where many have the same total, no chance says who counts as strong or weak."""
    shuffled = draw.sample(pairs, len(pairs))
    one, other = (
        index_d([float(x) for x, _ in each], [float(y) for _, y in each])
        for each in (pairs, shuffled)
    )

    assert one.undefined == other.undefined
    assert (one.value or 0) == pytest.approx(other.value or 0)
    assert -1 - 1e-9 <= (one.value or 0) <= 1 + 1e-9


def test_upper_lower_index_of_a_class_of_a_hundred() -> None:
    """27 of 100 at each end: 24 of the best passed and 6 of the last, so D is 18/27."""
    totals = [float(place) for place in range(100)]
    earned = [1.0 if place < 6 or place >= 76 else 0.0 for place in range(100)]

    assert index_d(earned, totals).value == pytest.approx(24 / 27 - 6 / 27)


def test_ties_at_the_border_take_part_in_equal_shares() -> None:
    """Of ten, 2.7 count at each end; two who share the last 1.7 places count for 0.85 each."""
    totals = [0.0, 5.0, 5.0, 6.0, 6.0, 6.0, 6.0, 7.0, 7.0, 9.0]
    earned = [0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0]

    assert index_d(earned, totals).value == pytest.approx(1.0 - 0.85 / 2.7)


@pytest.mark.parametrize(
    ("earned", "totals", "why"),
    [
        ([1.0, 0.0, 1.0, 0.0], [4.0, 3.0, 2.0, 1.0], TOO_FEW),
        ([1.0, 0.0, 1.0, 0.0, 1.0], [7.0] * 5, NO_ENDS),
    ],
)
def test_what_is_not_defined_is_said_so(earned: list[float], totals: list[float], why: str) -> None:
    """No number is given where the formula has none."""
    assert index_d(earned, totals) == Index(None, why)


def test_sample_class_is_counted(tmp_path: Path) -> None:
    """Each case counts those of which something could run, and each of them once."""
    graded = read_graded(sample_class(tmp_path))
    found = {(item.exercise, item.case): item for item in items(graded.reports)}
    ran = sum(report.fault is None for report in graded.reports)
    main_path = found["identity_block", "main path"]

    assert {item.submissions for item in found.values()} == {ran}
    assert all(each.passed + each.failed + each.not_run == ran for each in found.values())
    assert main_path.passed == sum(
        case.status == "passed"
        for report in graded.reports
        if report.fault is None
        for exercise in report.exercises
        for case in exercise.cases
        if (exercise.name, case.name) == ("identity_block", "main path")
    )
    assert len(found) == 32


@given(st.lists(st.floats(0, 100), min_size=1, max_size=50))
def test_every_score_is_in_one_bin(scores: list[float]) -> None:
    """The histogram loses nobody, whatever the points are."""
    found = distribution(scores, 100)

    assert sum(each.count for each in found.bins) == found.count == len(scores)
    for each in found.bins:
        inside = [s for s in scores if each.low <= s < each.high or s == each.high == 100]
        assert each.count == len(inside)
