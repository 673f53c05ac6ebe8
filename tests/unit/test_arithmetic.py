"""Arithmetic that amounts to a usual operation is named so, and only then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from reskit.network.graph import TENSOR, Graph, Node
from reskit.network.normal_form import normal_form
from reskit.network.operation import Operation

MAP, VECTOR = (None, 4, 3, 6), (None, 5)
T = TENSOR


def node(op: str, inputs: Iterable[int] = (0,), shape: Any = MAP, **config: Any) -> Node:
    """Return a node that takes in the first one unless said otherwise."""
    return Node(op, config, tuple(inputs), shape, failed=config.pop("failed", False))


def first_maps() -> list[Node]:
    """Return an input and two normalisations of it: two paths that may meet."""
    return [
        node("InputLayer", ()),
        node("BatchNormalization", layer=1),
        node("BatchNormalization", layer=2),
    ]


def behind(*nodes: Node) -> tuple[Operation, ...]:
    """Return what nodes behind two paths, at 1 and 2, become; the last one is the result."""
    graph = Graph((*first_maps(), *nodes), (2 + len(nodes),))
    return normal_form(graph).operations[3:]


def told(operations: Iterable[Operation]) -> list[tuple[str, dict[str, Any], tuple[int, ...]]]:
    """Return kind, settings and inputs of each."""
    return [(each.kind, dict(each.settings), each.inputs) for each in operations]


RELUS = {
    "where": [
        node("ops.Greater", (1,), arguments=[T, 0]),
        node("ops.Where", (3, 1), arguments=[T, T, 0.0]),
    ],
    "where, turned": [
        node("ops.LessEqual", (1,), arguments=[T, 0]),
        node("ops.Where", (3, 1), arguments=[T, 0.0, T]),
    ],
    "mask": [
        node("ops.Greater", (1,), arguments=[T, 0]),
        node("ops.Cast", (3,), dtype="float32"),
        node("ops.Multiply", (1, 4)),
    ],
    "halves": [
        node("ops.Absolute", (1,)),
        node("ops.Add", (1, 3)),
        node("ops.TrueDivide", (4,), arguments=[T, 2]),
    ],
    "clip": [node("ops.Clip", (1,), x_min=0.0, x_max=float("inf"))],
    "maximum of zeros": [node("ops.ZerosLike", (1,)), node("ops.Maximum", (1, 3))],
    "minus the minimum": [
        node("ops.Minimum", (1,), arguments=[T, 0]),
        node("ops.Subtract", (1, 3)),
    ],
}


@pytest.mark.parametrize("written", RELUS.values(), ids=RELUS)
def test_arithmetic_of_a_relu_is_a_relu(written: list[Node]) -> None:
    """Several operations that together give what a ReLU gives become one ReLU."""
    assert told(behind(*written)) == [("Activation", {"function": "relu"}, (1,))]


def test_relu_of_a_sum_is_an_addition_and_a_relu() -> None:
    """The addition before a ReLU by hand stays an addition."""
    found = behind(
        node("Add", (1, 2)),
        node("ops.Greater", (3,), arguments=[T, 0]),
        node("ops.Where", (4, 3), arguments=[T, T, 0]),
    )

    assert told(found) == [("Add", {}, (1, 2)), ("Activation", {"function": "relu"}, (3,))]


SUMS = {
    "minus the negative": [node("ops.Negative", (2,)), node("ops.Subtract", (1, 3))],
    "and zeros": [node("ops.ZerosLike", (1,)), node("Add", (1, 2, 3))],
    "twice the average": [
        node("Average", (1, 2)),
        node("ops.Multiply", (3,), arguments=[2, T]),
    ],
    "zero first": [
        node("ops.Add", (1,), arguments=[0, T]),
        node("ops.Add", (3, 2)),
    ],
}


@pytest.mark.parametrize("written", SUMS.values(), ids=SUMS)
def test_arithmetic_of_a_sum_is_an_addition(written: list[Node]) -> None:
    """Several operations that together add two paths become one addition."""
    found = behind(*written)

    assert told(found) == [("Add", {}, (1, 2))]
    assert found[0].shape == MAP


def test_sum_of_shapes_that_do_not_fit_is_still_an_addition() -> None:
    """Where Keras refused to subtract, the addition that was meant keeps its mark of failure."""
    (found,) = behind(
        node("ops.Negative", (2,), shape=(None, 2, 3, 6)),
        node("ops.Subtract", (1, 3), failed=True),
    )

    assert (found.kind, found.failed) == ("Add", True)


NOTHING = {
    "minus minus": [node("ops.Negative", (1,)), node("ops.Negative", (3,))],
    "half of twice": [
        node("ops.Add", (1, 1)),
        node("ops.Divide", (3,), arguments=[T, 2]),
    ],
    "plus nothing": [node("ops.ZerosLike", (1,)), node("ops.Add", (1, 3))],
}


@pytest.mark.parametrize("written", NOTHING.values(), ids=NOTHING)
def test_arithmetic_that_changes_nothing_is_left_out(written: list[Node]) -> None:
    """What gives its input back is no step."""
    found = behind(*written, node("ReLU", (2 + len(written),)))

    assert told(found) == [("Activation", {"function": "relu"}, (1,))]


def test_softmax_by_hand_is_the_softmax() -> None:
    """Powers divided by their sum are a softmax, and the last layer's activation."""
    graph = Graph(
        (
            node("InputLayer", (), (None, 9)),
            node("Dense", (0,), VECTOR, units=5),
            node("ops.Exp", (1,), VECTOR),
            node("ops.Sum", (2,), (None, 1), axis=[-1], keepdims=True),
            node("ops.TrueDivide", (2, 3), VECTOR),
        ),
        (4,),
    )

    (_, dense) = normal_form(graph).operations

    assert (dense.kind, dense.settings["activation"]) == ("Dense", "softmax")


