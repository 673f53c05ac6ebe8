"""What the notebook needs beside the three functions you write: data, images, pictures of networks.

Nothing here imports TensorFlow, so the import takes a moment and not seconds. There is no
`__all__`: `from resnets_utils import *` also brings `np`, `h5py`, `math` and `os`, which
notebooks of older courses rely on.

Made from solutions/resnet50/learner_tools/ by `reskit release`; do not edit.
"""

from pathlib import Path
import contextlib
import h5py
import hashlib
import html
import json
import math
import numpy as np
import os
import re
import time
import warnings


# Okabe and Ito's palette: told apart with any colour vision, and in grey.
_BLUE, _VERMILION, _GREEN = "#0072B2", "#D55E00", "#009E73"
# The ends and the middle of a scale that reads with any colour vision, and in grey.
_SCALE = "cividis"


def load_dataset(folder="datasets"):
    """The training and test images of hands, with the number of raised fingers of each.

    Arguments:
    folder -- where `train_signs.h5` and `test_signs.h5` lie

    Returns, in this order:
    train_x -- training images, uint8 of shape (n, 64, 64, 3), values 0 to 255
    train_y -- their labels, int64 of shape (1, n), values 0 to len(classes) - 1
    test_x  -- test images, uint8 of shape (m, 64, 64, 3)
    test_y  -- their labels, int64 of shape (1, m)
    classes -- the list of classes as stored, shape (C,)

    Raises:
    FileNotFoundError -- a file is not there
    ValueError -- a file cannot be read as HDF5, or what it holds is not as described above
    """
    train_x, train_y, train_classes = _read_split(folder, "train")
    test_x, test_y, test_classes = _read_split(folder, "test")
    if not np.array_equal(train_classes, test_classes):
        raise ValueError(
            f"The two files in {os.fspath(folder)!r} do not belong together: train_signs.h5 has "
            f"the classes {train_classes.tolist()}, test_signs.h5 has {test_classes.tolist()}. "
            f"Expected the same list_classes in both. {_FETCH_AGAIN}"
        )
    return train_x, train_y, test_x, test_y, test_classes


_FETCH_AGAIN = "Copy the datasets folder of the assignment here again."
_MOST_IMAGES = 200_000  # 2.3 GiB; a damaged or hostile file may claim any number
# What h5py raises on a damaged file depends on which byte is wrong.
_DAMAGE = (OSError, RuntimeError, ValueError, TypeError, LookupError, ArithmeticError, MemoryError)


def _read_split(folder, split):
    path = Path(folder) / f"{split}_signs.h5"
    if not path.is_file():
        raise FileNotFoundError(
            f"The data file {path} is not there (looked from {Path.cwd()}). Expected the folder "
            f"{os.fspath(folder)!r} with train_signs.h5 and test_signs.h5. Start the notebook in "
            "the folder that holds it, or pass load_dataset the right folder."
        )
    try:
        file = h5py.File(path, "r")
    except _DAMAGE as error:
        raise ValueError(
            f"{path} ({path.stat().st_size:,} bytes) cannot be opened as HDF5: {error}. Expected "
            f"a complete HDF5 file; a download cut short looks like this. {_FETCH_AGAIN}"
        ) from error
    image_key, label_key = f"{split}_set_x", f"{split}_set_y"
    with file:
        # All that the file says of itself is checked before anything is read.
        count = _check_images(path, image_key, *_describe(file, path, image_key))
        _check_labels(path, label_key, count, *_describe(file, path, label_key))
        _check_classes(path, *_describe(file, path, "list_classes"))
        images, labels, classes = (
            _read_array(file, path, key) for key in (image_key, label_key, "list_classes")
        )
    lowest, highest = int(labels.min()), int(labels.max())
    if lowest < 0 or highest >= classes.size:
        raise ValueError(
            f"{label_key} in {path} has labels from {lowest} to {highest}. Expected labels from "
            f"0 to {classes.size - 1}, one for each of the {classes.size} classes. {_FETCH_AGAIN}"
        )
    return images, labels.reshape(1, count).astype(np.int64), classes


def _check_images(path, key, shape, dtype):
    """How many images there are, if this describes images."""
    if len(shape) != 4 or shape[1:] != (64, 64, 3) or dtype != np.uint8:
        raise ValueError(
            f"{key} in {path} has shape {shape} and dtype {dtype}. "
            f"Expected shape (n, 64, 64, 3) and dtype uint8. {_FETCH_AGAIN}"
        )
    if shape[0] == 0:
        raise ValueError(f"{path} holds no images. Expected at least one. {_FETCH_AGAIN}")
    if shape[0] > _MOST_IMAGES:
        raise ValueError(
            f"{key} in {path} claims {shape[0]:,} images. Expected at most {_MOST_IMAGES:,}: more "
            f"would not fit into memory. If the file is damaged: {_FETCH_AGAIN}"
        )
    return shape[0]


def _check_labels(path, key, count, shape, dtype):
    if shape not in {(count,), (1, count)} or dtype.kind not in "iu":
        raise ValueError(
            f"{key} in {path} has shape {shape} and dtype {dtype}. Expected "
            f"one integer per image: shape ({count},) or (1, {count}). {_FETCH_AGAIN}"
        )


