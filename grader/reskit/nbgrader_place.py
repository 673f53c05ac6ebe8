"""Where the files of the submission lie that nbgrader is converting."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Place:
    """One student's notebook of one assignment in an nbgrader course."""

    root: Path  # the nbgrader course
    student: str
    submitted: Path  # as the student handed it in, never changed
    released: Path  # what the student started from


def place_of(step: Any, resources: Any) -> Place:
    """Return the place of the notebook that `step`, a part of a running converter, works on.

    Raises LookupError outside a converter, because only the converter knows the course.
    """
    owner = step
    while owner is not None and getattr(owner, "coursedir", None) is None:
        owner = owner.parent
    if owner is None:
        raise LookupError("This step runs inside `nbgrader autograde` only.")
    course, given = owner.coursedir, resources["nbgrader"]
    notebook = f"{given['notebook']}.ipynb"

    def folder(step_folder: str, student: str) -> Path:
        return Path(course.format_path(step_folder, student, given["assignment"]))

    return Place(
        root=Path(course.root),
        student=given["student"],
        submitted=folder(course.submitted_directory, given["student"]) / notebook,
        released=folder(course.release_directory, ".") / notebook,
    )