OTHERS = {
    "a bound at six": [node("ops.Clip", (1,), x_min=0.0, x_max=6.0)],
    "a bound at a thousand": [node("ops.Clip", (1,), x_min=0.0, x_max=1000.0)],
    "a leak": [
        node("ops.Multiply", (1,), arguments=[T, 0.01]),
        node("ops.Maximum", (1, 3)),
    ],
    "the other half": [node("ops.Minimum", (1,), arguments=[T, 0])],
    "the sign turned": [node("ops.Subtract", (1,), arguments=[0, T])],
    "a step at one": [
        node("ops.Greater", (1,), arguments=[T, 1]),
        node("ops.Where", (3, 1), arguments=[T, T, 0.0]),
    ],
    "a difference": [node("ops.Subtract", (1, 2))],
    "a sum, counted once too often": [node("ops.Add", (1, 2)), node("ops.Add", (3, 2))],
    "half of a sum": [
        node("ops.Add", (1, 2)),
        node("ops.TrueDivide", (3,), arguments=[T, 2]),
    ],
    "no operation of ours": [node("ops.Greater", (1,), arguments=[T]), node("ops.Erf", (3,))],
}


@pytest.mark.parametrize("written", OTHERS.values(), ids=OTHERS)
def test_other_arithmetic_stays(written: list[Node]) -> None:
    """What computes anything else is not touched."""
    assert len(behind(*written)) == len(written)


def test_endless_arithmetic_is_not_computed() -> None:
    """A graph that is made to keep the grader busy is left as it is, at once."""
    chain = [node("ops.Negative", (place + 2,)) for place in range(1_900)]

    assert len(behind(*chain)) == len(chain)


def test_what_is_used_elsewhere_stays() -> None:
    """An operation inside a ReLU by hand that another one needs is kept."""
    found = behind(
        node("ops.Greater", (1,), arguments=[T, 0]),
        node("ops.Where", (3, 1), arguments=[T, T, 0]),
        node("ops.Absolute", (3,)),
        node("Concatenate", (4, 5)),
    )

    kinds = ["ops.Greater", "Activation", "ops.Absolute", "Concatenate"]
    assert [each.kind for each in found] == kinds


def test_addition_of_one_path_to_itself_is_a_mistake_and_stays() -> None:
    """A cut skip connection is no arithmetic."""
    assert told(behind(node("Add", (1, 1)))) == [("Add", {}, (1, 1))]
