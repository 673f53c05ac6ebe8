"""The grades of a class as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from reskit.render.plain import number_text, one_line
from reskit.render.text import first_problem
from reskit.report import Report

FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")  # a spreadsheet would compute such a cell


def grades_csv(reports: Sequence[Report]) -> str:
    """Return one line per submission: student, score, exercises, fault, first problem.

    Columns of exercises are named as the exercises; a submission without one has an empty cell.
    """
    names = list(dict.fromkeys(entry.name for report in reports for entry in report.exercises))
    target = io.StringIO()
    table = csv.writer(target, lineterminator="\n")
    table.writerow(["student", "score", "max_score", *names, "fault", "first problem"])
    for report in reports:
        table.writerow([_harmless(cell) for cell in _row(report, names)])
    return target.getvalue()


def _row(report: Report, names: Sequence[str]) -> list[str]:
    earned = {entry.name: number_text(entry.score) for entry in report.exercises}
    return [
        report.student,
        number_text(report.score),
        number_text(report.max_score),
        *(earned.get(name, "") for name in names),
        report.fault.kind if report.fault else "",
        first_problem(report),
    ]


def _harmless(cell: str) -> str:
    line = one_line(cell)
    return f"'{line}" if line.startswith(FORMULA_STARTS) or cell.startswith(("\t", "\r")) else line
