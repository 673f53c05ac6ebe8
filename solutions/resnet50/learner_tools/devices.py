"""Where a model is trained, and about how long that takes."""

import contextlib
import json
import os
import time


def all_devices():
    """A context to build and compile a model in, so that it trains on all that the computer has.

    On one processor or one GPU it does nothing. With several GPUs each takes a part of every
    batch (`tf.distribute.MirroredStrategy`). In the notebook:

        with all_devices():
            model = ResNet50(...)
            model.compile(...)

    Raises:
    NotImplementedError -- TF_CONFIG names several computers, which Keras 3 cannot train on
    """
    import tensorflow as tf

    workers = json.loads(os.environ.get("TF_CONFIG") or "{}").get("cluster", {}).get("worker", [])
    if len(workers) > 1:
        raise NotImplementedError(
            f"TF_CONFIG names {len(workers)} computers. Keras 3 cannot train on several with "
            "model.fit (https://github.com/keras-team/keras/issues/20585). Unset TF_CONFIG to "
            "train on all GPUs of this one."
        )
    if len(tf.config.list_physical_devices("GPU")) > 1:
        return tf.distribute.MirroredStrategy().scope()
    return contextlib.nullcontext()


def training_minutes(model, images, labels, epochs=10, batch_size=32):
    """About how many minutes `train` will take on this computer; nothing is learnt.

    Two steps are made without applying them, and the second, which is warm, is timed.

    Arguments:
    model -- a Keras model; it need not be compiled
    images, labels, epochs, batch_size -- as for `train`

    Returns:
    float, minutes; what else the computer does meanwhile is not foreseen
    """
    import keras
    import tensorflow as tf

    batch, answers = images[:batch_size], labels[:batch_size]
    for _ in range(2):
        began = time.monotonic()
        with tf.GradientTape() as tape:
            chances = model(batch)  # as in evaluation: no average is touched
            loss = tf.reduce_mean(keras.losses.categorical_crossentropy(answers, chances))
        tape.gradient(loss, model.trainable_variables)
    step = time.monotonic() - began
    return step * -(-len(images) // batch_size) * (epochs + _BESIDES) / 60


_BESIDES = 1.5  # epochs that the first trace, the averages and what is told of them take
