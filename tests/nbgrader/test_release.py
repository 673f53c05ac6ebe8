"""The release: what learners receive, made twice alike, and without answers."""

from __future__ import annotations

import ast
import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest

from reskit.course import Course, find_course
from reskit.course_notebook import notebook_bytes, read_course_notebook, stable
from reskit.manifest import read_manifest
from reskit.release import ReleaseError, check, release

pytestmark = pytest.mark.nbgrader

COURSE = find_course(Path(__file__).parent)
TEXT_SUFFIXES = {".ipynb", ".py", ".svg", ".md", ".txt"}


def copied_course(root: Path) -> Course:
    """Return a copy of what the release is made from."""
    for folder in ("solutions", "public_tests", "outputs"):
        shutil.copytree(
            COURSE.root / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    return Course(root)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A copy of the course with its release made."""
    course = copied_course(tmp_path_factory.mktemp("course"))
    release(course)
    return course


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def released_text(course: Course) -> dict[str, str]:
    """Return the text of each released file, a notebook's as its cells' sources."""
    texts = {}
    for path in sorted(course.release.rglob("*")):
        if path.suffix == ".ipynb":
            cells = nbformat.read(path, as_version=4).cells
            texts[path.name] = "\n".join(cell.source for cell in cells)
        elif path.suffix in TEXT_SUFFIXES:
            texts[path.name] = path.read_text(encoding="utf-8")
    return texts


def solution_lines(course: Course) -> set[str]:
    """Return the lines between the solution marks of the course source."""
    source = course.source.read_text(encoding="utf-8")
    regions = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", source, re.DOTALL)
    return {line.strip() for region in regions for line in region.splitlines() if line.strip()}


def test_made_twice_is_byte_identical(released: Course) -> None:
    """The release is a function of the course: made again, not one byte changes."""
    before = contents(released.release)
    release(released)

    assert contents(released.release) == before


def test_nothing_lies_around_after_a_release(released: Course) -> None:
    """Beside the release no temporary folder is left."""
    assert [path.name for path in released.release.parent.iterdir()] == ["resnet50"]


def test_learners_receive_one_flat_folder(released: Course) -> None:
    """The notebook lies beside all that it imports."""
    names = {path.name for path in released.release.iterdir()}

    assert {
        "ResNet50.ipynb",
        "public_tests.py",
        "test_utils.py",
        "outputs.py",
        "resnets_utils.py",
        "images",
    } <= names


def test_no_answer_is_released(released: Course) -> None:
    """No line of a solution stands in any released file."""
    lines = solution_lines(released)
    leaks = [
        (name, line)
        for name, text in released_text(released).items()
        for line in (part.strip() for part in text.splitlines())
        if line in lines
    ]

    assert len(lines) > 20
    assert leaks == []


def test_no_solution_mark_is_released(released: Course) -> None:
    """The marks around an answer are gone, and a stub stands in their place."""
    texts = released_text(released)

    assert not [name for name, text in texts.items() if re.search("(BEGIN|END) SOLUTION", text)]
    assert texts["ResNet50.ipynb"].count("# YOUR CODE HERE\n    raise NotImplementedError()") == 3


def test_no_hidden_case_is_released(released: Course) -> None:
    """Neither name nor arguments nor hint of a hidden case stand in any released file."""
    exercises = read_manifest(released.manifest).exercises
    public = [case.hint for each in exercises for case in each.cases if case.visibility == "public"]
    texts = released_text(released)
    patterns = [
        pattern
        for each in exercises
        for call in each.calls
        if call.visibility == "hidden"
        for pattern in (rf"""["']{re.escape(call.name)}["']""", *argument_patterns(call.arguments))
    ]
    hints = [
        re.escape(case.hint)
        for each in exercises
        for case in each.cases
        if case.visibility == "hidden" and case.hint not in public
    ]

    assert len(patterns) > 5
    assert [
        (name, pattern)
        for name, text in texts.items()
        for pattern in (*patterns, *hints)
        if re.search(pattern, text)
    ] == []


def argument_patterns(arguments: dict[str, object]) -> list[str]:
    """Return how each list among the arguments may be written; a single number says nothing."""
    return [
        r"[\[(]\s*" + r"\s*,\s*".join(str(entry) for entry in value) + r"\s*,?\s*[\])]"
        for value in arguments.values()
        if isinstance(value, list)
    ]


def test_public_calls_are_found_by_the_same_search(released: Course) -> None:
    """The search for hidden arguments would find them: it finds the public ones."""
    calls = [
        call
        for call in read_manifest(released.manifest).exercises[0].calls
        if call.visibility == "public"
    ]
    text = "\n".join(released_text(released).values())

    assert calls
    for call in calls:
        assert all(re.search(pattern, text) for pattern in argument_patterns(call.arguments))


def test_cells_keep_their_ids(released: Course) -> None:
    """A cell's id is its grade id, so that the same cell has the same id in each release."""
    notebook = json.loads((released.release / "ResNet50.ipynb").read_text(encoding="utf-8"))
    graded = [cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]

    assert [cell["id"] for cell in graded] == [
        cell["metadata"]["nbgrader"]["grade_id"] for cell in graded
    ]


def test_test_cells_carry_the_points_of_the_manifest(released: Course) -> None:
    """Each exercise has one locked test cell, worth what the manifest says."""
    notebook = nbformat.read(released.release / "ResNet50.ipynb", as_version=4)
    marks = [cell.metadata["nbgrader"] for cell in notebook.cells if "nbgrader" in cell.metadata]

    assert {mark["grade_id"]: mark["points"] for mark in marks if mark["grade"]} == {
        f"{exercise.name}_test": exercise.points
        for exercise in read_manifest(released.manifest).exercises
    }
    assert all(mark["locked"] and mark["checksum"] for mark in marks if mark["grade"])


def test_check_is_silent_when_in_sync(released: Course) -> None:
    """A release that was just made differs in nothing; caches beside it do not count."""
    (released.release / "__pycache__").mkdir(exist_ok=True)
    (released.release / "__pycache__" / "outputs.cpython-311.pyc").write_bytes(b"")

    assert check(released) == []


def test_check_names_each_difference(tmp_path: Path) -> None:
    """What was changed, removed or added by hand is named."""
    course = copied_course(tmp_path)
    release(course)
    (course.release / "outputs.py").write_text("changed", encoding="utf-8")
    (course.release / "public_tests.py").unlink()
    (course.release / "notes.txt").write_text("mine", encoding="utf-8")

    assert check(course) == [
        "notes.txt does not belong there",
        "outputs.py differs",
        "public_tests.py is missing",
    ]


def test_check_names_stale_test_utils(tmp_path: Path) -> None:
    """When the comparison changed and `test_utils.py` was not made again, the check says so."""
    course = copied_course(tmp_path)
    release(course)
    for folder in (course.public_tests, course.release):
        (folder / "test_utils.py").write_text("stale = True\n", encoding="utf-8")

    assert check(course) == ["public_tests/test_utils.py differs from what it is made of"]


def test_missing_file_stops_the_release(tmp_path: Path) -> None:
    """Without a file that learners need, nothing is released, and the old release stays."""
    course = copied_course(tmp_path)
    release(course)
    before = contents(course.release)
    course.outputs.unlink()

    with pytest.raises(ReleaseError, match=r"outputs/outputs\.py"):
        release(course)
    assert contents(course.release) == before


def test_source_for_nbgrader_is_the_notebook_alone(released: Course) -> None:
    """nbgrader copies the source's neighbours into the release: there are none."""
    source = released.root / "build" / "source" / "resnet50"

    assert [path.name for path in source.iterdir()] == ["ResNet50.ipynb"]


def test_notebook_is_stable_under_repetition() -> None:
    """Giving a notebook its stable form a second time changes nothing."""
    notebook = read_course_notebook(COURSE.source)

    assert notebook_bytes(stable(notebook)) == notebook_bytes(notebook)


def test_cells_without_grade_id_get_ids_from_their_text(tmp_path: Path) -> None:
    """Two cells with the same text still have two ids, the same at each reading."""
    source = tmp_path / "small.py"
    source.write_text("# %%\nx = 1\n\n# %%\nx = 1\n", encoding="utf-8")
    ids = [cell.id for cell in read_course_notebook(source).cells]

    assert len(set(ids)) == 2
    assert ids == [cell.id for cell in read_course_notebook(source).cells]


def test_released_python_files_can_be_read(released: Course) -> None:
    """Every released Python file is whole."""
    for path in released.release.glob("*.py"):
        ast.parse(path.read_text(encoding="utf-8"))