def _check_classes(path, shape, _):
    if len(shape) != 1 or not 1 <= shape[0] <= _MOST_IMAGES:
        raise ValueError(
            f"list_classes in {path} has shape {shape}. Expected shape (C,) with at least "
            f"one class. {_FETCH_AGAIN}"
        )


def _describe(file, path, key):
    """(shape, dtype) of a dataset of the file, before any of it is read."""
    try:
        entry = file.get(key)
        if isinstance(entry, h5py.Dataset) and entry.shape is not None:
            return entry.shape, entry.dtype
        found = sorted(map(str, file))
    except _DAMAGE as error:
        raise _damaged(path, key, error) from error
    raise ValueError(
        f"{path} has no dataset {key!r}; it has {found}. Expected {key!r} among them. "
        f"{_FETCH_AGAIN}"
    )


def _read_array(file, path, key):
    try:
        return np.asarray(file[key])
    except _DAMAGE as error:
        raise _damaged(path, key, error) from error


def _damaged(path, key, error):
    return ValueError(
        f"The dataset {key!r} in {path} cannot be read: {error}. Expected an undamaged file. "
        f"{_FETCH_AGAIN}"
    )


def convert_to_one_hot(Y, C):
    """One column per label, with a 1 in the row of its class and 0 elsewhere.

    Arguments:
    Y -- integer labels of shape (n,) or (1, n), values 0 to C - 1
    C -- the number of classes

    Returns:
    float64 of shape (C, n). Keras expects one row per example: pass it the transpose, `.T`.

    Raises:
    ValueError -- labels that are not integers, not in 0 to C - 1, or of another shape
    """
    if isinstance(C, bool) or not isinstance(C, (int, np.integer)) or C < 1:
        raise ValueError(f"The number of classes C is {C!r}. Expected an integer of at least 1.")
    labels = np.asarray(Y)
    if labels.dtype.kind not in "iu":
        raise ValueError(
            f"The labels Y have dtype {labels.dtype}. Expected integers; if they are whole numbers "
            "stored otherwise, convert them with Y.astype(int)."
        )
    if labels.ndim != 1 and not (labels.ndim == 2 and labels.shape[0] == 1):
        raise ValueError(
            f"The labels Y have shape {labels.shape}. Expected (n,) or (1, n): one class number "
            "per example. Labels that are one-hot already need no conversion."
        )
    labels = labels.reshape(-1)
    outside = labels[(labels < 0) | (labels >= C)]
    if outside.size:
        raise ValueError(
            f"The labels Y hold {int(outside[0])}. Expected values from 0 to {C - 1}, because C "
            f"is {C}: classes are counted from 0."
        )
    return np.eye(int(C))[labels].T


_FORMATS = ("PNG", "JPEG", "MPO", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "PPM")
_MOST_PIXELS = 90_000_000


