"""What the public tests are made of: record a network, compare it, say what differs.

Two functions are for you: `summary(model)` gives a model's layers as a table, and
`comparator(learner, instructor)` compares two such tables.

Made from grader/reskit/network/ by `reskit release`; do not edit.
"""

from __future__ import annotations
from collections import Counter
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from functools import cached_property
from functools import reduce
from html import escape
from itertools import count
from itertools import groupby
from itertools import islice
from itertools import pairwise
from keras.src.models.functional import Functional
from keras.src.ops.node import Node as KerasNode
from keras.src.optimizers.base_optimizer import BaseOptimizer
from keras.src.trainers.trainer import Trainer
from keras.src.utils.naming import to_snake_case
from math import prod
from pathlib import Path
from typing import Any
import contextlib
import functools
import heapq
import inspect
import io
import keras
import numpy as np
import re
import sys
import textwrap
import traceback
import warnings
import zlib


Where = tuple[str, str | None, str | None]


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
    def place(self) -> Where:
        """What makes two differences the same one."""
        return (self.kind, self.layer, self.attribute)

    def repeats(self, told: Difference) -> bool:
        """Return whether `told` said the same: the place, or the other one of two swapped."""
        if self.kind == told.kind == "order":
            words = f"{told.expected} {told.received}".split()
            own_words = f"{self.expected} {self.received}".split()
            if self.layer in words and told.layer in own_words:
                return True
        return self.place == told.place


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


POOLINGS = ("MaxPooling2D", "AveragePooling2D")
BLOCK_KINDS = ("identity_block", "convolutional_block")
UNASKED = "not asked for"  # an argument of a block that its function does not have


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
    defaulted: tuple[str, ...] = ()  # arguments of a block that its caller left out
    asked: Mapping[str, Any] | None = None  # of a pooling: its settings as they were written
    argument: bool = False  # an activation that is an argument of the layer before it
    over: tuple[int | None, ...] | None = None  # of a pooling: the shape that it takes in

    @property
    def has_weights(self) -> bool:
        """Whether it makes a difference that two operations use one layer, or one block."""
        return bool(self.parameters) or self.kind in BLOCK_KINDS


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

    def rewired(self, stands_for: Callable[[int], int | None]) -> Network:
        """Return the network without the operations that stand for an earlier one."""
        place: dict[int, int] = {}
        kept: list[Operation] = []
        for position, operation in enumerate(self.operations):
            earlier = stands_for(position)
            if earlier is not None:
                place[position] = place[earlier]
                continue
            place[position] = len(kept)
            inputs = tuple(place[source] for source in operation.inputs)
            kept.append(replace(operation, inputs=inputs))
        return Network(tuple(kept), tuple(place[output] for output in self.outputs))


LEAK = 0.2  # of `keras.activations.leaky_relu`, below zero
Array = Any  # float64 array of shape (batch, height, width, channels) or (batch, units)


def elementwise(kind: str, inputs: Sequence[Array], settings: Mapping[str, Any]) -> Array | None:
    """Return what an operation makes of tensors and numbers; None for one that is not known here.

    Raises TypeError or ValueError where it is called with arguments that it does not take.
    """
    if kind in OF_ALL:
        result = reduce(OF_ALL[kind], _values(inputs, settings))
    elif kind in OF_THESE:
        result = OF_THESE[kind](*_values(inputs, settings))
    elif kind in WITH_SETTINGS:
        result = WITH_SETTINGS[kind](*_values(inputs, settings), settings=settings)
    else:
        return None
    return np.asarray(result, dtype=float)


def is_elementwise(kind: str) -> bool:
    """Return whether an operation is one of those that are known here."""
    return kind in OF_ALL or kind in OF_THESE or kind in WITH_SETTINGS


def _values(inputs: Sequence[Array], settings: Mapping[str, Any]) -> list[Any]:
    """Return tensors and numbers in the order in which the operation was given them."""
    tensors = iter(inputs)
    given = settings.get("arguments") or [TENSOR] * len(inputs)
    return [next(tensors) if each == TENSOR else float(each) for each in given]


def _clipped(value: Array, *bounds: float, settings: Mapping[str, Any]) -> Array:
    low, high = bounds or (settings["x_min"], settings["x_max"])
    return np.clip(value, float(low), float(high))


def _over(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return over which axes a mean, sum or maximum is taken, as NumPy is told it."""
    axes = settings.get("axis")
    axes = tuple(axes) if isinstance(axes, list) else axes
    return {"axis": axes, "keepdims": settings.get("keepdims") is True}


def _average(*values: Array) -> Array:
    return np.add.reduce(values) / len(values)


def activated(function: str, value: Array) -> Array:
    """Return what an activation makes of the numbers. Raises KeyError for one not known here."""
    name, _, slope = str(function).rstrip(")").partition("(negative_slope=")
    if name == "leaky_relu":
        return np.where(value > 0, value, value * float(slope or LEAK))
    return ACTIVATIONS[str(function)](value)


def _softmax(value: Array) -> Array:
    powers = np.exp(value - value.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def _cast(value: Array, settings: Mapping[str, Any]) -> Array:
    if settings.get("dtype") != "float32":
        raise ValueError(f"cast to {settings.get('dtype')}")
    return value


ACTIVATIONS: Mapping[str, Callable[[Array], Array]] = {
    "elu": lambda value: np.where(value > 0, value, np.expm1(np.minimum(value, 0.0))),
    "linear": lambda value: value,
    "relu": lambda value: np.maximum(value, 0.0),
    "sigmoid": lambda value: 1.0 / (1.0 + np.exp(-value)),
    "softmax": _softmax,
    "tanh": np.tanh,
}
OF_ALL: Mapping[str, Callable[[Array, Array], Array]] = {
    "Add": np.add,
    "Maximum": np.maximum,
    "Minimum": np.minimum,
    "Multiply": np.multiply,
    "Subtract": np.subtract,
    "ops.Add": np.add,
    "ops.Divide": np.divide,
    "ops.Maximum": np.maximum,
    "ops.Minimum": np.minimum,
    "ops.Multiply": np.multiply,
    "ops.Subtract": np.subtract,
    "ops.TrueDivide": np.divide,
}
OF_THESE: Mapping[str, Callable[..., Array]] = {
    "Average": _average,
    "ops.Absolute": np.abs,
    "ops.Exp": np.exp,
    "ops.Greater": np.greater,
    "ops.GreaterEqual": np.greater_equal,
    "ops.Less": np.less,
    "ops.LessEqual": np.less_equal,
    "ops.Negative": np.negative,
    "ops.OnesLike": np.ones_like,
    "ops.Square": np.square,
    "ops.Where": np.where,
    "ops.ZerosLike": np.zeros_like,
}
WITH_SETTINGS: Mapping[str, Callable[..., Array]] = {
    "ops.Cast": _cast,
    "ops.Clip": _clipped,
    "ops.Max": lambda value, settings: value.max(**_over(settings)),
    "ops.Mean": lambda value, settings: value.mean(**_over(settings)),
    "ops.Stack": lambda *values, settings: np.stack(values, settings.get("axis", 0)),
    "ops.Sum": lambda value, settings: value.sum(**_over(settings)),
}


MOST_TOGETHER = 12  # operations that may stand for one
MOST_LOOKED_AT = 400  # in a network; one that writes each of its 49 ReLUs out in four has 200
LONGEST_SIDE = 8  # of a map that is computed: none of the usual operations depends on its size
SAME_RESULT = 1e-6  # relative and absolute; float64 in another order differs by about 1e-14
SMALL = (0.5, 3.0, 30.0, 0.1)  # how large the numbers are in each example of a batch
LARGE = (1e3, 3e4)  # a bound or a bend may lie far from zero
PHASES = (0.7, 1.3)  # of the two tensors that may be added
USUAL_FUNCTIONS: Mapping[str, Callable[[Array], Array]] = {
    "Identity": lambda value: value,
    **{name: ACTIVATIONS[name] for name in ("relu", "softmax", "sigmoid", "tanh")},
}
BOUNDED = ("softmax", "sigmoid", "tanh")  # tell nothing of large numbers, and overflow by hand
SUMS: Mapping[str, Callable[[Array, Array], Array]] = {"Add": np.add}


def arithmetic_named(network: Network) -> Network:
    """Return the network with each ReLU, addition … that is written out as one operation.

    What only served a part that was written out goes; what another operation needs stays. A network
    of far more arithmetic than one of this kind has is left as it is.
    """
    if sum(is_elementwise(each.kind) for each in network.operations) > MOST_LOOKED_AT:
        return network
    operations = list(network.operations)
    replaced: dict[int, int] = {}  # an operation that changes nothing: what it gives back
    spent: set[int] = set()  # what was only a part of something, and those that change nothing
    for position, operation in enumerate(operations):
        inputs = tuple(replaced.get(source, source) for source in operation.inputs)
        operations[position] = replace(operation, inputs=inputs)
        for sources, members in _cuts(operations, position):
            meaning = _meaning(operations, position, sources, members)
            if meaning is None:
                continue
            if meaning.kind == "Identity":
                replaced[position] = sources[0]
                spent.add(position)
            operations[position] = meaning
            spent |= members - {position}
            break
    outputs = tuple(replaced.get(output, output) for output in network.outputs)
    return _without_spent(operations, outputs, spent)


def _cuts(operations: list[Operation], end: int) -> Iterator[tuple[tuple[int, ...], set[int]]]:
    """Yield what may go in and what lies between that and `end`, the nearest first."""
    if not is_elementwise(operations[end].kind):
        return
    members, sources = {end}, set(operations[end].inputs)
    while sources and len(members) <= MOST_TOGETHER:
        yield tuple(sorted(sources)), set(members)
        inner = [source for source in sources if is_elementwise(operations[source].kind)]
        if not inner:
            return
        last = max(inner)
        members.add(last)
        sources = sources - {last} | set(operations[last].inputs)


def _meaning(
    operations: list[Operation], end: int, sources: tuple[int, ...], members: set[int]
) -> Operation | None:
    """Return the usual operation that gives the same; None where there is none, or just this."""
    whole = operations[end]
    if len(sources) > 2 or (whole.kind == "Add" and sorted(whole.inputs) == [*sources]):
        return None
    shapes = [operations[source].shape for source in sources]
    if whole.failed:
        shapes = shapes[:1] * len(shapes)  # shapes that do not fit; what was meant can be told
    candidates: Mapping[str, Callable[..., Array]] = SUMS if len(sources) == 2 else USUAL_FUNCTIONS
    for sizes in (SMALL, LARGE):
        values = _given_numbers(shapes, sizes)
        if values is None:
            return None
        received = _what_comes_out(operations, end, sources, values, members)
        if received is None:
            return None
        candidates = {
            name: function
            for name, function in candidates.items()
            if (sizes == LARGE and name in BOUNDED) or _same_result(received, function(*values))
        }
    name = next(iter(candidates), None)
    if name is None:
        return None
    if name in ("Add", "Identity"):
        return replace(whole, kind=name, settings={}, inputs=sources)
    return replace(whole, kind="Activation", settings={"function": name}, inputs=sources)


def _given_numbers(
    shapes: Sequence[tuple[int | None, ...] | None], sizes: Sequence[float]
) -> list[Array] | None:
    """Return numbers of both signs for tensors of these shapes; None where one is not known."""
    found = []
    for shape, wave in zip(shapes, PHASES, strict=False):
        if shape is None or len(shape) < 2 or not all(shape[1:]):
            return None
        sides = (len(sizes), *(min(side or 1, LONGEST_SIDE) for side in shape[1:]))
        steps = np.arange(prod(sides)).reshape(sides)
        each = np.reshape(sizes, (-1, *[1] * (len(sides) - 1)))
        found.append(np.sin(steps * steps * wave + wave) * each)
    return found


def _what_comes_out(
    operations: list[Operation],
    end: int,
    sources: tuple[int, ...],
    given: list[Array],
    members: set[int],
) -> Array | None:
    """Return what the members make of the numbers that their sources are given."""
    values = dict(zip(sources, given, strict=True))
    try:
        with np.errstate(all="ignore"):  # what is no number agrees with nothing
            for position in sorted(members):
                operation = operations[position]
                inputs = [values[source] for source in operation.inputs]
                found = elementwise(operation.kind, inputs, operation.settings)
                if found is None:
                    return None
                values[position] = found
    except (ValueError, TypeError, KeyError, IndexError, OverflowError):
        return None  # called in a way that it does not take
    return values[end]


def _same_result(received: Array, expected: Array) -> bool:
    same = received.shape == expected.shape
    return same and bool(np.allclose(received, expected, rtol=SAME_RESULT, atol=SAME_RESULT))


def _without_spent(
    operations: list[Operation], outputs: tuple[int, ...], spent: set[int]
) -> Network:
    """Return the network without those of the spent operations that nothing needs any more."""
    needed = set(outputs)
    for position in reversed(range(len(operations))):
        if position not in spent or position in needed:
            needed |= {position, *operations[position].inputs}
    place = {position: number for number, position in enumerate(sorted(needed))}
    kept = [
        replace(
            operations[position],
            inputs=tuple(place[source] for source in operations[position].inputs),
        )
        for position in sorted(needed)
    ]
    return Network(tuple(kept), tuple(place[output] for output in outputs))


GIVEN = "the given initializer"
RANDOM = "one that draws at random"  # what a block may choose that is given none
ALL_ALIKE = ("Constant", "Identity", "IdentityInitializer", "Ones", "Zeros")
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
        "compute_dtype": "float32",
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
        "compute_dtype": "float32",
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
        "compute_dtype": "float32",
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


def draws_at_random(initializer: Any) -> bool:
    """Return whether an initializer, as told here, gives each weight a start of its own."""
    return str(initializer).partition("(")[0] not in ALL_ALIKE


INITIALIZER_DEFAULTS = (
    ("RandomUniform", "minval", -0.05),
    ("RandomUniform", "maxval", 0.05),
    ("RandomNormal", "mean", 0.0),
    ("RandomNormal", "stddev", 0.05),
    ("TruncatedNormal", "mean", 0.0),
    ("TruncatedNormal", "stddev", 0.05),
    ("VarianceScaling", "scale", 1.0),
)


WHOLE_MAP: Mapping[str, Any] = {"pool_size": None}  # what a global pooling asks for
MapShape = tuple[int | None, ...]


def pooling_settings(asked: Mapping[str, Any], source: MapShape | None) -> dict[str, Any]:
    """Return the settings by which a pooling is told that takes in a map of shape `source`.

    `asked` holds `pool_size`, `strides` and `padding` as they were written; WHOLE_MAP stands for a
    global pooling.
    """
    size = source[1:3] if source and len(source) == 4 else (None, None)
    window = pair([*size]) if asked.get("pool_size") is None else pair(asked["pool_size"])
    strides = pair(asked.get("strides")) or window
    padding = str(asked.get("padding", "valid")).lower()
    if padding == "same" and not _pads(size, window, strides):
        padding = "valid"
    if padding == "valid" and _fits_once(size, window, strides):
        strides = window  # there is no step to take
    return {
        "pool_size": list(window) if window else asked.get("pool_size"),
        "strides": list(strides) if strides else asked.get("strides"),
        "padding": padding,
        "data_format": asked.get("data_format", "channels_last"),
    }


def pads_nothing(asked: Mapping[str, Any], source: MapShape | None) -> bool:
    """Return whether a pooling with padding "same" gives at this size what "valid" gives."""
    settings = pooling_settings(asked, source)
    return str(asked.get("padding")).lower() == "same" and settings["padding"] == "valid"


def in_place_of(own: Operation, reference: Operation) -> Operation:
    """Return a pooling as it would be told in the reference's place; others as they are."""
    if own.asked is None or reference.over is None or own.over == reference.over:
        return own
    return replace(own, settings=pooling_settings(own.asked, reference.over))


def pair(value: Any) -> tuple[int, int] | None:
    """Return both sides of a window or step, which may be given as one number; None for others."""
    if type(value) is int:
        return value, value
    if isinstance(value, list) and len(value) == 2 and all(type(side) is int for side in value):
        return value[0], value[1]
    return None


def _pads(size: MapShape, window: tuple[int, int] | None, strides: tuple[int, int] | None) -> bool:
    """Return whether padding "same" adds a border, or may do so."""
    if window == (1, 1):
        return False
    if window is None or strides is None:
        return True
    return any(
        side is None or step < 1 or (-(-side // step) - 1) * step + reach > side
        for side, reach, step in zip(size, window, strides, strict=True)
    )


def _fits_once(
    size: MapShape, window: tuple[int, int] | None, strides: tuple[int, int] | None
) -> bool:
    if window is None or strides is None:
        return False
    return all(
        side is not None and step > 0 and 0 <= side - reach < step
        for side, reach, step in zip(size, window, strides, strict=True)
    )


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
                **({"defaulted": [*operation.defaulted]} if operation.defaulted else {}),
            }
            for operation in network.operations
        ],
        "outputs": list(network.outputs),
    }


def network_from_data(data: Mapping[str, Any]) -> Network:
    """Return the network of a recording."""
    operations: list[Operation] = []
    for entry in data["operations"]:
        inputs = tuple(entry["inputs"])
        operations.append(
            Operation(
                kind=entry["kind"],
                settings={**_usual_settings(entry["kind"]), **entry["settings"]},
                inputs=inputs,
                shape=None if entry["shape"] is None else tuple(entry["shape"]),
                parameters=entry["parameters"],
                layer=entry["layer"],
                defaulted=tuple(entry.get("defaulted", ())),
                over=operations[inputs[0]].shape if entry["kind"] in POOLINGS else None,
            )
        )
    return Network(tuple(operations), tuple(data["outputs"]))


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


GRAPH_PARTS = ("main", "shortcut", "merge", "stem", "stage1", "stage2", "stage3", "stage4", "head")
MODES = ("training", "trainable")  # what decides whether a normalisation follows its caller
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


def has_roles(network: Network) -> bool:
    """Return whether the operations have names: in a network of blocks, or around one addition."""
    kinds = [operation.kind for operation in network.operations]
    return not {*BLOCK_KINDS}.isdisjoint(kinds) or kinds.count("Add") == 1


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


def telling_part(difference: Difference, parts: Collection[str], reference: Network) -> str:
    """Return the part that tells the difference; what has no case of its own is in its path."""
    attribute = difference.attribute
    if difference.kind == "shape" and "shape" in parts:
        return "shape"
    if attribute == "kernel_initializer" and "initializer" in parts:
        return "initializer"
    if attribute in MODES and "modes" in parts and difference.layer in normalisations(reference):
        return "modes"
    return part_of(difference.layer, [part for part in parts if part in GRAPH_PARTS])


def normalisations(reference: Network) -> set[str]:
    """Return the roles of the reference's normalisations."""
    return {
        role
        for position, role in name_roles(reference).items()
        if reference.operations[position].kind == "BatchNormalization"
    }


def idle_relus(network: Network) -> frozenset[int]:
    """Return the ReLUs, leaky or not, on what is never negative.

    They change no number. They stay in the network, because a ReLU that is wired to the wrong
    place may be one of them.
    """
    return frozenset(
        position
        for position in range(len(network.operations))
        if _keeps_what_is_positive(network, position)
        and any(is_never_negative(network, each) for each in network.operations[position].inputs)
    )


def is_never_negative(network: Network, position: int) -> bool:
    """Return whether an operation is a ReLU, a block (which ends in one), or a pooling of these."""
    operation = network.operations[position]
    while operation.kind in POOLINGS and operation.inputs:
        position = operation.inputs[0]
        operation = network.operations[position]
    return operation.kind in BLOCK_KINDS or _is_relu(network, position)


def _keeps_what_is_positive(network: Network, position: int) -> bool:
    operation = network.operations[position]
    function = str(operation.settings.get("function"))
    return operation.kind == "Activation" and (
        function == "relu" or function.startswith(("leaky_relu", "elu"))
    )


def _is_relu(network: Network, position: int) -> bool:
    operation = network.operations[position]
    return operation.kind == "Activation" and operation.settings["function"] == "relu"


CONTAINERS = (keras.layers.Layer, keras.Model, keras.Sequential)
SAME_BEHAVIOUR = frozenset(
    {"__init__", "get_config", "from_config", "__module__", "__doc__", "__qualname__"}
    | {"__annotations__", "__annotate__", "__annotate_func__", "__annotations_cache__"}
    | {"__dict__", "__weakref__", "__static_attributes__", "__firstlineno__"}
)


TENSORFLOW_NAMES = (  # where it stands in TensorFlow, and its name in keras.ops
    ("nn.relu", "relu"),
    ("nn.softmax", "softmax"),
    ("nn.sigmoid", "sigmoid"),
    ("nn.tanh", "tanh"),
    ("add", "add"),
    ("math.add", "add"),
    ("maximum", "maximum"),
    ("math.maximum", "maximum"),
    ("reduce_mean", "mean"),
    ("math.reduce_mean", "mean"),
)


class FollowsCaller:
    """Stands for a training flag that nobody has set; it refuses to be asked for its value."""

    def __bool__(self) -> bool:
        raise TypeError("What a layer does must not be decided while it is traced.")

    def __eq__(self, other: object) -> bool:
        return bool(self)

    __hash__ = object.__hash__


def is_kerass_own(kind: type) -> bool:
    """Return whether Keras itself defines the class under this name."""
    home = sys.modules.get(kind.__module__)
    known = kind.__module__.startswith("keras.src.") and home is not None
    return known and vars(home).get(kind.__name__) is kind


def nearest_keras_class(kind: type) -> type | None:
    """Return the first of the class's ancestors, itself included, that is Keras's own."""
    return next((each for each in kind.__mro__ if is_kerass_own(each)), None)


def keras_class(kind: type) -> type | None:
    """Return the Keras class that alone decides what the class does, None where there is none.

    A learner's subclass that changes nothing but how it is made does what its Keras class does.
    """
    base = nearest_keras_class(kind)
    return base if base is not None and not _overridden(kind, base) else None


def _overridden(kind: type, base: type) -> set[str]:
    """Return the names by which the learner's classes change what the Keras class does."""
    names: set[str] = set()
    for each in kind.__mro__[: kind.__mro__.index(base)]:
        names |= {name for name in vars(each) if name.startswith("__") or hasattr(base, name)}
    return names - SAME_BEHAVIOUR


def can_be_opened(layer: Any) -> bool:
    """Return whether the layer is a Lambda, or a class of the learner's with a `call` of its own.

    A subclass of a layer with weights, as Conv2D, that changes its `call` cannot be opened: what
    it computes with its weights has no layer to stand for it.
    """
    kind = type(layer)
    if kind is keras.layers.Lambda:
        return True
    base = nearest_keras_class(kind)
    if base is None or base is kind or "call" not in _overridden(kind, base):
        return False
    return base in CONTAINERS or base.__name__ == "Functional"


class InBothWorlds:
    """A function of TensorFlow that takes Keras tensors too."""

    def __init__(self, original: Any, for_keras: Any) -> None:
        self.original, self.for_keras = original, for_keras
        self.__name__ = str(getattr(original, "__name__", "function"))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        symbolic = any(isinstance(value, keras.KerasTensor) for value in args)
        return (self.for_keras if symbolic else self.original)(*args, **kwargs)


@contextlib.contextmanager
def tensorflow_on_keras_tensors() -> Iterator[None]:
    """Let the usual functions of TensorFlow take Keras tensors, for a while."""
    replaced: list[tuple[Any, str, Any]] = []
    for place, name in TENSORFLOW_NAMES:
        *path, last = place.split(".")
        module = sys.modules.get("tensorflow")
        for part in path:
            module = getattr(module, part, None)
        original = getattr(module, last, None)
        if original is not None:
            replaced.append((module, last, original))
            setattr(module, last, InBothWorlds(original, getattr(keras.ops, name)))
    try:
        yield
    finally:
        for module, last, original in reversed(replaced):
            setattr(module, last, original)


