"""Layers made by functools.partial and chained by functools.reduce."""

from functools import partial, reduce


def identity_block(X, f, filters, initializer=random_uniform):
    conv = partial(layers.Conv2D, strides=1, padding="same")
    norm = partial(layers.BatchNormalization, axis=3)
    steps = [
        conv(filters[0], 1, kernel_initializer=initializer(seed=0)),
        norm(),
        layers.ReLU(),
        conv(filters[1], f, kernel_initializer=initializer(seed=0)),
        norm(),
        layers.ReLU(),
        conv(filters[2], 1, kernel_initializer=initializer(seed=0)),
        norm(),
    ]
    return layers.ReLU()(reduce(lambda tensor, layer: layer(tensor), steps, X) + X)
