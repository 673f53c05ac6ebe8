"""What the public tests are made of: record a network, compare it, say what differs.

Two functions are for you: `summary(model)` gives a model's layers as a table, and
`comparator(learner, instructor)` compares two such tables.

Made from grader/reskit/network/ by `reskit release`; do not edit.
"""

from __future__ import annotations
from collections import Counter
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from difflib import SequenceMatcher
from functools import cached_property
from itertools import count
from itertools import zip_longest
from keras.src.ops.node import Node as KerasNode
from typing import Any
import contextlib
import functools
import heapq
import inspect
import keras
import numpy as np
import re
import sys
import textwrap
import traceback
import zlib


@dataclass(frozen=True)
class Difference:
    """The smallest edit at one place, in roles that a person uses."""

    kind: str  # missing, extra, attribute, wiring, order, shape, value
    layer: str | None  # a role such as "main.conv2"
    attribute: str | None = None
    expected: Any = None
    received: Any = None
    message: str = ""

    @property
    def place(self) -> tuple[str, str | None, str | None]:
        """What makes two differences the same one."""
        return (self.kind, self.layer, self.attribute)


MAX_NODES = 2_000  # a ResNet-50 written out has 177
MAX_INPUTS = 64


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


GIVEN = "the given initializer"
POOLINGS = ("MaxPooling2D", "AveragePooling2D")
OP_ACTIVATIONS = ("relu", "softmax", "sigmoid", "tanh", "elu", "selu", "gelu", "silu", "softplus")
SAME_AS_ADD = ("Add", "ops.Add")
ALWAYS_IDENTITY = ("Identity", "ops.Identity", "ActivityRegularization")


@dataclass(frozen=True)
class Operation:
    """One step of a network in normal form."""

    kind: str  # "Conv2D", "BatchNormalization", "Activation", "Add", "identity_block", …
    settings: Mapping[str, Any]
    inputs: tuple[int, ...]
    shape: tuple[int | None, ...] | None
    parameters: int = 0
    layer: int = 0
    failed: bool = False


@dataclass(frozen=True)
class Network:
    """Operations in the order in which they were made, and the ones that are the result."""

    operations: tuple[Operation, ...]
    outputs: tuple[int, ...] = ()

    def used(self) -> frozenset[int]:
        """Return the positions of the operations that the result depends on."""
        found: set[int] = set()
        open_ends = list(self.outputs)
        while open_ends:
            position = open_ends.pop()
            if position not in found:
                found.add(position)
                open_ends.extend(self.operations[position].inputs)
        return frozenset(found)


def network_to_data(network: Network) -> dict[str, Any]:
    """Return the network as literals, for a recording."""
    return {
        "operations": [
            {
                "kind": operation.kind,
                "settings": _told_settings(operation),
                "inputs": list(operation.inputs),
                "shape": None if operation.shape is None else list(operation.shape),
                "parameters": operation.parameters,
                "layer": operation.layer,
            }
            for operation in network.operations
        ],
        "outputs": list(network.outputs),
    }


def _usual_settings(kind: str) -> dict[str, Any]:
    """Return what a recording leaves out: the defaults of layers with weights."""
    usual = dict(WEIGHTED_SETTINGS.get(kind, {}))
    if kind == "Conv2D":
        usual.pop("activation")
    return usual


def _told_settings(operation: Operation) -> dict[str, Any]:
    usual = _usual_settings(operation.kind)
    return {
        name: value
        for name, value in operation.settings.items()
        if name not in usual or usual[name] != value
    }


def network_from_data(data: Mapping[str, Any]) -> Network:
    """Return the network of a recording."""
    return Network(
        tuple(
            Operation(
                kind=entry["kind"],
                settings={**_usual_settings(entry["kind"]), **entry["settings"]},
                inputs=tuple(entry["inputs"]),
                shape=None if entry["shape"] is None else tuple(entry["shape"]),
                parameters=entry["parameters"],
                layer=entry["layer"],
            )
            for entry in data["operations"]
        ),
        tuple(data["outputs"]),
    )


def normal_form(graph: Graph, training: bool | None = None) -> Network:
    """Return the network that `graph` describes, in normal form.

    `training` is the flag that the caller passed to the function: a BatchNormalization that was
    given just this flag follows its caller, as one without a flag does.
    """
    written = _written_out(graph, training)
    return _merged_activations(_without_identities(written))


def _written_out(graph: Graph, training: bool | None) -> Network:
    """Translate node by node; one node becomes one operation, or a layer and its activation."""
    operations: list[Operation] = []
    place: dict[int, int] = {}
    for position, node in enumerate(graph.nodes):
        inputs = tuple(place[source] for source in node.inputs)
        sources = [graph.nodes[source].shape for source in node.inputs]
        steps = _translate(node, sources, training)
        for number, (kind, settings) in enumerate(steps):
            shape = node.shape
            if kind == "AveragePooling2D" and len(steps) > 1 and shape:  # a global pooling
                shape = (shape[0], 1, 1, shape[-1])
            operations.append(
                Operation(
                    kind,
                    settings,
                    inputs,
                    shape,
                    0 if number else node.parameters,
                    node.layer,
                    node.failed,
                )
            )
            inputs = (len(operations) - 1,)
        place[position] = len(operations) - 1
    return Network(tuple(operations), tuple(place[output] for output in graph.outputs))


Steps = list[tuple[str, dict[str, Any]]]


def _translate(node: Node, sources: list[Any], training: bool | None) -> Steps:
    config = dict(node.config)
    source = sources[0] if sources else None
    rank = len(source) if source else 4
    if node.op == "InputLayer":
        return [("Input", {"shape": list((node.shape or (None,))[1:])})]
    if node.op == "block":
        return [(str(config.pop("block")), _block_settings(config))]
    if node.op in ("Conv2D", "Dense", "BatchNormalization"):
        return _weighted_layer(node.op, config, source, node.shape, training)
    if node.op in POOLINGS or node.op in ("ops.MaxPool", "ops.AveragePool"):
        kind = "MaxPooling2D" if "Max" in node.op else "AveragePooling2D"
        return _pooling(kind, config, source, node.shape)
    if node.op == "GlobalAveragePooling2D":
        return _global_pooling(config, source)
    if node.op == "ZeroPadding2D":
        return [("ZeroPadding2D", {"padding": config.get("padding"), **_layout(config)})]
    if node.op in SAME_AS_ADD and len(node.inputs) > 1:
        return [("Add", {})]
    if node.op == "Flatten" or _is_flattening(node, source):
        return [("Flatten", {})]
    activation = _activation(node, rank)
    if activation is not None:
        return [("Activation", {"function": activation})]
    if _is_identity(node, source):
        return [("Identity", {})]
    return [(node.op, config)]


def _block_settings(config: Mapping[str, Any]) -> dict[str, Any]:
    settings = dict(config)
    for name in ("f", "s"):
        if name in settings:
            settings[name] = _single(settings[name])
    return settings


def _single(value: Any) -> Any:
    """Return 3 for [3, 3]: a square kernel or stride written as a pair."""
    if isinstance(value, list) and len(value) == 2 and value[0] == value[1]:
        return value[0]
    return value


def _layout(config: Mapping[str, Any]) -> dict[str, Any]:
    return {"data_format": config.get("data_format", "channels_last")}


def _weighted_layer(
    kind: str, config: dict[str, Any], source: Any, shape: Any, training: bool | None
) -> Steps:
    known = WEIGHTED_SETTINGS[kind]
    settings = {name: config.get(name, default) for name, default in known.items()}
    for name in known:
        if name.endswith("_initializer"):
            settings[name] = initializer(settings[name])
    if kind == "BatchNormalization":
        rank = len(source) if source else 4
        settings["axis"] = _axis(settings["axis"], rank)
        if settings["training"] == training:
            settings["training"] = None
        return [(kind, settings)]
    if kind == "Conv2D":
        settings["padding"] = _padding(
            settings["padding"], settings["kernel_size"], settings["strides"], source, shape
        )
    activation = settings.pop("activation")
    if kind == "Conv2D" and not settings["use_bias"]:
        settings["bias_initializer"] = WEIGHTED_SETTINGS[kind]["bias_initializer"]
    if activation in (None, "linear"):
        return [(kind, settings)]
    return [(kind, settings), ("Activation", {"function": activation})]


WEIGHTED_SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "Conv2D": {
        "filters": None,
        "kernel_size": None,
        "strides": [1, 1],
        "padding": "valid",
        "dilation_rate": [1, 1],
        "groups": 1,
        "use_bias": True,
        "activation": None,
        "kernel_initializer": "GlorotUniform",
        "bias_initializer": "Zeros",
        "kernel_regularizer": None,
        "bias_regularizer": None,
        "activity_regularizer": None,
        "kernel_constraint": None,
        "bias_constraint": None,
        "data_format": "channels_last",
        "trainable": True,
    },
    "Dense": {
        "units": None,
        "use_bias": True,
        "activation": None,
        "kernel_initializer": "GlorotUniform",
        "bias_initializer": "Zeros",
        "kernel_regularizer": None,
        "bias_regularizer": None,
        "activity_regularizer": None,
        "kernel_constraint": None,
        "bias_constraint": None,
        "trainable": True,
    },
    "BatchNormalization": {
        "axis": -1,
        "epsilon": 0.001,
        "center": True,
        "scale": True,
        "beta_initializer": "Zeros",
        "gamma_initializer": "Ones",
        "moving_mean_initializer": "Zeros",
        "moving_variance_initializer": "Ones",
        "beta_regularizer": None,
        "gamma_regularizer": None,
        "beta_constraint": None,
        "gamma_constraint": None,
        "training": None,
        "trainable": True,
    },
}


def initializer(value: Any) -> Any:
    """Return one short text for an initializer: its class, and settings that are not defaults."""
    if not isinstance(value, dict):
        return value
    settings = {
        name: entry
        for name, entry in value.items()
        if name not in ("class", "seed", "input_axes", "output_axes")
        and (value.get("class"), name, entry) not in INITIALIZER_DEFAULTS
    }
    kind = str(value.get("class"))
    if kind == "GivenInitializer":
        return GIVEN
    if kind == "VarianceScaling" and settings == {"mode": "fan_avg", "distribution": "uniform"}:
        return "GlorotUniform"
    listed = ", ".join(f"{name}={entry}" for name, entry in sorted(settings.items()))
    return f"{kind}({listed})" if listed else kind


INITIALIZER_DEFAULTS = (
    ("RandomUniform", "minval", -0.05),
    ("RandomUniform", "maxval", 0.05),
    ("RandomNormal", "mean", 0.0),
    ("RandomNormal", "stddev", 0.05),
    ("TruncatedNormal", "mean", 0.0),
    ("TruncatedNormal", "stddev", 0.05),
    ("VarianceScaling", "scale", 1.0),
)


def _axis(axis: Any, rank: int) -> Any:
    if isinstance(axis, list) and len(axis) == 1:
        axis = axis[0]
    return axis + rank if type(axis) is int and axis < 0 else axis


def _pair(value: Any) -> tuple[int, int] | None:
    if type(value) is int:
        return value, value
    if isinstance(value, list) and len(value) == 2 and all(type(side) is int for side in value):
        return value[0], value[1]
    return None


def _padding(padding: Any, window: Any, strides: Any, source: Any, shape: Any) -> Any:
    """Return "valid" for a padding "same" that, at this size, pads nothing."""
    sides, steps = _pair(window), _pair(strides)
    if padding != "same" or sides is None or steps is None:
        return padding
    if sides == (1, 1):
        return "valid"
    if not source or not shape or len(source) != 4 or len(shape) != 4:
        return padding
    for size, result, side, step in zip(source[1:3], shape[1:3], sides, steps, strict=True):
        if size is None or result is None or (result - 1) * step + side != size:
            return padding
    return "valid"


