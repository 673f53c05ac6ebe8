"""Layers and models of the learner's own are opened where they can be, and opaque where not."""

import keras
import pytest

from reskit.network.building import build
from reskit.network.comparison import compare
from reskit.network.normal_form import normal_form

pytestmark = pytest.mark.keras

CALL = {"input_shape": [5, 5, 6], "f": 3, "filters": [2, 4, 6]}
IMPORTS = "import keras\nimport tensorflow as tf\nfrom keras import layers\n"
BLOCK = """
class Block(layers.Layer):
    def __init__(self, f, filters, initializer):
        super().__init__()
        F1, F2, F3 = filters
        self.conv1 = layers.Conv2D(F1, 1, kernel_initializer=initializer(seed=0))
        self.bn1 = layers.BatchNormalization(axis=3)
        self.conv2 = layers.Conv2D(F2, f, padding="same", kernel_initializer=initializer(seed=0))
        self.bn2 = layers.BatchNormalization(axis=3)
        self.conv3 = layers.Conv2D(F3, 1, kernel_initializer=initializer(seed=0))
        self.bn3 = layers.BatchNormalization(axis=3)
        self.relu = layers.ReLU()

    def call(self, x, training=False):
        y = self.relu(self.bn1(self.conv1(x), training=training))
        y = self.relu(self.bn2(self.conv2(y), training=training))
        y = self.bn3(self.conv3(y), training=training)
        return self.relu(y + x)

def identity_block(X, f, filters, initializer=None):
    return Block(f, filters, initializer)(X)
"""
IN_BUILD = BLOCK.replace(
    "        F1, F2, F3 = filters\n",
    "        self.given = f, filters, initializer\n\n    def build(self, shape):\n"
    "        f, (F1, F2, F3), initializer = self.given\n",
)
RELU, ADD = 'layers.Activation("relu")(X)', "layers.Add()([X, X_shortcut])"


def built(program, exercise="identity_block", arguments=CALL):
    """Return what a program's function builds."""
    names = {}
    exec(compile(program, "cell 1", "exec"), names)
    with keras.StatelessScope():
        return build(exercise, names[exercise], arguments)


def compared(reference, program, exercise="identity_block", arguments=CALL):
    """Return how what the program builds compares with the reference."""
    wanted = normal_form(built(reference, exercise, arguments).graph)
    found = built(program, exercise, arguments)
    learner = normal_form(found.graph, found.training)
    return compare(wanted, learner, built=found.error is None)


@pytest.mark.parametrize(
    "program",
    [
        BLOCK,
        IN_BUILD,
        BLOCK.replace("layers.Layer", "keras.Model"),
        BLOCK.replace("y + x", "tf.add(y, x)").replace("return self.relu(", "return tf.nn.relu("),
        BLOCK.replace("training=False", "training=None"),
        BLOCK.replace(", training=False", "").replace(", training=training", ""),
    ],
    ids=["init", "build", "model", "tensorflow", "training None", "no training"],
)
def test_block_as_a_layer_is_the_block(reference, program):
    """A block written as a class with layers inside is compared layer by layer."""
    assert compared(reference, IMPORTS + program).proof == "graph"


def test_mistake_inside_a_class_is_named(reference):
    """A wrong setting inside a layer of one's own is told in the usual words."""
    comparison = compared(reference, IMPORTS + BLOCK.replace("F3, 1,", "F3, 1, use_bias=False,"))

    assert [each.place for each in comparison.differences] == [
        ("attribute", "main.conv3", "use_bias")
    ]


def test_shapes_that_do_not_fit_inside_a_class_are_gone_past(reference):
    """A wrong padding inside a layer of one's own is named as anywhere."""
    comparison = compared(reference, IMPORTS + BLOCK.replace("same", "valid"))

    assert [each.place for each in comparison.differences] == [
        ("attribute", "main.conv2", "padding")
    ]
    assert "relu" in comparison.matched


def test_frozen_normalisation_inside_a_class_is_named(reference):
    """A training flag that the class fixes is no flag that follows the caller."""
    program = BLOCK.replace("self.conv3(y), training=training", "self.conv3(y), training=False")

    comparison = compared(reference, IMPORTS + program)

    assert [each.place for each in comparison.differences] == [
        ("attribute", "main.bn3", "training")
    ]


