"""Sides: how each grader is given a batch, called, and asked for what it found."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from grading.commands import HERE, Command
from grading.ground import Ground
from reskit.course import MARK


@dataclass(frozen=True)
class Task:
    """A batch in a fresh folder: the commands that grade it, and each student's result."""

    commands: Sequence[Command]
    results: Sequence[Path]
    accepts: Callable[[Path], bool]  # whether a result says that the submission is right


def _reskit(*jobs: str) -> Callable[[Ground, str, Sequence[str], Path], Task]:
    """Return what lays out a batch for `reskit grade`, in a course whose store is empty."""

    def task(ground: Ground, variant: str, students: Sequence[str], work: Path) -> Task:
        own = work / "course"
        (own / MARK).parent.mkdir(parents=True)
        shutil.copyfile(ground.course.manifest, own / MARK)
        shutil.copytree(ground.course.outputs.parent, own / "outputs")
        for student in students:
            _copy(ground.batch.handed_in(variant, student), work / "batch" / student)
        words = ["-m", "reskit", "grade", "batch", "--out", "out", *jobs]
        results = [work / "out" / student / "report.json" for student in students]
        return Task([Command(HERE, words, {"RESKIT_COURSE": str(own)})], results, _full_report)

    return task


def _nbgrader(ground: Ground, variant: str, students: Sequence[str], work: Path) -> Task:
    """Lay out a batch in a course of nbgrader's own."""
    name = ground.course.assignment
    shutil.copytree(ground.stock, work)
    for student in students:
        _copy(ground.batch.handed_in(variant, student), work / "submitted" / student / name)
    results = [work / "autograded" / student / name / ground.batch.notebook for student in students]
    return Task([Command(HERE, ["-m", "nbgrader", "autograde", name])], results, _no_error)


def _otter(ground: Ground, variant: str, students: Sequence[str], work: Path) -> Task:
    """Lay out a batch for otter, which takes one notebook at a time."""
    commands = []
    for student in students:
        _copy(ground.batch.for_otter(variant, student), work / "batch" / student)
        (work / "out" / student).mkdir(parents=True)
        notebook = f"batch/{student}/{ground.batch.notebook}"
        words = ["-m", "otter", "run", notebook, "-a", str(ground.autograder)]
        commands.append(Command(ground.otter, [*words, "-o", f"out/{student}"]))
    results = [work / "out" / student / "results.json" for student in students]
    return Task(commands, results, _full_results)


TASKS: Mapping[str, Callable[[Ground, str, Sequence[str], Path], Task]] = MappingProxyType(
    {
        "reskit": _reskit(),
        "reskit_two": _reskit("--jobs", "2"),
        "reskit_one": _reskit("--jobs", "1"),
        "nbgrader": _nbgrader,
        "otter": _otter,
    }
)


def _copy(notebook: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    shutil.copy(notebook, folder)


def _full_report(result: Path) -> bool:
    report = json.loads(result.read_bytes())
    return bool(report["score"] == report["max_score"])


def _no_error(result: Path) -> bool:
    """Whether every cell of an executed notebook ran, and each of them was run."""
    cells = json.loads(result.read_bytes())["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    outputs = [output for cell in code for output in cell["outputs"]]
    return all(cell["execution_count"] for cell in code if "".join(cell["source"]).strip()) and all(
        output["output_type"] != "error" for output in outputs
    )


def _full_results(result: Path) -> bool:
    tests = json.loads(result.read_bytes())["tests"]
    judged = [test for test in tests if "max_score" in test]
    return len(judged) > 0 and all(test["score"] == test["max_score"] for test in judged)
