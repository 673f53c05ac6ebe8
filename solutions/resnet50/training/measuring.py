"""What a network comes to: its statistics measured anew, its loss, accuracy and mistakes."""

import numpy as np

from training.pictures import as_input

BATCH = 120  # images per forward pass


def measure_statistics(model, images):
    """Set the moving statistics of every BatchNormalization to their mean over these images.

    The moving averages that training leaves behind lag: with a momentum of 0.99 they still hold
    values from hundreds of steps ago, when the weights were others.
    """
    import keras

    norms = [x for x in model.layers if isinstance(x, keras.layers.BatchNormalization)]
    usual = [norm.momentum for norm in norms]
    for number, start in enumerate(range(0, len(images), BATCH)):
        for norm in norms:
            norm.momentum = number / (number + 1)  # a plain mean over the batches so far
        model(as_input(images[start : start + BATCH]), training=True)
    for norm, momentum in zip(norms, usual, strict=True):
        norm.momentum = momentum


def chances_of(model, images):
    """float32 (n, classes): the probabilities that the network gives, in inference mode."""
    parts = range(0, len(images), BATCH)
    return np.concatenate(
        [np.asarray(model(as_input(images[n : n + BATCH]), training=False)) for n in parts]
    )


def measure_accuracy(model, images, labels):
    """(loss, accuracy) in inference mode: mean cross-entropy and share of right answers."""
    chances = chances_of(model, images).astype(np.float64)
    of_label = np.clip(chances[np.arange(len(labels)), labels], 1e-7, 1)
    return float(-np.log(of_label).mean()), float((chances.argmax(axis=1) == labels).mean())


def confusion(model, images, labels, classes):
    """int64 (classes, classes): how many of each true class (row) got each answer (column)."""
    counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (labels, chances_of(model, images).argmax(axis=1)), 1)
    return counts
