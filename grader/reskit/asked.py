"""Whether evidence answers what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reskit.evidence import Evidence
from reskit.manifest import Exercise
from reskit.network.operation import BLOCK_KINDS
from reskit.recording import Expected
from reskit.report import Fault

NOT_ASKED = "What came back does not answer the calls that were made; the code may have written it."


def believed(
    exercise: Exercise, expected: Mapping[tuple[str, str], Expected], evidence: Evidence
) -> Evidence:
    """Return the evidence, or that it is forbidden, where no probe of ours can have sent it.

    A probe answers each call, and gives a block its input itself.
    """
    if evidence.fault is not None:
        return evidence
    answers_all = {call.name for call in exercise.calls} <= evidence.calls.keys()
    is_block = exercise.name in BLOCK_KINDS
    if answers_all and (not is_block or _begin_as_asked(exercise, expected, evidence)):
        return evidence
    return replace(evidence, calls={}, fault=Fault("forbidden", NOT_ASKED))


def _begin_as_asked(
    exercise: Exercise, expected: Mapping[tuple[str, str], Expected], evidence: Evidence
) -> bool:
    firsts = {
        call.name: evidence.calls[call.name].network.operations[:1] for call in exercise.calls
    }
    return all(
        (first.kind, first.shape)
        == ("Input", expected[exercise.name, name].network.operations[0].shape)
        for name, operations in firsts.items()
        for first in operations
    )
