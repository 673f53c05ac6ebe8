"""A data file of the schema as plain arrays; read in the reader's process.

The schema is that of the data sets beside the notebook: images `train_set_x` or `test_set_x`, uint8
of shape (n, 64, 64, 3), labels `…_set_y` of shape (n,) or (1, n), and `list_classes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import h5py
import numpy as np

from reskit.weights.hdf5 import DAMAGED, entry_at, names_in, open_hdf5
from reskit.weights.refusal import RefusedError
from reskit.weights.stored_model import HDF5

MOST_IMAGES = 40_000  # 490 MB
SIDES = (64, 64, 3)
MOST_CLASSES = 1_000


def read_images(file: Any) -> tuple[dict[str, Any], Iterator[Any]]:
    """Return a header (`split`, `classes`, `arrays`) and two arrays: images and labels.

    Of a file with both sets, the test set is read.
    """
    if not file.read(8).startswith(HDF5):
        raise RefusedError(
            "The data file is not HDF5. Expected test_set_x and test_set_y, or train_set_x and "
            "train_set_y, in one HDF5 file."
        )
    hdf5 = open_hdf5(file)
    try:
        split = next((each for each in ("test", "train") if f"{each}_set_x" in hdf5), None)
        if split is None:
            names = ", ".join(sorted(names_in(hdf5)))[:120] or "nothing"
            raise RefusedError(
                f"The data file has no test_set_x and no train_set_x; it has {names}."
            )
        images = _array(hdf5, f"{split}_set_x")
        labels = _array(hdf5, f"{split}_set_y")
        _refuse_images(images, f"{split}_set_x")
        values = _labels(labels, f"{split}_set_y", len(images))
        classes = _classes(hdf5)
    except DAMAGED as error:
        raise RefusedError(f"The data file is damaged inside ({error!s:.100}).") from error
    header = {
        "split": split,
        "classes": classes,
        "arrays": [{"shape": list(images.shape)}, {"shape": list(values.shape)}],
    }
    return header, iter((_pixels(images), values))


def _array(file: Any, name: str) -> Any:
    entry = entry_at(file, name)
    if not isinstance(entry, h5py.Dataset):
        raise RefusedError(f"The data file has no array {name}.")
    return entry


def _refuse_images(images: Any, name: str) -> None:
    if images.ndim != 4 or images.shape[1:] != SIDES or images.dtype != np.uint8:
        raise RefusedError(
            f"{name} has the shape {images.shape} and the type {images.dtype}; expected "
            "(n, 64, 64, 3) and uint8."
        )
    if not 0 < len(images) <= MOST_IMAGES:
        raise RefusedError(f"{name} holds {len(images):,} images; 1 to {MOST_IMAGES:,} are read.")


def _pixels(images: Any) -> Any:
    try:
        return np.ascontiguousarray(images[()], np.uint8)
    except DAMAGED as error:
        raise RefusedError(f"The images in the data file are damaged ({error!s:.100}).") from error


def _labels(labels: Any, name: str, count: int) -> Any:
    if labels.shape not in ((count,), (1, count)) or labels.dtype.kind not in "iu":
        raise RefusedError(
            f"{name} has the shape {labels.shape} and the type {labels.dtype}; expected one whole "
            f"number for each image: ({count},) or (1, {count})."
        )
    values = np.asarray(labels[()]).reshape(-1)
    if values.min() < 0 or values.max() >= MOST_CLASSES:
        raise RefusedError(
            f"{name} holds labels from {values.min()} to {values.max()}; expected 0 and up."
        )
    return np.ascontiguousarray(values, "<i8")


def _classes(file: Any) -> list[str] | None:
    """Return the names of the classes, None where they are not given or are no plain names."""
    entry = entry_at(file, "list_classes")
    if not isinstance(entry, h5py.Dataset) or entry.ndim != 1 or len(entry) > MOST_CLASSES:
        return None
    return [
        (each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each))[:40]
        for each in np.asarray(entry[()]).tolist()
    ]
