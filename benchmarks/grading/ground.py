"""The ground: what is laid out once, before the clock runs."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from grading.batch import Batch
from grading.commands import HERE, Command, run
from grading.otter import companions, make_autograder
from reskit.course import Course
from reskit.release import stage

# nbgrader as it comes. Its limit for one cell, 30 seconds, would fail slow machines.
STOCK_SETTINGS = """\
c = get_config()
c.CourseDirectory.course_id = "stock"
c.Execute.timeout = 300
"""


@dataclass(frozen=True)
class Ground:
    """What is laid out once: the batch, nbgrader's course, what otter needs."""

    course: Course
    batch: Batch
    root: Path
    otter: Path

    @property
    def stock(self) -> Path:
        """A course of nbgrader's own, with the release and without submissions."""
        return self.root / "stock"

    @property
    def autograder(self) -> Path:
        """The zip file with otter's tests, and what learners receive."""
        return self.root / "otter" / "autograder.zip"


def lay_out(course: Course, batch: Batch, root: Path, otter: Path) -> Ground:
    """Make the courses of nbgrader and otter, with what learners really receive."""
    ground = Ground(course, batch, root, otter)
    source = ground.stock / "source" / course.assignment
    source.mkdir(parents=True)
    shutil.copyfile(stage(course, root / "staging"), source / batch.notebook)
    for name in companions(course, batch.notebook):
        origin = course.release / name
        (shutil.copytree if origin.is_dir() else shutil.copyfile)(origin, source / name)
    (ground.stock / "nbgrader_config.py").write_text(STOCK_SETTINGS, encoding="utf-8")
    generate = Command(HERE, ["-m", "nbgrader", "generate_assignment", course.assignment])
    run(generate, ground.stock, root / "log.txt")
    make_autograder(course, batch, otter, ground.autograder.parent)
    return ground
