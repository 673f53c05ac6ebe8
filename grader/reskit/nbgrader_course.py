"""A scratch nbgrader course: the repository's settings, some submissions, the real commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from reskit.class_report.graded import NBGRADER_SETTINGS
from reskit.course import Course
from reskit.manifest import read_manifest
from reskit.release import stage
from reskit.report import Report

REPORTS = "reports"  # the folder with what is graded already, by the submission's sha256

LONGEST_ARGUMENT = 100_000  # characters; Linux takes 131,072

OWN_SETTINGS = f"""
# What is graded already is not graded again.
c.GradeWithReskit.reports = "{REPORTS}"
"""


class NbgraderError(Exception):
    """An nbgrader command failed; the message is its output."""


@dataclass(frozen=True)
class Running:
    """An nbgrader command under way, and where its output goes."""

    process: subprocess.Popen[bytes]
    log: IO[str]


def lay_out(course: Course, root: Path, submissions: Mapping[str, Path]) -> None:
    """Make an nbgrader course at `root`: settings, source, and a submission per student."""
    root.mkdir(parents=True)
    notebook = read_manifest(course.manifest).notebook
    settings = (course.root / NBGRADER_SETTINGS).read_text(encoding="utf-8")
    (root / NBGRADER_SETTINGS).write_text(settings + OWN_SETTINGS, encoding="utf-8")
    stage(course, root)
    for student, path in submissions.items():
        target = root / "submitted" / student / course.assignment / notebook
        target.parent.mkdir(parents=True)
        shutil.copyfile(path, target)


def store_reports(root: Path, reports: Iterable[Report]) -> None:
    """Lay reports where the course's grading step looks for them."""
    (root / REPORTS).mkdir(exist_ok=True)
    for report in reports:
        if report.sha256:
            path = root / REPORTS / f"{report.sha256}.json"
            path.write_text(report.to_json(), encoding="utf-8")


def start_nbgrader(
    course: Course, root: Path, *arguments: str, own_settings: bool = False
) -> Running:
    """Start an nbgrader command in the course at `root`.

    Apart from the user's own settings of Jupyter, unless `own_settings` asks for them.
    """
    programs = str(Path(sys.executable).parent)  # nbgrader starts `alembic` by its bare name
    environment = os.environ | {
        "PATH": os.pathsep.join([programs, os.environ.get("PATH", "")]),
        "RESKIT_COURSE": str(course.root),
    }
    if not own_settings:
        environment["JUPYTER_CONFIG_DIR"] = str(root / "jupyter")
    log = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  (closed when finished)
    command = [sys.executable, "-m", "nbgrader", *arguments]
    process = subprocess.Popen(
        command, cwd=root, env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    return Running(process, log)


def finish_nbgrader(*commands: Running) -> str:
    """Wait for all commands and return their output; raises NbgraderError when one failed."""
    statuses = [command.process.wait() for command in commands]
    output = ""
    for command in commands:
        with command.log as log:
            log.seek(0)
            output += log.read()
    if any(statuses):
        raise NbgraderError(output)
    return output


def run_nbgrader(course: Course, root: Path, *arguments: str) -> str:
    """Run an nbgrader command to its end and return its output."""
    return finish_nbgrader(start_nbgrader(course, root, *arguments))


def run_in_parts(
    course: Course,
    root: Path,
    command: Sequence[str],
    students: Sequence[str],
    parts: int,
    *,
    without: Sequence[str] = (),
    own_settings: bool = False,
) -> str:
    """Run an nbgrader command over the students, in several processes side by side.

    nbgrader works through a class one by one. Each process is told whom to leave to the others,
    and those `without` whom the command is to be run.
    """
    shares = [share for share in (students[part::parts] for part in range(parts)) if share]
    if sum(len(student) + 1 for student in (*students, *without)) > LONGEST_ARGUMENT:
        shares = [students]  # whom to leave out would not fit on a command line
    started = []
    for share in shares:
        mine = set(share)
        others = [*without, *(student for student in students if student not in mine)]
        leave = f"--CourseDirectory.student_id_exclude={','.join(others)}"
        started.append(start_nbgrader(course, root, *command, leave, own_settings=own_settings))
    return finish_nbgrader(*started)
