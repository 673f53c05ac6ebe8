"""ReLUs that change nothing are found in any graph, however odd."""

from __future__ import annotations

from reskit.network.idle import idle_relus
from reskit.network.operation import Network, Operation

RELU = {"function": "relu"}


def relu(*inputs: int) -> Operation:
    """A ReLU on other operations."""
    return Operation("Activation", RELU, inputs, (None, 4, 4, 1))


def test_relu_on_a_relu_is_idle() -> None:
    """A second ReLU finds nothing negative, through a pooling too."""
    start = Operation("Input", {"shape": [4, 4, 1]}, (), (None, 4, 4, 1))
    pool = Operation("MaxPooling2D", {}, (1,), (None, 2, 2, 1))

    assert idle_relus(Network((start, relu(0), pool, relu(2)))) == {3}


def test_operations_without_an_input_are_not_idle() -> None:
    """A graph that a stranger sent may have a ReLU or a pooling on nothing."""
    pool = Operation("MaxPooling2D", {}, (), (None, 2, 2, 1))

    assert idle_relus(Network((relu(), pool, relu(1)))) == frozenset()


def test_long_chain_of_poolings_is_followed() -> None:
    """Two thousand poolings one behind the other are no deeper than Python can go."""
    pools = [Operation("MaxPooling2D", {}, (n,), (None, 2, 2, 1)) for n in range(1_990)]

    assert idle_relus(Network((relu(), *pools, relu(1_990)))) == {1_991}
