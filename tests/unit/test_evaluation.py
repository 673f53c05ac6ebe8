"""Loss, accuracy and confusion matrix, and the data sets that they are measured on."""

from __future__ import annotations

import math
from pathlib import Path

import h5py
import numpy as np
import pytest

from reskit.course import find_course
from reskit.render.confusion import confusion_figure, confusion_text
from reskit.weights.evaluating import read_labelled_images
from reskit.weights.evaluation import Evaluation, evaluated
from reskit.weights.opened import UnreadableFileError

CHANCES = np.array([[0.7, 0.2, 0.1], [0.5, 0.4, 0.1], [0.0, 0.0, 1.0], [0.1, 0.8, 0.1]])
LABELS = np.array([0, 1, 2, 1])


def test_figures_are_those_worked_out_by_hand() -> None:
    """Three of four images are right; the loss is the mean of the four logarithms."""
    found = evaluated(CHANCES, LABELS, ("none", "one", "two"))

    assert found.confusion == ((1, 0, 0), (1, 1, 0), (0, 0, 1))
    assert (found.images, found.right, found.accuracy) == (4, 3, 0.75)
    assert found.of_class(1) == (2, 1)
    losses = [-math.log(chance) for chance in (0.7, 0.4, 1 - 1e-7, 0.8)]
    assert found.loss == pytest.approx(sum(losses) / 4, abs=1e-9)


def test_a_class_without_images_has_no_share() -> None:
    """A class that the network knows and the data lacks is shown, without an accuracy."""
    found = evaluated(CHANCES[:1], LABELS[:1], ())

    assert found.classes == ("0", "1", "2")
    assert confusion_text(found).splitlines()[-1].split() == ["2", "·", "·", "·", "0"]


def test_the_picture_says_in_words_what_it_shows() -> None:
    """Who cannot see the confusion matrix finds it as text in the picture's description."""
    found = Evaluation(0.1, ((9, 1), (0, 10)), ("left", "right"))

    data = confusion_figure(found, "folder/my_model.h5")

    assert data.startswith(b"\x89PNG")
    assert b"A row for each label" in data
    assert b"left" in data


def data_file(path: Path, **arrays: object) -> Path:
    """Write an HDF5 file with these arrays."""
    with h5py.File(path, "w") as file:
        for name, value in arrays.items():
            file[name] = value
    return path


PIXELS = np.zeros((3, 64, 64, 3), np.uint8)


def test_files_of_the_schema_are_read(tmp_path: Path) -> None:
    """Labels may be a row, classes may have names, and training images are images too."""
    path = data_file(
        tmp_path / "train.h5",
        train_set_x=PIXELS,
        train_set_y=np.array([[0, 1, 1]]),
        list_classes=np.array([b"fist", b"one"]),
    )

    found = read_labelled_images(path)

    assert found.split == "train"
    assert found.labels.tolist() == [0, 1, 1]
    assert found.classes == ("fist", "one")


def test_the_test_set_of_the_course_is_read() -> None:
    """The kit's own test images are of the schema."""
    found = read_labelled_images(find_course().solution / "datasets" / "test_signs.h5")

    assert (found.split, found.images.shape, found.images.dtype) == (
        "test",
        (120, 64, 64, 3),
        np.uint8,
    )
    assert len(found.labels) == 120


WRONG = [
    ({"other": PIXELS}, "no test_set_x and no train_set_x; it has other"),
    ({"test_set_x": PIXELS}, "no array test_set_y"),
    ({"test_set_x": PIXELS[:, :32], "test_set_y": [0, 1, 2]}, r"\(3, 32, 64, 3\)"),
    ({"test_set_x": PIXELS / 255, "test_set_y": [0, 1, 2]}, "float64"),
    ({"test_set_x": PIXELS, "test_set_y": [0, 1]}, r"\(2,\)"),
    ({"test_set_x": PIXELS, "test_set_y": [0.0, 1.0, 2.0]}, "float64"),
    ({"test_set_x": PIXELS, "test_set_y": [0, -1, 2]}, "from -1 to 2"),
    ({"test_set_x": PIXELS[:0], "test_set_y": np.zeros(0, int)}, "holds 0 images"),
]


@pytest.mark.parametrize(("arrays", "told"), WRONG)
def test_data_that_is_not_of_the_schema_is_told(
    arrays: dict[str, object], told: str, tmp_path: Path
) -> None:
    """What was found and what was expected stands in the message."""
    with pytest.raises(UnreadableFileError, match=told):
        read_labelled_images(data_file(tmp_path / "data.h5", **arrays))


def test_text_is_no_data_set(tmp_path: Path) -> None:
    """A file that is not HDF5 is refused as such."""
    path = tmp_path / "data.h5"
    path.write_text("images", encoding="utf-8")

    with pytest.raises(UnreadableFileError, match="not HDF5"):
        read_labelled_images(path)
