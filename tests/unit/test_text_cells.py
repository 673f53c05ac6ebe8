"""Code in text cells is not run, and its learner is told where it stands."""

from __future__ import annotations

import pytest

from reskit.report import ExerciseResult, Fault
from reskit.submission import Submission
from reskit.text_cells import noted, with_place

CODE = "Some words.\n\ndef identity_block(X, f, filters):\n    return X\n"


def submission(*texts: str) -> Submission:
    """A submission with these text cells."""
    return Submission("a.ipynb", "a", None, texts=texts)


def result(score: float) -> ExerciseResult:
    """An exercise that earned `score`."""
    return ExerciseResult("identity_block", score, 30, "failed", (), ("Before.",))


def test_missing_function_in_a_text_cell_is_told() -> None:
    """Who pasted the answer into a text cell learns it from the fault."""
    fault = Fault("missing_function", "There is no function called identity_block.")

    assert with_place(fault, submission(CODE)).message.endswith("make it a code cell.")
    assert with_place(fault, submission("Words.")) == fault
    assert with_place(Fault("crash", "It ended."), submission(CODE)).message == "It ended."


def test_placeholder_with_the_answer_in_a_text_cell_is_noted() -> None:
    """Who left the placeholder where the code belongs is told what was not run."""
    assert noted(result(0), submission("x", CODE)).notes == (
        "Before.",
        "A text cell of the notebook defines identity_block. "
        "It was not run; make it a code cell if it counts.",
    )


@pytest.mark.parametrize(("score", "text"), [(8, CODE), (0, "def other(): ..."), (0, "Words.")])
def test_others_have_no_such_note(score: float, text: str) -> None:
    """A copy of an answer that counts, or another function, is no one's mistake."""
    assert noted(result(score), submission(text)) == result(score)
