"""What comes back from a learner's process is a claim: decoded, or a fault, never an error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reskit.evidence import CallEvidence, Evidence, Raised, decode_evidence
from reskit.manifest import Limits
from reskit.network.operation import Network, Operation
from reskit.report import Fault

QUIET = settings(derandomize=True, deadline=None, max_examples=60)
LIMITS = Limits(cpu_seconds=10, deadline_seconds=40, memory_mib=6144, evidence_mib=4, output_kib=16)
INPUT = {
    "op": "InputLayer",
    "config": {},
    "inputs": [],
    "shape": [None, 5, 5, 6],
    "parameters": 0,
    "layer": 0,
    "failed": False,
}
CALL = {
    "name": "small",
    "returned": "tensor",
    "error": None,
    "training": None,
    "takes_initializer": True,
    "graph": {"nodes": [INPUT], "outputs": [0]},
}
NETWORK = Network((Operation("Input", {"shape": [5, 5, 6]}, (), (None, 5, 5, 6)),), (0,))


def decoded(evidence: Any, outcome: str = "ended", printed: str = "") -> Evidence:
    """Return what is made of the evidence that a process sent."""
    answer = {"evidence": json.dumps(evidence), "outcome": outcome, "printed": printed}
    return decode_evidence(answer, LIMITS)


def test_call_is_decoded() -> None:
    """What one call built and gave back is taken over, and what was printed with it."""
    found = decoded({"calls": [CALL]}, printed="hello")

    assert found == Evidence({"small": CallEvidence(NETWORK, "tensor", None, True)}, None, "hello")


def test_notes_are_made_from_what_was_built() -> None:
    """What is not judged is said in our own sentences, made from the graph."""
    named = {**INPUT, "config": {"name": "image"}}
    call = {**CALL, "graph": {"nodes": [named], "outputs": [0]}, "default_initializer": "HeNormal"}

    found = decoded({"calls": [call]})

    assert found.calls["small"].network == NETWORK
    assert [note.split(" ")[0] for note in found.calls["small"].notes] == ["Names", "The"]


def test_forged_default_is_cut_short() -> None:
    """A name that a learner's process sends is text of limited length, or nothing."""
    long = decoded({"calls": [{**CALL, "default_initializer": "x" * 5_000}]})
    wrong = decoded({"calls": [{**CALL, "default_initializer": ["x"]}]})

    assert len(long.calls["small"].notes[0]) < 200
    assert wrong.calls["small"].notes == ()


def test_exception_of_a_call_is_decoded() -> None:
    """A call that raised tells its exception and where it came from."""
    error = {"type": "ValueError", "message": "no", "cell": 4, "line": 7, "text": "X = 1"}

    found = decoded({"calls": [{**CALL, "error": error, "returned": "NoneType"}]})

    assert found.calls["small"].raised == Raised("ValueError", "no", 4, 7, "X = 1")


@pytest.mark.parametrize(
    ("raised", "place"),
    [
        (Raised("E", "", None, 7, "X"), ""),
        (Raised("E", "", 4, None, None), "cell 4"),
        (Raised("E", "", 4, 7, None), "cell 4, line 7"),
        (Raised("E", "", 4, 7, "X = 1"), "cell 4, line 7: X = 1"),
    ],
)
def test_place_is_told_as_far_as_it_is_known(raised: Raised, place: str) -> None:
    """A place is named by cell, line and text, as far as these are known."""
    assert raised.place == place


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("timeout", "10 seconds of computing or 40 by the clock"),
        ("memory", "more than 6144 MiB"),
        ("crash", "ended before it gave an answer"),
        ("output_limit", "far larger"),
    ],
)
def test_each_outcome_gives_its_fault(outcome: str, words: str) -> None:
    """A process that was stopped or broke down is a fault, whatever it had sent until then."""
    found = decoded({"calls": [CALL]}, outcome)

    assert found.fault is not None
    assert (found.calls, found.fault.kind, words in found.fault.message) == ({}, outcome, True)


@pytest.mark.parametrize("evidence", ["null", "[]", "3", '"text"', "", None])
def test_no_evidence_is_a_crash(evidence: str | None) -> None:
    """A process that ended without an answer gave no evidence."""
    found = decode_evidence({"evidence": evidence, "outcome": "ended"}, LIMITS)

    assert found.fault is not None
    assert (found.calls, found.fault.kind) == ({}, "crash")


def test_all_calls_out_of_memory_is_a_fault() -> None:
    """A function that ran out of memory in every call has the fault memory."""
    error = {"type": "MemoryError", "message": ""}

    found = decoded({"calls": [{**CALL, "error": error}]})

    assert found.fault is not None
    assert (found.calls, found.fault.kind) == ({}, "memory")


def test_all_calls_without_an_import_is_a_fault() -> None:
    """A function that needs a package which is not there has the fault import_error."""
    error = {"type": "ImportError", "message": "cv2 could not be imported", "cell": 2}

    found = decoded({"calls": [{**CALL, "error": error}]})

    assert found == Evidence({}, Fault("import_error", "cv2 could not be imported (cell 2)"))


