"""A report as text for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent

from reskit.network.table import table_lines
from reskit.render.learner_view import SeenCase, SeenExercise, fault_text, seen_exercise
from reskit.render.plain import one_line, plain, points_text
from reskit.report import ExerciseResult, Fault, Report

STATUS_WORDS = {"passed": "passed", "failed": "failed", "not_run": "did not run"}


def report_text(report: Report) -> str:
    """Return the whole report as lines of text, without colour, ending in a newline."""
    head = f"{plain(report.student)}: {points_text(report.score, report.max_score)}"
    blocks = [head]
    if report.fault:
        blocks.append(fault_text(report.fault))
    blocks += [exercise_text(exercise, report.fault) for exercise in report.exercises]
    blocks += ["\n".join(lines) for lines in weights_lines(report)]
    return "\n\n".join(blocks) + "\n"


def exercise_text(exercise: ExerciseResult, fault: Fault | None = None) -> str:
    """Return what the learner may see of one exercise as lines of text.

    `fault` is that of the whole submission, where it stands above and need not be repeated.
    """
    return "\n".join(_exercise_lines(seen_exercise(exercise, fault)))


def weights_lines(report: Report) -> Iterator[list[str]]:
    """Yield what is said of a model file and of the pre-trained weights, a heading first each."""
    found = report.model_file
    if found is not None:
        told = [f"model file: {points_text(found.score, found.max_score)}"]
        if found.accuracy is not None:
            told.append(
                f"  {STATUS_WORDS[found.status]:11} accuracy {found.accuracy:.3f} on the test "
                f"images, expected at least {found.threshold:g}"
            )
        told += [indent(plain(found.cause), "  ")] if found.cause else []
        yield told
    if report.pretrained is not None:
        yield ["pre-trained weights", f"  {plain(report.pretrained.message)}"]


def first_problem(report: Report) -> str:
    """Return in one line the first thing that is wrong, or an empty text."""
    if report.fault:
        return one_line(fault_text(report.fault))
    for exercise in map(seen_exercise, report.exercises):
        if exercise.cause:
            return one_line(f"{exercise.name}: {exercise.cause}")
        for case in exercise.cases:
            if case.status != "passed":
                return one_line(f"{exercise.name}: {_what_is_wrong(case)}")
    if report.model_file is not None and report.model_file.status != "passed":
        return one_line("; ".join(next(weights_lines(report))[1:]))
    return ""


def _what_is_wrong(case: SeenCase) -> str:
    if case.differences:
        return case.differences[0].sentence
    return case.cause or f"{case.title} {STATUS_WORDS[case.status]}"


def _exercise_lines(exercise: SeenExercise) -> Iterator[str]:
    yield f"{exercise.name}: {points_text(exercise.score, exercise.max_score)}"
    if exercise.cause:
        yield indent(exercise.cause, "  ")
    if exercise.unrun:
        yield indent(exercise.unrun, "  ")
    for case in exercise.cases:
        points = points_text(case.score, case.max_score)
        because = ", because of what was found above" if case.follows else ""
        yield f"  {STATUS_WORDS[case.status]:11} {case.title} ({points}){because}"
        for line in _case_lines(case):
            yield indent(line, " " * 14)
    for line in table_lines(exercise.table):
        yield indent(line, "  ")
    if exercise.notes:
        yield "  What was not judged:"
        yield from (f"    - {note}" for note in exercise.notes)
    if exercise.printed:
        yield "  What it printed:"
        yield indent(exercise.printed, "    | ", lambda _: True)


def _case_lines(case: SeenCase) -> Iterator[str]:
    if case.cause:
        yield case.cause
    for difference in case.differences:
        yield difference.sentence
    yield from (f"hint: {hint}" for hint in case.hints[:1])
