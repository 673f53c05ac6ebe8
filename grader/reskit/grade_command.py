"""`reskit grade`: a report for each submission, on the screen, as JSON lines, or in a folder."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from reskit.course import Course
from reskit.grading import Grader, find_submissions
from reskit.handed_in import HandedIn
from reskit.manifest import read_manifest
from reskit.probe.pool import ProbeError
from reskit.recording import Expected, read_expected
from reskit.render.drawings import drawings
from reskit.render.html import feedback_page
from reskit.render.plain import number_text, plain
from reskit.render.table import grades_csv
from reskit.render.text import first_problem
from reskit.report import Report
from reskit.writing import write_text


def grade(course: Course, options: argparse.Namespace, console: Console) -> int:
    """Grade what `options.paths` name. Returns 0 once each has a report, 2 on wrong use."""
    absent = [path for path in options.paths if not path.exists() and not path.is_symlink()]
    for path in absent:
        console.print(f"There is no file or folder {path}.", markup=False, highlight=False)
    if absent:
        return 2
    assignment = read_manifest(course.manifest)
    paths = [file for path in options.paths for file in find_submissions(assignment, path)]
    if not paths:
        console.print("There is no notebook in what was named.")
        return 2
    with HandedIn(paths, assignment.name) as handed_in:
        return _grade(course, options, console, handed_in)


def _grade(
    course: Course, options: argparse.Namespace, console: Console, handed_in: HandedIn
) -> int:
    reports: list[Report] = []
    names = handed_in.names
    try:
        with _progress(len(names), console) as advance, Grader(course, options.jobs) as grader:
            for report in grader.grade_all(handed_in.submissions()):
                reports.append(report)
                if options.json:
                    print(report.to_json(), flush=True)
                advance()
    except ProbeError as error:
        console.print(f"The grader itself failed: {error}", style="red", markup=False)
        console.print(f"Not graded: {', '.join(names[len(reports) :])}", markup=False)
        return 1
    finally:
        if options.out and reports:
            expected = read_expected(course.outputs)
            title = read_manifest(course.manifest).title
            write_reports(options.out, reports, title, expected)
    if not options.json:
        _print_table(reports)
    return 0


def write_reports(
    out: Path, reports: list[Report], title: str, expected: Mapping[tuple[str, str], Expected]
) -> None:
    """Write a folder for each submission (report.json, feedback.html), and grades.csv.

    `expected` are the recordings of the public calls: the pages draw them.
    """
    for report, name in zip(reports, _folder_names(reports), strict=True):
        write_text(out / name / "report.json", report.to_json(indent=2) + "\n")
        page = feedback_page(report, title, drawings(report, expected))
        write_text(out / name / "feedback.html", page)
    write_text(out / "grades.csv", grades_csv(reports))


def _folder_names(reports: list[Report]) -> Iterator[str]:
    """Yield a folder name for each report: the student's, numbered where two have the same."""
    given: set[str] = set()
    for report in reports:
        name = re.sub(r"[^\w.@+-]", "_", report.student).lstrip(".") or "submission"
        number = 1
        unique = name
        while unique in given:
            number += 1
            unique = f"{name}-{number}"
        given.add(unique)
        yield unique


def _print_table(reports: list[Report]) -> None:
    width = max(len(plain(report.student)) for report in reports)
    for report in reports:
        line = f"{plain(report.student):<{width}}  {number_text(report.score):>6}"
        print(f"{line}  {first_problem(report)}".rstrip())


@contextmanager
def _progress(total: int, console: Console) -> Iterator[Callable[[], None]]:
    """Show a bar on a terminal; stay quiet elsewhere."""
    bar = Progress(
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not sys.stderr.isatty(),
        transient=True,
    )
    with bar:
        task = bar.add_task("grading", total=total)
        yield lambda: bar.advance(task)
