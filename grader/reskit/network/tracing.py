"""The recorded Keras calls as a graph of plain data, nested models written out."""

from __future__ import annotations

import contextlib
import inspect
import re
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
from keras.src.utils.naming import to_snake_case

from reskit.network.graph import TENSOR, Graph, Node
from reskit.network.own_layers import (
    InBothWorlds,
    can_be_opened,
    keras_class,
    tensorflow_on_keras_tensors,
)
from reskit.network.recorder import Attempt, Recording, leaves, node_of, symbolic_leaves

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
