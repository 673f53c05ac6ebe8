"""`reskit grade --nbgrader`: the class is in the gradebook, and nbgrader ran nobody's code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from reskit.course import find_course
from reskit.nbgrader_course import lay_out, run_nbgrader

pytestmark = pytest.mark.nbgrader

COURSE = find_course(Path(__file__).parent)
EARNED = {"solved": 100.0, "skip_cut": 86.0, "broken_json": 0.0}


def graded(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `reskit grade --nbgrader` in an nbgrader course."""
    return subprocess.run(
        [sys.executable, "-m", "reskit", "grade", "--nbgrader", *arguments],
        cwd=root,
        env=os.environ | {"RESKIT_COURSE": str(COURSE.root)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def scores(root: Path) -> dict[str, float]:
    """Return what the gradebook says."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "reskit") as gradebook:
        return {
            submission.student.id: submission.score
            for submission in gradebook.assignment_submissions(COURSE.assignment)
        }


def test_class_is_graded_and_entered_with_one_command(tmp_path: Path) -> None:
    """Each submission has its score in nbgrader's gradebook, and its autograded copy."""
    root = tmp_path / "course"
    submissions = {name: COURSE.sample_class / name / "ResNet50.ipynb" for name in EARNED}
    lay_out(COURSE, root, submissions)
    run_nbgrader(COURSE, root, "generate_assignment", COURSE.assignment)
    first = graded(root)
    entered = scores(root)
    again = graded(root, "--force", "--jobs", "1")

    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert entered == EARNED == scores(root)
    assert "3 submissions are in the gradebook." in first.stderr
    assert {path.parent.parent.name for path in root.glob("autograded/*/*/*.ipynb")} == set(EARNED)
    assert {path.parent.name for path in root.glob("reskit/*/report.json")} == set(EARNED)
    assert "graded 3 of 3" in (root / "reskit" / "grade.log").read_text(encoding="utf-8")


def test_folder_that_is_no_course_is_told(tmp_path: Path) -> None:
    """Outside an nbgrader course, and in one where nothing was handed in, the message says so."""
    outside = graded(tmp_path)
    (tmp_path / "nbgrader_config.py").touch()
    empty = graded(tmp_path)

    assert (outside.returncode, empty.returncode) == (2, 2)
    assert "there is no nbgrader_config.py" in outside.stderr.replace("\n", " ")
    assert "There is no submission in" in empty.stderr
