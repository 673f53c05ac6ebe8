"""What the two baselines see in tables and numbers, and what they do not."""

from reskit.audit.baselines import TABLE, VALUES, outcome, rows_differ, values_differ
from reskit.audit.outcome import Outcome

CONV = ["Conv2D", [None, 5, 5, 2], 14, "valid", "linear", "RandomUniform"]
RELU = ["Activation", [None, 5, 5, 2], 0, "relu"]
ADD = ["Add", [None, 5, 5, 2], 0]
NUMBERS = {"inference": [0.5, 1.0], "training": [0.25, 2.0]}


def seen(table=None, values=None, error=""):
    """What was seen of one call."""
    return {"table": table, "values": values, "error": error}


def test_equal_tables_pass():
    """The same rows in the same order are the same table."""
    assert rows_differ([CONV, RELU], [CONV, RELU]) == ""


def test_first_differing_row_is_told():
    """The row is named by its number, with both versions of it."""
    other = [*RELU[:3], "tanh"]

    assert rows_differ([CONV, other, ADD], [CONV, RELU, ADD]) == (
        f"row 2: expected {RELU}, received {other}"
    )


def test_shorter_table_differs():
    """A layer that is missing at the end is not overlooked."""
    assert rows_differ([CONV], [CONV, RELU]) == f"row 2: expected {RELU}, received no row"


def test_longer_table_differs():
    """A layer too many at the end is not overlooked."""
    assert rows_differ([CONV, RELU], [CONV]) == f"row 2: expected no row, received {RELU}"


def test_empty_table_differs():
    """A network without layers is not the reference."""
    assert rows_differ([], [CONV]) == f"row 1: expected {CONV}, received no row"


def test_numbers_within_the_tolerance_pass():
    """The last bits of a float may differ."""
    close = {"inference": [0.5, 1.000001], "training": [0.25, 2.0]}

    assert values_differ(close, NUMBERS) == ""


def test_first_differing_number_is_told_with_its_mode():
    """A network that is right in inference alone is caught in training mode."""
    other = {**NUMBERS, "training": [0.25, 3.0]}

    assert values_differ(other, NUMBERS) == "training: expected 2, received 3"


def test_another_number_of_numbers_differs():
    """A result of another size is not compared by its beginning."""
    other = {**NUMBERS, "training": [0.25]}

    assert values_differ(other, NUMBERS) == "training: expected 2 numbers, received 1"


def test_result_that_is_not_a_number_differs():
    """NaN equals nothing."""
    other = {**NUMBERS, "inference": [float("nan"), 1.0]}

    assert values_differ(other, NUMBERS) == "inference: expected 0.5, received nan"


def test_network_that_is_built_and_cannot_run_has_a_table_still():
    """The table baseline needs no numbers; the values baseline has none to accept."""
    received = [seen([CONV], None, "ValueError: bad")]
    expected = [seen([CONV], NUMBERS)]

    assert outcome(TABLE, received, expected) == Outcome(True)
    assert outcome(VALUES, received, expected) == Outcome(False, "ValueError: bad")


def test_every_call_has_to_agree():
    """A difference in the second call counts as one in the first."""
    received = [seen([CONV], NUMBERS), seen([RELU], NUMBERS)]
    expected = [seen([CONV], NUMBERS), seen([CONV], NUMBERS)]

    assert not outcome(TABLE, received, expected).passed
    assert outcome(VALUES, received, expected).passed
