"""`reskit grade`: a report for each submission, on the screen, as JSON lines, or in a folder."""

from __future__ import annotations

import argparse
import json
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from rich.console import Console

from reskit.course import Course
from reskit.grading import Examiners, Grader, Ungraded, find_submissions
from reskit.grading_progress import GradingProgress
from reskit.handed_in import HandedIn, KeptCells
from reskit.manifest import read_manifest
from reskit.missing import told_missing
from reskit.probe.isolation import Isolation
from reskit.render.plain import number_text, plain
from reskit.render.table import Grade, grade_of
from reskit.report import Report
from reskit.results_folder import ResultsFolder
from reskit.run_time import RunTime, Timing, run_time
from reskit.store import StoreError, store_of

Take = Callable[[str, Report, Sequence[str]], None]  # a folder's name, its report, its code cells

UNGRADED = "reskit.ungraded/1"  # another schema than a report's: there is no score in it
MOST_REASON = 400  # characters of why a submission could not be graded


class ElsewhereError(Exception):
    """There are no examiners on other machines; the message says why, and what to do."""


@dataclass
class Run:
    """What a run has come to so far."""

    total: int  # submissions that were handed in
    grades: list[Grade] = field(default_factory=list)
    ungraded: list[Ungraded] = field(default_factory=list)
    isolation: Isolation | None = None  # None where no learner's code was run
    time: RunTime | None = None  # known once it has ended


def grade(course: Course, options: argparse.Namespace, console: Console) -> int:
    """Grade what `options.paths` name.

    Returns 0 once each has a report, 1 where we failed to grade one, 2 on wrong use, 130 after
    Ctrl-C.
    """
    absent = [path for path in options.paths if not path.exists() and not path.is_symlink()]
    for path in absent:
        console.print(f"There is no file or folder {path}.", markup=False, highlight=False)
    if absent:
        return 2
    assignment = read_manifest(course.manifest)
    paths = [file for path in options.paths for file in find_submissions(assignment, path)]
    if not paths:
        stem = Path(assignment.notebook).stem
        console.print(
            "There is no notebook in what was named. In a folder a Python file counts where it is "
            f"called {stem}.py; one of another name has to be named itself.",
            highlight=False,
        )
        return 2
    folder = ResultsFolder(options.out, course) if options.out else None

    def take(name: str, report: Report, cells: Sequence[str]) -> None:
        if folder:
            folder.write(name, report, cells)
        if options.json:
            print(report.to_json(), flush=True)

    def lack(lost: Ungraded) -> None:
        if options.json:
            print(ungraded_line(assignment.name, lost), flush=True)

    names = folder.name_for if folder else str
    with folder or nullcontext(), HandedIn(paths, assignment.name) as handed_in:
        run = grade_all(course, handed_in, options, console, take=take, lack=lack, name_for=names)
    if run is None:
        return 1
    if folder:
        folder.write_grades(run.grades)
        folder.write_log(run.isolation, run.time)
    if not options.json:
        _print_table(run.grades)
    return ended(run, console)


def grade_all(
    course: Course,
    handed_in: HandedIn,
    options: argparse.Namespace,
    console: Console,
    *,
    take: Take = lambda _name, _report, _cells: None,
    lack: Callable[[Ungraded], None] = lambda _lost: None,
    name_for: Callable[[str], str] = str,
) -> Run | None:
    """Grade what was handed in with the course's store and show how far it is.

    Each report goes to `take`, with the name that `name_for` gave its student and the code cells
    of the submission; what has no report, to `lack`. None where the store cannot be used; the
    console says why.
    """
    run = Run(total=len(handed_in.names))
    submissions = KeptCells(handed_in.submissions(), course.assignment)
    timing, slowest = Timing(), (0.0, "")
    try:
        with (
            store_of(course) as store,
            Grader(
                course,
                options.jobs,
                store=store,
                force=options.force,
                examiners=_elsewhere(course, options),
                allow_weak=options.allow_weak_isolation,
            ) as grader,
            _interruptible(grader.stop, console),
            GradingProgress(run.total, console) as progress,
        ):
            for outcome in grader.grade_all(submissions):
                cells = submissions.of(outcome.path)
                fault = _taken(outcome, run, take, lack, name_for(outcome.student), cells)
                progress.advance(fault=fault, slowest=grader.slowest)
            run.isolation, slowest = grader.isolation, grader.slowest
            timing.stop()
    except (StoreError, ElsewhereError) as error:
        console.print(str(error), style="red", markup=False)
        return None
    here = options.scheduler is None  # what other machines did is not counted
    run.time = run_time(len(run.grades), run.total, timing, slowest, here=here)
    return run


