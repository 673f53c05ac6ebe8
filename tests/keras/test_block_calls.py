"""How a network calls its blocks is recorded as the learner wrote it."""

import keras
import pytest

from reskit.network.building import build
from reskit.network.normal_form import normal_form

pytestmark = pytest.mark.keras

HEAD = """
import keras
def convolutional_block(X, f, filters, s=2, initializer=None):
    return X
"""


def called(line, head=HEAD):
    """Return the one block of a network that calls it as in `line`."""
    names = {}
    text = f"{head}\ndef ResNet50(input_shape, classes):\n    X = keras.Input(input_shape)\n"
    exec(f"{text}    return keras.Model(X, {line})\n", names)
    with keras.StatelessScope():
        built = build("ResNet50", names["ResNet50"], {"input_shape": [8, 8, 3], "classes": 2})
    return normal_form(built.graph).operations[1]


@pytest.mark.parametrize(
    ("line", "settings", "defaulted"),
    [
        ("convolutional_block(X, 3, [2, 4, 6], 1)", (3, [2, 4, 6], 1), ()),
        ("convolutional_block(X, f=3, filters=(2, 4, 6), s=1)", (3, [2, 4, 6], 1), ()),
        ("convolutional_block(X=X, s=1, filters=[2, 4, 6], f=3)", (3, [2, 4, 6], 1), ()),
        ("convolutional_block(X, (3, 3), [2, 4, 6])", (3, [2, 4, 6], 2), ("s",)),
        ("convolutional_block(X, [2, 4, 6], 3, 1)", ([2, 4, 6], 3, 1), ()),
    ],
)
def test_call_is_recorded_as_it_is_written(line, settings, defaulted):
    """Positions, keywords, tuples and what was left out are told apart or are the same."""
    operation = called(line)

    assert tuple(operation.settings[name] for name in ("f", "filters", "s")) == settings
    assert operation.defaulted == defaulted


def test_default_is_the_one_of_the_learner():
    """What stands for an argument left out is the default in the learner's own signature."""
    operation = called("convolutional_block(X, 3, [2, 4, 6])", HEAD.replace("s=2", "s=3"))

    assert (operation.settings["s"], operation.defaulted) == (3, ("s",))


@pytest.mark.parametrize(
    ("default", "other"),
    [
        ("keras.initializers.RandomUniform", None),
        ("keras.initializers.random_uniform", None),
        ("'random_uniform'", None),
        ("keras.initializers.RandomUniform(seed=3)", None),
        ("keras.initializers.GlorotUniform", "GlorotUniform"),
        ("'glorot_uniform'", "GlorotUniform"),
        ("'no such'", "no such"),
        ("None", "None"),
        ("lambda seed: None", "<lambda>"),
    ],
)
def test_default_initializer_is_told_where_it_is_another(default, other):
    """The default of a block's initializer is known by its class, however it is written."""
    names = {}
    exec(f"import keras\ndef identity_block(X, f, initializer={default}):\n    return X\n", names)

    built = build("identity_block", names["identity_block"], {"input_shape": [5, 5, 6], "f": 3})

    assert built.default_initializer == other
    assert bool(built.notes) == (other is not None)


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        ("layers.BatchNormalization(momentum=0.9)", "momentum"),
        ("layers.BatchNormalization(name='mine')", "Names"),
        ("layers.Conv2D(2, 1, kernel_initializer=initializer(seed=4))", "Seeds"),
        ("layers.Conv2D(2, 1, kernel_initializer=initializer(4))", "Seeds"),
        ("layers.BatchNormalization()", ""),
        ("layers.Conv2D(2, 1, kernel_initializer=initializer(seed=0))", ""),
        ("layers.Conv2D(2, 1, kernel_initializer=initializer)", ""),
    ],
)
def test_what_is_not_judged_is_noted(layer, words):
    """Names, seeds and a momentum that the learner chose are noted; those of Keras are not."""
    names = {}
    text = "from keras import layers\ndef identity_block(X, f, initializer):\n"
    exec(f"{text}    return {layer}(X)\n", names)
    with keras.StatelessScope():
        built = build("identity_block", names["identity_block"], {"input_shape": [5, 5, 6], "f": 3})

    assert len(built.notes) == bool(words)
    assert all(words in note for note in built.notes)
