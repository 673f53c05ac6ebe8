"""A graph is a claim: where it contradicts itself, no Keras has built it."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

from reskit.network.graph import Graph, Node

Shape = tuple[int | None, ...]
WINDOWS = {"Conv2D": "kernel_size", "MaxPooling2D": "pool_size", "AveragePooling2D": "pool_size"}


def contradiction(graph: Graph) -> str | None:
    """Return what shows that a graph was made up, None where nothing does.

    The size of a layer's output and the number of its weights follow from its settings; whoever
    changes a setting after the layer was called changes what is told, and not the network.
    """
    for node in graph.nodes:
        if node.op in WINDOWS and not node.failed and len(node.inputs) == 1:
            given, made = graph.nodes[node.inputs[0]].shape, node.shape
            plain = node.config.get("data_format") == "channels_last"
            if plain and given and made and len(given) == len(made) == 4:
                told = _window(node, given, made) or _channels(node, given, made)
                if told is not None:
                    return f"the settings of a {node.op} contradict {told}"
    return None


def _window(node: Node, given: Shape, made: Shape) -> str | None:
    """Compare the output with what the window leaves (https://keras.io/api/layers/)."""
    config = node.config
    sizes: Any = config.get(WINDOWS[node.op])
    steps: Any = config.get("strides") or sizes
    padding = config.get("padding")
    spread = config.get("dilation_rate", [1, 1]) != [1, 1]
    if spread or padding not in ("same", "valid") or not (_two(sizes) and _two(steps)):
        return None
    for side, size, step, result in zip(given[1:3], sizes, steps, made[1:3], strict=True):
        if side is not None and result is not None:
            places = side if padding == "same" else side - size + 1
            if result != -(-places // step):
                return "the size of its result"
    return None


def _channels(node: Node, given: Shape, made: Shape) -> str | None:
    filters = made[3]
    if node.op == "Conv2D":
        filters = node.config.get("filters")
        weights = _weights(node.config, given[3])
        if weights is not None and node.parameters not in (0, weights):
            return "the number of its weights"
    elif given[3] != made[3]:
        return "the size of its result"
    return None if filters == made[3] else "the size of its result"


def _weights(config: Mapping[str, Any], channels: int | None) -> int | None:
    """Return how many weights a convolution has, None where that cannot be told."""
    sizes, filters = config.get("kernel_size"), config.get("filters")
    if not _two(sizes) or type(filters) is not int or channels is None or config.get("groups") != 1:
        return None
    weights: int = filters * channels * prod(sizes or [])
    return weights + (filters if config.get("use_bias") else 0)


def _two(value: Any) -> bool:
    is_pair = isinstance(value, list) and len(value) == 2
    return is_pair and all(type(each) is int and each > 0 for each in value)
