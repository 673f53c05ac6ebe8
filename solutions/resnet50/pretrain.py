"""Train the reference ResNet-50 on the hands data set and pack it into a small `resnet50.h5`.

Twenty-three million weights are far more than six classes of small pictures need, and more than
two processor cores train in an hour. So a narrow ResNet-50 learns, built from the same blocks in
the same order with a quarter of the channels. Then it is placed in the wide one: its weights
come first, all others are zero, and the wide network computes the same function. The weights are
rounded to bfloat16 precision, so that two of their four bytes are zero, the BatchNormalization
statistics are measured anew, and the file is compressed. Any Keras 3 loads it like any other.

A checkpoint is written after every epoch: stop with Ctrl-C, run the same command, and it goes on.

    python solutions/resnet50/pretrain.py
"""

import argparse
import importlib.util
import json
import math
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import h5py
import numpy as np

HERE = Path(__file__).resolve().parent
MEAN_BATCH = 120  # images per forward pass when statistics or accuracy are measured


# (filters, identity blocks, stride) of the four stages of ResNet-50.
STAGES = (
    ((64, 64, 256), 2, 1),
    ((128, 128, 512), 3, 2),
    ((256, 256, 1024), 5, 2),
    ((512, 512, 2048), 2, 2),
)


@dataclass(frozen=True)
class Plan:
    """How long, how fast and how wide to train."""

    epochs: int = 75
    batch: int = 32
    rate: float = 1e-3  # highest step size of Adam
    divisor: int = 4  # the network that learns has 1 / divisor of the channels in its blocks
    seed: int = 2015

    def rate_at(self, epoch):
        """Step size of an epoch (from 0): two to warm up, then half a cosine down to 1 %."""
        if epoch < 2:
            return self.rate * (epoch + 1) / 3
        share = (epoch - 2) / max(self.epochs - 2, 1)
        return self.rate * (0.01 + 0.495 * (1 + math.cos(math.pi * share)))


def _reference():
    spec = importlib.util.spec_from_file_location("resnet50_reference", HERE / "ResNet50.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def build():
    """The reference ResNet-50 for 64 x 64 x 3 images and 6 classes, untrained."""
    return _reference().ResNet50(input_shape=(64, 64, 3), classes=6)


def build_narrow(divisor):
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
    return keras.Model(image, layers.Dense(6, activation="softmax")(x), name="narrow_ResNet50")


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


# --- data ------------------------------------------------------------------------------------


def read_data(folder):
    """((train images, train labels), (test images, test labels)): uint8 and int64 arrays."""
    pairs = []
    for split in ("train", "test"):
        with h5py.File(Path(folder) / f"{split}_signs.h5", "r") as file:
            pairs.append((file[f"{split}_set_x"][:], file[f"{split}_set_y"][:].reshape(-1)))
    return pairs


def as_input(images):
    """Images as the network wants them: float32 from 0 to 1."""
    return images.astype(np.float32) / np.float32(255)


def augment(rng, images):
    """The same uint8 images mirrored, turned, moved, resized and tinted at random, as input."""
    import keras

    count, size = len(images), images.shape[1]
    angle = np.radians(rng.uniform(-18, 18, count))
    zoom = rng.uniform(0.88, 1.14, count)
    flip = np.where(rng.random(count) < 0.5, -1.0, 1.0)
    cos, sin, middle = np.cos(angle) * zoom, np.sin(angle) * zoom, (size - 1) / 2
    move_x, move_y = rng.uniform(-5, 5, (2, count))
    # Each row maps a point of the result to the point of the image that it shows.
    maps = np.zeros((count, 8), np.float32)
    maps[:, 0], maps[:, 1] = cos * flip, -sin * flip
    maps[:, 3], maps[:, 4] = sin, cos
    maps[:, 2] = middle - flip * (cos - sin) * middle + move_x
    maps[:, 5] = middle - (sin + cos) * middle + move_y
    moved = keras.ops.image.affine_transform(as_input(images), maps, fill_mode="nearest")
    light = rng.uniform(0.8, 1.2, (count, 1, 1, 1)) * rng.uniform(0.93, 1.07, (count, 1, 1, 3))
    return np.clip(np.asarray(moved) * light, 0, 1).astype(np.float32)


# --- rounding and measuring ------------------------------------------------------------------


def round_to_bfloat16(values):
    """The nearest float32 values whose lower 16 bits are zero, ties to even."""
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
    half = np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))
    return ((bits + half) & np.uint32(0xFFFF0000)).view(np.float32)


