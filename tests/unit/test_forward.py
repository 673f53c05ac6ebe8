"""What runs a whole network quickly gives what the slow and exact form gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from reskit.network.layer_settings import WEIGHTED_SETTINGS
from reskit.network.numbers import compute
from reskit.network.operation import Network, Operation
from reskit.weights.architecture import weight_shapes
from reskit.weights.forward import NotRunnableError, predictions

NEAR = 1e-5  # float32 beside float64


def conv(source: int, channels: int, shape: tuple[int, ...], **settings: Any) -> Operation:
    """Return a convolution with these settings."""
    usual = {**WEIGHTED_SETTINGS["Conv2D"], "filters": channels, "kernel_size": [3, 3]}
    usual.pop("activation")
    whole = {**usual, **settings}
    return Operation("Conv2D", whole, (source,), (None, *shape), parameters=1, layer=len(shape))


def image(*shape: int) -> Operation:
    """Return an input."""
    return Operation("Input", {"shape": list(shape)}, (), (None, *shape))


def pooling(kind: str, **settings: Any) -> Operation:
    """Return a pooling of the input."""
    usual = {"pool_size": [3, 2], "strides": [2, 2], "padding": "valid"}
    return Operation(kind, {**usual, **settings}, (0,), None)


NORM = {**WEIGHTED_SETTINGS["BatchNormalization"], "axis": 3}
STEPS = {
    "plain convolution": conv(0, 5, (7, 8, 5)),
    "strides and padding": conv(0, 5, (5, 5, 5), strides=[2, 2], padding="same"),
    "an even window": conv(0, 4, (9, 10, 4), kernel_size=[2, 4], padding="same"),
    "one by one": conv(0, 6, (5, 5, 6), kernel_size=[1, 1], strides=[2, 2]),
    "without bias": conv(0, 3, (7, 8, 3), use_bias=False),
    "normalisation": Operation("BatchNormalization", NORM, (0,), (None, 9, 10, 3), 12),
    "normalisation without scale": Operation(
        "BatchNormalization", {**NORM, "scale": False}, (0,), (None, 9, 10, 3), 9
    ),
    "largest": pooling("MaxPooling2D"),
    "largest, padded": pooling("MaxPooling2D", padding="same"),
    "mean": pooling("AveragePooling2D"),
    "mean, padded": pooling("AveragePooling2D", padding="same"),
    "border": Operation("ZeroPadding2D", {"padding": [[1, 2], [0, 3]]}, (0,), None),
    "sum": Operation("Add", {}, (0, 0), (None, 9, 10, 3)),
    "relu": Operation("Activation", {"function": "relu"}, (0,), (None, 9, 10, 3)),
    "softmax": Operation("Activation", {"function": "softmax"}, (0,), (None, 9, 10, 3)),
    "vector": Operation("Flatten", {}, (0,), (None, 270)),
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_each_operation_gives_what_the_exact_form_gives(step: Operation) -> None:
    """Operation by operation, the quick numbers are the judge's numbers."""
    network = Network((image(9, 10, 3), step), (1,))
    stream = np.random.default_rng(0)
    images = stream.standard_normal((4, 9, 10, 3)).astype(np.float32)
    shapes = weight_shapes(network, 1)
    own = {name: stream.random(shape, np.float32) for name, shape in shapes.items()}

    received = predictions(network, {1: own}, images)

    expected = compute(network, images.astype(float), lambda name, _, __: own[name].astype(float))
    assert received.dtype == np.float32
    assert np.abs(received - expected).max() < NEAR


def test_dense_applies_its_activation() -> None:
    """The last layer gives probabilities."""
    settings = {**WEIGHTED_SETTINGS["Dense"], "units": 3, "activation": "softmax"}
    network = Network((image(4), Operation("Dense", settings, (0,), (None, 3), 15)), (1,))
    own = {"kernel": np.eye(4, 3, dtype="f4"), "bias": np.array([0, 1, 0], "f4")}

    received = predictions(network, {1: own}, np.array([[1, 0, 0, 5]], "f4"))

    assert received.round(4).tolist() == [
        [np.float32(0.4223), np.float32(0.4223), np.float32(0.1554)]
    ]


def test_pixels_and_fractions_are_the_same_image() -> None:
    """Images come as bytes from 0 to 255 or as fractions from 0 to 1."""
    network = Network((image(2, 2, 3),), (0,))
    pixels = np.arange(12, dtype=np.uint8).reshape(1, 2, 2, 3) * 20

    assert np.array_equal(
        predictions(network, {}, pixels), predictions(network, {}, pixels / np.float32(255))
    )


def test_every_image_is_counted_once() -> None:
    """Batches of any size are put together in order, and the bar comes to its end."""
    network = Network((image(1),), (0,))
    done: list[int] = []

    found = predictions(network, {}, np.arange(130, dtype="f4")[:, None], done.append)

    assert found[:, 0].tolist() == list(range(130))
    assert sum(done) == 130


def test_what_is_not_known_is_named() -> None:
    """An operation that is not run here is told by its kind."""
    network = Network((image(2, 2, 3), Operation("custom.Mine", {}, (0,), None)), (1,))

    with pytest.raises(NotRunnableError, match=r"custom\.Mine"):
        predictions(network, {}, np.zeros((1, 2, 2, 3), "f4"))
