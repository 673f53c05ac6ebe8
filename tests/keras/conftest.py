"""What the tests with Keras share: the reference's text, and one warm grader for all."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from programs import grade, reference_text

from reskit.course import Course, find_course
from reskit.grading import Grader
from reskit.report import Report


@pytest.fixture(scope="session")
def course() -> Course:
    """The course of this checkout."""
    return find_course(Path(__file__))


@pytest.fixture
def run(course: Course) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `reskit` in the course's root and return the finished process."""

    def started(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "reskit", *map(str, arguments)],
            cwd=course.root,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return started


@pytest.fixture(scope="session")
def reference(course: Course) -> str:
    """The code cells with Keras's imports and the three functions, as one Python text."""
    return reference_text(course)


@pytest.fixture(scope="session")
def grader(course: Course) -> Iterator[Grader]:
    """A grader with two warm processes."""
    with Grader(course, jobs=2) as warm:
        yield warm


@pytest.fixture(scope="session")
def graded(
    grader: Grader, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[dict[str, str]], dict[str, Report]]:
    """Grade programs, {name: Python text}, and return {name: report}."""

    return lambda programs: grade(programs, tmp_path_factory.mktemp("programs"), grader)
