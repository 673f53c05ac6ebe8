"""What simple operations compute, number by number, as NumPy has it: the pages of `keras.ops`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np

from reskit.network.graph import TENSOR

LEAK = 0.2  # of `keras.activations.leaky_relu`, below zero
Array = Any  # float64 array of shape (batch, height, width, channels) or (batch, units)


def elementwise(kind: str, inputs: Sequence[Array], settings: Mapping[str, Any]) -> Array | None:
    """Return what an operation makes of tensors and numbers; None for one that is not known here.

    Raises TypeError or ValueError where it is called with arguments that it does not take.
    """
    if kind in OF_ALL:
        result = reduce(OF_ALL[kind], _values(inputs, settings))
    elif kind in OF_THESE:
        result = OF_THESE[kind](*_values(inputs, settings))
    elif kind in WITH_SETTINGS:
        result = WITH_SETTINGS[kind](*_values(inputs, settings), settings=settings)
    else:
        return None
    return np.asarray(result, dtype=float)


def is_elementwise(kind: str) -> bool:
    """Return whether an operation is one of those that are known here."""
    return kind in OF_ALL or kind in OF_THESE or kind in WITH_SETTINGS


def _values(inputs: Sequence[Array], settings: Mapping[str, Any]) -> list[Any]:
    """Return tensors and numbers in the order in which the operation was given them."""
    tensors = iter(inputs)
    given = settings.get("arguments") or [TENSOR] * len(inputs)
    return [next(tensors) if each == TENSOR else float(each) for each in given]


def _clipped(value: Array, *bounds: float, settings: Mapping[str, Any]) -> Array:
    low, high = bounds or (settings["x_min"], settings["x_max"])
    return np.clip(value, float(low), float(high))


def _over(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return over which axes a mean, sum or maximum is taken, as NumPy is told it."""
    axes = settings.get("axis")
    axes = tuple(axes) if isinstance(axes, list) else axes
    return {"axis": axes, "keepdims": settings.get("keepdims") is True}


def _average(*values: Array) -> Array:
    return np.add.reduce(values) / len(values)


def activated(function: str, value: Array) -> Array:
    """Return what an activation makes of the numbers. Raises KeyError for one not known here."""
    name, _, slope = str(function).rstrip(")").partition("(negative_slope=")
    if name == "leaky_relu":
        return np.where(value > 0, value, value * float(slope or LEAK))
    return ACTIVATIONS[str(function)](value)


def _softmax(value: Array) -> Array:
    powers = np.exp(value - value.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def _cast(value: Array, settings: Mapping[str, Any]) -> Array:
    if settings.get("dtype") != "float32":
        raise ValueError(f"cast to {settings.get('dtype')}")
    return value


ACTIVATIONS: Mapping[str, Callable[[Array], Array]] = {
    "elu": lambda value: np.where(value > 0, value, np.expm1(np.minimum(value, 0.0))),
    "linear": lambda value: value,
    "relu": lambda value: np.maximum(value, 0.0),
    "sigmoid": lambda value: 1.0 / (1.0 + np.exp(-value)),
    "softmax": _softmax,
    "tanh": np.tanh,
}
OF_ALL: Mapping[str, Callable[[Array, Array], Array]] = {
    "Add": np.add,
    "Maximum": np.maximum,
    "Minimum": np.minimum,
    "Multiply": np.multiply,
    "Subtract": np.subtract,
    "ops.Add": np.add,
    "ops.Divide": np.divide,
    "ops.Maximum": np.maximum,
    "ops.Minimum": np.minimum,
    "ops.Multiply": np.multiply,
    "ops.Subtract": np.subtract,
    "ops.TrueDivide": np.divide,
}
OF_THESE: Mapping[str, Callable[..., Array]] = {
    "Average": _average,
    "ops.Absolute": np.abs,
    "ops.Exp": np.exp,
    "ops.Greater": np.greater,
    "ops.GreaterEqual": np.greater_equal,
    "ops.Less": np.less,
    "ops.LessEqual": np.less_equal,
    "ops.Negative": np.negative,
    "ops.OnesLike": np.ones_like,
    "ops.Square": np.square,
    "ops.Where": np.where,
    "ops.ZerosLike": np.zeros_like,
}
WITH_SETTINGS: Mapping[str, Callable[..., Array]] = {
    "ops.Cast": _cast,
    "ops.Clip": _clipped,
    "ops.Max": lambda value, settings: value.max(**_over(settings)),
    "ops.Mean": lambda value, settings: value.mean(**_over(settings)),
    "ops.Stack": lambda *values, settings: np.stack(values, settings.get("axis", 0)),
    "ops.Sum": lambda value, settings: value.sum(**_over(settings)),
}
