"""The computation graph that a function built, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_NODES = 2_000  # a ResNet-50 written out has 177
MAX_INPUTS = 64
TENSOR = "tensor"  # stands for one of a node's inputs among the arguments of an operation


class GraphError(ValueError):
    """What claims to be a graph is not one."""


@dataclass(frozen=True)
class Node:
    """One operation: what it is, its settings, where its inputs come from."""

    op: str  # class name, as "Conv2D"; "custom.Name" where the class is not Keras's own
    config: Mapping[str, Any]
    inputs: tuple[int, ...]  # positions of earlier nodes
    shape: tuple[int | None, ...] | None  # of the output, with the batch axis
    parameters: int = 0
    layer: int = 0  # equal for two nodes that use one layer, and so one set of weights
    failed: bool = False  # Keras raised while it was called


@dataclass(frozen=True)
class Graph:
    """Nodes in the order in which they were made; inputs always point backwards."""

    nodes: tuple[Node, ...]
    outputs: tuple[int, ...] = ()

    def to_data(self) -> dict[str, Any]:
        """Return the graph as JSON-ready data."""
        return {
            "nodes": [
                {
                    "op": node.op,
                    "config": dict(node.config),
                    "inputs": list(node.inputs),
                    "shape": None if node.shape is None else list(node.shape),
                    "parameters": node.parameters,
                    "layer": node.layer,
                    "failed": node.failed,
                }
                for node in self.nodes
            ],
            "outputs": list(self.outputs),
        }


@dataclass
class _Decoder:
    nodes: list[Node] = field(default_factory=list)

    def position(self, value: Any, limit: int) -> int:
        if type(value) is not int or not 0 <= value < limit:
            raise GraphError(f"{value!r:.40} is not the position of an earlier node.")
        return value

    def node(self, data: Any) -> Node:
        if not isinstance(data, dict) or not isinstance(data.get("op"), str):
            raise GraphError("A node needs the name of its operation.")
        config, inputs = data.get("config"), data.get("inputs")
        if not isinstance(config, dict) or not isinstance(inputs, list):
            raise GraphError("A node needs a table of settings and a list of inputs.")
        if len(inputs) > MAX_INPUTS:
            raise GraphError(f"A node has {len(inputs)} inputs; {MAX_INPUTS} are allowed.")
        parameters = data.get("parameters")
        layer = data.get("layer")
        if type(parameters) is not int or type(layer) is not int:
            raise GraphError("A node needs a parameter count and the number of its layer.")
        return Node(
            op=data["op"][:80],
            config=config,
            inputs=tuple(self.position(value, len(self.nodes)) for value in inputs),
            shape=_decoded_shape(data.get("shape")),
            parameters=parameters,
            layer=layer,
            failed=data.get("failed") is True,
        )


def _decoded_shape(value: Any) -> tuple[int | None, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > 8:
        raise GraphError("A shape is a list of at most eight sizes.")
    for size in value:
        if size is not None and (type(size) is not int or not 0 <= size < 2**31):
            raise GraphError(f"{size!r:.40} is not a size.")
    return tuple(value)


def decode_graph(data: Any) -> Graph:
    """Return the graph that JSON data describes.

    Raises GraphError unless the data is a graph: known fields of the right type, at most
    MAX_NODES nodes, inputs that point backwards.
    """
    if not isinstance(data, dict) or not isinstance(data.get("nodes"), list):
        raise GraphError("A graph is a table with a list of nodes.")
    if len(data["nodes"]) > MAX_NODES:
        raise GraphError(f"The graph has {len(data['nodes'])} nodes; {MAX_NODES} are allowed.")
    decoder = _Decoder()
    for entry in data["nodes"]:
        decoder.nodes.append(decoder.node(entry))
    outputs = data.get("outputs")
    if not isinstance(outputs, list) or len(outputs) > MAX_INPUTS:
        raise GraphError("A graph needs a list of outputs.")
    count = len(decoder.nodes)
    return Graph(tuple(decoder.nodes), tuple(decoder.position(value, count) for value in outputs))