def load_image(path, size=(64, 64)):
    """A picture of yours as a batch of one, ready for `model.predict`.

    The camera's rotation (EXIF) is applied, transparent parts become white, greyscale becomes
    RGB, and of an animation the first frame counts. The whole picture is kept: one that is not
    square is stretched, not cropped. `reskit predict` has the same rules.

    Arguments:
    path -- a PNG, JPEG, WebP, GIF, BMP, TIFF or AVIF file of at most 90 million pixels
    size -- (height, width) of the result in pixels

    Returns:
    float32 of shape (1, height, width, 3), values 0.0 to 1.0

    Raises:
    FileNotFoundError -- no file at this path
    ValueError -- the file is not an image, or a damaged one
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    height, width = size
    if not Path(path).is_file():
        raise FileNotFoundError(
            f"There is no image file {os.fspath(path)!r} (looked from {Path.cwd()}). Put the "
            "picture into the images folder and pass its path, such as 'images/my_image.jpg'."
        )
    Image.init()
    try:
        # Named formats only: others would start a program on this computer (EPS does).
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(path, formats=[name for name in _FORMATS if name in Image.OPEN]) as picture,
        ):
            if picture.width * picture.height > _MOST_PIXELS:
                raise ValueError(
                    f"it has {picture.width:,} × {picture.height:,} pixels, and at most "
                    f"{_MOST_PIXELS:,} are read"
                )
            if picture.mode == "F":
                raise ValueError("its pixels are fractions; save it with 8 bits per channel")
            picture = ImageOps.exif_transpose(picture)
            if picture.mode.startswith("I"):  # 16 bits per pixel; Pillow would clip, not scale
                grey = np.clip(np.asarray(picture, np.float64) / 257.0, 0, 255)
                picture = Image.fromarray(np.round(grey).astype(np.uint8))
            if "A" in picture.getbands() or "transparency" in picture.info:
                picture = picture.convert("RGBA")
                white = Image.new("RGBA", picture.size, "white")
                picture = Image.alpha_composite(white, picture)
            picture = picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    except UnidentifiedImageError as error:
        raise ValueError(
            f"{os.fspath(path)!r} ({Path(path).stat().st_size:,} bytes) cannot be read as an "
            "image: it is not PNG, JPEG, WebP, GIF, BMP, TIFF or AVIF. A telephone may have saved "
            "it as HEIC: open it in a viewer and save it again as JPEG."
        ) from error
    except Exception as error:  # the decoders raise whatever a damaged file leads them to
        raise ValueError(
            f"{os.fspath(path)!r} ({Path(path).stat().st_size:,} bytes) cannot be read as an "
            f"image: {error}. Expected a picture file such as JPEG or PNG; open it in a viewer and "
            "save it again as one of these."
        ) from error
    return np.asarray(picture, np.float32)[np.newaxis] / np.float32(255)


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


def _refresh_and_tell(model, images, labels, batch_size):
    """Measure the averages anew, and print what `evaluate` says before and after."""
    import keras

    if not any(isinstance(layer, keras.layers.BatchNormalization) for layer in model.layers):
        return
    print("The training images once more, in evaluation:")
    for averages in ("that training left", "measured anew"):
        if averages == "measured anew":
            refresh_averages(model, images, batch_size)
        found = model.evaluate(
            images, labels, batch_size=batch_size, verbose=0, return_dict=True
        ).items()
        told = ", ".join(f"{key} {value:.4f}" for key, value in found)
        print(f"  with the averages {averages + ':':<19} {told}", flush=True)


def refresh_averages(model, images, batch_size=32):
    """Measure the averages of every batch normalisation anew; no weight changes.

    In training each batch is normalised with its own mean and variance. `evaluate` and `predict`
    take moving averages, which lag behind weights that change fast.

    Arguments:
    model -- a Keras model
    images -- float32 images from 0 to 1, of the kind it was trained with
    batch_size -- as in training
    """
    import keras

    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    usual = [norm.momentum for norm in norms]
    try:
        for step, start in enumerate(range(0, len(images) if norms else 0, batch_size)):
            for norm in norms:
                norm.momentum = step / (step + 1)  # gives each batch the same weight
            model(images[start : start + batch_size], training=True)
    finally:
        for norm, momentum in zip(norms, usual, strict=True):
            norm.momentum = momentum


def _weights(model):
    return [variable.value.numpy() for variable in model.weights]


def _name_of_run(model, images, labels, batch_size, seed):
    """What a checkpoint is recognised by: the layers, the data and what orders it."""
    layers = [(type(layer).__name__, [w.shape for w in layer.weights]) for layer in model.layers]
    kind = type(model.optimizer).__name__
    digest = hashlib.sha256(repr((layers, kind, batch_size, seed)).encode())
    for values in (images, labels):
        digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()


def _resumed(model, file, run):
    """The figures in the checkpoint of this run, {} without one; sets weights and optimizer."""
    if not file.is_file():
        return {}
    with h5py.File(file, "r") as stored:
        if stored.attrs.get("run") != run:
            print(f"{file} is of another network or other data; it will be replaced.")
            return {}
        for group, variables in (
            ("model", model.weights),
            ("optimizer", model.optimizer.variables),
        ):
            for number, variable in enumerate(variables):
                variable.assign(stored[f"{group}/{number}"][()])
        return json.loads(stored.attrs["history"])


def _save_run(model, file, run, history):
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    with h5py.File(unfinished, "w") as stored:
        stored.attrs["run"], stored.attrs["history"] = run, json.dumps(history)
        for group, variables in (
            ("model", model.weights),
            ("optimizer", model.optimizer.variables),
        ):
            for number, variable in enumerate(variables):
                stored[f"{group}/{number}"] = variable.value.numpy()
    unfinished.replace(file)


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


def show(figure):
    """Show a figure of this module in the notebook, with words for whoever does not see it.

    Arguments:
    figure -- a matplotlib figure, or SVG text such as `network_svg` gives
    """
    import base64
    import io

    import matplotlib.pyplot as plt
    from IPython.display import HTML, display

    if isinstance(figure, str):
        kind, data, words = "svg+xml", figure.encode(), _words_of(figure)
    else:
        stream = io.BytesIO()
        figure.savefig(stream, format="png", dpi=100)
        plt.close(figure)
        kind, data, words = "png", stream.getvalue(), getattr(figure, "description", "a figure")
    words, picture = html.escape(words, quote=True), base64.b64encode(data).decode()
    shown = f'<img alt="{words}" src="data:image/{kind};base64,{picture}">'
    display(HTML(_in_a_box(shown, "drawing") if kind == "svg+xml" else shown))


def show_summary(model):
    """Show the table of `model.summary()` in the notebook, in a box of its own that scrolls.

    Arguments:
    model -- a Keras model, built
    """
    from IPython.display import HTML, display

    lines = []
    model.summary(
        line_length=112,  # a notebook's console has 115 columns and cuts off what is beyond
        positions=[0.35, 0.56, 0.67, 1.0],
        print_fn=lambda line, **_: lines.append(str(line)),
    )
    text = html.escape("\n".join(lines))
    display(HTML(_in_a_box(f'<pre style="font-size: 85%">{text}</pre>', "table of layers")))


def _in_a_box(inside, name):
    """HTML that is at most as tall as a page, and scrolls, by keyboard too."""
    style = "max-height: 600px; overflow: auto; border: 1px solid #888; padding: 4px"
    return f'<div role="region" aria-label="{name}" tabindex="0" style="{style}">{inside}</div>'


def _words_of(svg):
    """What an SVG says of itself in its title and description."""
    found = re.findall(r"<(?:title|desc)[^>]*>(.*?)</(?:title|desc)>", svg, flags=re.DOTALL)
    return ". ".join(html.unescape(words) for words in found[:2]) or "a drawing"


def plot_history(history):
    """Loss and accuracy over the epochs, side by side.

    Arguments:
    history -- what `model.fit` returned, or its `.history`: a dict of lists of numbers, with
        `loss` and, where they were measured, `accuracy`, `val_loss` and `val_accuracy`

    Returns:
    a matplotlib figure. In a notebook end the line with `;`, or it is shown twice.

    Raises:
    ValueError -- there is no `loss` in it
    """
    import matplotlib.pyplot as plt
    from matplotlib.ticker import MaxNLocator

    values = getattr(history, "history", history)
    if not isinstance(values, dict) or not values.get("loss"):
        found = sorted(values) if isinstance(values, dict) else type(values).__name__
        raise ValueError(
            f"There is no training to plot: found {found}. Expected what model.fit(...) returned, "
            "with at least one epoch of 'loss'. Run the training cell first."
        )
    accuracy = "accuracy" if "accuracy" in values else "acc"
    panels = [("loss", "loss (cross-entropy)")]
    if accuracy in values:
        panels.append((accuracy, "accuracy (share of images)"))
    figure, axes = plt.subplots(
        1, len(panels), figsize=(4.5 * len(panels), 3.4), squeeze=False, layout="constrained"
    )
    for axis, (key, label) in zip(axes[0], panels, strict=True):
        # Line style and marker repeat what the colour says.
        for name, title, colour, style, marker in (
            (key, "training", _BLUE, "-", "o"),
            (f"val_{key}", "validation", _VERMILION, "--", "s"),
        ):
            if name in values:
                epochs = range(1, len(values[name]) + 1)
                axis.plot(epochs, values[name], style, color=colour, marker=marker, label=title)
        axis.set_title(f"{label.split(' ')[0]}, epoch by epoch")
        axis.set_xlabel("epoch")
        axis.set_ylabel(label)
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.grid(alpha=0.3)
        axis.legend()
    if len(panels) == 2:
        axes[0, 1].set_ylim(0, 1.02)
    figure.description = "Over the epochs, from the first to the last: " + "; ".join(
        f"{key} from {values[key][0]:.3f} to {values[key][-1]:.3f}"
        for key in ("loss", "val_loss", accuracy, f"val_{accuracy}")
        if values.get(key)
    )
    return figure


def plot_samples(images, labels, each=8):
    """The first images of each class, a row for each class.

    Arguments:
    images -- of shape (n, height, width, 3), uint8 or float from 0 to 1
    labels -- their integer labels, of shape (n,) or (1, n)
    each -- images in a row

    Returns:
    a matplotlib figure
    """
    import matplotlib.pyplot as plt

    labels = np.asarray(labels).reshape(-1)
    classes = np.unique(labels)
    figure, axes = plt.subplots(
        len(classes), each, figsize=(each, len(classes) * 1.05), squeeze=False, layout="constrained"
    )
    for row, label in zip(axes, classes, strict=True):
        chosen = np.flatnonzero(labels == label)
        for axis in row:
            axis.set_axis_off()
        for axis, number in zip(row, chosen, strict=False):
            axis.imshow(images[number])
        row[0].set_title("1 finger" if label == 1 else f"{label} fingers", loc="left", fontsize=9)
    figure.description = f"The first images of each of the classes {classes.tolist()}, row by row."
    return figure


def plot_confusion(labels, answers, classes):
    """How often each true class got each answer, as a table of numbers on a scale of colours.

    Arguments:
    labels -- the true classes, integers of shape (n,) or (1, n)
    answers -- what the network answers: integers (n,), or probabilities (n, classes)
    classes -- names of the classes

    Returns:
    a matplotlib figure
    """
    import matplotlib.pyplot as plt

    labels, answers = np.asarray(labels).reshape(-1), np.asarray(answers)
    answers = answers.argmax(axis=1) if answers.ndim == 2 else answers
    counts = np.zeros((len(classes), len(classes)), int)
    np.add.at(counts, (labels, answers), 1)
    figure, axis = plt.subplots(figsize=(4.4, 4), layout="constrained")
    axis.imshow(counts, cmap=_SCALE)
    for (row, column), count in np.ndenumerate(counts):
        light = count > counts.max() / 2
        axis.text(column, row, count, ha="center", va="center", color="black" if light else "white")
    axis.set(
        xlabel="answer of the network (fingers)",
        ylabel="true class (fingers)",
        title=f"{np.trace(counts)} of {counts.sum()} images are right",
    )
    axis.set_xticks(range(len(classes)), [str(name) for name in classes])
    axis.set_yticks(range(len(classes)), [str(name) for name in classes])
    wrong = [
        f"{counts[row, column]} of class {classes[row]} taken for {classes[column]}"
        for row, column in zip(*np.nonzero(counts), strict=True)
        if row != column
    ]
    figure.description = (
        f"{np.trace(counts)} of {counts.sum()} images are right. "
        f"{'; '.join(wrong) if wrong else 'No mistakes'}."
    )
    return figure


def plot_answer(image, chances, classes):
    """An image as the network sees it, and beside it how probable each class is to the network.

    Arguments:
    image -- float32 of shape (height, width, 3), from 0 to 1
    chances -- a probability for each class
    classes -- names of the classes

    Returns:
    a matplotlib figure
    """
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
    left.imshow(image)
    left.set_title("what the network sees")
    left.set_axis_off()
    right.bar([str(name) for name in classes], chances, color=_BLUE)
    right.set(xlabel="class (fingers)", ylabel="probability", ylim=(0, 1))
    right.set_title("what it answers")
    figure.description = "The image, and the probability of each class: " + ", ".join(
        f"{name} has {chance:.2f}" for name, chance in zip(classes, chances, strict=True)
    )
    return figure


def plot_filters(model):
    """The filters of the first convolution, each as the small coloured image it looks for.

    Arguments:
    model -- a network whose first convolution sees three colours

    Returns:
    a matplotlib figure; grey is a weight of zero, and each filter has its own scale
    """
    import matplotlib.pyplot as plt

    kernel = next(
        (
            np.asarray(weight)
            for layer in model.layers
            for weight in layer.weights[:1]
            if len(weight.shape) == 4 and weight.shape[2] == 3
        ),
        None,
    )
    if kernel is None:
        raise ValueError("The model has no convolution on three colours, so there is no filter.")
    count = kernel.shape[3]
    columns = min(16, count)
    rows = -(-count // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(columns * 0.5, rows * 0.52), squeeze=False, layout="constrained"
    )
    for number, axis in enumerate(axes.flat):
        axis.set_axis_off()
        if number < count:
            one = kernel[..., number]
            axis.imshow(0.5 + 0.5 * one / max(np.abs(one).max(), 1e-12))
    height, width = kernel.shape[:2]
    figure.suptitle(
        f"The {count} filters of the first convolution, {height}×{width} pixels", fontsize=10
    )
    figure.description = (
        f"The {count} filters of the first convolution, {height} by {width} pixels each: where a "
        "pattern in one is bright, dark or coloured, the image has to be so to excite it."
    )
    return figure


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


def plot_gradient_norms(images, labels, depth=50):
    """The size of the gradient at each layer of plain and of residual networks, measured.

    Arguments:
    images, labels, depth -- as for `gradient_norms`

    Returns:
    a matplotlib figure
    """
    return _plot_by_depth(
        [
            (name, gradient_norms(images, labels, depth, shortcuts, normalise), *look)
            for name, shortcuts, normalise, look in (
                ("plain", False, False, (_VERMILION, "--s")),
                ("plain, with batch normalisation", False, True, (_GREEN, ":^")),
                ("residual", True, False, (_BLUE, "-o")),
            )
        ],
        f"The gradient in untrained networks of {depth} layers",
        "norm of the gradient (a power of ten a line)",
    )


def plot_signal_sizes(images, depth=50):
    """The size of the signal in residual networks, with and without batch normalisation.

    Arguments:
    images, depth -- as for `gradient_norms`

    Returns:
    a matplotlib figure
    """
    return _plot_by_depth(
        [
            (name, signal_sizes(images, depth, True, normalise, factor), *look)
            for name, normalise, factor, look in (
                ("weights twice as large", False, 2.0, (_VERMILION, "--s")),
                ("weights as usual", False, 1.0, (_GREEN, ":^")),
                ("the same two, with batch normalisation", True, 2.0, (_BLUE, "-o")),
                (None, True, 1.0, (_BLUE, "-o")),
            )
        ],
        f"The signal in untrained residual networks of {depth} layers",
        "standard deviation (a power of ten a line)",
    )


def _plot_by_depth(curves, title, ylabel):
    """Curves on a logarithmic scale: (name, or None to leave it unnamed, values, colour, style)."""
    import matplotlib.pyplot as plt
    from matplotlib.ticker import LogLocator

    figure, axis = plt.subplots(figsize=(7, 3.6), layout="constrained")
    told = []
    for name, values, colour, style in curves:
        places = 1 + 2 * np.arange(len(values))
        axis.semilogy(places, values, style, color=colour, markersize=3, label=name)
        told.append(
            f"{name or 'and'} {values[0]:.1e} at the first layer, {values[-1]:.1e} at the last"
        )
    axis.yaxis.set_major_locator(LogLocator(numticks=20))
    axis.minorticks_off()
    axis.set(xlabel="layer, from the image to the answer", ylabel=ylabel, title=title)
    axis.grid(alpha=0.3)
    axis.legend()
    figure.description = f"{title}. {'; '.join(told)}."
    return figure


def plot_without_blocks(model, images, labels):
    """How well a residual network still answers when the main path of one block is silenced.

    The last normalisation on the main path gets a scale and a shift of zero, so that the block is
    its shortcut alone; afterwards its weights are put back. (A. Veit, M. Wilber, S. Belongie,
    Residual Networks Behave Like Ensembles of Relatively Shallow Networks, 2016,
    arXiv:1605.06431, section 4.1.)

    Arguments:
    model -- a trained network of identity and convolutional blocks
    images -- float32 of shape (n, height, width, 3), from 0 to 1
    labels -- their true classes, integers of shape (n,) or (1, n)

    Returns:
    a matplotlib figure

    Raises:
    ValueError -- the model has no identity block
    """
    import matplotlib.pyplot as plt

    labels = np.asarray(labels).reshape(-1)
    norms = _last_norms_of_identity_blocks(model)
    if not norms:
        raise ValueError(
            "The model has no identity block: no addition of a main path to a bare input."
        )

    def right():
        return float(np.mean(model.predict(images, verbose=0).argmax(axis=1) == labels))

    whole, shares = right(), []
    for norm in norms.values():
        kept = norm.get_weights()
        norm.set_weights([0 * kept[0], 0 * kept[1], *kept[2:]])
        shares.append(right())
        norm.set_weights(kept)
    figure, axis = plt.subplots(figsize=(7, 3.2), layout="constrained")
    axis.bar(range(len(norms)), shares, color=_BLUE)
    axis.axhline(whole, color=_VERMILION, linestyle="--", label=f"whole network: {whole:.3f}")
    axis.axhline(1 / model.output_shape[-1], color="black", linestyle=":", label="a guess")
    axis.set_xticks(range(len(norms)), norms, rotation=30, ha="right", fontsize=8)
    axis.set(ylim=(0, 1.3), ylabel="accuracy (share of images)")
    axis.set_yticks(np.linspace(0, 1, 6))
    axis.set(title="One block at a time reduced to its shortcut")
    axis.legend(loc="upper right", ncols=2)
    figure.description = f"Accuracy of the whole network {whole:.3f}; without " + ", ".join(
        f"{name} {share:.3f}" for name, share in zip(norms, shares, strict=True)
    )
    return figure


def _last_norms_of_identity_blocks(model):
    """{"block 2": the normalisation before its addition, ...}, blocks counted from the image."""
    import keras

    found = {}
    blocks = [layer for layer in model.layers if isinstance(layer, keras.layers.Add)]
    for number, block in enumerate(blocks, 1):
        before = [tensor._keras_history.operation for tensor in block.input]
        norms = [each for each in before if isinstance(each, keras.layers.BatchNormalization)]
        if len(norms) == 1:  # two in a convolutional block
            found[f"block {number}"] = norms[0]
    return found


def _read_graph(model):
    """({node: {label, kind, shape, name}} in topological order, [(source, target), ...])."""
    config = model.get_config() if hasattr(model, "get_config") else {}
    layers = config.get("layers") if isinstance(config, dict) else None
    if not layers or not getattr(model, "outputs", None):
        raise ValueError(
            f"{getattr(model, 'name', type(model).__name__)!r} has no graph to draw. Expected a "
            "built functional or Sequential model: Model(inputs=X_input, outputs=X)."
        )
    nodes, edges, shapes = {}, [], {}
    functional = "inbound_nodes" in layers[0]
    for number, layer in enumerate(layers):
        name = layer.get("name") or layer["config"]["name"]
        calls = layer["inbound_nodes"] if functional else [None]
        for call in range(max(1, len(calls))):
            nodes[name, call] = {
                "name": name,
                "kind": layer["class_name"],
                "label": _label(layer["class_name"], layer["config"]),
                "shape": "",
            }
            if functional:
                for source, shape in _tensors(calls[call] if calls else []):
                    edges.append((source, (name, call)))
                    shapes[source] = shape
            elif number:
                edges.append((list(nodes)[-2], (name, call)))
    if functional:
        outputs = config["output_layers"]
        outputs = [outputs] if isinstance(outputs[0], str) else outputs
        for (name, call, _), tensor in zip(outputs, model.outputs, strict=True):
            shapes[name, call] = tensor.shape
    for node, shape in shapes.items():
        nodes[node]["shape"] = " × ".join("?" if n is None else str(n) for n in shape[1:])
    return _in_order(nodes, edges), edges


def _tensors(value):
    """Every (node, shape) that stands somewhere in the saved arguments of a layer's call."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            name, call, _ = value["config"]["keras_history"]
            return [((name, call), value["config"]["shape"])]
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [found for item in value for found in _tensors(item)]
    return []


