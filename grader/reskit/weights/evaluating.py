"""Labelled images read, and a fitted network run on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from reskit.weights.evaluation import Evaluation, evaluated
from reskit.weights.fit import Fitted
from reskit.weights.forward import predictions
from reskit.weights.opened import LARGEST_DATA, UnreadableFileError, opened
from reskit.weights.problems import UnfitError
from reskit.weights.shut_away import plain_text, read_shut_away


@dataclass(frozen=True)
class LabelledImages:
    """A data set: images uint8 (n, 64, 64, 3), labels (n,), names of the classes."""

    path: Path
    split: str  # "test" or "train"
    images: Any
    labels: Any
    classes: tuple[str, ...]


def read_labelled_images(path: Path) -> LabelledImages:
    """Return the data set in a file of the schema. Raises UnreadableFileError."""
    with opened(path, LARGEST_DATA) as handle:
        received = read_shut_away("images", handle)
    images, labels = received.arrays
    told = received.header.get("classes")
    if len(images) != len(labels) or images.shape[1:] != (64, 64, 3):
        raise UnreadableFileError("What the reader sent cannot be: images without labels.")
    count = max(int(labels.max()) + 1, len(told) if isinstance(told, list) else 0)
    names = [plain_text(name, 40) for name in told] if isinstance(told, list) else []
    names += [str(number) for number in range(len(names), count)]
    split = "train" if received.header.get("split") == "train" else "test"
    return LabelledImages(path, split, images, labels, tuple(names))


def evaluate(
    fitted: Fitted, data: LabelledImages, advance: Callable[[int], None] = lambda _: None
) -> Evaluation:
    """Return what the network comes to on the data. Raises UnfitError where they do not fit."""
    highest = int(data.labels.max())
    if highest >= fitted.classes:
        raise UnfitError(
            f"The network tells {fitted.classes} classes apart, and the labels in {data.path.name} "
            f"go up to {highest}. Expected a network with at least {highest + 1} classes."
        )
    chances = predicted(fitted, data.images, advance)
    return evaluated(chances, data.labels, data.classes)


def predicted(fitted: Fitted, images: Any, advance: Callable[[int], None] = lambda _: None) -> Any:
    """Return the probabilities, float64 (n, classes), for uint8 images.

    Raises UnfitError where the weights lead to something that is no number.
    """
    found = predictions(fitted.network, fitted.weights, images, advance).astype(np.float64)
    bad = int((~np.isfinite(found)).any(axis=1).sum())
    if bad:
        raise UnfitError(
            f"With these weights the network gives no number for {bad} of {len(images)} images: "
            "some weights are so large that the sums overflow."
        )
    return found