def _pooling(kind: str, config: Mapping[str, Any], source: Any, shape: Any) -> Steps:
    window = _pair(config.get("pool_size"))
    strides = _pair(config.get("strides")) or window
    padding = _padding(
        config.get("padding", "valid"), config.get("pool_size"), list(strides or ()), source, shape
    )
    if window == (1, 1) and strides == (1, 1):
        return [("Identity", {})]
    if window and shape and len(shape) == 4 and shape[1:3] == (1, 1) and padding == "valid":
        strides = window  # one window only: there is no step to take
    settings = {
        "pool_size": list(window) if window else config.get("pool_size"),
        "strides": list(strides) if strides else config.get("strides"),
        "padding": padding,
        **_layout(config),
    }
    return [(kind, settings)]


def _global_pooling(config: Mapping[str, Any], source: Any) -> Steps:
    steps: Steps = []
    if source and len(source) == 4 and source[1] and source[2]:
        window = [source[1], source[2]]
        if window != [1, 1]:
            settings = {"pool_size": window, "strides": window, "padding": "valid"}
            steps.append(("AveragePooling2D", {**settings, **_layout(config)}))
    return steps if config.get("keepdims") and steps else [*steps, ("Flatten", {})]


def _is_flattening(node: Node, source: Any) -> bool:
    """Return whether a node turns each image into one vector, whatever it is called."""
    reshapes = ("Reshape", "ops.Reshape", "ops.Squeeze", "GlobalMaxPooling2D")
    if node.op not in reshapes or not source or not node.shape or len(node.shape) != 2:
        return False
    if node.op == "GlobalMaxPooling2D":
        return bool(source[1:3] == (1, 1))
    total = 1
    for size in source[1:]:
        if size is None:
            return False
        total *= size
    return bool(total == node.shape[1])


def _activation(node: Node, rank: int) -> str | None:
    """Return the function of a node that applies one to every number, None for other nodes."""
    config = node.config
    if node.op == "Activation":
        return str(config.get("activation"))
    if node.op == "ReLU":
        plain = {"max_value": None, "negative_slope": 0, "threshold": 0}
        same = all(config.get(name, value) == value for name, value in plain.items())
        return "relu" if same else f"relu({_listed(config, plain)})"
    if node.op in ("Softmax", "ops.Softmax"):
        axis = _axis(config.get("axis", -1), rank)
        return "softmax" if axis == rank - 1 else f"softmax(axis={axis})"
    if node.op == "ops.Maximum" and config.get("constants") in ([0], [0.0]):
        return "relu"
    name = node.op.removeprefix("ops.").lower()
    return name if node.op.startswith("ops.") and name in OP_ACTIVATIONS else None


def _listed(config: Mapping[str, Any], defaults: Mapping[str, Any]) -> str:
    changed = {name: config.get(name) for name in defaults if config.get(name) != defaults[name]}
    return ", ".join(f"{name}={value}" for name, value in changed.items())


def _is_identity(node: Node, source: Any) -> bool:
    if node.op in ALWAYS_IDENTITY:
        return True
    if node.op in ("Dropout", "SpatialDropout2D", "GaussianDropout", "GaussianNoise"):
        return node.config.get("rate", node.config.get("stddev")) in (0, 0.0)
    if node.op in ("Reshape", "ops.Reshape"):
        return source is not None and node.shape == source
    constants = node.config.get("constants")
    if node.op in ("ops.Add", "ops.Subtract"):
        return constants in ([0], [0.0]) and len(node.inputs) == 1
    if node.op in ("ops.Multiply", "ops.TrueDivide", "ops.Divide"):
        return constants in ([1], [1.0]) and len(node.inputs) == 1
    return False


def _passes_through(operation: Operation) -> bool:
    """Return whether the operation gives its one input back."""
    if operation.kind == "Activation":
        return bool(operation.settings["function"] == "linear")
    if operation.kind == "ZeroPadding2D":
        return operation.settings["padding"] in ([[0, 0], [0, 0]], [0, 0], 0)
    return operation.kind == "Identity"


def _without_identities(network: Network) -> Network:
    return _rewired(
        network,
        lambda position: (
            network.operations[position].inputs[0]
            if _passes_through(network.operations[position])
            and len(network.operations[position].inputs) == 1
            else None
        ),
    )


def _merged_activations(network: Network) -> Network:
    """Let a Dense layer carry the activation that follows it, as its argument does."""
    users: dict[int, int] = {}
    for operation in network.operations:
        for source in operation.inputs:
            users[source] = users.get(source, 0) + 1
    operations = list(network.operations)
    merged: dict[int, int] = {}
    for position, operation in enumerate(operations):
        if operation.kind == "Dense":
            settings = {**operation.settings, "activation": "linear"}
            operations[position] = replace(operation, settings=settings)
        source = operation.inputs[0] if operation.inputs else -1
        if operation.kind != "Activation" or operations[source].kind != "Dense":
            continue
        if users[source] == 1 and source not in network.outputs:
            function = operation.settings["function"]
            dense = operations[source]
            if dense.settings["activation"] == "linear":
                settings = {**dense.settings, "activation": function}
                operations[source] = replace(dense, settings=settings)
                merged[position] = source
    return _rewired(Network(tuple(operations), network.outputs), merged.get)


def _rewired(network: Network, stands_for: Callable[[int], int | None]) -> Network:
    """Return the network without the operations that stand for an earlier one."""
    place: dict[int, int] = {}
    kept: list[Operation] = []
    for position, operation in enumerate(network.operations):
        earlier = stands_for(position)
        if earlier is not None:
            place[position] = place[earlier]
            continue
        place[position] = len(kept)
        inputs = tuple(place[source] for source in operation.inputs)
        kept.append(replace(operation, inputs=inputs))
    return Network(tuple(kept), tuple(place[output] for output in network.outputs))


BLOCK_KINDS = ("identity_block", "convolutional_block")
SHORT = {
    "Input": "input",
    "ZeroPadding2D": "pad",
    "Conv2D": "conv",
    "BatchNormalization": "bn",
    "Activation": "relu",
    "MaxPooling2D": "pool",
    "AveragePooling2D": "pool",
    "Flatten": "flatten",
    "Dense": "dense",
    "Add": "add",
}


def short_name(kind: str) -> str:
    """Return the word for a kind of operation inside a role: "conv" for Conv2D."""
    return SHORT.get(kind, kind.removeprefix("ops.").removeprefix("custom.").lower())


def name_roles(network: Network) -> dict[int, str]:
    """Return {position: role} for the reference network of an exercise."""
    if any(operation.kind in BLOCK_KINDS for operation in network.operations):
        return _network_roles(network)
    return _block_roles(network)


def _block_roles(network: Network) -> dict[int, str]:
    """Name the two paths that meet in the addition; the longer one is the main path."""
    operations = network.operations
    (meeting,) = (p for p, operation in enumerate(operations) if operation.kind == "Add")
    paths = sorted((_path_to_input(network, end) for end in operations[meeting].inputs), key=len)
    roles = {0: "input", meeting: "add"}
    for path, prefix in ((paths[-1], "main"), (paths[0], "shortcut")):
        numbered = prefix == "main"
        counts: Counter[str] = Counter()
        for position in path:
            word = short_name(operations[position].kind)
            counts[word] += 1
            roles[position] = f"{prefix}.{word}{counts[word] if numbered else ''}"
    for position in range(meeting + 1, len(operations)):
        roles.setdefault(position, short_name(operations[position].kind))
    return roles


def _path_to_input(network: Network, end: int) -> list[int]:
    path = []
    while network.operations[end].inputs:
        path.append(end)
        end = network.operations[end].inputs[0]
    return path[::-1]


def _network_roles(network: Network) -> dict[int, str]:
    """Name the stem, the blocks of each stage, and the head."""
    roles: dict[int, str] = {}
    stage = block = 0
    for position, operation in enumerate(network.operations):
        if operation.kind == "convolutional_block":
            stage, block = stage + 1, 1
            roles[position] = f"stage{stage}.block1"
        elif operation.kind == "identity_block":
            block += 1
            roles[position] = f"stage{stage}.block{block}"
        elif operation.kind == "Input":
            roles[position] = "input"
        else:
            roles[position] = f"{'head' if stage else 'stem'}.{short_name(operation.kind)}"
    return roles


def part_of(role: str | None, parts: Collection[str]) -> str:
    """Return which of an exercise's `parts` a role belongs to.

    What stands on no path, as the addition or the result as a whole, belongs to "merge", and in
    the network to "head"; its input to the first part there is.
    """
    if role == "input":
        return "stem" if "stem" in parts else "main"
    first = (role or "").split(".")[0]
    if first in parts:
        return first
    return "merge" if "merge" in parts else "head"


IGNORED_SETTINGS = frozenset({"name", "dtype", "batch_shape", "build_config"})
LONGEST_TEXT = 200


@dataclass
class Recording:
    """What Keras built while the recorder was open, in order."""

    made: list[Any] = field(default_factory=list)  # Keras nodes
    attempt: tuple[Any, Any, Any] | None = None  # operation, args, kwargs of a call that raised


