"""A function that raises because shapes do not fit is followed past that place."""

import keras
import pytest

from reskit.network.building import build
from reskit.network.comparison import compare
from reskit.network.graph import Graph
from reskit.network.normal_form import normal_form

pytestmark = pytest.mark.keras

IDENTITY, CONVOLUTIONAL, NETWORK = "identity_block", "convolutional_block", "ResNet50"
ARGUMENTS = {
    IDENTITY: {"input_shape": [5, 5, 6], "f": 3, "filters": [2, 4, 6]},
    CONVOLUTIONAL: {"input_shape": [8, 8, 3], "f": 3, "filters": [2, 4, 6], "s": 2},
    NETWORK: {"input_shape": [64, 64, 3], "classes": 6},
}
RELU = 'layers.Activation("relu")(X)'
ADD = "layers.Add()([X, X_shortcut])"
ADDITIONS = [
    ADD,
    "layers.add([X, X_shortcut])",
    "X + X_shortcut",
    "X_shortcut + X",
    "keras.ops.add(X, X_shortcut)",
]
PADDING = ("attribute", "main.conv2", "padding")


def built(program, exercise):
    """Return what the program's function builds."""
    names = {}
    exec(compile(program, "cell 1", "exec"), names)
    with keras.StatelessScope():
        return build(exercise, names[exercise], ARGUMENTS[exercise])


def changed(reference, exercise, *changes):
    """Return the reference with changes, (old, new), in the body of one function."""
    before, begin, body = reference.partition(f"def {exercise}(")
    for old, new in changes:
        assert old in body
        body = body.replace(old, new, 1)
    return before + begin + body


@pytest.fixture
def judged(reference):
    """Build a changed reference; return what was built, and how it compares."""

    def judge(exercise, *changes):
        wanted = normal_form(built(reference, exercise).graph)
        found = built(changed(reference, exercise, *changes), exercise)
        learner = normal_form(found.graph, found.training)
        return found, compare(wanted, learner, built=found.error is None)

    return judge


def places(comparison):
    """Return the places of the differences."""
    return [difference.place for difference in comparison.differences]


@pytest.mark.parametrize("addition", ADDITIONS)
@pytest.mark.parametrize("block", [IDENTITY, CONVOLUTIONAL])
def test_wrong_padding_is_the_one_difference(judged, block, addition):
    """However the addition is written, a wrong padding is named, and what follows is seen."""
    found, comparison = judged(block, ('"same"', '"valid"'), (ADD, addition))

    assert type(found.error) is ValueError
    assert found.returned == "NoneType"
    assert places(comparison) == [PADDING]
    assert {"add", "relu"} <= comparison.matched


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("F1, 1, strides=s", "F1, 1, strides=1", ("attribute", "main.conv1", "strides")),
        ("        F3, 1, strides=s", "        F3, 1", ("attribute", "shortcut.conv", "strides")),
        ("F3, 1, strides=1", "F2, 1, strides=1", ("attribute", "main.conv3", "filters")),
    ],
)
def test_what_makes_paths_unequal_is_the_one_difference(judged, old, new, place):
    """A stride or a number of filters that makes the two paths unequal is named alone."""
    found, comparison = judged(CONVOLUTIONAL, (old, new))

    assert found.error is not None
    assert places(comparison) == [place]
    assert {"add", "relu"} <= comparison.matched


@pytest.mark.parametrize(
    "relu", ['layers.Activation("relu")(X)', "layers.ReLU()(layers.ReLU()(X))"]
)
def test_what_follows_a_failure_is_not_looked_for(reference, relu):
    """Where nothing is known past the failure, the layer that failed is told all the same."""
    wanted = normal_form(built(reference, CONVOLUTIONAL).graph)
    changes = ('"same"', '"valid"'), ("F2, f", "F2, 9"), (RELU, relu)
    nodes = built(changed(reference, CONVOLUTIONAL, *changes), CONVOLUTIONAL).graph.nodes
    failed = next(place for place, node in enumerate(nodes) if node.failed)

    comparison = compare(wanted, normal_form(Graph(nodes[: failed + 1])), built=False)

    assert {difference.layer for difference in comparison.differences} == {"main.conv2"}


def test_failure_inside_a_sequential_is_told_of_its_layer(judged):
    """A layer that is wrapped in a Sequential of its own is seen where it fails, and beyond."""
    wrapped = "keras.Sequential([layers.AveragePooling2D(7)])"

    found, comparison = judged(NETWORK, ("layers.AveragePooling2D(2)", wrapped))

    assert str(found.error).startswith("AveragePooling2D was given a tensor of the shape")
    assert places(comparison) == [("attribute", "head.pool", "pool_size")]
    assert {"head.flatten", "head.dense"} <= comparison.matched


