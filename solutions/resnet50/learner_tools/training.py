"""Training that loses nothing, whatever happens."""

import math
import time
from pathlib import Path

import numpy as np

from learner_tools.averages import _refresh_and_tell
from learner_tools.checkpoint import _name_of_run, _resumed, _save_run, _weights


def train(
    model, images, labels, epochs=10, batch_size=32, seed=1, folder="training", validation=None
):
    """Train a compiled model like `model.fit`, and keep what was learnt whatever happens.

    After each epoch the weights, the state of the optimizer and the figures so far are written to
    `folder`. Stopped in any way, the same call goes on after the last whole epoch. Ctrl-C, or
    "interrupt" in the menu of the notebook, ends it with the weights of the epoch of the call that
    had the lowest loss. At the end the averages of batch normalisation are measured anew, so that
    `evaluate` and `predict` work with the network as it is; what that changes is printed.

    Arguments:
    model -- a Keras model, compiled
    images, labels -- float32 images from 0 to 1, and one row of labels for each, one-hot
    epochs -- how many in all, those done before included
    batch_size -- images per step
    seed -- for the order of the images; the first weights are drawn when the model is built
    folder -- where the checkpoint lies: three times the size of the weights
    validation -- (images, labels) to measure after each epoch, or None

    Returns:
    the figures of each epoch: a dict of lists, as in the `.history` of what `fit` returns

    Raises:
    ValueError -- the model is not compiled, or images and labels are not of one length
    """
    _check_training(model, images, labels, epochs)
    file = Path(folder) / "checkpoint.h5"
    run = _name_of_run(model, images, labels, batch_size, seed)
    with model.distribute_strategy.scope():
        model.optimizer.build(model.trainable_variables)
    history = _resumed(model, file, run)
    done = len(history.get("loss", ()))
    if done:
        print(f"Going on after epoch {done}, from {file}. Delete it to begin anew.")
    best, lowest = _weights(model), min(history.get("loss", ()), default=math.inf)
    try:
        for epoch in range(done, epochs):
            # By seed and epoch alone: a training that goes on sees what it would have seen.
            order = np.random.Generator(np.random.PCG64([seed, epoch])).permutation(len(images))
            figures = model.fit(
                images[order],
                labels[order],
                batch_size=batch_size,
                initial_epoch=epoch,
                epochs=epoch + 1,
                shuffle=False,
                validation_data=validation,
                verbose=0,
                callbacks=[_progress(epochs, -(-len(images) // batch_size))],
            ).history
            for key, values in figures.items():
                history.setdefault(key, []).append(float(values[-1]))
            if history["loss"][-1] <= lowest:
                best, lowest = _weights(model), history["loss"][-1]
            _save_run(model, file, run, history)
    except KeyboardInterrupt:
        whole = len(history.get("loss", ()))
        print(f"\nStopped. {whole} whole epochs are kept; the same call goes on after them.")
        if whole:
            for variable, value in zip(model.weights, best, strict=True):
                variable.assign(value)
    _refresh_and_tell(model, images, labels, batch_size)
    return history


def _check_training(model, images, labels, epochs):
    if getattr(model, "optimizer", None) is None:
        raise ValueError("The model is not compiled. Call model.compile(...) before train(...).")
    if len(images) != len(labels) or len(images) == 0:
        raise ValueError(
            f"There are {len(images)} images and {len(labels)} rows of labels. Expected one row "
            "for each image; convert_to_one_hot puts the examples in columns, hence its `.T`."
        )
    if epochs < 1:
        raise ValueError(f"epochs is {epochs}. Expected at least 1.")


def _progress(epochs, steps):
    """A callback that rewrites one line, once a second, and leaves one line for each epoch."""
    import keras

    began = told = time.monotonic()

    def on_batch(batch, logs):
        nonlocal told
        if time.monotonic() - told > 1:
            told = time.monotonic()
            left = (told - began) * (steps / (batch + 1) - 1)
            full = round(20 * (batch + 1) / steps)
            print(f"\r  [{'#' * full}{'.' * (20 - full)}] step {batch + 1}/{steps}, "
                  f"loss {logs['loss']:.3f}, {left:.0f} s to go  ", end="", flush=True)  # fmt: skip

    def on_epoch(epoch, logs):
        words = ", ".join(f"{key} {value:.4f}" for key, value in logs.items())
        took = time.monotonic() - began
        line = f"epoch {epoch + 1}/{epochs}: {words}, {took:.0f} s"
        print(f"\r{line:<72}", flush=True)  # as long as what stood there before

    return keras.callbacks.LambdaCallback(on_train_batch_end=on_batch, on_epoch_end=on_epoch)
