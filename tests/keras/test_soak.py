"""A class with a hostile one in ten: nobody is lost, and nobody gets what is not theirs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from reskit.course import Course
from reskit.grading import Grader, Ungraded
from reskit.store import store_of

sys.path.insert(0, str(Path(__file__).parents[1] / "submissions"))
from soak import course_of_its_own, graded, make_class

pytestmark = pytest.mark.keras


def test_fifty_submissions_are_all_graded_and_graded_right(course: Course, tmp_path: Path) -> None:
    """Each has the score that is due, whatever was handed in beside it."""
    own = course_of_its_own(course, tmp_path / "course")
    handed = make_class(50, tmp_path / "class")
    with store_of(own) as store, Grader(own, jobs=2, store=store) as grader:
        steps = list(graded(grader, handed))

    assert [step.handed for step in steps] == handed
    assert [step.outcome for step in steps if isinstance(step.outcome, Ungraded)] == []
    assert [(step.handed, step.outcome) for step in steps if step.is_wrong] == []
