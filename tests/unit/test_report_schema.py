"""Every report keeps to the contract, and to the schema that describes it."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reskit.course import find_course
from reskit.evidence import CallEvidence, Evidence, Raised, decode_evidence
from reskit.judge import judge
from reskit.manifest import read_manifest
from reskit.network.difference import Difference
from reskit.network.operation import Network
from reskit.recording import read_expected
from reskit.report import CaseResult, ExerciseResult, Fault, Report
from reskit.stored_report import report_from_dict

COURSE = find_course()
ASSIGNMENT = read_manifest(COURSE.manifest)
EXPECTED = read_expected(COURSE.outputs, COURSE.hidden_outputs)
SCHEMA_FILE = COURSE.root / "docs" / "report.schema.json"
PROVENANCE = {
    "reskit": "0.1.0",
    "keras": "3.15.1",
    "tensorflow": "2.21.0",
    "python": "3.11.7",
    "assignment_sha256": "0" * 64,
}
QUIET = settings(derandomize=True, deadline=None, max_examples=25)


def validator() -> Any:
    """Return what checks a report against the schema."""
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def right(name: str) -> Evidence:
    """Return evidence of the reference itself."""
    returned = "model" if name == "ResNet50" else "tensor"
    return Evidence(
        {
            call: CallEvidence(each.network, returned, None, True)
            for (exercise, call), each in EXPECTED.items()
            if exercise == name
        }
    )


def cut_short(name: str, raised: Raised | None) -> Evidence:
    """Return evidence of a function that built the first five operations."""
    calls = {
        call: CallEvidence(Network(each.network.operations[:5], (4,)), "tensor", raised, True)
        for (exercise, call), each in EXPECTED.items()
        if exercise == name
    }
    return Evidence(calls)


def report(*found: Evidence, fault: Fault | None = None, student: str = "ada") -> Report:
    """Return the report on the evidence for the three exercises."""
    results = tuple(
        judge(exercise, EXPECTED, each, ASSIGNMENT.tolerance)
        for exercise, each in zip(ASSIGNMENT.exercises, found, strict=True)
    )
    return Report(
        assignment=ASSIGNMENT.name,
        path=f"class/{student}.ipynb",
        student=student,
        sha256="a" * 64,
        score=sum(result.score for result in results),
        max_score=ASSIGNMENT.max_score,
        fault=fault,
        exercises=results,
        provenance=PROVENANCE,
    )


NAMES = [exercise.name for exercise in ASSIGNMENT.exercises]
TIMEOUT = Fault("timeout", "The function did not come to an end within 20 seconds.")
NOT_WRITTEN = Evidence({})
REPORTS = {
    "all right": lambda: report(*map(right, NAMES)),
    "stopped half-way": lambda: report(
        *(cut_short(name, Raised("ValueError", "no", 1, 2, "x")) for name in NAMES)
    ),
    "given back too early": lambda: report(
        *(cut_short(name, None) for name in NAMES[:2]), NOT_WRITTEN
    ),
    "nothing ran": lambda: report(*[Evidence({}, TIMEOUT)] * 3, fault=TIMEOUT),
    "no evidence": lambda: report(*[NOT_WRITTEN] * 3),
}


@pytest.mark.parametrize("which", REPORTS)
def test_report_keeps_to_its_schema(which: str) -> None:
    """Reports of every outcome are valid under the published schema."""
    if not SCHEMA_FILE.is_file():
        pytest.skip("docs/report.schema.json is not written yet")

    data = json.loads(REPORTS[which]().to_json())

    assert [error.message for error in validator().iter_errors(data)] == []


def test_fields_stand_in_the_order_of_the_contract() -> None:
    """The fields of a report, an exercise, a case and a difference are those of the contract."""
    data = json.loads(REPORTS["given back too early"]().to_json())
    exercise = data["exercises"][0]
    case = next(each for each in exercise["cases"] if each["differences"])

    assert list(data) == [
        *("schema", "assignment", "submission", "score", "max_score"),
        *("fault", "exercises", "provenance"),
    ]
    assert list(data["submission"]) == ["path", "student", "sha256"]
    assert list(exercise) == [
        *("name", "score", "max_score", "status", "cases"),
        *("notes", "table"),
    ]
    assert list(case) == [
        *("name", "visibility", "status", "score", "max_score"),
        *("cause", "hint", "differences", "hints"),
    ]
    assert list(case["differences"][0]) == [
        *("kind", "layer", "attribute", "expected", "received", "message"),
    ]
    assert list(exercise["table"][0]) == ["mark", "received", "expected"]


@pytest.mark.parametrize("which", REPORTS)
def test_report_can_be_read_back(which: str) -> None:
    """What is written can be read again, whole."""
    written = REPORTS[which]()

    assert report_from_dict(json.loads(written.to_json())).to_json() == written.to_json()


def test_report_of_an_earlier_release_can_be_read() -> None:
    """A stored report without hints, notes and tables is still one."""
    data = json.loads(REPORTS["given back too early"]().to_json())
    for exercise in data["exercises"]:
        del exercise["notes"], exercise["table"]
        for case in exercise["cases"]:
            del case["hints"]

    found = report_from_dict(data)

    assert [exercise.notes for exercise in found.exercises] == [(), (), ()]
    assert [exercise.table for exercise in found.exercises] == [(), (), ()]
    assert {case.hints for exercise in found.exercises for case in exercise.cases} == {()}


def test_report_of_the_reference_says_100_points() -> None:
    """The reference earns 100 of 100 points."""
    data = json.loads(REPORTS["all right"]().to_json())

    assert (data["schema"], data["score"], data["max_score"], data["fault"]) == (
        *("reskit.report/1", 100, 100, None),
    )


@pytest.mark.parametrize("which", ["all right", "given back too early", "nothing ran"])
def test_same_evidence_gives_the_same_bytes(which: str) -> None:
    """Judged twice, a submission has the same report to the letter."""
    assert REPORTS[which]().to_json(indent=2) == REPORTS[which]().to_json(indent=2)


def test_report_without_indentation_is_one_line() -> None:
    """On standard output a report is one line, whatever messages hold."""
    found = report(*[Evidence({}, Fault("exception", "two\nlines\u2028three"))] * 3)

    assert len(found.to_json().split("\n")) == 1


@QUIET
@given(st.text(max_size=20), st.text(max_size=20))
def test_report_can_always_be_written(message: str, student: str) -> None:
    """Whatever a learner's code says, and a file is called: the report can be written."""
    found = report(*[Evidence({}, Fault("exception", message))] * 3, student=student)

    assert json.loads(found.to_json().encode("utf-8"))["submission"]["student"] == student


