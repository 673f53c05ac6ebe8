"""The normal form: what is written differently but is the same becomes the same.

Settings that do not change what the network computes are left out: names, seeds, and BatchNorm's
momentum. See the Keras layer pages for the defaults that are filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reskit.network.arithmetic import arithmetic_named
from reskit.network.graph import TENSOR, Graph, Node
from reskit.network.layer_settings import WEIGHTED_SETTINGS, initializer
from reskit.network.operation import POOLINGS, Network, Operation
from reskit.network.pooling import WHOLE_MAP, pooling_settings

OP_ACTIVATIONS = ("relu", "softmax", "sigmoid", "tanh", "elu", "selu", "gelu", "silu", "softplus")
SAME_AS_ADD = ("Add", "ops.Add")
ALWAYS_IDENTITY = ("Identity", "ops.Copy", "ops.Identity")


def normal_form(graph: Graph, training: bool | None = None) -> Network:
    """Return the network that `graph` describes, in normal form.

    `training` is the flag that the caller passed to the function: a BatchNormalization that was
    given just this flag follows its caller, as one without a flag does.
    """
    written = _written_out(graph, training)
    return _merged_activations(arithmetic_named(_without_identities(written)))


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
            pools = kind in POOLINGS and sources
            operations.append(
                Operation(
                    kind,
                    settings,
                    inputs,
                    shape,
                    0 if number else node.parameters,
                    node.layer,
                    node.failed,
                    _arguments_left_out(node),
                    argument=number > 0 and kind == "Activation",
                    asked=_asked_pooling(node) if pools else None,
                    over=sources[0] if pools else None,
                )
            )
            inputs = (len(operations) - 1,)
        place[position] = len(operations) - 1
    return Network(tuple(operations), tuple(place[output] for output in graph.outputs))


Steps = list[tuple[str, dict[str, Any]]]


def _translate(node: Node, sources: list[Any], training: bool | None) -> Steps:
    config = {name: _without_seed(value) for name, value in node.config.items() if name != "name"}
    source = sources[0] if sources else None
    rank = len(source) if source else 4
    if node.op == "InputLayer":
        batch, *shape = node.shape or (None,)
        others = {"batch_size": batch, "dtype": config.get("kind_of_numbers")}
        told = {name: value for name, value in others.items() if value is not None}
        return [("Input", {"shape": shape, **told})]
    if node.op == "block":
        if config.get("training") == training:
            config.pop("training", None)
        return [(str(config.pop("block")), _block_settings(config))]
    if node.op in ("Conv2D", "Dense", "BatchNormalization"):
        return _weighted_layer(node.op, config, source, training)
    if node.op in POOLINGS or node.op in ("ops.MaxPool", "ops.AveragePool"):
        return _pooling(node, source)
    if node.op == "GlobalAveragePooling2D" or _is_global_mean(node, rank):
        return _global_pooling(node, source)
    if node.op == "ZeroPadding2D" or _pads_with_zeros(node, rank):
        padding = config.get("padding", config.get("pad_width", [])[1:3])
        return [("ZeroPadding2D", {"padding": padding, **_layout(config)})]
    if node.op in SAME_AS_ADD and len(node.inputs) > 1:
        return [("Add", {})]
    if node.op == "Flatten" or _is_flattening(node, source):
        return [("Identity" if rank == 2 else "Flatten", {})]  # a vector stays one
    activation = _activation(node, rank)
    if activation is not None:
        return [("Activation", {"function": activation})]
    if _is_identity(node, source):
        return [("Identity", {})]
    return [(node.op, config)]


def _without_seed(value: Any) -> Any:
    if isinstance(value, dict) and "class" in value:
        return {name: entry for name, entry in value.items() if name != "seed"}
    return value


def _arguments_left_out(node: Node) -> tuple[str, ...]:
    """Return the arguments of a block's call that were left to their default."""
    names = node.config.get("defaulted") if node.op == "block" else None
    return (
        tuple(name for name in names if name in ("f", "filters", "s"))
        if isinstance(names, list)
        else ()
    )


def _block_settings(config: Mapping[str, Any]) -> dict[str, Any]:
    settings = {name: value for name, value in config.items() if name != "defaulted"}
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


def _weighted_layer(kind: str, config: dict[str, Any], source: Any, training: bool | None) -> Steps:
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
    if kind == "Conv2D" and settings["kernel_size"] == [1, 1]:
        settings["padding"], settings["dilation_rate"] = "valid", [1, 1]  # one point has no border
    activation = settings.pop("activation")
    if kind == "Conv2D" and not settings["use_bias"]:
        settings["bias_initializer"] = WEIGHTED_SETTINGS[kind]["bias_initializer"]
    if activation in (None, "linear"):
        return [(kind, settings)]
    return [(kind, settings), ("Activation", {"function": activation})]


def _axis(axis: Any, rank: int) -> Any:
    if isinstance(axis, list) and len(axis) == 1:
        axis = axis[0]
    return axis + rank if type(axis) is int and axis < 0 else axis


