"""Notebooks for older releases: what is gone costs nothing unless it is needed."""

import pytest

from reskit.probe.child import answers

pytestmark = pytest.mark.keras

CALL = {"name": "small", "arguments": {"input_shape": [5, 5, 6], "f": 3, "filters": [2, 4, 6]}}
BLOCK = "import keras\ndef identity_block(X, f, filters):\n    return {}\n"


def answered(*cells):
    """Return what the probe finds in a notebook's cells."""
    return next(answers([{"exercise": "identity_block", "cells": [*cells], "calls": [CALL]}]))


def error_of(*cells):
    """Return the exception that the one call came to."""
    (call,) = answered(*cells)["calls"]
    return call["error"]


NOT_NEEDED = [
    "from keras.utils.vis_utils import model_to_dot, plot_model",
    "from keras.engine.topology import get_source_inputs",
    "import keras.engine",
    "import keras.utils.vis_utils",
    "import scipy.misc",
    "from scipy.misc import imread, imresize",
    "import tensorflow.contrib.eager as tfe",
    "from tensorflow.python.keras.utils.vis_utils import plot_model",
    "from tensorflow.python.framework import ops",
    "import keras.backend as K\nK.set_image_data_format('channels_last')\nK.set_learning_phase(1)",
    "from keras import backend as K\nK.set_learning_phase(1)\nsession = K.get_session()",
    "import tensorflow as tf\ntf.compat.v1.disable_eager_execution()",
    "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()",
    "%matplotlib inline\nimport numpy as np\nnp.random.seed(1)",
    "import tensorflow as tf\ntf.reset_default_graph()\nX = tf.placeholder('float', [3, 4])",
    "from keras.initializers import normal",
    "from resnets_utils import *",
]


@pytest.mark.parametrize("cell", NOT_NEEDED)
@pytest.mark.parametrize("together", [False, True])
def test_what_is_gone_and_not_needed_costs_nothing(cell, together):
    """Old imports and calls beside the functions are no obstacle, in whatever cell they stand."""
    block = BLOCK.format("keras.layers.ReLU()(X)")

    error = error_of(f"{cell}\n{block}") if together else error_of(cell, block)

    assert error is None


NEEDED = [
    (
        "from keras.layers.convolutional import Conv2D",
        "Conv2D(3, 1)(X)",
        "Conv2D could not be imported: keras.layers.convolutional is gone from today's Keras; "
        "its place has been taken by keras.layers.",
    ),
    (
        "from keras.layers import merge",
        "merge([X, X], mode='sum')",
        "merge could not be imported: keras.layers.merge is gone from today's Keras; "
        "use keras.layers.add([...]).",
    ),
    (
        "from keras.layers.merge import add",
        "add([X, X])",
        "add could not be imported: keras.layers.merge is gone from today's Keras; "
        "its place has been taken by keras.layers.",
    ),
    (
        "from tensorflow.python.keras.layers import Conv2D",
        "Conv2D(3, 1)(X)",
        "Conv2D could not be imported: tensorflow.python.keras does not fit today's Keras; "
        "import from keras.",
    ),
    (
        "from tensorflow.keras.layers.experimental import Conv2D",
        "Conv2D(3, 1)(X)",
        "Conv2D could not be imported: keras.layers.experimental is gone from today's Keras; "
        "its place has been taken by keras.layers.",
    ),
    (
        "from keras.initializers import normal",
        "keras.layers.Conv2D(3, 1, kernel_initializer=normal())(X)",
        "normal could not be imported: keras.initializers.normal is gone from today's Keras; "
        "use keras.initializers.RandomNormal.",
    ),
    (
        "import keras.backend as K",
        "K.relu(X)",
        "keras.backend.relu is gone from today's Keras; use keras.ops.",
    ),
    (
        "import keras.backend as K",
        "K.int_shape(X)",
        "keras.backend.int_shape is gone from today's Keras; use the attribute `shape` of the "
        "tensor.",
    ),
    (
        "import tensorflow as tf",
        "tf.placeholder('float')",
        "tensorflow.placeholder is gone from today's TensorFlow; use keras.Input.",
    ),
    (
        "import tensorflow as tf",
        "tf.layers.conv2d(X, 3, 1)",
        "tensorflow.layers is gone from today's TensorFlow; its place has been taken by "
        "keras.layers.",
    ),
    (
        "import tensorflow as tf",
        "tf.Session().run(X)",
        "tensorflow.Session is gone from today's TensorFlow; use no session: there are none "
        "any more.",
    ),
    (
        "import tensorflow as tf",
        "tf.contrib.layers.conv2d(X)",
        "tensorflow.contrib is gone from today's TensorFlow; its place has been taken by keras.",
    ),
    (
        "from keras.layers import Convolution2D",
        "Convolution2D(nb_filter=3, nb_row=1, nb_col=1, border_mode='same')(X)",
        "Since Keras 2 `nb_filter` is called `filters`, `nb_row` is called `kernel_size`, "
        "`nb_col` is called `kernel_size`, `border_mode` is called `padding`.",
    ),
    (
        "from keras.layers import Conv2D",
        "Conv2D(3, (1, 1),\n        subsample=(2, 2),\n        init='glorot_uniform')(X)",
        "Since Keras 2 `subsample` is called `strides`, `init` is called `kernel_initializer`.",
    ),
    (
        "from keras.layers import AveragePooling2D",
        "AveragePooling2D()(X)",
        "AveragePooling2D needs its `pool_size` since Keras 3; it was (2, 2) by default.",
    ),
    (
        "",
        "X.get_shape()",
        "`get_shape` is gone from today's Keras; use the attribute `shape`.",
    ),
    (
        "",
        "keras.layers.ReLU().output_shape",
        "`output_shape` is gone from today's Keras; use `output.shape`.",
    ),
    (
        "",
        "X.shape.as_list()",
        "`as_list` is gone from today's Keras; use `list(...)`: a shape is a plain tuple.",
    ),
]


@pytest.mark.parametrize(("cell", "line", "message"), NEEDED)
def test_what_is_gone_and_needed_is_told_with_what_replaced_it(cell, line, message):
    """The message says what took the place of the old name, and where the learner uses it."""
    error = error_of(cell, BLOCK.format(line))

    assert error["message"] == message
    assert (error["cell"], error["line"]) == (2, 3)
    assert error["text"].startswith("return ")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("keras.layers.Flaten()(X)", "module 'keras.layers' has no attribute 'Flaten'"),
        ("init = undefined", "name 'undefined' is not defined"),
        (
            "keras.layers.Conv2D(3, 1, stride=1)(X)",
            "Unrecognized keyword arguments passed to Conv2D: {'stride': 1}",
        ),
    ],
)
def test_other_mistakes_keep_their_message(line, message):
    """What was never a name of Keras is not said to be gone."""
    error = error_of(BLOCK.replace("return {}", line if "=" in line[:6] else f"return {line}"))

    assert error["message"] == message


def test_star_import_brings_the_normalisation_of_the_course():
    """Newer forms of the course import every layer but one, which its own module brought along."""
    error = error_of(
        "from keras.layers import Activation, Conv2D\nfrom utils_of_the_course import *",
        BLOCK.format("BatchNormalization(axis=3)(Conv2D(3, 1)(X))"),
    )

    assert error is None


def test_cause_is_not_an_old_call_elsewhere():
    """Where a function cannot be defined, the reason is told, not an old line beside it."""
    found = answered(
        "from keras import backend as K\nK.set_learning_phase(1)",
        "def identity_block(X, f, filters, initializer=undefined):\n    return X",
    )

    assert found["fault"]["message"] == "name 'undefined' is not defined"
