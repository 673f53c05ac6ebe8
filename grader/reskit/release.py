"""The release: from the course source to the folder that learners receive."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import capture_log
from traitlets.config import Config

from reskit.bundle import bundle, bundle_tools
from reskit.course import Course, find_course
from reskit.course_notebook import notebook_bytes, read_course_notebook, stable
from reskit.manifest import read_manifest
from reskit.writing import write_bytes, write_text

TEST_UTILS, TOOLS = "test_utils.py", "resnets_utils.py"
LEFTOVERS = frozenset({"__pycache__", ".ipynb_checkpoints"})  # made by using a release

# What `nbgrader generate_assignment --no-db` sets: a new gradebook costs three seconds.
WITHOUT_GRADEBOOK = {"GenerateAssignment": {"no_database": True}, "SaveCells": {"enabled": False}}


class ReleaseError(Exception):
    """The release cannot be made; the message says what is missing or wrong."""


def release(course: Course) -> list[Path]:
    """Make the folder that learners receive, with what it is made from; return the files.

    The folder is complete or untouched: it is made beside the old one and then takes its place.
    """
    staging = stage(course)
    made = _bundled(course)
    for path, text in made.items():
        write_text(path, text)
    course.release.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".release-", dir=course.release.parent) as scratch:
        _replace(course.release, _made(course, Path(scratch) / "made"), Path(scratch) / "old")
    return [staging, *made, *_files(course.release)]


def check(course: Course) -> list[str]:
    """Return how the committed release differs from what would be made; empty when in sync."""
    with tempfile.TemporaryDirectory(prefix="reskit-release-") as scratch:
        made = _made(course, Path(scratch) / "made")
        expected = {path.relative_to(made): path.read_bytes() for path in _files(made)}
    committed = {path.relative_to(course.release): path for path in _files(course.release)}
    lines = [f"{path} is missing" for path in expected.keys() - committed.keys()]
    lines += [f"{path} does not belong there" for path in committed.keys() - expected.keys()]
    lines += [
        f"{path} differs"
        for path in expected.keys() & committed.keys()
        if committed[path].read_bytes() != expected[path]
    ]
    lines += [
        f"{path.relative_to(course.root)} differs from what it is made of"
        for path, text in _bundled(course).items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    return sorted(lines)


def stage(course: Course, root: Path | None = None) -> Path:
    """Write the notebook with its answers to nbgrader's source folder; return the file.

    The nbgrader course is at `root`, by default the course itself. nbgrader copies whatever lies
    beside the source notebook into the release. So that folder holds the notebook alone.
    """
    notebook = read_manifest(course.manifest).notebook
    target = (root or course.root) / "build" / "source" / course.assignment / notebook
    write_bytes(target, _source_bytes(course))
    return target


def complete(assignment: str, **_: object) -> None:
    """Finish what `nbgrader generate_assignment` wrote, so that it is what `release` makes.

    A post_convert_hook of nbgrader: it runs in the course root, after the notebook is written.
    """
    _finish(find_course(), Path.cwd() / "assignments" / assignment)


def _bundled(course: Course) -> dict[Path, str]:
    """Return the files that are laid together from modules, with their text."""
    return {
        course.public_tests / TEST_UTILS: bundle(),
        course.solution / TOOLS: bundle_tools(course.solution / "learner_tools"),
    }


def _replace(target: Path, made: Path, old: Path) -> None:
    """Put `made` in the place of `target`, which is kept as `old`, or put back on failure."""
    if target.exists():
        target.rename(old)
    try:
        made.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise


def _made(course: Course, target: Path) -> Path:
    """Make the release at `target`, which is not there yet."""
    notebook = read_manifest(course.manifest).notebook
    with tempfile.TemporaryDirectory(prefix="reskit-nbgrader-") as scratch:
        root = Path(scratch).resolve()
        source = root / "source" / course.assignment / notebook
        source.parent.mkdir(parents=True)
        source.write_bytes(_source_bytes(course))
        config = Config({"CourseDirectory": {"root": str(root)}, **WITHOUT_GRADEBOOK})
        folder = CourseDirectory(config=config, assignment_id=course.assignment)
        result = capture_log(GenerateAssignment(coursedir=folder, config=config))
        if not result["success"]:
            raise ReleaseError(f"nbgrader could not make the release:\n{result['error']}")
        target.mkdir(parents=True)
        shutil.copyfile(root / "release" / course.assignment / notebook, target / notebook)
    _finish(course, target)
    return target


def _finish(course: Course, target: Path) -> None:
    """Give the notebook in `target` its stable bytes and lay its companions beside it."""
    notebook = target / read_manifest(course.manifest).notebook
    notebook.write_bytes(notebook_bytes(stable(nbformat.read(notebook, as_version=4))))
    for place, origin in _companions(course):
        (target / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(origin, target / place)


def _companions(course: Course) -> Iterator[tuple[Path, Path]]:
    """Yield where each file beside the notebook goes, and where it comes from."""
    required = (
        course.public_tests / "public_tests.py",
        course.public_tests / TEST_UTILS,
        course.outputs,
        course.solution / TOOLS,
    )
    missing = [str(path.relative_to(course.root)) for path in required if not path.is_file()]
    if missing:
        raise ReleaseError(f"The release needs {', '.join(missing)}.")
    for origin in required:
        yield Path(origin.name), origin
    for pattern in ("datasets/*.h5", "images/*", "*.h5"):
        for origin in sorted(filter(Path.is_file, course.solution.glob(pattern))):
            yield origin.relative_to(course.solution), origin


def _source_bytes(course: Course) -> bytes:
    if not course.source.is_file():
        raise ReleaseError(f"The release needs {course.source.relative_to(course.root)}.")
    return notebook_bytes(read_course_notebook(course.source))


def _files(folder: Path) -> list[Path]:
    """Return the files under a folder, sorted, without what using them leaves behind."""
    return sorted(
        Path(parent) / name
        for parent, _, names in os.walk(folder)
        for name in names
        if LEFTOVERS.isdisjoint(Path(parent).parts) and not name.endswith(".pyc")
    )
