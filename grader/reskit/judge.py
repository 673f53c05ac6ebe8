"""Judge the evidence for one exercise: pure, trusted, and the only place where points are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from reskit.evidence import CallEvidence, Evidence
from reskit.manifest import Case, Exercise, Tolerance
from reskit.network.comparison import Comparison, compare, wrong_return
from reskit.network.difference import Difference
from reskit.network.normal_form import GIVEN
from reskit.network.numbers import NotComputableError, compute, constant_weights
from reskit.network.roles import name_roles, part_of
from reskit.network.values import values_input
from reskit.network.wording import explained
from reskit.recording import Expected
from reskit.report import CaseResult, ExerciseResult

SEEN_BEFORE = "What was found in the cases before shows here too."
WHOLE_NETWORK = "ResNet50"
LISTED_PARTS = ("table", "values", "whole", "initializer")  # not made of roles


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
) -> ExerciseResult:
    """Return what the exercise earned. No evidence, no points."""
    if evidence.fault is not None:
        cause = f"{evidence.fault.kind}: {evidence.fault.message}"
        return _result(exercise, [_not_run(case, cause) for case in exercise.cases])
    findings = {
        call.name: _finding(
            exercise.name, expected[exercise.name, call.name], evidence.calls.get(call.name)
        )
        for call in exercise.calls
    }
    told: set[tuple[str, str | None, str | None]] = set()
    results = []
    for case in exercise.cases:
        reference = expected[exercise.name, case.call.name]
        result = _judge_case(exercise, case, reference, findings[case.call.name], tolerance, told)
        told |= {difference.place for difference in result.differences}
        results.append(result)
    return _result(exercise, results)


def _result(exercise: Exercise, cases: list[CaseResult]) -> ExerciseResult:
    score = sum(case.score for case in cases)
    if all(case.status == "not_run" for case in cases):
        status = "not_run"
    else:
        status = "passed" if all(case.status == "passed" for case in cases) else "failed"
    return ExerciseResult(exercise.name, score, exercise.points, status, tuple(cases))


def _not_run(case: Case, cause: str) -> CaseResult:
    return CaseResult(case.name, case.visibility, "not_run", 0, case.points, cause, case.hint)


def _finding(name: str, reference: Expected, evidence: CallEvidence | None) -> Finding:
    nothing = Comparison(None)
    if evidence is None:
        return Finding(nothing, None, "exception: The function was not called.")
    wanted = "model" if name == WHOLE_NETWORK else "tensor"
    if evidence.raised is not None:
        found = compare(
            reference.network,
            evidence.network,
            built=False,
            judge_initializer=_judges_initializer(name, evidence),
        )
        return Finding(found, evidence, explained(evidence.raised))
    difference = wrong_return(wanted, evidence.returned, len(evidence.network.outputs))
    if difference is not None:
        return Finding(Comparison(None, (difference,)), evidence, difference.message)
    judged = _judges_initializer(name, evidence)
    return Finding(compare(reference.network, evidence.network, judge_initializer=judged), evidence)


def _judges_initializer(name: str, evidence: CallEvidence) -> bool:
    """An older form of a block has no initializer parameter; it can only choose its own."""
    return name == WHOLE_NETWORK or evidence.takes_initializer


def _judge_case(
    exercise: Exercise,
    case: Case,
    reference: Expected,
    finding: Finding,
    tolerance: Tolerance,
    told: set[tuple[str, str | None, str | None]],
) -> CaseResult:
    differences = tuple(
        difference
        for difference in finding.comparison.differences
        if difference.place not in told and _belongs(difference, case, exercise)
    )
    if _passes(exercise, case, reference, finding, tolerance):
        return CaseResult(case.name, case.visibility, "passed", case.points, case.points)
    reached_nothing = finding.cause is not None and not finding.comparison.differences
    if reached_nothing or (finding.cause is not None and not differences):
        return _not_run(case, finding.cause or "")
    hint = case.hint if differences or not finding.comparison.differences else SEEN_BEFORE
    return CaseResult(case.name, case.visibility, "failed", 0, case.points, None, hint, differences)


def _parts(exercise: Exercise) -> list[str]:
    return [case.part for case in exercise.cases if case.part not in LISTED_PARTS]


def _belongs(difference: Difference, case: Case, exercise: Exercise) -> bool:
    """Return whether the case is the one that reports the difference."""
    if case.part == "whole":
        return True
    public = [other for other in exercise.cases if other.call == case.call]
    if difference.kind == "value":
        return case is public[0]
    judges_initializer = any(other.part == "initializer" for other in public)
    if difference.attribute == "kernel_initializer" and judges_initializer:
        return case.part == "initializer"
    return case.part == part_of(difference.layer, _parts(exercise))


def _passes(
    exercise: Exercise, case: Case, reference: Expected, finding: Finding, tolerance: Tolerance
) -> bool:
    comparison = finding.comparison
    finished = finding.cause is None
    if case.part == "whole":
        return finished and comparison.equal
    if case.part == "table":
        return finished and _same_table(comparison, reference)
    if case.part == "values":
        return finished and (comparison.equal or _same_values(reference, finding, tolerance))
    return _part_stands(exercise, case.part, comparison, reference)


def _part_stands(
    exercise: Exercise, part: str, comparison: Comparison, reference: Expected
) -> bool:
    """Return whether all operations of the part are there, and nothing differs in it."""
    roles = name_roles(reference.network)
    if part == "initializer":
        wanted = {
            role
            for position, role in roles.items()
            if reference.network.operations[position].settings.get("kernel_initializer") == GIVEN
        }
        wrong = [d for d in comparison.differences if d.attribute == "kernel_initializer"]
        return wanted <= comparison.matched and not wrong
    parts = _parts(exercise)
    if exercise.name == WHOLE_NETWORK and not any(
        role.startswith("stage") for role in comparison.matched
    ):
        return False  # a stem and a head with no stage between them are no part of this network
    wanted = {role for role in roles.values() if role != "input" and part_of(role, parts) == part}
    initializer_apart = any(case.part == "initializer" for case in exercise.cases)
    wrong = [
        difference
        for difference in comparison.differences
        if part_of(difference.layer, parts) == part
        and not (initializer_apart and difference.attribute == "kernel_initializer")
    ]
    return wanted <= comparison.matched and not wrong


def _same_table(comparison: Comparison, reference: Expected) -> bool:
    """Return whether the layer tables agree; a table does not show wiring or initializers."""
    everything = set(name_roles(reference.network).values())
    seen = [
        difference
        for difference in comparison.differences
        if difference.kind in ("missing", "extra", "attribute", "shape", "value")
        and difference.attribute != "kernel_initializer"
    ]
    return everything <= comparison.matched and not seen


def _same_values(reference: Expected, finding: Finding, tolerance: Tolerance) -> bool:
    """Return whether the learner's network gives the recorded numbers under constant weights."""
    if reference.values is None or finding.evidence is None:
        return False
    network = finding.evidence.network
    for position in network.used():
        settings = network.operations[position].settings
        if settings.get("kernel_initializer", GIVEN) != GIVEN:
            return False
    image = values_input(reference.network.operations[0].settings["shape"])
    weights = constant_weights(reference.values["initializer"])
    try:
        received: Any = compute(network, image, weights)
    except NotComputableError:
        return False
    expected = np.array(reference.values["result"])
    return received.shape == expected.shape and bool(
        np.allclose(received, expected, rtol=tolerance.relative, atol=tolerance.absolute)
    )
