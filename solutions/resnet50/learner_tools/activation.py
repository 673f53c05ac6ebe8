"""Where a network looks for its answer."""

import numpy as np

from learner_tools.palette import _SCALE

_DETAIL = 4  # places across a feature map that is worth looking at


def class_activation(model, image, label=None):
    """Where the network looks: how much each place of the image speaks for a class.

    The gradient of the class's score says how much each channel of a late feature map matters;
    the channels are added with these weights (R. Selvaraju and others, 2017, arXiv:1610.02391).

    Arguments:
    model -- a functional network that ends in a softmax over a feature map
    image -- float32 of shape (height, width, 3) or (1, height, width, 3), from 0 to 1
    label -- the class; by default the one that the network answers

    Returns:
    (map, label): float32 of shape (h, w) of the feature map, from 0 to 1, and the class
    """
    import keras
    import tensorflow as tf

    # The last map that still has some detail: later ones, of 2 by 2 places, hardly tell a place.
    maps = [layer.output for layer in model.layers if len(layer.output.shape) == 4]
    wide = [each for each in maps if min(each.shape[1:3]) >= _DETAIL]
    if not wide:
        raise ValueError(f"The model has no feature map of at least {_DETAIL} by {_DETAIL} places.")
    both = keras.Model(model.inputs, [wide[-1], model.outputs[0]])
    batch = tf.convert_to_tensor(np.asarray(image, np.float32).reshape(1, *image.shape[-3:]))
    with tf.GradientTape() as tape:
        features, chances = both(batch, training=False)
        label = int(np.argmax(chances[0])) if label is None else int(label)
        # The logarithm of a softmax falls with the other scores; its gradient never dies out.
        score = tf.math.log(chances[:, label] + 1e-9)
    weights = tf.reduce_mean(tape.gradient(score, features), axis=(1, 2), keepdims=True)
    found = np.maximum(np.asarray(tf.reduce_sum(weights * features, axis=-1))[0], 0)
    return (found / found.max() if found.max() > 0 else found).astype(np.float32), label


def plot_class_activation(model, images, labels):
    """Images, and on each of them where the network looks for its answer.

    Arguments:
    model -- as for `class_activation`
    images -- float32 of shape (n, height, width, 3), from 0 to 1
    labels -- their true classes, integers (n,)

    Returns:
    a matplotlib figure with two rows
    """
    import matplotlib.pyplot as plt

    labels = np.asarray(labels).reshape(-1)
    figure, axes = plt.subplots(
        2, len(images), figsize=(1.5 * len(images), 3.3), squeeze=False, layout="constrained"
    )
    told = []
    for column, (image, label) in enumerate(zip(images, labels, strict=True)):
        found, answer = class_activation(model, image)
        height, width = image.shape[:2]
        for axis in axes[:, column]:
            axis.imshow(image, extent=(0, width, height, 0))
            axis.set_axis_off()
        axes[1, column].imshow(
            found, extent=(0, width, height, 0), cmap=_SCALE, alpha=0.6, interpolation="bilinear"
        )
        axes[0, column].set_title(f"true {label}, answer {answer}", fontsize=9)
        row, place = np.unravel_index(found.argmax(), found.shape)
        told.append(
            f"image of class {label}, answer {answer}: most at "
            f"{100 * (row + 0.5) / found.shape[0]:.0f} % of the height and "
            f"{100 * (place + 0.5) / found.shape[1]:.0f} % of the width"
        )
    figure.suptitle("The image, and where the network looks (yellow: most)", fontsize=10)
    figure.description = "Where the network looks, bright is more. " + "; ".join(told) + "."
    return figure