def call_opened(layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return what the layer's `call` gives for Keras tensors, so that its inner layers are seen.

    Raises whatever the code of the layer raises on symbolic tensors.
    """
    base = nearest_keras_class(type(layer)) or keras.layers.Layer
    if not layer.built and "build" in _overridden(type(layer), base):
        layer.build(_shapes(args[0]))
    parameters = inspect.signature(layer.call).parameters
    own = {**kwargs}
    if type(layer) is not keras.layers.Lambda and "training" in parameters:
        own.setdefault("training", FollowsCaller())
    with tensorflow_on_keras_tensors():
        return layer.call(*args, **own)


def without_follower(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the keyword arguments without a training flag that only follows its caller."""
    return {name: value for name, value in kwargs.items() if not isinstance(value, FollowsCaller)}


def _shapes(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_shapes(entry) for entry in value]
    return tuple(value.shape)


NOT_CONNECTED = "An output of the model is not connected to its input."
MERGING_LAYERS = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate")
MERGING_OPS = (*MERGING_LAYERS, "Divide", "TrueDivide", "Power")
WINDOWS = {  # which setting of a layer has to fit into its map
    "Conv2D": "kernel_size",
    "MaxPooling2D": "pool_size",
    "AveragePooling2D": "pool_size",
}
MAPS = (*WINDOWS, "ZeroPadding2D", "GlobalAveragePooling2D", "GlobalMaxPooling2D", "BlockCall")


@dataclass(frozen=True)
class Attempt:
    """A call of a layer or an operation that raised."""

    operation: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    error: BaseException


@dataclass
class Recording:
    """What Keras built while the recorder was open, in order."""

    forgiving: bool = False
    made: list[Any] = field(default_factory=list)  # Keras nodes
    assumed: list[Any] = field(default_factory=list)  # those of them whose call raised
    attempt: Attempt | None = None  # the last call that raised, and was not gone past

    def failed(self, attempt: Attempt) -> Any:
        """Return the tensor that the call may have given; raise its error where none can be told.

        Only a forgiving recorder goes past a call that raised.
        """
        shape = assumed_shape(attempt) if self.forgiving else None
        if shape is None:
            self.attempt = attempt
            raise attempt.error
        tensor = keras.KerasTensor(shape, dtype="float32")
        KerasNode(
            operation=attempt.operation,
            call_args=attempt.args,
            call_kwargs=attempt.kwargs,
            outputs=tensor,
        )
        self.assumed.append(self.made[-1])
        return tensor

    def behind(self, error: BaseException | None) -> Attempt | None:
        """Return the call from which an exception came, None where it came from elsewhere."""
        seen: set[int] = set()  # a learner may raise exceptions that cause each other
        while error is not None and id(error) not in seen:
            if self.attempt is not None and error is self.attempt.error:
                return self.attempt
            seen.add(id(error))
            error = error.__cause__ or error.__context__
        return None


def assumed_shape(attempt: Attempt) -> tuple[int | None, ...] | None:
    """Return a shape with which to go on after shapes that do not fit, None for other failures.

    Tensors that cannot be merged give the first one's shape, and so does a tensor that is no
    map; a window that is larger than the map gives a map of one pixel.
    """
    name = type(attempt.operation).__name__
    shapes = [tuple(tensor.shape) for tensor in symbolic_leaves((attempt.args, attempt.kwargs))]
    is_layer = isinstance(attempt.operation, keras.layers.Layer)
    if name in (MERGING_LAYERS if is_layer else MERGING_OPS):
        return shapes[0] if len(shapes) > 1 and len(set(shapes)) > 1 else None
    if not is_layer or name not in MAPS or len(shapes) != 1:
        return None
    if len(shapes[0]) != 4:
        return shapes[0]
    channels = getattr(attempt.operation, "filters", shapes[0][3])
    return (shapes[0][0], 1, 1, channels) if name in WINDOWS else None


@contextlib.contextmanager
def recording(forgiving: bool = False) -> Iterator[Recording]:
    """Record every symbolic Keras call made inside the `with` block.

    A layer of the learner's own is opened: its inner layers are recorded in its place, where
    they can be told. A `forgiving` recorder goes on after tensors that cannot be merged. Keras
    is restored on leaving, whatever happens inside.
    """
    record = Recording(forgiving)
    operation_class = keras.Operation
    make_node, call_layer = KerasNode.__init__, keras.layers.Layer.__call__
    call_operation, make_model = operation_class.symbolic_call, Functional.__init__
    compile_model, make_optimizer = Trainer.compile, BaseOptimizer.__init__

    @functools.wraps(make_node)
    def remember_node(node: Any, *args: Any, **kwargs: Any) -> None:
        _refuse_empty(kwargs.get("outputs"))
        make_node(node, *args, **kwargs)
        record.made.append(node)

    @functools.wraps(call_operation)
    def remember_operation(operation: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(operation, keras.layers.Layer):
            return call_operation(operation, *args, **kwargs)
        try:
            return call_operation(operation, *args, **kwargs)
        except Exception as error:
            return record.failed(Attempt(operation, args, kwargs, error))

    @functools.wraps(call_layer)
    def remember_layer(layer: Any, *args: Any, **kwargs: Any) -> Any:
        kwargs = without_follower(kwargs)
        _refuse_made_wrong(layer)
        if can_be_opened(layer) and symbolic_leaves(args):
            return _open(record, layer, args, kwargs, call_layer)
        before = len(record.made)
        try:
            return call_layer(layer, *args, **kwargs)
        except Exception as error:
            if type(layer) is keras.Sequential and len(args) == 1 and not kwargs:
                record.made[before:] = []
                return _one_by_one(layer, args[0])
            return record.failed(Attempt(layer, args, kwargs, error))

    @functools.wraps(make_model)
    def refuse_disconnected(model: Any, *args: Any, **kwargs: Any) -> None:
        make_model(model, *args, **kwargs)
        if not _connected(model.inputs, model.outputs):
            raise ValueError(NOT_CONNECTED)

    # Variables for training have no place where no weights are made.
    def leave_uncompiled(*_: Any, **__: Any) -> None: ...

    def leave_empty(optimizer: Any, *_: Any, **__: Any) -> None:
        optimizer._lock = False  # by which Keras knows that this was called

    KerasNode.__init__, Functional.__init__ = remember_node, refuse_disconnected
    Trainer.compile, BaseOptimizer.__init__ = leave_uncompiled, leave_empty
    operation_class.symbolic_call = remember_operation
    keras.layers.Layer.__call__ = remember_layer
    try:
        yield record
    finally:
        KerasNode.__init__, Functional.__init__ = make_node, make_model
        Trainer.compile, BaseOptimizer.__init__ = compile_model, make_optimizer
        operation_class.symbolic_call = call_operation
        keras.layers.Layer.__call__ = call_layer


def _one_by_one(layers: Any, tensor: Any) -> Any:
    """Call the layers of a Sequential that cannot be called as one, up to the one that raises."""
    for layer in layers.layers:
        tensor = layer(tensor)
    return tensor


def _open(record: Recording, layer: Any, args: Any, kwargs: Any, call_layer: Any) -> Any:
    """Call what is inside the layer; where it cannot be told, the layer as one."""
    before, attempt = len(record.made), record.attempt
    try:
        outputs = call_opened(layer, args, kwargs)
        if symbolic_leaves(outputs):
            return outputs
    except Exception as error:  # a learner's code may raise anything
        found = record.behind(error)
        if found is not None and assumed_shape(found) is not None:
            raise
    inside, record.made[before:] = record.made[before:], []
    inner_attempt, record.attempt = record.attempt, attempt
    try:
        with warnings.catch_warnings(action="ignore"):  # Keras warns that the layer cannot be told
            return call_layer(layer, *args, **kwargs)
    except Exception as error:
        record.made[before:] = inside
        inner = None if inner_attempt is attempt else inner_attempt
        record.attempt = replace(inner or Attempt(layer, args, kwargs, error), error=error)
        raise


def _refuse_made_wrong(layer: Any) -> None:
    """Raise for what newer releases of Keras refuse when a layer is made, and older ones do not."""
    units = getattr(layer, "units", None)
    if type(layer) is keras.layers.Dense and not (isinstance(units, int) and units > 0):
        raise ValueError(
            "Received an invalid value for `units`, expected a positive integer. "
            f"Received: units={units}"
        )
    shape = getattr(layer, "target_shape", None)
    if type(layer) is keras.layers.Reshape and shape is not None and shape.count(-1) > 1:
        raise ValueError(
            "There must be at most one unknown dimension (-1) in `target_shape`. "
            f"Received: target_shape={shape}."
        )


def _refuse_empty(outputs: Any) -> None:
    """Raise for a map without pixels, as newer releases of Keras do and older ones do not."""
    for tensor in symbolic_leaves(outputs):
        if 0 in tensor.shape:
            raise ValueError("Computed output size would be zero or negative.")


def _connected(inputs: list[Any], outputs: list[Any]) -> bool:
    """Return whether the outputs come from these inputs alone; older releases do not ask."""
    seen = {id(tensor) for tensor in inputs}
    stack = list(outputs)
    while stack:
        tensor = stack.pop()
        if id(tensor) not in seen:
            seen.add(id(tensor))
            node = node_of(tensor)
            if node is None or node.is_input:
                return False
            stack.extend(node.arguments.keras_tensors)
    return True


def node_of(tensor: Any) -> Any:
    """Return the Keras node that made a tensor, None where there is none."""
    history = getattr(tensor, "_keras_history", None)
    if history is None or history.operation is None:
        return None
    return history.operation._inbound_nodes[history.node_index]


def symbolic_leaves(value: Any) -> list[Any]:
    """Return the Keras tensors in nested lists, tuples and tables."""
    return [leaf for leaf in leaves(value) if isinstance(leaf, keras.KerasTensor)]


def leaves(value: Any) -> Iterator[Any]:
    """Yield what stands in nested lists, tuples and tables."""
    if isinstance(value, dict):
        for entry in value.values():
            yield from leaves(entry)
    elif isinstance(value, (list, tuple)):
        for entry in value:
            yield from leaves(entry)
    else:
        yield value


LONGEST_MESSAGE = 10_000  # characters of an exception that are looked at
UNKNOWN_KEYWORD = r"\2 got an unexpected keyword argument \1"
UNSTEADY = (  # what differs between releases of Keras or Python, or from process to process
    (re.compile(r"\x1b\[[0-9;]*m"), ""),
    (re.compile(r"\n\nArguments received by.*", re.DOTALL), ""),
    (re.compile(r"^Exception encountered when calling [\w.]+\(\)\.\s+"), ""),
    (
        re.compile(r"^Could not automatically infer the output shape.*?encountered:\s+", re.DOTALL),
        "",
    ),
    (re.compile(r"<(KerasTensor) shape=(\([^)]*\))[^>]*>", re.IGNORECASE), r"<\1 shape=\2>"),
    (re.compile(r"(A KerasTensor cannot be used .*? function\.).*", re.DOTALL), r"\1"),
    (re.compile(r"(?<=Found invalid )entry\b"), "dimension"),
    (re.compile(r"(?<=\(-1\) in )`?target_shape`?"), "`target_shape`"),
    (re.compile(r"\bRecieved\b"), "Received"),
    (re.compile(r"<(\w+) name=\w+[^>]*>"), r"<\1>"),
    (re.compile(r" (?:for|of) layer (['\"])[\w/]+\1"), ""),
    (re.compile(r" with name 'None'"), ""),
    (re.compile(r" at 0x[0-9a-f]+"), ""),
    (re.compile(r" \((?:/|[A-Z]:\\|unknown location)[^)]*\)"), ""),
    (re.compile(r"\bkeras(?:\.api)?\._tf_keras\.keras\b"), "tensorflow.keras"),
    (re.compile(r"\bkeras\.api\b"), "keras"),
    (re.compile(r"^Output with path `.*` is not connected to `inputs`$"), NOT_CONNECTED),
    (re.compile(r"^('\w+') is an invalid keyword argument for (\w+\(\))$"), UNKNOWN_KEYWORD),
    (re.compile(r"(unexpected keyword argument '\w+')\. Did you mean '\w+'\?$"), r"\1"),
    (re.compile(r"^(max|min)\(\) arg is an empty sequence$"), r"\1() iterable argument is empty"),
)
SET_OF_NAMES = re.compile(r"\{('[^'{}]*'(?:, '[^'{}]*')+)\}")


def steady(message: str) -> str:
    """Return the message of an exception without names, addresses and orders that change."""
    for pattern, text in UNSTEADY:
        message = pattern.sub(text, message)
    return SET_OF_NAMES.sub(_in_order_of_names, message).strip()


def _in_order_of_names(found: re.Match[str]) -> str:
    return "{" + ", ".join(sorted(found[1].split(", "))) + "}"


def say_steadily(error: BaseException, graph: Graph | None = None) -> None:
    """Let the exception say why the call failed that is marked in `graph`, else what it says.

    Type and traceback stay; an exception whose text cannot be set keeps it.
    """
    said = str(error)[:LONGEST_MESSAGE]
    reason = failure(graph) if graph is not None else None
    wanted, before = reason or steady(said), error.args
    if wanted != said:
        error.args = (wanted,)
        if str(error) != wanted:
            error.args = before


def failure(graph: Graph) -> str | None:
    """Return why the first failed call of the graph failed; None where shapes do not tell."""
    node = next((node for node in graph.nodes if node.failed), None)
    if node is None:
        return None
    name = str(node.config.get("block")) if node.op == "block" else node.op.removeprefix("ops.")
    shapes = [graph.nodes[source].shape for source in node.inputs]
    if name in MERGING_LAYERS or name in MERGING_OPS:
        return _merging(name, shapes)
    if len(shapes) != 1 or shapes[0] is None:
        return None
    given = f"{name} was given a tensor of the shape {shapes[0]}"
    needs = _need(name, node, shapes[0])
    return f"{given}; {needs}." if needs else None


def _merging(name: str, shapes: list[Any]) -> str | None:
    if len(shapes) == 1:
        return f"{name} was given a single tensor; it needs a list of two."
    if len(set(shapes)) < 2:
        return None
    *others, last = map(str, shapes)
    equal = "they must be equal"
    if name == "Concatenate":
        equal += " but for the axis along which they are joined"
    return f"{name} was given tensors of the shapes {', '.join(others)} and {last}; {equal}."


def _need(name: str, node: Node, shape: tuple[int | None, ...]) -> str | None:
    """Return what an operation needs that a tensor of this shape has not."""
    if name in MAPS or node.op == "block":
        if len(shape) != 4:
            return "it needs four axes: images, height, width, channels"
        window = node.config.get(WINDOWS.get(name, ""))
        sides = window if isinstance(window, list) else []
        if any(side > (size or side) for side, size in zip(sides, shape[1:3], strict=False)):
            return f"its window of {tuple(sides)} has to fit into height and width"
    axis = node.config.get("axis")
    if name == "BatchNormalization" and type(axis) is int and not -len(shape) <= axis < len(shape):
        return f"that has no axis {axis}"
    if name == "Reshape":
        return f"it cannot be made {tuple(node.config.get('target_shape') or ())}"
    return None


IGNORED_SETTINGS = frozenset(
    {"name", "batch_shape", "build_config"}
    | {"function"}  # of a Lambda: bytecode, which differs from one Python to the next
)
LONGEST_TEXT = 200
LONGEST_LIST = 64
FLOAT = "float32"  # what layers compute in, unless they are told otherwise
KNOWN_ACTIVATIONS = ("relu", "softmax", "linear", "sigmoid", "tanh")


def graph_of(record: Recording, outputs: list[Any], error: BaseException | None = None) -> Graph:
    """Return the recorded graph with the nodes of `outputs` (Keras tensors) as its outputs.

    Nested models are written out. Nodes that no output needs are kept: they tell what was
    thrown away. The call from which `error` came is the last node.
    """
    writer = _Writer(assumed=frozenset(map(id, record.assumed)))
    nested = _inside_nested_models(record.made)
    for made in record.made:
        if id(made) not in nested:
            writer.write(made)
    attempt = record.behind(error)
    if attempt is not None:
        writer.write_attempt(attempt)
    positions = [writer.position(tensor) for tensor in outputs]
    return Graph(tuple(writer.nodes), tuple(p for p in positions if p is not None))


def graph_of_model(model: Any) -> Graph:
    """Return the graph of a functional Keras model, nested models written out."""
    writer = _Writer()
    inner = inner_model(model) or model
    for tensor in inner.outputs:
        writer.write_history(tensor)
    return Graph(tuple(writer.nodes), tuple(writer.position(t) or 0 for t in inner.outputs))


def _inside_nested_models(made: list[Any]) -> set[int]:
    """Return the ids of nodes that belong to a model which is itself called as a layer."""
    inside: set[int] = set()
    calls = []
    for node in made:
        inner = inner_model(node.operation)
        if inner is not None:
            inside.update(id(inner_node) for inner_node in _history(inner.outputs))
            calls.append(node)
    # A model may be called on the very input that it was made with, which then lies outside too.
    given = [
        node_of(tensor) for call in calls if id(call) not in inside for tensor in _tensors(call)
    ]
    return inside - {id(node) for node in given if node is not None and node.is_input}


def inner_model(operation: Any) -> Any:
    """Return the functional graph behind a model, None for a layer and for any other model."""
    inner = getattr(operation, "_functional", None) or operation
    if not isinstance(inner, keras.Model) or not getattr(inner, "outputs", None):
        return None
    return None if can_be_opened(operation) else inner


def _history(tensors: list[Any]) -> list[Any]:
    """Return the Keras nodes behind `tensors`, inputs before what uses them."""
    ordered: list[Any] = []
    seen: set[int] = set()
    stack: list[tuple[Any, bool]] = [(node_of(tensor), False) for tensor in reversed(tensors)]
    while stack:
        node, ready = stack.pop()
        if node is None or (id(node) in seen and not ready):
            continue
        if ready:
            ordered.append(node)
            continue
        seen.add(id(node))
        stack.append((node, True))
        stack.extend((node_of(tensor), False) for tensor in reversed(_tensors(node)))
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
    assumed: frozenset[int] = frozenset()  # ids of Keras nodes whose call raised
    training: Any = None  # the flag with which the nested model is called that is written

    def position(self, tensor: Any) -> int | None:
        return self.positions.get(id(tensor))

    def write_history(self, tensor: Any) -> None:
        for node in _history([tensor]):
            if node.outputs and self.position(node.outputs[0]) is None:
                self.write(node)

    def write(self, node: Any) -> None:
        inner = inner_model(node.operation)
        if inner is not None:
            self._write_nested(node, inner)
            return
        constants = _constants(node.arguments.args, node.arguments.kwargs)
        if self.training is not None and _follows_training(node.operation):
            constants.setdefault("training", self.training)
        position = self._append(
            node.operation,
            _tensors(node),
            constants,
            node.outputs[0] if node.outputs else None,
            failed=id(node) in self.assumed,
        )
        for tensor in node.outputs:
            self._bind(tensor, position)

    def write_attempt(self, attempt: Attempt) -> None:
        tensors = symbolic_leaves((attempt.args, attempt.kwargs))
        if not tensors or any(self.position(tensor) is None for tensor in tensors):
            return
        constants = _constants(attempt.args, attempt.kwargs)
        self._append(attempt.operation, tensors, constants, None, failed=True)

    def _write_nested(self, node: Any, inner: Any) -> None:
        outside, flag = dict(self.positions), self.training
        given_flag = node.arguments.kwargs.get("training")
        self.training = flag if given_flag is None else plain(given_flag)
        for own, given in zip(inner.inputs, _tensors(node), strict=False):
            if (position := outside.get(id(given))) is not None:
                self._bind(own, position)
        for step in _history(inner.outputs):
            if not step.is_input:
                self.write(step)
        results = [self.position(tensor) for tensor in inner.outputs]
        self.positions, self.training = outside, flag
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


def _follows_training(operation: Any) -> bool:
    """Return whether a layer does something else in training, or stands for a block that does."""
    if hasattr(type(operation), "reskit_block"):
        return True
    call = getattr(operation, "call", None)
    return callable(call) and "training" in inspect.signature(call).parameters


def _operation_name(operation: Any) -> str:
    """Return the class name; "ops.Name" for keras.ops, "custom.Name" for what is not Keras's."""
    kind = type(operation)
    if hasattr(kind, "reskit_block"):
        return str(kind.reskit_block)
    known = keras_class(kind)
    if known is None:
        return f"custom.{kind.__name__}"
    return known.__name__ if isinstance(operation, keras.layers.Layer) else f"ops.{known.__name__}"


def _settings(operation: Any) -> dict[str, Any]:
    if hasattr(operation, "reskit_settings"):
        return {name: plain(value) for name, value in operation.reskit_settings.items()}
    if isinstance(operation, keras.layers.Layer):
        kind: Any = keras_class(type(operation)) or type(operation)
        config = _config(operation, kind)
        for name in ("activation", "recurrent_activation"):
            if callable(getattr(operation, name, None)):
                config[name] = activation_name(getattr(operation, name), _rank(operation))
        dtype = config.pop("dtype", None)
        if isinstance(operation, keras.layers.InputLayer) and not _is_float(dtype):
            config["kind_of_numbers"] = dtype
        if getattr(operation, "compute_dtype", FLOAT) != FLOAT:
            config["compute_dtype"] = operation.compute_dtype
    else:
        config = {name: value for name, value in vars(operation).items() if name[0] != "_"}
    settings = {
        name: plain(value) for name, value in config.items() if name not in IGNORED_SETTINGS
    }
    return {**settings, **_chosen_name(operation)}


def _is_float(dtype: Any) -> bool:
    """Return whether an input of this kind is made what the layers compute in, or is so already."""
    return "float" in str(dtype)


def _config(layer: Any, kind: Any) -> dict[str, Any]:
    """Return the configuration of a layer as its class has it, an empty one where it has none.

    Keras cannot write down every function that a learner gives to a layer; it is told otherwise.
    """
    function = getattr(layer, "activation", None)
    try:
        with warnings.catch_warnings(action="ignore"):  # Keras warns of a lambda
            return dict(kind.get_config(layer))
    except Exception:  # a custom class may raise anything here
        if not callable(function):
            return {}
    try:
        layer.activation = keras.activations.linear
        return dict(kind.get_config(layer))
    except Exception:  # the same
        return {}
    finally:
        with contextlib.suppress(Exception):  # the same
            layer.activation = function


def _rank(operation: Any) -> int:
    """Return the rank of what a layer takes in, as far as it was called."""
    for node in getattr(operation, "_inbound_nodes", ()):
        for tensor in _tensors(node):
            return len(tensor.shape)
    return 2


def _chosen_name(operation: Any) -> dict[str, Any]:
    """Return {"name": …} for a layer whose name is not one that Keras makes."""
    name = str(getattr(operation, "name", ""))
    by_class = re.escape(to_snake_case(type(operation).__name__))
    made = re.fullmatch(rf"{by_class}(_\d+)?|keras_tensor(_\d+)?CLONE", name)
    is_layer = isinstance(operation, keras.layers.Layer)
    return {"name": plain(name)} if is_layer and not made else {}


def _parameters(operation: Any) -> int:
    weights = getattr(operation, "weights", None) or []
    total = 0
    for weight in weights:
        size = 1
        for side in getattr(weight, "shape", ()):
            size *= int(side)
        total += size
    return total


def activation_name(function: Callable[..., Any], rank: int = 2) -> str:
    """Return "relu" for Keras's or TensorFlow's relu, and for a function that computes the same.

    Others are called "custom.name". `rank` is that of the tensors that it is applied to.
    """
    if isinstance(function, InBothWorlds):
        function = function.original
    name = str(getattr(function, "__name__", type(function).__name__))
    tensorflow = sys.modules.get("tensorflow")
    modules = [keras.activations, keras.ops, *([tensorflow.nn, tensorflow] if tensorflow else [])]
    known = {*KNOWN_ACTIVATIONS, name}
    for each in sorted(known):
        if any(function is getattr(module, each, None) for module in modules):
            return each
    return _told_by_numbers(function, rank) or f"custom.{name}"


def _told_by_numbers(function: Callable[..., Any], rank: int) -> str | None:
    """Return which of the usual activations a learner's own function is, None for none of them."""
    size = 3 ** (rank - 1) * 4
    steps = np.arange(size, dtype="float32").reshape(*[3] * (rank - 1), 4)
    values = np.sin(steps * steps + 1) * np.array(
        [0.5, 3, 9, 30], "float32"
    )  # both signs, small and large
    try:
        with tensorflow_on_keras_tensors():
            received = np.array(function(keras.ops.convert_to_tensor(values)))
    except Exception:  # a learner's function may raise anything
        return None
    for name in KNOWN_ACTIVATIONS:
        expected = np.array(getattr(keras.activations, name)(values))
        if received.shape == expected.shape and np.allclose(received, expected, 1e-5, 1e-6):
            return name
    return None


def _constants(args: Any, kwargs: Any) -> dict[str, Any]:
    """Return what else a call was given: numbers beside its tensors, a fixed training flag."""
    constants: dict[str, Any] = {}
    given = [leaf for leaf in leaves(args) if isinstance(leaf, (int, float, keras.KerasTensor))]
    if any(isinstance(leaf, (int, float)) for leaf in given):
        constants["arguments"] = [
            TENSOR if isinstance(leaf, keras.KerasTensor) else plain(leaf) for leaf in given
        ]
    for name, value in (kwargs or {}).items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            constants[name] = plain(value)
    training = (kwargs or {}).get("training")
    if training is not None:
        constants["training"] = plain(training)
    return constants


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
    if isinstance(value, np.ndarray):
        value = value.tolist() if value.size <= LONGEST_LIST else f"<{value.shape} ndarray>"
    if isinstance(value, (list, tuple)):
        return [plain(entry, depth + 1) for entry in value[:LONGEST_LIST]]
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
            if name != "name" and (name != "seed" or isinstance(entry, (int, str)))
        }
        return {"class": str(value["class_name"]), **settings}
    return {str(name)[:80]: plain(entry, depth + 1) for name, entry in list(value.items())[:64]}


def _initializer(value: Any) -> Any:
    return plain({"class_name": type(value).__name__, "config": value.get_config()})


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


BLOCK_ORDER = ("X", "f", "filters", "s")  # what the positions mean, whatever the names are
NETWORK_ORDER = ("input_shape", "classes")
PLACEHOLDERS: Mapping[str, Any] = {"stage": 2, "block": "a"}  # parameters of an older form
OTHER_NAMES = {  # that parameters often have, and what they mean
    "input_tensor": "X",
    "kernel_size": "f",
    "stride": "s",
    "strides": "s",
    "init": "initializer",
    "kernel_initializer": "initializer",
    "num_classes": "classes",
    "n_classes": "classes",
}


def is_block(arguments: Mapping[str, Any]) -> bool:
    """Return whether the manifest's `arguments` are those of a block, which takes in a tensor.

    A network is asked for with what its input and its result are, and with nothing else.
    """
    return not {*arguments} <= {*NETWORK_ORDER, "training"}


def meanings_of(function: Callable[..., Any], order: tuple[str, ...]) -> dict[str, str]:
    """Return {parameter name: what it means}; a name of one's own means what its place means.

    Parameters of an older form, as `stage`, take no place.
    """
    names = [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    known = {*order, *PLACEHOLDERS, "training", "initializer"}
    taken = set(names) & known
    placed = [name for name in names if name not in PLACEHOLDERS]
    meanings = {}
    for name in names:
        other = OTHER_NAMES.get(name)
        place = placed.index(name) if name in placed else len(order)
        at_place = order[place] if place < len(order) else name
        means = other if other in known - taken else at_place
        free = name not in known and means not in taken
        meanings[name] = means if free else name
        taken.add(meanings[name])
    return meanings


def call_function(function: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """Call `function` with those of the `given` values that its signature takes.

    `given` names values by their meaning: X, f, filters, s, initializer, training, input_shape,
    classes. Older forms of the blocks have `stage, block` or `training`, or no `initializer`.
    """
    order = BLOCK_ORDER if "X" in given else NETWORK_ORDER
    values = {**PLACEHOLDERS, **given}
    parameters = inspect.signature(function).parameters
    meanings = meanings_of(function, order)
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


def takes_initializer(function: Callable[..., Any]) -> bool:
    """Return whether a caller can choose the function's initializer."""
    kinds = {parameter.kind for parameter in inspect.signature(function).parameters.values()}
    named = "initializer" in meanings_of(function, BLOCK_ORDER).values()
    return named or inspect.Parameter.VAR_KEYWORD in kinds


NO_TENSOR = (
    "{block} is given None in the place of a tensor: is a placeholder left, or does a helper "
    "return nothing?"
)


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

    if function is None or not callable(function) or not _names_its_input(function):
        function = contract_form
    signature = inspect.signature(function)
    meanings = meanings_of(function, BLOCK_ORDER)

    def block_call(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        passed = {meanings.get(name, name) for name in bound.arguments}
        bound.apply_defaults()
        values = {meanings.get(name, name): value for name, value in bound.arguments.items()}
        settings = {"f": values.get("f", UNASKED), "filters": _as_list(values.get("filters"))}
        if block == "convolutional_block":
            settings["s"] = values.get("s", 2)
        if "initializer" in passed and (other := other_initializer(values.get("initializer"))):
            settings["initializer"] = other
        settings["defaulted"] = [name for name in settings if name in values and name not in passed]
        if values["X"] is None:
            raise TypeError(NO_TENSOR.format(block=block))
        return BlockCall(block, settings)(values["X"])

    block_call.__name__ = block
    return block_call


def other_initializer(given: Any) -> str | None:
    """Return the name of an initializer, None for one that the course's blocks have by default."""
    made = given
    if callable(given) and not isinstance(given, (type, keras.initializers.Initializer)):
        with contextlib.suppress(Exception):  # a learner's function may raise anything
            made = given(seed=0)
    name = initializer_name(made)
    return None if name in COURSE_INITIALIZERS.values() else name


def initializer_name(given: Any) -> str:
    """Return the name of an initializer: of its class, or of what a learner gave instead."""
    if isinstance(given, str):
        with contextlib.suppress(ValueError):  # no initializer has this name
            given = keras.initializers.get(given)
    kind = given if isinstance(given, type) else type(given)
    if is_kerass_own(kind) or isinstance(given, keras.initializers.Initializer):
        return kind.__name__[:80]
    return str(getattr(given, "__name__", given))[:80]


def _names_its_input(function: Callable[..., Any]) -> bool:
    """Return whether a signature says what is what; that of a plain decorator takes anything."""
    anything = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    try:
        kinds = [each.kind for each in inspect.signature(function).parameters.values()]
        named = {*meanings_of(function, BLOCK_ORDER).values()}
        if any(kind in anything for kind in kinds):
            return named >= {"X", "f", "filters"}
        return "X" in named
    except BaseException:  # it has no signature, or raises what it likes when it is asked
        return False


def _as_list(value: Any) -> Any:
    """Return a list of plain numbers for a list, a tuple or an array; others as they are."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    return list(value) if isinstance(value, (list, tuple)) else value


@contextlib.contextmanager
def blocks_stood_in(function: Callable[..., Any]) -> Iterator[None]:
    """Let `function` see stand-ins under the names of the two blocks, for a while."""
    scope = getattr(function, "__globals__", None)
    if scope is None:
        yield
        return
    missing = object()
    before = {name: scope.get(name, missing) for name in BLOCK_KINDS}
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


class GivenInitializer(keras.initializers.Initializer):  # type: ignore[misc]  # keras is untyped
    """The initializer that a caller passes to a block; it takes any argument."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__()
        self.seed = settings.get("seed", args[0] if args else None)

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """Return zeros; a recorded layer never draws its weights."""
        return keras.ops.zeros(shape, dtype=dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the seed alone: which initializer it is says all."""
        return {"seed": self.seed}


@dataclass(frozen=True)
class Built:
    """What one call of a learner's function left behind."""

    graph: Graph
    returned: str  # "tensor", "model", "NoneType" or another type's name
    error: BaseException | None  # what it raised; the graph then holds what was built until there
    training: bool | None  # the training flag that was passed, None where it takes none
    takes_initializer: bool  # a network needs none: its caller does not choose one
    default_initializer: str | None = None  # of the parameter, where it is not the course's

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what was met and is not judged."""
        return unjudged(
            self.graph,
            self.default_initializer,
            chooses_initializer=not self.takes_initializer,
        )


@dataclass(frozen=True)
class _Run:
    """One run of a function under the recorder."""

    graph: Graph
    returned: str
    error: BaseException | None
    stopped_for_shapes: bool


def build(
    exercise: str,
    function: Callable[..., Any],
    arguments: Mapping[str, Any],
) -> Built:
    """Call `function` with the manifest's `arguments` and return what it built.

    `input_shape` has no batch axis; a block is called on an input of that shape, with a marked
    initializer, and a network with stand-ins for its blocks.

    When the call raised because shapes did not fit, the function is called a second time, past
    that place, and the graph goes on as far as that went. What was returned and raised is told
    of the first call alone.
    """
    run = _run(function, arguments)
    graph = run.graph
    if run.stopped_for_shapes:
        with contextlib.redirect_stdout(io.StringIO()):
            again = _run(function, arguments, forgiving=True)
        if _goes_on(graph, again.graph):
            graph = again.graph
    return Built(
        graph=graph,
        returned=run.returned,
        error=run.error,
        training=_training(arguments) if takes_training(function) else None,
        takes_initializer=takes_initializer(function) or not is_block(arguments),
        default_initializer=_other_initializer(exercise, function),
    )


def _run(
    function: Callable[..., Any],
    arguments: Mapping[str, Any],
    forgiving: bool = False,
) -> _Run:
    given = {name: _fresh(name, value) for name, value in arguments.items()}
    given["training"] = _training(arguments)
    returned: Any = None
    error: BaseException | None = None
    with recording(forgiving) as record, contextlib.ExitStack() as stack:
        try:
            if is_block(arguments):
                given["X"] = keras.Input(given.pop("input_shape"))
                given["initializer"] = GivenInitializer
            else:
                stack.enter_context(blocks_stood_in(function))
            returned = call_function(function, given)
            outputs, kind = _outputs(returned, function, given)
        except (Exception, SystemExit) as raised:
            error = raised
            outputs, kind = [], type(returned).__name__
    graph = graph_of(record, outputs, error)
    if error is not None:
        say_steadily(error, graph)
    attempt = record.behind(error)
    stopped_for_shapes = attempt is not None and assumed_shape(attempt) is not None
    return _Run(graph, kind, error, stopped_for_shapes)


def _training(arguments: Mapping[str, Any]) -> Any:
    return arguments.get("training", True)


def _goes_on(first: Graph, second: Graph) -> bool:
    """Return whether the second graph begins as the first did, up to the call that raised."""
    begun = [(node.op, node.inputs) for node in first.nodes]
    return [(node.op, node.inputs) for node in second.nodes[: len(begun)]] == begun


def _fresh(name: str, value: Any) -> Any:
    """Return a copy, so that a function which changes its arguments changes only its own."""
    if isinstance(value, (list, tuple)):
        return tuple(value) if name == "input_shape" else list(value)
    return value


def _outputs(
    returned: Any, function: Callable[..., Any], given: Mapping[str, Any]
) -> tuple[list[Any], str]:
    """Return the symbolic tensors that a result stands for, and what kind of result it is.

    A model that is not made of Keras tensors is called on an input of the shape asked for.
    """
    if isinstance(returned, keras.KerasTensor):
        return [returned], "tensor"
    if not isinstance(returned, keras.Model):
        return [], type(returned).__name__
    inner = inner_model(returned)
    if inner is not None:
        inputs = len(inner.inputs)
        return list(inner.outputs), "model" if inputs == 1 else f"model with {inputs} inputs"
    shape = given.get("input_shape", _default_shape(function))
    return symbolic_leaves(returned(keras.Input(shape))), "model"


def _default_shape(function: Callable[..., Any]) -> Any:
    meanings = meanings_of(function, NETWORK_ORDER)
    for name, parameter in inspect.signature(function).parameters.items():
        if meanings.get(name) == "input_shape":
            return parameter.default
    return None


def _other_initializer(exercise: str, function: Callable[..., Any]) -> str | None:
    """Return the name of the default initializer of a block, None where it is the course's."""
    meanings = meanings_of(function, BLOCK_ORDER)
    for name, parameter in inspect.signature(function).parameters.items():
        default = parameter.default
        if meanings.get(name) != "initializer" or default is inspect.Parameter.empty:
            continue
        name = initializer_name(default)
        return None if name == COURSE_INITIALIZERS.get(exercise, name) else name
    return None


NO_BORDER = ([[0, 0], [0, 0]], [0, 0], 0)


def null_steps_left_out(network: Network, wanted: Network) -> Network:
    """Return the network without steps that change nothing, but for kinds of which it lacks one."""
    null = {
        position
        for position, operation in enumerate(network.operations)
        if len(operation.inputs) == 1 and changes_nothing(operation)
    }
    if not null:
        return network
    wanted_kinds = Counter(operation.kind for operation in wanted.operations)
    own_kinds = Counter(
        operation.kind
        for position, operation in enumerate(network.operations)
        if position not in null
    )

    def gives_back(position: int) -> int | None:
        operation = network.operations[position]
        lacking = own_kinds[operation.kind] < wanted_kinds[operation.kind]
        return None if position not in null or lacking else operation.inputs[0]

    return network.rewired(gives_back)


def changes_nothing(operation: Operation) -> bool:
    """Return whether a pooling or padding gives its input back at the size that it has."""
    settings = operation.settings
    if operation.kind in POOLINGS:
        single = settings["pool_size"] == [1, 1]
        return single and (settings["strides"] == [1, 1] or operation.over == operation.shape)
    return operation.kind == "ZeroPadding2D" and settings["padding"] in NO_BORDER


FEWEST = 3  # normalisations that show that the flag is a habit and not a slip
UNFLAGGED = 1  # the normalisation of the stem, which stands in no block


def older_flag_left_out(network: Network) -> Network:
    """Return a network whose blocks are all made with `training=True`, without this flag.

    The older form of the blocks has it as a default, and it costs nothing there: whoever calls the
    network decides all the same. Blocks by names of a learner's own mean no more by it. A flag that
    only some of the normalisations have is a mistake, and stays.
    """
    norms = [each for each in network.operations if each.kind == "BatchNormalization"]
    flagged = [each for each in norms if each.settings["training"] is True]
    if len(flagged) < FEWEST or len(norms) - len(flagged) > UNFLAGGED:
        return network
    operations = (
        replace(each, settings={**each.settings, "training": None}) if each in flagged else each
        for each in network.operations
    )
    return replace(network, operations=tuple(operations))


BORDER = "ZeroPadding2D"


def paddings_joined(network: Network, wanted: Network) -> Network:
    """Return the network with paddings in a row as one, where that is one of the wanted network's.

    Others stay, so that one that is too many can be told.
    """
    borders = [each.settings["padding"] for each in wanted.operations if each.kind == BORDER]
    users = Counter(source for each in network.operations for source in each.inputs)
    users.update(network.outputs)
    joined: dict[int, int] = {}
    operations = list(network.operations)
    for position, operation in enumerate(operations):
        if operation.kind != BORDER:
            continue
        run = [position]
        while len(operations[run[0]].inputs) == 1:
            (before,) = operations[run[0]].inputs
            if operations[before].kind != BORDER or users[before] > 1:
                break
            run.insert(0, before)
        total = _sum([operations[each].settings.get("padding") for each in run])
        if len(run) > 1 and total in borders:
            settings = {**operation.settings, "padding": total}
            first = operations[run[0]]
            operations[run[0]] = replace(operation, settings=settings, inputs=first.inputs)
            joined |= dict.fromkeys(run[1:], run[0])
    if not joined:
        return network
    return Network(tuple(operations), network.outputs).rewired(joined.get)


def _sum(paddings: list[Any]) -> list[list[int]] | None:
    """Return ((above, below), (left, right)) of all together; None where one is told otherwise."""
    total = [[0, 0], [0, 0]]
    for padding in paddings:
        try:
            (above, below), (left, right) = padding
            total = [
                [total[0][0] + above, total[0][1] + below],
                [total[1][0] + left, total[1][1] + right],
            ]
        except (TypeError, ValueError):
            return None
    return total


Pair = tuple[int | None, int | None]  # a place in the first, a place in the second


def paired_in_order(
    first: int, second: int, price: Callable[[int, int], float], alone: float
) -> list[Pair]:
    """Return the pairs, in order, of two sequences of the lengths `first` and `second`.

    `price` says what it costs that two entries stand beside each other, `alone` what it costs
    that one stands alone. Of equally cheap pairings, two entries stand beside each other as early
    as they can, and then the first sequence's stands alone.
    """
    never = float("inf")
    rest = [[0.0] * (second + 1) for _ in range(first + 1)]

    def choices(row: int, column: int) -> list[float]:
        has_row, has_column = row < first, column < second
        both = has_row and has_column
        return [
            price(row, column) + rest[row + 1][column + 1] if both else never,
            alone + rest[row + 1][column] if has_row else never,
            alone + rest[row][column + 1] if has_column else never,
        ]

    for row in reversed(range(first + 1)):
        for column in reversed(range(second + 1)):
            if row < first or column < second:
                rest[row][column] = min(choices(row, column))
    pairs: list[Pair] = []
    row = column = 0
    while row < first or column < second:
        costs = choices(row, column)
        choice = costs.index(min(costs))
        pairs.append((row if choice < 2 else None, column if choice != 1 else None))
        row, column = row + (choice < 2), column + (choice != 1)
    return pairs


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
    """Return the settings in which the learner's operation differs from the reference's.

    What follows from another setting is not told again: the step of a pooling that was given no
    step, the padding of a 1×1 kernel.
    """
    learner = in_place_of(learner, reference)
    if reference.kind != learner.kind:
        found = [Attribute("layer", reference.kind, learner.kind)]
        shared = reference.settings.keys() & learner.settings.keys()
        names = shared if family(reference) in SAME_SETTINGS else set()
    else:
        found = []
        names = reference.settings.keys() | learner.settings.keys()
    if not judge_initializer and draws_at_random(learner.settings.get("kernel_initializer")):
        names -= {"kernel_initializer"}
    for name in (*reference.settings, *(learner.settings.keys() - reference.settings.keys())):
        expected = reference.settings.get(name, USUALLY.get(name))
        received = learner.settings.get(name, USUALLY.get(name))
        if name == "kernel_initializer" and not judge_initializer:
            expected = RANDOM
        if name in names and expected != received and received != UNASKED:
            found.append(Attribute(name, expected, received))
    following = _following(reference.settings, learner.settings)
    return [attribute for attribute in found if attribute.name not in following]


USUALLY = {"dtype": "float32"}  # of an input, for which only another one is told
SAME_SETTINGS = ("pooling", "block")  # families whose kinds are told by the same settings


def _following(expected: Mapping[str, object], received: Mapping[str, object]) -> set[str]:
    """Return the settings whose difference follows from the difference in another one."""

    def differs(name: str) -> bool:
        return expected.get(name) != received.get(name)

    following = set()
    if differs("pool_size") and all(
        each.get("strides") == each.get("pool_size") for each in (expected, received)
    ):
        following.add("strides")
    windows = [each.get("kernel_size") for each in (expected, received)]
    if differs("kernel_size") and [1, 1] in windows:
        following.add("padding")
    if "f" in expected and expected["f"] == received.get("filters"):
        following.add("filters")  # the two are swapped
    return following


Assignment = tuple[int | None, ...]  # for each operation of the reference, the learner's
Left = tuple[tuple[int, ...], tuple[int, ...]]  # by family: all without a partner, those in use


@dataclass(frozen=True)
class Pairing:
    """The two networks to align, and what is asked of them."""

    reference: Network
    learner: Network
    judge_initializer: bool = True

    @cached_property
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

    @cached_property
    def used(self) -> frozenset[int]:
        """Return the learner's operations that matter to the result."""
        return frozenset(self.learner.used())

    @cached_property
    def idle(self) -> frozenset[int]:
        """Return the learner's ReLUs that change nothing."""
        return idle_relus(self.learner)

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


def assignments(
    pairing: Pairing, enough: Callable[[float], bool], *, complete: bool = True
) -> Iterator[Assignment]:
    """Yield complete assignments, the most promising first.

    The first is the plain one, in the order of the code. The search ends when `enough` says of
    the least cost still possible that it cannot help, or after MAX_STEPS. Where the learner's
    network is not `complete`, what has no partner in it may follow later, and costs nothing.
    """
    yield _in_order(pairing)
    reference, learner = pairing.reference.operations, pairing.learner.operations
    candidates = pairing.candidates
    alone = (UNMATCHED, UNMATCHED) if complete else (0.0, 1.0)
    used = (pairing.learner.used() or frozenset(range(len(learner)))) - pairing.idle
    names = sorted({family(operation) for operation in (*reference, *learner)})
    families = [names.index(family(operation)) for operation in learner]
    twins = _twins(learner)
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
        alike: set[tuple[int, bool]] = set()
        sources = _sources(pairing, state.chosen)
        taken = frozenset(state.chosen)
        for position, edits in options:
            left = state.left
            cost = state.cost + alone[0]
            if position is not None:
                if position in taken:
                    continue
                left = _one_less(left, families[position], position in used)
                cost = state.cost + sum(REPEATED if e in state.edits else 1.0 for e in edits)
            least = _unmatched(wanted_after[here + 1], left, alone)
            if enough(cost + least):
                continue
            if position is not None:
                rewired = sources.cost(position)
                twin = (twins[position], position in used)
                if not rewired and twin in alike:
                    continue  # the earlier of two that are alike will do
                if not rewired:
                    alike.add(twin)
                cost += rewired
            heapq.heappush(
                queue,
                _Partial(
                    cost + least,
                    -(here + 1),
                    next(ticket),
                    cost,
                    (*state.chosen, position),
                    state.edits | edits,
                    left,
                ),
            )


def _twins(operations: Sequence[Operation]) -> list[int]:
    """Return, for each operation, the position of the first that is made as it is."""
    first: dict[str, int] = {}
    return [
        first.setdefault(f"{operation.kind} {sorted(operation.settings.items())!r}", position)
        for position, operation in enumerate(operations)
    ]


def _in_order(pairing: Pairing) -> Assignment:
    """Return the cheapest assignment that keeps the order of both."""
    own = sorted(pairing.learner.used()) or list(range(len(pairing.learner.operations)))
    prices = [
        {position: min(0.4 * len(edits), 0.9) for position, edits in row}
        for row in pairing.candidates
    ]

    def price(here: int, there: int) -> float:
        return prices[here].get(own[there], NEVER)

    chosen: list[int | None] = [None] * len(prices)
    for here, there in paired_in_order(len(prices), len(own), price, UNMATCHED):
        if here is not None and there is not None:
            chosen[here] = own[there]
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


def _unmatched(wanted: tuple[int, ...], left: Left, alone: tuple[float, float]) -> float:
    """Return the least cost of what must stay without a partner.

    `alone` says what that costs of the reference, and what of the learner's network.
    """
    total = 0.0
    for need, every, in_use in zip(wanted, *left, strict=True):
        total += alone[0] * max(0, need - every) + alone[1] * max(0, in_use - need)
    return total


@dataclass(frozen=True)
class _Sources:
    """What the next operation of the reference takes in, as far as a partial assignment goes."""

    pairing: Pairing
    partner_of: dict[int, int]
    expected: list[frozenset[int | str]]

    def cost(self, position: int) -> float:
        """Return 1 when the learner's operation does not take in what the reference's does."""
        received = [
            follow(self.pairing.learner, source, self.partner_of)
            for source in self.pairing.learner.operations[position].inputs
        ]
        return 0.0 if same_sources(self.expected, received) else 1.0


def _sources(pairing: Pairing, chosen: Assignment) -> _Sources:
    own = {place: place for place, partner in enumerate(chosen) if partner is not None}
    partner_of = {partner: place for place, partner in enumerate(chosen) if partner is not None}
    operation = pairing.reference.operations[len(chosen)]
    expected = [follow(pairing.reference, source, own) for source in operation.inputs]
    return _Sources(pairing, partner_of, expected)


STAGE_BLOCK = re.compile(r"stage(\d+)\.block\d+")


@dataclass(frozen=True)
class Circumstances:
    """What a difference does not hold itself, and its sentence can say."""

    defaulted: tuple[str, ...] = ()  # arguments of the block's call that were left out
    identity_blocks: tuple[int, int] | None = None  # in its stage: received, expected


def worded(
    difference: Difference,
    *,
    defaulted: tuple[str, ...] = (),
    identity_blocks: tuple[int, int] | None = None,
) -> Difference:
    """Return the difference with its message, built from the values that were compared.

    `defaulted` names the arguments that the call of this block left out; `identity_blocks` is
    how many of them the stage of a missing or extra block has, and how many are expected.
    """
    around = Circumstances(defaulted, identity_blocks)
    sentence = SENTENCES[difference.kind](difference, around)
    name = common_mistake(difference)
    return replace(difference, message=f"{name}: {sentence}" if name else sentence)


def common_mistake(difference: Difference) -> str | None:
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
    if kind == "attribute" and difference.attribute == "f":
        received = difference.received  # a kernel has one side or two, never three
        swapped = isinstance(received, (list, tuple)) and len(received) > 2
        return "f and filters are swapped" if swapped else None
    return None


def shown(value: Any) -> str:
    """Return a value as a learner would type it: "same" in quotes, [2, 2] as (2, 2)."""
    if isinstance(value, str):
        return value if " " in value or value[:1].isupper() else f'"{value}"'
    if isinstance(value, (list, tuple)):
        return f"({', '.join(shown(entry) for entry in value)})"
    if isinstance(value, dict) and "class" in value:
        told = (f"{name}={shown(entry)}" for name, entry in value.items() if name != "class")
        return f"{value['class']}({', '.join(told)})"
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


def _stage_of_block(difference: Difference) -> str | None:
    """Return "3" where the difference is about a block of stage 3."""
    found = STAGE_BLOCK.fullmatch(str(difference.layer))
    return found[1] if found else None


def _say_count(stage: str, identity_blocks: tuple[int, int]) -> str:
    received, expected = identity_blocks
    blocks = "identity block" if received == 1 else "identity blocks"
    return f"stage {stage} has {received} {blocks}, expected {expected}."


def count_identity_blocks(
    difference: Difference, roles: Collection[str], differences: Sequence[Difference]
) -> tuple[int, int] | None:
    """Return how many identity blocks the difference's stage has, and how many are expected.

    `roles` are those of the reference, `differences` all that were found. None where the
    difference is no missing and no extra identity block.
    """
    stage = _stage_of_block(difference)
    if stage is None or not _of_identity_block(difference):
        return None
    begin = f"stage{stage}.block"
    expected = sum(role.startswith(begin) for role in roles) - 1  # the first is convolutional
    here = [each for each in differences if str(each.layer).startswith(begin)]
    missing = sum(each.kind == "missing" and _of_identity_block(each) for each in here)
    extra = sum(each.kind == "extra" and _of_identity_block(each) for each in here)
    return expected - missing + extra, expected


def _of_identity_block(difference: Difference) -> bool:
    """Return whether it is an identity block that is missing or one too many."""
    if difference.kind == "missing":
        return not str(difference.layer).endswith(".block1")
    return difference.kind == "extra" and str(difference.received).startswith("identity_block")


def _say_missing(difference: Difference, around: Circumstances) -> str:
    stage = _stage_of_block(difference)
    if stage is None:
        return f"{difference.layer} is missing."
    if around.identity_blocks is not None:
        return _say_count(stage, around.identity_blocks)
    return f"{difference.layer} is missing: the stage has too few blocks."


def _say_extra(difference: Difference, around: Circumstances) -> str:
    stage = _stage_of_block(difference)
    if stage is None:
        return f"{difference.layer} is one too many: {difference.received} is not in the reference."
    if around.identity_blocks is not None:
        return _say_count(stage, around.identity_blocks)
    return f"{difference.layer} is one too many: the stage has too many blocks."


def _say_attribute(difference: Difference, around: Circumstances) -> str:
    layer, attribute = difference.layer, difference.attribute
    if attribute == "weights":
        return (
            f"{layer} uses the weights of {difference.received} a second time; "
            "it needs a layer of its own."
        )
    if attribute == "layer":
        return f"{layer} is {a_kind(difference.received)}, expected {a_kind(difference.expected)}."
    received, expected = shown(difference.received), shown(difference.expected)
    if attribute == "training":
        return (
            f"{layer}: training is fixed to {received}, expected no flag: whoever calls the "
            "network decides."
        )
    if attribute == "initializer":
        return f"{layer} is called with the initializer {received}; the block has its own."
    if attribute in around.defaulted:
        return (
            f"{layer}: {attribute} was left out, so that the default {received} was used, "
            f"expected {expected}."
        )
    return f"{layer}: {attribute} is {received}, expected {expected}."


def a_kind(kind: Any) -> str:
    """Return "an identity block" for identity_block; the class name of a layer as it is."""
    words = str(kind).replace("_", " ")
    if not words.endswith(" block"):
        return str(kind)
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _say_wiring(difference: Difference, _: Circumstances) -> str:
    expected, received = " and ".join(difference.expected), " and ".join(difference.received)
    if difference.layer is None:
        return f"The function gives back {received or 'something else'}, expected {expected}."
    return f"{difference.layer} takes in {received or 'nothing'}, expected {expected}."


def _say_order(difference: Difference, _: Circumstances) -> str:
    return f"{difference.layer} stands {difference.received}, expected {difference.expected}."


def _say_shape(difference: Difference, _: Circumstances) -> str:
    return (
        f"The result has the shape {shown(difference.received)}, "
        f"expected {shown(difference.expected)}."
    )


def _say_value(difference: Difference, _: Circumstances) -> str:
    return f"The function gives back {difference.received}, expected {difference.expected}."


SENTENCES: dict[str, Callable[[Difference, Circumstances], str]] = {
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
    placeholder = "NotImplementedError" in raised.place or not raised.message
    if raised.type == "NotImplementedError" and placeholder:
        return "not written yet: put your own code in the place of the placeholder."
    text = f"exception: {raised.type}: {first}{where}"
    undefined = UNDEFINED.match(first)
    name = undefined[1] if undefined else ""
    if name in IMPORTS:
        return f"{text}. {name} is not imported: `{IMPORTS[name]}`."
    for sign, advice in KNOWN_ERRORS:
        if sign in raised.message:
            return f"{text}{'' if text.endswith('.') else '.'} {advice}"
    return text


UNDEFINED = re.compile(r"name '(\w+)' is not defined$")
IMPORTS = {
    **{
        name: f"from keras.layers import {name}"
        for name in (
            *("Activation", "Add", "AveragePooling2D", "BatchNormalization", "Conv2D", "Dense"),
            *("Dropout", "Flatten", "GlobalAveragePooling2D", "MaxPooling2D", "ReLU", "Softmax"),
            *("ZeroPadding2D", "add"),
        )
    },
    **{
        name: f"from keras.initializers import {name}"
        for name in ("glorot_uniform", "random_uniform", "GlorotUniform", "RandomUniform")
    },
    **{name: f"from keras import {name}" for name in ("Input", "Model", "initializers", "layers")},
    "keras": "import keras",
    "np": "import numpy as np",
    "tf": "import tensorflow as tf",
}


NONE_FOR_SOMETHING = (
    "A None is used as if it were a layer or tensor: is a placeholder left, or does a helper "
    "return nothing?"
)
SHUT_IN = "While it is graded, a function can open no file and no connection; it should need none."
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
    ("'NoneType' object", NONE_FOR_SOMETHING),
    ("Got 'None'", NONE_FOR_SOMETHING),
    ("Permission denied", SHUT_IN),
    ("Operation not permitted", SHUT_IN),
    (
        "missing a required argument",
        "One of the blocks is called without something that it needs.",
    ),
    ("__init__() missing", "A layer is made without something that it needs."),
    (
        "required positional argument",
        "The function is called with what its description names; a parameter beyond that needs a "
        "default.",
    ),
    (
        "Iterating over a symbolic",
        "One tensor is used as if it were several values: is a parenthesis in the wrong place, or "
        "are two results expected where there is one?",
    ),
    (
        "Only input tensors may be passed as positional arguments",
        "A layer, or one of the blocks, is called on something that is no tensor. A network begins "
        "with keras.Input(input_shape), which makes one of this shape.",
    ),
    (
        "'TrackedList'",
        "A layer is given a list where one number belongs: `filters` holds three of them.",
    ),
    (
        "Merge.__init__() takes",
        "Add() makes a layer, and the layer takes the tensors: two pairs of brackets.",
    ),
)


RAISED = re.compile(r"exception: (?=[A-Za-z_.]+(?:: |$))")
FAULT_WORD = re.compile(
    r"(?:exception|import_error|missing_function|timeout|memory|crash|output_limit|forbidden): "
)


def cause_in_words(cause: str) -> str:
    """Return why something did not run, without the grader's own word for it."""
    if cause.startswith("not written yet"):
        return f"The function is {cause}"
    if cause.startswith("syntax_error: "):
        return cause.replace("syntax_error: ", "The code is not valid Python: ", 1)
    if RAISED.match(cause):
        return RAISED.sub("The function raised ", cause, count=1)
    match = FAULT_WORD.match(cause)
    return cause[match.end() :] if match else cause


# argument: (layer, attribute) of all that follow from it
FOLLOWING = {"s": (("main.conv1", "strides"), ("shortcut.conv", "strides"))}
AT_ONE_LAYER = {"classes": ("head.dense", "units"), "input_shape": ("input", "shape")}
CALLED_WITHOUT = "Called without {}, the function uses {}, expected {}."


def defaults_named(
    differences: Sequence[Difference], arguments: Mapping[str, Any]
) -> tuple[Difference, ...]:
    """Return the differences with those that a wrong default explains said as one.

    `arguments` are those of the call: a default only counts where the caller left it out.
    """
    found = tuple(differences)
    for argument, places in FOLLOWING.items():
        if argument not in arguments:
            found = _with_default(found, argument, places)
    return tuple(_at_its_layer(difference, arguments) for difference in found)


def from_a_default(difference: Difference) -> bool:
    """Return whether it is said of the difference that it comes from a default."""
    return difference.message.startswith(CALLED_WITHOUT.partition("{}")[0])


def _at_its_layer(difference: Difference, arguments: Mapping[str, Any]) -> Difference:
    """Return a difference of the one layer that gets a default, said of the default."""
    for argument, place in AT_ONE_LAYER.items():
        if argument not in arguments and (difference.layer, difference.attribute) == place:
            values = shown(difference.received), shown(difference.expected)
            return replace(difference, message=CALLED_WITHOUT.format(argument, *values))
    return difference


def _with_default(
    differences: tuple[Difference, ...], argument: str, places: tuple[tuple[str, str], ...]
) -> tuple[Difference, ...]:
    following = [d for d in differences if (d.layer, d.attribute) in places]
    values = {repr((d.expected, d.received)) for d in following}
    if len(following) < len(places) or len(values) != 1:
        return differences
    expected, received = (_side(value) for value in (following[0].expected, following[0].received))
    message = CALLED_WITHOUT.format(argument, received, expected)
    named = Difference("attribute", None, argument, expected, received, message)
    others = [difference for difference in differences if difference not in following]
    return (named, *others)


def _side(value: Any) -> Any:
    """Return 2 for [2, 2]."""
    return value[0] if isinstance(value, (list, tuple)) and len(set(value)) == 1 else value


ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
LAYER_WORDS = {
    "conv": "convolution",
    "bn": "batch normalisation",
    "relu": "activation",
    "pad": "zero padding",
    "pool": "pooling",
    "flatten": "flattening",
    "dense": "dense layer",
    "add": "addition",
    "block": "block",
}
FIXED_PLACES = {
    "input": "the input, where the function begins",
    "add": "the addition, where the main path and the shortcut meet",
    "relu": "the last activation of the block",
    "shortcut.conv": "the convolution on the shortcut",
    "shortcut.bn": "the batch normalisation on the shortcut",
    "stem.pad": "the zero padding at the start of the network",
    "stem.conv": "the first convolution of the network",
    "stem.bn": "the batch normalisation after the network's first convolution",
    "stem.relu": "the activation before the first pooling",
    "stem.pool": "the pooling before the first stage",
    "head.pool": "the pooling after the last stage",
    "head.flatten": "the step that makes one vector of the last map",
    "head.dense": "the dense layer that ends the network",
}
STANDS = {  # where a layer of the reference belongs
    "main.conv1": "at the start of the main path",
    "main.conv": "after the activation before it",
    "main.bn": "straight after the {ordinal} convolution",
    "main.relu": "straight after the {ordinal} batch normalisation",
    "add": "after both paths have come to their end",
    "relu": "after the addition",
    "shortcut.conv": "between the input of the block and the addition",
    "shortcut.bn": "straight after the convolution on the shortcut",
    "stem.pad": "before the first convolution",
    "stem.conv": "between the zero padding and the first normalisation",
    "stem.bn": "straight after the first convolution",
    "stem.relu": "between the first normalisation and the first pooling",
    "stem.pool": "at the end of the stem, before the first stage",
    "head.pool": "after the last block",
    "head.flatten": "between the pooling and the dense layer",
    "head.dense": "at the very end",
}
STAGE = re.compile(r"stage(\d+)\.block(\d+)(?:\.(.+))?")
PLACE_SENTENCES = {
    "attribute": "Look at {place}: at what it is given, and at what it is left without.",
    "missing": "Look for {place}. It belongs {stands}.",
    "extra": "Look at what stands right after {near}.",
    "order": "Look at {place} and at the lines around it. What comes first, and what after?",
    "wiring": "Look at {place}. Which variables is it called on, and what do they hold by then?",
    "shape": "Look at the result, and follow its height, width and channels back, layer by layer.",
    "value": "Look at the last line of the function.",
}
SPECIAL_SENTENCES = {  # kind, attribute or word of the role
    ("attribute", "weights"): "Look at {place}, and at the line that made the layer it uses.",
    ("attribute", "layer"): "Look at {place}. Is this the kind that the drawing shows there?",
    ("missing", "block"): "Count the calls that make stage {stage}.",
    ("extra", "block"): "Count the calls that make stage {stage}.",
    ("attribute", "result"): "Look at the first line of the function, where the defaults stand.",
    ("wiring", "output"): "Look at the last line. Which variable does it give back?",
}


def word_of(role: str | None) -> str:
    """Return the last part of a role without its number: "conv" for main.conv2."""
    return (role or "result").rpartition(".")[2].rstrip("0123456789")


def place_words(role: str | None) -> str:
    """Return a role in words: "the second convolution of the main path"."""
    if role is None:
        return "the result of the function"
    if role in FIXED_PLACES:
        return FIXED_PLACES[role]
    stage = STAGE.fullmatch(role)
    if stage:
        return _in_stage(*stage.groups())
    path, _, last = role.rpartition(".")
    word, number = _split(last)
    named = LAYER_WORDS.get(word, word)
    ordinal = ORDINALS[number] if number < len(ORDINALS) else f"{number}th"
    where = {"main": "the main path", "": "the function"}.get(path, f"the {path}")
    return f"the {ordinal} {named} of {where}".replace("  ", " ")


def _in_stage(stage: str, block: str, inner: str | None) -> str:
    if inner:
        return f"{place_words(inner)}, in block {block} of stage {stage}"
    if block == "1":
        return f"the call that opens stage {stage}"
    return f"the call that makes block {block} of stage {stage}"


def _split(last: str) -> tuple[str, int]:
    word = last.rstrip("0123456789")
    return word, int(last[len(word) :] or 0)


def place_sentence(difference: Difference) -> str:
    """Return where to look for a difference, in one or two sentences."""
    role = difference.layer
    keys = ((difference.kind, difference.attribute), (difference.kind, word_of(role)))
    found = [SPECIAL_SENTENCES[key] for key in keys if key in SPECIAL_SENTENCES]
    sentence = [*found, PLACE_SENTENCES.get(difference.kind, "Look at {place}.")][0]
    stage = STAGE.match(role or "")
    return sentence.format(
        place=place_words(role),
        stands=_stands(role or ""),
        near=place_words(near_of(difference)),
        stage=stage.group(1) if stage else "",
    )


def near_of(difference: Difference) -> str | None:
    """Return the role after which an extra layer stands, None where it is not known."""
    _, after, role = str(difference.received or "").rpartition(" after ")
    return role if after else None


def _stands(role: str) -> str:
    stage = STAGE.match(role)
    inner = (stage.group(3) or "") if stage else role
    word, number = _split(inner)
    ordinal = ORDINALS[number] if number < len(ORDINALS) else f"{number}th"
    sentence = STANDS.get(inner) or STANDS.get(word) or "where the drawing shows it"
    return sentence.format(ordinal=ordinal)


SHARED_SETTINGS = ("initializer", "regularizer", "constraint")  # ends of a setting's name

NAMED_CONCEPTS: dict[str | None, str] = {
    "ReLU comes before the addition": (
        "The main path computes a correction, and a correction must be able to lower a number as "
        "well as to raise it. An activation before the addition cuts all negative corrections "
        "off. So the two paths are added first, and the sum is activated."
    ),
    "The shortcut is never added to the main path": (
        "A residual block computes F(x) + x: the main path is F, the shortcut carries x. Without "
        "the sum it is three layers more in a plain deep network, of the kind that is hard to "
        "train. With it, a block that has learned nothing yet simply passes its input on."
    ),
    "The main path is thrown away": (
        "What is added is the input and the result of the last layer on the main path. If the "
        "input arrives on both sides, all layers in between are built, but nobody uses what they "
        "compute. Follow each variable: which tensor does it hold at the line of the addition?"
    ),
    "The skip connection is cut": (
        "The shortcut has to bring something that the main path has not touched. A variable that "
        "is assigned anew on each line holds the latest tensor only, and the block's input is "
        "gone unless it was kept under a name of its own. Added to itself, the main path is only "
        "doubled, and no gradient finds a way around it."
    ),
    "f and filters are swapped": (
        "Arguments without a name are taken in the order of the signature, whatever they are "
        "meant to be. The window of a convolution is one number, its numbers of filters are a "
        "list of three. Compare the order of the call with the order of the signature."
    ),
}

CONCEPTS: dict[tuple[str, str, str], str] = {
    ("attribute", "padding", "conv"): (
        "A convolution can only stand where its whole window fits, so without padding the map "
        "loses a border: a window of 3×3 takes one row and one column from each side. Zeros put "
        "around the map beforehand keep height and width as they were. Which of the two is right "
        "depends on what comes next: two paths can be added only where their sizes agree."
    ),
    ("attribute", "padding", "stem.conv"): (
        "In the stem a layer of its own puts the zeros around the image, so that it is easy to "
        "see how many there are. If the convolution pads as well, the border is there twice, or "
        "not the one that was meant. The sizes of all later maps follow from this one."
    ),
    ("attribute", "padding", "pad"): (
        "Zero padding puts a frame around the image, so that a large window can be centred on the "
        "pixels at the edge too. It takes half a window on each side, rounded down. A frame of "
        "another width changes the size of every map that follows."
    ),
    ("attribute", "padding", "pool"): (
        "A pooling window can be kept inside the map, or be allowed to hang over its edge. In the "
        "second case one more row and column can come out, made of fewer numbers. Compare the "
        "size of the map before and after the pooling with the table."
    ),
    ("attribute", "strides", "conv"): (
        "The stride is how far the window moves at each step: with 1 the map keeps its size, with "
        "2 every second place is skipped and height and width are halved. Only one convolution "
        "on a path may shrink the map, and both paths must shrink alike to be added. Where the "
        "caller chooses the stride, the number comes from an argument."
    ),
    ("attribute", "strides", "shortcut.conv"): (
        "The shortcut must reach the addition with the very size that the main path has by then. "
        "The main path has been made smaller once, by its first convolution. So the shortcut's "
        "convolution has to take steps of the same length, and that length is the caller's choice."
    ),
    ("attribute", "strides", "pool"): (
        "Like a convolution, a pooling window moves in steps. When nothing is said about them, "
        "Keras takes steps as long as the window, so that windows touch but do not overlap. "
        "Overlapping windows need steps that are shorter than the window."
    ),
    ("attribute", "kernel_size", "conv"): (
        "The kernel size is the window from which one number is computed. A 1×1 convolution sees "
        "one place and mixes its channels, which is cheap: the block uses it to become narrow and "
        "wide again. Only the middle convolution looks at neighbours, and how far it looks is an "
        "argument of the block: a number written into the body is right for one call only."
    ),
    ("attribute", "kernel_size", "shortcut.conv"): (
        "The shortcut should carry the input as faithfully as the new shape permits. A window of "
        "one place changes the number of channels and leaves each place to itself. A larger "
        "window would blend neighbours, which is the work of the main path."
    ),
    ("attribute", "kernel_size", "stem.conv"): (
        "The first convolution sees bare pixels, and a single pixel says little. That is why it "
        "has the largest window of the network: it looks for edges and patches of colour. All "
        "later layers see more of the image anyway, because they work on what this one found."
    ),
    ("attribute", "filters", "conv"): (
        "The number of filters is the number of channels that come out. The block is a "
        "bottleneck, narrow first and wide at the end, and the caller gives the three numbers in "
        "the order of the convolutions. The last one has to agree with what the shortcut brings."
    ),
    ("attribute", "filters", "shortcut.conv"): (
        "At the addition both paths must have equally many channels. The main path ends with the "
        "number of filters of its last convolution. The shortcut's only convolution has to bring "
        "the input to that same number."
    ),
    ("attribute", "filters", "stem.conv"): (
        "Each filter of the first convolution looks for one pattern in the image and gives one "
        "channel. How many there are decides how much the first stage has to work with. Compare "
        "with the table that describes the stem."
    ),
    ("attribute", "use_bias", "*"): (
        "A bias is one more number per filter, added to what the filter computes. Layers of Keras "
        "have one unless they are told otherwise. It is part of the network that is asked for: "
        "the table counts it among the parameters, and pre-trained weights bring it along."
    ),
    ("attribute", "dilation_rate", "*"): (
        "A dilated convolution leaves gaps between the places of its window, so that it sees "
        "further with equally many weights. It then computes something else from the same "
        "weights. In this network the windows look at neighbours side by side."
    ),
    ("attribute", "groups", "*"): (
        "A convolution in groups lets each filter see only some of the channels. That saves "
        "weights, but channels of different groups never meet. Here each filter sees all of them."
    ),
    ("attribute", "kernel_initializer", "*"): (
        "Weights start as small random numbers, and how these are drawn decides whether signals "
        "grow or fade on their way through fifty layers. In a block the caller makes the choice "
        "and passes it in. A convolution that is not told of it starts in Keras's own way, so "
        "each one has to be told, on either path."
    ),
    ("attribute", "kernel_initializer", "stem.conv"): (
        "Weights start as small random numbers, and how these are drawn decides whether signals "
        "grow or fade on their way through fifty layers. The width of the range should fit the "
        "number of inputs and outputs of the layer. The description of the network says which "
        "way of drawing is meant."
    ),
    ("attribute", "kernel_initializer", "dense"): (
        "The dense layer starts with small random weights too, drawn so that its outputs are "
        "neither huge nor all the same. The description of the network says which way of drawing "
        "is meant here. What a layer is not told, Keras chooses."
    ),
    ("attribute", "initializer", "*"): (
        "Each weight of a layer has its own way to start: kernels at random, biases and shifts at "
        "zero, scales at one. Training begins from there, so another start is another network. "
        "Only the kernels' start was left to be chosen here."
    ),
    ("attribute", "regularizer", "*"): (
        "A regulariser adds a price for large numbers to the loss. It leaves the computation as "
        "it is, but training goes another way. Nothing of the kind is in the description, and a "
        "block should hold what is described and no more."
    ),
    ("attribute", "constraint", "*"): (
        "A constraint changes the weights after each step of training, for instance to keep them "
        "small. The network then learns under a rule that was not asked for. The description "
        "has none."
    ),
    ("attribute", "trainable", "*"): (
        "A layer that is not trainable keeps the numbers it began with. That is useful when a "
        "trained network is reused, and wrong when it has all still to learn. Here each layer "
        "learns."
    ),
    ("attribute", "batch_size", "*"): (
        "The number of images in a batch is no part of a network: it trains on 32 at a time and "
        "later looks at one. Keras leaves that side of each tensor open, as None, unless it is "
        "told a number."
    ),
    ("attribute", "compute_dtype", "*"): (
        "The dtype of a layer says with how many digits it computes. Fewer digits are faster on "
        "some machines and coarser on all of them. Nothing was said about it, and then Keras takes "
        "float32 for every layer."
    ),
    ("attribute", "data_format", "*"): (
        "A batch of images is a box with four sides: images, height, width, channels. Keras can "
        "hold the channels last or first, and a layer has to know which. Here they come last, as "
        "in the data."
    ),
    ("attribute", "axis", "bn"): (
        "Batch normalisation brings each channel to mean zero and spread one, with numbers "
        "counted over all images and places. For that it must know along which axis the channels "
        "lie. Along another axis it would normalise rows or columns of the image instead."
    ),
    ("attribute", "epsilon", "bn"): (
        "Epsilon is a small number added to the variance, so that nothing is divided by zero. "
        "It moves every result a little, in training and in prediction. With another epsilon the "
        "same weights mean another network."
    ),
    ("attribute", "scale", "bn"): (
        "After it has normalised, the layer multiplies each channel by a number that it learns. "
        "So the network can make a channel louder or softer again where that helps. Switched "
        "off, this freedom and its parameters are gone."
    ),
    ("attribute", "center", "bn"): (
        "After it has normalised, the layer adds to each channel a number that it learns. So the "
        "network can choose which part of a channel lies above zero, and gets through the "
        "activation. Switched off, this freedom and its parameters are gone."
    ),
    ("attribute", "training", "bn"): (
        "Batch normalisation has two modes. In training it uses mean and spread of the batch at "
        "hand and keeps running averages; in prediction it uses these averages. Keras tells each "
        "layer which mode it is in. A flag fixed in the body holds the layer in one of them."
    ),
    ("attribute", "weights", "*"): (
        "A layer holds its weights. Made once and called at two places, it uses the same numbers "
        "at both and cannot learn something different for each. Every box of the drawing is a "
        "layer of its own, also where two boxes have equal settings."
    ),
    ("attribute", "function", "*"): (
        "An activation puts the nonlinearity between linear layers. ReLU keeps positive numbers "
        "and sets the others to zero; where it is open its slope is one, so gradients pass many "
        "of them unharmed. Functions that flatten out, as sigmoid and tanh, make gradients small."
    ),
    ("attribute", "layer", "add"): (
        "A residual block is a sum: y = F(x) + x. The derivative of a sum hands the gradient to "
        "both sides in full, which is why the shortcut helps. Multiplying, averaging or putting "
        "channels beside each other joins two tensors too, but computes something else."
    ),
    ("attribute", "layer", "conv"): (
        "There are several kinds of convolution. The plain one lets every filter see all channels "
        "of its window; separable and depthwise ones treat channels apart to save weights, and a "
        "transposed one makes maps larger. The drawing shows the plain kind."
    ),
    ("attribute", "layer", "bn"): (
        "Normalisations differ in what they count over. Batch normalisation takes one channel "
        "over all images of the batch, layer and group normalisation take the channels of one "
        "image. They have different weights, and they behave differently in prediction."
    ),
    ("attribute", "layer", "pool"): (
        "Max pooling keeps the strongest number of its window: was the pattern there at all? "
        "Average pooling keeps the mean: how much of it was there? In the stem the network asks "
        "the first question, at its end the second."
    ),
    ("attribute", "pool_size", "pool"): (
        "The pool size is the window of which one number is kept. A larger window forgets more of "
        "where something was seen. The size of the map after the pooling follows from it, and so "
        "does the length of the vector in the head."
    ),
    ("attribute", "units", "*"): (
        "The last layer gives one number for each class, so its size is the number of classes. "
        "How many there are is for the caller to say. A number written into the body is right "
        "for one data set only."
    ),
    ("attribute", "activation", "dense"): (
        "The dense layer gives a score per class, and scores may be any numbers. Softmax turns "
        "them into probabilities: positive, and one in sum, so that the classes compete. The "
        "loss that the notebook trains with expects probabilities of this kind."
    ),
    ("attribute", "f", "block"): (
        "The argument f of a block is the window of its middle convolution, the only one that "
        "looks at neighbours. Two small windows one after the other see as much as a large one "
        "and need fewer weights. The description gives one window size for all blocks."
    ),
    ("attribute", "filters", "block"): (
        "Each block takes three numbers of filters: two for the narrow part, one for the wide "
        "end. They are the same in all blocks of a stage, or the shortcut of the next block would "
        "not fit. From stage to stage they double, while the map is halved."
    ),
    ("attribute", "s", "block"): (
        "The first block of a stage decides how much smaller the map becomes. The pooling of the "
        "stem has just shrunk it, so the first stage keeps the size and the later ones halve it. "
        "An argument that is not given takes the value that stands in the function's signature."
    ),
    ("attribute", "layer", "block"): (
        "An identity block adds its bare input and so cannot change the shape. A convolutional "
        "block has a convolution on its shortcut and can. Each stage has to change the shape "
        "once, at its beginning, and to keep it from there on."
    ),
    ("attribute", "shape", "input"): (
        "The shape of the images is an argument, because another data set has other images. "
        "Everything after the input follows from it by itself. A shape written into the body "
        "is right for one data set only."
    ),
    ("missing", "*", "bn"): (
        "After a convolution the numbers of a channel may be of any size, and they drift while "
        "the layers before them learn. Batch normalisation brings each channel back to mean zero "
        "and spread one. That keeps the factors of a gradient near one; each convolution here "
        "has its own."
    ),
    ("missing", "*", "relu"): (
        "Convolution and normalisation are linear, and linear steps in a row are no more than "
        "one linear step. The activation between them is what makes depth worth something. Look "
        "at the drawing to see which of the convolutions are followed by one."
    ),
    ("missing", "*", "conv"): (
        "The main path is a bottleneck of three convolutions: one makes it narrow, one looks at "
        "neighbours where that is cheap, one makes it wide again. Each is followed by a "
        "normalisation. With one of them left out, the others cannot do its work."
    ),
    ("missing", "*", "shortcut.conv"): (
        "The main path changes size and number of channels, and the bare input no longer fits to "
        "be added. A small convolution on the shortcut gives the input the same new shape. It "
        "works on the input of the block, not on what the main path has made of it."
    ),
    ("missing", "*", "shortcut.bn"): (
        "Where two tensors are added, neither should drown the other. The main path ends with a "
        "normalisation, so the shortcut's convolution is normalised too. Both then arrive with "
        "numbers of the same size."
    ),
    ("missing", "*", "add"): NAMED_CONCEPTS["The shortcut is never added to the main path"],
    ("missing", "*", "pad"): (
        "A large window cannot be centred on the pixels at the edge, and what is there would be "
        "seen less than the rest. A frame of zeros around the image makes room. Without it every "
        "map that follows is smaller than it should be."
    ),
    ("missing", "*", "stem.conv"): (
        "Before the first stage one convolution with a large window turns colours into patterns: "
        "edges, spots, gradients. The blocks work on such patterns, not on bare pixels. It also "
        "halves the map, which makes everything after it cheaper."
    ),
    ("missing", "*", "stem.pool"): (
        "The pooling of the stem keeps the strongest answer of each neighbourhood and halves the "
        "map once more. All stages then work on a small map, which is what makes fifty layers "
        "affordable."
    ),
    ("missing", "*", "head.pool"): (
        "At the end it no longer matters where something was seen, only that it was. Averaging "
        "over neighbouring places makes the map smaller and the vector shorter. So the dense "
        "layer has fewer weights to learn, and learns less by heart."
    ),
    ("missing", "*", "flatten"): (
        "A dense layer works on vectors, and the last map still has height, width and channels. "
        "Flattening lays all its numbers in one row. Without it the dense layer is applied to "
        "each place for itself, and there is an answer per place and not per image."
    ),
    ("missing", "*", "dense"): (
        "All layers before find out what is in the image; someone has to decide for a class. "
        "A dense layer weighs all features and gives one number per class. Made into "
        "probabilities, these are what the loss compares with the label."
    ),
    ("missing", "*", "block"): (
        "Fifty counts the layers with weights: the convolution of the stem, three in each block, "
        "and the dense layer at the end. If a stage has a block too few, the sum no longer comes "
        "to fifty. The table of the network says how many blocks each stage has."
    ),
    ("missing", "*", "*"): (
        "Each layer of the drawing does one step that those after it rely on. Put the drawing "
        "beside your code and tick off box by box, in the order of the arrows."
    ),
    ("extra", "*", "bn"): (
        "What is normalised already gains nothing from being normalised again, but the layer has "
        "weights that are learned and that the table counts. Each convolution is followed by one "
        "normalisation. Compare with the drawing, box by box."
    ),
    ("extra", "*", "relu"): (
        "An activation takes every negative number away. At the end of the main path that would "
        "leave corrections that only raise, and on the shortcut it would change what should "
        "arrive untouched. The drawing shows the places where one belongs."
    ),
    ("extra", "*", "conv"): (
        "Every convolution more has weights to learn and changes what its successors see. The "
        "block gets its strength from few and well chosen ones. Compare with the drawing, box by "
        "box."
    ),
    ("extra", "*", "add"): (
        "The two paths part at the input and meet once. A further addition counts one of the "
        "tensors twice. Follow the arrows of the drawing: how many meet at each box?"
    ),
    ("extra", "*", "block"): (
        "Fifty counts the layers with weights: the convolution of the stem, three in each block, "
        "and the dense layer at the end. With a block too many in a stage the sum goes beyond "
        "fifty. The table of the network says how many blocks each stage has."
    ),
    ("extra", "*", "dropout"): (
        "Dropout sets numbers to zero at random while training, so that no feature is relied on "
        "alone. The residual network does without: its batch normalisation has a similar effect. "
        "What is asked for is the network of the drawing."
    ),
    ("extra", "*", "*"): (
        "A layer more is a step more that every number goes through, and often more weights to "
        "learn. Useful or not, it makes another network than the one described. Put the drawing "
        "beside your code and tick off box by box."
    ),
    ("order", "*", "relu"): (
        "The order is convolution, normalisation, activation. Normalising spreads the numbers "
        "around zero, and the activation then cuts half of them off. The other way round, the "
        "normalisation would see only what is left and bring negative numbers back."
    ),
    ("order", "*", "bn"): (
        "The normalisation belongs between a convolution and its activation. There it sees the "
        "numbers as the convolution made them, negative ones included. Later or earlier it "
        "normalises something else."
    ),
    ("order", "*", "pool"): (
        "Pooling throws detail away, and what comes after it can no longer use that detail. So "
        "the layer computes, is normalised and activated first, and is pooled at the end. In the "
        "head the map is pooled while it still is a map."
    ),
    ("order", "*", "block"): (
        "A stage changes the shape with its first block and then refines what is there. A block "
        "at another place meets maps of another size. Compare the order of the calls with the "
        "table of the network."
    ),
    ("order", "*", "*"): (
        "Layers do not commute: what one does, the next one sees. The same boxes in another order "
        "make another network. Follow the arrows of the drawing, and read your lines in the "
        "order in which the tensor passes through them."
    ),
    ("wiring", "*", "shortcut.conv"): (
        "The shortcut starts at the input of the block. By the time it is written, the variable "
        "that held the input may hold the result of the main path. What the shortcut needs has to "
        "be kept under a name of its own before the main path begins."
    ),
    ("wiring", "*", "add"): (
        "Two tensors meet in the addition: the result of the last layer on the main path, and "
        "what the shortcut brings. Both are the ends of their paths, not something on the way. "
        "Follow each variable: which tensor does it hold at that line?"
    ),
    ("wiring", "output", "*"): (
        "A network is what leads to the tensor that is given back. A layer whose result is never "
        "used is built and then left out. Check that the last variable holds the result of the "
        "last step."
    ),
    ("wiring", "*", "*"): (
        "Each layer works on the tensor that it is called on, and gives a new one. If a line "
        "takes in another variable than the line before has given out, a step is skipped or "
        "taken twice. Draw for each line what goes in and what comes out."
    ),
    ("shape", "*", "*"): (
        "Each layer turns one shape into another: strides divide height and width, missing "
        "padding takes a border off, filters set the channels. Write the shape down after each "
        "line, and compare with the table. The first line that disagrees is the one."
    ),
    ("value", "*", "*"): (
        "A function gives back what stands after its return, and None if nothing does. A block "
        "gives back a tensor, to which the next block is applied. The network gives back a "
        "model, which knows its input and its output."
    ),
    ("attribute", "*", "block"): (
        "A block is told by its arguments what to be, and does the rest by itself. Arguments "
        "without a name are taken in the order of the signature. Compare the call with the "
        "signature, and the values with the table of the network."
    ),
    ("attribute", "*", "*"): (
        "Every setting that is not named takes Keras's default, which is often right and "
        "sometimes not. Compare this layer with its row in the description, setting by setting. "
        "Where the description is silent, the default is meant."
    ),
}
WITHOUT_CONCEPT = (
    "Put the drawing beside your code and follow the tensor from line to line. At each line ask "
    "what goes in, what is done, and what comes out."
)


def concept(difference: Difference) -> str:
    """Return what is worth knowing about a difference: the most specific text that there is."""
    named = common_mistake(difference)
    if named in NAMED_CONCEPTS:
        return NAMED_CONCEPTS[named]
    setting = _setting(difference.attribute)
    role = _role_kind(difference.layer)
    word = word_of(difference.layer)
    for key in (
        *((difference.kind, setting, place) for place in (role, word, "*")),
        *((difference.kind, "*", place) for place in (role, word, "*")),
    ):
        if key in CONCEPTS:
            return CONCEPTS[key]
    return WITHOUT_CONCEPT


def _setting(attribute: str | None) -> str:
    """Return the name under which a setting is explained: one for all biases' initializers."""
    name = attribute or "*"
    end = name.rpartition("_")[2]
    return end if end in SHARED_SETTINGS and name != "kernel_initializer" else name


def _role_kind(role: str | None) -> str:
    """Return the last two parts of a role without numbers: "shortcut.conv", "stem.pool"."""
    return ".".join(part.rstrip("0123456789") for part in (role or "result").split(".")[-2:])


MOST_HINTS = 3
DEFAULT_CONCEPT = (
    "A default is a promise in the signature: whoever leaves the argument out gets this value. A "
    "wrong one is wrong wherever it is relied on, though each line of the body is right."
)


def hints(difference: Difference, nudge: str, most: int = MOST_HINTS) -> tuple[str, ...]:
    """Return at most `most` hints for a difference, each telling more than the one before.

    `nudge` comes from the manifest and leads the way; none of them is the line to type.
    """
    told = (nudge, place_sentence(difference), concept(difference))
    if from_a_default(difference):
        told = (nudge, SPECIAL_SENTENCES["attribute", "result"], DEFAULT_CONCEPT)
    return tuple(hint for hint in told if hint)[: max(0, most)]


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
        """Return the learner's operations that matter to the result and have no partner.

        Where there is no result yet, all may matter but an input that nothing takes in.
        """
        used = self.pairing.used if self.built_to_the_end else self._begun()
        explained = self.place.keys() | self.pairing.idle
        return [each for each in sorted(used) if each not in explained]

    def _begun(self) -> list[int]:
        """Return the learner's operations, but for inputs that nothing takes in."""
        operations = self.pairing.learner.operations
        taken = {source for operation in operations for source in operation.inputs}
        return [n for n, each in enumerate(operations) if each.inputs or n in taken]

    @cached_property
    def moved(self) -> dict[int, int]:
        """Return {missing operation: an equal extra one}: it was not left out but moved."""
        return _moved(self)

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
    blocks: Mapping[Where, int] = field(default_factory=dict)  # that have the same difference


def smallest_edit(pairing: Pairing, roles: Mapping[int, str], built: bool) -> Edit:
    """Return the fewest differences that turn the reference into the learner's network.

    `built` says whether the learner's function came to its end; what would follow after the
    place where it stopped is not called missing.
    """
    best = Edit((), frozenset())
    rank = (float("inf"), 0)  # cost, then how many operations have no partner

    def enough(bound: float) -> bool:
        return bound >= rank[0]

    for looked, chosen in enumerate(assignments(pairing, enough, complete=built)):
        if rank[0] < SINGLE and looked > LOOKED:
            break
        alignment = Alignment(pairing, chosen, roles, built)
        found = differences(alignment)
        here = _cost(found) + _failed_extra(alignment), -len(alignment.partner)
        if here < rank:
            rank = here
            matched = frozenset(roles[position] for position in alignment.partner)
            best = Edit(tuple(found), matched)
    return _once_per_stage(best)


def _failed_extra(alignment: Alignment) -> int:
    """Return how many calls that raised have no partner: such a call is rather a wrong one."""
    operations = alignment.pairing.learner.operations
    extra = set(alignment.extra) - set(alignment.moved.values())
    return sum(operations[there].failed for there in extra)


SINGLE = 1.5  # less than two differences
LOOKED = 24  # once one difference explains all, so many readings are enough to choose among


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


def _once_per_stage(edit: Edit) -> Edit:
    """Say once what all identity blocks of a stage have in common: it is one line of code."""
    found = edit.differences
    kept: list[Difference] = []
    alike: dict[Where, int] = {}
    for difference in found:
        if difference.kind == "attribute" and str(difference.layer).startswith("stage"):
            twins = [other for other in found if _is_twin(difference, other)]
            blocks = [str(twin.layer).split(".")[1] for twin in twins]
            first = "block2"
            if len(twins) > 1 and first in blocks:
                if difference is not twins[0]:
                    continue
                alike[difference.place] = len(twins)
        kept.append(difference)
    return replace(edit, differences=tuple(kept), blocks=alike)


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
    moved = alignment.moved
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
    """Return that an operation stands elsewhere; of several alike, the first is named."""
    learner = alignment.pairing.learner.operations
    for place in (_first_alike(alignment, here), here):
        before = _partnered_before(alignment, place)
        anchor = alignment.roles[before]
        partner = alignment.partner.get(before)
        if partner is not None and there in _upstream(learner, partner):
            return Difference(
                "order", alignment.roles[place], None, f"after {anchor}", f"before {anchor}"
            )
    sources = alignment.named(alignment.received_sources(there))
    expected = f"after {anchor}"
    received = f"after {sources[0]}" if sources else "at the beginning"
    if received == expected:  # only the other path differs
        expected = f"after {' and '.join(alignment.named(alignment.expected_sources(here)))}"
        received = f"after {' and '.join(sources)}"
    return Difference("order", alignment.roles[here], None, expected, received)


def _first_alike(alignment: Alignment, here: int) -> int:
    """Return the first of a chain of operations that are made alike, as the blocks of a stage."""
    operations = alignment.pairing.reference.operations
    before = operations[here].inputs[0]
    while (operations[before].kind, operations[before].settings) == (
        operations[here].kind,
        operations[here].settings,
    ):
        here, before = before, operations[before].inputs[0]
    return here


def _partnered_before(alignment: Alignment, here: int) -> int:
    """Return the nearest operation of the reference before `here` that the learner has too."""
    operations = alignment.pairing.reference.operations
    before = operations[here].inputs[0]
    while before not in alignment.partner and operations[before].inputs:
        before = operations[before].inputs[0]
    return before


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
    if operation.argument and operation.inputs[0] == alignment.partner.get(after):
        function = operation.settings["function"]
        return after, Difference("attribute", near, "activation", "linear", function)
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
        if not operation.has_weights:
            continue
        here = alignment.place[there]
        if operation.layer in first:
            owner = alignment.roles[alignment.place[first[operation.layer]]]
            role = alignment.roles[here]
            found.append((here, Difference("attribute", role, "weights", "its own", owner)))
        else:
            first[operation.layer] = there
    return found


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


def varied_weights(scale: float = 1.0) -> Weigher:
    """Return weights that depend on name, shape, what stands before, and how many came before.

    They come from a formula and not from a random stream, so that they are the same everywhere.
    Normalised values become about as large as `scale`.
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
        if name in ("gamma", "variance"):
            return (1.0 + 0.4 * wave) * (scale if name == "gamma" else 1.0)
        return 0.3 * wave

    return weigh


def compute(network: Network, image: Array, weigh: Weigher, *, training: bool = False) -> Array:
    """Return the network's result for a batch of images (float, channels last).

    Raises NotComputableError for an operation that is not known here or is too large.
    """
    results: dict[int, Array] = {}
    weights: dict[tuple[int, str], Array] = {}
    anchors = _anchors(network)
    for position in sorted(network.used()):
        operation = network.operations[position]
        inputs = [results[source] for source in operation.inputs]

        def own(
            name: str, shape: tuple[int, ...], layer: int = operation.layer, place: int = position
        ) -> Array:
            _allow(*shape)
            if (layer, name) not in weights:
                near = _kernels_before(network, anchors, place)
                weights[layer, name] = weigh(name, shape, near)
            if weights[layer, name].shape != shape:
                raise NotComputableError("a layer is used with two shapes")
            return weights[layer, name]

        try:
            with np.errstate(all="ignore"):  # a wrong setting may lead to what is not a number
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


def _anchors(network: Network) -> list[int]:
    """Return, for each operation, the last one before it that has weights or merges two paths.

    That is the operation itself where it does so. A path that is split and merged again without
    weights in between, as in `x * (x > 0)`, is one path.
    """
    anchors: list[int] = []
    for position, operation in enumerate(network.operations):
        before = {anchors[source] for source in operation.inputs}
        anchors.append(position if operation.parameters or len(before) != 1 else before.pop())
    return anchors


def _kernels_before(network: Network, anchors: list[int], position: int) -> str:
    """Return the shapes around each convolution before, to tell layers of one shape apart.

    The normalisations of the two paths of a block have one shape, in whichever order they were
    written; the paths before them are not alike.
    """
    told = []
    before = {anchors[source] for source in network.operations[position].inputs}
    while len(before) == 1:
        operation = network.operations[before.pop()]
        if operation.kind in ("Conv2D", "Dense") and operation.inputs:
            behind = network.operations[operation.inputs[0]].shape or (None,)
            told.append(f"{operation.settings.get('kernel_size')} {behind[-1]} {operation.shape}")
        before = {anchors[source] for source in operation.inputs}
    return " ".join(told)


def _step(
    operation: Operation, inputs: list[Array], image: Array, own: Own, training: bool
) -> Array:
    settings = operation.settings
    if settings.get("data_format", "channels_last") != "channels_last":
        raise NotComputableError("channels first")
    if operation.kind == "Input":
        return image
    if not inputs:
        raise NotComputableError(f"{operation.kind} of no tensors")
    merged = elementwise(operation.kind, inputs, settings)
    if merged is not None:
        return merged
    if len(inputs) > 1:
        raise NotComputableError(f"{operation.kind} of {len(inputs)} tensors")
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
    return activated(settings.get("activation", "linear"), result)


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
    turned = 1.0 + np.sin(  # a block ends in a ReLU: it gives nothing negative
        seen[..., channels % seen.shape[-1]] * (1.0 + salt / 1009) + channels * 0.01 + salt
    )
    return turned[..., np.arange(filters) % len(channels)]


SIMPLE: Mapping[str, Callable[[Array, Mapping[str, Any]], Array]] = {
    "Activation": lambda value, settings: activated(settings["function"], value),
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


SAME_NUMBERS = 1e-6  # relative; float64 sums in another order differ by about 1e-14
IMAGES = 3  # in a batch, so that the statistics of training mode differ from each image's own
FEWEST_CHANNELS = 4  # of a network that is made thin
SCALES = (1.0, 1e4)  # of what goes in: a bend or a bound far from zero must be met too
WAVES = (0.7, 1.3)  # how quickly the waves grow shorter that the two batches are made of


def identical(pairing: Pairing) -> bool:
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
        if own.has_weights and layers.setdefault(own.layer, here) != here:
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


def same_numbers(pairing: Pairing) -> bool:
    """Return whether both networks compute the same from the same weights, in both modes.

    A network of blocks is cut at its blocks: whatever function a block may be, two chains of
    blocks agree for all of them only if each block is called alike and what stands between two
    of them agrees.
    """
    reference, learner = pairing.reference, pairing.learner
    untold = [_untold_by_numbers(each, pairing.judge_initializer) for each in (reference, learner)]
    if untold[0] != untold[1] or _lacks_something(reference, learner):
        return False
    expected, received = _cut_at_blocks(reference), _cut_at_blocks(learner)
    if expected is None or received is None:
        return expected is received and _agree(reference, learner)
    if [each.operations[0].settings for each in expected] != [
        each.operations[0].settings for each in received
    ]:
        return False
    return all(
        identical(Pairing(here, there, pairing.judge_initializer)) or _agree(here, there)
        for here, there in zip(expected, received, strict=True)
    )


def _untold_by_numbers(network: Network, judge_initializer: bool) -> Counter[str]:
    """Count the layers with weights by what their numbers do not show: how they start and train.

    Blocks are counted too, by how they are called.
    """
    found = []
    for position in network.used():
        operation = network.operations[position]
        if operation.kind in WEIGHTED_SETTINGS:
            told = {
                name: value
                for name, value in operation.settings.items()
                if name.endswith(("_initializer", "_regularizer", "_constraint"))
                or name in ("trainable", "training", "compute_dtype")
            }
            if not judge_initializer:
                told["kernel_initializer"] = draws_at_random(told.get("kernel_initializer"))
            found.append(f"{operation.kind} {operation.parameters} {sorted(told.items())}")
        elif operation.kind == "Input" or operation.kind in BLOCK_KINDS:
            found.append(f"{operation.kind} {sorted(operation.settings.items())}")
    return Counter(found)


def _lacks_something(reference: Network, learner: Network) -> bool:
    """Return whether the learner's network is the reference's with operations left out.

    The reference does nothing in vain, so that no such network computes the same.
    """
    wanted, own = (
        Counter(
            f"{network.operations[place].kind} {sorted(network.operations[place].settings.items())}"
            for place in network.used()
        )
        for network in (reference, learner)
    )
    return own < wanted


def _cut_at_blocks(network: Network) -> list[Network] | None:
    """Return what stands before, between and behind the blocks of a chain, None for no chain.

    The first operation of each piece is its input; what comes from a block says which.
    """
    used = network.used()
    blocks = [place for place in sorted(used) if network.operations[place].kind in BLOCK_KINDS]
    if not blocks or len(network.outputs) != 1:
        return None
    pieces = []
    layers = Counter(network.operations[place].layer for place in blocks)
    starts = [0, *blocks]
    ends = [*(network.operations[block].inputs[0] for block in blocks), network.outputs[0]]
    for start, end in zip(starts, ends, strict=True):
        piece = _piece(network, start, end)
        if piece is None:
            return None
        pieces.append(piece)
        layers.update({each.layer for each in piece.operations[1:] if each.has_weights})
    return pieces if all(count == 1 for count in layers.values()) else None


def _piece(network: Network, start: int, end: int) -> Network | None:
    """Return the operations from `start` to `end`; None where these need anything else."""
    inside: set[int] = set()
    stack = [end]
    while stack:
        position = stack.pop()
        if position in inside or position == start:
            continue
        if network.operations[position].kind in (*BLOCK_KINDS, "Input"):
            return None
        inside.add(position)
        stack.extend(network.operations[position].inputs)
    first = network.operations[start]
    if first.kind in BLOCK_KINDS:
        first = Operation("Input", {"after": first.kind, **first.settings}, (), first.shape)
    place = {start: 0}
    operations = [first]
    for position in sorted(inside):
        operation = network.operations[position]
        place[position] = len(operations)
        inputs = tuple(place[source] for source in operation.inputs)
        operations.append(replace(operation, inputs=inputs))
    return Network(tuple(operations), (place[end],))


def _thinned(*networks: Network) -> list[Network]:
    """Return the networks with few channels, equal widths staying equal and others apart.

    A convolution has a weight for each pair of channels, whatever their number is: what agrees
    for few channels agrees for many.
    """
    operations = [operation for network in networks for operation in network.operations]
    widths = [_width(operation) for operation in operations]
    widths += [operation.settings.get("filters") for operation in operations]
    wide = sorted({width for width in widths if type(width) is int and width > 1})
    thin = {width: FEWEST_CHANNELS + rank for rank, width in enumerate(wide)}

    def thinned(operation: Operation) -> Operation:
        shape, settings = operation.shape, dict(operation.settings)
        width, filters = _width(operation), settings.get("filters")
        if shape and width in thin:
            shape = (*shape[:-1], thin[width])
        if type(filters) is int and filters in thin:
            settings["filters"] = thin[filters]
        return replace(operation, shape=shape, settings=settings)

    return [
        replace(network, operations=tuple(map(thinned, network.operations))) for network in networks
    ]


def _width(operation: Operation) -> int | None:
    return operation.shape[-1] if operation.shape else None


def _agree(reference: Network, learner: Network) -> bool:
    """Return whether the numbers agree, and are such that they tell something."""
    thin = _thinned(reference, learner)
    try:
        with np.errstate(all="ignore"):  # what is no number does not agree
            return all(
                _agree_in_mode(*thin, training=training, scale=scale)
                for training in (False, True)
                for scale in SCALES
            )
    except NotComputableError:
        return False


def _agree_in_mode(reference: Network, learner: Network, *, training: bool, scale: float) -> bool:
    """Return whether the numbers agree on every batch, and differ from image to image.

    Results that are the same for every image would agree whatever was computed on the way; very
    large ones may be the same after a softmax.
    """
    tells = scale != SCALES[0]
    for images in _batches(reference):
        expected = compute(reference, scale * images, varied_weights(scale), training=training)
        received = compute(learner, scale * images, varied_weights(scale), training=training)
        if expected.shape != received.shape:
            return False
        near = SAME_NUMBERS * np.abs(expected).max()
        if not np.abs(expected - received).max() <= near:  # not a number is not near either
            return False
        tells = tells or bool(np.ptp(expected, axis=0).max() > near)
    return tells


def _batches(network: Network) -> list[Any]:
    """Return two batches of images; what is positive in the one is negative in the other.

    Neighbours are unlike each other, so that every layer meets values of both signs. What comes
    from a block is not negative: a block ends in a ReLU.
    """
    shape = tuple(size or 1 for size in (network.operations[0].shape or ())[1:])
    steps = np.arange(IMAGES * int(np.prod(shape)))
    first, second = ((np.sin(steps * steps * wave) + 0.1).reshape(IMAGES, *shape) for wave in WAVES)
    if "after" in network.operations[0].settings:
        return [np.abs(first), np.abs(second)]
    return [first, np.where(first > 0, -1.0, 1.0) * (np.abs(second) + 0.1)]


Shape = tuple[int | None, ...] | None

LAYER_ROLES = {
    "identity_block": (
        *("main.conv1", "main.bn1", "main.relu1", "main.conv2", "main.bn2", "main.relu2"),
        *("main.conv3", "main.bn3", "add", "relu"),
    ),
    "convolutional_block": (
        *("main.conv1", "main.bn1", "main.relu1", "main.conv2", "main.bn2", "main.relu2"),
        *("main.conv3", "main.bn3", "shortcut.conv", "shortcut.bn", "add", "relu"),
    ),
}


def layers_of_block(block: Operation, shape: Shape) -> Network:
    """Return the network that `block` stands for when it is called on an input of `shape`.

    Behind the input, the operations have the roles of LAYER_ROLES. The call has to have whole
    numbers for f and s, and three of them for filters.
    """
    f, (f1, f2, f3), s = (
        block.settings["f"],
        block.settings["filters"],
        block.settings.get("s", 1),
    )
    settings = {} if shape is None else {"shape": list(shape[1:])}
    made = [Operation("Input", settings, (), shape)]
    _append_conv(made, 0, f1, 1, s)
    _append_norm(made)
    _append_relu(made)
    _append_conv(made, 3, f2, f, 1)
    _append_norm(made)
    _append_relu(made)
    _append_conv(made, 6, f3, 1, 1)
    main = _append_norm(made)
    shortcut = 0
    if block.kind == "convolutional_block":
        _append_conv(made, 0, f3, 1, s)
        shortcut = _append_norm(made)
    made.append(Operation("Add", {}, (main, shortcut), made[-1].shape))
    _append_relu(made)
    return Network(tuple(made), (len(made) - 1,))


def is_usual_call(block: Operation) -> bool:
    """Return whether the call says what layers it stands for."""
    filters = block.settings.get("filters")
    numbers: list[Any] = [block.settings.get("f"), block.settings.get("s", 1)]
    if not isinstance(filters, list) or len(filters) != 3:
        return False
    return all(type(number) is int and number > 0 for number in [*numbers, *filters])


def _append_conv(
    made: list[Operation], source: int, filters: int, window: int, stride: int
) -> None:
    before = made[source].shape
    settings = {
        **WEIGHTED_SETTINGS["Conv2D"],
        "filters": filters,
        "kernel_size": [window, window],
        "strides": [stride, stride],
        "padding": "valid" if window == 1 else "same",
    }
    settings.pop("activation")
    shape = parameters = None
    if before is not None and len(before) == 4:
        sides = [None if side is None else -(-side // stride) for side in before[1:3]]
        shape = (before[0], *sides, filters)
        parameters = (window * window * (before[3] or 0) + 1) * filters
    made.append(Operation("Conv2D", settings, (source,), shape, parameters or 0, layer=len(made)))


def _append_norm(made: list[Operation]) -> int:
    before = made[-1]
    parameters = 4 * int(before.settings["filters"])
    settings = {**WEIGHTED_SETTINGS["BatchNormalization"], "axis": 3}
    made.append(
        Operation(
            "BatchNormalization",
            settings,
            (len(made) - 1,),
            before.shape,
            parameters,
            layer=len(made),
        )
    )
    return len(made) - 1


def _append_relu(made: list[Operation]) -> None:
    settings = {"function": "relu"}
    made.append(Operation("Activation", settings, (len(made) - 1,), made[-1].shape))


UNJUDGED = ("kernel_initializer", "padding")  # a block's default initializer; told apart below
MAIN_PATH = (
    *("BatchNormalization", "Conv2D", "Activation"),
    *("BatchNormalization", "Conv2D", "Activation"),
    *("BatchNormalization", "Conv2D"),
)  # from the addition back to the input


@dataclass(frozen=True)
class Recognised:
    """A network, and which of its blocks were written out layer by layer."""

    network: Network
    blocks: frozenset[int] = frozenset()


def blocks_recognised(network: Network) -> Recognised:
    """Return the network with each residual block in it as one operation, where it is right.

    A block is taken for one when all its layers are as the reference has them and nothing else
    uses what is inside it; anything else stays as it is written.
    """
    operations = list(network.operations)
    if not any(operation.kind == "Add" for operation in operations):
        return Recognised(network)
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
        layer = operations[main[-1]].layer  # no other block has its first convolution
        return Operation(kind, settings, (start,), operations[end].shape, layer=layer), members
    return None


def _shares(operations: list[Operation], members: set[int]) -> bool:
    """Return whether a layer with weights inside the block is used anywhere else."""
    uses = Counter(operation.layer for operation in operations if operation.has_weights)
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


def _without(network: Network, replaced: Mapping[int, Operation], inside: set[int]) -> Recognised:
    place: dict[int, int] = {}
    kept: list[Operation] = []
    for position, operation in enumerate(network.operations):
        if position in inside:
            continue
        kept_operation = replaced.get(position, operation)
        inputs = tuple(place[source] for source in kept_operation.inputs)
        place[position] = len(kept)
        kept.append(replace(kept_operation, inputs=inputs))
    shorter = Network(tuple(kept), tuple(place[output] for output in network.outputs))
    return Recognised(shorter, frozenset(place[end] for end in replaced))


# Prices are whole numbers, so that sums can be compared.
LEFT_OUT = 10  # an operation of one side that has no partner
OF_A_FAMILY = {"merge": 16, "convolution": 12, "Activation": 8}  # what marks a place costs more
OTHER_SETTING = 6
MOST_FOR_SETTINGS = 15  # less than to leave out both
NO_PARTNER = 10_000
OTHER_BLOCK = 8  # a block of the other kind in a block's place
ONE_MORE_BLOCK = 12


@dataclass(frozen=True)
class Stretch:
    """The learner's operations that stand for one block, written out."""

    block: int  # the position of its call in the reference
    extra: bool  # one block more than the reference has, like that one and behind it
    call: Operation  # the call that they stand for, right or of the other kind
    members: tuple[int, ...]  # the learner's positions, in reading order
    layers: Mapping[str, int]  # role in the block: one of them


@dataclass(frozen=True)
class Layout:
    """Where the reference's operations, and the blocks that are written out, stand."""

    partner: Mapping[int, int]  # the reference's operation, or called block: the learner's
    stretches: tuple[Stretch, ...]


def lay_out(reference: Network, learner: Network, complete: bool) -> Layout:
    """Return where the reference's operations and blocks stand in the learner's network.

    When it is not `complete`, what would follow after its last operation is not looked for.
    """
    return _Reading(reference, learner, complete).layout()


def reading_order(network: Network) -> list[int]:
    """Return all operations, inputs first; of two paths that meet the longer one first.

    It is the same whichever of the two paths was written first.
    """
    depth: list[int] = []
    used: set[int] = set()
    for operation in network.operations:
        depth.append(1 + max((depth[source] for source in operation.inputs), default=0))
        used.update(operation.inputs)
    ends = [place for place in range(len(depth)) if place not in used or place in network.outputs]
    order: list[int] = []
    seen: set[int] = set()
    stack = [(end, False) for end in reversed(ends)]
    while stack:
        position, ready = stack.pop()
        if ready:
            order.append(position)
        elif position not in seen:
            seen.add(position)
            stack.append((position, True))
            inputs = network.operations[position].inputs
            stack += [(s, False) for s in sorted(inputs, key=lambda source: depth[source])]
    return order


@dataclass(frozen=True)
class _Form:
    """One form in which a step of the reference may stand: one operation, or layer by layer."""

    rows: tuple[Operation, ...]
    price: int = 0
    call: Operation | None = None  # the block whose layers they are
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Step:
    """One step of the reference, in all its forms."""

    position: int
    forms: tuple[_Form, ...]
    extra: bool = False


def _steps(reference: Network) -> list[_Step]:
    """Return the steps in order; after each run of equal blocks comes one that may be left out."""
    found = []
    for position, operation in enumerate(reference.operations):
        written = _written_forms(operation)
        found.append(_Step(position, (_Form((operation,)), *written)))
        following = reference.operations[position + 1 : position + 2]
        ends_run = not following or following[0].settings != operation.settings
        if operation.kind == "identity_block" and ends_run:
            more = [replace(form, price=ONE_MORE_BLOCK) for form in written]
            found.append(_Step(position, (_Form(()), *more), extra=True))
    return found


def _written_forms(block: Operation) -> list[_Form]:
    """Return the forms of a block that is written out; its two paths may be in either order."""
    if block.kind not in BLOCK_KINDS or not is_usual_call(block):
        return []
    forms = [_written(block)]
    if block.kind == "convolutional_block":
        settings = {name: value for name, value in block.settings.items() if name != "s"}
        other = replace(block, kind="identity_block", settings=settings)
        forms += [_shortcut_first(forms[0]), replace(_written(other), price=OTHER_BLOCK)]
    return forms


def _written(block: Operation) -> _Form:
    rows = layers_of_block(block, None).operations[1:]
    return _Form(rows, 0, block, LAYER_ROLES[block.kind])


def _shortcut_first(form: _Form) -> _Form:
    by_path = sorted(zip(form.roles, form.rows, strict=True), key=lambda row: _path(row[0]))
    roles, rows = zip(*by_path, strict=True)
    return replace(form, rows=rows, roles=roles)


def _path(role: str) -> int:
    return ("shortcut", "main", "add", "relu").index(role.split(".")[0])


@dataclass
class _Reading:
    reference: Network
    learner: Network
    complete: bool
    prices: dict[str, Any] = field(default_factory=dict)

    def layout(self) -> Layout:
        self.order = reading_order(self.learner)
        self.kinds = [_key(self.learner.operations[place]) for place in self.order]
        self.examples = dict(zip(self.kinds, self.order, strict=True))
        steps = _steps(self.reference)
        left_out = [_left_out(self.learner.operations[place]) for place in self.order]
        self.before = np.cumsum([0, *left_out])
        rest = self.before[-1] - self.before
        tables: list[list[list[Any]]] = []
        for step in reversed(steps):
            tables.append([self.table(form.rows, rest + form.price) for form in step.forms])
            rest = np.min([table[0] for table in tables[-1]], axis=0)
        return self.trace(list(zip(steps, reversed(tables), strict=True)))

    def table(self, rows: Sequence[Operation], rest: Any) -> list[Any]:
        """Return, from each row on, the least price for what is left from each column on."""
        found = [rest]
        for row in reversed(rows):
            least = found[-1] + _left_out(row)
            least[:-1] = np.minimum(least[:-1], self.price(row) + found[-1][1:])
            if not self.complete:
                least[-1] = 0
            least = np.minimum.accumulate((least + self.before)[::-1])[::-1] - self.before
            found.append(least)
        return found[::-1]

    def price(self, wanted: Operation) -> Any:
        """Return the price of each of the learner's operations in the place of `wanted`."""
        key = _key(wanted)
        if key not in self.prices:
            known = {
                kind: _price(wanted, self.learner.operations[place])
                for kind, place in self.examples.items()
            }
            self.prices[key] = np.array([known[kind] for kind in self.kinds], dtype=int)
        return self.prices[key]

    def trace(self, tables: list[tuple[_Step, list[list[Any]]]]) -> Layout:
        partner: dict[int, int] = {}
        stretches: list[Stretch] = []
        column = last = 0  # `last`: behind the last operation that has a partner
        for step, options in tables:
            chosen = int(np.argmin([table[0][column] for table in options]))
            form = step.forms[chosen]
            pairs, column = self.trace_rows(form.rows, options[chosen], column)
            if not pairs:
                continue
            begin, last = last, pairs[max(pairs)] + 1
            if form.call is None:
                partner[step.position] = self.order[pairs[0]]
                continue
            layers = {form.roles[row]: self.order[place] for row, place in pairs.items()}
            members = tuple(self.order[begin:last])
            stretches.append(Stretch(step.position, step.extra, form.call, members, layers))
        return Layout(partner, tuple(stretches))

    def trace_rows(
        self, rows: Sequence[Operation], table: list[Any], column: int
    ) -> tuple[dict[int, int], int]:
        """Return {row: column of its partner}, and where the rows behind these begin."""
        pairs = {}
        row = 0
        while row < len(rows):
            here, below = table[row], table[row + 1]
            left = column < len(self.order)
            if left and here[column] == self.price(rows[row])[column] + below[column + 1]:
                pairs[row] = column
                row, column = row + 1, column + 1
            elif not left or here[column] == below[column] + _left_out(rows[row]):
                row += 1
            else:
                column += 1
        return pairs, column


def _key(operation: Operation) -> str:
    """Return a text that is the same for operations that cost the same."""
    told = sorted(
        (name, value) for name, value in operation.settings.items() if name != "kernel_initializer"
    )
    return f"{operation.kind} {min(len(operation.inputs), 2)} {told}"


def _left_out(operation: Operation) -> int:
    return OF_A_FAMILY.get(family(operation), LEFT_OUT)


def _price(wanted: Operation, own: Operation) -> int:
    if family(wanted) != family(own):
        return NO_PARTNER
    edits = attribute_differences(wanted, own, False)
    return min(OTHER_SETTING * len(edits), MOST_FOR_SETTINGS)


WHOLE_BLOCK = ""  # the role, inside a block, of the block itself


@dataclass(frozen=True)
class WrittenBlock:
    """A block's layers, behind an input of their own, and the call that they stand for."""

    call: Operation
    layers: Network  # the input, what comes from elsewhere in the network, the layers
    elsewhere: tuple[str, ...] = ()  # roles, in the whole network, of what comes from elsewhere
    complete: bool = True  # whether it goes on behind the block

    def signature(self) -> str:
        """Return a text that is the same for blocks that differ in their width alone."""
        unit = self.call.settings["filters"][0]
        told = [str(self.elsewhere), self.call.kind]
        told.append(str([filters / unit for filters in self.call.settings["filters"]]))
        told.append(str([self.call.settings.get(name) for name in ("f", "s")]))
        for operation in self.layers.operations:
            settings = {**operation.settings, "kernel_initializer": None, "shape": None}
            if type(settings.get("filters")) is int:
                settings["filters"] = settings["filters"] / unit
            short = operation.failed and len(operation.inputs) < 2
            told.append(f"{operation.kind} {sorted(settings.items())} {operation.inputs} {short}")
        channels = (self.layers.operations[0].shape or (None,))[-1] or 0
        return f"{told} {channels / unit} {self.layers.outputs} {self.complete}"


@dataclass(frozen=True)
class BlockEdit:
    """The differences inside a block, in the roles of a block that stands alone."""

    differences: tuple[Difference, ...] = ()
    by_numbers: bool = False  # whether it took numbers to prove it right


def block_edit(block: WrittenBlock) -> BlockEdit:
    """Return the smallest edit that turns the right block into this one, none if it is right.

    Where all layers are those of another call, the edit is what is wrong with the call. How its
    weights start is not judged.
    """
    pairing = _pairing(block, block.call)
    if block.complete and identical(pairing):
        return BlockEdit()
    if block.complete and same_numbers(pairing):
        return BlockEdit(by_numbers=True)
    found = smallest_edit(pairing, _roles(block, block.call), block.complete).differences
    return BlockEdit(tuple(_as_another_call(block, found) or found))


def _pairing(block: WrittenBlock, call: Operation) -> Pairing:
    first, *others = block.layers.operations
    right = layers_of_block(call, first.shape)
    count = 1 + len(block.elsewhere)
    reference = Network((first, *right.operations[1:], *others[: count - 1]), right.outputs)
    return Pairing(reference, block.layers, judge_initializer=False)


def _roles(block: WrittenBlock, call: Operation) -> dict[int, str]:
    return dict(enumerate(("input", *LAYER_ROLES[call.kind], *block.elsewhere)))


def _as_another_call(block: WrittenBlock, found: tuple[Difference, ...]) -> list[Difference]:
    """Return what is wrong with the call where all layers are those of another call."""
    call = _call_that_explains(block.call, found)
    if call == block.call:
        return []
    edit = smallest_edit(_pairing(block, call), _roles(block, call), block.complete)
    return [] if edit.differences else differences_of_calls(block.call, call)


def differences_of_calls(expected: Operation, received: Operation) -> list[Difference]:
    """Return how two calls of blocks differ."""
    found = []
    if expected.kind != received.kind:
        found.append(Difference("attribute", WHOLE_BLOCK, "layer", expected.kind, received.kind))
    for name, value in expected.settings.items():
        own = received.settings.get(name, value)
        if own != value:
            found.append(Difference("attribute", WHOLE_BLOCK, name, value, own))
    return found


FILTERS_OF = {"main.conv1": 0, "main.conv2": 1, "main.conv3": 2, "shortcut.conv": 2}


def _call_that_explains(call: Operation, found: tuple[Difference, ...]) -> Operation:
    """Return the call that these differences may come from, the same one where there is none."""
    settings = {**call.settings, "filters": list(call.settings["filters"])}
    for difference in found:
        layer, value = str(difference.layer), difference.received
        if difference.attribute == "filters" and layer in FILTERS_OF and type(value) is int:
            settings["filters"][FILTERS_OF[layer]] = value
        elif difference.attribute == "kernel_size" and layer == "main.conv2":
            settings["f"] = _square(value, settings["f"])
        elif difference.attribute == "strides" and "s" in settings:
            settings["s"] = _square(value, settings["s"])
        else:
            return call
    return replace(call, settings=settings)


def _square(pair: Any, otherwise: Any) -> Any:
    if not isinstance(pair, list) or len(pair) != 2 or pair[0] != pair[1]:
        return otherwise
    return pair[0] if type(pair[0]) is int else otherwise


CALLER = -1  # stands for the caller among those that take something in


@dataclass(frozen=True)
class PlacedBlocks:
    """A learner's network, and where the reference's operations and blocks stand in it."""

    reference: Network
    roles: Mapping[int, str]
    learner: Network
    layout: Layout
    complete: bool  # whether the network goes on to a result

    @cached_property
    def users(self) -> list[set[int]]:
        """Return, for each of the learner's operations, who takes it in."""
        users: list[set[int]] = [set() for _ in self.learner.operations]
        for position, operation in enumerate(self.learner.operations):
            for source in operation.inputs:
                users[source].add(position)
        for output in self.learner.outputs:
            users[output].add(CALLER)
        return users

    @cached_property
    def block_of(self) -> dict[int, Stretch]:
        """Return {learner's position: the block that it is written in}."""
        return {place: each for each in self.layout.stretches for place in each.members}

    @cached_property
    def results(self) -> dict[int, Stretch]:
        """Return {learner's position: the block whose result it is}."""
        return {self.result(each): each for each in self.layout.stretches}

    @cached_property
    def names(self) -> dict[int, str]:
        """Return {learner's position: role}, as far as known."""
        names = {there: self.roles[here] for here, there in self.layout.partner.items()}
        for each in self.layout.stretches:
            block = self.role(each)
            names |= {place: f"{block}.{layer}" for layer, place in each.layers.items()}
        return names | {place: self.role(each) for place, each in self.results.items()}

    def name(self, place: int) -> str:
        """Return the role of one of the learner's operations, its kind where it has none."""
        return self.names.get(place, short_name(self.learner.operations[place].kind))

    def role(self, block: Stretch) -> str:
        """Return the role of a block; one too many has the next number of its stage."""
        role = self.roles[block.block]
        if not block.extra:
            return role
        stage = role.split(".")[0]
        return f"{stage}.block{1 + sum(r.startswith(f'{stage}.') for r in self.roles.values())}"

    def leaving(self, block: Stretch) -> list[int]:
        """Return the operations of a block that something outside takes in, in reading order."""
        members = set(block.members)
        return [place for place in block.members if self.users[place] - members]

    def result(self, block: Stretch) -> int:
        """Return the operation that a block gives on."""
        leaving = self.leaving(block)
        last = block.layers.get("relu", block.members[-1])
        return last if last in leaving or not leaving else leaving[-1]

    def entry(self, block: Stretch) -> int:
        """Return what a block takes in: what it should, if it takes that in at all."""
        sources = Counter(
            source
            for place in block.members
            for source in self.learner.operations[place].inputs
            if source not in block.members
        )
        wanted = self._expected_entry(block)
        if wanted in sources or not sources:
            return wanted
        return max(sources, key=lambda source: (sources[source], source))

    def _expected_entry(self, block: Stretch) -> int:
        known = {
            **self.layout.partner,
            **{each.block: place for place, each in self.results.items() if not each.extra},
        }
        here = block.block
        if not block.extra:
            here = self.reference.operations[here].inputs[0]
        while here not in known and self.reference.operations[here].inputs:
            here = self.reference.operations[here].inputs[0]
        return known.get(here, 0)

    def written(self, block: Stretch) -> WrittenBlock:
        """Return a block's layers behind an input of their own."""
        operations = self.learner.operations
        entry, members = self.entry(block), sorted(block.members)
        outside = {source for place in members for source in operations[place].inputs}
        elsewhere = sorted(outside - {entry, *members})
        shape = operations[entry].shape
        settings: dict[str, Any] = {"shape": list((shape or ())[1:])}
        if is_never_negative(self.learner, entry):
            settings["after"] = operations[entry].kind
        made = [Operation("Input", settings, (), shape)]
        place = {entry: 0}
        for position in elsewhere:
            place[position] = len(made)
            made.append(tensor_from(self.name(position), operations[position].shape))
        for position in members:
            place[position] = len(made)
            inputs = tuple(place[source] for source in operations[position].inputs)
            made.append(replace(operations[position], inputs=inputs))
        complete = self.complete or bool(self.leaving(block))
        outputs = (place[self.result(block)],) if complete else ()
        roles = tuple(self.name(position) for position in elsewhere)
        return WrittenBlock(block.call, Network(tuple(made), outputs), roles, complete)

    def shared_layers(self, block: Stretch) -> dict[str, str]:
        """Return {role in the block: role of the layer elsewhere whose weights it uses}."""
        operations = self.learner.operations
        found = {}
        for layer, place in block.layers.items():
            owner = self._first_use.get(operations[place].layer, place)
            if operations[place].has_weights and owner not in block.members:
                found[layer] = self.name(owner)
        return found

    @cached_property
    def _first_use(self) -> dict[int, int]:
        first: dict[int, int] = {}
        for place in reading_order(self.learner):
            if self.learner.operations[place].has_weights:
                first.setdefault(self.learner.operations[place].layer, place)
        return first


def tensor_from(role: str, shape: tuple[int | None, ...] | None) -> Operation:
    """Return an operation that stands for what comes from elsewhere in the network."""
    return Operation(f"tensor {role}", {}, (), shape)


ELSEWHERE = ("stem.", "stage", "head.")  # how roles of the network begin, and of no block


@dataclass(frozen=True)
class FoundInBlock:
    """A difference inside a block, in the roles of a block that stands alone."""

    block: str  # the block's role in the network
    difference: Difference
    names: Mapping[str, str]  # roles that are not the block's own, as "input": role in the network

    def in_network(self) -> Difference:
        """Return the difference with the roles that the whole network gives."""
        kind = self.difference.kind
        expected, received = self.difference.expected, self.difference.received
        if kind == "wiring" or self.difference.attribute == "weights":
            expected, received = self._each(expected), self._each(received)
        elif kind in ("order", "extra"):
            expected, received = self._last_word(expected), self._last_word(received)
        layer = self._name(self.difference.layer or "")
        return replace(self.difference, layer=layer, expected=expected, received=received)

    def _name(self, role: str) -> str:
        if role.startswith(ELSEWHERE):
            return role
        return self.names.get(role) or ".".join(filter(None, (self.block, role)))

    def _each(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._name(role) for role in value]
        return value if value == "its own" else self._name(str(value))

    def _last_word(self, text: Any) -> Any:
        if text is None:
            return None
        before, _, role = str(text).rpartition(" ")
        return f"{before} {self._name(role)}"


def told_once(
    found: list[FoundInBlock],
) -> tuple[tuple[Difference, ...], frozenset[str]]:
    """Return each mistake once, for the first block that has it, and the blocks left untold."""
    groups: list[list[FoundInBlock]] = []
    for each in found:
        same = [group for group in groups if _same_mistake(group[0], each)]
        if same:
            same[0].append(each)
        else:
            groups.append([each])
    told = tuple(with_count(_worded_inside(group[0]), len(group)) for group in groups)
    return told, frozenset(each.block for group in groups for each in group[1:])


AT_ITS_END = re.compile(r"stage\d+\.block\d+|stem\.pool")  # after which a block begins
FEW = 3  # places from which on the same extra layer is likely one line in a loop or a helper


def extras_told_once(
    found: Sequence[Difference],
) -> tuple[tuple[Difference, ...], frozenset[str]]:
    """Return the differences with a layer put in behind many blocks told once.

    The blocks behind which it is not told are returned too. Of the same layer at two places, each
    is told: they may be two lines of their own.
    """
    groups: dict[str, list[Difference]] = {}
    for each in found:
        kind, after, near = str(each.received).partition(" after ")
        if (
            each.kind == "extra"
            and after
            and AT_ITS_END.fullmatch(near)
            and kind not in BLOCK_KINDS
        ):
            groups.setdefault(kind, []).append(each)
    many = {group[0].layer: group for group in groups.values() if len(group) >= FEW}
    left_out = [each for group in many.values() for each in group[1:]]
    told = tuple(
        with_count(each, len(many[each.layer]), "place") if each.layer in many else each
        for each in found
        if each not in left_out
    )
    return told, frozenset(str(each.received).rpartition(" ")[2] for each in left_out)


def _worded_inside(found: FoundInBlock) -> Difference:
    """Return the difference with its message; a common mistake is named inside a block too."""
    difference = worded(found.in_network())
    if difference.attribute == "output":
        expected, received = " and ".join(difference.expected), " and ".join(difference.received)
        message = f"{found.block} gives on {received or 'nothing'}, expected {expected}."
        return replace(difference, message=message)
    name = common_mistake(found.difference)
    if name is None or difference.message.startswith(name):
        return difference
    return replace(difference, message=f"{name}: {difference.message}")


def with_count(difference: Difference, blocks: int, word: str = "block") -> Difference:
    """Return the difference with a message that says how many blocks, or places, have it."""
    if blocks == 1:
        return difference
    others = f"1 more {word}" if blocks == 2 else f"{blocks - 1} more {word}s"
    message = f"{difference.message.rstrip('.')}, in this and {others}."
    return replace(difference, message=message)


def _same_mistake(first: FoundInBlock, second: FoundInBlock) -> bool:
    one, other = first.difference, second.difference
    if first.block == second.block:
        return False
    if (one.kind, one.layer, one.attribute) != (other.kind, other.layer, other.attribute):
        return False
    # What is expected is not the same in both kinds of block, or in the first stage.
    if one.kind == "wiring" or one.attribute == "strides":
        return bool(one.received == other.received)
    return _same_change((one.expected, one.received), (other.expected, other.received))


def _same_change(one: tuple[Any, Any], other: tuple[Any, Any]) -> bool:
    """Return whether two values were changed in the same way.

    The widths of blocks differ from stage to stage: the same factor, the same sum, or the same
    number in their place is the same change.
    """
    if one == other:
        return True
    (expected, received), (wanted, own) = one, other
    if all(isinstance(value, list) for value in (*one, *other)):
        lengths = {len(value) for value in (*one, *other)}
        return len(lengths) == 1 and all(
            (a == b) == (c == d) and (a == b or _same_change((a, b), (c, d)))
            for a, b, c, d in zip(expected, received, wanted, own, strict=True)
        )
    if not all(type(value) is int for value in (*one, *other)):
        return False
    return bool(
        received == own
        or expected * own == wanted * received
        or received - expected == own - wanted
    )


@dataclass(frozen=True)
class Folded:
    """The two networks to compare block by block, and what was found inside blocks."""

    reference: Network
    learner: Network
    roles: Mapping[int, str]
    found: tuple[FoundInBlock, ...] = ()
    by_numbers: bool = False  # whether a block took numbers to be proven right


def fold(reference: Network, roles: Mapping[int, str], learner: Recognised, built: bool) -> Folded:
    """Return the learner's network with each block that it writes out as one call.

    What a network takes from inside a block, past its result, stands in both networks as an
    operation of its own, so that it can be named.
    """
    if not _has_written_blocks(reference, learner):
        return Folded(reference, learner.network, roles)
    complete = built or bool(learner.network.outputs)
    layout = lay_out(reference, learner.network, complete)
    placed = PlacedBlocks(reference, roles, learner.network, layout, complete)
    found, by_numbers = _found_inside(placed)
    calls, found_in_calls = _called_right(placed, learner.blocks)
    folded = _with_calls(placed, calls)
    return replace(folded, found=(*found, *found_in_calls), by_numbers=by_numbers)


def _has_written_blocks(reference: Network, learner: Recognised) -> bool:
    convolutions = [
        sum(operation.kind == "Conv2D" for operation in network.operations)
        for network in (reference, learner.network)
    ]
    return bool(learner.blocks) or convolutions[1] > convolutions[0]


def _found_inside(placed: PlacedBlocks) -> tuple[list[FoundInBlock], bool]:
    """Return what differs inside the blocks, and whether one took numbers to be proven right."""
    found: list[FoundInBlock] = []
    edits: dict[str, BlockEdit] = {}
    by_numbers = False
    for stretch in placed.layout.stretches:
        block = placed.written(stretch)
        signature = block.signature()
        edit = edits.get(signature) or block_edit(block)
        if not any(difference.attribute == "filters" for difference in edit.differences):
            edits[signature] = edit  # else its numbers are those of this stage alone
        by_numbers = by_numbers or edit.by_numbers
        names = {"input": placed.name(placed.entry(stretch))}
        names |= {role: role for role in block.elsewhere}
        wanted = placed.reference.operations[stretch.block]
        role = placed.role(stretch)
        found += [
            FoundInBlock(role, difference, names)
            for difference in (*differences_of_calls(wanted, stretch.call), *edit.differences)
        ]
        found += _weights_of_others(role, placed.shared_layers(stretch))
    return found, by_numbers


def _weights_of_others(block: str, shared: Mapping[str, str]) -> list[FoundInBlock]:
    """Return a difference for each layer that uses another's weights, one for a whole block."""
    owners = {owner.removesuffix(f".{layer}") for layer, owner in shared.items()}
    if len(owners) == 1 and {layer.split(".")[-1] for layer in shared} >= WEIGHTED:
        shared = {WHOLE_BLOCK: owners.pop()}
    return [
        FoundInBlock(
            block, Difference("attribute", layer, "weights", "its own", owner), {owner: owner}
        )
        for layer, owner in shared.items()
    ]


WEIGHTED = frozenset({"conv1", "bn1", "conv2", "bn2", "conv3", "bn3"})


def _called_right(
    placed: PlacedBlocks, written: frozenset[int]
) -> tuple[dict[int, Operation], list[FoundInBlock]]:
    """Return {position: the right call} of blocks that follow from a wrong one, and what is wrong.

    `written` are those of the learner's calls that were written out, layer by layer.
    """
    calls = {}
    found: list[FoundInBlock] = []
    for here, there in placed.layout.partner.items():
        wanted = placed.reference.operations[here]
        if there in written and is_usual_call(wanted):
            calls[there] = wanted
            differences = differences_of_calls(wanted, placed.learner.operations[there])
            found += [FoundInBlock(placed.roles[here], each, {}) for each in differences]
    return calls, found


def _with_calls(placed: PlacedBlocks, calls: Mapping[int, Operation]) -> Folded:
    """Return both networks with a call in the place of each block that is written out."""
    made: list[Operation] = []
    place: dict[int, int] = {}
    elsewhere: list[Operation] = []
    names: list[str] = []
    for position, operation in enumerate(placed.learner.operations):
        stretch = placed.block_of.get(position)
        kept, sources = calls.get(position, operation), operation.inputs
        if position in placed.results:
            stretch = placed.results[position]
            kept = placed.reference.operations[stretch.block]
            sources = (placed.entry(stretch),)
        elif stretch is not None:
            if placed.users[position] <= placed.block_of.keys():
                continue  # nothing but blocks takes it in
            kept, sources = tensor_from(placed.name(position), operation.shape), ()
            elsewhere.append(kept)
            names.append(placed.name(position))
        inputs = tuple(place.get(source, 0) for source in sources)
        place[position] = len(made)
        # Whose weights a block uses has been told; no layer outside has the number of a block.
        written = position in placed.results or position in calls
        layer = -1 - position if written else operation.layer
        made.append(replace(kept, inputs=inputs, shape=operation.shape, layer=layer))
    count = len(placed.reference.operations)
    return Folded(
        replace(placed.reference, operations=(*placed.reference.operations, *elsewhere)),
        Network(tuple(made), tuple(place[output] for output in placed.learner.outputs)),
        {**placed.roles, **{count + number: name for number, name in enumerate(names)}},
    )


@dataclass(frozen=True)
class Comparison:
    """What the comparison of two networks came to."""

    proof: str | None  # "graph" or "numbers" where the networks are equal, None where not
    differences: tuple[Difference, ...] = ()
    matched: frozenset[str] = frozenset()  # the roles that the learner's network has
    gives_network: bool = True  # False where the function gave back something else
    # the learner's network, with each block that it writes out as one call, for the table
    in_blocks: Network | None = field(default=None, compare=False)

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
    everything = frozenset(roles.values())
    learner = paddings_joined(null_steps_left_out(learner, reference), reference)
    folded = Folded(reference, learner, roles)
    if any(operation.kind in BLOCK_KINDS for operation in reference.operations):
        recognised = blocks_recognised(older_flag_left_out(learner))
        folded = Folded(reference, recognised.network, roles)
        if not (built and identical(Pairing(reference, recognised.network, judge_initializer))):
            folded = fold(reference, roles, recognised, built)
    pairing = Pairing(folded.reference, folded.learner, judge_initializer)
    right_outside = built and identical(pairing)
    if right_outside and not folded.found:
        return Comparison("numbers" if folded.by_numbers else "graph", matched=everything)
    if built and not folded.found and same_numbers(pairing):
        return Comparison("numbers", matched=everything)
    inside, spoiled = told_once(_by_block(folded.found, roles))
    if right_outside:
        return Comparison(None, inside, everything - spoiled, in_blocks=folded.learner)
    to_its_end = built or bool(learner.outputs)  # a second run may have gone past what failed
    edit = smallest_edit(pairing, folded.roles, to_its_end)
    found = list(edit.differences)
    if built and edit.matched <= {"input"}:
        received = ITS_INPUT if _gives_its_input_back(learner) else NOTHING_ALIKE
        found = [Difference("value", None, "returned", "the result of its layers", received)]
    if built and not found and not inside:
        found = [
            Difference("shape", None, "shape", _result_shape(reference), _result_shape(learner))
        ]
    outside = tuple(
        with_count(
            worded(
                difference,
                defaulted=_defaulted(difference, reference, roles, learner),
                identity_blocks=count_identity_blocks(difference, everything, found),
            ),
            edit.blocks.get(difference.place, 1),
        )
        for difference in found
    )
    outside, spoiled_outside = extras_told_once(outside)
    return Comparison(
        None,
        _by_place((*outside, *inside), roles),
        (edit.matched & everything) - spoiled - spoiled_outside,
        in_blocks=folded.learner,
    )


def _defaulted(
    difference: Difference, reference: Network, roles: Mapping[int, str], learner: Network
) -> tuple[str, ...]:
    """Return the arguments that were left out of the call of a block that differs in one."""
    wanted = [reference.operations[n] for n, role in roles.items() if role == difference.layer]
    if difference.kind != "attribute" or not wanted:
        return ()
    wrong = {**wanted[0].settings, str(difference.attribute): difference.received}
    same = [own for own in learner.operations if own.defaulted and own.settings == wrong]
    return same[0].defaulted if same else ()


def _by_block(found: Sequence[FoundInBlock], roles: Mapping[int, str]) -> list[FoundInBlock]:
    """Return what was found inside blocks in the order of the blocks."""
    place = {role: position for position, role in roles.items()}
    return sorted(found, key=lambda each: place.get(each.block, len(place)))


def _by_place(
    differences: Sequence[Difference], roles: Mapping[int, str]
) -> tuple[Difference, ...]:
    """Return the differences in the order of the reference, a block's own before those inside."""
    place = {role: position for position, role in roles.items()}
    last = len(place)

    def position(difference: Difference) -> int:
        if difference.layer is None:
            return last + 1
        block = ".".join(difference.layer.split(".")[:2])
        if block in place:
            return place[block]
        part = f"{difference.layer.split('.')[0]}."
        return max((n for role, n in place.items() if role.startswith(part)), default=last)

    return tuple(sorted(differences, key=position))


def compare_call(
    reference: Network,
    learner: Network,
    *,
    returned: str,
    raised: bool,
    takes_initializer: bool,
) -> Comparison:
    """Return what a call of a learner's function comes to beside the reference.

    `returned` is what it gave back: "tensor", "model", or another type's name. An older form of a
    block has no initializer parameter; it can only choose its own, and that is not judged.
    """
    is_network = any(operation.kind in BLOCK_KINDS for operation in reference.operations)
    if not raised:
        wrong = wrong_return("model" if is_network else "tensor", returned, len(learner.outputs))
        if wrong is None and not is_network and _starts_elsewhere(learner):
            wrong = worded(Difference("value", None, "returned", FROM_INPUT, FROM_ELSEWHERE))
        if wrong is not None:
            return Comparison(None, (wrong,), gives_network=False)
    judged = is_network or takes_initializer
    return compare(reference, learner, built=not raised, judge_initializer=judged)


RETURNED = {"NoneType": "None", "model": "a Model", "tensor": "a tensor"}
ITS_INPUT = "its own input"
NOTHING_ALIKE = "the result of other layers, none of them as in the reference"
FROM_INPUT = "the result of its layers on the input that it was given"
FROM_ELSEWHERE = "a result of layers on an input of its own"


def _gives_its_input_back(network: Network) -> bool:
    return all(network.operations[position].kind == "Input" for position in network.outputs)


def _starts_elsewhere(network: Network) -> bool:
    """Return whether the result comes from another input alone than the first, which was given."""
    used = network.used()
    kinds = [operation.kind for operation in network.operations]
    return 0 not in used and any(kinds[position] == "Input" for position in used)


def wrong_return(wanted: str, returned: str, outputs: int) -> Difference | None:
    """Return the difference where a function gives back something else than it should.

    `wanted` is "tensor" for a block and "model" for a network, which have one output.
    """
    if returned == wanted and outputs == 1:
        return None
    expected = RETURNED[wanted]
    received = RETURNED.get(returned, f"a value of type {returned}")
    if returned.startswith("model with "):  # several inputs
        expected, received = "a Model with one input", returned.replace("model", "a Model")
    if returned == wanted == "tensor" and outputs == 0:
        received = "a tensor that no layer of this call has made"
    elif returned == wanted:
        expected, received = f"{expected} with one output", f"{received} with {outputs} outputs"
    return worded(Difference("value", None, "returned", expected, received))


def _result_shape(network: Network) -> list[int | None]:
    """Return the shape of the result, without the batch axis."""
    if not network.outputs:
        return []
    return list((network.operations[network.outputs[0]].shape or ())[1:])


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
TOLD_WHEN_UNUSUAL = {
    "groups": "{} groups",
    "use_bias": "use_bias={}",
    "center": "center={}",
    "scale": "scale={}",
    "data_format": "{}",
}


def rows(network: Network) -> list[list[Any]]:
    """Return [layer, output shape, parameters, settings] for each operation of the result."""
    kept = sorted(network.used()) or range(len(network.operations))
    return [_row(network, position) for position in kept]


def _row(network: Network, position: int) -> list[Any]:
    operation = network.operations[position]
    shape = list((operation.shape or ())[1:])
    return [operation.kind, shape, operation.parameters, told_settings(operation)]


def told_settings(operation: Operation) -> str:
    """Return the settings of an operation in few words: "4 filters 3×3 stride 1 same"."""
    told = [
        text.format(_short(name, operation.settings[name]))
        for name, text in TOLD.items()
        if operation.settings.get(name) not in (None, "linear")
    ]
    usual = WEIGHTED_SETTINGS.get(operation.kind, {})
    told += [
        text.format(_short(name, operation.settings[name]))
        for name, text in TOLD_WHEN_UNUSUAL.items()
        if name in usual and operation.settings.get(name, usual[name]) != usual[name]
    ]
    return " ".join(told)


def _short(name: str, value: Any) -> str:
    """Return a setting in few letters: 3×3 for a kernel, 2 for strides (2, 2)."""
    if not isinstance(value, (list, tuple)) or not value:
        return str(value)
    if name in SQUARES and len(set(map(str, value))) == 1:
        return str(value[0])
    if isinstance(value[0], (list, tuple)):
        told = [_short("", entry) for entry in value]
        sides = set("×".join(told).split("×"))
        return sides.pop() if len(sides) == 1 else ",".join(told)
    return "×".join(map(str, value))


def first_difference(learner: Iterable[Any], instructor: Iterable[Any]) -> str | None:
    """Return a sentence about the first row where two tables differ, None when they are equal.

    Shorter, longer and empty tables differ where one of them ends. A table that is no list of
    rows, such as None, differs from every table.
    """
    for table, whose in ((learner, "first"), (instructor, "second")):
        if not isinstance(table, Iterable):
            return f"The {whose} is {table!r:.60}, not a list of rows."
    learner, instructor = list(learner), list(instructor)
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
    if hasattr(row, "tolist"):  # a number or an array of NumPy
        return row.tolist()
    if isinstance(row, (list, tuple)):
        return [_plain(entry) for entry in row]
    return row


def _line(row: Any) -> str:
    entries = row if isinstance(row, (list, tuple)) else [row]
    return " | ".join(str(entry) for entry in entries)


@dataclass(frozen=True)
class TableLine:
    """One line of the two tables side by side; a row that only one of them has stands alone."""

    mark: str  # "", "differs", or "shape" where only the shape differs
    received: str
    expected: str


def aligned(learner: Sequence[Any], reference: Sequence[Any]) -> list[TableLine]:
    """Return the two tables side by side, so that one row too many shifts nothing.

    Nothing where the tables are equal: what differs then is how the layers are connected.
    """
    pairs = paired_in_order(
        len(learner),
        len(reference),
        lambda own, wanted: _unlike(learner[own], reference[wanted]),
        ALONE,
    )
    lines = []
    for here, there in pairs:
        own = None if here is None else learner[here]
        wanted = None if there is None else reference[there]
        lines.append(TableLine(_mark(own, wanted), _told_row(own), _told_row(wanted)))
    return lines if any(line.mark for line in lines) else []


ALONE = 1.0  # what a row without a partner costs
OTHER_SHAPE = 0.1
OTHER_SETTINGS = 0.9
OTHER_LAYER = 1.9  # less than two rows that stand alone: where one was replaced, both stand here


def _unlike(own: Sequence[Any], wanted: Sequence[Any]) -> float:
    if own[0] != wanted[0]:
        return OTHER_LAYER
    other_shape = 0.0 if _plain(own[1]) == _plain(wanted[1]) else OTHER_SHAPE
    return other_shape if own[3] == wanted[3] else other_shape + OTHER_SETTINGS


def _mark(own: Sequence[Any] | None, wanted: Sequence[Any] | None) -> str:
    if own is None or wanted is None or _layer(own) != _layer(wanted):
        return "differs"
    return "" if _plain(own[1]) == _plain(wanted[1]) else "shape"


SIGNS = {"": " ", "differs": "→", "shape": "~"}


def side_by_side(learner: Sequence[Any], reference: Sequence[Any]) -> list[str]:
    """Return the two tables as lines of text, with a mark at each row that differs."""
    return table_lines(aligned(learner, reference))


def table_lines(lines: Sequence[TableLine]) -> list[str]:
    """Return aligned tables as lines of text: heading, rows, and what the marks mean."""
    if not lines:
        return []
    width = max([len(line.received) for line in lines] + [len("yours")])
    return [
        f"    {'yours':<{width}}   reference",
        *(
            f"{SIGNS[line.mark]}   {line.received:<{width}}   {line.expected}".rstrip()
            for line in lines
        ),
        "→ differs   ~ only the shape differs, because of something before it",
    ]


def _layer(row: Sequence[Any]) -> str:
    return f"{row[0]} {row[3]}".strip()


def _told_row(row: Sequence[Any] | None) -> str:
    return "" if row is None else f"{_layer(row)} → {'×'.join(map(str, row[1])) or '?'}"


RETURNED_PLACE = "result"  # what the function gives back, as a place that can be marked
MISSING = "missing"
MOST_MARKS = 12  # more in one picture is more than a person looks at
MOST_EXTRAS = 3  # layers too many after one layer


@dataclass(frozen=True)
class Box:
    """One layer of a drawing."""

    role: str
    settings: str  # in few words
    kind: str = ""
    note: str = ""  # what is wrong with it, empty where nothing is
    extra: bool = False  # the learner has it, the reference has not

    @property
    def path(self) -> str:
        """Return the first part of the role: main, shortcut, stem, stage1, head; or nothing."""
        return self.role.split(".")[0] if "." in self.role else ""

    @property
    def name(self) -> str:
        """Return the role without its path."""
        return self.role.partition(".")[2] or self.role

    @property
    def is_missing(self) -> bool:
        """Return whether the learner has left it out."""
        return self.note.startswith(MISSING)


def marks(differences: Iterable[Difference]) -> dict[str, str]:
    """Return {role: what is wrong there, in few words} for a drawing, for the first of many."""
    found: dict[str, str] = {}
    for difference in islice(differences, MOST_MARKS):
        role = difference.layer or RETURNED_PLACE
        text = MARK_TEXTS[difference.kind](difference)
        found[role] = f"{found[role]}; {text}" if role in found else text
    return found


def _mark_of_attribute(difference: Difference) -> str:
    if difference.attribute == "weights":
        return f"shares the weights of {difference.received}"
    if difference.attribute == "layer":
        return f"is {a_kind(difference.received)}, expected {a_kind(difference.expected)}"
    expected, received = shown(difference.expected), shown(difference.received)
    return f"{difference.attribute} is {received}, expected {expected}"


def _mark_of_place(difference: Difference) -> str:
    expected, received = spoken(difference)
    verb = "gives back" if difference.attribute == "output" else MARK_VERBS[difference.kind]
    return f"{verb} {received}, expected {expected}"


MARK_VERBS = {"wiring": "takes in", "order": "stands", "shape": "has the shape", "value": "is"}
MARK_TEXTS: dict[str, Callable[[Difference], str]] = {
    "missing": lambda _: MISSING,
    "extra": lambda difference: f"one too many: {difference.received}",
    "attribute": _mark_of_attribute,
    "wiring": _mark_of_place,
    "order": _mark_of_place,
    "shape": _mark_of_place,
    "value": _mark_of_place,
}


def boxes(network: Network, roles: Mapping[int, str], marked: Mapping[str, str]) -> list[Box]:
    """Return what to draw, in the order of the network.

    A marked role that the network has not is a layer too many: it stands after the layer that
    its text names. A role inside a block that is drawn as one box marks that box.
    """
    drawn = {role: position for position, role in sorted(roles.items())}
    if RETURNED_PLACE in marked:
        drawn[RETURNED_PLACE] = len(network.operations)
    notes: dict[str, list[str]] = {}
    extras: dict[str, list[Box]] = {}
    for role, text in marked.items():
        home, is_extra = _home(role, text, list(drawn))
        if is_extra:
            extras.setdefault(home, []).append(Box(_beside(home, role), "", "", text, extra=True))
        else:
            notes.setdefault(home, []).append(text if role == home else f"{role}: {text}")
    found = []
    for role, position in drawn.items():
        note = "; ".join(notes.get(role, []))
        if position < len(network.operations):
            operation = network.operations[position]
            settings = told_settings(operation) or _shape_of(operation)
            found.append(Box(role, settings, operation.kind, note))
        else:
            found.append(Box(role, "", "", note))
        found += extras.get(role, [])[:MOST_EXTRAS]
    return found


def _shape_of(operation: Operation) -> str:
    """Return the shape of an input in few letters."""
    return "×".join(map(str, (operation.shape or ())[1:])) if operation.kind == "Input" else ""


def _home(role: str, text: str, drawn: list[str]) -> tuple[str, bool]:
    """Return the drawn role that a marked one belongs to, and whether it is a layer too many."""
    if role in drawn:
        return role, False
    after = text.rpartition(" after ")[2].split(";")[0]
    if after in drawn:
        return after, True
    parts = role.split(".")
    prefixes = [".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]
    for prefix in prefixes:
        if prefix in drawn:
            return prefix, False
    in_block = ".".join(after.split(".")[:2])
    if in_block in drawn:
        return in_block, False
    siblings = [each for each in drawn if each.startswith(f"{parts[0]}.")]
    return (siblings or drawn)[-1], True


def _beside(home: str, role: str) -> str:
    """Return the role of a layer too many, on the path on which it stands."""
    path = home.split(".")[0] if "." in home else ""
    name = role.rpartition(".")[2]
    return f"{path}.{name}" if path else name


ACCENT = "#cf222e"  # at least 3:1 on white and on black; never the only sign of a mark
MONO = "ui-monospace, 'DejaVu Sans Mono', monospace"
MAIN_WIDTH = 290
MAIN_HEIGHT = 28
GAP = 16
SIDE_WIDTH = 190
BARE_SIDE_WIDTH = 90
SIDE_HEIGHT = 42
SIDE_START = 24
NOTE_WIDTH = 330
NOTE_LETTERS = 40  # bold, in the widest of the usual fonts
NOTE_LINE = 15
EDGE = 12


def block_svg(drawn: Sequence[Box]) -> tuple[int, int, list[str]]:
    """Return width, height and the parts of a drawing of a block."""
    side = [box for box in drawn if box.path == "shortcut"]
    main = [box for box in drawn if box.path != "shortcut"]
    meets = any(box.role == "add" for box in main)
    side_width = (SIDE_WIDTH if side else BARE_SIDE_WIDTH) if meets else 0
    left = EDGE + side_width + (24 if meets else 0)
    tops = _tops(main)
    heights = [_height(box) for box in main]
    parts = []
    for number, (box, top) in enumerate(zip(main, tops, strict=True)):
        middle = left + MAIN_WIDTH // 2
        if number:
            bottom = tops[number - 1] + heights[number - 1]
            parts.append(arrow(middle, bottom, middle, top))
        parts += _circle(box, middle, top) if box.role == "add" else _main_box(box, left, top)
        parts += note(box, left + MAIN_WIDTH + 14, top + heights[number] // 2)
    bottom = tops[-1] + max(heights[-1], _note_height(main[-1]))
    if meets:
        where = {box.role: top + _height(box) // 2 for box, top in zip(main, tops, strict=True)}
        parts += _shortcut(side, left, where, side_width)
    noted = any(box.note for box in main)
    return left + MAIN_WIDTH + EDGE + (NOTE_WIDTH + 20) * noted, bottom + EDGE, parts


def _height(box: Box) -> int:
    return 22 if box.extra else MAIN_HEIGHT


def _note_height(box: Box) -> int:
    return NOTE_LINE * len(note_lines(box.note)) if box.note else 0


def _tops(main: Sequence[Box]) -> list[int]:
    """Return where each box begins, so that no note touches the next."""
    tops = [EDGE + 8]
    for box, following in pairwise(main):
        half = (_note_height(box) - _height(box)) // 2
        half_next = (_note_height(following) - _height(following)) // 2
        gap = max(GAP, max(half, 0) + max(half_next, 0) + 4)
        tops.append(tops[-1] + _height(box) + gap)
    return tops


def _main_box(box: Box, left: int, top: int) -> list[str]:
    narrow = 50 if box.extra else 0
    width, height = MAIN_WIDTH - 2 * narrow, _height(box)
    baseline = top + height // 2 + 4
    settings = MISSING if box.is_missing else "too many" if box.extra else box.settings
    return [
        frame(box, left + narrow, top, width, height),
        words(left + narrow + 10, baseline, box.role, mono=True, bold=bool(box.note)),
        words(left + narrow + width - 10, baseline, settings, anchor="end"),
    ]


def _circle(box: Box, middle: int, top: int) -> list[str]:
    centre = top + MAIN_HEIGHT // 2
    stroke = f'stroke="{ACCENT}" stroke-width="3.5"' if box.note else 'stroke="currentColor"'
    dashes = ' stroke-dasharray="5 3"' if box.is_missing else ""
    settings = MISSING if box.is_missing else box.kind if box.kind != "Add" else ""
    return [
        f'<circle cx="{middle}" cy="{centre}" r="14" fill="none" {stroke}{dashes}/>',
        words(middle, centre + 6, "+", anchor="middle", size=18),
        words(middle + 24, centre + 4, box.role, mono=True, bold=bool(box.note)),
        words(middle + 60, centre + 4, settings),
    ]


def _shortcut(side: Sequence[Box], left: int, where: dict[str, int], width: int) -> list[str]:
    """Return the shortcut: from the input at the side down to the circle of the addition."""
    start, end = where.get("input", EDGE + 20), where["add"]
    x, middle = EDGE + 14, left + MAIN_WIDTH // 2
    parts = [line(left, start, x, start)]
    above = start
    space = (end - start - SIDE_START) // len(side) if side else 0
    step = max(SIDE_HEIGHT + 8, min(SIDE_HEIGHT + 50, space))
    for number, box in enumerate(side):
        top = start + SIDE_START + number * step
        parts += [arrow(x, above, x, top), *_side_box(box, top, width)]
        above = top + SIDE_HEIGHT
    label = start + 20 if not side else above + 16 + _note_height(side[-1])
    parts.append(words(x + 8, label, "shortcut", italic=True))
    return [*parts, line(x, above, x, end), arrow(x, end, middle - 14, end)]


def _side_box(box: Box, top: int, width: int) -> list[str]:
    settings = MISSING if box.is_missing else "too many" if box.extra else box.settings
    parts = [
        frame(box, EDGE, top, width, SIDE_HEIGHT),
        words(EDGE + 10, top + 17, box.role, mono=True, bold=bool(box.note)),
        words(EDGE + 10, top + 33, settings),
    ]
    if box.note and not box.is_missing:
        lines = note_lines(box.note, 23)
        parts.append(sign(EDGE + 20, top + SIDE_HEIGHT + 11, up=True))
        parts += [
            words(EDGE + 36, top + SIDE_HEIGHT + 15 + NOTE_LINE * number, each, bold=True)
            for number, each in enumerate(lines)
        ]
    return parts


def note_lines(text: str, letters: int = NOTE_LETTERS) -> list[str]:
    """Return a note cut into at most four lines."""
    return textwrap.wrap(text, letters, max_lines=4, placeholder=" …")


def note(box: Box, x: int, centre: int) -> list[str]:
    """Return the sign and the lines that stand beside a marked box."""
    if not box.note:
        return []
    lines = note_lines(box.note)
    first = centre + 4 - NOTE_LINE * (len(lines) - 1) // 2
    return [
        sign(x, centre),
        *(words(x + 16, first + NOTE_LINE * n, each, bold=True) for n, each in enumerate(lines)),
    ]


def sign(x: int, y: int, *, up: bool = False) -> str:
    """Return the sign of a mark: a triangle that points at the box to its left, or above it."""
    corners = f"M{x},{y + 5} h12 l-6,-10 z" if up else f"M{x},{y} l10,-6 v12 z"
    return f'<path d="{corners}" fill="{ACCENT}"/>'


def frame(box: Box, x: int, y: int, width: int, height: int) -> str:
    """Return the frame of a box: thick where it is marked, dashed where it is not there."""
    paint = 'fill="none" stroke="currentColor" stroke-opacity="0.7"'
    if box.note:
        paint = f'fill="{ACCENT}" fill-opacity="0.1" stroke="{ACCENT}" stroke-width="3.5"'
    dashes = ' stroke-dasharray="6 4"' if box.is_missing or box.extra else ""
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="5" {paint}{dashes}/>'


def words(
    x: int,
    y: int,
    text: str,
    *,
    anchor: str = "start",
    size: int = 12,
    bold: bool = False,
    mono: bool = False,
    italic: bool = False,
) -> str:
    """Return one line of text whose baseline is at `y`."""
    if not text:
        return ""
    told = f' text-anchor="{anchor}"' if anchor != "start" else ""
    told += ' font-weight="bold"' if bold else ""
    told += ' font-style="italic"' if italic else ""
    told += f' font-family="{MONO}"' if mono else ""
    size = size - 1 if mono else size
    return (
        f'<text x="{x}" y="{y}" font-size="{size}"{told} fill="currentColor">{escape(text)}</text>'
    )


def line(x: int, y: int, to_x: int, to_y: int) -> str:
    """Return a straight line."""
    return (
        f'<path d="M{x},{y} L{to_x},{to_y}" fill="none" stroke="currentColor" '
        'stroke-opacity="0.7"/>'
    )


def arrow(x: int, y: int, to_x: int, to_y: int) -> str:
    """Return a line with an arrowhead, downwards or to the right."""
    head = "l-4,-7 h8 z" if to_x == x else "l-7,-4 v8 z"
    return f'{line(x, y, to_x, to_y)}<path d="M{to_x},{to_y} {head}" fill="currentColor"/>'


LABEL_WIDTH = 62
CELL_WIDTH = 106
CELL_GAP = 14
CELL_HEIGHT = 64
EXTRA_WIDTH = 64
ROW_GAP = 30
BLOCK_WORDS = {"convolutional_block": "convolutional", "identity_block": "identity"}


def network_svg(drawn: Sequence[Box]) -> tuple[int, int, list[str]]:
    """Return width, height and the parts of a drawing of a network."""
    rows = network_rows(drawn)
    width = EDGE + LABEL_WIDTH + max(_row_width(row) for _, row in rows) + EDGE
    top = EDGE
    parts: list[str] = []
    for number, (label, row) in enumerate(rows):
        parts.append(words(EDGE, top + CELL_HEIGHT // 2 + 4, label, bold=True))
        parts += _cells(row, top)
        notes = [(box.role, each) for box in row if box.note for each in _note(box)]
        bottom = top + CELL_HEIGHT + 6
        for place, (_, each) in enumerate(notes):
            baseline = bottom + NOTE_LINE * (place + 1)
            if not each.startswith(" "):
                parts.append(sign(EDGE + LABEL_WIDTH, baseline - 4, up=True))
            parts.append(words(EDGE + LABEL_WIDTH + 16, baseline, each.strip(), bold=True))
        bottom += NOTE_LINE * len(notes)
        if number + 1 < len(rows):
            parts += _turn(top, bottom, EDGE + LABEL_WIDTH + _row_width(row))
        top = bottom + ROW_GAP
    return width, top - ROW_GAP + EDGE, parts


def network_rows(drawn: Sequence[Box]) -> list[tuple[str, list[Box]]]:
    """Return (label, boxes) for the stem, each stage and the head."""
    rows: dict[str, list[Box]] = {}
    last = "stem"
    for box in drawn:
        last = box.path or last
        label = last.replace("stage", "stage ")
        rows.setdefault(label, []).append(box)
    return list(rows.items())


def _row_width(row: Sequence[Box]) -> int:
    return sum(_cell_width(box) + CELL_GAP for box in row) - CELL_GAP


def _cell_width(box: Box) -> int:
    return EXTRA_WIDTH if box.extra else CELL_WIDTH


def _note(box: Box) -> list[str]:
    """Return the lines of a box's note; those that go on begin with a space."""
    first, *others = note_lines(f"{box.role}: {box.note}", 90)
    return [first, *(f" {each}" for each in others)]


def _cells(row: Sequence[Box], top: int) -> list[str]:
    parts = []
    x = EDGE + LABEL_WIDTH
    for number, box in enumerate(row):
        width = _cell_width(box)
        if number:
            parts.append(arrow(x - CELL_GAP, top + 32, x, top + 32))
        parts += [
            frame(box, x, top, width, CELL_HEIGHT),
            words(x + 7, top + 16, box.name, mono=True, bold=bool(box.note)),
            *(
                words(x + 7, top + 31 + 13 * place, each, size=11)
                for place, each in enumerate(_cell_lines(box))
            ),
        ]
        x += width + CELL_GAP
    return parts


def _cell_lines(box: Box) -> list[str]:
    if box.is_missing:
        return [MISSING]
    if box.extra:
        return ["too many"]
    if box.kind in BLOCK_WORDS:
        numbers, _, others = box.settings.partition(" filters ")
        return [BLOCK_WORDS[box.kind], numbers, others]
    return textwrap.wrap(box.settings, 17, max_lines=3, placeholder=" …")


def _turn(top: int, bottom: int, right: int) -> list[str]:
    """Return the line from the end of a row to the start of the next."""
    centre, low = top + CELL_HEIGHT // 2, bottom + ROW_GAP // 2
    out, start = right + 6, EDGE + LABEL_WIDTH + CELL_WIDTH // 2
    return [
        line(right, centre, out, centre),
        line(out, centre, out, low),
        line(out, low, start, low),
        arrow(start, low, start, bottom + ROW_GAP),
    ]


POINTER = "<-- "


def block_text(drawn: Sequence[Box]) -> list[str]:
    """Return a block as text: the main path, the shortcut beside it, marks at the end."""
    side = [box for box in drawn if box.path == "shortcut"]
    main = [box for box in drawn if box.path != "shortcut"]
    roles = [box.role for box in main]
    start, end = roles.index("input"), roles.index("add") if "add" in roles else -1
    column = max(len(box.role) for box in main) + 4
    width = max(len(_said(box, column)) for box in main) + 3
    side_width = max([1, *(len(_said(box)) for box in side)])
    waiting = list(side)
    lines = []
    for number, box in enumerate(main):
        said, beside, marked = _said(box, column).ljust(width), "", [box]
        if number == start and end > start:
            said, beside = f"{_said(box, column)} ".ljust(width, "─"), "┐"
        elif number == end:
            said, beside = f"{_said(box, column)} ◄".ljust(width, "─"), "┘"
        elif start < number < end:
            beside = "│"
            if waiting and (not box.note or end - number <= len(waiting)):
                marked.append(waiting.pop(0))
                beside = _said(marked[-1])
        notes = [each.note for each in marked if each.note]
        pointer = f"  {POINTER}{'; '.join(notes)}" if notes else ""
        lines.append(f"{_mark_of(notes)} {said}{beside:<{side_width}}{pointer}".rstrip())
    return lines


def _mark_of(notes: Sequence[str]) -> str:
    return "→" if notes else " "


def _said(box: Box, column: int = 0) -> str:
    if box.role == "add":
        return "add (+)"
    role = f"[+ {box.role}]" if box.extra else f"[{box.role}]" if box.note else box.role
    settings = MISSING if box.is_missing else box.settings
    return f"{role:<{column}} {settings}".strip()


def network_text(drawn: Sequence[Box]) -> list[str]:
    """Return a network as text: a line for each row of boxes, and its marks below."""
    lines = []
    for label, row in network_rows(drawn):
        noted = [box for box in row if box.note]
        chain = " ─ ".join(_linked(box) for box in row)
        lines.append(f"{'→' if noted else ' '} {label:<9}{chain}")
        lines += [f"{'':11}{POINTER}{box.role}: {box.note}" for box in noted]
    return lines


def _linked(box: Box) -> str:
    if box.extra:
        return f"[+ {box.name}]"
    return f"[{box.name}]" if box.note else box.name


SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" '
    'width="{width}" height="{height}" font-family="system-ui, sans-serif">\n'
    "<title>{title}</title>\n<desc>{desc}</desc>\n{parts}\n</svg>"
)


def drawing(network: Network, roles: Mapping[int, str], marked: Mapping[str, str]) -> str:
    """Return an SVG of the reference network, with the roles in `marked` {role: note} marked.

    It takes the colour of the text around it, and needs no style, script, font or id.
    """
    drawn = boxes(network, roles, marked)
    width, height, parts = network_svg(drawn) if _has_blocks(network) else block_svg(drawn)
    return SVG.format(
        width=width,
        height=height,
        title=escape(_title(network, drawn)),
        desc=escape(description(network, drawn)),
        parts="\n".join(part for part in parts if part),
    )


def drawing_lines(
    network: Network, roles: Mapping[int, str], marked: Mapping[str, str]
) -> list[str]:
    """Return the same drawing as lines of text."""
    drawn = boxes(network, roles, marked)
    return network_text(drawn) if _has_blocks(network) else block_text(drawn)


def _has_blocks(network: Network) -> bool:
    return any(operation.kind in BLOCK_KINDS for operation in network.operations)


def _title(network: Network, drawn: Sequence[Box]) -> str:
    what = "The network as it was asked for" if _has_blocks(network) else "The block as asked for"
    noted = [box.role for box in drawn if box.note]
    return f"{what}, with a mark at {', '.join(noted)}" if noted else what


def description(network: Network, drawn: Sequence[Box]) -> str:
    """Return in words what is drawn, and what is marked."""
    inside = [box for box in drawn if not box.extra]
    if _has_blocks(network):
        stages = dict.fromkeys(box.path for box in inside if box.path.startswith("stage"))
        counts = [sum(box.path == stage for box in inside) for stage in stages]
        told = f"A stem, stages of {', '.join(map(str, counts))} blocks, and a head."
    elif not any(box.role == "add" for box in inside):
        told = f"From top to bottom: {', '.join(box.role for box in inside)}."
    else:
        main = [box.name for box in inside if box.path == "main"]
        side = [box.name for box in inside if box.path == "shortcut"]
        around = f"through {' and '.join(side)}" if side else "unchanged"
        told = (
            f"The input goes down the main path, {', '.join(main)}, and {around} along the "
            "shortcut; both meet in an addition, and an activation follows."
        )
    noted = [f"{box.role}: {box.note}" for box in drawn if box.note]
    return f"{told} Marked: {'. '.join(noted)}." if noted else told


MARK_WORDS = {"": "", "differs": "differs", "shape": "other shape only"}
TABLE = """<table class="reskit-table">
<caption>Your layers beside those that were asked for</caption>
<thead><tr><th scope="col">row</th><th scope="col">yours</th><th scope="col">asked for</th>\
<th scope="col">mark</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>"""


def table_html(lines: Sequence[TableLine]) -> str:
    """Return the two tables side by side as HTML; an empty text where they are equal."""
    if not lines:
        return ""
    return TABLE.format(rows="\n".join(map(_table_row, range(1, len(lines) + 1), lines)))


def _table_row(number: int, line: TableLine) -> str:
    cells = "".join(_table_cell(each, line.mark) for each in (line.received, line.expected))
    mark = escape(MARK_WORDS.get(line.mark, line.mark))
    kind = ' class="differs"' if line.mark == "differs" else ""
    return f'<tr{kind}><th scope="row">{number}</th>{cells}<td class="mark">{mark}</td></tr>'


def _table_cell(told: str, mark: str) -> str:
    if not told:
        return "<td>(no layer)</td>"
    text = escape(told)
    return f"<td><strong>{text}</strong></td>" if mark == "differs" else f"<td>{text}</td>"


def hints_html(told: Sequence[str]) -> str:
    """Return hints as HTML: the first to be read, each of the others folded inside the last."""
    if not told:
        return ""
    folded = ""
    for number in reversed(range(1, len(told))):
        folded = (
            f"<details><summary>Hint {number + 1} of {len(told)}</summary>"
            f"<p>{escape(told[number])}</p>{folded}</details>"
        )
    return f'<p class="hint"><strong>Hint:</strong> {escape(told[0])}</p>{folded}'


LINE_LENGTH = 100
ENTRY = "  - "


@dataclass(frozen=True)
class Picture:
    """A drawing twice: for a page and for a terminal."""

    svg: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """What a public test has to say: a heading, whether it passed, and what to look at."""

    heading: str
    passed: bool
    name: str = ""  # the function that was tested
    asked: tuple[str, ...] = ()  # what the test is about, where that is to be told
    called: str = ""
    look_at: str = ""
    expected: str = ""
    received: str = ""
    others: tuple[str, ...] = ()  # what differs besides, one sentence each
    stopped: str = ""  # what the function raised
    hints: tuple[str, ...] = ()
    picture: Picture | None = None
    table: tuple[TableLine, ...] = ()
    proven: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()  # of the call that failed

    def __str__(self) -> str:
        """Return the card as plain text with the first hint."""
        return self.text()

    def text(self, hints: int = 1) -> str:
        """Return the card as plain text with so many hints."""
        shown_hints = self.hints[: max(0, hints)]
        lines = [self.heading, *self.asked]
        for label, text in (
            ("Called:   ", self.called),
            ("Look at:  ", self.look_at),
            ("Expected: ", self.expected),
            ("Received: ", self.received),
            ("Stopped:  ", self.stopped),
            *(("Hint:     ", hint) for hint in shown_hints),
        ):
            lines += wrapped(label, text)
        if shown_hints and len(shown_hints) < len(self.hints):
            ask = f"{self.name}_test({self.name}, hints={len(shown_hints) + 1})"
            lines.append(f"          {ask} shows the next hint.")
        if self.others:
            lines.append(f"And {len(self.others)} more:")
            lines += [f"{ENTRY}{other}" for other in self.others]
        if self.picture and not self.passed:
            lines += ["", "The block or network as asked for:", *self.picture.lines]
        if self.table:
            lines += ["", *table_lines(self.table)]
        return "\n".join([*lines, *self.proven])


def wrapped(label: str, text: str) -> list[str]:
    """Return `text` in lines that fit a terminal, the label before the first."""
    indent = " " * len(label)
    return textwrap.wrap(text, LINE_LENGTH, initial_indent=label, subsequent_indent=indent)


# The colours are the notebook's own, light or dark, but for two borders that stand on both.
CARD_STYLE = """
div.reskit-card { border-left: 4px solid #cf222e; padding: 0.4em 1em; }
div.reskit-card.passed { border-color: #1a7f37; }
div.reskit-card h4 { margin: 0 0 0.4em; font-size: 1.1em; font-weight: bold;
  font-style: normal; }
div.reskit-card p { margin: 0.3em 0; max-width: 46em; }
div.reskit-card dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2em 1em;
  margin: 0.4em 0; }
div.reskit-card dt { font-weight: bold; float: none; width: auto; }
div.reskit-card dd { margin: 0; float: none; width: auto; overflow-wrap: anywhere; }
div.reskit-card details { margin: 0.3em 0; }
div.reskit-card summary { cursor: pointer; width: fit-content; }
div.reskit-card summary:focus-visible, div.reskit-card [tabindex]:focus-visible {
  outline: 2px solid currentColor; outline-offset: 2px; }
div.reskit-card .wide { overflow-x: auto; }
div.reskit-card details details { margin-left: 1em; }
div.reskit-card svg { max-width: 100%; height: auto; margin: 0.6em 0; color: inherit; }
div.reskit-card table { margin: 0.4em 0; border-collapse: collapse; font-size: 0.95em; }
div.reskit-card caption { text-align: left; color: inherit; }
div.reskit-card .reskit-table th, div.reskit-card .reskit-table td {
  text-align: left; padding: 0.15em 0.8em 0.15em 0; }
div.reskit-card .mark { white-space: nowrap; }
div.reskit-card tr.differs th { border-left: 4px solid #cf222e; padding-left: 0.4em; }
"""


def card_html(card: Card) -> str:
    """Return the card as HTML: headings, lists and details, without any script."""
    mark, status = ("✓", "passed") if card.passed else ("✗", "failed")
    parts = [
        f"<style>{CARD_STYLE}</style>",
        f'<div class="reskit-card {status}" role="group" aria-label="{escape(card.heading)}">',
        f'<div role="status"><h4>{mark} {escape(card.heading)}</h4>',
        _sentence(card.look_at, bold=True),
        _sentence(card.stopped),
        "</div>",
        _asked(card.asked),
        _told_values(card),
        _more(card.others),
        hints_html(card.hints),
        _proven(card.proven),
        _drawn(card),
        _folded("The two layer tables side by side", _scrolled(table_html(card.table))),
        "</div>",
    ]
    return "\n".join(part for part in parts if part)


def _sentence(text: str, bold: bool = False) -> str:
    if not text:
        return ""
    return f"<p><strong>{escape(text)}</strong></p>" if bold else f"<p>{escape(text)}</p>"


def _told_values(card: Card) -> str:
    told = (("Called", card.called), ("Expected", card.expected), ("Received", card.received))
    entries = [
        f"<dt>{label}</dt><dd><code>{escape(text)}</code></dd>" for label, text in told if text
    ]
    return f"<dl>{''.join(entries)}</dl>" if entries else ""


def _asked(lines: Sequence[str]) -> str:
    """Return lines of text as HTML; those that begin with "- " are a list."""
    parts = []
    for is_entry, group in groupby(lines, lambda line: line.startswith(ENTRY)):
        texts = [escape(line.removeprefix(ENTRY)) for line in group]
        entries = "".join(f"<li>{text}</li>" for text in texts)
        parts.append(f"<ul>{entries}</ul>" if is_entry else f"<p>{' '.join(texts)}</p>")
    return "\n".join(parts)


def _more(others: Sequence[str]) -> str:
    if not others:
        return ""
    entries = "".join(f"<li>{escape(other)}</li>" for other in others)
    return f"<p>And {len(others)} more:</p><ul>{entries}</ul>"


def _folded(summary_text: str, inside: str) -> str:
    if not inside:
        return ""
    return f"<details><summary>{escape(summary_text)}</summary>{inside}</details>"


def _drawn(card: Card) -> str:
    """Return the drawing; that of a card that passed is there for who asks for it."""
    if card.picture is None:
        return ""
    drawn = f'<div class="wide">{card.picture.svg}</div>'
    return _folded("What you have built, drawn", drawn) if card.passed else drawn


def _scrolled(inside: str) -> str:
    """Return what may be wider than the card, so that the keyboard can move it."""
    if not inside:
        return ""
    return f'<div class="wide" role="group" tabindex="0" aria-label="layer tables">{inside}</div>'


def _proven(lines: Sequence[str]) -> str:
    if not lines:
        return ""
    first, *calls = lines
    entries = "".join(f"<li><code>{escape(call.strip())}</code></li>" for call in calls)
    return f"<p>{escape(first)}</p><ul>{entries}</ul>"


PROVEN = "The network that your function builds is the one that was asked for."
FOLLOWED = "With constant weights the result can be followed by hand, layer by layer."
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


def summary(model: Any) -> list[list[Any]]:
    """Return [layer, output shape, parameters, settings] for each layer of a Keras model.

    Activations written as an argument, a layer or a function give the same rows.
    """
    return rows(normal_form(graph_of_model(model)))


def comparator(learner: Iterable[Any], instructor: Iterable[Any]) -> None:
    """Compare two layer tables row by row.

    Raises AssertionError that names the first row that differs; a table that is shorter or
    longer than the other, or empty, differs.
    """
    difference = first_difference(learner, instructor)
    if difference is not None:
        raise AssertionError(f"The two tables differ. {difference}")


def check(name: str, target: Callable[..., Any], exercise: Mapping[str, Any]) -> Card:
    """Return the card of one exercise: its public calls made on `target`, and what they built.

    It tells of the first call that fails; those after it are not made.
    """
    if not callable(target):
        return Card(f"{name}: not yet", False, name, look_at=f"{target!r:.60} is not a function.")
    for call in exercise["calls"]:
        problem = _problem(name, target, call, exercise)
        if problem is not None:
            return replace(problem, called=spoken_call(name, call["arguments"]))
    calls = [f"  {spoken_call(name, call['arguments'])}" for call in exercise["calls"]]
    return Card(
        f"{name}: all public tests passed",
        True,
        name,
        picture=_picture(network_from_data(exercise["calls"][0]["network"])),
        proven=(PROVEN, *calls),
    )


def red_card(name: str, empty: Callable[..., Any], exercise: Mapping[str, Any]) -> Card:
    """Return the card of a function that is still empty, with what the test asks for."""
    names = list(dict.fromkeys(case["name"] for case in exercise["cases"]))
    calls = [spoken_call(name, call["arguments"]) for call in exercise["calls"]]
    asked = (
        *textwrap.wrap(f"{exercise['signature']}: {exercise['about']}.", LINE_LENGTH),
        "The test looks at:",
        *(f"{ENTRY}{each}" for each in names),
        "It calls:",
        *(f"{ENTRY}{each}" for each in calls),
    )
    return replace(check(name, empty, exercise), asked=asked, called="")


def spoken_call(name: str, arguments: Mapping[str, Any]) -> str:
    """Return the call as one would type it, the input as its shape."""
    told = []
    for argument, value in arguments.items():
        if argument == "input_shape" and is_block(arguments):
            told.append(f"X of shape {(None, *value)}")
        elif argument != "training":
            shown_value = tuple(value) if argument == "input_shape" else value
            told.append(f"{argument}={shown_value}")
    return f"{name}({', '.join(told)})"


def _problem(
    name: str, target: Callable[..., Any], call: Mapping[str, Any], exercise: Mapping[str, Any]
) -> Card | None:
    """Return the card of what is wrong with what one call built, None when it is right."""
    built = build(name, target, call["arguments"])
    reference = network_from_data(call["network"])
    learner = normal_form(built.graph, built.training)
    red = Card(f"{name}: not yet", False, name)
    if built.error is not None:
        red = replace(red, stopped=cause_in_words(explained(_where(built.error))))
    comparison = compare_call(
        reference,
        learner,
        returned=built.returned,
        raised=built.error is not None,
        takes_initializer=built.takes_initializer,
    )
    if not comparison.gives_network:
        return _told(red, comparison.differences, call, exercise, reference)
    differences = defaults_named(comparison.differences, call["arguments"])
    if differences:
        card = _told(red, differences, call, exercise, reference)
        return _with_pictures(card, reference, comparison.in_blocks or learner)
    return red if built.error is not None else _value_problem(red, target, call, built)


def _told(
    red: Card,
    differences: Sequence[Difference],
    call: Mapping[str, Any],
    exercise: Mapping[str, Any],
    reference: Network,
) -> Card:
    """Return the card with the first difference as the one thing to look at, and its hints."""
    first = differences[0]
    expected, received = spoken(first)
    most = exercise.get("most_hints", MOST_HINTS)
    return replace(
        red,
        look_at=first.message,
        expected=expected,
        received=received,
        others=tuple(dict.fromkeys(other.message for other in differences[1:MOST_OTHERS])),
        hints=hints(first, _nudge(first, call["name"], exercise["cases"], reference), most),
        differences=tuple(differences),
    )


def _with_pictures(card: Card, reference: Network, learner: Network) -> Card:
    """Return the card with the drawing, its places marked, and the two tables side by side."""
    return replace(
        card,
        picture=_picture(reference, card.differences),
        table=tuple(aligned(rows(learner), rows(reference))),
    )


def _picture(reference: Network, differences: Sequence[Difference] = ()) -> Picture:
    """Return the reference drawn, with the places marked that differ."""
    roles, marked = name_roles(reference), marks(differences)
    return Picture(
        drawing(reference, roles, marked), tuple(drawing_lines(reference, roles, marked))
    )


def _nudge(
    difference: Difference, call: str, cases: Sequence[Mapping[str, Any]], reference: Network
) -> str:
    """Return the hint of the case that the difference belongs to, among those of the call."""
    if difference.kind == "value":
        return "What does the last line of the function give back?"
    nudges = {str(case["part"]): str(case["hint"]) for case in cases if case["call"] == call}
    for each in (telling_part(difference, list(nudges), reference), *nudges):
        if each in nudges:
            return nudges[each]
    return ""


MOST_OTHERS = 6


def _where(error: BaseException) -> Place:
    """Return what was raised, and the last line of the learner's own code on the way there."""
    library = str(Path(traceback.__file__).parent)
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename != __file__
        and "site-packages" not in frame.filename
        and not frame.filename.startswith((library, "<frozen "))
    ]
    place = f"line {own[-1].lineno}: {(own[-1].line or '').strip()}" if own else ""
    return Place(type(error).__name__, steady(str(error)), place.removesuffix(": "))


def _value_problem(
    red: Card, target: Callable[..., Any], call: Mapping[str, Any], built: Built
) -> Card | None:
    """Return what is wrong with the numbers under constant weights, where they are recorded."""
    values = call.get("values")
    if values is None or not built.takes_initializer:
        return None
    tensor = keras.Input(call["arguments"]["input_shape"])
    given = {**call["arguments"], "X": tensor, "initializer": ConstantWeights}
    given.pop("input_shape")
    model = keras.Model(tensor, call_function(target, given))
    image = values_input(call["arguments"]["input_shape"])
    received = np.array(model(image, training=False))
    expected = np.array(values["result"])
    if received.shape == expected.shape and np.allclose(received, expected, atol=CLOSE_VALUES):
        return None
    if received.shape != expected.shape:
        return replace(
            red, look_at=FOLLOWED, expected=f"{expected.shape}", received=f"{received.shape}"
        )
    place = np.unravel_index(np.abs(received - expected).argmax(), expected.shape)
    where = f"at {tuple(map(int, place))} with every weight {CONSTANT}"
    return replace(
        red,
        look_at=FOLLOWED,
        expected=f"{expected[place]:.4f} {where}",
        received=f"{received[place]:.4f}",
    )