def round_weights(model):
    """Round every trained weight to bfloat16, and set the useless biases to zero."""
    import keras

    for layer in model.layers:
        for variable in layer.trainable_weights:
            variable.assign(round_to_bfloat16(np.asarray(variable)))
        if isinstance(layer, keras.layers.Conv2D):
            # BatchNormalization subtracts the mean and with it the bias before it.
            layer.bias.assign(np.zeros(layer.bias.shape, np.float32))


def measure_statistics(model, images):
    """Set the moving statistics of every BatchNormalization to their mean over these images.

    The moving averages that training leaves behind lag: with a momentum of 0.99 they still hold
    values from hundreds of steps ago, when the weights were others.
    """
    import keras

    norms = [x for x in model.layers if isinstance(x, keras.layers.BatchNormalization)]
    usual = [norm.momentum for norm in norms]
    for number, start in enumerate(range(0, len(images), MEAN_BATCH)):
        for norm in norms:
            norm.momentum = number / (number + 1)  # a plain mean over the batches so far
        model(as_input(images[start : start + MEAN_BATCH]), training=True)
    for norm, momentum in zip(norms, usual, strict=True):
        norm.momentum = momentum


def measure_accuracy(model, images, labels):
    """(loss, accuracy) in inference mode: mean cross-entropy and share of right answers."""
    chances = np.concatenate(
        [
            np.asarray(model(as_input(images[start : start + MEAN_BATCH]), training=False))
            for start in range(0, len(images), MEAN_BATCH)
        ]
    ).astype(np.float64)
    of_label = np.clip(chances[np.arange(len(labels)), labels], 1e-7, 1)
    return float(-np.log(of_label).mean()), float((chances.argmax(axis=1) == labels).mean())


# --- checkpoints and the model file ----------------------------------------------------------


def save_checkpoint(path, model, epoch, plan):
    """Everything that training needs to go on after `epoch` epochs, written whole or not at all."""
    unfinished = path.with_suffix(".part")
    with h5py.File(unfinished, "w") as file:
        file.attrs["epoch"] = epoch
        file.attrs["plan"] = json.dumps(asdict(plan))
        for number, variable in enumerate(model.variables):
            file[f"model/{number}"] = np.asarray(variable)
        for number, variable in enumerate(model.optimizer.variables):
            file[f"optimizer/{number}"] = np.asarray(variable)
    unfinished.replace(path)


def load_checkpoint(path, model, plan):
    """The number of epochs done (0 without a checkpoint); sets the weights and the optimizer."""
    if not path.exists():
        return 0
    with h5py.File(path, "r") as file:
        then = json.loads(file.attrs["plan"])
        if then != asdict(plan):
            raise ValueError(
                f"{path} belongs to another run: it was made with {then}, this run has "
                f"{asdict(plan)}. Delete it, or choose another --work folder."
            )
        for number, variable in enumerate(model.variables):
            variable.assign(file[f"model/{number}"][()])
        for number, variable in enumerate(model.optimizer.variables):
            variable.assign(file[f"optimizer/{number}"][()])
        return int(file.attrs["epoch"])


def save_model(model, path):
    """Save a full Keras model as compressed HDF5; the file appears whole or not at all."""
    import keras

    plain, packed = (path.with_name(f".{os.getpid()}.{step}.{path.name}") for step in "ab")
    # A fresh optimizer: its settings are saved, and it has no state yet that would take space.
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    try:
        keras.saving.save_model(model, plain)
        # The oldest HDF5 layout, h5py's default, adds some 3 kB to each of the 300 small arrays.
        with (
            h5py.File(plain, "r") as source,
            h5py.File(packed, "w", libver="v110") as target,
        ):
            target.attrs.update(source.attrs)
            source.visititems(lambda name, entry: _copy_packed(name, entry, target))
        packed.replace(path)
    finally:
        plain.unlink(missing_ok=True)
        packed.unlink(missing_ok=True)


def _copy_packed(name, entry, target):
    if name.startswith("optimizer_weights"):
        return
    if isinstance(entry, h5py.Group):
        copy = target.require_group(name)
    elif entry.ndim == 0:  # a scalar has no chunks to compress
        copy = target.create_dataset(name, data=entry[()], track_times=False)
    else:
        copy = target.create_dataset(
            name,
            data=entry[()],
            chunks=entry.shape,
            compression="gzip",
            compression_opts=9,
            shuffle=True,  # puts the bytes that rounding has made zero side by side
            track_times=False,
        )
    copy.attrs.update(entry.attrs)