@pytest.mark.parametrize(
    "line",
    [
        "if training: y = y * 1",
        "y = tf.image.flip_left_right(y)",
        "y = y if training == False else x",
    ],
)
def test_class_that_cannot_be_told_is_opaque(line):
    """A layer that decides while it runs, or computes outside Keras, stays one operation."""
    program = BLOCK.replace("        y = self.bn3", f"        {line}\n        y = self.bn3")

    found = built(IMPORTS + program)

    assert found.error is None
    assert [node.op for node in found.graph.nodes] == ["InputLayer", "custom.Block"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (RELU, "layers.Lambda(keras.activations.relu)(X)"),
        (RELU, "layers.Lambda(lambda t: tf.nn.relu(t))(X)"),
        (ADD, "layers.Lambda(lambda t: t[0] + t[1])([X, X_shortcut])"),
        (ADD, "layers.Lambda(lambda t: tf.add(t[0], t[1]))([X, X_shortcut])"),
    ],
)
def test_lambda_is_what_its_function_does(reference, old, new):
    """A Lambda layer around a plain function is that function."""
    program = "import tensorflow as tf\n" + reference.replace(old, new)

    assert compared(reference, program).proof == "graph"


@pytest.mark.parametrize(
    "body",
    [
        "    pass\n",
        "    '''Mine.'''\n    def __init__(self, *args, **kwargs):\n"
        "        super().__init__(*args, **kwargs)\n",
        "    def get_config(self):\n        return {'filters': 99}\n",
        "    def of_my_own(self):\n        return 3\n",
    ],
)
def test_subclass_that_changes_nothing_is_its_keras_class(reference, body):
    """A subclass of Conv2D that computes what Conv2D computes is a Conv2D."""
    program = f"from keras import layers\nclass Mine(layers.Conv2D):\n{body}" + reference.replace(
        "layers.Conv2D(", "Mine("
    )

    assert compared(reference, program).proof == "graph"


@pytest.mark.parametrize(
    "body",
    [
        "    def call(self, x):\n        return super().call(x) * 2\n",
        "    def build(self, shape):\n        super().build(shape)\n",
        "    def convolution_op(self, inputs, kernel):\n        return inputs\n",
    ],
)
def test_subclass_that_changes_something_is_opaque(reference, body):
    """A subclass of Conv2D with a behaviour of its own is not taken for a Conv2D."""
    head = f"from keras import layers\nclass Mine(layers.Conv2D):\n{body}"

    found = built(head + reference.replace("layers.Conv2D(", "Mine("))

    assert "custom.Mine" in {node.op for node in found.graph.nodes}


NETWORK = {"input_shape": [16, 16, 3], "classes": 4}
PLAIN = """
import keras
from keras import layers
def ResNet50(input_shape=(16, 16, 3), classes=4):
    X_input = keras.Input(input_shape)
    X = layers.Conv2D(8, 3)(X_input)
    X = layers.Flatten()(X)
    return keras.Model(X_input, layers.Dense(classes, activation="softmax")(X))
"""
SUBCLASS = """
import keras
from keras import layers
class Net(keras.Model):
    def __init__(self, classes):
        super().__init__()
        self.conv = layers.Conv2D(8, 3)
        self.dense = layers.Dense(classes, activation="softmax")
    def call(self, images):
        return self.dense(layers.Flatten()(self.conv(images)))
def ResNet50(input_shape=(16, 16, 3), classes=4):
    return Net(classes)
"""


@pytest.mark.parametrize("arguments", [NETWORK, {}])
def test_subclassed_model_has_the_graph_of_its_call(arguments):
    """A network given back as a subclass of Model is traced on an input of the shape asked for."""
    plain, found = built(PLAIN, "ResNet50", arguments), built(SUBCLASS, "ResNet50", arguments)

    assert found.returned == "model"
    assert normal_form(found.graph).operations == normal_form(plain.graph).operations


def test_subclassed_model_that_raises_tells_its_exception():
    """A network that cannot be called is told by what its call raises."""
    program = SUBCLASS.replace("self.conv(images)", "self.convolution(images)")

    found = built(program, "ResNet50", NETWORK)

    assert type(found.error) is AttributeError
    assert "convolution" in str(found.error)


def test_functional_model_with_a_call_of_its_own_is_what_its_call_does():
    """A functional model whose subclass computes something else is not taken at its word."""
    program = (
        PLAIN.replace("keras.Model(X_input", "Liar(X_input")
        + "class Liar(keras.Model):\n    def call(self, images):\n        return images\n"
    )

    found = built(program, "ResNet50", NETWORK)

    assert found.graph.nodes[found.graph.outputs[0]].op == "InputLayer"


def test_output_from_another_input_is_refused():
    """A model whose output does not come from its input raises, in every release of Keras."""
    program = PLAIN.replace("(X_input)\n", "(keras.Input(input_shape))\n")

    found = built(program, "ResNet50", NETWORK)

    assert str(found.error) == "An output of the model is not connected to its input."
