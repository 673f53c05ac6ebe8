"""The pages, typed in as they stand: each block of commands, in order, in a copy of the course."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from blocks import NOT_RUN, blocks
from typing_in import type_in

from reskit.course import find_course

ROOT = find_course(Path(__file__).parent).root
DOCS = ROOT / "docs"
PARTS = (
    *("assignments", "docs", "outputs", "public_tests", "solutions", "tests/submissions"),
    *("nbgrader_config.py", "constraints.txt", "README.md"),
)
PATIENCE = 600  # seconds for a page, on a busy machine


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of what a clone holds, for commands that change it."""
    root = tmp_path / "course"
    for part in PARTS:
        origin = ROOT / part
        (root / part).parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            leftovers = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
            shutil.copytree(origin, root / part, ignore=leftovers)
        else:
            shutil.copyfile(origin, root / part)
    return root


def surroundings(course: Path) -> Mapping[str, str]:
    """Return the environment of somebody who has installed the kit and nothing else."""
    home = course.parent / "home"
    home.mkdir()
    return {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


def typed_in(page: Path, course: Path, folder: Path | None = None) -> str:
    """Type in the page's blocks, except those that a mark leaves out; return what was printed."""
    steps = [step for block in blocks(page) if not block.mark for step in block.steps()]
    assert steps, page
    done = type_in(steps, folder or course, surroundings(course), PATIENCE)
    return "".join(each.printed for each in done)


def test_blocks_that_nobody_runs_are_few_and_say_why() -> None:
    """Of the blocks on the pages that are typed in, few are left out, each with its reason."""
    pages = [ROOT / "README.md", *(DOCS / f"{name}.md" for name in ("learner", *TYPED))]
    found = [block for page in pages for block in blocks(page)]
    left_out = [block for block in found if block.mark == NOT_RUN]

    assert [block.place for block in left_out if len(block.reason) < 20] == []
    assert len(left_out) <= len(found) // 5


@pytest.mark.keras
def test_readme_does_as_it_says(course: Path) -> None:
    """The first commands that a visitor types work, and print what the page shows."""
    typed_in(ROOT / "README.md", course)


@pytest.mark.keras
def test_learners_page_does_as_it_says(course: Path) -> None:
    """A learner in the released folder, with a right notebook, can type what the page says."""
    folder = course / "assignments" / "resnet50"
    solved = course / "tests" / "submissions" / "solved" / "ResNet50.ipynb"
    shutil.copyfile(solved, folder / "ResNet50.ipynb")

    printed = typed_in(DOCS / "learner.md", course, folder)

    assert "solved" not in printed
    assert "90 of 90 points" in printed


TYPED = {
    "instructor": pytest.mark.nbgrader,
    "author": pytest.mark.keras,
    "threat_model": pytest.mark.keras,
    "report": pytest.mark.keras,
}


@pytest.mark.parametrize("name", [pytest.param(name, marks=mark) for name, mark in TYPED.items()])
def test_page_does_as_it_says(course: Path, name: str) -> None:
    """Each block of the page runs where the one before it has ended."""
    typed_in(DOCS / f"{name}.md", course)
