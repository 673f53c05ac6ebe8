"""The whole job on the sample class: release, grade, feedback, class report, where to look.

Every sample submission goes into the nbgrader course as it was handed in, also what is no
notebook at all. An instructor wants one row and one page for each student, so the course's
settings let nbgrader hold such files too (see nbgrader_repair): they get their zero and a page
that says why. Nothing is graded twice: nbgrader's step reads the reports made before.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from reskit.class_command import write_class
from reskit.class_report.graded import read_graded
from reskit.course import Course
from reskit.grading import Grader, Ungraded
from reskit.learner_pages import LearnerPages
from reskit.manifest import read_manifest
from reskit.nbgrader_course import (
    finish_nbgrader,
    lay_out,
    run_in_parts,
    start_nbgrader,
    store_reports,
)
from reskit.release import check
from reskit.render.plain import number_text, plain
from reskit.render.table import grade_of, grades_csv
from reskit.render.text import first_problem
from reskit.report import Report
from reskit.run_time import LOG, RunTime, Timing, run_time
from reskit.submission import read_submission
from reskit.writing import write_text

MARK = ".reskit-demo"  # only a folder that carries it is made anew
MOST_JOBS = 4  # each is a process with TensorFlow loaded


class DemoError(Exception):
    """The demo cannot start; the message says what to do."""


def demo(course: Course, out: Path, console: Console) -> None:
    """Do the whole job into the folder `out`, which is made anew.

    Raises DemoError where `out` holds something else, or the sample class is missing.
    """
    submissions = sample_submissions(course)
    clear_folder(out)
    console.print("[bold]1 Release[/]: what learners receive")
    say_release(course, console)
    console.print(f"[bold]2 Grade[/]: {len(submissions)} submissions")
    nbgrader_root = out / "nbgrader_course"
    lay_out(course, nbgrader_root, submissions)
    release = start_nbgrader(course, nbgrader_root, "generate_assignment", course.assignment)
    reports, time = grade(course, submissions, console)
    console.print(class_table(reports))
    write_results(course, out, reports)
    write_text(out / LOG, time.line() + "\n")
    console.print("[bold]3 nbgrader[/]: gradebook and feedback, with nbgrader's own commands")
    finish_nbgrader(release)
    store_reports(nbgrader_root, reports)
    for command in ("autograde", "generate_feedback"):
        console.print(f"  nbgrader {command} {course.assignment}")
        run_in_parts(course, nbgrader_root, [command, course.assignment], list(submissions), jobs())
    console.print("[bold]4 Class report[/]: what the class says together")
    write_class(course, read_graded(out), out)
    say_where_to_look(out, console)


def jobs() -> int:
    """Return how many processes work side by side."""
    return min(os.cpu_count() or 1, MOST_JOBS)


def sample_submissions(course: Course) -> dict[str, Path]:
    """Return the sample class: the file that each student handed in, by name."""
    notebook = read_manifest(course.manifest).notebook
    found = {path.parent.name: path for path in sorted(course.sample_class.glob(f"*/{notebook}"))}
    if not found:
        raise DemoError(f"There is no sample class in {course.sample_class}.")
    return found


def clear_folder(out: Path) -> None:
    """Make `out` an empty folder; raises DemoError where it holds what no demo wrote."""
    if out.exists():
        if not (out / MARK).is_file() and (out.is_file() or any(out.iterdir())):
            raise DemoError(f"{out} holds other files. Choose another folder with --out.")
        shutil.rmtree(out)
    out.mkdir(parents=True)
    (out / MARK).touch()


def say_release(course: Course, console: Console) -> None:
    """Say whether the committed release is what the course source makes."""
    differences = check(course)
    if not differences:
        console.print(f"  {course.release} is what the course source makes.")
    for line in differences:
        console.print(Text(f"  {line}", style="yellow"))
    if differences:
        console.print("  `reskit release` makes it anew.")


def grade(
    course: Course, submissions: dict[str, Path], console: Console
) -> tuple[list[Report], RunTime]:
    """Return the report of each student, in the order given, and the time; show the progress."""
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn())
    reports, timing = [], Timing()
    with (
        Progress(*columns, TimeElapsedColumn(), console=console) as progress,
        Grader(course, jobs=jobs()) as grader,
    ):
        task = progress.add_task("grading", total=len(submissions))
        graded = grader.grade_all(list(submissions.values()))
        for student, report in zip(submissions, graded, strict=True):
            if isinstance(report, Ungraded):
                raise DemoError(f"{student} could not be graded: {report.reason}")
            reports.append(replace(report, student=student))
            progress.advance(task)
        timing.stop()
    total = len(submissions)
    return reports, run_time(len(reports), total, timing, grader.slowest, here=True)


def class_table(reports: Sequence[Report]) -> Table:
    """Return the table for the terminal: student, score, the first thing wrong."""
    table = Table("student", "score", "first thing wrong", title="The sample class")
    table.columns[1].justify = "right"
    for report in reports:
        score = number_text(report.score)
        table.add_row(Text(plain(report.student)), score, Text(first_problem(report)))
    return table


def write_results(course: Course, out: Path, reports: Sequence[Report]) -> None:
    """Write a feedback page and a report per student, and the table of grades."""
    with LearnerPages(course) as pages:
        for report in reports:
            cells = read_submission(Path(report.path), course.assignment).cells
            page = pages.page(report, cells)
            write_text(out / "feedback" / f"{report.student}.html", page)
            write_text(out / "reports" / f"{report.student}.json", report.to_json(indent=2) + "\n")
    write_text(out / "grades.csv", grades_csv([grade_of(report) for report in reports]))


def say_where_to_look(out: Path, console: Console) -> None:
    """Say what was made, and where it lies."""
    console.print("[bold]Where to look[/]")
    for what, where in (
        ("a page for each learner", "feedback/"),
        ("the class report: mistakes, cases, faults", "class.html"),
        ("the class, for a spreadsheet", "grades.csv"),
        ("each report in full, for instructors only", "reports/"),
        ("nbgrader's gradebook", "nbgrader_course/gradebook.db"),
        ("nbgrader's feedback pages", "nbgrader_course/feedback/"),
    ):
        console.print(Text(f"  {what + ':':44}{out / where}"), soft_wrap=True)
