"""The data set of hands: what the generator promises about its pictures and its files."""

import hashlib
import shutil
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

COUNTS = {"train": 1080, "test": 120}
SOLUTION = Path(__file__).resolve().parents[2] / "solutions" / "resnet50"


@pytest.fixture(scope="module")
def hands():
    """The command, imported as its script finds it: with its folder on the path."""
    sys.path.insert(0, str(SOLUTION))
    import hands

    yield hands
    sys.path.remove(str(SOLUTION))


@pytest.fixture(scope="module")
def dataset(hands):  # noqa: ARG001  it puts the folder on the path
    """The module that draws splits and writes files."""
    import drawing.dataset

    return drawing.dataset


@pytest.fixture(scope="module")
def small(hands, dataset):
    """The command with splits of 6 pictures each, drawn in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(dataset.SIZES, "train", 6)
        patch.setitem(dataset.SIZES, "test", 6)
        yield lambda *arguments: hands.main([*map(str, arguments), "--jobs", "1"])


@pytest.fixture(scope="module")
def drawn(small, tmp_path_factory):
    """A folder with the two files of the small splits; not to be changed."""
    folder = tmp_path_factory.mktemp("drawn")
    small("--out", folder)
    return folder


def digests(folder):
    """Name and digest of every file in a folder."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


@pytest.mark.parametrize("fingers", range(6))
def test_picture_is_bytes_of_64_by_64_in_colour(dataset, fingers):
    """Every number of fingers gives a uint8 picture of 64 by 64 pixels with some contrast."""
    picture = dataset.picture("train", fingers, fingers)

    assert (picture.shape, picture.dtype) == ((64, 64, 3), np.uint8)
    assert picture.std() > 6


def test_splits_and_seeds_draw_different_pictures(dataset):
    """A picture depends on seed, split and number, and on nothing else."""
    train = dataset.picture("train", 7, 3)

    np.testing.assert_array_equal(train, dataset.picture("train", 7, 3))
    assert not np.array_equal(train, dataset.picture("test", 7, 3))
    assert not np.array_equal(train, dataset.picture("train", 8, 3))
    assert not np.array_equal(train, dataset.picture("train", 7, 3, seed=1))


