"""`reskit class`: the class report over a folder of graded submissions."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from reskit.class_report.class_report import ClassReport
from reskit.class_report.graded import Graded, NotGradedError, read_graded
from reskit.class_report.making import Handout, class_report
from reskit.class_report.sources import sources
from reskit.course import Course
from reskit.manifest import read_manifest
from reskit.render.class_csv import cases_csv, mistakes_csv
from reskit.render.class_page import class_page
from reskit.submission import read_submission
from reskit.writing import write_text

PAGE, CASES, MISTAKES = "class.html", "class.csv", "class_mistakes.csv"


def report_class(course: Course, options: argparse.Namespace, console: Console) -> int:
    """Write the report over `options.folder`, beside the reports unless `options.out` is named.

    Returns 0 when it is written, 1 where it cannot be, 2 where there are no reports.
    """
    try:
        graded = read_graded(options.folder)
    except NotGradedError as error:
        console.print(str(error), markup=False, highlight=False)
        return 2
    for each in graded.broken:
        console.print(f"Left out: {each.path}. {each.reason}", markup=False, highlight=False)
    try:
        made = write_class(course, graded, options.out or graded.folder)
    except OSError as error:
        console.print(f"The report cannot be written: {error}.", markup=False, highlight=False)
        return 1
    for path in made:
        console.print(f"wrote {path}", markup=False, highlight=False)
    return 0


def write_class(course: Course, graded: Graded, out: Path) -> tuple[Path, ...]:
    """Write the class report into `out` and return the paths; OSError where that fails."""
    report = made_from(course, graded)
    files = {
        out / PAGE: class_page(report),
        out / CASES: cases_csv(report.items),
        out / MISTAKES: mistakes_csv(report.mistakes, report.shown),
    }
    for path, text in files.items():
        write_text(path, text)
    return tuple(files)


def made_from(course: Course, graded: Graded) -> ClassReport:
    """Return the class report of graded submissions of this course."""
    title = read_manifest(course.manifest).title
    return class_report(graded, title, handout_of(course), sources(graded.reports))


def handout_of(course: Course) -> Handout:
    """Return what every learner has, and the reference solution."""
    notebook = course.release / read_manifest(course.manifest).notebook
    found = [
        read_submission(path, course.assignment)
        for path in (notebook, course.source)
        if path.is_file()
    ]
    texts = tuple(text for each in found for text in (*each.cells, *each.texts))
    return Handout(tuple(each.cells for each in found), texts)
