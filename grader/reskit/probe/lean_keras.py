"""Keras without what nothing here asks for: a network is built in two thirds of the time.

Only the warm parent does this, before the first fork. What is recorded stays the same to the byte
(tests/keras/test_lean_keras.py).
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
import typing
from collections.abc import Callable
from types import NoneType
from typing import Any

import keras

PLAIN = frozenset({NoneType, bool, int, float, str})  # never a variable, a layer or a metric
Function = Callable[..., Any]


def make_lean() -> None:
    """Leave out tracking for TensorFlow's checkpoints, and find out once what stays the same.

    That is the members of protocols, the signatures of Keras's own functions, and that a number
    or a text is nothing to be tracked.
    """
    inspect.signature = _remembered(inspect.signature)
    inspect.getfullargspec = _remembered(inspect.getfullargspec)
    with contextlib.suppress(ImportError):  # a release of Keras that keeps it elsewhere
        from keras.src.utils.tracking import Tracker

        Tracker.track = _past_plain_values(Tracker.track)
    with contextlib.suppress(ImportError):  # a release of Keras that keeps it elsewhere
        from keras.src.backend.tensorflow.layer import TFLayer

        TFLayer._self_setattr_tracking = False
    if sys.version_info < (3, 12):  # later releases of Python remember the members by themselves
        for name in ("_get_protocol_attrs", "_is_callable_members_only"):
            with contextlib.suppress(AttributeError):
                setattr(typing, name, functools.cache(getattr(typing, name)))


def _remembered(signature: Function) -> Function:
    """Return a function of `inspect` that remembers what it said of functions of Keras."""
    known: dict[tuple[Any, bool], Any] = {}

    @functools.wraps(signature)
    def remembering(function: Any, **options: Any) -> Any:
        plain = getattr(function, "__func__", function)
        if options or not str(getattr(plain, "__module__", None)).startswith("keras."):
            return signature(function, **options)
        key = plain, plain is not function
        if key not in known:
            known[key] = signature(function)
        return known[key]

    return remembering


def _past_plain_values(track: Function) -> Function:
    """Return `Tracker.track` that gives plain values back at once."""

    @functools.wraps(track)
    def tracking(tracker: Any, value: Any) -> Any:
        return value if type(value) in PLAIN else track(tracker, value)

    return tracking


def warm_up() -> None:
    """Use each kind of layer once, so that no child is the first to load what they need.

    Everything stays symbolic: no operation runs, and no thread begins. (A `keras.Model` would
    start one.)
    """
    layers = keras.layers
    with keras.StatelessScope(initialize_variables=False):
        image = keras.Input((8, 8, 3))
        tensor: Any = layers.ZeroPadding2D(1)(image)
        tensor = layers.Conv2D(3, 3, kernel_initializer="glorot_uniform")(tensor)
        tensor = layers.BatchNormalization(axis=3)(tensor)
        tensor = layers.Activation("relu")(layers.ReLU()(tensor))
        tensor = layers.Add()([tensor, image]) + image
        tensor = layers.AveragePooling2D(2)(layers.MaxPooling2D(2)(tensor))
        layers.Dense(2, activation="softmax")(layers.Flatten()(tensor))