def _in_order(nodes, edges):
    """The same nodes, each after everything it depends on."""
    ordered, waiting = {}, dict(nodes)
    while waiting:
        ready = [n for n in waiting if all(a in ordered for a, b in edges if b == n)]
        for node in ready:
            ordered[node] = waiting.pop(node)
    return ordered


def _label(kind, config):
    def by(sizes):
        return "×".join(str(size) for size in sizes)

    if kind == "Conv2D":
        stride = config["strides"][0]
        parts = [by(config["kernel_size"]), str(config["filters"])]
        parts += [f"stride {stride}"] if stride != 1 else []
        return f"Conv2D {', '.join(parts)}, {config['padding']}"
    if kind in {"MaxPooling2D", "AveragePooling2D"}:
        return f"{kind} {by(config['pool_size'])}, stride {config['strides'][0]}"
    if kind == "ZeroPadding2D":
        return f"ZeroPadding2D {config['padding'][0][0]}"
    if kind == "Activation" and isinstance(config["activation"], str):
        return f"Activation {config['activation']}"
    if kind == "Dense":
        return f"Dense {config['units']}, {config['activation']}"
    return kind


def _fold_blocks(nodes, edges):
    """The graph with everything between a fork and its join, and the ReLU after, as one node."""
    before = {n: [a for a, b in edges if b == n] for n in nodes}
    after = {n: [b for a, b in edges if a == n] for n in nodes}
    position = {n: i for i, n in enumerate(nodes)}

    # The fork is the nearest node that every path to the join goes through.
    fork = {}
    for node in nodes:
        sources = list(before[node])
        while len(set(sources)) > 1:
            latest = max(sources, key=position.__getitem__)
            sources = [fork.get(s) if s == latest else s for s in sources]
            if None in sources:
                break
        fork[node] = sources[0] if sources and None not in sources else None

    home = {}
    for join in nodes:
        if len(before[join]) < 2 or fork[join] is None:
            continue
        members, stack = {join}, list(before[join])
        while stack:
            node = stack.pop()
            if node != fork[join] and node not in members:
                members.add(node)
                stack += before[node]
        if len(after[join]) == 1 and nodes[after[join][0]]["kind"] in {"Activation", "ReLU"}:
            members.add(after[join][0])
        if len(members) > 2 and not any(member in home for member in members):
            home.update(dict.fromkeys(members, join))

    folded = {}
    for node, facts in nodes.items():
        if home.get(node, node) == node and node not in home:
            folded[node] = facts
        elif home[node] not in folded:
            inside = [n for n in nodes if home.get(n) == home[node]]
            folded[home[node]] = _describe_block(inside, nodes, before, fork[home[node]])
    wires = dict.fromkeys((home.get(a, a), home.get(b, b)) for a, b in edges)
    return folded, [(a, b) for a, b in wires if a != b]


