"""What is met and not judged is said, one sentence for each kind."""

from __future__ import annotations

from typing import Any

import pytest

from reskit.network.graph import Graph, Node
from reskit.network.unjudged import unjudged

INPUT = Node("InputLayer", {}, (), (None, 4, 4, 6))


def graph_with(op: str, shape: tuple[int | None, ...] = (None, 4, 4, 6), **config: Any) -> Graph:
    """Return a graph of an input and one operation."""
    return Graph((INPUT, Node(op, config, (0,), shape)), (1,))


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (graph_with("Conv2D", name="res2a"), "Names of layers are not judged"),
        (
            graph_with("Conv2D", kernel_initializer={"class": "GlorotUniform", "seed": 7}),
            "Seeds other than 0 are not judged",
        ),
        (
            graph_with("BatchNormalization", momentum=0.9),
            "The momentum of BatchNormalization (0.9) is not judged",
        ),
        (
            graph_with(
                "AveragePooling2D",
                (None, 2, 2, 6),
                pool_size=[2, 2],
                strides=[2, 2],
                padding="same",
            ),
            'The padding of the average pooling ("same") is not judged',
        ),
    ],
)
def test_each_kind_has_its_sentence(graph: Graph, words: str) -> None:
    """Whoever names a layer, or chooses a momentum, reads that it neither costs nor earns."""
    (sentence,) = unjudged(graph)

    assert words in sentence


def test_default_initializer_is_named() -> None:
    """The default of a block's parameter is told by the name of its class."""
    (sentence,) = unjudged(Graph((INPUT,)), "HeNormal")

    assert "The default of `initializer` (HeNormal) is not judged" in sentence


@pytest.mark.parametrize(
    "graph",
    [
        graph_with("Conv2D", kernel_initializer={"class": "GlorotUniform", "seed": 0}),
        graph_with("Conv2D", kernel_initializer={"class": "GlorotUniform", "seed": None}),
        graph_with("BatchNormalization", momentum=0.99),
        graph_with("BatchNormalization"),
        graph_with("AveragePooling2D", (None, 2, 2, 6), pool_size=[3, 3], padding="same"),
        graph_with("AveragePooling2D", (None, 2, 2, 6), pool_size=[2, 2], padding="valid"),
        graph_with("Conv2D", kernel_size=[1, 1], padding="same"),
    ],
)
def test_what_was_asked_for_is_not_mentioned(graph: Graph) -> None:
    """The asked seed, the usual momentum and a padding that is judged need no sentence."""
    assert unjudged(graph) == ()


def test_one_sentence_for_many_layers() -> None:
    """Fifty layers with a momentum give one sentence, with a few of the values."""
    layers = tuple(
        Node("BatchNormalization", {"momentum": number / 10}, (0,), None) for number in range(5)
    )

    (sentence,) = unjudged(Graph((INPUT, *layers)))

    assert "(0.0, 0.1, 0.2, …)" in sentence
