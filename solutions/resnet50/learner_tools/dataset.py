"""The images of hands and their labels, read from files that may be anything."""

import os
from pathlib import Path

import h5py
import numpy as np


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
