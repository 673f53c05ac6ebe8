"""Where the course lies: the one object that knows paths."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

MARK = Path("solutions") / "resnet50" / "exercise.toml"


class CourseNotFoundError(Exception):
    """No course folder was found; the message says what to do."""


@dataclass(frozen=True)
class Course:
    """A checkout of the course: what is taught, released and recorded."""

    root: Path
    assignment: str = "resnet50"

    @property
    def solution(self) -> Path:
        """The folder with the course source of the assignment."""
        return self.root / "solutions" / self.assignment

    @property
    def manifest(self) -> Path:
        """The exercises, calls, cases, points, tolerances and hints."""
        return self.solution / "exercise.toml"

    @property
    def source(self) -> Path:
        """The instructor's notebook as jupytext percent text."""
        return self.solution / "ResNet50.py"

    @property
    def public_tests(self) -> Path:
        """The folder with what learners run."""
        return self.root / "public_tests"

    @property
    def outputs(self) -> Path:
        """What the reference produced for the public calls."""
        return self.root / "outputs" / "outputs.py"

    @property
    def hidden_outputs(self) -> Path:
        """What the reference produced for the hidden calls."""
        return self.root / "outputs" / "hidden_outputs.py"

    @property
    def release(self) -> Path:
        """The folder that learners receive."""
        return self.root / "assignments" / self.assignment

    @property
    def sample_class(self) -> Path:
        """The folder of sample submissions with their golden reports."""
        return self.root / "tests" / "submissions"

    @property
    def equivalents(self) -> Path:
        """The folder of right programs written by hand, each another way of writing a function."""
        return self.root / "tests" / "equivalents"


def find_course(start: Path | None = None) -> Course:
    """Return the course at RESKIT_COURSE, around `start`, or around this package.

    Raises CourseNotFoundError when none of these folders is a course.
    """
    named = os.environ.get("RESKIT_COURSE")
    if named:
        if (Path(named) / MARK).is_file():
            return Course(Path(named).resolve())
        raise CourseNotFoundError(f"RESKIT_COURSE is {named}, but there is no {MARK} in it.")
    around_start = (start or Path.cwd()).resolve()
    for origin in (around_start, Path(__file__).resolve().parent):
        for folder in (origin, *origin.parents):
            if (folder / MARK).is_file():
                return Course(folder)
    raise CourseNotFoundError(
        f"There is no course around {around_start}: no folder above it holds {MARK}. "
        "Change into a checkout of the course, or set RESKIT_COURSE to one."
    )
