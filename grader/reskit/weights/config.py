"""The configuration in a model file as a computation graph; no object of it is ever made.

Keras 2 and Keras 3 write the calls of a layer in two ways, see "get_config" of their functional
models. A layer that is code (a Lambda, a class of somebody's own) is refused by its name.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reskit.network.graph import MAX_INPUTS, MAX_NODES, Graph, Node
from reskit.weights.calls import Call, calls_of, tensor_names
from reskit.weights.layer_table import (
    CODE,
    CONTAINERS,
    FUNCTIONS,
    KEPT,
    MERGES,
    OTHER_NAMES,
    settings_of,
)
from reskit.weights.setting_values import is_count
from reskit.weights.shapes import shape_after

DEEPEST = 8  # models within models


class ConfigError(ValueError):
    """The configuration cannot be read, or holds what is not read; the message names it."""


@dataclass(frozen=True)
class LayerKey:
    """Where the weights of a layer lie in a file."""

    group: str  # the name of the outermost layer, as an HDF5 file by Keras 2 has it
    name: str  # the layer's own name
    path: str  # by classes and numbers, as a .keras archive has it: "functional/conv2d_3"


@dataclass(frozen=True)
class Configured:
    """The graph of a configuration, and where the weights of each of its layers lie."""

    graph: Graph
    keys: Mapping[int, LayerKey]  # by the number of the layer
    trains: bool = False  # whether a call is fixed to training mode


def configured(config: Any) -> Configured:
    """Return the graph that a model's configuration describes. Raises ConfigError."""
    writer = _Writer()
    try:
        outputs = writer.model(config, [], _Place("", "", 0))
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, RecursionError) as error:
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(
            f"Its configuration is not one that Keras writes ({type(error).__name__}: "
            f"{error!s:.120})."
        ) from error
    return Configured(Graph(tuple(writer.nodes), tuple(outputs)), writer.keys, writer.trains)


@dataclass(frozen=True)
class _Place:
    """The model in a model that is being written."""

    group: str
    path: str
    depth: int


@dataclass
class _Writer:
    nodes: list[Node] = field(default_factory=list)
    keys: dict[int, LayerKey] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    trains: bool = False

    def model(self, config: Any, given: list[int], place: _Place) -> list[int]:
        """Write the layers of a model whose inputs are the nodes `given`; return its outputs.

        Without `given` its own inputs are written as such.
        """
        kind = config.get("class_name") if isinstance(config, dict) else None
        if kind not in CONTAINERS:
            raise ConfigError(
                f"The model is of the class {kind!r:.60}, which is somebody's own code. Only what "
                "keras.Model(inputs, outputs) or keras.Sequential makes is read: build the network "
                "so, and save it again."
            )
        if place.depth > DEEPEST:
            raise ConfigError("It holds models within models, deeper than is read.")
        inner = config["config"]
        layers = inner if isinstance(inner, list) else inner["layers"]  # a list in Keras 2.1
        entries = [_Entry.of(layer) for layer in layers]
        paths = _paths([entry.kind for entry in entries], place.path)
        if kind == "Sequential":
            return self._chain(entries, paths, given, place, inner)
        return self._functional(entries, paths, given, place, inner)

    def _chain(
        self,
        entries: list[_Entry],
        paths: list[str],
        given: list[int],
        place: _Place,
        inner: Any,
    ) -> list[int]:
        current = list(given)
        if not current and (not entries or entries[0].kind != "InputLayer"):
            shape = entries[0].config.get("batch_input_shape") if entries else None
            build = inner.get("build_input_shape") if isinstance(inner, dict) else None
            current = [self._input(shape or build)]
        for entry, path in zip(entries, paths, strict=True):
            if entry.kind == "InputLayer":
                current = current or [self._input(entry.input_shape)]
                continue
            current = self._called(entry, path, Call(tuple(current)), place)
        return current

    def _functional(
        self,
        entries: list[_Entry],
        paths: list[str],
        given: list[int],
        place: _Place,
        inner: Any,
    ) -> list[int]:
        made: dict[tuple[str, int], list[int]] = {}
        for name, position in zip(
            [each[0] for each in tensor_names(inner["input_layers"])], given, strict=False
        ):
            made[name, 0] = [position]
        waiting = []
        for entry, path in zip(entries, paths, strict=True):
            if entry.kind == "InputLayer":
                if (entry.name, 0) not in made:
                    made[entry.name, 0] = [self._input(entry.input_shape)]
                continue
            for number, call in enumerate(calls_of(entry.raw)):
                waiting.append((entry, path, number, call))
        while waiting:
            left = []
            for entry, path, number, call in waiting:
                if any((name, node) not in made for name, node, _ in call.tensors):
                    left.append((entry, path, number, call))
                    continue
                sources = tuple(made[name, node][index] for name, node, index in call.tensors)
                made[entry.name, number] = self._called(
                    entry, path, replace(call, tensors=sources), place
                )
            if len(left) == len(waiting):
                raise ConfigError(f"The layer {left[0][0].name!r:.60} takes in what is not there.")
            waiting = left
        return [
            made[name, node][index] for name, node, index in tensor_names(inner["output_layers"])
        ]

    def _called(self, entry: _Entry, path: str, call: Call, place: _Place) -> list[int]:
        """Write one call of one layer; return the positions of its results."""
        group = place.group or entry.name
        if entry.kind in CONTAINERS:
            inside = _Place(group, path, place.depth + 1)
            return self.model(entry.raw, list(call.tensors), inside)
        op, settings = entry.operation(call)
        wanted = (2, MAX_INPUTS) if op in MERGES else (1, MAX_INPUTS if "ops." in op else 1)
        if not wanted[0] <= len(call.tensors) <= wanted[1]:
            raise ConfigError(
                f"The layer {entry.name[:60]!r} takes in {len(call.tensors)} tensors, which no "
                f"{entry.kind[:60]} of Keras does."
            )
        self.trains = self.trains or call.trains
        before = [self.nodes[source].shape for source in call.tensors]
        if op == "Reshape" and "target_shape" not in settings:
            op = "ops.Reshape"
        shape = shape_after(op, settings, before)
        key = LayerKey(group, entry.name, path)
        number = self.numbers.setdefault(f"{place.path}/{path}/{entry.name}", len(self.numbers))
        self.keys[number] = key
        parameters = _parameters(op, settings, before[0] if before else None)
        return [self._append(Node(op, settings, call.tensors, shape, parameters, number))]

    def _input(self, shape: Any) -> int:
        sizes = tuple(shape) if isinstance(shape, list) else (None,)
        if not all(size is None or is_count(size) for size in sizes):
            raise ConfigError(f"Its input has the shape {shape!r:.60}.")
        number = self.numbers.setdefault(f"input {len(self.nodes)}", len(self.numbers))
        return self._append(Node("InputLayer", {}, (), (None, *sizes[1:]), 0, number))

    def _append(self, node: Node) -> int:
        if len(self.nodes) >= MAX_NODES:
            raise ConfigError(f"It has more than {MAX_NODES} layers.")
        self.nodes.append(node)
        return len(self.nodes) - 1


