"""Faults that need a look: what did not run, by kind, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reskit.report import Report

# In the order in which an instructor wants to look: what may be meant ill or be our own failing
# first, what a learner can mend alone last.
KINDS = {
    "forbidden": "tried what graded code may not do",
    "crash": "ended its process",
    "memory": "wanted more memory than it may have",
    "timeout": "did not finish in time",
    "output_limit": "gave back more than can be taken",
    "unreadable": "the file is no notebook",
    "import_error": "an import failed that the functions need",
    "syntax_error": "Python cannot read the code",
    "missing_function": "a function of that name is not there",
    "exception": "the code raised, and nothing could be judged",
}
WHOLE = "whole submission"


@dataclass(frozen=True)
class Faults:
    """All that had one kind of fault."""

    kind: str
    about: str
    hit: tuple[tuple[str, str], ...]  # (student, exercise or WHOLE), in the order of the class


def faults(reports: Sequence[Report]) -> tuple[Faults, ...]:
    """Return the faults of a class by kind; kinds that nobody had are left out."""
    found: dict[str, list[tuple[str, str]]] = {}
    for report in reports:
        for kind, where in _of(report):
            found.setdefault(kind, []).append((report.student, where))
    unknown = [kind for kind in found if kind not in KINDS]
    return tuple(
        Faults(kind, KINDS.get(kind, ""), tuple(found[kind]))
        for kind in [*KINDS, *unknown]
        if kind in found
    )


def _of(report: Report) -> Iterator[tuple[str, str]]:
    if report.fault is not None:
        yield report.fault.kind, WHOLE
        return
    for exercise in report.exercises:
        kinds = {
            case.cause.partition(":")[0]
            for case in exercise.cases
            if case.cause and exercise.status == "not_run"
        }
        yield from ((kind, exercise.name) for kind in KINDS if kind in kinds)
