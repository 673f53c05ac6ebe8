"""Run the public cases of one exercise on a learner's function, and say what they found."""

from __future__ import annotations

import textwrap
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from reskit.network.boxes import marks
from reskit.network.building import Built, build
from reskit.network.calling import call_function, is_block
from reskit.network.card import ENTRY, LINE_LENGTH, Card, Picture
from reskit.network.comparison import compare_call
from reskit.network.defaults import defaults_named
from reskit.network.difference import Difference
from reskit.network.drawing import drawing, drawing_lines
from reskit.network.failures import steady
from reskit.network.hints import MOST_HINTS, hints
from reskit.network.literals import network_from_data
from reskit.network.normal_form import normal_form
from reskit.network.operation import Network
from reskit.network.roles import name_roles, telling_part
from reskit.network.table import aligned, first_difference, rows
from reskit.network.tracing import graph_of_model
from reskit.network.values import CONSTANT, values_input
from reskit.network.wording import cause_in_words, explained, spoken

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
