"""Record the graph that Keras builds while a function runs, also when it raises half-way."""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import keras
from keras.src.ops.node import Node as KerasNode

from reskit.network.graph import Graph, Node

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
