"""Why a call failed is told in our words, the same in every release of Keras."""

import keras
import pytest

from reskit.network.building import build
from reskit.network.failures import steady
from reskit.probe.fingerprint import fingerprint

pytestmark = pytest.mark.keras

UNKNOWN = "got an unexpected keyword argument"
FOUR_AXES = "it needs four axes: images, height, width, channels."


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "layers.Add()([X, small])",
            "Add was given tensors of the shapes (None, 5, 5, 6) and (None, 3, 3, 6); "
            "they must be equal.",
        ),
        (
            "X * small",
            "Multiply was given tensors of the shapes (None, 5, 5, 6) and (None, 3, 3, 6); "
            "they must be equal.",
        ),
        (
            "layers.Concatenate()([X, small])",
            "Concatenate was given tensors of the shapes (None, 5, 5, 6) and (None, 3, 3, 6); "
            "they must be equal but for the axis along which they are joined.",
        ),
        ("layers.Add()(X)", "Add was given a single tensor; it needs a list of two."),
        (
            "layers.Conv2D(3, 1)(flat)",
            f"Conv2D was given a tensor of the shape (None, 12); {FOUR_AXES}",
        ),
        (
            "layers.MaxPooling2D(2)(flat)",
            f"MaxPooling2D was given a tensor of the shape (None, 12); {FOUR_AXES}",
        ),
        (
            "layers.ZeroPadding2D(2)(flat)",
            f"ZeroPadding2D was given a tensor of the shape (None, 12); {FOUR_AXES}",
        ),
        (
            "layers.BatchNormalization(axis=3)(flat)",
            "BatchNormalization was given a tensor of the shape (None, 12); that has no axis 3.",
        ),
        (
            "layers.AveragePooling2D(7)(X)",
            "AveragePooling2D was given a tensor of the shape (None, 5, 5, 6); "
            "its window of (7, 7) has to fit into height and width.",
        ),
        (
            "layers.Conv2D(3, 6)(X)",
            "Conv2D was given a tensor of the shape (None, 5, 5, 6); "
            "its window of (6, 6) has to fit into height and width.",
        ),
        (
            "layers.Reshape((7,))(X)",
            "Reshape was given a tensor of the shape (None, 5, 5, 6); it cannot be made (7,).",
        ),
        (
            "layers.Conv2D(3, 1)(None)",
            "Inputs to a layer should be tensors. "
            "Got 'None' (of type <class 'NoneType'>) as input.",
        ),
        (
            "layers.Reshape((-1, -1))(X)",
            "There must be at most one unknown dimension (-1) in `target_shape`. "
            "Received: target_shape=(-1, -1).",
        ),
        (
            "layers.Dense(0)(flat)",
            "Received an invalid value for `units`, expected a positive integer. Received: units=0",
        ),
        (
            "layers.Conv2D(3, 1, padding='smae')(X)",
            "The `padding` argument must be a list/tuple or one of {'same', 'valid'}. "
            "Received: smae",
        ),
    ],
)
def test_failed_call_is_told_by_its_shapes(line, message):
    """The operation and what it was given are told, not the words of one release."""
    names = {"keras": keras, "layers": keras.layers}
    exec(
        "def identity_block(X, f, filters):\n"
        "    small, flat = keras.Input((3, 3, 6)), keras.Input((12,))\n"
        f"    return {line}\n",
        names,
    )
    with keras.StatelessScope():
        error = build(
            "identity_block",
            names["identity_block"],
            {"input_shape": [5, 5, 6], "f": 3, "filters": [2, 4, 6]},
        ).error

    assert str(error) == message


@pytest.mark.parametrize("line", ["keras.layers.ReLU()(X)", "keras.layers.Add()(X)"])
def test_keras_is_as_it_was_after_a_build(line):
    """What stands in for parts of Keras while a function runs is gone afterwards."""
    names = {"keras": keras}
    exec(f"def identity_block(X, f, filters):\n    return {line}\n", names)
    before = fingerprint()

    build("identity_block", names["identity_block"], {"input_shape": [5, 5, 6], "f": 3})

    assert fingerprint() == before


def test_call_that_was_given_no_tensor_is_no_layer_of_the_network():
    """A layer called on a placeholder has no place in what was built."""
    names = {"keras": keras, "layers": keras.layers}
    exec("def identity_block(X, f, filters):\n    return layers.Flatten()(None)\n", names)

    graph = build(
        "identity_block", names["identity_block"], {"input_shape": [5, 5, 6], "f": 3}
    ).graph

    assert [node.op for node in graph.nodes] == ["InputLayer"]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("a <ReLU object at 0x7f3a10> b", "a <ReLU object> b"),
        ("<Conv2D name=conv2d_7, built=False> is no tensor", "<Conv2D> is no tensor"),
        (
            "<KerasTensor shape=(None, 2), dtype=float32, sparse=False, name=keras_tensor_3>",
            "<KerasTensor shape=(None, 2)>",
        ),
        (
            "Exception encountered when calling A.call().\n\n\x1b[1mNo.\x1b[0m"
            "\n\nArguments received by A.call():\n  • inputs=3",
            "No.",
        ),
        ("module 'keras.api.layers' has no 'A'", "module 'keras.layers' has no 'A'"),
        (
            "module 'keras._tf_keras.keras.layers' has no 'A'",
            "module 'tensorflow.keras.layers' has no 'A'",
        ),
        ("one of {'same', 'valid', 'b'}", "one of {'b', 'same', 'valid'}"),
        ("cannot import name 'a' from 'b' (/home/x/b.py)", "cannot import name 'a' from 'b'"),
        ("the shape (3, 3) is odd", "the shape (3, 3) is odd"),
        ("data_format=<kerastensor shape=(2,), name=a_7>", "data_format=<kerastensor shape=(2,)>"),
        ("Found invalid entry '4.0'.", "Found invalid dimension '4.0'."),
        ("'a' is an invalid keyword argument for sort()", f"sort() {UNKNOWN} 'a'"),
        (f"f() {UNKNOWN} 'shap'. Did you mean 'shape'?", f"f() {UNKNOWN} 'shap'"),
    ],
)
def test_message_is_steady(message, expected):
    """Names, addresses, paths and orders that change from run to run are left out."""
    assert steady(message) == expected


def test_exception_that_cannot_be_reworded_is_left_alone():
    """An exception whose text is not its argument keeps its text and arguments."""
    names = {}
    exec("def identity_block(X):\n    raise KeyError('x at 0x12')\n", names)

    error = build("identity_block", names["identity_block"], {"input_shape": [5, 5, 6]}).error

    assert str(error) == "'x at 0x12'"
