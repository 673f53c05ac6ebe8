"""Evidence is a claim: what contradicts itself, or answers another question, earns nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from reskit.asked import believed
from reskit.claims import contradiction
from reskit.course import find_course
from reskit.evidence import CallEvidence, Evidence
from reskit.manifest import read_manifest
from reskit.network.graph import decode_graph
from reskit.network.operation import Network
from reskit.recording import read_expected

COURSE = find_course()
ASSIGNMENT = read_manifest(COURSE.manifest)
EXPECTED = read_expected(COURSE.outputs, COURSE.hidden_outputs)
BLOCK = ASSIGNMENT.exercises[0]


def node(op: str, inputs: list[int], shape: list[Any], parameters: int = 0, **config: Any) -> Any:
    """A node as a child sends it."""
    return {
        "op": op,
        "config": {"data_format": "channels_last", **config},
        "inputs": inputs,
        "shape": shape,
        "parameters": parameters,
        "layer": len(inputs),
        "failed": False,
    }


IMAGE = node("InputLayer", [], [None, 9, 9, 3])
CONVOLUTION: dict[str, Any] = {
    "filters": 4,
    "kernel_size": [3, 3],
    "strides": [2, 2],
    "padding": "valid",
    "dilation_rate": [1, 1],
    "groups": 1,
    "use_bias": True,
}


def told(op: str, shape: list[Any], parameters: int = 0, **config: Any) -> str | None:
    """Return what contradicts itself in one layer on an image of 9×9×3."""
    made = node(op, [0], shape, parameters, **config)
    return contradiction(
        decode_graph(json.loads(json.dumps({"nodes": [IMAGE, made], "outputs": [1]})))
    )


@pytest.mark.parametrize(
    ("change", "shape", "weights"),
    [
        ({}, [None, 4, 4, 4], 112),
        ({}, [None, 4, 4, 4], 0),
        ({"padding": "same"}, [None, 5, 5, 4], 112),
        ({"strides": [1, 1]}, [None, 7, 7, 4], 112),
        ({"use_bias": False}, [None, 4, 4, 4], 108),
        ({"groups": 3, "filters": 6}, [None, 4, 4, 6], 60),
        ({"dilation_rate": [2, 2]}, [None, 3, 3, 4], 112),
        ({"data_format": "channels_first"}, [None, 4, 4, 1], 3),
        ({"kernel_size": "odd"}, [None, 4, 4, 4], 112),
    ],
)
def test_honest_convolution_is_believed(change: Any, shape: Any, weights: int) -> None:
    """What Keras builds fits together; what cannot be checked is not held against anyone."""
    assert told("Conv2D", shape, weights, **{**CONVOLUTION, **change}) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"filters": 8}, "its weights"),
        ({"kernel_size": [1, 1]}, "the size of its result"),
        ({"strides": [1, 1]}, "the size of its result"),
        ({"padding": "same"}, "the size of its result"),
        ({"use_bias": False}, "its weights"),
    ],
)
def test_setting_that_was_changed_afterwards_is_found(change: Any, words: str) -> None:
    """A layer that tells other settings than it was built with tells on itself."""
    found = told("Conv2D", [None, 4, 4, 4], 112, **{**CONVOLUTION, **change})

    assert found is not None
    assert words in found


def test_pooling_tells_on_itself_too() -> None:
    """The window, the steps and the channels of a pooling follow from its settings."""
    right = {"pool_size": [3, 3], "strides": [2, 2], "padding": "valid"}

    assert told("MaxPooling2D", [None, 4, 4, 3], **right) is None
    assert told("AveragePooling2D", [None, 3, 3, 3], **{**right, "strides": None}) is None
    assert told("MaxPooling2D", [None, 4, 4, 3], **{**right, "pool_size": [5, 5]}) is not None
    assert told("MaxPooling2D", [None, 4, 4, 5], **right) is not None


def right() -> Evidence:
    """Evidence of the reference itself."""
    return Evidence(
        {
            call.name: CallEvidence(EXPECTED[BLOCK.name, call.name].network, "tensor", None, True)
            for call in BLOCK.calls
        }
    )


def test_evidence_that_answers_is_believed() -> None:
    """The reference's own evidence stays as it is."""
    assert believed(BLOCK, EXPECTED, right()) == right()


@pytest.mark.parametrize("call", BLOCK.calls, ids=lambda call: call.name)
def test_evidence_without_one_of_the_calls_is_forbidden(call: Any) -> None:
    """Whoever copies what is recorded for the public calls knows nothing of the hidden ones."""
    calls = {name: each for name, each in right().calls.items() if name != call.name}

    found = believed(BLOCK, EXPECTED, Evidence(calls, None, "hello"))

    assert found.fault is not None
    assert (found.calls, found.fault.kind, found.printed) == ({}, "forbidden", "hello")


def test_evidence_with_an_input_of_its_own_is_forbidden() -> None:
    """A block is given its input; a copy of another call begins with another one."""
    evidence = right()
    small, hidden = BLOCK.calls[0].name, BLOCK.calls[-1].name

    found = believed(
        BLOCK,
        EXPECTED,
        replace(evidence, calls={**evidence.calls, hidden: evidence.calls[small]}),
    )

    assert found.fault is not None
    assert found.fault.kind == "forbidden"


def test_function_that_built_nothing_is_no_forgery() -> None:
    """An honest function that raised at once is judged as what it is."""
    calls = {name: replace(each, network=Network(())) for name, each in right().calls.items()}

    assert believed(BLOCK, EXPECTED, Evidence(calls)).fault is None
