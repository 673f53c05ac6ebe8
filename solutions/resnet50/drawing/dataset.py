"""The data set: which picture shows which number, all of them drawn, and the two files."""

import multiprocessing
import os
from pathlib import Path

import h5py
import numpy as np

from drawing.chance import Chance
from drawing.picture import draw

SEED = 2015
CLASSES = 6
PIXELS = 64
SIZES = {"train": 1080, "test": 120}
EXTRA = "extra"  # pictures beyond the two files; no seed makes one of theirs again
# The oldest format, which keeps no time of writing; named, because the default may change.
FORMAT = ("earliest", "v108")


def labels_of(split, count=None, seed=SEED):
    """How many fingers each picture of a split shows: int64 (n,), every class equally often."""
    count = SIZES[split] if count is None else count
    order = np.argsort(Chance(seed, split, "order").field(count), kind="stable")
    return (np.arange(count, dtype=np.int64) % CLASSES)[order]


def picture(split, number, fingers, seed=SEED):
    """Picture `number` (from 0) of a split, with so many raised fingers: uint8 (64, 64, 3)."""
    return draw(Chance(seed, split, number), fingers, PIXELS)


def _picture_of(task):
    return picture(*task)


def draw_split(split, count=None, seed=SEED, jobs=1, advance=lambda: None, every=1):
    """(images, labels): uint8 (n, 64, 64, 3) and int64 (n,); the same for any number of jobs.

    split -- "train", "test" or "extra"; a picture depends on seed, split and number alone
    count -- how many; by default as many as the file of the split holds
    jobs -- processes to draw with
    advance -- called once after every picture, for a progress bar
    every -- draw only one picture in so many, from the first on; the labels are all there
    """
    labels = labels_of(split, count, seed)
    tasks = [(split, number, int(labels[number]), seed) for number in range(0, len(labels), every)]
    images = np.empty((len(tasks), PIXELS, PIXELS, 3), np.uint8)
    if jobs == 1:
        for number, task in enumerate(tasks):
            images[number] = _picture_of(task)
            advance()
        return images, labels
    # Fresh processes: a progress bar is a thread, and a fork takes its locks along.
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        for number, image in enumerate(pool.imap(_picture_of, tasks, chunksize=8)):
            images[number] = image
            advance()
    return images, labels


def render(count, seed=SEED, jobs=1):
    """So many pictures more, with their labels, that are in neither file: (images, labels)."""
    return draw_split(EXTRA, count, seed, jobs)


def path_of(folder, split):
    """Where the file of a split lies in a folder."""
    return Path(folder) / f"{split}_signs.h5"


def _keys(split):
    """The names of images and labels; extra pictures are there to train with."""
    split = "train" if split == EXTRA else split
    return f"{split}_set_x", f"{split}_set_y"


def write_split(folder, split, images, labels):
    """Write `<split>_signs.h5` into a folder; its path. The file appears whole or not at all."""
    path = path_of(folder, split)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    image_key, label_key = _keys(split)
    try:
        with h5py.File(unfinished, "w", libver=FORMAT) as file:
            for key, values in (
                (image_key, images),
                (label_key, labels),
                ("list_classes", np.arange(CLASSES, dtype=np.int64)),
            ):
                file.create_dataset(
                    key,
                    data=values,
                    # Whole pictures to a chunk: neighbouring pixels repeat, which gzip can use.
                    chunks=(min(8, len(values)), *values.shape[1:]),
                    compression="gzip",
                    compression_opts=9,
                    shuffle=True,
                    track_times=False,
                )
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def difference(folder, split, images, labels, every=1):
    """How the file of a split differs from these images and labels, in words; "" if it does not.

    every -- the images are one in so many of the file's, from the first on

    The numbers are compared and not the bytes of the file: those depend on the release of zlib
    that packed it.
    """
    path = path_of(folder, split)
    if not path.is_file():
        return f"{path} is not there"
    image_key, label_key = _keys(split)
    wanted = {
        image_key: images,
        label_key: labels,
        "list_classes": np.arange(CLASSES, dtype=np.int64),
    }
    with h5py.File(path) as file:
        if sorted(file) != sorted(wanted):
            return f"{path} holds {sorted(file)}, expected {sorted(wanted)}"
        for key, values in wanted.items():
            step = every if key == image_key else 1
            stored = file[key][()][::step]
            if (stored.shape, stored.dtype) != (values.shape, values.dtype):
                return (
                    f"{key} in {path} is {stored.dtype} {stored.shape}, "
                    f"expected {values.dtype} {values.shape}"
                )
            if not np.array_equal(stored, values):
                apart = np.flatnonzero((stored != values).reshape(len(values), -1).any(axis=1))
                return (
                    f"{key} in {path} differs in {len(apart)} rows, the first is {apart[0] * step}"
                )
    return ""
