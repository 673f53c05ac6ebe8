"""The class that all sides grade: right and wrong notebooks, no two with the same program."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reskit.course import Course
from reskit.manifest import read_manifest

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests" / "submissions"))
from many import copies

# Right and wrong, and each ends by itself under every grader. The first one is right.
LEARNERS = (
    *("solved", "wrong_padding", "solved_other_style", "skip_cut", "era2_form", "half_done"),
    *("noisy", "hard_coded_stride", "solved_functional_variants", "syntax_error"),
    *("block_too_few", "resnet_returns_tensor", "relu_before_addition", "missing_batchnorm"),
    *("filters_swapped", "initializer_ignored", "filters_typo", "hard_coded_classes"),
)
TEST_IMPORTS = (
    "from public_tests import ResNet50_test, convolutional_block_test, identity_block_test"
)


@dataclass(frozen=True)
class Batch:
    """A class on disk: for each variant and student one notebook, as each grader wants it."""

    root: Path
    notebook: str
    exercises: tuple[str, ...]
    students: tuple[str, ...]

    def handed_in(self, variant: str, student: str) -> Path:
        """The notebook of a student, with the test cells that the release has."""
        return self.root / variant / student / self.notebook

    def for_otter(self, variant: str, student: str) -> Path:
        """The same without these test cells: otter brings its own tests, and would run both."""
        return self.root / f"{variant}_for_otter" / student / self.notebook


def make_batch(course: Course, root: Path, submissions: int) -> Batch:
    """Write a class of so many notebooks in all variants below `root`."""
    assignment = read_manifest(course.manifest)
    exercises = tuple(exercise.name for exercise in assignment.exercises)
    learners = [course.sample_class / name / assignment.notebook for name in LEARNERS]
    made = [path for path, _ in copies(learners, submissions, root / "whole")]
    batch = Batch(root, assignment.notebook, exercises, tuple(path.parent.name for path in made))
    for student, path in zip(batch.students, made, strict=True):
        whole = json.loads(path.read_bytes())
        small = reduced(whole, exercises)
        _write(batch.handed_in("reduced", student), small)
        _write(batch.for_otter("whole", student), without_tests(whole, exercises))
        _write(batch.for_otter("reduced", student), without_tests(small, exercises))
    return batch


def reduced(notebook: Mapping[str, Any], exercises: Sequence[str]) -> dict[str, Any]:
    """Return a submitted notebook with its imports, answers and test cells alone."""
    kept = {"imports", *exercises, *_tests(exercises)}
    tests: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "id": "tests",
        "metadata": {},
        "outputs": [],
        "source": TEST_IMPORTS,
    }
    return {**notebook, "cells": [tests, *_cells(notebook, kept)]}


def without_tests(notebook: Mapping[str, Any], exercises: Sequence[str]) -> dict[str, Any]:
    """Return a submitted notebook without the test cells of the release."""
    tests = _cells(notebook, _tests(exercises))
    return {**notebook, "cells": [cell for cell in notebook["cells"] if cell not in tests]}


def _tests(exercises: Sequence[str]) -> set[str]:
    return {f"{name}_test" for name in exercises}


def _cells(notebook: Mapping[str, Any], named: Collection[str]) -> list[dict[str, Any]]:
    return [
        cell
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") in named
    ]


def _write(path: Path, notebook: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False), encoding="utf-8")
