"""Run the public cases of one exercise on a learner's function, and say what they found."""

from __future__ import annotations

import textwrap
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from reskit.network.calling import BLOCKS, Built, build, call_function
from reskit.network.comparison import compare, wrong_return
from reskit.network.difference import Difference
from reskit.network.normal_form import network_from_data, normal_form
from reskit.network.table import first_difference, rows, side_by_side
from reskit.network.tracing import graph_of_model
from reskit.network.values import CONSTANT, values_input
from reskit.network.wording import explained, spoken

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
