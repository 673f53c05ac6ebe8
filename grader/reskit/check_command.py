"""`reskit check`: the public cases on one's own notebook, once or after each save."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console

from reskit.course import Course
from reskit.grading import Grader, UngradedError
from reskit.missing import told_missing
from reskit.render.plain import points_text
from reskit.render.text import exercise_text, report_text
from reskit.report import Report

LOOK_SECONDS = 0.1  # between two looks at the file


def check(course: Course, options: argparse.Namespace, console: Console) -> int:
    """Check a notebook; return 1 if a case fails or we could not check, 2 where there is none.

    With `--watch` it goes on after each save until Ctrl-C; the last check gives the status.
    """
    notebook: Path = options.notebook
    if not notebook.is_file():
        console.print(f"There is no file {notebook}.", markup=False)
        return 2
    with Grader(course, jobs=1, public_only=True) as grader:
        if options.watch:
            return _watch(grader, notebook, console)
        try:
            with console.status("starting Keras"):
                report = grader.grade(notebook)
        except UngradedError as error:
            console.print(told_missing(str(error)) or str(error), style="red", markup=False)
            return 1
    print(report_text(report))
    return _status(report)


def _watch(grader: Grader, notebook: Path, console: Console) -> int:
    console.print(f"Watching {notebook}: save it to check it. Ctrl-C ends.", markup=False)
    report: Report | None = None
    try:
        for _ in saves(notebook):
            before = report
            try:
                with console.status("checking" if before else "starting Keras"):
                    report = grader.grade(notebook)
            except UngradedError as error:
                console.print(f"{error} Save once more to try again.", style="red", markup=False)
                continue
            clock = time.strftime("%H:%M:%S")
            text = changed_text(report, before) if before else report_text(report)
            print(f"{clock}  {text}", flush=True)
    except KeyboardInterrupt:
        print()
    return 1 if report is None else _status(report)


def _status(report: Report) -> int:
    return 0 if report.score == report.max_score else 1


def saves(notebook: Path, sleep: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Yield at once, then after each save of the file, once it has stood still for a look."""
    told = seen = _stamp(notebook)
    yield
    while True:
        sleep(LOOK_SECONDS)
        before, seen = seen, _stamp(notebook)
        if seen is not None and seen == before and seen != told:
            told = seen
            yield


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Return what changes when a file is written anew; None where there is none."""
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_size, about.st_ino


def changed_text(report: Report, before: Report) -> str:
    """Return what a save changed: in full where it did, in a line where all is as before."""
    points = points_text(report.score, report.max_score)
    if (report.exercises, report.fault) == (before.exercises, before.fault):
        return f"{points}, as before\n"
    if report.fault or before.fault:
        return report_text(report)
    blocks = [f"{points} (before: {before.score:g})"]
    for exercise, old in zip(report.exercises, before.exercises, strict=True):
        if exercise == old:
            points = points_text(exercise.score, exercise.max_score)
            blocks.append(f"{exercise.name}: {points}, as before")
        else:
            blocks.append(exercise_text(exercise))
    return "\n\n".join(blocks) + "\n"
