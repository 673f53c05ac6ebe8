"""The layer-summary table: compared row by row, and shown beside the reference's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from reskit.course import find_course
from reskit.network.markup import table_html
from reskit.network.operation import Network, Operation
from reskit.network.table import TableLine, aligned, first_difference, rows, side_by_side
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


@pytest.mark.parametrize("wrap", [tuple, iter, lambda table: (row for row in table)])
def test_table_may_be_any_sequence_of_rows(wrap: Any) -> None:
    """A tuple or a generator of rows is compared like a list, to its end."""
    assert first_difference(wrap(TABLE), TABLE) is None
    assert first_difference(TABLE, wrap(TABLE)) is None
    assert first_difference(wrap(TABLE[:3]), TABLE) is not None


def test_arrays_are_compared_by_their_numbers() -> None:
    """A shape that is a NumPy array is the list of its numbers."""
    row = ["Conv2D", np.array([5, 5, 2]), np.int64(14), "filters=2 kernel_size=1×1"]

    assert first_difference([row], [CONV]) is None


@pytest.mark.parametrize(
    ("learner", "reference", "words"),
    [
        (None, TABLE, "The first is None, not a list of rows."),
        (TABLE, None, "The second is None, not a list of rows."),
        (None, None, "The first is None, not a list of rows."),
    ],
)
def test_none_is_no_table(learner: Any, reference: Any, words: str) -> None:
    """What is no table differs from every table, and is said to be none."""
    assert first_difference(learner, reference) == words


def test_aligned_lines_carry_both_sides_and_a_mark() -> None:
    """Each line has what is the learner's, what was expected, and how they differ."""
    other = ["Conv2D", [3, 3, 2], 14, "filters=2 kernel_size=3×3"]
    smaller = ["BatchNormalization", [3, 3, 2], 8, "axis=3"]

    found = aligned([other, smaller], [CONV, NORM, RELU])

    assert found == [
        TableLine(
            "differs",
            "Conv2D filters=2 kernel_size=3×3 → 3×3×2",
            "Conv2D filters=2 kernel_size=1×1 → 5×5×2",
        ),
        TableLine(
            "shape", "BatchNormalization axis=3 → 3×3×2", "BatchNormalization axis=3 → 5×5×2"
        ),
        TableLine("differs", "", "Activation relu → 5×5×2"),
    ]


def test_equal_tables_give_no_lines() -> None:
    """Where nothing differs there is nothing to show."""
    assert aligned(TABLE, TABLE) == []
    assert aligned([], []) == []
    assert side_by_side(TABLE, TABLE) == []


def test_inserted_row_before_a_changed_one_shifts_nothing() -> None:
    """A row too many directly before a row with a wrong setting: each is told as what it is."""
    other = ["Conv2D", [5, 5, 2], 14, "filters=2 kernel_size=3×3"]

    found = aligned([RELU, other, NORM, RELU, ADD], TABLE)

    assert [(line.mark, bool(line.received), bool(line.expected)) for line in found] == [
        ("differs", True, False),
        ("differs", True, True),
        ("", True, True),
        ("", True, True),
        ("", True, True),
    ]


def test_missing_row_among_equal_ones_leaves_the_rest_aligned() -> None:
    """Of six equal rows one is missing: one line is marked, whichever it is."""
    found = aligned([CONV, *[NORM] * 5, ADD], [CONV, *[NORM] * 6, ADD])

    assert [line.mark for line in found].count("differs") == 1


def test_setting_that_changes_the_parameters_is_told() -> None:
    """A convolution without bias is told apart; one as usual is told in few words."""

    def told(**settings: Any) -> str:
        usual = {"filters": 2, "kernel_size": [1, 1], "strides": [1, 1], "padding": "valid"}
        operation = Operation("Conv2D", {**usual, **settings}, (), (None, 5, 5, 2), 14)
        return str(rows(Network((operation,), (0,)))[0][3])

    assert told() == told(use_bias=True) == "2 filters 1×1 stride 1 valid"
    assert told(use_bias=False) == "2 filters 1×1 stride 1 valid use_bias=False"


@pytest.mark.parametrize("strides", [[[1], [2]], [[], []], ["a", "b"], [[[1, 2]], 3]])
def test_odd_settings_are_told_without_failing(strides: Any) -> None:
    """Whatever stands in a learner's settings, a row can be made of it."""
    operation = Operation("MaxPooling2D", {"strides": strides, "pool_size": [[2], 2]}, (), None)

    assert rows(Network((operation,), (0,)))


def test_html_table_has_headings_and_marks_in_words() -> None:
    """The table for a page has a caption, headings for screen readers, and words as marks."""
    page = table_html(aligned([CONV, RELU], [CONV, NORM, RELU]))

    assert "<caption>" in page
    assert page.count('scope="col"') == 4
    assert page.count('scope="row"') == 3
    assert page.count(">differs<") == 1
    assert page.count("(no layer)") == 1
    assert table_html([]) == ""


def test_html_table_shows_markup_as_text() -> None:
    """A class name that is markup is shown, not obeyed."""
    page = table_html(aligned([["<script>", [1], 0, ""]], TABLE))

    assert "<script>" not in page
    assert "&lt;script&gt;" in page
