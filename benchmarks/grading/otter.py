"""Otter in an environment of its own, with the public tests as tests of otter's kind."""

from __future__ import annotations

import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from grading.batch import Batch
from grading.commands import HERE, BenchmarkError, Command, run
from reskit.course import Course

REQUIREMENT = "otter-grader[grading]==7.0.0"
TEST = """\
from otter.test_files import test_case

OK_FORMAT = False

name = "{exercise}"
points = 1


@test_case()
def public({exercise}):
    from public_tests import {exercise}_test

    {exercise}_test({exercise})
"""


def make_environment(folder: Path, log: Path) -> Path:
    """Install otter into a new environment in `folder`; return that environment's Python.

    What otter does not bring, TensorFlow above all, is taken from the running environment: a
    second one would weigh 2 GB and run no faster. NumPy is the one that this TensorFlow takes.
    """
    tensorflow = find_spec("tensorflow")
    if tensorflow is None or tensorflow.origin is None:
        raise BenchmarkError("There is no TensorFlow in this environment.")
    python = folder / "bin" / "python"
    needed = [REQUIREMENT, f"numpy=={version('numpy')}"]
    run(Command(HERE, ["-m", "venv", str(folder)]), folder.parent, log)
    run(Command(python, ["-m", "pip", "install", *needed]), folder.parent, log)
    packages = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    beside = packages / "site-packages" / "beside.pth"
    beside.write_text(f"{Path(tensorflow.origin).parents[1]}\n", encoding="utf-8")
    return python


def make_autograder(course: Course, batch: Batch, python: Path, root: Path) -> Path:
    """Return the zip file that `otter generate` makes of the tests and what learners receive."""
    tests = root / "tests"
    tests.mkdir(parents=True)
    for exercise in batch.exercises:
        text = TEST.format(exercise=exercise)
        (tests / f"{exercise}.py").write_text(text, encoding="utf-8")
    made = root / "autograder.zip"
    beside = companions(course, batch.notebook)
    words = ["-m", "otter", "generate", "-t", str(tests), "-o", str(made)]
    plain = ["--no-requirements", "--no-environment"]
    run(Command(python, [*words, *plain, *beside]), course.release, root / "log.txt")
    return made


def companions(course: Course, notebook: str) -> list[str]:
    """Return the names of what learners receive beside the notebook."""
    left_behind = {notebook, "__pycache__", ".ipynb_checkpoints"}
    return sorted(path.name for path in course.release.iterdir() if path.name not in left_behind)
