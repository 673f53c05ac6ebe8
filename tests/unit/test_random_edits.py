"""Whatever is edited in the reference, or in what a probe sends: the judge stands, and is fair."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_edits import Edit, Mutation, an_edit, edited, mutated, mutations, to_graph

from reskit.course import find_course
from reskit.evidence import CallEvidence, Evidence, Raised, decode_evidence
from reskit.judge import judge
from reskit.manifest import read_manifest
from reskit.network.comparison import compare
from reskit.network.numbers import NotComputableError, compute, varied_weights
from reskit.network.operation import Network
from reskit.recording import read_expected
from reskit.report import ExerciseResult, Report
from reskit.stored_report import report_from_dict

COURSE = find_course()
ASSIGNMENT = read_manifest(COURSE.manifest)
EXPECTED = read_expected(COURSE.outputs, COURSE.hidden_outputs)
EXERCISES = {exercise.name: exercise for exercise in ASSIGNMENT.exercises}
SCHEMA = json.loads((COURSE.root / "docs" / "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
PROVENANCE = dict.fromkeys(("reskit", "keras", "tensorflow", "python"), "1")
PROVENANCE |= {"assignment_sha256": "0" * 64}
STOPPED = Raised("ValueError", "no", 1, 2, "X = Add()()")
SAME = 1e-6  # relative; float64 sums in another order differ by about 1e-14

QUIET = settings(
    derandomize=True,
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
EDITS = st.lists(an_edit(), min_size=1, max_size=6)
CALLS = st.sampled_from(sorted(EXPECTED))  # (exercise, call)
EACH_EXERCISE = pytest.mark.parametrize("name", EXERCISES)


def evidence(
    name: str, call: str = "", changes: Sequence[Edit] = (), raised: Raised | None = None
) -> Evidence:
    """Return evidence in which each call built the reference, one of them after the edits."""
    returned = "model" if name == "ResNet50" else "tensor"
    right = {
        each.name: CallEvidence(EXPECTED[name, each.name].network, returned, None, True)
        for each in EXERCISES[name].calls
    }
    if call:
        network = edited(right[call].network, changes)
        right[call] = replace(right[call], network=network, raised=raised)
    return Evidence(right)


def judged(name: str, found: Evidence) -> ExerciseResult:
    """Return what the evidence earns."""
    return judge(EXERCISES[name], EXPECTED, found, ASSIGNMENT.tolerance)


@cache
def untouched(name: str) -> ExerciseResult:
    """Return what the reference itself earns."""
    return judged(name, evidence(name))


def report(result: ExerciseResult) -> Report:
    """Return the report of a learner with this result, and nothing wrong elsewhere."""
    results = tuple(result if result.name == name else untouched(name) for name in EXERCISES)
    return Report(
        assignment=ASSIGNMENT.name,
        path="class/ada.ipynb",
        student="ada",
        sha256="a" * 64,
        score=sum(each.score for each in results),
        max_score=ASSIGNMENT.max_score,
        fault=None,
        exercises=results,
        provenance=PROVENANCE,
    )


def structure(network: Network) -> Any:
    """Return the used part of a network, free of the order in which it was written down."""
    known: dict[int, Any] = {}
    shared: Counter[int] = Counter()
    for place in sorted(network.used()):
        operation = network.operations[place]
        shared[operation.layer] += bool(operation.parameters)
        sources = [known[source] for source in operation.inputs]
        sources = sorted(sources, key=repr) if operation.kind == "Add" else sources
        settings_told = sorted((name, repr(each)) for name, each in operation.settings.items())
        known[place] = (operation.kind, settings_told, sources)
    shares = sorted(count for count in shared.values() if count > 1)
    return [known[output] for output in network.outputs], shares


def numbers(network: Network, image: Any, strength: float, training: bool) -> Any:
    """Return what the network computes with weights of this strength."""
    weigh = varied_weights()
    return compute(
        network,
        image,
        lambda name, shape, near: strength * weigh(name, shape, near),
        training=training,
    )


def agree(reference: Network, network: Network) -> bool:
    """Return whether two networks are one, or give the same numbers for other weights and images.

    Neither the images nor the strength of the weights are those that the judge uses.
    """
    if structure(reference) == structure(network):
        return True
    sides = tuple(size or 1 for size in (reference.operations[0].shape or ())[1:])
    image = np.cos(np.arange(2 * int(np.prod(sides))) * 1.3).reshape(2, *sides) - 0.2
    try:
        for training in (False, True):
            one, other = (numbers(each, image, 0.8, training) for each in (reference, network))
            if one.shape != other.shape:
                return False
            if not np.allclose(one, other, rtol=0, atol=SAME * float(np.abs(one).max())):
                return False
    except NotComputableError:
        return False
    return True


def unfair(result: ExerciseResult, found: Evidence) -> list[str]:
    """Return the calls that passed as a whole though they compute something else."""
    exercise = EXERCISES[result.name]
    passed = [
        case.call.name
        for case, judged_case in zip(exercise.cases, result.cases, strict=True)
        if judged_case.status == "passed"
        and (case.part == "whole" or result.score == result.max_score)
    ]
    return [
        name
        for name in sorted(set(passed))
        if not agree(EXPECTED[exercise.name, name].network, found.calls[name].network)
    ]


def faults_of(result: ExerciseResult) -> list[str]:
    """Return what is wrong with a result and the report on it, whoever earned it."""
    wrong = []
    exercise = EXERCISES[result.name]
    if not all(0 <= case.score <= case.max_score for case in result.cases):
        wrong.append("a case earns less than nothing or more than there is")
    if result.score != sum(case.score for case in result.cases):
        wrong.append("the score is not the sum")
    if [case.max_score for case in result.cases] != [case.points for case in exercise.cases]:
        wrong.append("the points are not those of the manifest")
    if any((case.status == "passed") != (case.score == case.max_score) for case in result.cases):
        wrong.append("a case that passed did not earn its points")
    text = report(result).to_json()
    data = json.loads(text, parse_constant=lambda name: wrong.append(f"{name} is no JSON"))
    wrong += [error.message for error in VALIDATOR.iter_errors(data)]
    if report_from_dict(data).to_json() != text:
        wrong.append("the report is not the same when it is read back")
    return wrong


@QUIET
@given(where=CALLS, changes=EDITS)
def test_edited_networks_are_judged_fairly(where: tuple[str, str], changes: list[Edit]) -> None:
    """However a network was edited, its report is in order, and only what is equal passes."""
    found = evidence(*where, changes)

    result = judged(where[0], found)

    assert (faults_of(result), unfair(result, found)) == ([], [])


@pytest.mark.parametrize("where", sorted(EXPECTED), ids=" ".join)
@pytest.mark.parametrize("times", [0, 2])
def test_operations_without_and_with_too_many_inputs_are_judged(
    where: tuple[str, str], times: int
) -> None:
    """Evidence may lie: an operation that takes in nothing, or one thing twice, stops no judge."""
    whole = EXPECTED[where].network
    for position, operation in enumerate(whole.operations):
        if operation.kind != "Input":
            operations = list(whole.operations)
            operations[position] = replace(operation, inputs=operation.inputs * times)
            network = replace(whole, operations=tuple(operations))
            call = CallEvidence(network, "tensor", None, True)

            result = judged(where[0], Evidence({where[1]: call}))

            assert result.status != "passed"


@settings(QUIET, max_examples=20)
@given(where=CALLS, changes=EDITS)
def test_stopped_functions_never_earn_full_marks(
    where: tuple[str, str], changes: list[Edit]
) -> None:
    """A function that raised is judged on what it built, and never wholly right."""
    result = judged(where[0], evidence(*where, changes, STOPPED))

    assert (faults_of(result), result.status == "passed") == ([], False)


@settings(QUIET, max_examples=10)
@given(where=CALLS, changes=EDITS)
def test_judging_twice_gives_the_same_bytes(where: tuple[str, str], changes: list[Edit]) -> None:
    """The same edits have the same report to the letter."""
    first, second = (report(judged(where[0], evidence(*where, changes))) for _ in range(2))

    assert first.to_json() == second.to_json()


@settings(QUIET, max_examples=30)
@given(where=CALLS, changes=EDITS, built=st.booleans(), asked=st.booleans())
def test_what_is_not_equal_has_a_difference(
    where: tuple[str, str], changes: list[Edit], built: bool, asked: bool
) -> None:
    """Two networks are equal, or there is something to tell; never both."""
    reference = EXPECTED[where].network
    network = edited(reference, changes)

    comparison = compare(reference, network, built=built, judge_initializer=asked)

    assert not (comparison.equal and comparison.differences)
    assert comparison.equal or comparison.differences or not built
    assert not comparison.equal or (built and agree(reference, network))


def wire(name: str) -> dict[str, Any]:
    """Return what the probe sends for the reference."""
    returned = "model" if name == "ResNet50" else "tensor"
    return {
        "calls": [
            {
                "name": call.name,
                "returned": returned,
                "error": None,
                "training": None,
                "takes_initializer": True,
                "graph": to_graph(EXPECTED[name, call.name].network).to_data(),
            }
            for call in EXERCISES[name].calls
        ]
    }


def decoded(text: str) -> Evidence:
    """Return the evidence in the text that a probe sent."""
    answer = {"evidence": text, "outcome": "ended", "printed": ""}
    return decode_evidence(answer, ASSIGNMENT.limits)


@EACH_EXERCISE
def test_the_reference_sent_by_a_probe_earns_full_marks(name: str) -> None:
    """What stands here for the text of a probe is one: unchanged, it earns all points."""
    result = judged(name, decoded(json.dumps(wire(name))))

    assert result == untouched(name)
    assert (result.score, result.status) == (EXERCISES[name].points, "passed")


@QUIET
@given(name=st.sampled_from(sorted(EXERCISES)), changes=mutations())
def test_mutated_evidence_is_judged_fairly(name: str, changes: list[Mutation]) -> None:
    """However the text of a probe was changed, it can be judged, and garbage earns nothing."""
    found = decoded(json.dumps(mutated(wire(name), changes)))
    result = judged(name, found)

    assert (faults_of(result), unfair(result, found)) == ([], [])


@settings(QUIET, max_examples=30)
@given(name=st.sampled_from(sorted(EXERCISES)), start=st.integers(0), length=st.integers(1, 40))
def test_broken_texts_are_a_fault(name: str, start: int, length: int) -> None:
    """A text that breaks off, or of which a piece is lost, gives a report that is in order."""
    text = json.dumps(wire(name))
    start %= len(text)

    found = [decoded(text[:start]), decoded(text[:start] + text[start + length :])]
    results = [judged(name, each) for each in found]

    assert [faults_of(result) for result in results] == [[], []]
    assert results[0].score == 0


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_json_does_not_know_never_reach_a_report(number: str) -> None:
    """A setting that is no finite number leaves the report readable by any program."""
    text = json.dumps(wire("identity_block")).replace("0.001", number)

    result = judged("identity_block", decoded(text))

    assert faults_of(result) == []


def test_an_edit_that_is_undone_earns_full_marks() -> None:
    """The judge is no less fair to what is right: other names of layers change nothing."""
    found = evidence("identity_block")
    renamed = {
        name: replace(
            call,
            network=replace(
                call.network,
                operations=tuple(
                    replace(each, layer=each.layer + 100) for each in call.network.operations
                ),
            ),
        )
        for name, call in found.calls.items()
    }

    assert judged("identity_block", Evidence(renamed)) == untouched("identity_block")
