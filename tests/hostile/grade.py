"""Grade the hostile set; `python tests/hostile/grade.py` writes the golden reports anew.

Read every changed line of them: a learner will.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import tempfile
from collections.abc import Collection, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from hostile_cases import CASES, HERE, write_all

from reskit.course import Course
from reskit.examiner_process import ExaminerProcess
from reskit.grading import Grader
from reskit.probe.pool import Pool
from reskit.report import ExerciseResult, Report

ROOT = HERE.parents[1]
GOLDEN = HERE / "golden_reports.json"
LIMITS = {"cpu_seconds": 3, "deadline_seconds": 10}  # a right answer needs a tenth of a second
COURSE_FILES = (
    "solutions/resnet50/exercise.toml",
    "outputs/outputs.py",
    "outputs/hidden_outputs.py",
)


def impatient_course(root: Path) -> Course:
    """Return the course with tighter limits, in a folder of its own: those that hang hang less."""
    for name in COURSE_FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    course = Course(root)
    text = course.manifest.read_text(encoding="utf-8")
    for name, value in LIMITS.items():
        text, count = re.subn(rf"^{name} = \d+", f"{name} = {value}", text, flags=re.MULTILINE)
        assert count == 1, name
    course.manifest.write_text(text, encoding="utf-8")
    return course


def grade_set(
    folder: Path, names: Iterable[str] = CASES, without: Collection[str] = (), jobs: int = 2
) -> dict[str, Report]:
    """Return the report of each named submission, graded side by side.

    `without` names layers of isolation that are left out.
    """
    (folder / "submissions").mkdir()
    files = write_all(folder / "submissions")
    names = list(names)
    course = impatient_course(folder / "course")
    examiners = Pool(jobs, partial(ExaminerProcess, course, without=without))
    with Grader(course, examiners=examiners) as grader:
        reports = grader.grade_all([files[name] for name in names])
        return dict(zip(names, reports, strict=True))


def comparable(name: str, report: Report) -> dict[str, Any]:
    """Return what a golden report holds: all that is said, each sentence once.

    What an attack prints of what it was refused differs from machine to machine, and is left out.
    """
    fault = report.fault
    prints = name.startswith(("show_", "write_"))
    return {
        "score": report.score,
        "fault": f"{fault.kind}: {fault.message}" if fault else None,
        "exercises": {
            each.name: _told(each, f"{fault and fault.kind}", prints=prints)
            for each in report.exercises
        },
    }


def _told(exercise: ExerciseResult, fault: str, *, prints: bool) -> dict[str, Any]:
    causes = dict.fromkeys(case.cause for case in exercise.cases if case.cause)
    said = [cause for cause in causes if not cause.startswith(fault)]
    said += dict.fromkeys(each.message for case in exercise.cases for each in case.differences)
    told = {
        "score": exercise.score,
        "says": said,
        "notes": list(exercise.notes),
        "printed": exercise.printed if prints else "",
    }
    return {name: value for name, value in told.items() if value not in ([], "")}


def main() -> None:
    """Grade the set and write the golden reports."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        reports = grade_set(Path(folder))
    golden = {name: comparable(name, report) for name, report in reports.items()}
    GOLDEN.write_text(json.dumps(golden, indent=1, ensure_ascii=True) + "\n", encoding="utf-8")
    for name, report in reports.items():
        print(f"{report.score:>5} of {report.max_score}  {name}")


if __name__ == "__main__":
    main()
