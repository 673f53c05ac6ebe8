"""How a layer is called in a functional model, in the words of Keras 2 and of Keras 3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

TensorName = tuple[str, int, int]  # layer, number of its call, number of the result
CONSTANT = "_CONSTANT_VALUE"  # in a tensor's place, in Keras 2


@dataclass(frozen=True)
class Call:
    """What goes into one call: tensors (by name, later by position), and plain numbers."""

    tensors: tuple[Any, ...]
    numbers: tuple[float, ...] = ()
    trains: bool = False  # whether it is fixed to training mode


def calls_of(layer: Mapping[str, Any]) -> list[Call]:
    """Return the calls of a layer, in order."""
    return [_call(node) for node in layer.get("inbound_nodes", [])]


def _call(node: Any) -> Call:
    if isinstance(node, dict):  # Keras 3: {"args": […], "kwargs": {…}}
        leaves = [*_leaves(node.get("args")), *_leaves(node.get("kwargs"))]
    elif node and isinstance(node[0], str):  # Keras 2, a function: ["bn", 0, 0, {"y": […]}]
        leaves = [*_old(node)]
    else:  # Keras 2, a layer: [["bn", 0, 0, {}], …]
        leaves = [leaf for each in node for leaf in _old(each)]
    tensors = tuple(leaf for leaf in leaves if isinstance(leaf, tuple))
    numbers = tuple(leaf for leaf in leaves if isinstance(leaf, (int, float)))
    return Call(tensors, numbers, _trains(node))


def _trains(node: Any) -> bool:
    """Return whether a call was written with `training=True`."""
    if isinstance(node, dict):
        given = [node.get("kwargs")]
    else:
        given = [each[3] for each in node if isinstance(each, list) and len(each) > 3]
    return any(isinstance(each, dict) and each.get("training") is True for each in given)


def _leaves(value: Any) -> Iterator[TensorName | float]:
    """Yield the tensors and numbers of a call by Keras 3, truth values left out."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            yield _name(value["config"]["keras_history"])
        else:
            for entry in value.values():
                yield from _leaves(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _leaves(entry)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield value


def _old(entry: Any) -> Iterator[TensorName | float]:
    """Yield the tensors and numbers of one entry by Keras 2: name, call, result, arguments."""
    name, call, result = entry[:3]
    if name == CONSTANT:
        if isinstance(result, (int, float)) and not isinstance(result, bool):
            yield result
    else:
        yield _name([name, call, result])
    for value in entry[3].values() if len(entry) > 3 and isinstance(entry[3], dict) else ():
        for each in (
            value if value and isinstance(value, list) and isinstance(value[0], list) else [value]
        ):
            if _is_name(each):
                yield _name(each)
            elif isinstance(each, (int, float)) and not isinstance(each, bool):
                yield each


def _is_name(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) >= 3
        and isinstance(value[0], str)
        and all(type(number) is int for number in value[1:3])
    )


def _name(value: Any) -> TensorName:
    name, call, result = value[:3]
    if not isinstance(name, str) or type(call) is not int or type(result) is not int:
        raise ValueError(f"{value!r:.60} is no tensor")
    return name, call, result


def tensor_names(value: Any) -> list[TensorName]:
    """Return the tensors named as a model's inputs or outputs: one, or a list of them."""
    return [_name(value)] if _is_name(value) else [_name(each) for each in value]
