"""`nbgrader export` with our exporter: what Canvas imports, from nbgrader's own gradebook."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

pytestmark = [
    pytest.mark.nbgrader,
    # nbgrader's own way of adding a submission; the rows are right all the same
    pytest.mark.filterwarnings("ignore:Object of type <Submitted"),
]

ASSIGNMENT, NOTEBOOK, CELL = "resnet50", "ResNet50", "identity_block_test"
ROSTER = """Student,ID,SIS User ID,SIS Login ID,Section,ResNet-50 (77)
    Points Possible,,,,,30
"Lovelace, Ada",101,S1,ada,Lab 1,
"Turing, Alan",102,S2,alan,Lab 2,
"""


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A gradebook: full points less a day late, partial and bonus points, nothing handed in."""
    programs = str(Path(sys.executable).parent)  # nbgrader starts `alembic` by its bare name
    monkeypatch.setenv("PATH", os.pathsep.join([programs, os.environ.get("PATH", "")]))
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n", encoding="utf-8")
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        gradebook.add_assignment(ASSIGNMENT)
        gradebook.add_notebook(NOTEBOOK, ASSIGNMENT)
        gradebook.add_grade_cell(CELL, NOTEBOOK, ASSIGNMENT, max_score=30, cell_type="code")
        gradebook.add_student("ada", first_name="Ada", last_name="Lovelace", lms_user_id="101")
        gradebook.add_student("alan")
        gradebook.add_student("grace", first_name="Grace", last_name="Hopper")
        for student, score in (("ada", 30), ("alan", 10)):
            gradebook.add_submission(ASSIGNMENT, student)
            grade = gradebook.find_grade(CELL, NOTEBOOK, ASSIGNMENT, student)
            grade.auto_score = score
            grade.extra_credit = 2 if student == "alan" else None
        late = gradebook.find_submission_notebook(NOTEBOOK, ASSIGNMENT, "ada")
        late.late_submission_penalty = 5
        gradebook.db.commit()
    return tmp_path


def exported(course: Path, *arguments: str) -> list[list[str]]:
    """Run `nbgrader export` with our exporter; return the lines of what it wrote."""
    command = [sys.executable, "-m", "nbgrader", "export", "--to", "out.csv"]
    command += ["--exporter=reskit.nbgrader_export.CanvasExport", *arguments]
    finished = subprocess.run(
        command, cwd=course, capture_output=True, text=True, timeout=120, check=False
    )
    assert finished.returncode == 0, finished.stderr
    return list(csv.reader((course / "out.csv").read_text(encoding="utf-8").splitlines()))


def test_gradebook_is_written_for_canvas(course: Path) -> None:
    """Bonus points and lateness count; who handed nothing in has no line."""
    assert exported(course) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "resnet50"],
        ["    Points Possible", "", "", "", "", "30"],
        ["alan", "", "", "alan", "", "12"],
        ["Lovelace, Ada", "101", "", "ada", "", "25"],
    ]


def test_roster_of_canvas_gives_names_and_ids(course: Path) -> None:
    """What Canvas calls its students and its column is taken over."""
    (course / "roster.csv").write_text(ROSTER, encoding="utf-8")

    assert exported(
        course, "--CanvasExport.roster=roster.csv", "--CanvasExport.column=ResNet-50 (77)"
    ) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "ResNet-50 (77)"],
        ["    Points Possible", "", "", "", "", "30"],
        ["Lovelace, Ada", "101", "S1", "ada", "Lab 1", "25"],
        ["Turing, Alan", "102", "S2", "alan", "Lab 2", "12"],
    ]
