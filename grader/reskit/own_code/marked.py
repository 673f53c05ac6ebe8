"""Marked: the code of each exercise that is not right, with what its report says beside the lines.

What a hidden case found is not marked: it would tell what is hidden.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reskit.network.defaults import from_a_default
from reskit.network.difference import Difference
from reskit.own_code.excerpt import Excerpt, excerpt
from reskit.own_code.located import Lines, located, signature
from reskit.own_code.steps import Written
from reskit.recording import Expected
from reskit.report import ExerciseResult, Report

Recorded = Mapping[tuple[str, str], Expected]  # by exercise and call
Read = Callable[[str], Written | None]

PLACE = re.compile(r"\(cell (\d+), line (\d+)(?=[:)])")
STOPPED = "It stopped here."
NOT_WRITTEN = "not written yet"
NOT_PYTHON = "This cannot be read as Python."


@dataclass(frozen=True)
class MarkedCode:
    """One function as it was handed in, and notes at lines of its cell."""

    code: Excerpt
    notes: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # by line, at its last
    marked: frozenset[int] = frozenset()  # the lines that the notes speak of


def marked_code(
    report: Report, cells: Sequence[str], expected: Recorded, read: Read
) -> dict[str, MarkedCode]:
    """Return {exercise: its code} for each exercise that lost points and stands in the cells.

    `expected` are the recordings of the public calls; `read` tells the steps of a function, None
    where they are not clear (see `reskit.own_code.reading`).
    """
    found = {}
    for exercise in report.exercises:
        code = excerpt(cells, exercise.name)
        if exercise.status != "passed" and code is not None and not _is_stub(exercise):
            found[exercise.name] = _marked(exercise, code, expected, read)
    return found


def _is_stub(exercise: ExerciseResult) -> bool:
    return all((case.cause or "").startswith(NOT_WRITTEN) for case in exercise.cases)


def _marked(exercise: ExerciseResult, code: Excerpt, expected: Recorded, read: Read) -> MarkedCode:
    notes: dict[int, list[str]] = {}
    marked: set[int] = set()
    told_here = [*_of_differences(exercise, code, expected, read), *_of_causes(exercise, code)]
    for lines, note in told_here:
        numbers = range(code.first_line + lines.first - 1, code.first_line + lines.last)
        if numbers and numbers[0] in code.numbers and numbers[-1] in code.numbers:
            here = notes.setdefault(numbers[-1], [])
            here += [note] if note not in here else []
            marked |= set(numbers)
    told = {number: tuple(entries) for number, entries in sorted(notes.items())}
    return MarkedCode(code, told, frozenset(marked))


def _of_differences(
    exercise: ExerciseResult, code: Excerpt, expected: Recorded, read: Read
) -> Iterable[tuple[Lines, str]]:
    differences = [
        each for case in exercise.cases if case.visibility == "public" for each in case.differences
    ]
    networks = [each.network for (name, _), each in expected.items() if name == exercise.name]
    if code.is_cut or not differences or not networks:
        return
    written = read(code.text)
    if written is None:
        for difference in filter(from_a_default, differences):
            yield signature(), difference.message
        return
    places = located(written, networks[0], differences)
    for difference, lines in zip(differences, places, strict=True):
        if lines is not None:
            yield lines, _note(difference, lines)


def _note(difference: Difference, lines: Lines) -> str:
    if not lines.beside:
        return difference.message
    side = "After" if lines.beside == "after" else "Before"
    return f"{side} this line: {difference.message}"


def _of_causes(exercise: ExerciseResult, code: Excerpt) -> Iterable[tuple[Lines, str]]:
    """Yield where the function stopped, as far as a public case says so."""
    for case in exercise.cases:
        found = PLACE.search(case.cause or "") if case.visibility == "public" else None
        if found and int(found[1]) == code.cell:
            line = int(found[2]) - code.first_line + 1
            is_broken = (case.cause or "").startswith("syntax_error")
            yield Lines(line, line), NOT_PYTHON if is_broken else STOPPED
