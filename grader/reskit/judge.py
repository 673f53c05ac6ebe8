"""Judge the evidence for one exercise: pure, trusted, and the only place where points are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from reskit.asked import believed
from reskit.evidence import CallEvidence, Evidence
from reskit.manifest import Case, Exercise, Tolerance
from reskit.network.comparison import Comparison, compare_call
from reskit.network.defaults import defaults_named
from reskit.network.difference import Difference
from reskit.network.hints import MOST_HINTS, hints
from reskit.network.inline import blocks_recognised
from reskit.network.layer_settings import GIVEN
from reskit.network.numbers import NotComputableError, compute, constant_weights
from reskit.network.operation import Network
from reskit.network.roles import name_roles
from reskit.network.table import TableLine, aligned, rows
from reskit.network.values import values_input
from reskit.network.wording import explained
from reskit.parts import (
    WHOLE_NETWORK,
    any_part_is_there,
    belongs,
    graph_part_stands,
)
from reskit.printed import prints_shown
from reskit.recording import Expected
from reskit.report import SEEN_BEFORE, CaseResult, ExerciseResult, Fault


@dataclass(frozen=True)
class Finding:
    """What one call came to."""

    comparison: Comparison
    evidence: CallEvidence | None
    cause: str | None = None  # why it did not run to its end


def judge(
    exercise: Exercise,
    expected: Mapping[tuple[str, str], Expected],
    evidence: Evidence,
    tolerance: Tolerance,
    most_hints: int = MOST_HINTS,
) -> ExerciseResult:
    """Return what the exercise earned. No evidence, no points.

    Each difference is told once, in the case it belongs to, with at most `most_hints` hints.
    """
    printed = prints_shown(evidence.printed, exercise)
    evidence = believed(exercise, expected, evidence)
    if evidence.fault is not None:
        return replace(not_run(exercise, evidence.fault, most_hints), printed=printed)
    findings = {
        call.name: _finding(expected[exercise.name, call.name], evidence.calls.get(call.name))
        for call in exercise.calls
    }
    told: list[Difference] = []
    results = []
    for case in exercise.cases:
        reference = expected[exercise.name, case.call.name]
        result = _judge_case(exercise, case, reference, findings[case.call.name], tolerance, told)
        told += result.differences
        results.append(_with_hints(result, most_hints))
    return replace(
        _result(exercise, results),
        notes=_notes(exercise, evidence),
        table=_table(exercise, expected, findings, results),
        printed=printed,
    )


def not_run(exercise: Exercise, fault: Fault, most_hints: int = MOST_HINTS) -> ExerciseResult:
    """Return the result of an exercise that a fault kept from running."""
    cause = f"{fault.kind}: {fault.message}"
    return _result(exercise, [_not_run(case, cause, most_hints) for case in exercise.cases])


def _with_hints(result: CaseResult, most: int) -> CaseResult:
    """Return the result with the hints that its learner may see.

    A hidden case has its one hint from the manifest: more would tell what is hidden.
    """
    if result.hint is None or result.hint == SEEN_BEFORE:
        return result
    told: tuple[str, ...] = ()
    if result.differences and result.visibility == "public":
        told = hints(result.differences[0], result.hint, most)
    return replace(result, hint=result.hint if most else None, hints=told)


def _notes(exercise: Exercise, evidence: Evidence) -> tuple[str, ...]:
    """Return what was met and is not judged, each once; of hidden calls nothing."""
    public = [call.name for call in exercise.calls if call.visibility == "public"]
    calls = [evidence.calls[name] for name in public if name in evidence.calls]
    return tuple(dict.fromkeys(note for call in calls for note in call.notes))


def _table(
    exercise: Exercise,
    expected: Mapping[tuple[str, str], Expected],
    findings: Mapping[str, Finding],
    results: Sequence[CaseResult],
) -> tuple[TableLine, ...]:
    """Return the layer tables side by side, of the call that is judged by its table.

    Nothing where the learner's is right, or there is nothing to compare.
    """
    for case, result in zip(exercise.cases, results, strict=True):
        evidence = findings[case.call.name].evidence
        if case.part != "table" or result.status == "passed" or evidence is None:
            continue
        if len(evidence.network.operations) > 1:  # more than an input
            reference = expected[exercise.name, case.call.name]
            own = findings[case.call.name].comparison.in_blocks or evidence.network
            return tuple(aligned(rows(own), rows(reference.network)))
    return ()


def _rows(exercise: Exercise, evidence: CallEvidence) -> list[list[Any]]:
    """Return the learner's layer table, in which a block that is written out is one row."""
    if exercise.name == WHOLE_NETWORK:
        return rows(blocks_recognised(evidence.network).network)
    return rows(evidence.network)


