"""Keras's layers under class names of the learner's own, with nothing changed in them."""


class Convolution(layers.Conv2D):
    pass


class Normalisation(layers.BatchNormalization):
    """A batch normalisation."""


def identity_block(X, f, filters, initializer=random_uniform):
    F1, F2, F3 = filters
    Y = Convolution(F1, 1, kernel_initializer=initializer(seed=0))(X)
    Y = layers.ReLU()(Normalisation(axis=3)(Y))
    Y = Convolution(F2, f, padding="same", kernel_initializer=initializer(seed=0))(Y)
    Y = layers.ReLU()(Normalisation(axis=3)(Y))
    Y = Convolution(F3, 1, kernel_initializer=initializer(seed=0))(Y)
    Y = Normalisation(axis=3)(Y)
    return layers.ReLU()(layers.Add()([Y, X]))
