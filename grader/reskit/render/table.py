"""The grades of a class as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reskit.render.plain import number_text, one_line
from reskit.render.text import first_problem
from reskit.report import Report

FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")  # a spreadsheet would compute such a cell


@dataclass(frozen=True)
class Grade:
    """One line of the table: what a submission earned, and the first thing that is wrong."""

    student: str
    score: float
    max_score: float
    earned: Mapping[str, float]  # by the name of the exercise
    fault: str  # its kind, or empty
    first_problem: str


def grade_of(report: Report) -> Grade:
    """Return the line for a report."""
    return Grade(
        report.student,
        report.score,
        report.max_score,
        {exercise.name: exercise.score for exercise in report.exercises},
        report.fault.kind if report.fault else "",
        first_problem(report),
    )


def grades_csv(grades: Sequence[Grade]) -> str:
    """Return one line per submission: student, score, exercises, fault, first problem.

    Columns of exercises are named as the exercises; a submission without one has an empty cell.
    """
    names = list(dict.fromkeys(name for grade in grades for name in grade.earned))
    target = io.StringIO()
    table = csv.writer(target, lineterminator="\n")
    table.writerow(["student", "score", "max_score", *names, "fault", "first problem"])
    for grade in grades:
        table.writerow([harmless_cell(cell) for cell in _row(grade, names)])
    return target.getvalue()


def _row(grade: Grade, names: Sequence[str]) -> list[str]:
    return [
        grade.student,
        number_text(grade.score),
        number_text(grade.max_score),
        *(number_text(grade.earned[name]) if name in grade.earned else "" for name in names),
        grade.fault,
        grade.first_problem,
    ]


def harmless_cell(cell: str, limit: int = 300) -> str:
    """Return a text on one line that no spreadsheet computes, cut at `limit` characters."""
    line = one_line(cell, limit)
    return f"'{line}" if line.startswith(FORMULA_STARTS) or cell.startswith(("\t", "\r")) else line
