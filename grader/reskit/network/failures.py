"""Failures: why a call of Keras raised, in words that are the same in every release of Keras."""

from __future__ import annotations

import re
from typing import Any

from reskit.network.graph import Graph, Node
from reskit.network.recorder import MAPS, MERGING_LAYERS, MERGING_OPS, NOT_CONNECTED, WINDOWS

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
