"""How a network calls its blocks is recorded as the learner wrote it."""

from dataclasses import replace

import keras
import pytest

from reskit.network.alignment import attribute_differences
from reskit.network.building import build
from reskit.network.layer_settings import GIVEN
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


def test_argument_that_a_block_does_not_take_is_no_mistake_of_the_call():
    """Who leaves `f` out of the block cannot pass it: the block has lost its points for that."""
    text = """
import keras
def convolutional_block(X, filters, s=2):
    return X
def ResNet50(input_shape, classes):
    X = keras.Input(input_shape)
    return keras.Model(X, convolutional_block(X, [2, 4, 6], s=1))
"""
    names = {}
    exec(text, names)
    arguments = {"input_shape": [8, 8, 3], "classes": 2}
    with keras.StatelessScope():
        graph = build("ResNet50", names["ResNet50"], arguments).graph
    operation = normal_form(graph).operations[1]
    wanted = replace(operation, settings={**operation.settings, "f": 3})

    assert operation.defaulted == ()
    assert attribute_differences(wanted, operation) == []


@pytest.mark.parametrize("rest", ["*rest", "**rest", "*rest, **more"])
def test_arguments_that_a_block_gathers_are_recorded(rest):
    """A block that takes whatever it is given is called as its description says."""
    head = f"import keras\ndef convolutional_block(X, {rest}):\n    return X\n"

    operation = called("convolutional_block(X, f=5, filters=[2, 4, 6], s=1)", head)

    assert [operation.settings[name] for name in ("f", "filters", "s")] == [5, [2, 4, 6], 1]


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


def test_other_names_of_arguments_mean_the_same():
    """Who calls the stride `strides` is asked for that stride too."""
    names = {}
    exec(
        "from keras import layers\n"
        "def convolutional_block(input_tensor, kernel_size, filters, stage, block, strides=2):\n"
        "    return layers.Conv2D(filters[0], kernel_size, strides=strides)(input_tensor)\n",
        names,
    )
    arguments = {"input_shape": [9, 9, 6], "f": 2, "filters": [4, 5, 6], "s": 3}

    with keras.StatelessScope():
        built = build("convolutional_block", names["convolutional_block"], arguments)

    settings = normal_form(built.graph).operations[1].settings
    wanted = (4, [2, 2], [3, 3])
    assert tuple(settings[name] for name in ("filters", "kernel_size", "strides")) == wanted


@pytest.mark.parametrize("parameter", ["kernel_initializer", "init"])
def test_other_names_of_the_initializer_mean_the_same(parameter):
    """Who calls the initializer otherwise is given it too."""
    names = {}
    exec(
        f"from keras import layers\ndef identity_block(X, f, filters, {parameter}='zeros'):\n"
        f"    return layers.Conv2D(2, 1, kernel_initializer={parameter})(X)\n",
        names,
    )
    arguments = {"input_shape": [5, 5, 6], "f": 3, "filters": [2, 4, 6]}

    with keras.StatelessScope():
        built = build("identity_block", names["identity_block"], arguments)

    assert normal_form(built.graph).operations[1].settings["kernel_initializer"] == GIVEN


def test_block_without_an_initializer_says_what_is_not_judged():
    """An older form chooses its own initializer: that is noted, not judged."""
    names = {}
    exec("def identity_block(X, f):\n    return X\n", names)

    built = build("identity_block", names["identity_block"], {"input_shape": [5, 5, 6], "f": 3})

    assert built.notes == (
        "The block has no parameter `initializer`, as in older forms of it: which one its "
        "layers have is not judged.",
    )


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
