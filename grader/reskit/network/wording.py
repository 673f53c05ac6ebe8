"""Differences in plain sentences: what was expected, what was received."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from reskit.network.difference import Difference

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
