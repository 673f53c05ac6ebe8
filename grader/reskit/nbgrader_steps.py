"""nbgrader's front: our step in the place of Execute. No kernel is started."""

from __future__ import annotations

import atexit
from collections.abc import Mapping
from contextlib import ExitStack
from copy import deepcopy
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution
from traitlets import Bool, Unicode

from reskit.course import Course, find_course
from reskit.grading import Grader
from reskit.learner_pages import LearnerPages
from reskit.nbgrader_place import place_of
from reskit.own_code.marked import MarkedCode
from reskit.render.html import exercise_fragment, fault_fragment
from reskit.render.learner_view import fault_text
from reskit.render.text import exercise_text, first_problem
from reskit.report import ExerciseResult, Report
from reskit.store import store_of
from reskit.stored_report import read_report
from reskit.submission import read_submission

TEST = "_test"  # a test cell is named after its exercise: identity_block_test


class OutOfStepError(Exception):
    """The report and the notebook are not of the same assignment; the message says where."""


class GradeWithReskit(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader ships no types
    """Writes score and feedback of each exercise into its test cell.

    The scores are those of the file as it was submitted. What the learner's cells had put out is
    cleared, because nothing here ran them. When grading fails for a reason of our own, the error
    goes through: nbgrader then reports the submission as failed and gives it no score.
    """

    reports = Unicode(
        "",
        help="A folder with reports that are there already, each as <sha256>.json of the "
        "submission, relative to the course. What has no report there is graded.",
    ).tag(config=True)

    allow_weak_isolation = Bool(
        False, help="Grade also where learners' code is not kept in well: see `reskit doctor`."
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Return the notebook with outputs in its test cells, and the resources as they were."""
        place = place_of(self, resources)
        folder = place.root / self.reports if self.reports else None
        report = stored_report(folder, place.submitted) or _grader(
            find_course(place.root), self.allow_weak_isolation
        ).grade(place.submitted)
        self.log.info(
            "ReSKit: %s earns %g of %g points. %s",
            place.student,
            report.score,
            report.max_score,
            first_problem(report),
        )
        pages = _pages(find_course(place.root))
        cells = read_submission(place.submitted, report.assignment).cells
        code = pages.code(report, cells)
        return with_report(nb, report, pages.drawings(report), code), resources


def stored_report(folder: Path | None, submitted: Path) -> Report | None:
    """Return the report that `folder` holds for these very bytes, or None."""
    digest = sha256(submitted.read_bytes()).hexdigest()
    path = folder / f"{digest}.json" if folder else None
    return read_report(path) if path and path.is_file() else None


def with_report(
    notebook: NotebookNode,
    report: Report,
    pictures: Mapping[str, str] | None = None,
    code: Mapping[str, MarkedCode] | None = None,
) -> NotebookNode:
    """Return the notebook with each exercise's score and feedback as its test cell's output.

    `pictures` has a drawing for each exercise that is to be drawn, `code` the marked lines.
    Raises OutOfStepError where a graded cell belongs to no exercise, or has other points.
    """
    made = deepcopy(notebook)
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if is_grade(cell) and not is_solution(cell):
            cell.outputs = _outputs(cell.metadata["nbgrader"], report, pictures or {}, code or {})
    return made


def _outputs(
    marks: Any, report: Report, pictures: Mapping[str, str], code: Mapping[str, MarkedCode]
) -> list[NotebookNode]:
    name = marks["grade_id"].removesuffix(TEST)
    exercise = {entry.name: entry for entry in report.exercises}.get(name)
    if exercise is None and report.fault is None:
        raise OutOfStepError(f"Cell {marks['grade_id']} has points, but is no exercise's test.")
    if exercise is not None and exercise.max_score != marks["points"]:
        raise OutOfStepError(
            f"Cell {marks['grade_id']} has {marks['points']} points, the exercise "
            f"{exercise.max_score}. Make the release again, and enter it in the gradebook."
        )
    page = _html(report, exercise, pictures, code)
    shown = new_output("display_data", {"text/html": page, "text/plain": _text(report, exercise)})
    # nbgrader reads a number that stands as the cell's result as partial credit.
    score = float(exercise.score) if exercise else 0.0
    return [shown, new_output("execute_result", {"text/plain": repr(score)}, execution_count=None)]


def _html(
    report: Report,
    exercise: ExerciseResult | None,
    pictures: Mapping[str, str],
    code: Mapping[str, MarkedCode],
) -> str:
    fault = fault_fragment(report.fault) if report.fault else ""
    if exercise is None:
        return fault
    return fault + exercise_fragment(exercise, report.fault, pictures, code)


def _text(report: Report, exercise: ExerciseResult | None) -> str:
    fault = f"{fault_text(report.fault)}\n\n" if report.fault else ""
    return fault + (exercise_text(exercise, report.fault) if exercise else "")


@cache  # nbgrader makes this step anew for each notebook
def _pages(course: Course) -> LearnerPages:
    pages = LearnerPages(course)
    atexit.register(pages.close)
    return pages


@cache  # starting a grader takes seconds, and nbgrader makes this step anew for each notebook
def _grader(course: Course, allow_weak: bool) -> Grader:
    stack = ExitStack()
    atexit.register(stack.close)
    store = stack.enter_context(store_of(course))
    return stack.enter_context(Grader(course, jobs=1, store=store, allow_weak=allow_weak))