def _asked_pooling(node: Node) -> Mapping[str, Any]:
    """Return the settings of a pooling as they were written; a global one has no window."""
    told = ("pool_size", "strides", "padding", "data_format")
    return {**WHOLE_MAP, **{name: node.config[name] for name in told if name in node.config}}


def _pooling(node: Node, source: Any) -> Steps:
    kind = "MaxPooling2D" if "Max" in node.op else "AveragePooling2D"
    return [(kind, pooling_settings(_asked_pooling(node), source))]


def _global_pooling(node: Node, source: Any) -> Steps:
    steps: Steps = []
    if source and len(source) == 4 and source[1] and source[2]:
        steps.append(("AveragePooling2D", pooling_settings(_asked_pooling(node), source)))
    return steps if node.config.get("keepdims") and steps else [*steps, ("Flatten", {})]


def _pads_with_zeros(node: Node, rank: int) -> bool:
    """Return whether a node puts zeros around rows and columns alone."""
    widths = node.config.get("pad_width")
    if node.op != "ops.Pad" or rank != 4 or not isinstance(widths, list) or len(widths) != 4:
        return False
    constant = node.config.get("mode") == "constant" and not node.config.get("constant_values")
    return constant and widths[0] == widths[3] == [0, 0]


def _is_global_mean(node: Node, rank: int) -> bool:
    """Return whether a node takes the mean over rows and columns."""
    axes = node.config.get("axis")
    if node.op != "ops.Mean" or rank != 4 or not isinstance(axes, list):
        return False
    return sorted(_axis(axis, rank) for axis in axes if type(axis) is int) == [1, 2]


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


# layers that let something through below zero, and the setting that says how much
SLOPES = {
    "LeakyReLU": ("leaky_relu", "negative_slope"),
    "ops.LeakyRelu": ("leaky_relu", "negative_slope"),
    "ELU": ("elu", "alpha"),
}


def _activation(node: Node, rank: int) -> str | None:
    """Return the function of a node that applies one to every number, None for other nodes."""
    config = node.config
    if node.op == "Activation":
        return str(config.get("activation"))
    if node.op == "ReLU":
        plain = {"max_value": None, "negative_slope": 0, "threshold": 0}
        same = all(config.get(name, value) == value for name, value in plain.items())
        return "relu" if same else f"relu({_listed(config, plain)})"
    if node.op in SLOPES:
        name, setting = SLOPES[node.op]
        value = config.get(setting)
        return "relu" if value == 0 else f"{name}({setting}={value})"
    if node.op in ("Softmax", "ops.Softmax"):
        axis = _axis(config.get("axis", -1), rank)
        return "softmax" if axis == rank - 1 else f"softmax(axis={axis})"
    if node.op == "ops.Maximum" and config.get("arguments") in ([TENSOR, 0], [0, TENSOR]):
        return "relu"
    name = node.op.removeprefix("ops.").lower()
    return name if node.op.startswith("ops.") and name in OP_ACTIVATIONS else None


def _listed(config: Mapping[str, Any], defaults: Mapping[str, Any]) -> str:
    changed = {name: config.get(name) for name in defaults if config.get(name) != defaults[name]}
    return ", ".join(f"{name}={value}" for name, value in changed.items())


def _is_identity(node: Node, source: Any) -> bool:
    if node.op in ALWAYS_IDENTITY:
        return True
    if node.op == "ActivityRegularization":
        return not node.config.get("l1") and not node.config.get("l2")
    if node.op in ("Dropout", "SpatialDropout2D", "GaussianDropout", "GaussianNoise"):
        return node.config.get("rate", node.config.get("stddev")) in (0, 0.0)
    if node.op in ("Reshape", "ops.Reshape"):
        return source is not None and node.shape == source
    if node.op in NEUTRAL and len(node.inputs) == 1:
        neutral = NEUTRAL[node.op]
        either = node.op in ("ops.Add", "ops.Multiply")
        told = node.config.get("arguments")
        return told == [TENSOR, neutral] or (either and told == [neutral, TENSOR])
    return False


# operations with a number that changes nothing; in a difference or quotient it stands behind
NEUTRAL = {"ops.Add": 0, "ops.Subtract": 0, "ops.Multiply": 1, "ops.TrueDivide": 1, "ops.Divide": 1}


def _passes_through(network: Network, position: int) -> bool:
    """Return whether an operation gives its one input back."""
    operation = network.operations[position]
    if len(operation.inputs) != 1:
        return False
    if operation.kind == "Activation":
        return bool(operation.settings["function"] == "linear")
    return operation.kind == "Identity"


def _without_identities(network: Network) -> Network:
    def gives_back(position: int) -> int | None:
        passes = _passes_through(network, position)
        return network.operations[position].inputs[0] if passes else None

    return network.rewired(gives_back)


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
    return Network(tuple(operations), network.outputs).rewired(merged.get)
