"""Differences in plain sentences: what was expected, what was received."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reskit.network.difference import Difference

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
