"""The folder that `reskit grade --out` fills: a report and a page for each, and the grades."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from reskit.course import Course
from reskit.learner_pages import LearnerPages
from reskit.probe.isolation import Isolation
from reskit.render.table import Grade, grades_csv
from reskit.report import Report
from reskit.run_time import LOG, RunTime
from reskit.writing import write_text


def folder_name(student: str, given: set[str]) -> str:
    """Return a folder's name for a student, another one than was `given` before; it is noted."""
    name = re.sub(r"[^\w.@+-]", "_", student).lstrip(".") or "submission"
    unique, number = name, 1
    while unique.casefold() in given:
        number += 1
        unique = f"{name}-{number}"
    given.add(unique.casefold())
    return unique


class ResultsFolder:
    """Takes reports one by one, in an order that is the same each time.

    Each is written when it comes, so that a run that is ended loses none. Use it as a context
    manager.
    """

    def __init__(self, folder: Path, course: Course) -> None:
        self._folder = folder
        self._pages = LearnerPages(course)
        self._given: set[str] = set()

    def name_for(self, student: str) -> str:
        """Return the folder's name for a student, numbered where two have the same."""
        return folder_name(student, self._given)

    def write(self, name: str, report: Report, cells: Sequence[str] = ()) -> None:
        """Write report.json and feedback.html of one submission; OSError where that fails.

        `cells` are its code cells: the page shows the learner's own functions.
        """
        page = self._pages.page(report, cells)
        write_text(self._folder / name / "feedback.html", page)
        write_text(self._folder / name / "report.json", report.to_json(indent=2) + "\n")

    def write_grades(self, grades: list[Grade]) -> None:
        """Write grades.csv, a line for each submission."""
        write_text(self._folder / "grades.csv", grades_csv(grades))

    def write_log(self, isolation: Isolation | None, time: RunTime | None = None) -> None:
        """Write grade.log: what kept learners' code in, and what the run took.

        Nothing where none of it was run: the log of the run that did stays.
        """
        if isolation is not None:
            lines = [isolation.line(), *([time.line()] if time else [])]
            write_text(self._folder / LOG, "\n".join(lines) + "\n")

    def __enter__(self) -> ResultsFolder:
        """Return this."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process that reads learners' code; what is written stays."""
        self._pages.close()