def _describe_block(inside, nodes, before, fork):
    join = next(n for n in inside if len(before[n]) > 1)
    paths = []
    for end in before[join]:
        path = []
        while end != fork and end is not None:
            path.append(end)
            end = next(iter(before[end]), None)
        convs = [nodes[n]["label"] for n in reversed(path) if nodes[n]["kind"] == "Conv2D"]
        paths.append((len(path), [c.removeprefix("Conv2D ").rsplit(", ", 1)[0] for c in convs]))
    paths.sort(key=lambda path: -path[0])
    shortcut = " → ".join(paths[-1][1]) or "identity"
    return {
        "name": nodes[inside[0]]["name"],
        "kind": "block",
        "label": " → ".join(paths[0][1]) or f"{len(inside)} layers",
        "shortcut": shortcut,
        "shape": nodes[inside[-1]]["shape"],
    }


_ROW, _BOX_HEIGHT, _ARC_SPACE, _GAP = 42, 26, 90, 40


def _place(nodes, edges):
    """{node: (column, row)}: column 0 is the longest path, rows may be fractions."""
    early = {}
    for node in nodes:
        early[node] = max((early[a] + 1 for a, b in edges if b == node), default=0)
    late = {}
    for node in reversed(nodes):
        late[node] = min((late[b] - 1 for a, b in edges if a == node), default=None)
        late[node] = early[node] if late[node] is None else late[node]
    end = max(nodes, key=early.__getitem__)
    main = [end]
    while early[main[-1]]:
        main.append(next(a for a, b in edges if b == main[-1] and early[a] == early[b] - 1))
    spots, taken = {}, {}
    for node in nodes:
        row = early[node] if node in main else (early[node] + late[node]) / 2
        column = 0 if node in main else 1
        while column and any(abs(row - other) < 1 for other in taken.get(column, [])):
            column += 1
        spots[node] = (column, row)
        taken.setdefault(column, []).append(row)
    return spots


