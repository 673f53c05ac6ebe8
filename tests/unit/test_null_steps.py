"""What changes nothing is no step, unless it stands where a step is lacking."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reskit.network.alignment import Attribute, attribute_differences
from reskit.network.graph import Graph, Node
from reskit.network.normal_form import normal_form
from reskit.network.null_steps import null_steps_left_out
from reskit.network.operation import Network
from reskit.network.paddings import paddings_joined

MAP, WIDE, HALF = (None, 4, 4, 3), (None, 8, 8, 3), (None, 2, 2, 3)
VECTOR = (None, 12)


def node(op: str, shape: Any = MAP, **config: Any) -> Node:
    """Return a node; `graph` sets its input."""
    return Node(op, config, (), shape)


def graph(*nodes: Node) -> Graph:
    """Return the nodes in a row behind an input, the last one as the result."""
    placed = [Node("InputLayer", {}, (), MAP)]
    for each in nodes:
        placed.append(Node(each.op, each.config, (len(placed) - 1,), each.shape))
    return Graph(tuple(placed), (len(placed) - 1,))


PAD = node("ZeroPadding2D", WIDE, padding=[[2, 2], [2, 2]])
POOL = node("AveragePooling2D", HALF, pool_size=[2, 2], strides=[2, 2], padding="valid")
FLAT = node("Flatten", VECTOR)
NO_PAD = node("ZeroPadding2D", padding=[[0, 0], [0, 0]])
NO_POOL = node("AveragePooling2D", pool_size=[1, 1], strides=[1, 1], padding="valid")


def network(*nodes: Node) -> Network:
    """Return a row of layers in normal form."""
    return normal_form(graph(*nodes))


def kinds(found: Network) -> list[str]:
    """Return the kinds of the layers."""
    return [operation.kind for operation in found.operations[1:]]


@pytest.mark.parametrize("nothing", [NO_PAD, NO_POOL])
def test_step_that_changes_nothing_is_none(nothing: Node) -> None:
    """A border of no zeros, and a pooling over single points, are left out."""
    wanted = network(PAD, POOL)

    found = null_steps_left_out(network(nothing, PAD, nothing, POOL), wanted)

    assert kinds(found) == kinds(wanted)
    assert [each.inputs for each in found.operations] == [each.inputs for each in wanted.operations]


@pytest.mark.parametrize("nothing", [NO_PAD, NO_POOL])
def test_step_in_the_place_of_one_that_is_lacking_stays(nothing: Node) -> None:
    """Who pads by nothing has not left the padding out, but set it wrongly."""
    found = null_steps_left_out(network(nothing, FLAT), network(PAD, POOL, FLAT))

    assert kinds(found) == [nothing.op, "Flatten"]


def test_paddings_in_a_row_may_be_the_one_that_is_asked_for() -> None:
    """A border of two may be put on in two steps of one."""
    one = node("ZeroPadding2D", (None, 6, 6, 3), padding=[[1, 1], [1, 1]])
    again = node("ZeroPadding2D", WIDE, padding=[[1, 1], [1, 1]])
    wanted = network(PAD, FLAT)

    found = paddings_joined(network(one, again, FLAT), wanted)

    assert (kinds(found), found.operations[1].settings) == (
        kinds(wanted),
        wanted.operations[1].settings,
    )


def test_padding_that_is_one_too_many_stays() -> None:
    """Two borders that are not together the one that is asked for are not one border."""
    again = node("ZeroPadding2D", (None, 12, 12, 3), padding=[[2, 2], [2, 2]])

    found = paddings_joined(network(PAD, again, FLAT), network(PAD, FLAT))

    assert kinds(found) == ["ZeroPadding2D", "ZeroPadding2D", "Flatten"]


def test_padding_that_is_used_by_itself_stays() -> None:
    """A border that something else needs too is not joined with the next one."""
    one = Node("ZeroPadding2D", {"padding": [[1, 1], [1, 1]]}, (0,), (None, 6, 6, 3))
    again = Node("ZeroPadding2D", {"padding": [[1, 1], [1, 1]]}, (1,), WIDE)
    nodes = (Node("InputLayer", {}, (), MAP), one, again)
    used_twice = normal_form(Graph(nodes, (1, 2)))

    assert paddings_joined(used_twice, network(PAD)) == used_twice


@pytest.mark.parametrize(
    "pool",
    [
        node("GlobalAveragePooling2D", (None, 1, 1, 3), keepdims=True),
        node("AveragePooling2D", HALF, pool_size=[2, 2], strides=[2, 2], padding="same"),
        node("AveragePooling2D", HALF, pool_size=[2, 2], strides=[1, 1], padding="valid"),
    ],
)
def test_pooling_is_compared_at_the_size_that_it_should_meet(pool: Node) -> None:
    """An earlier mistake that changes the size of the map is not told again at the pooling."""
    (own,) = normal_form(
        Graph((Node("InputLayer", {}, (), (None, 3, 3, 3)), replace(pool, inputs=(0,))), (1,))
    ).operations[1:]
    (wanted,) = normal_form(
        Graph((Node("InputLayer", {}, (), HALF), replace(POOL, inputs=(0,))), (1,))
    ).operations[1:]

    assert own.settings != wanted.settings
    assert attribute_differences(wanted, own) == []


def test_pooling_over_points_is_compared_as_it_was_written() -> None:
    """A window of 1 in the place of one of 2 is a wrong window, at every size."""
    (wanted,) = network(POOL).operations[1:]
    (own,) = network(NO_POOL).operations[1:]

    assert attribute_differences(wanted, own) == [Attribute("pool_size", [2, 2], [1, 1])]
