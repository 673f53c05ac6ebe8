"""Pictures to learn from: read, scaled, and changed in ways that leave the fingers countable."""

from pathlib import Path

import h5py
import numpy as np
from resnets_utils import load_dataset

GREY = np.array([0.299, 0.587, 0.114], np.float32)  # how bright red, green and blue look


def read_data(folder):
    """((train images, train labels), (test images, test labels)): uint8 and int64 arrays.

    Raises FileNotFoundError or ValueError, with a message that says which file and what of it.
    """
    train_x, train_y, test_x, test_y, _ = load_dataset(folder)
    return (train_x, train_y.reshape(-1)), (test_x, test_y.reshape(-1))


def read_more(path):
    """(images, labels) of pictures beyond the data set, drawn by `hands.py --count`.

    Raises ValueError with the name of a file that is something else.
    """
    try:
        with h5py.File(Path(path), "r") as file:
            images, labels = file["train_set_x"][()], file["train_set_y"][()].reshape(-1)
    except (OSError, KeyError, ValueError) as error:
        raise ValueError(f"{path} cannot be read as more pictures: {error}") from error
    if images.dtype != np.uint8 or images.shape != (len(labels), 64, 64, 3):
        raise ValueError(
            f"train_set_x in {path} is {images.dtype} {images.shape}; "
            f"expected uint8 ({len(labels)}, 64, 64, 3), one image for each label"
        )
    return images, labels.astype(np.int64)


def as_input(images):
    """Images as the network wants them: float32 from 0 to 1."""
    return images.astype(np.float32) / np.float32(255)


def augment(rng, images):
    """The same uint8 images as other photographs of the same hands, as input.

    Mirrored, turned, moved, resized, sheared; in other light and colours; some blurred, noisy, or
    with a small part hidden.
    """
    changed = _lit(rng, _moved(rng, images))
    _blur(rng, changed)
    _hide(rng, changed)
    _add_noise(rng, changed)
    return np.clip(changed, 0, 1)


def _moved(rng, images):
    import keras

    count, size = len(images), images.shape[1]
    angle = np.radians(rng.uniform(-22, 22, count))
    zoom, shear = rng.uniform(0.85, 1.2, count), rng.uniform(-0.12, 0.12, count)
    flip = np.where(rng.random(count) < 0.5, -1.0, 1.0)
    stretch = rng.uniform(0.92, 1.08, count)
    move_x, move_y = rng.uniform(-5, 5, (2, count))
    # Each row maps a point of the result to the point of the image that it shows.
    across = np.stack([np.cos(angle) * zoom * flip, (shear - np.sin(angle)) * zoom * flip])
    down = np.stack([np.sin(angle) * zoom * stretch, np.cos(angle) * zoom * stretch])
    middle = (size - 1) / 2
    maps = np.zeros((count, 8), np.float32)
    maps[:, 0], maps[:, 1] = across
    maps[:, 3], maps[:, 4] = down
    maps[:, 2] = middle - across.sum(axis=0) * middle + move_x
    maps[:, 5] = middle - down.sum(axis=0) * middle + move_y
    return np.array(keras.ops.image.affine_transform(as_input(images), maps, fill_mode="nearest"))


def _lit(rng, images):
    count, size = len(images), images.shape[1]

    def each(low, high, channels=1):
        return rng.uniform(low, high, (count, 1, 1, channels)).astype(np.float32)

    # A lamp at one side: the light falls off along a direction.
    place = np.linspace(-1, 1, size, dtype=np.float32)
    slope_x, slope_y = each(-0.25, 0.25), each(-0.25, 0.25)
    slant = slope_x * place[None, None, :, None] + slope_y * place[None, :, None, None]
    images = images * (each(0.72, 1.25) * each(0.9, 1.1, 3) * (1 + slant))
    grey = (images @ GREY)[..., None]
    images = grey + each(0.5, 1.4) * (images - grey)
    level = images.mean(axis=(1, 2, 3), keepdims=True)
    images = level + each(0.7, 1.3) * (images - level)
    return np.clip(images, 1e-4, 1) ** np.exp(each(-0.3, 0.3))


def _blur(rng, images):
    chosen = np.flatnonzero(rng.random(len(images)) < 0.25)
    for axis in (1, 2):
        soft = images[chosen]
        images[chosen] = 0.5 * soft + 0.25 * (np.roll(soft, 1, axis) + np.roll(soft, -1, axis))


def _hide(rng, images):
    """Cover a small rectangle of some, too small to take a raised finger away."""
    size = images.shape[1]
    for number in np.flatnonzero(rng.random(len(images)) < 0.25):
        height, width = rng.integers(4, 12, 2)
        top, left = rng.integers(0, size - height), rng.integers(0, size - width)
        images[number, top : top + height, left : left + width] = rng.random(3, np.float32)


def _add_noise(rng, images):
    chosen = np.flatnonzero(rng.random(len(images)) < 0.4)
    strength = rng.uniform(0.005, 0.05, (len(chosen), 1, 1, 1)).astype(np.float32)
    images[chosen] += strength * rng.standard_normal(images[chosen].shape, np.float32)
