"""The reference ResNet-50, a narrow one like it, and how the narrow one is placed in the wide."""

import importlib.util
from pathlib import Path

import numpy as np

REFERENCE = Path(__file__).resolve().parents[1] / "ResNet50.py"

# (filters, identity blocks, stride) of the four stages of ResNet-50.
STAGES = (
    ((64, 64, 256), 2, 1),
    ((128, 128, 512), 3, 2),
    ((256, 256, 1024), 5, 2),
    ((512, 512, 2048), 2, 2),
)


def _reference():
    spec = importlib.util.spec_from_file_location("resnet50_reference", REFERENCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def build(classes=6):
    """The reference ResNet-50 for 64 x 64 x 3 images, untrained."""
    return _reference().ResNet50(input_shape=(64, 64, 3), classes=classes)


def build_narrow(divisor, classes=6):
    """ResNet-50 with a fraction of the channels in its blocks, from the reference's own blocks.

    The first convolution keeps its 64 filters. The layers come in the order of `build()`.
    """
    import keras
    from keras import layers

    blocks = _reference()
    image = keras.Input((64, 64, 3))
    x = layers.ZeroPadding2D((3, 3))(image)
    x = layers.Conv2D(64, (7, 7), strides=(2, 2))(x)
    x = layers.BatchNormalization(axis=3)(x)
    x = layers.Activation("relu")(x)
    x = layers.MaxPooling2D((3, 3), strides=(2, 2))(x)
    for filters, identities, stride in STAGES:
        filters = [count // divisor for count in filters]
        x = blocks.convolutional_block(x, 3, filters, stride)
        for _ in range(identities):
            # Their own default, uniform between -0.05 and 0.05, suits wide layers only.
            x = blocks.identity_block(x, 3, filters, initializer=keras.initializers.GlorotUniform)
    x = layers.AveragePooling2D((2, 2))(x)
    x = layers.Flatten()(x)
    scores = layers.Dense(classes, activation="softmax")(x)
    return keras.Model(image, scores, name="narrow_ResNet50")


def silence_main_paths(model):
    """Set the last scale of every main path to 0: each block starts as its shortcut alone.

    So the network begins to learn like a shallow one, which saves many epochs (P. Goyal and
    others, 2017, arXiv:1706.02677, section 5.1).
    """
    import keras

    for layer in model.layers:
        if isinstance(layer, keras.layers.Add):
            norm = layer.input[0]._keras_history.operation  # the main path comes first
            if not isinstance(norm, keras.layers.BatchNormalization):
                raise ValueError(f"{layer.name} does not add a normalised main path")
            norm.gamma.assign(np.zeros(norm.gamma.shape, np.float32))


def widen(narrow, wide):
    """Place a narrow network in a wide one of the same layers, so that both compute the same.

    The narrow weights become the first channels of the wide ones. The other channels are silent:
    zero everywhere up to the next convolution, which gives them the weight zero.
    """
    for small, large in zip(narrow.layers, wide.layers, strict=True):
        if type(small) is not type(large):
            raise ValueError(f"{small.name} and {large.name} are not the same kind of layer")
        for source, target in zip(small.weights, large.weights, strict=True):
            values = np.zeros(target.shape, np.float32)
            if source.name == "moving_variance":
                values[:] = 1.0
            values[tuple(slice(size) for size in source.shape)] = np.asarray(source)
            target.assign(values)


def narrow_down(wide, narrow):
    """Give a narrow network the first channels of a wide one: what `widen` has placed there."""
    for large, small in zip(wide.layers, narrow.layers, strict=True):
        if type(small) is not type(large):
            raise ValueError(f"{large.name} and {small.name} are not the same kind of layer")
        for source, target in zip(large.weights, small.weights, strict=True):
            target.assign(np.asarray(source)[tuple(slice(size) for size in target.shape)])