def _draw(nodes, edges):
    """(SVG elements, width, height)."""
    spots = _place(nodes, edges)
    # Text has no known width before it is drawn; these are generous averages of a sans font.
    box_width = max(round(7 * len(f["label"]) + 5.4 * len(f["shape"])) + 30 for f in nodes.values())
    boxes, parts, drawn = {}, [], set()
    for node, (column, row) in spots.items():
        x = _ARC_SPACE + column * (box_width + _GAP)
        boxes[node] = (x, round(12 + row * _ROW))
    for edge in edges:
        parts.append(_arrow(edge, boxes, spots, box_width, again=edge in drawn))
        drawn.add(edge)
    colours = {"Conv2D": "#cfe3f5", "Add": "#fbe0c8", "block": "#cfe3f5"}
    has_shortcut = any("shortcut" in facts for facts in nodes.values())
    for node, facts in nodes.items():
        x, y = boxes[node]
        middle = y + _BOX_HEIGHT / 2
        parts.append(
            f"<g><title>{html.escape(facts['name'])}</title>"
            f'<rect x="{x}" y="{y}" width="{box_width}" height="{_BOX_HEIGHT}" rx="4" '
            f'fill="{colours.get(facts["kind"], "#f2f2f2")}" stroke="#333"/>'
            f'<text x="{x + 8}" y="{middle + 4}">{html.escape(facts["label"])}</text>'
            f'<text x="{x + box_width - 6}" y="{middle + 4}" text-anchor="end" fill="#555" '
            f'font-size="9">{facts["shape"]}</text></g>'
        )
        if "shortcut" in facts:
            right = x + box_width
            dash = ' stroke-dasharray="4 3"' if facts["shortcut"] == "identity" else ""
            parts.append(
                f'<path d="M{right} {y + 4}C{right + 30} {y + 2},{right + 30} '
                f'{y + _BOX_HEIGHT - 2},{right + 2} {y + _BOX_HEIGHT - 4}" fill="none" '
                f'stroke="{_VERMILION}" stroke-width="1.6"{dash} marker-end="url(#tip)"/>'
                f'<text x="{right + 30}" y="{middle + 4}">+ {html.escape(facts["shortcut"])}</text>'
            )
    columns = 1 + max(column for column, _ in spots.values())
    width = _ARC_SPACE + columns * (box_width + _GAP) + (150 if has_shortcut else 0)
    return "".join(parts), width, max(y for _, y in boxes.values()) + _BOX_HEIGHT + 12


