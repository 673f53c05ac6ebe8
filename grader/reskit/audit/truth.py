"""Whether two functions build the same network, found out with Keras itself.

The judge is not asked: the audit needs a word on its programs that does not come from what it
audits. Both networks are built, given the same weights, and run on the same images.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np

from reskit.network.calling import call_function
from reskit.network.operation import BLOCK_KINDS

IMAGES = 2
CLOSE = 1e-4  # relative; float32, a few dozen layers
THINNER = 32  # a block inside a network is made with so many times fewer filters
NOT_TOLD = ("seed", "name", "dtype", "shared_object_id")

GIVEN = keras.initializers.HeUniform  # what the blocks are given; whether they use it is judged

Function = Callable[..., Any]


def networks(name: str, function: Function, calls: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Return the Keras model that each of the calls builds."""
    return [_model(name, function, call) for call in calls]


def same_network(
    name: str, function: Function, right: Sequence[Any], calls: Sequence[Mapping[str, Any]]
) -> bool:
    """Return whether `function` builds the models in `right`, in each of the calls.

    Weights correspond by shape and by the order in which they were made. How weights start and
    are trained is compared by configuration. What raises, or gives back something else than a
    tensor (a block) or a model (the network), is not the same.
    """
    for expected, call in zip(right, calls, strict=True):
        try:
            received = _model(name, function, call)
            if not _alike(expected, received):
                return False
        except Exception:  # a mutant may raise anything, at any step
            return False
    return True


def _model(name: str, function: Function, call: Mapping[str, Any]) -> Any:
    given = {key: tuple(v) if key == "input_shape" else v for key, v in call.items()}
    given["training"] = None
    if name not in BLOCK_KINDS:
        model = call_function(function, given)
        if not isinstance(model, keras.Model):
            raise TypeError("not a model")
        return model
    tensor = keras.Input(given.pop("input_shape"))
    given |= {"X": tensor, "initializer": GIVEN}  # no default of Keras or of the course
    return keras.Model(tensor, call_function(function, given))


def _alike(expected: Any, received: Any) -> bool:
    if expected.input_shape != received.input_shape or isinstance(received.output, (list, tuple)):
        return False
    if expected.output_shape != received.output_shape or _told(expected) != _told(received):
        return False
    _set_weights(expected)
    _set_weights(received)
    random = np.random.default_rng(0)
    images = random.standard_normal((IMAGES, *expected.input_shape[1:])).astype("float32")
    for training in (False, True):
        right = np.array(expected(images, training=training))
        mine = np.array(received(images, training=training))
        if not np.allclose(mine, right, rtol=CLOSE, atol=CLOSE * float(np.abs(right).max())):
            return False
        _set_weights(expected)  # training has moved the averages
        _set_weights(received)
    return True


def _told(model: Any) -> Counter[str]:
    """Count the layers with weights by how their weights start and are trained.

    A training flag that is written into the call counts too: a call of the whole model with a
    flag of its own would hide it.
    """
    found: Counter[str] = Counter()
    for layer in model._flatten_layers(include_self=False, recursive=True):
        if not layer.weights or _holds_layers(layer):
            continue
        config = layer.get_config()
        told = {
            key: _plain(value)
            for key, value in config.items()
            if key.endswith(("_initializer", "_regularizer", "_constraint")) or key == "trainable"
        }
        flags = [node.arguments.kwargs.get("training") for node in layer._inbound_nodes]
        found[f"{[tuple(w.shape) for w in layer.weights]} {sorted(told.items())} {flags}"] += 1
    return found


def _holds_layers(layer: Any) -> bool:
    return len(list(layer._flatten_layers(include_self=False, recursive=True))) > 0


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in sorted(value.items()) if key not in NOT_TOLD}
    return str(value)


def _set_weights(model: Any) -> None:
    """Give each weight values that follow from its shape, its kind and its turn."""
    turns: Counter[str] = Counter()
    for weight in model.weights:
        key = f"{tuple(weight.shape)} {weight.name}"
        turns[key] += 1
        random = np.random.default_rng(zlib.crc32(f"{key} {turns[key]}".encode()))
        values = random.standard_normal(weight.shape)
        if weight.name in ("gamma", "moving_variance"):
            values = 0.5 + np.abs(values)
        elif weight.name == "kernel":
            values = values * np.sqrt(2.0 / max(1, values.size // values.shape[-1]))
        weight.assign(values.astype("float32"))


def thin_block(kind: str) -> Function:
    """Return what stands for a block inside a network, so that many networks are built quickly.

    It tells apart every way in which a network can call a block: the kernel and the stride are
    used as given, and the numbers of filters keep their proportions.
    """

    def block(X: Any, f: Any, filters: Any, s: Any = 2, initializer: Any = None) -> Any:  # noqa: ARG001, N803
        thin = [-(-number // THINNER) + 5 * (number % THINNER != 0) for number in filters]
        stride = s if kind == "convolutional_block" else 1
        main = keras.layers.Conv2D(thin[0], f, strides=stride, padding="same", use_bias=False)(X)
        main = keras.layers.Conv2D(thin[1], 1, activation="tanh", use_bias=False)(main)
        main = keras.layers.Conv2D(thin[2], 1, use_bias=False)(main)
        return keras.layers.ReLU()(main if kind == "convolutional_block" else main + X)

    return block
