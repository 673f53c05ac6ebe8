"""`reskit grade --json` has a line for each submission, also for one that we failed to grade."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from lacking import environment_without

from reskit.course import find_course
from reskit.grade_command import ungraded_line
from reskit.grading import Ungraded

COURSE = find_course(Path(__file__).parent)


def test_ungraded_submission_has_its_line_in_its_place(tmp_path: Path) -> None:
    """Lines stay in the order given; one of ours that failed is no report and has no score."""
    python = environment_without(tmp_path / "environment", "h5py")  # no network can be built
    names = ["broken_json", "solved", "not_a_notebook"]
    paths = [str(COURSE.sample_class / name / "ResNet50.ipynb") for name in names]
    done = subprocess.run(
        [python, "-m", "reskit", "grade", "--force", "--json", *paths],
        env=os.environ | {"RESKIT_COURSE": str(COURSE.root)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]

    assert done.returncode == 1
    assert [line["submission"]["path"] for line in lines] == paths
    assert [line["schema"] for line in lines] == [
        *("reskit.report/1", "reskit.ungraded/1", "reskit.report/1")
    ]
    assert "No module named 'h5py'" in lines[1]["reason"]
    assert lines[1].keys() == {"schema", "assignment", "submission", "reason"}


def test_ungraded_line_is_one_line_of_utf8() -> None:
    """Whatever the file is called and the reason says, it is one line that can be printed."""
    line = ungraded_line("resnet50", Ungraded("a\udcff/b\n.ipynb", "ä", "first\nlast" * 1000))

    assert "\n" not in line
    assert json.loads(line.encode("utf-8"))["submission"] == {
        "path": "a?/b\n.ipynb",
        "student": "ä",
    }
