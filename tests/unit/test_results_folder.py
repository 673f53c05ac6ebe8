"""The folder with the results: a name for each learner."""

from __future__ import annotations

from pathlib import Path

import pytest

from reskit.course import find_course
from reskit.results_folder import ResultsFolder


@pytest.fixture
def folder(tmp_path: Path) -> ResultsFolder:
    """An empty folder."""
    course = find_course(Path(__file__))
    return ResultsFolder(tmp_path, course)


def test_two_learners_of_one_name_get_two_folders(folder: ResultsFolder) -> None:
    """Also where a file system takes capitals and small letters for the same."""
    names = [folder.name_for(student) for student in ("anna", "Anna", "anna")]

    assert names == ["anna", "Anna-2", "anna-3"]


@pytest.mark.parametrize("student", ["../../etc", "..", "a/b\\c", "", "\x1b[31mred"])
def test_name_stays_in_its_folder(folder: ResultsFolder, student: str) -> None:
    """Whatever a learner is called, nothing is written elsewhere."""
    name = folder.name_for(student)

    assert name
    assert Path(name).name == name
    assert not name.startswith(".")
    assert name.isprintable()
