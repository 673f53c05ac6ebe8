"""The demo's care with folders and files; the demo itself is run by `make demo`."""

from __future__ import annotations

from pathlib import Path

import pytest

from reskit.course import Course, find_course
from reskit.demo import DemoError, clear_folder, sample_submissions

pytestmark = pytest.mark.nbgrader

COURSE = find_course(Path(__file__).parent)


def test_folder_of_a_demo_is_made_anew(tmp_path: Path) -> None:
    """A second demo leaves nothing of the first one."""
    out = tmp_path / "demo"
    clear_folder(out)
    (out / "grades.csv").write_text("old", encoding="utf-8")

    clear_folder(out)
    assert [path.name for path in out.iterdir()] == [".reskit-demo"]


def test_folder_with_other_files_is_not_touched(tmp_path: Path) -> None:
    """A demo never deletes what no demo wrote, also not a file of that name."""
    (tmp_path / "thesis.tex").write_text("years of work", encoding="utf-8")

    for out in (tmp_path, tmp_path / "thesis.tex"):
        with pytest.raises(DemoError, match="holds other files"):
            clear_folder(out)
    assert (tmp_path / "thesis.tex").read_text(encoding="utf-8") == "years of work"


def test_missing_class_is_said(tmp_path: Path) -> None:
    """Where the sample class is missing, the demo says so and does not start."""
    course = Course(tmp_path)
    course.solution.mkdir(parents=True)
    course.manifest.write_bytes(COURSE.manifest.read_bytes())

    with pytest.raises(DemoError, match="no sample class"):
        sample_submissions(course)
