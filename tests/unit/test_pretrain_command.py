"""`reskit pretrain`, up to where Keras would begin to learn."""

from __future__ import annotations

import shutil
from pathlib import Path

import h5py
import pytest

from reskit.cli import main
from reskit.course import find_course
from reskit.pretrain_command import model_file

DATA = find_course().solution / "datasets"


def test_missing_data_is_explained(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A folder without data files gives status 2, the name of the file, and no traceback."""
    status = main(["pretrain", "--data", str(tmp_path), "--out", str(tmp_path / "out")])

    said = capfd.readouterr().err
    assert status == 2
    assert str(tmp_path / "train_signs.h5") in said
    assert "Traceback" not in said
    assert not (tmp_path / "out").exists()


def test_wrong_labels_are_explained(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A label outside the classes of the file is said before anything is trained."""
    for split in ("train", "test"):
        shutil.copy(DATA / f"{split}_signs.h5", tmp_path)
    with h5py.File(tmp_path / "train_signs.h5", "a") as file:
        file["train_set_y"][7] = 9

    status = main(["pretrain", "--data", str(tmp_path), "--out", str(tmp_path / "out")])

    assert status == 2
    assert "has labels from 0 to 9" in capfd.readouterr().err


def test_extra_images_that_are_none_are_explained(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A file of more images that is no HDF5 gives status 2 and its name."""
    more = tmp_path / "more.h5"
    more.write_bytes(b"no HDF5")

    status = main(["pretrain", "--more", str(more), "--out", str(tmp_path / "out")])

    said = capfd.readouterr().err
    assert status == 2
    assert str(more) in said
    assert "Traceback" not in said


@pytest.mark.parametrize("out", ["some/mine.h5", "some/folder"])
def test_out_is_a_file_or_a_folder(out: str) -> None:
    """A name that ends in .h5 is the file to write; any other is the folder for it."""
    file = model_file(Path(out))

    assert file == (Path(out) if out.endswith(".h5") else Path(out) / "resnet50.h5")
