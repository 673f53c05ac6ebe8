"""What is met in a network and not judged, in one sentence for each kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reskit.network.graph import Graph, Node
from reskit.network.pooling import pads_nothing

USUAL_MOMENTUM = 0.99
ASKED_SEEDS = (0, None)
MOST_TOLD = 3  # examples in one sentence
COURSE_INITIALIZERS = {"identity_block": "RandomUniform", "convolutional_block": "GlorotUniform"}


def unjudged(
    graph: Graph, default_initializer: str | None = None, *, chooses_initializer: bool = False
) -> tuple[str, ...]:
    """Return a sentence for each kind of thing in the graph that costs and earns nothing.

    `default_initializer` is the default of a block's parameter, where it is not the course's;
    `chooses_initializer` says that a block has no such parameter.
    """
    names = [node for node in graph.nodes if node.config.get("name")]
    momenta = [
        node.config["momentum"]
        for node in graph.nodes
        if node.op == "BatchNormalization"
        and node.config.get("momentum", USUAL_MOMENTUM) != USUAL_MOMENTUM
    ]
    seeds = [seed for node in graph.nodes for seed in _seeds(node) if seed not in ASKED_SEEDS]
    found = [
        (names, "Names of layers are not judged: they change nothing in the network."),
        (
            seeds,
            "Seeds other than 0 are not judged: they change which first weights are drawn, "
            "not how.",
        ),
        (
            momenta,
            "The momentum of BatchNormalization ({}) is not judged: it changes how fast the "
            "moving averages follow, not what the network computes.",
        ),
        (
            [default_initializer] if default_initializer else [],
            "The default of `initializer` ({}) is not judged: that a block uses the initializer "
            "it is given is.",
        ),
        (
            [True] * chooses_initializer,
            "The block has no parameter `initializer`, as in older forms of it: which one its "
            "layers have is not judged.",
        ),
        (
            ["same" for node in graph.nodes if _pools_alike(node, graph)],
            'The padding of the average pooling ("{}") is not judged: at this size it gives '
            'what "valid" gives.',
        ),
    ]
    return tuple(sentence.format(_listed_values(values)) for values, sentence in found if values)


def _listed_values(values: list[Any]) -> str:
    different = list(dict.fromkeys(str(value)[:40] for value in values))
    more = ", …" if len(different) > MOST_TOLD else ""
    return ", ".join(different[:MOST_TOLD]) + more


def _seeds(node: Node) -> Iterator[Any]:
    for name, value in node.config.items():
        if name.endswith("_initializer") and isinstance(value, dict):
            seed = value.get("seed")
            if seed is None or isinstance(seed, (int, str)):
                yield seed


def _pools_alike(node: Node, graph: Graph) -> bool:
    if node.op != "AveragePooling2D" or len(node.inputs) != 1:
        return False
    return pads_nothing(node.config, graph.nodes[node.inputs[0]].shape)