@pytest.mark.parametrize("half", ["\ud800", "a\udcff"])
def test_half_a_character_in_a_message_can_be_written(half: str) -> None:
    """A learner's exception with half of a two-part character does not stop the class's grading."""
    sent = json.dumps({"fault": {"kind": "exception", "type": "ValueError", "message": half}})
    evidence = decode_evidence({"evidence": sent, "outcome": "ended"}, ASSIGNMENT.limits)

    found = report(*[evidence] * 3, fault=evidence.fault)

    assert json.loads(found.to_json().encode("utf-8"))["score"] == 0


def test_file_name_that_is_not_text_can_be_written() -> None:
    """A file whose name is not UTF-8 still has a report that can be written."""
    found = report(*map(right, NAMES), student="ad\udce4")

    assert json.loads(found.to_json().encode("utf-8"))["score"] == 100


def test_settings_of_every_kind_have_a_json_form() -> None:
    """Expected and received values that are tuples or mappings become JSON."""
    difference = Difference("attribute", "add", "inputs", ("a", "b"), {"f": (3, 3)}, "…")
    case = CaseResult("a case", "public", "failed", 0, 1, None, "hint", (difference,))
    exercise = ExerciseResult("identity_block", 0, 1, "failed", (case,))
    found = Report("resnet50", "p", "s", None, 0, 100, None, (exercise,), PROVENANCE)

    data = json.loads(found.to_json())

    (shown,) = data["exercises"][0]["cases"][0]["differences"]
    assert (shown["expected"], shown["received"]) == (["a", "b"], {"f": [3, 3]})
