"""What the tests with Keras share: the reference's text, and one warm grader for all."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import jupytext
import pytest

from reskit.course import Course, find_course
from reskit.grading import Grader
from reskit.report import Report


@pytest.fixture(scope="session")
def course() -> Course:
    """The course of this checkout."""
    return find_course(Path(__file__))


@pytest.fixture(scope="session")
def reference(course: Course) -> str:
    """The code cells with Keras's imports and the three functions, as one Python text."""
    cells = [cell.source for cell in jupytext.read(course.source).cells if cell.cell_type == "code"]
    wanted = re.compile(
        r"^(import keras|def (identity_block|convolutional_block|ResNet50)\()", re.M
    )
    return "\n\n".join(cell for cell in cells if wanted.search(cell))


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

    def grade(programs: dict[str, str]) -> dict[str, Report]:
        folder = tmp_path_factory.mktemp("programs")
        paths = [folder / f"{name}.py" for name in programs]
        for path, text in zip(paths, programs.values(), strict=True):
            path.write_text(text, encoding="utf-8")
        return dict(zip(programs, grader.grade_all(paths), strict=True))

    return grade
