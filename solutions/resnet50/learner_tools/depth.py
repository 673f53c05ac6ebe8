"""Signal and gradient in deep networks, plain and residual, measured."""

import math

import numpy as np


def gradient_norms(
    images, labels, depth=50, shortcuts=True, normalise=False, factor=1.0, width=16, seed=0
):
    """How large the gradient of the loss is when it reaches each layer of an untrained network.

    The network is a chain of 3 by 3 convolutions with ReLU, drawn from one seed; with shortcuts,
    the input of every two convolutions is added to their output.

    Arguments:
    images -- float32 of shape (n, height, width, 3), from 0 to 1
    labels -- one-hot rows
    depth -- convolutions after the first, an even number
    shortcuts -- residual or plain
    normalise -- whether batch normalisation follows each of these convolutions
    factor -- by which the first weights of these convolutions are multiplied
    width -- channels
    seed -- of the weights

    Returns:
    float64 of shape (depth / 2 + 1,): the norm of the gradient with respect to the output of the
    first convolution and of each two convolutions after it, first layer first
    """
    import tensorflow as tf

    model = _chain(np.shape(images)[1:], depth, shortcuts, normalise, factor, width, seed)
    head = tf.random.stateless_uniform((width, np.shape(labels)[1]), (seed, 0), -0.5, 0.5)
    with tf.GradientTape() as tape:
        reached = model(np.asarray(images, np.float32), training=True)
        scores = tf.reduce_mean(reached[-1], axis=(1, 2)) @ head
        loss = tf.nn.softmax_cross_entropy_with_logits(np.asarray(labels, np.float32), scores)
        loss = tf.reduce_mean(loss)
    return np.array([float(tf.norm(each)) for each in tape.gradient(loss, reached)])


def signal_sizes(images, depth=50, shortcuts=True, normalise=False, factor=1.0, width=16, seed=0):
    """How large the numbers are that leave each layer of an untrained network.

    Arguments:
    as for `gradient_norms`

    Returns:
    float64 of shape (depth / 2 + 1,): the standard deviation of the output of the first
    convolution and of each two convolutions after it, over images, places and channels
    """
    model = _chain(np.shape(images)[1:], depth, shortcuts, normalise, factor, width, seed)
    return np.array(
        [np.std(each) for each in model(np.asarray(images, np.float32), training=True)], float
    )


def _chain(shape, depth, shortcuts, normalise, factor, width, seed):
    """A network whose outputs are those of its first convolution and of each two after it."""
    import keras
    from keras import layers

    def convolution(number):
        # A uniform draw whose limits are those of Glorot and Bengio, made wider by the factor.
        limit = factor * math.sqrt(6 / (2 * 9 * width))
        draw = keras.initializers.RandomUniform(-limit, limit, seed=seed + number)
        return layers.Conv2D(width, 3, padding="same", kernel_initializer=draw)

    first = keras.initializers.GlorotUniform(seed=seed)
    image = keras.Input(shape)
    x = layers.Conv2D(width, 7, strides=4, activation="relu", kernel_initializer=first)(image)
    outputs = [x]
    for number in range(1, depth, 2):
        y = convolution(number)(x)
        y = layers.ReLU()(layers.BatchNormalization()(y) if normalise else y)
        y = convolution(number + 1)(y)
        y = layers.BatchNormalization()(y) if normalise else y
        x = layers.ReLU()(layers.Add()([y, x]) if shortcuts else y)
        outputs.append(x)
    return keras.Model(image, outputs)
