"""What the baselines look at: the table of a network's layers, and a few of its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np

from reskit.network.calling import call_function
from reskit.network.operation import BLOCK_KINDS

SEED = 2
IMAGES = 3
MODES = {"inference": False, "training": True}
CORNER = 12  # how many of the first and of the last numbers of a result are looked at


def observed(
    exercise: str, function: Callable[..., Any], arguments: Mapping[str, Any]
) -> dict[str, Any]:
    """Return {table, values, error} of what `function` builds when called with `arguments`.

    The table has a `row` for each layer of the model; the model of a block goes from its input
    to what it gives back. The values are {"inference": `numbers`, "training": `numbers`} on fixed
    images, with the weights that the function's own seeded initializers draw. The error is what
    was raised; what it kept from being seen is None.
    """
    seen: dict[str, Any] = {"table": None, "values": None, "error": ""}
    try:
        model = _model(exercise, function, arguments)
        seen["table"] = [row(layer) for layer in model.layers]
        images = _images(arguments.get("input_shape") or model.input_shape[1:])
        seen["values"] = {
            mode: numbers(
                _Called(function, arguments)(images, training=training)
                if exercise in BLOCK_KINDS
                else model(images, training=training)
            )
            for mode, training in MODES.items()
        }
    except (Exception, SystemExit) as error:
        lines = str(error).strip().splitlines() or [""]
        seen["error"] = f"{type(error).__name__}: {lines[0]:.200}"
    return seen


class _Called(keras.layers.Layer):  # type: ignore[misc]  # keras is untyped
    """A block that is called on numbers; being a layer, it can be called in training mode.

    A functional model of the block would not do: it lays its own mode over that which a layer
    was called with, so that a normalisation with `training=False` would not show.
    """

    def __init__(self, function: Callable[..., Any], arguments: Mapping[str, Any]) -> None:
        super().__init__()
        self.function = function
        self.arguments = {k: v for k, v in arguments.items() if k != "input_shape"}

    def call(self, images: Any, training: bool = False) -> Any:
        """Return what the block gives back."""
        keras.utils.set_random_seed(SEED)  # for initializers to which the block gives no seed
        given = {**self.arguments, "X": images, "training": training}
        return call_function(self.function, given)


def row(layer: Any) -> list[Any]:
    """Return [class, output shape, parameters, padding, activation, initializer] of a layer.

    Only those of the last three that a layer of this class has. The activation is a function's
    name, the initializer a class's.
    """
    found = [type(layer).__name__, _shape(layer), layer.count_params()]
    for name in ("padding", "activation", "kernel_initializer"):
        value = getattr(layer, name, None)
        if value is not None:
            found.append(_plain(value))
    return found


def numbers(result: Any) -> list[float]:
    """Return a few numbers of a result: its mean, the first ones and the last ones."""
    array = np.array(result, dtype="float64")
    flat = array.ravel()
    return [float(array.mean()), *map(float, flat[:CORNER]), *map(float, flat[-CORNER:])]


def _model(exercise: str, function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    keras.utils.set_random_seed(SEED)  # for initializers to which the network gives no seed
    given = {**arguments, "training": None}
    if exercise in BLOCK_KINDS:
        tensor = keras.Input(given.pop("input_shape"))
        return keras.Model(tensor, call_function(function, {**given, "X": tensor}))
    if "input_shape" in given:
        given["input_shape"] = tuple(given["input_shape"])
    return call_function(function, given)


def _images(shape: tuple[int, ...]) -> Any:
    random = np.random.default_rng(SEED)
    return random.standard_normal((IMAGES, *shape)).astype("float32")


def _shape(layer: Any) -> Any:
    try:
        return list(layer.output.shape)
    except AttributeError:  # the layer is used in several places
        return "several"


def _plain(value: Any) -> Any:
    if isinstance(value, (str, tuple, list)):
        return value
    return getattr(value, "__name__", None) or type(value).__name__