def _result(exercise: Exercise, cases: list[CaseResult]) -> ExerciseResult:
    score = sum(case.score for case in cases)
    if all(case.status == "not_run" for case in cases):
        status = "not_run"
    else:
        status = "passed" if all(case.status == "passed" for case in cases) else "failed"
    return ExerciseResult(exercise.name, score, exercise.points, status, tuple(cases))


def _not_run(case: Case, cause: str, most_hints: int = MOST_HINTS) -> CaseResult:
    hint = case.hint if most_hints else None
    return CaseResult(case.name, case.visibility, "not_run", 0, case.points, cause, hint)


def _finding(reference: Expected, evidence: CallEvidence | None) -> Finding:
    if evidence is None:
        return Finding(Comparison(None), None, "exception: The function was not called.")
    found = compare_call(
        reference.network,
        evidence.network,
        returned=evidence.returned,
        raised=evidence.raised is not None,
        takes_initializer=evidence.takes_initializer,
    )
    cause = None if found.gives_network else found.differences[0].message
    return Finding(found, evidence, explained(evidence.raised) if evidence.raised else cause)


def _judge_case(
    exercise: Exercise,
    case: Case,
    reference: Expected,
    finding: Finding,
    tolerance: Tolerance,
    told: list[Difference],
) -> CaseResult:
    differences = tuple(
        difference
        for difference in finding.comparison.differences
        if not any(difference.repeats(other) for other in told)
        and belongs(difference, case, exercise, reference.network)
    )
    differences = defaults_named(differences, case.call.arguments)
    if _passes(exercise, case, reference, finding, tolerance):
        return CaseResult(case.name, case.visibility, "passed", case.points, case.points)
    reached_nothing = finding.cause is not None and not finding.comparison.differences
    if reached_nothing or (finding.cause is not None and not differences):
        return _not_run(case, finding.cause or "")
    hint = case.hint if differences or not finding.comparison.differences else SEEN_BEFORE
    return CaseResult(case.name, case.visibility, "failed", 0, case.points, None, hint, differences)


def _passes(
    exercise: Exercise, case: Case, reference: Expected, finding: Finding, tolerance: Tolerance
) -> bool:
    comparison = finding.comparison
    finished = finding.cause is None
    if case.part == "whole":
        return finished and comparison.equal
    if case.part == "table":
        return finished and (comparison.equal or _same_table(exercise, reference, finding))
    if case.part == "values":
        return finished and (comparison.equal or _same_values(reference, finding, tolerance))
    if case.part == "shape":
        return finished and _same_shape(exercise, reference.network, finding)
    return graph_part_stands(case.part, exercise, reference.network, comparison)


def _same_shape(exercise: Exercise, reference: Network, finding: Finding) -> bool:
    """Return whether the result has the right shape, and comes from a part of the network.

    An input that is given back may have the right shape too.
    """
    if finding.evidence is None:
        return False
    wanted, own = (
        [network.operations[output].shape for output in network.outputs]
        for network in (reference, finding.evidence.network)
    )
    return wanted == own and any_part_is_there(exercise, reference, finding.comparison.matched)


def _same_table(exercise: Exercise, reference: Expected, finding: Finding) -> bool:
    """Return whether the layer tables agree, in whatever order the two paths were written."""
    if finding.evidence is None:
        return False
    everything = set(name_roles(reference.network).values())
    wanted, own = (
        Counter(map(str, table))
        for table in (rows(reference.network), _rows(exercise, finding.evidence))
    )
    return everything <= finding.comparison.matched and wanted == own


def _same_values(reference: Expected, finding: Finding, tolerance: Tolerance) -> bool:
    """Return whether the learner's network gives the reference's numbers under constant weights.

    Both are computed: what is recorded is rounded, and hides a normalisation that is missing.
    """
    if reference.values is None or finding.evidence is None:
        return False
    network = finding.evidence.network
    for position in network.used():
        settings = network.operations[position].settings
        own = settings.get("kernel_initializer", GIVEN)
        if own != GIVEN and finding.evidence.takes_initializer:
            return False
    image = values_input(reference.network.operations[0].settings["shape"])
    weights = constant_weights(reference.values["initializer"])
    try:
        expected: Any = compute(reference.network, image, weights)
        received: Any = compute(network, image, weights)
    except NotComputableError:
        return False
    return received.shape == expected.shape and bool(
        np.allclose(received, expected, rtol=tolerance.relative, atol=tolerance.absolute)
    )