@contextlib.contextmanager
def recording() -> Iterator[Recording]:
    """Record every symbolic Keras call made inside the `with` block.

    Keras is restored on leaving, whatever happens inside.
    """
    record = Recording()
    make_node, call_layer = KerasNode.__init__, keras.layers.Layer.__call__

    @functools.wraps(make_node)
    def remember_node(node: Any, *args: Any, **kwargs: Any) -> None:
        make_node(node, *args, **kwargs)
        record.made.append(node)

    @functools.wraps(call_layer)
    def remember_attempt(layer: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return call_layer(layer, *args, **kwargs)
        except Exception:
            record.attempt = (layer, args, kwargs)
            raise

    KerasNode.__init__ = remember_node
    keras.layers.Layer.__call__ = remember_attempt
    try:
        yield record
    finally:
        KerasNode.__init__ = make_node
        keras.layers.Layer.__call__ = call_layer


def graph_of(record: Recording, outputs: list[Any], raised: bool = False) -> Graph:
    """Return the recorded graph with the nodes of `outputs` (Keras tensors) as its outputs.

    Nested models are written out. Nodes that no output needs are kept: they tell what was
    thrown away. When `raised`, the call that failed is the last node.
    """
    writer = _Writer()
    nested = _inside_nested_models(record.made)
    for made in record.made:
        if id(made) not in nested:
            writer.write(made)
    if raised and record.attempt is not None:
        writer.write_attempt(*record.attempt)
    positions = [writer.position(tensor) for tensor in outputs]
    return Graph(tuple(writer.nodes), tuple(p for p in positions if p is not None))


def graph_of_model(model: Any) -> Graph:
    """Return the graph of a functional Keras model, nested models written out."""
    writer = _Writer()
    inner = getattr(model, "_functional", None) or model
    for tensor in inner.outputs:
        writer.write_history(tensor)
    return Graph(tuple(writer.nodes), tuple(writer.position(t) or 0 for t in inner.outputs))


def _inside_nested_models(made: list[Any]) -> set[int]:
    """Return the ids of nodes that belong to a model which is itself called as a layer."""
    inside: set[int] = set()
    for node in made:
        inner = _inner_model(node.operation)
        if inner is not None:
            inside.update(id(inner_node) for inner_node in _history(inner.outputs))
    return inside


def _inner_model(operation: Any) -> Any:
    """Return the functional graph behind a model used as a layer, None for a plain layer."""
    inner = getattr(operation, "_functional", None) or operation
    if isinstance(inner, keras.Model) and getattr(inner, "outputs", None):
        return inner
    return None


def _node_of(tensor: Any) -> Any:
    history = getattr(tensor, "_keras_history", None)
    if history is None or history.operation is None:
        return None
    return history.operation._inbound_nodes[history.node_index]


def _history(tensors: list[Any]) -> list[Any]:
    """Return the Keras nodes behind `tensors`, inputs before what uses them."""
    ordered: list[Any] = []
    seen: set[int] = set()
    stack: list[tuple[Any, bool]] = [(_node_of(tensor), False) for tensor in reversed(tensors)]
    while stack:
        node, ready = stack.pop()
        if node is None or (id(node) in seen and not ready):
            continue
        if ready:
            ordered.append(node)
            continue
        seen.add(id(node))
        stack.append((node, True))
        stack.extend((_node_of(tensor), False) for tensor in reversed(_tensors(node)))
    return ordered


def _tensors(node: Any) -> list[Any]:
    return list(node.arguments.keras_tensors)


@dataclass
class _Writer:
    """Writes Keras nodes as plain ones; inside a nested model `bound` stands for its inputs."""

    nodes: list[Node] = field(default_factory=list)
    positions: dict[int, int] = field(default_factory=dict)
    layers: dict[int, int] = field(default_factory=dict)
    kept: list[Any] = field(default_factory=list)  # so that no id is used twice

    def position(self, tensor: Any) -> int | None:
        return self.positions.get(id(tensor))

    def write_history(self, tensor: Any) -> None:
        for node in _history([tensor]):
            if node.outputs and self.position(node.outputs[0]) is None:
                self.write(node)

    def write(self, node: Any) -> None:
        inner = _inner_model(node.operation)
        if inner is not None:
            self._write_nested(node, inner)
            return
        position = self._append(
            node.operation,
            _tensors(node),
            _constants(node.arguments.args, node.arguments.kwargs),
            node.outputs[0] if node.outputs else None,
        )
        for tensor in node.outputs:
            self._bind(tensor, position)

    def write_attempt(self, operation: Any, args: Any, kwargs: Any) -> None:
        tensors = [leaf for leaf in _leaves((args, kwargs)) if _is_symbolic(leaf)]
        if any(self.position(tensor) is None for tensor in tensors):
            return
        self._append(operation, tensors, _constants(args, kwargs), None, failed=True)

    def _write_nested(self, node: Any, inner: Any) -> None:
        outside = dict(self.positions)
        for own, given in zip(inner.inputs, _tensors(node), strict=False):
            if (position := outside.get(id(given))) is not None:
                self._bind(own, position)
        for step in _history(inner.outputs):
            if not step.is_input:
                self.write(step)
        results = [self.position(tensor) for tensor in inner.outputs]
        self.positions = outside
        for tensor, result in zip(node.outputs, results, strict=False):
            if result is not None:
                self._bind(tensor, result)

    def _bind(self, tensor: Any, position: int) -> None:
        self.kept.append(tensor)
        self.positions[id(tensor)] = position

    def _append(
        self,
        operation: Any,
        tensors: list[Any],
        constants: dict[str, Any],
        output: Any,
        failed: bool = False,
    ) -> int:
        inputs = [self.position(tensor) for tensor in tensors]
        self.kept.append(operation)
        self.nodes.append(
            Node(
                op=_operation_name(operation),
                config={**_settings(operation), **constants},
                inputs=tuple(position for position in inputs if position is not None),
                shape=None if output is None else tuple(output.shape),
                parameters=_parameters(operation),
                layer=self.layers.setdefault(id(operation), len(self.layers)),
                failed=failed,
            )
        )
        return len(self.nodes) - 1


def _operation_name(operation: Any) -> str:
    """Return the class name; "ops.Name" for keras.ops, "custom.Name" for what is not Keras's."""
    kind = type(operation)
    if hasattr(kind, "reskit_block"):
        return str(kind.reskit_block)
    home = sys.modules.get(kind.__module__)
    if not kind.__module__.startswith("keras.src.") or vars(home).get(kind.__name__) is not kind:
        return f"custom.{kind.__name__}"
    return kind.__name__ if isinstance(operation, keras.layers.Layer) else f"ops.{kind.__name__}"


def _settings(operation: Any) -> dict[str, Any]:
    if hasattr(operation, "reskit_settings"):
        return {name: plain(value) for name, value in operation.reskit_settings.items()}
    if isinstance(operation, keras.layers.Layer):
        try:
            config = dict(operation.get_config())
        except Exception:  # a custom class may raise anything here
            config = {}
        for name in ("activation", "recurrent_activation"):
            if callable(getattr(operation, name, None)):
                config[name] = activation_name(getattr(operation, name))
    else:
        config = {name: value for name, value in vars(operation).items() if name[0] != "_"}
    return {name: plain(value) for name, value in config.items() if name not in IGNORED_SETTINGS}


def _parameters(operation: Any) -> int:
    weights = getattr(operation, "weights", None) or []
    total = 0
    for weight in weights:
        size = 1
        for side in getattr(weight, "shape", ()):
            size *= int(side)
        total += size
    return total


def activation_name(function: Callable[..., Any]) -> str:
    """Return "relu" for Keras's or TensorFlow's relu; "custom.name" for anything else."""
    name = str(getattr(function, "__name__", type(function).__name__))
    known = [getattr(keras.activations, name, None), getattr(keras.ops, name, None)]
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is not None:
        known += [getattr(tensorflow.nn, name, None), getattr(tensorflow, name, None)]
    return name if any(function is one for one in known) else f"custom.{name}"


def _constants(args: Any, kwargs: Any) -> dict[str, Any]:
    """Return what else a call was given: numbers in place of tensors, a fixed training flag."""
    numbers = [leaf for leaf in _leaves(args) if isinstance(leaf, (int, float))]
    constants: dict[str, Any] = {"constants": [plain(number) for number in numbers]}
    training = (kwargs or {}).get("training")
    if training is not None:
        constants["training"] = plain(training)
    return {name: value for name, value in constants.items() if value != []}


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for entry in value.values():
            yield from _leaves(entry)
    elif isinstance(value, (list, tuple)):
        for entry in value:
            yield from _leaves(entry)
    else:
        yield value


def _is_symbolic(value: Any) -> bool:
    return isinstance(value, keras.KerasTensor)


def plain(value: Any, depth: int = 0) -> Any:
    """Return `value` as JSON-ready data; what has no such form becomes a short text."""
    if value is None or isinstance(value, (bool, str)):
        return value[:LONGEST_TEXT] if isinstance(value, str) else value
    if isinstance(value, int):
        return int(value) if abs(int(value)) < 2**53 else str(int(value))[:LONGEST_TEXT]
    if isinstance(value, float):
        return float(value) if value == value and abs(value) < 1e300 else str(float(value))
    if depth > 6:
        return "…"
    if isinstance(value, dict):
        return _plain_table(value, depth)
    if isinstance(value, (list, tuple)):
        return [plain(entry, depth + 1) for entry in value[:64]]
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        return plain(value.item(), depth + 1)
    if isinstance(value, keras.initializers.Initializer):
        return _initializer(value)
    return f"<{type(value).__name__}>"


def _plain_table(value: dict[Any, Any], depth: int) -> Any:
    if "class_name" in value and "config" in value:
        config = value["config"] if isinstance(value["config"], dict) else {}
        settings = {
            str(name): plain(entry, depth + 1)
            for name, entry in config.items()
            if name not in ("seed", "name")
        }
        return {"class": str(value["class_name"]), **settings}
    return {str(name)[:80]: plain(entry, depth + 1) for name, entry in list(value.items())[:64]}


def _initializer(value: Any) -> Any:
    return plain({"class_name": type(value).__name__, "config": value.get_config()})


BLOCKS = ("identity_block", "convolutional_block")
BLOCK_ORDER = ("X", "f", "filters", "s")  # what the positions mean, whatever the names are
NETWORK_ORDER = ("input_shape", "classes")
PLACEHOLDERS: Mapping[str, Any] = {"stage": 2, "block": "a"}  # parameters of an older form


class GivenInitializer(keras.initializers.Initializer):  # type: ignore[misc]  # keras is untyped
    """The initializer that a caller passes to a block; it takes any argument."""

    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__()

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """Return zeros; a recorded layer never draws its weights."""
        return keras.ops.zeros(shape, dtype=dtype)

    def get_config(self) -> dict[str, Any]:
        """Return no settings: which initializer it is says all."""
        return {}


class BlockCall(keras.layers.Layer):  # type: ignore[misc]  # keras is untyped
    """Stands in for a block: remembers how it was called, gives a tensor of the right shape."""

    def __init__(self, block: str, settings: dict[str, Any]) -> None:
        super().__init__()
        self.reskit_settings = {"block": block, **settings}

    def compute_output_spec(self, tensor: Any, **_: Any) -> Any:
        """Return the shape that the real block would have given."""
        _, height, width, *channels = tensor.shape
        stride = _whole(self.reskit_settings.get("s"), 1)
        filters = self.reskit_settings.get("filters")
        if not isinstance(filters, (list, tuple)):
            filters = self.reskit_settings.get("f")
        last = filters[-1] if isinstance(filters, (list, tuple)) and filters else channels[-1]
        size = tuple(None if side is None else -(-side // stride) for side in (height, width))
        return keras.KerasTensor((None, *size, _whole(last, channels[-1])), dtype="float32")

    reskit_block = "block"


def _whole(value: Any, otherwise: int) -> int:
    while isinstance(value, (list, tuple)) and value:
        value = value[0]
    return value if isinstance(value, int) and value > 0 else otherwise


def _meanings(function: Callable[..., Any], order: tuple[str, ...]) -> dict[str, str]:
    """Return {parameter name: what it means}; a name of one's own means what its place means."""
    names = [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    known = {*order, *PLACEHOLDERS, "training", "initializer"}
    taken = set(names) & known
    meanings = {}
    for place, name in enumerate(names):
        at_place = order[place] if place < len(order) else name
        free = name not in known and at_place not in taken
        meanings[name] = at_place if free else name
    return meanings


def call_function(function: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """Call `function` with those of the `given` values that its signature takes.

    `given` names values by their meaning: X, f, filters, s, initializer, training, input_shape,
    classes. Older forms of the blocks have `stage, block` or `training`, or no `initializer`.
    """
    order = BLOCK_ORDER if "X" in given else NETWORK_ORDER
    values = {**PLACEHOLDERS, **given}
    parameters = inspect.signature(function).parameters
    meanings = _meanings(function, order)
    arguments: list[Any] = []
    keywords: dict[str, Any] = {}
    skipped = False  # once one is left to its default, what follows goes by name
    for name, meaning in meanings.items():
        if meaning not in values:
            skipped = True
        elif skipped or parameters[name].kind is inspect.Parameter.KEYWORD_ONLY:
            keywords[name] = values[meaning]
        else:
            arguments.append(values[meaning])
    kinds = {parameter.kind for parameter in parameters.values()}
    if inspect.Parameter.VAR_KEYWORD in kinds:
        left = {*given} - {*meanings.values(), "training"}
        keywords |= {name: given[name] for name in given if name in left}
    elif inspect.Parameter.VAR_POSITIONAL in kinds and not meanings:
        arguments = [given[meaning] for meaning in order if meaning in given]
    return function(*arguments, **keywords)


def takes_training(function: Callable[..., Any]) -> bool:
    """Return whether the function has a `training` parameter, as an older form of it does."""
    return "training" in inspect.signature(function).parameters


def stand_in(block: str, function: Callable[..., Any] | None) -> Callable[..., Any]:
    """Return a function that takes the place of a block and records how it is called.

    It takes the arguments that the learner's own `function` takes; the contract's where
    there is none.
    """

    def contract_form(
        X: Any,  # noqa: N803 - the contract's name
        f: Any,
        filters: Any,
        s: Any = 2,
        initializer: Any = None,
        **_: Any,
    ) -> None: ...

    if function is None or not callable(function):
        function = contract_form
    signature = inspect.signature(function)
    meanings = _meanings(function, BLOCK_ORDER)

    def block_call(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        values = {meanings.get(name, name): value for name, value in bound.arguments.items()}
        settings = {"f": values.get("f"), "filters": _as_list(values.get("filters"))}
        if block == "convolutional_block":
            settings["s"] = values.get("s", 2)
        return BlockCall(block, settings)(values["X"])

    block_call.__name__ = block
    return block_call


def _as_list(value: Any) -> Any:
    return list(value) if isinstance(value, (list, tuple)) else value


@contextlib.contextmanager
def blocks_stood_in(function: Callable[..., Any]) -> Iterator[None]:
    """Let `function` see stand-ins under the names of the two blocks, for a while."""
    scope = getattr(function, "__globals__", None)
    if scope is None:
        yield
        return
    missing = object()
    before = {name: scope.get(name, missing) for name in BLOCKS}
    for name, real in before.items():
        scope[name] = stand_in(name, None if real is missing else real)
    try:
        yield
    finally:
        for name, real in before.items():
            if real is missing:
                del scope[name]
            else:
                scope[name] = real


def takes_initializer(function: Callable[..., Any]) -> bool:
    """Return whether a caller can choose the function's initializer."""
    kinds = {parameter.kind for parameter in inspect.signature(function).parameters.values()}
    named = "initializer" in _meanings(function, BLOCK_ORDER).values()
    return named or inspect.Parameter.VAR_KEYWORD in kinds


@dataclass(frozen=True)
class Built:
    """What one call of a learner's function left behind."""

    graph: Graph
    returned: str  # "tensor", "model", "NoneType" or another type's name
    error: BaseException | None  # what it raised; the graph then holds what was built until there
    training: bool | None  # the training flag that was passed, None where it takes none
    takes_initializer: bool


def build(exercise: str, function: Callable[..., Any], arguments: Mapping[str, Any]) -> Built:
    """Call `function` once with the manifest's `arguments` and return what it built.

    `input_shape` has no batch axis; a block is called on an input of that shape, with a marked
    initializer, and a network with stand-ins for its blocks.
    """
    given = {name: _fresh(name, value) for name, value in arguments.items()}
    given.setdefault("training", True)
    returned: Any = None
    error: BaseException | None = None
    with recording() as record, contextlib.ExitStack() as stack:
        try:
            if exercise in BLOCKS:
                given["X"] = keras.Input(given.pop("input_shape"))
                given["initializer"] = GivenInitializer
            else:
                stack.enter_context(blocks_stood_in(function))
            returned = call_function(function, given)
        except (Exception, SystemExit) as raised:
            error = raised
    outputs, kind = _outputs(returned)
    return Built(
        graph=graph_of(record, outputs, raised=error is not None),
        returned=kind,
        error=error,
        training=given["training"] if takes_training(function) else None,
        takes_initializer=takes_initializer(function),
    )


def _fresh(name: str, value: Any) -> Any:
    """Return a copy, so that a function which changes its arguments changes only its own."""
    if isinstance(value, (list, tuple)):
        return tuple(value) if name == "input_shape" else list(value)
    return value


def _outputs(returned: Any) -> tuple[list[Any], str]:
    if isinstance(returned, keras.KerasTensor):
        return [returned], "tensor"
    if isinstance(returned, keras.Model):
        inner = getattr(returned, "_functional", None) or returned
        return list(getattr(inner, "outputs", None) or []), "model"
    return [], type(returned).__name__


MAX_STEPS = 3_000  # search steps; a one-edit mistake needs a few dozen
UNMATCHED = 0.5  # half a difference: a missing and an extra one may be one that was moved
NEVER = 99.0  # the price of what cannot stand for each other
REPEATED = 0.25  # the same setting wrong in the same way once more: likely one mistake

FAMILIES = {
    "MaxPooling2D": "pooling",
    "AveragePooling2D": "pooling",
    "identity_block": "block",
    "convolutional_block": "block",
    "Add": "merge",
    "Concatenate": "merge",
    "Multiply": "merge",
    "Average": "merge",
    "Subtract": "merge",
    "Maximum": "merge",
    "Minimum": "merge",
    "ops.Multiply": "merge",
    "ops.Subtract": "merge",
    "ops.Concatenate": "merge",
    "ops.Maximum": "merge",
    "ops.Minimum": "merge",
    "Conv2D": "convolution",
    "DepthwiseConv2D": "convolution",
    "SeparableConv2D": "convolution",
    "Conv2DTranspose": "convolution",
    "BatchNormalization": "normalisation",
    "LayerNormalization": "normalisation",
    "GroupNormalization": "normalisation",
}


def family(operation: Operation) -> str:
    """Return the family within which one operation may stand in another's place."""
    if len(operation.inputs) > 1:
        return "merge"
    return FAMILIES.get(operation.kind, operation.kind)


@dataclass(frozen=True)
class Attribute:
    """A setting that differs."""

    name: str
    expected: object
    received: object


def attribute_differences(
    reference: Operation, learner: Operation, judge_initializer: bool = True
) -> list[Attribute]:
    """Return the settings in which the learner's operation differs from the reference's."""
    found = []
    if reference.kind != learner.kind:
        found.append(Attribute("layer", reference.kind, learner.kind))
    for name, expected in reference.settings.items():
        if name == "kernel_initializer" and not judge_initializer:
            continue
        if name not in learner.settings and reference.kind != learner.kind:
            continue
        received = learner.settings.get(name)
        if received != expected:
            found.append(Attribute(name, expected, received))
    if reference.kind == learner.kind:
        for name in learner.settings.keys() - reference.settings.keys():
            found.append(Attribute(name, None, learner.settings[name]))
    return found


Assignment = tuple[int | None, ...]  # for each operation of the reference, the learner's
Left = tuple[tuple[int, ...], tuple[int, ...]]  # by family: all without a partner, those in use


@dataclass(frozen=True)
class Pairing:
    """The two networks to align, and what is asked of them."""

    reference: Network
    learner: Network
    judge_initializer: bool = True

    def candidates(self) -> list[list[tuple[int, frozenset[str]]]]:
        """Return, for each operation of the reference, [(learner's position, edits)]."""
        return [
            [
                (position, self._edits(wanted, own))
                for position, own in enumerate(self.learner.operations)
                if family(own) == family(wanted)
            ]
            for wanted in self.reference.operations
        ]

    def _edits(self, wanted: Operation, own: Operation) -> frozenset[str]:
        found = attribute_differences(wanted, own, self.judge_initializer)
        return frozenset(repr(attribute) for attribute in found)


def follow(network: Network, start: int, known: dict[int, int]) -> frozenset[int | str]:
    """Return what `start` amounts to once operations outside `known` are passed over.

    An operation with several inputs that is passed over amounts to any of them.
    """
    ends: set[int | str] = set()
    stack = [start]
    seen: set[int] = set()
    while stack:
        position = stack.pop()
        if position in known:
            ends.add(known[position])
        elif position not in seen:
            seen.add(position)
            stack.extend(network.operations[position].inputs)
    return frozenset(ends)


def same_sources(
    expected: list[frozenset[int | str]], received: list[frozenset[int | str]]
) -> bool:
    """Return whether the two lists of sources can be paired, in any order."""
    if len(expected) != len(received):
        return False
    if not expected:
        return True
    first, *others = expected
    return any(
        first & source and same_sources(others, received[:place] + received[place + 1 :])
        for place, source in enumerate(received)
    )


@dataclass(frozen=True, order=True)
class _Partial:
    """An assignment of the first operations, ordered by how promising it is."""

    bound: float  # no completion costs less
    depth: int  # negative: of two equal ones the more complete goes first
    ticket: int
    cost: float = field(compare=False)
    chosen: Assignment = field(compare=False)
    edits: frozenset[str] = field(compare=False)
    left: Left = field(compare=False)


def assignments(pairing: Pairing, enough: Callable[[float], bool]) -> Iterator[Assignment]:
    """Yield complete assignments, the most promising first.

    The first is the plain one, in the order of the code. The search ends when `enough` says of
    the least cost still possible that it cannot help, or after MAX_STEPS.
    """
    yield _in_order(pairing)
    reference, learner = pairing.reference.operations, pairing.learner.operations
    candidates = pairing.candidates()
    used = pairing.learner.used() or frozenset(range(len(learner)))
    names = sorted({family(operation) for operation in (*reference, *learner)})
    families = [names.index(family(operation)) for operation in learner]
    every, in_use = [0] * len(names), [0] * len(names)
    for own, place in enumerate(families):
        every[place] += 1
        in_use[place] += int(own in used)
    wanted = [names.index(family(operation)) for operation in reference]
    wanted_after = _families_after(wanted, len(names))
    ticket = count()
    queue = [_Partial(0.0, 0, next(ticket), 0.0, (), frozenset(), (tuple(every), tuple(in_use)))]
    for _ in range(MAX_STEPS):
        if not queue:
            return
        state = heapq.heappop(queue)
        if enough(state.bound):
            return
        here = len(state.chosen)
        if here == len(reference):
            yield state.chosen
            continue
        options: list[tuple[int | None, frozenset[str]]] = [*candidates[here], (None, frozenset())]
        for position, edits in options:
            if position in state.chosen and position is not None:
                continue
            left = state.left
            cost = state.cost + UNMATCHED
            if position is not None:
                left = _one_less(left, families[position], position in used)
                cost = state.cost + _wiring_cost(pairing, state.chosen, position)
                cost += sum(REPEATED if edit in state.edits else 1.0 for edit in edits)
            heapq.heappush(
                queue,
                _Partial(
                    cost + _unmatched(wanted_after[here + 1], left),
                    -(here + 1),
                    next(ticket),
                    cost,
                    (*state.chosen, position),
                    state.edits | edits,
                    left,
                ),
            )


def _in_order(pairing: Pairing) -> Assignment:
    """Return the cheapest assignment that keeps the order of both (Needleman, Wunsch 1970)."""
    candidates = pairing.candidates()
    own = sorted(pairing.learner.used()) or list(range(len(pairing.learner.operations)))
    price = [
        {position: min(0.4 * len(edits), 0.9) for position, edits in row} for row in candidates
    ]
    rows, columns = len(candidates), len(own)
    rest = [
        [UNMATCHED * (rows - row + columns - column) for column in range(columns + 1)]
        for row in range(rows + 1)
    ]
    for row in reversed(range(rows)):
        for column in reversed(range(columns)):
            rest[row][column] = min(
                rest[row + 1][column] + UNMATCHED,
                rest[row][column + 1] + UNMATCHED,
                rest[row + 1][column + 1] + price[row].get(own[column], NEVER),
            )
    chosen: list[int | None] = [None] * rows
    row = column = 0
    while row < rows and column < columns:
        if rest[row][column] == rest[row + 1][column + 1] + price[row].get(own[column], NEVER):
            chosen[row] = own[column]
            row, column = row + 1, column + 1
        elif rest[row][column] == rest[row + 1][column] + UNMATCHED:
            row += 1
        else:
            column += 1
    return tuple(chosen)


def _one_less(left: Left, place: int, used: bool) -> Left:
    """Return the counts with one operation of a family less."""
    every, in_use = left
    every = (*every[:place], every[place] - 1, *every[place + 1 :])
    if used:
        in_use = (*in_use[:place], in_use[place] - 1, *in_use[place + 1 :])
    return every, in_use


def _families_after(families: list[int], count_of_families: int) -> list[tuple[int, ...]]:
    """Return, for each place, how many operations of each family come from there on."""
    counts = [(0,) * count_of_families]
    for place in reversed(families):
        counts.append(tuple(n + (i == place) for i, n in enumerate(counts[-1])))
    return counts[::-1]


def _unmatched(wanted: tuple[int, ...], left: Left) -> float:
    """Return the least cost of what must stay without a partner."""
    total = 0
    for need, every, in_use in zip(wanted, *left, strict=True):
        total += max(0, need - every) + max(0, in_use - need)
    return UNMATCHED * total


def _wiring_cost(pairing: Pairing, chosen: Assignment, position: int) -> float:
    """Return 1 when the operation's inputs are not what the reference's are, as far as known."""
    here = len(chosen)
    own = {place: place for place, partner in enumerate(chosen) if partner is not None}
    partner_of = {partner: place for place, partner in enumerate(chosen) if partner is not None}
    expected = [
        follow(pairing.reference, source, own)
        for source in pairing.reference.operations[here].inputs
    ]
    received = [
        follow(pairing.learner, source, partner_of)
        for source in pairing.learner.operations[position].inputs
    ]
    return 0.0 if same_sources(expected, received) else 1.0


STAGE_BLOCK = re.compile(r"stage\d+\.block\d+")


def worded(difference: Difference) -> Difference:
    """Return the difference with its message, built from the values that were compared."""
    sentence = SENTENCES[difference.kind](difference)
    name = _common_mistake(difference)
    return replace(difference, message=f"{name}: {sentence}" if name else sentence)


def _common_mistake(difference: Difference) -> str | None:
    """Return the name of a mistake that many make, None for any other."""
    kind, layer = difference.kind, difference.layer
    if kind == "order" and layer == "relu" and difference.received == "before add":
        return "ReLU comes before the addition"
    if kind == "missing" and layer == "add":
        return "The shortcut is never added to the main path"
    if kind == "wiring" and layer == "add":
        received = set(difference.received)
        if received == {"input"}:
            return "The main path is thrown away"
        if not received & {"input", "shortcut.bn"}:
            return "The skip connection is cut"
    return None


def shown(value: Any) -> str:
    """Return a value as a learner would type it: "same" in quotes, [2, 2] as (2, 2)."""
    if isinstance(value, str):
        return value if " " in value or value[:1].isupper() else f'"{value}"'
    if isinstance(value, (list, tuple)):
        return f"({', '.join(shown(entry) for entry in value)})"
    return str(value)


def spoken(difference: Difference) -> tuple[str, str]:
    """Return (expected, received) in words, for a card or a page."""
    if difference.kind == "missing":
        return str(difference.layer), "nothing in its place"
    if difference.kind == "extra":
        return "nothing here", str(difference.received)
    if difference.kind == "wiring":
        return " and ".join(difference.expected), " and ".join(difference.received) or "nothing"
    if difference.kind in ("order", "value"):
        return str(difference.expected), str(difference.received)
    label = "" if difference.kind == "shape" else f"{difference.attribute} = "
    return f"{label}{shown(difference.expected)}", f"{label}{shown(difference.received)}"


def _say_missing(difference: Difference) -> str:
    if STAGE_BLOCK.fullmatch(str(difference.layer)):
        return f"{difference.layer} is missing: the stage has too few blocks."
    return f"{difference.layer} is missing."


def _say_extra(difference: Difference) -> str:
    if STAGE_BLOCK.fullmatch(str(difference.layer)):
        return f"{difference.layer} is one too many: the stage has too many blocks."
    return f"{difference.layer} is one too many: {difference.received} is not in the reference."


def _say_attribute(difference: Difference) -> str:
    if difference.attribute == "weights":
        return (
            f"{difference.layer} uses the weights of {difference.received} a second time; "
            "it needs a layer of its own."
        )
    if difference.attribute == "layer":
        return f"{difference.layer} is {difference.received}, expected {difference.expected}."
    return (
        f"{difference.layer}: {difference.attribute} is {shown(difference.received)}, "
        f"expected {shown(difference.expected)}."
    )


def _say_wiring(difference: Difference) -> str:
    expected, received = " and ".join(difference.expected), " and ".join(difference.received)
    if difference.layer is None:
        return f"The function gives back {received or 'something else'}, expected {expected}."
    return f"{difference.layer} takes in {received or 'nothing'}, expected {expected}."


def _say_order(difference: Difference) -> str:
    return f"{difference.layer} stands {difference.received}, expected {difference.expected}."


def _say_shape(difference: Difference) -> str:
    return (
        f"The result has the shape {shown(difference.received)}, "
        f"expected {shown(difference.expected)}."
    )


def _say_value(difference: Difference) -> str:
    return f"The function gives back {difference.received}, expected {difference.expected}."


SENTENCES: dict[str, Callable[[Difference], str]] = {
    "missing": _say_missing,
    "extra": _say_extra,
    "attribute": _say_attribute,
    "wiring": _say_wiring,
    "order": _say_order,
    "shape": _say_shape,
    "value": _say_value,
}


def explained(raised: Any) -> str:
    """Return what to tell a learner about the exception that stopped their function.

    `raised` has `type`, `message` and `place`. Each entry of KNOWN_ERRORS that fits adds what is
    behind it.
    """
    first = raised.message.split("\n")[0]
    where = f" ({raised.place})" if raised.place else ""
    if raised.type == "NotImplementedError":
        return "not written yet: put your own code in the place of the placeholder."
    text = f"exception: {raised.type}: {first}{where}"
    for sign, advice in KNOWN_ERRORS:
        if sign in raised.message:
            return f"{text} {advice}"
    return text


KNOWN_ERRORS = (
    (
        "A KerasTensor cannot be used as input to a TensorFlow function",
        "Since Keras 3 the functions of TensorFlow (tf.nn.relu, tf.add …) do not take the tensors "
        "of a model; use the Keras layers, `+`, or keras.ops instead.",
    ),
    (
        "is not defined",
        "The function uses a name that is only made elsewhere; it should need nothing but its "
        "arguments, the imports and its own helpers.",
    ),
    (
        "'NoneType' object",
        "A None is used as if it were a layer or tensor: is a placeholder left, or does a helper "
        "return nothing?",
    ),
    (
        "missing a required argument",
        "One of the blocks is called without something that it needs.",
    ),
)


@dataclass(frozen=True)
class Alignment:
    """A pairing with one complete assignment, and the names to speak of it."""

    pairing: Pairing
    chosen: Assignment
    roles: Mapping[int, str]
    built_to_the_end: bool = True

    @cached_property
    def partner(self) -> dict[int, int]:
        """Return {position in the reference: position in the learner's network}."""
        return {here: there for here, there in enumerate(self.chosen) if there is not None}

    @cached_property
    def place(self) -> dict[int, int]:
        """Return {position in the learner's network: position in the reference}."""
        return {there: here for here, there in self.partner.items()}

    @cached_property
    def missing(self) -> list[int]:
        """Return the operations of the reference that have no partner and were reached."""
        absent = [here for here, there in enumerate(self.chosen) if there is None]
        if self.built_to_the_end:
            return absent
        needed: set[int] = set()
        for here in self.partner:
            needed |= _upstream(self.pairing.reference.operations, here)
        return [here for here in absent if here in needed]

    @cached_property
    def extra(self) -> list[int]:
        """Return the learner's operations that matter to the result and have no partner."""
        learner = self.pairing.learner
        used = learner.used() if self.built_to_the_end else range(len(learner.operations))
        return [position for position in sorted(used) if position not in self.place]

    def expected_sources(self, here: int) -> list[frozenset[int | str]]:
        """Return what the reference's operation takes in, missing ones passed over."""
        known = {position: position for position in self.partner}
        operation = self.pairing.reference.operations[here]
        return [follow(self.pairing.reference, source, known) for source in operation.inputs]

    def received_sources(self, there: int) -> list[frozenset[int | str]]:
        """Return what the learner's operation takes in, extra ones passed over."""
        operation = self.pairing.learner.operations[there]
        return [follow(self.pairing.learner, source, self.place) for source in operation.inputs]

    def named(self, sources: list[frozenset[int | str]]) -> list[str]:
        """Return the roles of the sources."""
        return [self.roles[min(int(end) for end in ends)] if ends else "?" for ends in sources]


@dataclass
class _Count:
    """Hands out names to extra operations: the next free number of their path."""

    roles: Mapping[int, str]
    given: set[str] = field(default_factory=set)

    def name(self, near: str, word: str, block: bool) -> str:
        prefix = near.rpartition(".")[0]
        stem = f"{prefix}.{word}" if prefix else word
        if block:
            stage = near.split(".")[0] if near.startswith("stage") else "stage1"
            stem = f"{stage}.block"
        taken = {*self.roles.values(), *self.given}
        number = 1
        while f"{stem}{number}" in taken or (number == 1 and stem in taken):
            number += 1
        self.given.add(f"{stem}{number}")
        return f"{stem}{number}"


@dataclass(frozen=True)
class Edit:
    """The differences, and the roles for which the learner's network has an operation."""

    differences: tuple[Difference, ...]
    matched: frozenset[str]


def smallest_edit(pairing: Pairing, roles: Mapping[int, str], built: bool) -> Edit:
    """Return the fewest differences that turn the reference into the learner's network.

    `built` says whether the learner's function came to its end; what would follow after the
    place where it stopped is not called missing.
    """
    best = Edit((), frozenset())
    rank = [(float("inf"), 0)]  # cost, then how many operations have no partner

    def enough(bound: float) -> bool:
        return bound >= min(rank)[0]

    for chosen in assignments(pairing, enough):
        alignment = Alignment(pairing, chosen, roles, built)
        found = differences(alignment)
        here = _cost(found), -len(alignment.partner)
        if here < min(rank):
            matched = frozenset(roles[position] for position in alignment.partner)
            best = Edit(tuple(_once_per_stage(found)), matched)
        rank.append(here)
    return best


def _cost(found: list[Difference]) -> float:
    """Return how much the differences count; of equally many, the likelier cause counts less."""
    total = 0.0
    edits: set[str] = set()
    for difference in found:
        edit = f"{difference.attribute} {difference.expected} {difference.received}"
        if difference.kind == "attribute" and edit in edits:
            total += REPEATED
        else:
            total += _weight(difference)
        edits.add(edit)
    return total


def _weight(difference: Difference) -> float:
    if difference.kind == "order":
        return 1.0 if "relu" in str(difference.layer) else 1.05
    return {"attribute": 1.0, "wiring": 1.005, "missing": 1.01}.get(difference.kind, 1.02)


def _once_per_stage(found: list[Difference]) -> list[Difference]:
    """Say once what all identity blocks of a stage have in common: it is one line of code."""
    kept: list[Difference] = []
    for difference in found:
        if difference.kind == "attribute" and str(difference.layer).startswith("stage"):
            twins = [other for other in found if _is_twin(difference, other)]
            blocks = [str(twin.layer).split(".")[1] for twin in twins]
            first = "block2"
            if len(twins) > 1 and first in blocks and difference is not twins[0]:
                continue
        kept.append(difference)
    return kept


def _is_twin(one: Difference, other: Difference) -> bool:
    """Return whether two differences are the same one in two blocks of a stage."""
    return (
        other.kind == "attribute"
        and str(one.layer).split(".")[0] == str(other.layer).split(".")[0]
        and not str(one.layer).endswith(".block1")
        and not str(other.layer).endswith(".block1")
        and (one.attribute, one.expected, one.received)
        == (other.attribute, other.expected, other.received)
    )


def differences(alignment: Alignment) -> list[Difference]:
    """Return every difference that the alignment means, in the order of the reference."""
    moved = _moved(alignment)
    gone = [here for here in alignment.missing if here not in moved]
    added = [there for there in alignment.extra if there not in moved.values()]
    found: list[tuple[int, Difference]] = []
    for here, there in moved.items():
        found.append((here, _order(alignment, here, there)))
    for here in gone:
        found.append((here, Difference("missing", alignment.roles[here])))
    count = _Count(alignment.roles)
    for there in added:
        found.append(_extra(alignment, there, count))
    for here, there in alignment.partner.items():
        found.extend((here, each) for each in _at(alignment, here, there))
    if alignment.built_to_the_end:
        found.extend(_result(alignment))
    found.extend(_shared(alignment))
    return [difference for _, difference in sorted(found, key=lambda entry: entry[0])]


def _moved(alignment: Alignment) -> dict[int, int]:
    """Pair each missing operation with an equal extra one: it was not left out but moved."""
    reference, learner = alignment.pairing.reference, alignment.pairing.learner
    moved: dict[int, int] = {}
    for here in alignment.missing:
        if not reference.operations[here].inputs:
            continue
        for there in alignment.extra:
            if there in moved.values():
                continue
            own, wanted = learner.operations[there], reference.operations[here]
            if own.kind == wanted.kind and not attribute_differences(
                wanted, own, alignment.pairing.judge_initializer
            ):
                moved[here] = there
                break
    return moved


def _order(alignment: Alignment, here: int, there: int) -> Difference:
    reference, learner = alignment.pairing.reference, alignment.pairing.learner
    before = reference.operations[here].inputs[0]
    while before not in alignment.partner and reference.operations[before].inputs:
        before = reference.operations[before].inputs[0]
    anchor = alignment.roles[before]
    partner = alignment.partner.get(before)
    earlier = partner is not None and there in _upstream(learner.operations, partner)
    if earlier:
        received = f"before {anchor}"
    else:
        received = f"after {alignment.named(alignment.received_sources(there))[0]}"
    return Difference(
        "order", alignment.roles[here], None, expected=f"after {anchor}", received=received
    )


def _upstream(operations: tuple[Operation, ...], position: int) -> set[int]:
    found: set[int] = set()
    stack = list(operations[position].inputs)
    while stack:
        source = stack.pop()
        if source not in found:
            found.add(source)
            stack.extend(operations[source].inputs)
    return found


def _extra(alignment: Alignment, there: int, count: _Count) -> tuple[int, Difference]:
    operation = alignment.pairing.learner.operations[there]
    sources = alignment.received_sources(there)
    after = max((min(int(end) for end in ends) for ends in sources if ends), default=0)
    near = alignment.roles[after]
    layer = count.name(near, short_name(operation.kind), operation.kind in BLOCK_KINDS)
    difference = Difference("extra", layer, received=f"{operation.kind} after {near}")
    return after, difference


def _at(alignment: Alignment, here: int, there: int) -> list[Difference]:
    """Return the differences between two partners: settings, then what they take in."""
    reference, learner = alignment.pairing.reference, alignment.pairing.learner
    wanted, own = reference.operations[here], learner.operations[there]
    role = alignment.roles[here]
    found = [
        Difference("attribute", role, each.name, each.expected, each.received)
        for each in attribute_differences(wanted, own, alignment.pairing.judge_initializer)
    ]
    expected, received = alignment.expected_sources(here), alignment.received_sources(there)
    if own.failed and len(received) < len(expected):
        return found
    if not same_sources(expected, received):
        found.append(
            Difference(
                "wiring", role, "inputs", alignment.named(expected), alignment.named(received)
            )
        )
    return found


def _result(alignment: Alignment) -> list[tuple[int, Difference]]:
    """Return a difference where the function gives back something else than the last step."""
    reference, learner = alignment.pairing.reference, alignment.pairing.learner
    known = {position: position for position in alignment.partner}
    expected = [follow(reference, output, known) for output in reference.outputs]
    received = [follow(learner, output, alignment.place) for output in learner.outputs]
    if same_sources(expected, received):
        return []
    names = alignment.named(expected), alignment.named(received)
    return [(len(reference.operations), Difference("wiring", None, "output", *names))]


def _shared(alignment: Alignment) -> list[tuple[int, Difference]]:
    """Return a difference for each layer with weights that is used a second time."""
    learner = alignment.pairing.learner
    first: dict[int, int] = {}
    found = []
    for there in sorted(alignment.place):
        operation = learner.operations[there]
        if not operation.parameters:
            continue
        here = alignment.place[there]
        if operation.layer in first:
            owner = alignment.roles[alignment.place[first[operation.layer]]]
            role = alignment.roles[here]
            found.append((here, Difference("attribute", role, "weights", "its own", owner)))
        else:
            first[operation.layer] = there
    return found


Array = Any  # float64 array of shape (batch, height, width, channels) or (batch, units)
Weigher = Callable[[str, tuple[int, ...], str], Array]
Own = Callable[[str, tuple[int, ...]], Array]

TOLD_APART = 64  # channels of what stands in for a block; the stem has as many
MAX_ELEMENTS = 5_000_000  # of one weight or intermediate result
PATCHES = 10  # times as many for the windows under a convolution


class NotComputableError(ValueError):
    """The network holds an operation that is not computed here; the message names it."""


def constant_weights(value: float) -> Weigher:
    """Return weights as they are after building with a constant kernel initializer."""

    def weigh(name: str, shape: tuple[int, ...], near: str) -> Array:  # noqa: ARG001 - all alike
        starts = {"kernel": value, "gamma": 1.0, "variance": 1.0}
        return np.full(shape, starts.get(name, 0.0))

    return weigh


def varied_weights() -> Weigher:
    """Return weights that depend on name, shape, what stands before, and how many came before.

    They come from a formula and not from a random stream, so that they are the same everywhere.
    """
    seen: dict[tuple[str, tuple[int, ...], str], int] = {}

    def weigh(name: str, shape: tuple[int, ...], near: str) -> Array:
        turn = seen[name, shape, near] = seen.get((name, shape, near), 0) + 1
        size = int(np.prod(shape))
        phase = zlib.crc32(f"{name} {near}".encode()) % 1000 / 100
        wave = np.sin(np.arange(1, size + 1) * (1.0 + 0.37 * turn) + phase).reshape(shape)
        fan_in = max(1, size // max(1, shape[-1]))
        if name == "kernel":
            return 2.0 * wave / np.sqrt(fan_in)
        return 1.0 + 0.4 * wave if name in ("gamma", "variance") else 0.3 * wave

    return weigh


def compute(network: Network, image: Array, weigh: Weigher, *, training: bool = False) -> Array:
    """Return the network's result for a batch of images (float, channels last).

    Raises NotComputableError for an operation that is not known here or is too large.
    """
    results: dict[int, Array] = {}
    weights: dict[tuple[int, str], Array] = {}
    for position in sorted(network.used()):
        operation = network.operations[position]
        inputs = [results[source] for source in operation.inputs]

        near = _kernel_before(network, position)

        def own(
            name: str, shape: tuple[int, ...], layer: int = operation.layer, near: str = near
        ) -> Array:
            _allow(*shape)
            if (layer, name) not in weights:
                weights[layer, name] = weigh(name, shape, near)
            if weights[layer, name].shape != shape:
                raise NotComputableError("a layer is used with two shapes")
            return weights[layer, name]

        try:
            results[position] = _step(operation, inputs, image, own, training)
        except (ValueError, TypeError, KeyError, IndexError, OverflowError, MemoryError) as error:
            raise NotComputableError(f"{operation.kind}: {error}") from error
    if len(network.outputs) != 1:
        raise NotComputableError("the network has no single result")
    return results[network.outputs[0]]


def _allow(*sides: Any) -> None:
    """Raise NotComputableError where an array of these sides would have too many elements."""
    total = 1.0
    for side in sides:
        total *= float(side)
    if not total <= MAX_ELEMENTS:
        raise NotComputableError(f"an array of {total:g} elements")


def _allow_padded(value: Array, borders: list[tuple[int, int]]) -> None:
    grown = [size + sum(border) for size, border in zip(value.shape[1:3], borders, strict=True)]
    _allow(len(value), *grown, value.shape[-1])


def _kernel_before(network: Network, position: int) -> str:
    """Return the shapes around the nearest convolution before, to tell layers of one shape apart.

    The normalisations of the two paths of a block have one shape, in whichever order they were
    written.
    """
    sources = network.operations[position].inputs
    while len(sources) == 1:
        operation = network.operations[sources[0]]
        if operation.kind in ("Conv2D", "Dense"):
            before = network.operations[operation.inputs[0]].shape or (None,)
            return f"{operation.settings.get('kernel_size')} {before[-1]} {operation.shape}"
        sources = operation.inputs
    return ""


def _step(
    operation: Operation, inputs: list[Array], image: Array, own: Own, training: bool
) -> Array:
    settings = operation.settings
    if settings.get("data_format", "channels_last") != "channels_last":
        raise NotComputableError("channels first")
    if operation.kind == "Input":
        return image
    if operation.kind == "Add":
        return sum(inputs[1:], inputs[0])
    (value,) = inputs
    if operation.kind in ("Conv2D", "Dense"):
        return _with_weights(operation, value, own)
    if operation.kind == "BatchNormalization":
        return _normalised(settings, value, own, training)
    if operation.kind in ("MaxPooling2D", "AveragePooling2D"):
        return _pooled(operation.kind, settings, value)
    simple = SIMPLE.get(operation.kind)
    if simple is None:
        raise NotComputableError(f"{operation.kind} is not known")
    return simple(value, settings)


def _with_weights(operation: Operation, value: Array, own: Own) -> Array:
    settings = operation.settings
    if operation.kind == "Dense":
        units = int(settings["units"])
        result = value @ own("kernel", (value.shape[-1], units))
    else:
        result = _convolved(settings, value, own)
    if settings["use_bias"]:
        result = result + own("bias", (result.shape[-1],))
    return ACTIVATIONS[settings.get("activation", "linear")](result)


def _convolved(settings: Mapping[str, Any], value: Array, own: Own) -> Array:
    if list(settings["dilation_rate"]) != [1, 1] or settings["groups"] != 1:
        raise NotComputableError("dilated or grouped convolution")
    window, strides = settings["kernel_size"], settings["strides"]
    kernel = own("kernel", (*window, value.shape[-1], int(settings["filters"])))
    patches = _windows(_padded(value, window, strides, settings["padding"], 0.0), window, strides)
    _allow(patches.size / PATCHES)
    _allow(*patches.shape[:3], kernel.shape[-1])
    return np.tensordot(patches, kernel, axes=((3, 4, 5), (2, 0, 1)))


def _padded(value: Array, window: Any, strides: Any, padding: str, fill: float) -> Array:
    """Return the images with the border that padding "same" adds: more behind than before."""
    if padding == "valid":
        return value
    borders = [(0, 0)]
    for size, side, step in zip(value.shape[1:3], window, strides, strict=True):
        total = max((-(-size // step) - 1) * step + side - size, 0)
        borders.append((total // 2, total - total // 2))
    _allow_padded(value, borders[1:])
    return np.pad(value, [*borders, (0, 0)], constant_values=fill)


def _windows(value: Array, window: Any, strides: Any) -> Array:
    """Return views of shape (batch, rows, columns, channels, window height, window width)."""
    views = np.lib.stride_tricks.sliding_window_view(value, tuple(window), axis=(1, 2))
    return views[:, :: strides[0], :: strides[1]]


def _normalised(settings: Mapping[str, Any], value: Array, own: Own, training: bool) -> Array:
    if settings["axis"] != value.ndim - 1:
        raise NotComputableError("normalisation along another axis")
    channels = (value.shape[-1],)
    fixed = settings.get("training")
    axes = tuple(range(value.ndim - 1))
    mean, variance = own("mean", channels), own("variance", channels)
    if training if fixed is None else fixed:
        mean, variance = value.mean(axes), value.var(axes)
    result = (value - mean) / np.sqrt(variance + settings["epsilon"])
    if settings["scale"]:
        result = result * own("gamma", channels)
    return result + own("beta", channels) if settings["center"] else result


def _pooled(kind: str, settings: Mapping[str, Any], value: Array) -> Array:
    window, strides = settings["pool_size"], settings["strides"]
    if kind == "MaxPooling2D":
        padded = _padded(value, window, strides, settings["padding"], -np.inf)
        return _windows(padded, window, strides).max((4, 5))
    counted = _padded(np.ones_like(value), window, strides, settings["padding"], 0.0)
    padded = _padded(value, window, strides, settings["padding"], 0.0)
    total = _windows(padded, window, strides).sum((4, 5))
    return total / _windows(counted, window, strides).sum((4, 5))


def _softmax(value: Array) -> Array:
    powers = np.exp(value - value.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def _bordered(value: Array, settings: Mapping[str, Any]) -> Array:
    borders = [(int(before), int(after)) for before, after in settings["padding"]]
    _allow_padded(value, borders)
    return np.pad(value, [(0, 0), *borders, (0, 0)])


def _block(value: Array, settings: Mapping[str, Any]) -> Array:
    """Return some function of the input that every other way of calling a block changes.

    Each result depends on the whole image, as far as its border, and on how the block is called.
    Two networks of blocks that agree here agree for every block. At most TOLD_APART channels are
    computed; the others repeat them.
    """
    salt = zlib.crc32(repr(sorted(settings.items())).encode()) % 1009
    stride, filters = int(settings.get("s", 1)), int(settings["filters"][-1])
    _allow(*value.shape[:3], filters)
    seen = value[..., :TOLD_APART]
    seen = seen[:, ::stride, ::stride] + 0.5 * seen.mean((1, 2), keepdims=True)
    channels = np.arange(min(filters, TOLD_APART))
    turned = np.sin(
        seen[..., channels % seen.shape[-1]] * (1.0 + salt / 1009) + channels * 0.01 + salt
    )
    return turned[..., np.arange(filters) % len(channels)]


ACTIVATIONS: Mapping[str, Callable[[Array], Array]] = {
    "linear": lambda value: value,
    "relu": lambda value: np.maximum(value, 0.0),
    "sigmoid": lambda value: 1.0 / (1.0 + np.exp(-value)),
    "softmax": _softmax,
    "tanh": np.tanh,
}

SIMPLE: Mapping[str, Callable[[Array, Mapping[str, Any]], Array]] = {
    "Activation": lambda value, settings: ACTIVATIONS[settings["function"]](value),
    "identity_block": lambda value, settings: _block(value, {"block": "identity", **settings}),
    "convolutional_block": lambda value, settings: _block(value, {"block": "conv", **settings}),
    "Flatten": lambda value, _: value.reshape(len(value), -1),
    "ZeroPadding2D": _bordered,
}


CONSTANT = 0.1  # every weight of every convolution


def values_input(shape: Sequence[int]) -> Any:
    """Return one image of `shape` (height, width, channels): -1, 0, 1 along the diagonals."""
    height, width, channels = shape
    rows, columns = np.indices((height, width))
    image = (rows + columns) % 3 - 1.0
    return np.repeat(image[None, :, :, None], channels, axis=3)


UNJUDGED = ("kernel_initializer", "padding")  # a block's default initializer; told apart below
MAIN_PATH = (
    *("BatchNormalization", "Conv2D", "Activation"),
    *("BatchNormalization", "Conv2D", "Activation"),
    *("BatchNormalization", "Conv2D"),
)  # from the addition back to the input


def blocks_recognised(network: Network) -> Network:
    """Return the network with each residual block in it as one operation, where it is right.

    A block is taken for one when all its layers are as the reference has them and nothing else
    uses what is inside it; anything else stays as it is written.
    """
    operations = list(network.operations)
    if not any(operation.kind == "Add" for operation in operations):
        return network
    users = Counter(source for operation in operations for source in operation.inputs)
    users.update(network.outputs)
    replaced: dict[int, Operation] = {}
    inside: set[int] = set()
    for end, operation in enumerate(operations):
        found = _block_ending_at(operations, users, end) if operation.kind == "Activation" else None
        if found is not None:
            replaced[end], members = found
            inside |= members
    return _without(network, replaced, inside)


def _block_ending_at(
    operations: list[Operation], users: Mapping[int, int], end: int
) -> tuple[Operation, set[int]] | None:
    """Return the block whose last activation is at `end`, and the operations inside it."""
    if not operations[end].inputs:
        return None
    meeting = operations[end].inputs[0]
    if operations[meeting].kind != "Add" or len(operations[meeting].inputs) != 2:
        return None
    for first, second in (operations[meeting].inputs, operations[meeting].inputs[::-1]):
        main = _chain(operations, first, MAIN_PATH)
        if main is None:
            continue
        start = operations[main[-1]].inputs[0]
        shortcut: list[int] = []
        if second != start:
            chain = _chain(operations, second, ("BatchNormalization", "Conv2D"))
            if chain is None or operations[chain[-1]].inputs[0] != start:
                continue
            shortcut = chain
        members = {meeting, *main, *shortcut}
        if any(users[member] != 1 for member in members) or _shares(operations, members):
            continue
        settings = _settings_of_block(operations, main[::-1], shortcut[::-1])
        relus = [operations[end], operations[main[2]], operations[main[5]]]
        if settings is None or any(each.settings != {"function": "relu"} for each in relus):
            continue
        kind = "convolutional_block" if shortcut else "identity_block"
        return Operation(kind, settings, (start,), operations[end].shape), members
    return None


def _shares(operations: list[Operation], members: set[int]) -> bool:
    """Return whether a layer with weights inside the block is used anywhere else."""
    uses = Counter(operation.layer for operation in operations if operation.parameters)
    return any(uses[operations[member].layer] > 1 for member in members)


def _chain(operations: list[Operation], end: int, kinds: tuple[str, ...]) -> list[int] | None:
    """Return the operations of these kinds, one feeding the one before, back from `end`."""
    chain: list[int] = []
    for kind in kinds:
        if operations[end].kind != kind or len(operations[end].inputs) != 1:
            return None
        chain.append(end)
        end = operations[end].inputs[0]
    return chain


def _settings_of_block(
    operations: list[Operation], main: list[int], shortcut: list[int]
) -> dict[str, Any] | None:
    """Return {f, filters, s} of a block whose layers are as they should be, else None."""
    conv1, conv2, conv3 = (operations[main[place]].settings for place in (0, 3, 6))
    stride = list(conv1["strides"])
    kernel = list(conv2["kernel_size"])
    projection = operations[shortcut[0]].settings if shortcut else None
    filters = [conv1["filters"], conv2["filters"], conv3["filters"]]
    wanted = [
        (main[0], filters[0], [1, 1], stride),
        (main[3], filters[1], kernel, [1, 1]),
        (main[6], filters[2], [1, 1], [1, 1]),
    ]
    if projection is not None:
        wanted.append((shortcut[0], filters[2], [1, 1], stride))
    elif stride != [1, 1]:
        return None
    plain = all(
        _is_usual(operations[place].settings, number, window, step)
        for place, number, window, step in wanted
    )
    same = conv2["padding"] == "same" or kernel == [1, 1]
    normal = all(
        operations[place].settings == {**WEIGHTED_SETTINGS["BatchNormalization"], "axis": 3}
        for place in (main[1], main[4], main[7], *shortcut[1:])
    )
    if not plain or not same or not normal or kernel[0] != kernel[1] or stride[0] != stride[1]:
        return None
    settings = {"f": kernel[0], "filters": filters}
    return {**settings, "s": stride[0]} if shortcut else settings


def _is_usual(
    settings: Mapping[str, Any], filters: int, window: list[int], step: list[int]
) -> bool:
    usual = {**WEIGHTED_SETTINGS["Conv2D"], "filters": filters}
    usual |= {"kernel_size": window, "strides": step}
    usual.pop("activation")
    padded_right = settings["padding"] == "valid" or window != [1, 1]
    return padded_right and all(
        settings[name] == value for name, value in usual.items() if name not in UNJUDGED
    )


def _without(network: Network, replaced: Mapping[int, Operation], inside: set[int]) -> Network:
    place: dict[int, int] = {}
    kept: list[Operation] = []
    for position, operation in enumerate(network.operations):
        if position in inside:
            continue
        kept_operation = replaced.get(position, operation)
        inputs = tuple(place[source] for source in kept_operation.inputs)
        place[position] = len(kept)
        kept.append(replace(kept_operation, inputs=inputs))
    return Network(tuple(kept), tuple(place[output] for output in network.outputs))


@dataclass(frozen=True)
class Comparison:
    """What the comparison of two networks came to."""

    proof: str | None  # "graph" or "numbers" where the networks are equal, None where not
    differences: tuple[Difference, ...] = ()
    matched: frozenset[str] = frozenset()  # the roles that the learner's network has

    @property
    def equal(self) -> bool:
        """Return whether the learner's network computes what the reference computes."""
        return self.proof is not None


def compare(
    reference: Network, learner: Network, *, built: bool = True, judge_initializer: bool = True
) -> Comparison:
    """Return whether the two networks are the same, and the smallest edit where they are not.

    `built` is False when the learner's function raised: `learner` then holds what there was.
    """
    roles = name_roles(reference)
    if any(operation.kind in BLOCK_KINDS for operation in reference.operations):
        learner = blocks_recognised(learner)
    pairing = Pairing(reference, learner, judge_initializer)
    if built and _identical(pairing):
        return Comparison("graph", matched=frozenset(roles.values()))
    if built and _same_numbers(pairing):
        return Comparison("numbers", matched=frozenset(roles.values()))
    edit = smallest_edit(pairing, roles, built)
    found = list(edit.differences)
    if built and edit.matched <= {"input"}:
        found = [Difference("value", None, "returned", "the result of its layers", "its own input")]
    if built and not found:
        found = [
            Difference("shape", None, "shape", _result_shape(reference), _result_shape(learner))
        ]
    return Comparison(None, tuple(worded(difference) for difference in found), edit.matched)


RETURNED = {"NoneType": "None", "model": "a Model", "tensor": "a tensor"}


def wrong_return(wanted: str, returned: str, outputs: int) -> Difference | None:
    """Return the difference where a function gives back something else than it should.

    `wanted` is "tensor" for a block and "model" for a network, which have one output.
    """
    if returned == wanted and outputs == 1:
        return None
    received = RETURNED.get(returned, f"a value of type {returned}")
    if returned == wanted:
        received = f"{received} with {outputs} outputs"
    return worded(Difference("value", None, "returned", RETURNED[wanted], received))


SAME_NUMBERS = 1e-6  # relative; float64 sums in another order differ by about 1e-14


def _same_numbers(pairing: Pairing) -> bool:
    """Return whether both networks compute the same from the same weights, in both modes."""
    reference, learner = pairing.reference, pairing.learner
    weighted = [
        _untold_by_numbers(network, pairing.judge_initializer) for network in (reference, learner)
    ]
    if weighted[0] != weighted[1]:
        return False
    image = _image(reference)
    try:
        for training in (False, True):
            expected = compute(reference, image, varied_weights(), training=training)
            received = compute(learner, image, varied_weights(), training=training)
            if expected.shape != received.shape:
                return False
            if np.abs(expected - received).max() > SAME_NUMBERS * np.abs(expected).max():
                return False
    except NotComputableError:
        return False
    return True


def _untold_by_numbers(network: Network, judge_initializer: bool) -> Counter[str]:
    """Count the layers with weights by what their numbers do not show: how they start and train."""
    found = []
    for position in network.used():
        operation = network.operations[position]
        if operation.kind in WEIGHTED_SETTINGS:
            told = {
                name: value
                for name, value in operation.settings.items()
                if name.endswith(("_initializer", "_regularizer", "_constraint"))
                or name in ("trainable", "training")
            }
            if not judge_initializer:
                told.pop("kernel_initializer", None)
            found.append(f"{operation.kind} {operation.parameters} {sorted(told.items())}")
        elif operation.kind == "Input":
            found.append(f"Input {operation.settings}")
    return Counter(found)


def _image(network: Network) -> Any:
    """Return three images of the network's input shape, positive and negative values."""
    shape = tuple(size or 1 for size in (network.operations[0].shape or ())[1:])
    count = 3 * int(np.prod(shape))
    return (np.sin(np.arange(count) * 0.7) + 0.3).reshape(3, *shape)


def _result_shape(network: Network) -> list[int | None]:
    """Return the shape of the result, without the batch axis."""
    if not network.outputs:
        return []
    return list((network.operations[network.outputs[0]].shape or ())[1:])


def _identical(pairing: Pairing) -> bool:
    """Return whether the two graphs are equal, walking back from the results together."""
    reference, learner = pairing.reference, pairing.learner
    if len(reference.outputs) != len(learner.outputs):
        return False
    partner: dict[int, int] = {}
    layers: dict[int, int] = {}
    stack = list(zip(reference.outputs, learner.outputs, strict=True))
    while stack:
        here, there = stack.pop()
        if here in partner:
            if partner[here] != there:
                return False
            continue
        wanted, own = reference.operations[here], learner.operations[there]
        if attribute_differences(wanted, own, pairing.judge_initializer):
            return False
        if len(wanted.inputs) != len(own.inputs) or wanted.shape != own.shape:
            return False
        if own.parameters and layers.setdefault(own.layer, here) != here:
            return False
        partner[here] = there
        stack.extend(_paired_inputs(pairing, wanted.inputs, own.inputs))
    return len(set(partner.values())) == len(partner)


def _paired_inputs(
    pairing: Pairing, wanted: tuple[int, ...], own: tuple[int, ...]
) -> list[tuple[int, int]]:
    """Pair the inputs of an addition by what they are, whatever their order."""
    if len(wanted) == 2:
        straight, crossed = zip(wanted, own, strict=True), zip(wanted, own[::-1], strict=True)
        return list(
            straight
            if _distance(pairing, wanted, own) <= _distance(pairing, wanted, own[::-1])
            else crossed
        )
    return list(zip(wanted, own, strict=True))


def _distance(pairing: Pairing, wanted: tuple[int, ...], own: tuple[int, ...]) -> int:
    """Return how unlike two lists of inputs are, a few operations back."""
    total = 0
    level = list(zip(wanted, own, strict=True))
    for _ in range(4):
        following: list[tuple[int, int]] = []
        for here, there in level:
            a, b = pairing.reference.operations[here], pairing.learner.operations[there]
            total += len(attribute_differences(a, b, pairing.judge_initializer))
            total += a.kind != b.kind
            following.extend(zip(a.inputs, b.inputs, strict=False))
        level = following
    return total


TOLD = {
    "filters": "{} filters",
    "kernel_size": "{}",
    "pool_size": "{}",
    "strides": "stride {}",
    "padding": "{}",
    "units": "{} units",
    "axis": "axis {}",
    "f": "f={}",
    "s": "s={}",
    "function": "{}",
    "activation": "{}",
}
SQUARES = ("strides",)  # told by one side where both are equal


def rows(network: Network) -> list[list[Any]]:
    """Return [layer, output shape, parameters, settings] for each operation of the result."""
    kept = sorted(network.used()) or range(len(network.operations))
    return [_row(network, position) for position in kept]


def _row(network: Network, position: int) -> list[Any]:
    operation = network.operations[position]
    told = [
        text.format(_short(name, operation.settings[name]))
        for name, text in TOLD.items()
        if operation.settings.get(name) not in (None, "linear")
    ]
    shape = list((operation.shape or ())[1:])
    return [operation.kind, shape, operation.parameters, " ".join(told)]


def _short(name: str, value: Any) -> str:
    """Return a setting in few letters: 3×3 for a kernel, 2 for strides (2, 2)."""
    if not isinstance(value, (list, tuple)) or not value:
        return str(value)
    if name in SQUARES and len(set(value)) == 1:
        return str(value[0])
    if isinstance(value[0], (list, tuple)):
        return ",".join(_short("", entry) for entry in value)
    return "×".join(map(str, value))


def first_difference(learner: Sequence[Any], instructor: Sequence[Any]) -> str | None:
    """Return a sentence about the first row where two tables differ, None when they are equal.

    Shorter, longer and empty tables differ where one of them ends.
    """
    for number in range(max(len(learner), len(instructor))):
        if number >= len(learner):
            return f"Row {number + 1} is missing: expected {_line(instructor[number])}."
        if number >= len(instructor):
            return f"Row {number + 1} is one too many: received {_line(learner[number])}."
        if _plain(learner[number]) != _plain(instructor[number]):
            return (
                f"Row {number + 1}: expected {_line(instructor[number])}, "
                f"received {_line(learner[number])}."
            )
    return None


def _plain(row: Any) -> Any:
    """Return a row with tuples as lists, so that (2, 2) and [2, 2] are the same."""
    if isinstance(row, (list, tuple)):
        return [_plain(entry) for entry in row]
    return row


def _line(row: Any) -> str:
    entries = row if isinstance(row, (list, tuple)) else [row]
    return " | ".join(str(entry) for entry in entries)


def side_by_side(learner: Sequence[Any], reference: Sequence[Any]) -> list[str]:
    """Return the two tables as lines of text, aligned, with a mark at each row that differs.

    A row that only one of them has stands alone, so that one row too many shifts nothing.
    Nothing where the tables are equal: what differs then is how the layers are connected.
    """
    left, right = [_layer(row) for row in learner], [_layer(row) for row in reference]
    pairs: list[tuple[str, str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        for own, wanted in zip_longest(learner[a:b], reference[c:d]):
            mark = "→" if tag != "equal" else " " if own[1] == wanted[1] else "~"
            pairs.append((mark, _told_row(own), _told_row(wanted)))
    if all(mark == " " for mark, _, _ in pairs):
        return []
    width = max([len(own) for _, own, _ in pairs] + [len("yours")])
    lines = [f"    {'yours':<{width}}   reference"]
    lines += [f"{mark}   {own:<{width}}   {wanted}" for mark, own, wanted in pairs]
    return [*lines, "→ differs   ~ only the shape differs, because of something before it"]


def _layer(row: Sequence[Any]) -> str:
    return f"{row[0]} {row[3]}".strip()


def _told_row(row: Sequence[Any] | None) -> str:
    return "" if row is None else f"{_layer(row)} → {'×'.join(map(str, row[1])) or '?'}"


PROVEN = "The network that your function builds is the one that was asked for."
CLOSE_VALUES = 1e-3  # recorded with four decimals, computed in float32


class ConstantWeights(keras.initializers.Constant):  # type: ignore[misc]  # keras is untyped
    """The initializer under which a block is followed by hand; it takes any argument."""

    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__(CONSTANT)


@dataclass(frozen=True)
class Place:
    """Where an exception came from, as far as the notebook knows."""

    type: str
    message: str
    place: str = ""


@dataclass(frozen=True)
class Card:
    """What a public test has to say: a heading, lines of text, and whether it passed."""

    heading: str
    lines: tuple[str, ...]
    passed: bool

    def __str__(self) -> str:
        """Return the card as plain text."""
        return "\n".join([self.heading, *self.lines])


def summary(model: Any) -> list[list[Any]]:
    """Return [layer, output shape, parameters, settings] for each layer of a Keras model.

    Activations written as an argument, a layer or a function give the same rows.
    """
    return rows(normal_form(graph_of_model(model)))


def comparator(learner: Sequence[Any], instructor: Sequence[Any]) -> None:
    """Compare two layer tables row by row.

    Raises AssertionError that names the first row that differs; a table that is shorter or
    longer than the other, or empty, differs.
    """
    difference = first_difference(learner, instructor)
    if difference is not None:
        raise AssertionError(f"The two tables differ. {difference}")


def check(name: str, target: Callable[..., Any], exercise: Mapping[str, Any]) -> Card:
    """Return the card of one exercise: its public calls made on `target`, and what they built."""
    if not callable(target):
        return Card(f"{name}: not yet", (f"{target!r:.60} is not a function.",), False)
    for call in exercise["calls"]:
        called = spoken_call(name, call["arguments"])
        problem = _problem(name, target, call, exercise["cases"])
        if problem:
            return Card(f"{name}: not yet", (f"Called:   {called}", *problem), False)
    calls = [f"  {spoken_call(name, call['arguments'])}" for call in exercise["calls"]]
    return Card(f"{name}: all public tests passed", (PROVEN, *calls), True)


def spoken_call(name: str, arguments: Mapping[str, Any]) -> str:
    """Return the call as one would type it, the input as its shape."""
    told = []
    for argument, value in arguments.items():
        if argument == "input_shape" and name in BLOCKS:
            told.append(f"X of shape {(None, *value)}")
        elif argument != "training":
            shown_value = tuple(value) if argument == "input_shape" else value
            told.append(f"{argument}={shown_value}")
    return f"{name}({', '.join(told)})"


def _problem(
    name: str, target: Callable[..., Any], call: Mapping[str, Any], cases: Sequence[Any]
) -> list[str]:
    """Return what is wrong with what one call built; nothing when it is right."""
    built = build(name, target, call["arguments"])
    reference = network_from_data(call["network"])
    learner = normal_form(built.graph, built.training)
    wanted = "tensor" if name in BLOCKS else "model"
    wrong = wrong_return(wanted, built.returned, len(learner.outputs))
    if built.error is None and wrong is not None:
        hint = "What does the last line of the function give back?"
        return [*_wrapped("Look at:  ", wrong.message), *_told(*spoken(wrong), hint)]
    judges = name not in BLOCKS or built.takes_initializer
    comparison = compare(reference, learner, built=built.error is None, judge_initializer=judges)
    if comparison.differences:
        return _described(comparison.differences, cases, rows(learner), call["table"])
    if built.error is not None:
        return textwrap.wrap(explained(_where(built)), 100)
    return _value_problem(target, call, built)


def _where(built: Built) -> Place:
    error = built.error
    assert error is not None
    message = str(error).split("\n\nArguments received by")[0].strip()
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if "site-packages" not in frame.filename and frame.filename != __file__
    ]
    place = f"line {own[-1].lineno}: {(own[-1].line or '').strip()}" if own else ""
    return Place(type(error).__name__, message, place)


def _told(expected: str, received: str, hint: str) -> list[str]:
    return [f"Expected: {expected}", f"Received: {received}", *_wrapped("Hint:     ", hint)]


def _wrapped(label: str, text: str) -> list[str]:
    return textwrap.wrap(text, 100, initial_indent=label, subsequent_indent=" " * len(label))


def _described(
    differences: Sequence[Difference], cases: Sequence[Any], learner: Any, reference: Any
) -> list[str]:
    first = differences[0]
    lines = _wrapped("Look at:  ", first.message)
    expected, received = spoken(first)
    lines += _told(expected, received, _hint(first, cases))
    if len(differences) > 1:
        lines.append(f"And {len(differences) - 1} more:")
        lines += [f"  - {other.message}" for other in differences[1:6]]
    table = side_by_side(learner, reference)
    return [*lines, "", *table] if table else lines


def _hint(difference: Difference, cases: Sequence[Any]) -> str:
    """Return the hint of the case that the difference belongs to."""
    first = str(difference.layer or "").split(".")[0]
    if difference.attribute == "kernel_initializer":
        first = "initializer"
    for case in cases:
        if case["part"] == first:
            return str(case["hint"])
    general = [case for case in cases if case["part"] in ("merge", "head")]
    return str(general[0]["hint"]) if general else ""


def _value_problem(target: Callable[..., Any], call: Mapping[str, Any], built: Built) -> list[str]:
    """Return what is wrong with the numbers under constant weights, where they are recorded."""
    values = call.get("values")
    if values is None or not built.takes_initializer:
        return []
    tensor = keras.Input(call["arguments"]["input_shape"])
    given = {**call["arguments"], "X": tensor, "initializer": ConstantWeights}
    given.pop("input_shape")
    model = keras.Model(tensor, call_function(target, given))
    image = values_input(call["arguments"]["input_shape"])
    received = np.array(model(image, training=False))
    expected = np.array(values["result"])
    if received.shape == expected.shape and np.allclose(received, expected, atol=CLOSE_VALUES):
        return []
    place = np.unravel_index(np.abs(received - expected).argmax(), expected.shape)
    where = f"at {tuple(map(int, place))} with every weight {CONSTANT}"
    return _told(
        f"{expected[place]:.4f} {where}",
        f"{received[place]:.4f}",
        "With constant weights the result can be followed by hand, layer by layer.",
    )
