"""What our nbgrader step writes into the test cells, made from a report without any grading."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbgrader.utils import determine_grade

from reskit.nbgrader_steps import OutOfStepError, stored_report, with_report
from reskit.report import CaseResult, Difference, ExerciseResult, Fault, Report
from reskit.stored_report import StoredReportError, read_report

pytestmark = pytest.mark.nbgrader

DIFFERENCE = Difference(
    "attribute", "main.conv2", "padding", "same", "valid", "main.conv2: padding is <valid>."
)
CASES = (
    CaseResult("main path", "public", "failed", 0, 10, None, "Look again.", (DIFFERENCE,)),
    CaseResult("other arguments", "hidden", "passed", 20.5, 20.5),
)
EXERCISE = ExerciseResult("identity_block", 20.5, 30, "failed", CASES)


def report(*exercises: ExerciseResult, fault: Fault | None = None, sha256: str = "0") -> Report:
    return Report("resnet50", "ResNet50.ipynb", "ada", sha256, 20.5, 100, fault, exercises, {})


def notebook(grade_id: str = "identity_block_test", points: int = 30) -> NotebookNode:
    """Return an answer cell and its test cell, both with outputs of a learner's making."""
    marks = {"grade": True, "solution": False, "grade_id": grade_id, "points": points}
    return new_notebook(
        cells=[
            new_code_cell("1", outputs=[new_output("stream", name="stderr", text="a warning")]),
            new_code_cell(
                "identity_block_test(identity_block)",
                metadata={"nbgrader": marks},
                outputs=[new_output("execute_result", {"text/plain": "30"})],
            ),
        ]
    )


def test_score_of_the_report_becomes_partial_credit() -> None:
    """nbgrader reads from the test cell the score that the report gives, and nothing else."""
    made = with_report(notebook(), report(EXERCISE))

    assert determine_grade(made.cells[1]) == (20.5, 30)


def test_messages_stand_in_the_test_cell() -> None:
    """The cell shows what was wrong, with markup as text, and hidden checks by number."""
    shown = with_report(notebook(), report(EXERCISE)).cells[1].outputs[0].data

    assert "main.conv2: padding is &lt;valid&gt;." in shown["text/html"]
    assert "main.conv2: padding is <valid>." in shown["text/plain"]
    assert '>hidden check 1 of 1</th><td><span class="good">passed' in shown["text/html"].replace(
        "\n", ""
    )
    assert "other arguments" not in shown["text/html"] + shown["text/plain"]


def test_outputs_of_other_cells_are_cleared() -> None:
    """What the learner's cells had put out is not shown as if it had been checked."""
    assert with_report(notebook(), report(EXERCISE)).cells[0].outputs == []


def test_nothing_stands_on_stderr() -> None:
    """nbgrader gives zero for any output on stderr: there is none."""
    made = with_report(notebook(), report(EXERCISE))

    assert [out.output_type for out in made.cells[1].outputs] == ["display_data", "execute_result"]


def test_fault_of_the_whole_file_gives_zero_and_says_why() -> None:
    """Where nothing could run, each test cell says so."""
    fault = Fault("unreadable", "The file is <empty>.")
    made = with_report(notebook(), report(fault=fault))

    assert determine_grade(made.cells[1]) == (0, 30)
    assert "The file is &lt;empty&gt;." in made.cells[1].outputs[0].data["text/html"]


def test_graded_cell_without_exercise_stops_the_grading() -> None:
    """nbgrader would give full marks to a test cell that nobody graded: better none at all."""
    with pytest.raises(OutOfStepError, match="no exercise's test"):
        with_report(notebook(grade_id="another_test"), report(EXERCISE))


def test_other_points_than_the_report_stop_the_grading() -> None:
    """A notebook of an older release is not graded with the points of a newer one."""
    with pytest.raises(OutOfStepError, match="Make the release again"):
        with_report(notebook(points=25), report(EXERCISE))


def test_stored_report_is_found_by_the_bytes_submitted(tmp_path: Path) -> None:
    """A report that is there already is read; for other bytes there is none."""
    submitted = tmp_path / "ResNet50.ipynb"
    submitted.write_bytes(b"notebook")
    given = report(EXERCISE, sha256=hashlib.sha256(b"notebook").hexdigest())
    (tmp_path / f"{given.sha256}.json").write_text(given.to_json(), encoding="utf-8")

    assert stored_report(tmp_path, submitted) == given
    submitted.write_bytes(b"another notebook")
    assert stored_report(tmp_path, submitted) is None
    assert stored_report(None, submitted) is None


@pytest.mark.parametrize("text", ["", "{}", "[]", json.dumps({"schema": "reskit.report/0"})])
def test_damaged_report_is_refused(tmp_path: Path, text: str) -> None:
    """A file that is no whole report stops the grading instead of giving some score."""
    path = tmp_path / "report.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(StoredReportError, match="holds no report"):
        read_report(path)