def _arrow(edge, boxes, spots, box_width, again):
    (column, row), (to_column, to_row) = spots[edge[0]], spots[edge[1]]
    (x, y), (to_x, to_y) = boxes[edge[0]], boxes[edge[1]]
    half, colour = box_width / 2, "#333"
    if column == to_column and to_row - row == 1 and not again:
        line = f"M{x + half} {y + _BOX_HEIGHT}V{to_y}"
    elif column == to_column == 0:
        start, stop = y + _BOX_HEIGHT * 0.7, to_y + _BOX_HEIGHT * (0.6 if again else 0.3)
        bulge = x - min(_ARC_SPACE - 10, 28 + 22 * math.log2(to_row - row))
        colour = _VERMILION
        line = f"M{x} {start:.0f}C{bulge:.0f} {start:.0f},{bulge:.0f} {stop:.0f},{x} {stop:.0f}"
    elif to_column > column:
        middle, colour = y + _BOX_HEIGHT / 2, _VERMILION
        line = (
            f"M{x + box_width} {middle}C{to_x + half} {middle},{to_x + half} {middle},"
            f"{to_x + half} {to_y}"
        )
    else:
        middle, colour = to_y + _BOX_HEIGHT / 2, _VERMILION
        line = (
            f"M{x + half} {y + _BOX_HEIGHT}C{x + half} {middle},{x + half} {middle},"
            f"{to_x + (box_width if column else 0)} {middle}"
        )
    return (
        f'<path d="{line}" fill="none" stroke="{colour}" stroke-width="1.6" '
        'marker-end="url(#tip)"/>'
    )