@pytest.mark.parametrize("split", ["train", "test"])
def test_classes_are_balanced_and_mixed(dataset, split):
    """Each number of fingers appears equally often, in no obvious order."""
    labels = dataset.labels_of(split, COUNTS[split])

    assert np.bincount(labels).tolist() == [COUNTS[split] // 6] * 6
    assert np.count_nonzero(np.diff(labels)) > len(labels) / 2


def test_files_follow_the_schema(drawn):
    """The two files hold the names, shapes and types that the notebook reads."""
    for split in ("train", "test"):
        with h5py.File(drawn / f"{split}_signs.h5") as file:
            assert sorted(file) == sorted(["list_classes", f"{split}_set_x", f"{split}_set_y"])
            images, labels = file[f"{split}_set_x"], file[f"{split}_set_y"]
            assert (images.shape, images.dtype) == ((6, 64, 64, 3), np.uint8)
            assert (labels.shape, labels.dtype) == ((6,), np.int64)
            assert file["list_classes"][:].tolist() == [0, 1, 2, 3, 4, 5]


def test_drawing_again_writes_the_same_bytes(small, drawn, tmp_path):
    """Two runs give identical files: no time stamp is stored and no draw is left to chance."""
    small("--out", tmp_path)

    assert digests(tmp_path) == digests(drawn)


def test_number_of_processes_changes_nothing(dataset):
    """Two processes draw what one draws, in the same order, and report every picture."""
    done = []
    one = dataset.draw_split("extra", 10, seed=4)
    two = dataset.draw_split("extra", 10, seed=4, jobs=2, advance=lambda: done.append(1))

    np.testing.assert_array_equal(one[0], two[0])
    np.testing.assert_array_equal(one[1], two[1])
    assert len(done) == 10


def test_check_accepts_what_is_drawn(small, drawn):
    """--check exits 0 on the files just drawn."""
    assert small("--check", drawn) == 0


def test_check_names_the_picture_that_differs(small, drawn, tmp_path, capsys):
    """--check exits 1, and says in which row, when one byte of one picture was changed."""
    shutil.copytree(drawn, tmp_path, dirs_exist_ok=True)
    with h5py.File(tmp_path / "test_signs.h5", "a") as file:
        file["test_set_x"][4, 0, 0, 0] ^= 1

    assert small("--check", tmp_path, "--every", 1) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "differs in 1 rows, the first is 4" in said
    assert "Draw the files anew" in said


def test_check_of_a_sample_names_the_row_of_the_file(small, drawn, tmp_path, capsys):
    """One picture in two is compared, with all labels, and the row named is that of the file."""
    shutil.copytree(drawn, tmp_path, dirs_exist_ok=True)
    with h5py.File(tmp_path / "train_signs.h5", "a") as file:
        file["train_set_x"][3, 0, 0, 0] ^= 1
    assert small("--check", tmp_path, "--every", 2) == 0
    with h5py.File(tmp_path / "train_signs.h5", "a") as file:
        file["train_set_x"][4, 0, 0, 0] ^= 1

    assert small("--check", tmp_path, "--every", 2) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "differs in 1 rows, the first is 4" in said
    assert "train: all labels and one picture in 2 compared, 3 drawn" in said


def test_difference_names_what_is_missing_or_of_another_type(dataset, drawn, tmp_path):
    """A file that is not there, without a dataset, or with another type is described in words."""
    with h5py.File(drawn / "test_signs.h5") as file:
        images, labels = file["test_set_x"][:], file["test_set_y"][:]
    shutil.copytree(drawn, tmp_path, dirs_exist_ok=True)

    assert dataset.difference(drawn, "test", images, labels) == ""
    assert "expected int16" in dataset.difference(drawn, "test", images.astype(np.int16), labels)
    with h5py.File(tmp_path / "test_signs.h5", "a") as file:
        del file["list_classes"]
    assert "holds ['test_set_x'" in dataset.difference(tmp_path, "test", images, labels)
    (tmp_path / "test_signs.h5").unlink()
    assert "is not there" in dataset.difference(tmp_path, "test", images, labels)


def test_more_pictures_are_in_neither_file(small, drawn, tmp_path):
    """--count writes pictures of a stream of their own, under the names of training data."""
    small("--count", 6, "--out", tmp_path)

    with (
        h5py.File(tmp_path / "extra_signs.h5") as extra,
        h5py.File(drawn / "train_signs.h5") as train,
    ):
        assert sorted(extra["train_set_y"][:]) == [0, 1, 2, 3, 4, 5]
        known = {image.tobytes() for image in train["train_set_x"]}
        assert not known & {image.tobytes() for image in extra["train_set_x"]}


def test_interrupted_write_leaves_the_old_file(dataset, tmp_path, monkeypatch):
    """When the write fails half-way, the file that was there stays and nothing else remains."""
    before = tmp_path / "test_signs.h5"
    before.write_bytes(b"the old file")

    def fail(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(h5py.Group, "create_dataset", fail)
    with pytest.raises(KeyboardInterrupt):
        dataset.write_split(tmp_path, "test", np.zeros((1, 64, 64, 3), np.uint8), np.zeros(1, int))

    assert [path.name for path in tmp_path.iterdir()] == ["test_signs.h5"]
    assert before.read_bytes() == b"the old file"


def test_contact_sheet_and_sample_are_pictures(small, tmp_path):
    """The overview is a small PNG with a row for each class, the sample a larger JPEG."""
    from PIL import Image

    sheet, sample = tmp_path / "docs" / "sheet.png", tmp_path / "images" / "mine.jpg"
    small("--contact-sheet", sheet, "--sample", sample)

    with Image.open(sheet) as picture:
        assert (picture.format, picture.height) == ("PNG", 6 * 66 + 2)
    with Image.open(sample) as picture:
        assert (picture.format, picture.size) == ("JPEG", (320, 320))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--out"),
        (["--count", "5"], "nothing to do"),
        (["--count", "0", "--out", "x"], "at least 1"),
        (["--out", "x", "--jobs", "0"], "at least 1"),
        (["--check", "x", "--every", "0"], "at least 1"),
    ],
)
def test_command_that_makes_no_sense_explains_itself(hands, capsys, arguments, said):
    """Called without a target, or with numbers that are none, it writes nothing and says why."""
    with pytest.raises(SystemExit) as stopped:
        hands.main(arguments)

    assert stopped.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("split", ["train", "test"])
def test_committed_data_is_what_the_generator_draws(dataset, split):
    """Labels and a sample of the pictures in datasets/ are those that the generator makes."""
    numbers = [0, 1, 2, 57, COUNTS[split] - 1]
    with h5py.File(SOLUTION / "datasets" / f"{split}_signs.h5") as file:
        labels = file[f"{split}_set_y"][:]
        stored = file[f"{split}_set_x"][numbers]
    drawn = np.stack([dataset.picture(split, n, int(labels[n])) for n in numbers])

    np.testing.assert_array_equal(labels, dataset.labels_of(split, COUNTS[split]))
    np.testing.assert_array_equal(stored, drawn)


def test_committed_data_and_overview_are_small():
    """Both data files together take at most 8 MB, the overview at most 300 kB."""
    sizes = [(SOLUTION / "datasets" / f"{s}_signs.h5").stat().st_size for s in ("train", "test")]
    sheet = SOLUTION.parents[1] / "docs" / "images" / "contact_sheet.png"

    assert sum(sizes) <= 8_000_000
    assert sheet.stat().st_size <= 300_000
