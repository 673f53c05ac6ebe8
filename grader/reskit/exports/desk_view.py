"""A report as a list of tests: what every desk shows, from what a learner may see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from reskit.render.learner_view import SeenCase, fault_text, seen_exercise
from reskit.render.text import weights_lines
from reskit.report import Report


@dataclass(frozen=True)
class DeskTest:
    """One case as a test of a desk: hidden ones tell their outcome and the place, no more."""

    exercise: str
    number: str  # "2.5": the fifth of the second exercise
    name: str
    status: str  # passed, failed, not_run
    score: float
    max_score: float
    is_hidden: bool
    output: str  # empty where there is nothing to say


def desk_tests(report: Report) -> tuple[DeskTest, ...]:
    """Return a test for each case, in the order of the report, and one for a model file."""
    told = [test for number, _ in enumerate(report.exercises) for test in _tests(report, number)]
    found = report.model_file
    if found is not None:
        _, *lines = next(weights_lines(report))
        told.append(
            DeskTest(
                "model file",
                str(len(report.exercises) + 1),
                "model file",
                found.status,
                found.score,
                found.max_score,
                False,
                "\n".join(line.strip() for line in lines),
            )
        )
    return tuple(told)


def whole_text(report: Report) -> str:
    """Return what is said about the whole submission: why nothing could run, and what was noted."""
    told = [fault_text(report.fault)] if report.fault else []
    notes = dict.fromkeys(
        note for exercise in report.exercises for note in seen_exercise(exercise).notes
    )
    told += [f"Not judged: {note}" for note in notes]
    if report.pretrained is not None:
        told += [" ".join(" ".join(lines).split()) for lines in [[*weights_lines(report)][-1]]]
    return "\n".join(told)


def _tests(report: Report, place: int) -> Iterator[DeskTest]:
    exercise = report.exercises[place]
    # Each case is told for itself: at a desk nothing stands above them all.
    seen = seen_exercise(replace(exercise, status="failed"))
    for number, case in enumerate(seen.cases, start=1):
        yield DeskTest(
            seen.name,
            f"{place + 1}.{number}",
            f"{seen.name}: {case.title}",
            case.status,
            case.score,
            case.max_score,
            case.is_hidden,
            "\n".join(_lines(case)),
        )


def _lines(case: SeenCase) -> Iterator[str]:
    if case.cause:
        yield case.cause
    for difference in case.differences:
        yield difference.sentence
        if difference.expected is not None:
            yield f"expected: {difference.expected}"
            yield f"received: {difference.received}"
    yield from (f"hint: {hint}" for hint in case.hints[:1])
