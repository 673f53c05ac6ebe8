"""Which programs an audit runs, and which of its tests look at which of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reskit.audit.equivalents import generated, inline_network, written_by_hand
from reskit.audit.other_words import in_other_words
from reskit.audit.programs import Program, Reference, one_edit, read_reference, sampled, two_edits
from reskit.course import Course
from reskit.network.operation import BLOCK_KINDS

PAIRS = 150  # a few of them hold an edit that changes nothing, and count as one mistake
IN_OTHER_WORDS = 300
BASELINES_EVERY = 6  # a baseline builds whole networks and runs them: seconds for each program


@dataclass(frozen=True)
class Plan:
    """The reference, the programs made from it, and those among them for the baselines."""

    reference: Reference
    programs: tuple[Program, ...]
    for_baselines: tuple[Program, ...]


def make_plan(course: Course, functions: Sequence[str], every: int = 1) -> Plan:
    """Return the plan of an audit of one program in `every`."""
    reference = read_reference(course.source, functions)
    right = [*generated(reference), *written_by_hand(reference, course.equivalents)]
    if set(BLOCK_KINDS) < set(functions):
        right.append(inline_network(reference))
    kinds = [
        [*one_edit(reference), *in_other_words(reference, IN_OTHER_WORDS)],
        two_edits(reference, PAIRS),
        right,
    ]
    chosen = [program for kind in kinds for program in sampled(kind, every)]
    few = [program for kind in kinds for program in sampled(kind, every * BASELINES_EVERY)]
    return Plan(reference, _once(chosen), _once(few))


def _once(programs: Sequence[Program]) -> tuple[Program, ...]:
    """Return the programs, each name once."""
    return tuple({program.name: program for program in programs}.values())