# --- training --------------------------------------------------------------------------------


def train(model, data, plan, work, say=print):
    """Train `model` in place, going on from the checkpoint in the folder `work`."""
    import keras
    from rich.progress import Progress

    (images, labels), (test_images, test_labels) = data
    targets = np.eye(model.output_shape[-1], dtype=np.float32)[labels]
    model.compile(
        optimizer=keras.optimizers.Adam(plan.rate),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
    )
    model.optimizer.build(model.trainable_variables)
    checkpoint = work / "checkpoint.h5"
    first = load_checkpoint(checkpoint, model, plan)
    if first:
        say(f"going on after epoch {first} of {plan.epochs}")
    with Progress() as progress:
        bar = progress.add_task(
            "training", total=plan.epochs * len(images), completed=first * len(images)
        )
        for epoch in range(first, plan.epochs):
            started = time.monotonic()
            rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([plan.seed, epoch])))
            model.optimizer.learning_rate.assign(plan.rate_at(epoch))
            totals = np.zeros(2)
            order = rng.permutation(len(images))
            for start in range(0, len(order), plan.batch):
                chosen = order[start : start + plan.batch]
                batch = augment(rng, images[chosen])
                # The figures of this batch alone, each before its step.
                totals += len(chosen) * np.array(model.train_on_batch(batch, targets[chosen]))
                progress.advance(bar, len(chosen))
            loss, accuracy = totals / len(images)
            line = f"epoch {epoch + 1}/{plan.epochs} loss {loss:.4f} accuracy {accuracy:.4f}"
            if (epoch + 1) % 5 == 0:
                measure_statistics(model, images)
                test_loss, test_accuracy = measure_accuracy(model, test_images, test_labels)
                line += f" test loss {test_loss:.4f} accuracy {test_accuracy:.4f}"
            line += f" {time.monotonic() - started:.0f} s"
            save_checkpoint(checkpoint, model, epoch + 1, plan)
            say(line)


def finish(model, data, path, say=print):
    """Round, measure the statistics anew, widen, save, load again, evaluate what was saved."""
    import keras

    (images, labels), (test_images, test_labels) = data
    round_weights(model)
    measure_statistics(model, images)
    wide = build()
    widen(model, wide)
    save_model(wide, path)
    saved = keras.models.load_model(path)
    train_loss, train_accuracy = measure_accuracy(saved, images, labels)
    test_loss, test_accuracy = measure_accuracy(saved, test_images, test_labels)
    say(f"{path}: {path.stat().st_size:,} bytes, {saved.count_params():,} parameters")
    say(f"training images: accuracy {train_accuracy:.4f}, loss {train_loss:.4f}")
    say(f"test images: accuracy {test_accuracy:.4f}, loss {test_loss:.4f}")


def main(arguments=None):
    """Pre-train and pack; 0 when the file is written, 130 when stopped with Ctrl-C."""
    usual = Plan()
    parser = argparse.ArgumentParser(description="Train the reference ResNet-50 and pack it.")
    parser.add_argument("--data", type=Path, default=HERE / "datasets")
    parser.add_argument("--out", type=Path, default=HERE / "resnet50.h5")
    parser.add_argument("--work", type=Path, default=HERE.parents[1] / "build" / "pretrain")
    parser.add_argument("--epochs", type=int, default=usual.epochs)
    parser.add_argument("--divisor", type=int, default=usual.divisor, help="of the channels")
    parser.add_argument("--seed", type=int, default=usual.seed)
    options = parser.parse_args(arguments)
    plan = Plan(epochs=options.epochs, divisor=options.divisor, seed=options.seed)
    options.work.mkdir(parents=True, exist_ok=True)
    data = read_data(options.data)

    import keras

    keras.utils.set_random_seed(plan.seed)
    model = build_narrow(plan.divisor)

    def say(line):
        print(line, flush=True)

    try:
        train(model, data, plan, options.work, say)
    except KeyboardInterrupt:
        say(f"stopped; the same command goes on from {options.work}")
        return 130
    finish(model, data, options.out, say)
    return 0


if __name__ == "__main__":
    sys.exit(main())
