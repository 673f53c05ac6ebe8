"""Keras without what nothing here asks for: a network is built in two thirds of the time.

Only the warm parent does this, before the first fork. What is recorded stays the same to the byte
(tests/keras/test_lean_keras.py).
"""

from __future__ import annotations

import contextlib
import functools
import sys
import typing
from typing import Any

import keras


def make_lean() -> None:
    """Leave out tracking for TensorFlow's checkpoints, and look at each protocol's members once."""
    with contextlib.suppress(ImportError):  # a release of Keras that keeps it elsewhere
        from keras.src.backend.tensorflow.layer import TFLayer

        TFLayer._self_setattr_tracking = False
    if sys.version_info < (3, 12):  # later releases of Python remember the members by themselves
        for name in ("_get_protocol_attrs", "_is_callable_members_only"):
            with contextlib.suppress(AttributeError):
                setattr(typing, name, functools.cache(getattr(typing, name)))


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
