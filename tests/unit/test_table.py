"""The layer-summary table: compared row by row, and shown beside the reference's."""

from __future__ import annotations

from typing import Any

import pytest

from reskit.course import find_course
from reskit.network.table import first_difference, rows, side_by_side
from reskit.recording import read_expected, read_literals

CONV = ["Conv2D", [5, 5, 2], 14, "filters=2 kernel_size=1×1"]
NORM = ["BatchNormalization", [5, 5, 2], 8, "axis=3"]
RELU = ["Activation", [5, 5, 2], 0, "relu"]
ADD = ["Add", [5, 5, 2], 0, ""]
TABLE = [CONV, NORM, RELU, ADD]


def marked(learner: list[Any], reference: list[Any]) -> list[str]:
    """Return the lines that are marked as different, without spaces at their ends."""
    lines = side_by_side(learner, reference)[1:-1]  # without heading and key
    return [" ".join(line.split()) for line in lines if line.startswith("→")]


def test_equal_tables_do_not_differ() -> None:
    """Two equal tables do not differ, nor do two empty ones."""
    assert first_difference(TABLE, [list(row) for row in TABLE]) is None
    assert first_difference([], []) is None


def test_pair_is_a_pair_however_it_is_written() -> None:
    """(2, 2) and [2, 2] are the same in a table."""
    assert first_difference([("Conv2D", (5, 5, 2), 14)], [["Conv2D", [5, 5, 2], 14]]) is None


def test_first_row_that_differs_is_named() -> None:
    """Of several rows that differ the first one is told, with both of its forms."""
    learner = [CONV, RELU, NORM, ADD]

    found = first_difference(learner, TABLE)

    assert found == (
        "Row 2: expected BatchNormalization | [5, 5, 2] | 8 | axis=3, "
        "received Activation | [5, 5, 2] | 0 | relu."
    )


def test_shorter_table_differs() -> None:
    """A table that ends too early differs where it ends."""
    found = first_difference(TABLE[:3], TABLE)

    assert found == "Row 4 is missing: expected Add | [5, 5, 2] | 0 | ."


def test_longer_table_differs() -> None:
    """A table that goes on too long differs where the other ends."""
    found = first_difference([*TABLE, RELU], TABLE)

    assert found == "Row 5 is one too many: received Activation | [5, 5, 2] | 0 | relu."


@pytest.mark.parametrize(
    ("learner", "reference", "words"),
    [([], TABLE, "Row 1 is missing"), (TABLE, [], "Row 1 is one too many")],
)
def test_empty_table_differs(learner: list[Any], reference: list[Any], words: str) -> None:
    """An empty table is not equal to one with rows, whichever of the two is empty."""
    found = first_difference(learner, reference)

    assert found is not None
    assert found.startswith(words)


def test_rows_need_not_be_lists() -> None:
    """Rows of text are compared as they are."""
    assert first_difference(["a"], ["b"]) == "Row 1: expected b, received a."


def test_changed_row_is_marked() -> None:
    """A row with another setting is marked, and no other."""
    other = ["Conv2D", [5, 5, 2], 14, "filters=2 kernel_size=3×3"]

    found = marked([other, *TABLE[1:]], TABLE)

    assert found == [
        "→ Conv2D filters=2 kernel_size=3×3 → 5×5×2 Conv2D filters=2 kernel_size=1×1 → 5×5×2"
    ]


def test_inserted_row_shifts_nothing() -> None:
    """A row too many stands alone; all that comes after it still stands beside its like."""
    found = marked([CONV, RELU, *TABLE[1:]], TABLE)

    assert found == ["→ Activation relu → 5×5×2"]


def test_missing_row_stands_alone() -> None:
    """A row that the learner lacks stands on the reference's side alone."""
    found = marked([CONV, *TABLE[2:]], TABLE)

    assert found == ["→ BatchNormalization axis=3 → 5×5×2"]


def test_other_shape_alone_is_not_marked_as_different() -> None:
    """A row whose shape alone differs is not the mistake; it comes of one before it."""
    smaller = [[row[0], [3, 3, 2], *row[2:]] for row in TABLE[1:]]

    assert marked([CONV, *smaller], TABLE) == []


def test_columns_are_aligned() -> None:
    """The reference's column begins at the same place in every line."""
    other = ["Conv2D", [5, 5, 2], 14, "a much longer setting than the others"]

    heading, *lines = side_by_side([other, *TABLE[1:]], TABLE)[:-1]

    column = heading.index("reference")
    assert {line[column - 3 : column] for line in lines} == {"   "}
    assert all(line[column] != " " for line in lines)


def test_empty_table_is_shown_as_all_missing() -> None:
    """Beside a table without rows every row of the reference is marked."""
    assert len(marked([], TABLE)) == len(TABLE)


def test_recorded_table_is_the_one_of_the_recorded_network() -> None:
    """The tables that learners are shown are made from the recorded networks."""
    course = find_course()
    expected = read_expected(course.outputs)

    recorded = {
        (exercise, call["name"]): call["table"]
        for exercise, entry in read_literals(course.outputs)["EXERCISES"].items()
        for call in entry["calls"]
    }

    assert recorded == {name: rows(each.network) for name, each in expected.items()}