@dataclass(frozen=True)
class _Entry:
    """One layer of a model's configuration."""

    kind: str
    name: str
    config: Mapping[str, Any]
    raw: Mapping[str, Any]

    @classmethod
    def of(cls, raw: Any) -> _Entry:
        config = raw.get("config")
        if not isinstance(config, dict):
            config = {"layers": config} if isinstance(config, list) else {}
        kind = str(raw.get("class_name"))
        name = str(raw.get("name") or config.get("name"))
        return cls(OTHER_NAMES.get(kind, kind), name, config, raw)

    @property
    def input_shape(self) -> Any:
        return self.config.get("batch_shape", self.config.get("batch_input_shape"))

    def operation(self, call: Call) -> tuple[str, dict[str, Any]]:
        """Return the operation and its settings. Raises ConfigError for one that is code."""
        constants = {"constants": list(call.numbers)} if call.numbers else {}
        module = str(self.raw.get("module") or "keras")
        if self.kind in CODE:
            return self._function(), constants
        if module.startswith(("keras.src.ops", "keras.ops")):
            return f"ops.{self.kind[:60]}", constants
        registered = self.raw.get("registered_name")
        if isinstance(registered, str) and ">" in registered and not registered.startswith("keras"):
            raise self._refused(f"a class of somebody's own ({registered[:60]})")
        if not module.startswith(("keras", "tensorflow.keras", "tf_keras")):
            raise self._refused(f"a class of somebody's own ({module[:40]}.{self.kind[:40]})")
        if self.kind not in KEPT:
            raise self._refused(f"of the class {self.kind[:60]}, which is not read here")
        try:
            return self.kind, {**settings_of(self.kind, self.config), **constants}
        except (TypeError, ValueError) as error:
            raise ConfigError(
                f"The layer {self.name[:60]!r} has a setting that Keras does not write: {error}."
            ) from error

    def _function(self) -> str:
        """Return the operation that a function of TensorFlow stands for."""
        told = self.config.get("function")
        if self.kind == "TensorFlowOpLayer":
            node = self.config.get("node_def")
            told = (
                node.get("op") if isinstance(node, dict) else re.search(r'op: "(\w+)"', str(node))
            )
            told = told[1] if isinstance(told, re.Match) else told
        if self.kind != "Lambda" and isinstance(told, str) and told in FUNCTIONS:
            return FUNCTIONS[told]
        if self.kind == "Lambda":
            raise self._refused("a Lambda layer, which holds Python code")
        raise self._refused(f"a call of the TensorFlow function {told!r:.60}")

    def _refused(self, what: str) -> ConfigError:
        return ConfigError(
            f"The layer {self.name[:60]!r} is {what}. A model file from someone else may run "
            "anything when such a layer is made, so it is not. Build the network from Keras's own "
            "layers, load the weights into it, and save that."
        )


def _paths(kinds: list[str], prefix: str) -> list[str]:
    """Return where a .keras archive keeps the weights of layers of these classes, in order."""
    counts: Counter[str] = Counter()
    found = []
    for kind in kinds:
        name = snake_case(kind)
        number = f"_{counts[name]}" if counts[name] else ""
        counts[name] += 1
        found.append(f"{prefix}/{name}{number}".lstrip("/"))
    return found


def snake_case(name: str) -> str:
    """Return "batch_normalization" for BatchNormalization, as Keras does."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def _parameters(op: str, settings: Mapping[str, Any], before: Any) -> int:
    """Return how many weights a layer has; 0 where it has none, or it cannot be told."""
    try:
        channels = int(before[-1])
        if op == "BatchNormalization":
            return channels * (2 + bool(settings.get("center", 1)) + bool(settings.get("scale", 1)))
        biased = bool(settings.get("use_bias", True))
        if op == "Dense":
            return (channels + biased) * int(settings["units"])
        if op == "Conv2D":
            inner = channels // int(settings.get("groups", 1))
            return (math.prod(map(int, settings["kernel_size"])) * inner + biased) * int(
                settings["filters"]
            )
    except (TypeError, ValueError, KeyError, IndexError, ZeroDivisionError):
        pass
    return 0
