"""A helper makes a convolution with its normalisation; activations come from a table."""

ACTIVATIONS = {True: layers.ReLU, False: layers.Identity}


def conv_bn(tensor, depth, kernel, initializer, activate=True):
    tensor = layers.Conv2D(
        filters=depth, kernel_size=(kernel, kernel), padding="SAME", kernel_initializer=initializer
    )(tensor)
    return ACTIVATIONS[activate]()(layers.BatchNormalization()(tensor))


def identity_block(X, f, filters, initializer=random_uniform):
    F1, F2, F3 = filters
    Y = conv_bn(X, F1, 1, initializer(seed=0))
    Y = conv_bn(Y, F2, f, initializer(seed=0))
    Y = conv_bn(Y, F3, 1, initializer(seed=0), activate=False)
    return layers.ReLU()(X + Y)