def _elsewhere(course: Course, options: argparse.Namespace) -> Examiners | None:
    """Return the examiners of a scheduler, None where there is none named."""
    if options.scheduler is None:
        return None
    try:
        from reskit.cluster import Cluster, ClusterError
    except ImportError as error:
        raise ElsewhereError(
            f"--scheduler needs dask.distributed: pip install 'reskit[cluster]' ({error})"
        ) from error
    try:
        return Cluster(course, options.scheduler, allow_weak=options.allow_weak_isolation)
    except ClusterError as error:
        raise ElsewhereError(str(error)) from error


def _taken(
    outcome: Report | Ungraded,
    run: Run,
    take: Take,
    lack: Callable[[Ungraded], None],
    name: str,
    cells: Sequence[str],
) -> bool:
    """Write one outcome down; return whether the submission has a fault, or is ungraded."""
    if isinstance(outcome, Report):
        try:
            take(name, outcome, cells)
        except OSError as error:
            reason = f"Its report could not be written: {error}."
            outcome = Ungraded(outcome.path, outcome.student, reason)
        else:
            run.grades.append(grade_of(outcome))
            return outcome.fault is not None
    run.ungraded.append(outcome)
    with suppress(OSError):  # where nobody reads the lines any more, the run goes on
        lack(outcome)
    return True


def ungraded_line(assignment: str, lost: Ungraded) -> str:
    """Return the JSON line that stands in the place of a report that we could not make."""
    told = {
        "schema": UNGRADED,
        "assignment": assignment,
        "submission": {"path": lost.path, "student": lost.student},
        "reason": lost.reason[-MOST_REASON:],
    }
    # A name that is no UTF-8 has a form that is, as in a report.
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


def ended(run: Run, console: Console) -> int:
    """Say what kept learners' code in and what is left; return the exit status."""
    if run.isolation is not None:
        console.print(run.isolation.line(), style="dim", markup=False, highlight=False)
    for each in run.ungraded:
        console.print(
            f"Not graded, by our own failure: {each.path}. {each.reason[-MOST_REASON:]}",
            style="red",
            markup=False,
            highlight=False,
        )
    missing = {told for each in run.ungraded if (told := told_missing(each.reason))}
    for told in sorted(missing):
        console.print(told, style="red", markup=False, highlight=False)
    done = len(run.grades)
    if done + len(run.ungraded) < run.total:
        console.print(
            f"Interrupted: {done} of {run.total} are graded. The same command goes on from there.",
            highlight=False,
        )
        return 130
    if run.ungraded:
        console.print(
            f"{len(run.ungraded)} of {run.total} have no grade. The same command tries them again.",
            highlight=False,
        )
    return 1 if run.ungraded else 0


@contextmanager
def _interruptible(stop: Callable[[], None], console: Console) -> Iterator[None]:
    """Let the first Ctrl-C end the run after what is in hand, and a second one at once."""

    def note(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        stop()
        console.print("Finishing what is in hand; Ctrl-C again stops at once.")

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _print_table(grades: list[Grade]) -> None:
    width = max((len(plain(grade.student)) for grade in grades), default=0)
    for grade in grades:
        line = f"{plain(grade.student):<{width}}  {number_text(grade.score):>6}"
        print(f"{line}  {grade.first_problem}".rstrip())
