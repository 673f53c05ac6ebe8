"""The judge's own arithmetic is held against Keras, operation by operation."""

import keras
import numpy as np
import pytest

from reskit.network.normal_form import normal_form
from reskit.network.numbers import NotComputableError, compute, varied_weights
from reskit.network.tracing import graph_of_model

pytestmark = pytest.mark.keras

CLOSE = 1e-4  # float32 against float64, after a few layers
SHAPE = (9, 8, 3)
LAYERS = {
    "convolution valid": lambda: keras.layers.Conv2D(4, 3),
    "convolution same": lambda: keras.layers.Conv2D(4, 3, padding="same"),
    "convolution with stride": lambda: keras.layers.Conv2D(4, 3, strides=2, padding="same"),
    "even kernel with stride": lambda: keras.layers.Conv2D(4, 2, strides=3, padding="same"),
    "oblong kernel": lambda: keras.layers.Conv2D(4, (1, 3), strides=(2, 1), activation="relu"),
    "no bias": lambda: keras.layers.Conv2D(4, 1, use_bias=False),
    "normalisation": lambda: keras.layers.BatchNormalization(),
    "normalisation with epsilon": lambda: keras.layers.BatchNormalization(epsilon=0.5),
    "normalisation without scale": lambda: keras.layers.BatchNormalization(scale=False),
    "maximum": lambda: keras.layers.MaxPooling2D(3, strides=2),
    "maximum same": lambda: keras.layers.MaxPooling2D(3, strides=2, padding="same"),
    "average": lambda: keras.layers.AveragePooling2D(2),
    "average same": lambda: keras.layers.AveragePooling2D(4, strides=3, padding="same"),
    "global average": lambda: keras.layers.GlobalAveragePooling2D(),
    "padding": lambda: keras.layers.ZeroPadding2D(((1, 2), (0, 3))),
    "flatten": lambda: keras.layers.Flatten(),
    "dense": lambda: keras.layers.Dense(5, activation="softmax"),
    "tanh": lambda: keras.layers.Activation("tanh"),
    "sigmoid": lambda: keras.layers.Activation("sigmoid"),
}
NAMES = {"moving_mean": "mean", "moving_variance": "variance"}


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("training", [False, True])
def test_layer_computes_what_keras_computes(name, training):
    """From the same weights and image, NumPy and Keras give the same numbers."""
    image = np.random.default_rng(5).normal(size=(3, *SHAPE))
    tensor = keras.Input(SHAPE)
    layer = LAYERS[name]()
    model = keras.Model(tensor, layer(tensor))
    weigh = varied_weights()
    for weight in layer.weights:
        kind = weight.path.split("/")[-1]
        weight.assign(weigh(NAMES.get(kind, kind), tuple(weight.shape), ""))

    expected = np.array(model(image, training=training))
    received = compute(
        normal_form(graph_of_model(model)), image, varied_weights(), training=training
    )
    assert received.shape == expected.shape
    assert np.abs(received - expected).max() < CLOSE


SIMPLE = {
    "absolute": keras.ops.abs,
    "cast of a comparison": lambda x: keras.ops.cast(x > 0.1, "float32"),
    "clip": lambda x: keras.ops.clip(x, -0.3, float("inf")),
    "difference from a number": lambda x: 2 - x,
    "less a number": lambda x: x - 2,
    "elu": lambda x: keras.layers.Activation("elu")(x),
    "leaky relu": lambda x: keras.layers.LeakyReLU(0.3)(x),
    "leaky relu by its name": lambda x: keras.layers.Activation("leaky_relu")(x),
    "average layer": lambda x: keras.layers.Average()([x, keras.ops.square(x)]),
    "largest of a row": lambda x: keras.ops.max(x, axis=2, keepdims=True),
    "powers of e": keras.ops.exp,
    "sum of channels": lambda x: keras.ops.sum(x, axis=-1),
    "maximum of two": lambda x: keras.ops.maximum(x, -x),
    "mean of rows and columns": lambda x: keras.ops.mean(x, axis=[1, 2]),
    "mean that keeps its axes": lambda x: keras.ops.mean(x, axis=(1, 2), keepdims=True),
    "minimum with a number": lambda x: keras.ops.minimum(0.2, x),
    "quotient": lambda x: x / (1 + keras.ops.square(x)),
    "quotient of a number": lambda x: 1 / (2 + keras.ops.abs(x)),
    "several comparisons": lambda x: keras.ops.where(x <= 0.2, x, keras.ops.where(x < 1, 0.5, 3.0)),
    "subtraction layer": lambda x: keras.layers.Subtract()([x, keras.ops.ones_like(x)]),
    "where": lambda x: keras.ops.where(x >= 0, x, keras.ops.zeros_like(x)),
}


@pytest.mark.parametrize("name", SIMPLE)
def test_simple_operation_computes_what_keras_computes(name):
    """Order and place of tensors and numbers are kept, whatever side they stand on."""
    image = np.random.default_rng(6).normal(size=(3, *SHAPE))
    tensor = keras.Input(SHAPE)
    model = keras.Model(tensor, SIMPLE[name](tensor))

    received = compute(normal_form(graph_of_model(model)), image, varied_weights())

    assert np.abs(received - np.array(model(image))).max() < CLOSE


def test_cast_to_whole_numbers_is_not_taken_for_nothing():
    """A cast that loses digits is an operation that is not computed here."""
    tensor = keras.Input(SHAPE)
    whole = keras.ops.cast(keras.ops.cast(tensor, "int32"), "float32")

    with pytest.raises(NotComputableError, match="int32"):
        compute(
            normal_form(graph_of_model(keras.Model(tensor, whole))),
            np.ones((1, *SHAPE)),
            varied_weights(),
        )
