"""`reskit grade --nbgrader`: the class is graded side by side, then nbgrader enters the scores.

nbgrader works through a class one by one. So everything is graded before it starts, into the
store; its own step then finds each report there, and only its bookkeeping is left. The reports
lie in the folder `reskit` of the course too, as `reskit grade --out` would write them.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from rich.console import Console

from reskit.class_report.graded import NBGRADER_RESULTS, NBGRADER_SETTINGS
from reskit.course import Course
from reskit.grade_command import ended, grade_all
from reskit.handed_in import HandedIn
from reskit.manifest import read_manifest
from reskit.nbgrader_course import NbgraderError, run_in_parts
from reskit.results_folder import ResultsFolder


def grade_with_nbgrader(course: Course, options: argparse.Namespace, console: Console) -> int:
    """Grade what lies in submitted/ of an nbgrader course, and run `nbgrader autograde`.

    The course is the folder named, or the one the command was typed in. Returns 0 when every
    submission is in the gradebook, 1 where we or nbgrader failed, 2 on wrong use.
    """
    root = (options.paths[0] if options.paths else Path.cwd()).resolve()
    if len(options.paths) > 1 or not (root / NBGRADER_SETTINGS).is_file():
        console.print(
            f"--nbgrader takes one folder, that of an nbgrader course; there is no "
            f"{NBGRADER_SETTINGS} in {root}.",
            markup=False,
            highlight=False,
        )
        return 2
    notebook = read_manifest(course.manifest).notebook
    paths = sorted((root / "submitted").glob(f"*/{course.assignment}/{notebook}"))
    if not paths:
        console.print(
            f"There is no submission in {root / 'submitted'}: nbgrader looks for "
            f"submitted/<student>/{course.assignment}/{notebook}.",
            markup=False,
            highlight=False,
        )
        return 2
    with (
        ResultsFolder(root / NBGRADER_RESULTS, course) as folder,
        HandedIn(paths, course.assignment) as handed_in,
    ):
        run = grade_all(
            course, handed_in, options, console, take=folder.write, name_for=folder.name_for
        )
    if run is None:
        return 1
    folder.write_grades(run.grades)
    folder.write_log(run.isolation, run.time)
    status = ended(run, console)
    students = [each.student for each in run.grades]
    if status == 130 or not students:
        return status
    command = ["autograde", course.assignment, *(["--force"] if options.force else [])]
    left_out = [each.student for each in run.ungraded]
    with console.status(f"nbgrader autograde {course.assignment}: {len(students)} submissions"):
        try:
            run_in_parts(
                course,
                root,
                command,
                students,
                options.jobs or os.cpu_count() or 1,
                without=left_out,
                own_settings=True,
            )
        except NbgraderError as error:
            console.print(str(error), markup=False, highlight=False)
            console.print("nbgrader could not enter every submission; see above.", style="red")
            return 1
    console.print(f"{len(students)} submissions are in the gradebook.", highlight=False)
    return status