def _in_words(nodes, edges):
    sentences = []
    for number, (node, facts) in enumerate(nodes.items(), 1):
        sources = [list(nodes).index(a) + 1 for a, b in edges if b == node]
        words = f"{number}. {facts['label']}"
        if "shortcut" in facts:
            words += f", shortcut {facts['shortcut']}"
        if facts["shape"]:
            words += f", output {facts['shape']}"
        if sources and sources != [number - 1]:
            words += f", from {' and '.join(str(s) for s in sources)}"
        sentences.append(words)
    return "; ".join(sentences) + "."


# Up to so many layers each is drawn; beyond, a residual block becomes one box.
_MAX_DRAWN_ONE_BY_ONE = 40


def graph_svg(model, to_file="ResNet50.png"):
    """The graph of a model as Keras draws it with Graphviz, or as `network_svg` does without.

    Arguments:
    model -- a Keras functional or Sequential model, built
    to_file -- where Keras puts its large drawing, with the shapes

    Returns:
    str, a complete <svg> element
    """
    import keras

    try:
        keras.utils.plot_model(model, to_file=os.fspath(to_file), show_shapes=True)
        drawing = keras.utils.model_to_dot(model, show_shapes=True, dpi=60).create_svg().decode()
        return drawing[drawing.index("<svg") :].replace(
            ">", f"><title>{html.escape(_title(model))}, drawn by Graphviz</title>", 1
        )
    except Exception as error:  # no pydot, no program `dot`, or one that fails: each its own kind
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        print(f"Graphviz did not draw it ({reason}). Here is a smaller drawing instead.")
        return network_svg(model)


def _title(model):
    return f"{model.name}: {len(model.layers)} layers, {model.count_params():,} parameters"


def network_svg(model, width=640):
    """A drawing of how the layers of a model are wired, as SVG text; it needs no Graphviz.

    The longest path runs from top to bottom, a connection that skips layers is an arc, and
    layers on a shorter path stand to the right. In a network of more than 40 layers, whatever
    lies between a fork and where its paths meet again is one box.
    In a notebook: `from IPython.display import SVG; SVG(network_svg(model))`.

    Arguments:
    model -- a Keras functional or Sequential model, built
    width -- of the drawing, in pixels; the height follows

    Returns:
    str, a complete <svg> element; its <title> and <desc> say in words what it shows

    Raises:
    ValueError -- the model has no graph to draw (a subclassed or an unbuilt model)
    """
    nodes, edges = _read_graph(model)
    shown, wires = nodes, edges
    if len(nodes) > _MAX_DRAWN_ONE_BY_ONE:
        shown, wires = _fold_blocks(nodes, edges)
    body, full_width, height = _draw(shown, wires)
    title = f"{model.name}: {len(nodes)} layers, {model.count_params():,} parameters"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" '
        f'height="{round(height * width / full_width)}" viewBox="0 0 {full_width} {height}" '
        'font-family="sans-serif" font-size="12">'
        f"<title>{html.escape(title)}</title><desc>{html.escape(_in_words(shown, wires))}</desc>"
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#333"/></marker></defs>'
        f'<rect width="{full_width}" height="{height}" fill="#fff"/>{body}</svg>'
    )