def test_input_that_is_not_used_yet_is_not_one_too_many(judged):
    """Where the function stops behind a second input, it is not known what that is for."""
    stopped = "keras.Input((3,))\n    X = undefined"

    _, comparison = judged(NETWORK, ("layers.AveragePooling2D(2)(X)", stopped))

    assert comparison.differences == ()


def test_second_mistake_after_the_failure_is_seen(judged):
    """What is missing after the call that raised is not counted as there."""
    last = 'return layers.Activation("relu")(X)'

    _, comparison = judged(IDENTITY, ('"same"', '"valid"'), (last, "return X"))

    assert "relu" not in comparison.matched


def test_failed_merge_of_another_kind_keeps_its_kind(judged):
    """A concatenation in place of the addition is told beside the wrong padding."""
    _, comparison = judged(
        IDENTITY, ('"same"', '"valid"'), (ADD, "layers.Multiply()([X, X_shortcut])")
    )

    assert places(comparison) == [PADDING, ("attribute", "add", "layer")]


def test_network_goes_on_after_a_window_that_is_too_large(judged):
    """A pooling window larger than its map does not hide the rest of the head."""
    found, comparison = judged(NETWORK, ("AveragePooling2D(2)", "AveragePooling2D(7)"))

    assert str(found.error) == (
        "AveragePooling2D was given a tensor of the shape (None, 2, 2, 2048); "
        "its window of (7, 7) has to fit into height and width."
    )
    assert ("attribute", "head.pool", "pool_size") in places(comparison)
    assert {"head.flatten", "head.dense"} <= comparison.matched


def test_network_goes_on_after_a_tensor_that_is_no_map(judged):
    """Flattened too early: the pooling raises, and the dense layer is still seen."""
    pool, flatten = "    X = layers.AveragePooling2D(2)(X)\n", "    X = layers.Flatten()(X)\n"

    found, comparison = judged(NETWORK, (pool + flatten, flatten + pool))

    assert "it needs four axes: images, height, width, channels" in str(found.error)
    assert places(comparison) == [("order", "head.pool", None)]
    assert "head.dense" in comparison.matched


def test_flatten_missing_raises_nothing(judged):
    """Keras takes a Dense layer on a map: the missing step is found by the graph alone."""
    found, comparison = judged(NETWORK, ("    X = layers.Flatten()(X)\n", ""))

    assert found.error is None
    assert places(comparison) == [("missing", "head.flatten", None)]


def test_other_exceptions_are_not_gone_past(judged):
    """A name that does not exist ends the graph where it stands."""
    found, comparison = judged(IDENTITY, (ADD, "layers.Addd()([X, X_shortcut])"))

    assert type(found.error) is AttributeError
    assert found.graph.outputs == ()
    assert "add" not in comparison.matched


def test_failure_that_was_caught_is_no_end(judged):
    """A learner who catches the failed call and goes on is judged by what came after."""
    tried = "X = X_shortcut\n    try:\n        layers.Add()([X, layers.Flatten()(X)])\n"
    tried += "    except Exception:\n        pass\n    X = missing"

    found, _ = judged(IDENTITY, (f"X = {ADD}", tried))

    assert type(found.error) is NameError
    assert not any(node.failed for node in found.graph.nodes)


def test_second_call_prints_nothing(reference, capsys):
    """What a function prints is told once, although it is called twice."""
    program = changed(reference, IDENTITY, ('"same"', '"valid"'), ("X_shortcut = X", "print('hi')"))
    program = program.replace("print('hi')", "X_shortcut = X\n    print('hi')", 1)

    built(program, IDENTITY)

    assert capsys.readouterr().out == "hi\n"


def test_second_call_that_goes_another_way_adds_nothing(reference):
    """A function that builds something else when it is called again is judged by its first call."""
    program = "calls = []\n" + changed(
        reference,
        IDENTITY,
        ('"same"', '"valid"'),
        ("X_shortcut = X", "X_shortcut = X\n    calls.append(1)\n    f = f + 2 * len(calls) - 2"),
        ("X = layers.BatchNormalization(axis=3)(X)", "X = layers.ReLU()(X) if calls[1:] else X"),
    )

    found = built(program, IDENTITY)

    assert found.graph.nodes[-1].failed
    assert found.graph.outputs == ()


def test_keras_is_as_before(reference):
    """The recorder leaves no trace in Keras, also when a function raised."""
    before = keras.layers.Layer.__call__, keras.Operation.symbolic_call, keras.Model.__init__

    built(changed(reference, IDENTITY, ('"same"', '"valid"')), IDENTITY)

    after = keras.layers.Layer.__call__, keras.Operation.symbolic_call, keras.Model.__init__
    assert after == before
