"""How well a network does on labelled images: loss, accuracy, confusion matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

SMALLEST = 1e-7  # probability that counts in the loss, as in keras.losses


@dataclass(frozen=True)
class Evaluation:
    """What a network came to on a data set."""

    loss: float  # mean categorical cross-entropy
    confusion: tuple[tuple[int, ...], ...]  # a row for each label, a column for each answer
    classes: tuple[str, ...]

    @property
    def images(self) -> int:
        """Return how many images there were."""
        return sum(map(sum, self.confusion))

    @property
    def right(self) -> int:
        """Return how many of them were told right."""
        return sum(row[number] for number, row in enumerate(self.confusion))

    @property
    def accuracy(self) -> float:
        """Return the share of images told right."""
        return self.right / self.images

    def of_class(self, number: int) -> tuple[int, int]:
        """Return (images, right) of one class."""
        return sum(self.confusion[number]), self.confusion[number][number]


def evaluated(chances: Any, labels: Any, classes: tuple[str, ...]) -> Evaluation:
    """Return the evaluation of probabilities (n, classes) beside the labels (n,)."""
    count = max(chances.shape[1], len(classes), int(labels.max()) + 1)
    names = (*classes, *(str(number) for number in range(len(classes), count)))
    whole = chances / chances.sum(axis=1, keepdims=True)
    of_label = np.clip(whole[np.arange(len(labels)), labels], SMALLEST, 1.0 - SMALLEST)
    matrix = np.zeros((count, count), int)
    np.add.at(matrix, (labels, chances.argmax(axis=1)), 1)
    return Evaluation(float(-np.log(of_label).mean()), tuple(map(tuple, matrix.tolist())), names)