@pytest.mark.parametrize("name", ["MemoryError", "ImportError", "ValueError"])
def test_one_call_that_raised_is_no_fault(name: str) -> None:
    """As long as another call came to its end, an exception belongs to its own call."""
    failed = {**CALL, "name": "elsewhere", "error": {"type": name, "message": "no"}}

    found = decoded({"calls": [CALL, failed]})

    assert (found.fault, sorted(found.calls)) == (None, ["elsewhere", "small"])


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (
            {"kind": "missing_function", "message": "There is no function called f."},
            Fault("missing_function", "There is no function called f."),
        ),
        (
            {"kind": "syntax_error", "message": "expected ':'", "cell": 2, "line": 1, "text": "d"},
            Fault("syntax_error", "expected ':' (cell 2, line 1: d)"),
        ),
        (
            {"kind": "exception", "type": "ValueError", "message": "no", "cell": 2},
            Fault("exception", "ValueError: no (cell 2)"),
        ),
        (
            {"kind": "import_error", "type": "ImportError", "message": "no cv2"},
            Fault("import_error", "ImportError: no cv2"),
        ),
        (
            {"kind": "timeout", "type": "Made", "message": "up"},
            Fault("exception", "Made: up"),
        ),
    ],
)
def test_fault_is_decoded(fault: dict[str, Any], expected: Fault) -> None:
    """A fault keeps kind, message and place; a kind that only we can find out is not believed."""
    assert decoded({"fault": fault}) == Evidence({}, expected)


@pytest.mark.parametrize(
    "kind", ["missing_function", "syntax_error", "import_error", "exception", "other"]
)
def test_fault_always_says_something(kind: str) -> None:
    """A fault without a message still gives the report a sentence."""
    found = decoded({"fault": {"kind": kind, "message": ""}})

    assert found.fault is not None
    assert found.fault.message != ""


@pytest.mark.parametrize(
    "change",
    [
        {"graph": {"nodes": [{**INPUT, "inputs": [0]}], "outputs": [0]}},
        {"graph": {"nodes": [INPUT], "outputs": [1]}},
        {"graph": {"nodes": [{**INPUT, "shape": [-1]}], "outputs": []}},
        {"graph": {"nodes": [INPUT] * 2001, "outputs": []}},
        {"graph": {"nodes": [{**INPUT, "op": "block"}], "outputs": []}},
        {"graph": None},
        {"error": "text"},
        {"error": ["list"]},
    ],
)
def test_forged_call_is_forbidden(change: dict[str, Any]) -> None:
    """Evidence that no probe of ours would send is a fault of its own kind, and earns nothing."""
    found = decoded({"calls": [{**CALL, **change}]})

    assert found.fault is not None
    assert (found.calls, found.fault.kind) == ({}, "forbidden")


def test_deeply_nested_evidence_is_forbidden() -> None:
    """Evidence that is nested without end is refused."""
    deep = '{"calls":' + "[" * 100_000 + "]" * 100_000 + "}"

    found = decode_evidence({"evidence": deep, "outcome": "ended"}, LIMITS)

    assert found.fault is not None
    assert (found.calls, found.fault.kind) == ({}, "forbidden")


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    [
        *("name", "graph", "error", "training", "returned", "takes_initializer"),
        "default_initializer",
    ]
)
JUNK_CALL = st.dictionaries(FIELDS, ANY_JSON, max_size=3).map(lambda junk: {**CALL, **junk})
NODE_FIELDS = st.sampled_from([*INPUT])
OPS = st.sampled_from(
    [
        *("Conv2D", "Dense", "BatchNormalization", "MaxPooling2D", "ZeroPadding2D", "ReLU"),
        *("Softmax", "Activation", "block", "GlobalAveragePooling2D", "Reshape", "Add", "Dropout"),
    ]
)
SETTINGS = st.dictionaries(
    st.sampled_from(
        [
            *("axis", "padding", "kernel_size", "strides", "pool_size", "activation", "block"),
            *("kernel_initializer", "constants", "rate", "training", "data_format", "keepdims"),
            *("name", "momentum", "defaulted"),
        ]
    ),
    ANY_JSON,
    max_size=4,
)
JUNK_NODE = st.builds(
    lambda op, config, junk: {**INPUT, "op": op, "config": config, "inputs": [0], **junk},
    OPS,
    SETTINGS,
    st.dictionaries(NODE_FIELDS, ANY_JSON, max_size=1),
)
JUNK_GRAPH_CALL = st.lists(JUNK_NODE, min_size=1, max_size=3).map(
    lambda nodes: {**CALL, "graph": {"nodes": [INPUT, *nodes], "outputs": [len(nodes)]}}
)


@QUIET
@given(ANY_JSON | st.fixed_dictionaries({"fault": ANY_JSON}))
def test_any_json_gives_a_fault(evidence: Any) -> None:
    """Whatever JSON a process sends: what is not evidence is a fault, and holds no call."""
    found = decoded(evidence)

    assert found.fault is not None
    assert found.calls == {}


@QUIET
@given(st.lists(JUNK_CALL | JUNK_GRAPH_CALL | ANY_JSON, max_size=2) | ANY_JSON)
def test_any_calls_are_decoded_or_a_fault(calls: Any) -> None:
    """Whatever stands where the calls should be: true evidence comes out, or a fault alone."""
    found = decoded({"calls": calls})

    assert found.fault is None or found.calls == {}
    assert all(isinstance(call.network, Network) for call in found.calls.values())


@QUIET
@given(st.text(max_size=40), ANY_JSON, ANY_JSON)
def test_any_answer_gives_a_fault(evidence: str, outcome: Any, printed: Any) -> None:
    """Whatever text a process sends, in whatever manner it ended: there is a fault."""
    answer = {"evidence": evidence, "outcome": outcome, "printed": printed}

    found = decode_evidence(answer, LIMITS)

    assert found.fault is not None
    assert found.calls == {}
