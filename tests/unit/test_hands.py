"""The generator of the data set: what it promises about its pictures and its files."""

import hashlib
import importlib.util
from pathlib import Path

import h5py
import numpy as np
import pytest

SOLUTION = Path(__file__).resolve().parents[2] / "solutions" / "resnet50"


@pytest.fixture(scope="module")
def hands():
    """The module, loaded from its file: solutions/ is no package."""
    spec = importlib.util.spec_from_file_location("hands", SOLUTION / "hands.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def small(hands, monkeypatch):
    """The module with splits of 12 and 6 pictures."""
    monkeypatch.setattr(hands, "SIZES", {"train": 12, "test": 6})
    return hands


@pytest.mark.parametrize("fingers", range(6))
def test_picture_is_bytes_of_64_by_64_in_colour(hands, fingers):
    """Every number of fingers gives a uint8 picture of 64 by 64 pixels with some contrast."""
    picture = hands.draw(hands.split_stream("train", fingers), fingers)

    assert (picture.shape, picture.dtype) == ((64, 64, 3), np.uint8)
    assert picture.std() > 10


@pytest.mark.parametrize("fingers", range(6))
def test_every_way_to_show_a_number_raises_that_many_fingers(hands, fingers):
    """The label is the number of raised fingers in every way in which a number is shown."""
    assert {len(set(way)) for way in hands.WAYS[fingers]} == {fingers}


@pytest.mark.parametrize("number", range(40))
def test_hand_lies_inside_its_picture(hands, number):
    """No finger is cut off at the border: it could not be counted."""
    rng = hands.split_stream("test", number)
    hand = hands.pose(rng, number % 6)
    view = hands._View(rng, hand, 64, 64)
    ends = [
        (*view.to_picture(point), radius * view.scale)
        for limb in hand.limbs
        for bone in limb
        for point, radius in ((bone.start, bone.start_radius), (bone.end, bone.end_radius))
    ]

    for x, y, radius in ends:
        assert radius <= x <= 64 - radius
        assert radius <= y <= 64 - radius


def test_same_seed_draws_the_same_picture(hands):
    """A picture depends on seed, split and number alone."""
    one = hands.draw(hands.split_stream("train", 7), 3)
    two = hands.draw(hands.split_stream("train", 7), 3)

    np.testing.assert_array_equal(one, two)


def test_splits_and_seeds_draw_different_pictures(hands):
    """Training and test pictures come from different random streams, and so do two seeds."""
    train = hands.draw(hands.split_stream("train", 7), 3)
    test = hands.draw(hands.split_stream("test", 7), 3)
    reseeded = hands.draw(hands.split_stream("train", 7, seed=1), 3)

    assert not np.array_equal(train, test)
    assert not np.array_equal(train, reseeded)


@pytest.mark.parametrize("split", ["train", "test"])
def test_classes_are_balanced_and_mixed(hands, split):
    """Each number of fingers appears equally often, in no obvious order."""
    labels = hands.labels_of(split)

    assert np.bincount(labels).tolist() == [hands.SIZES[split] // 6] * 6
    assert np.count_nonzero(np.diff(labels)) > len(labels) / 2


def test_skin_tones_cover_the_whole_range(hands):
    """Among 200 hands there are deep, brown and pale ones, and none dominates."""
    brightness = np.array(
        [hands._skin_colour(hands.split_stream("train", n)).mean() for n in range(200)]
    )
    shares = np.histogram(brightness, bins=[30, 80, 125, 170, 230])[0] / 200

    assert shares.min() > 0.12


def test_files_follow_the_schema(small, tmp_path):
    """The two files hold the names, shapes and types that the notebook reads."""
    small.main(["--out", str(tmp_path)])

    for split, count in (("train", 12), ("test", 6)):
        with h5py.File(tmp_path / f"{split}_signs.h5") as file:
            assert sorted(file) == sorted(["list_classes", f"{split}_set_x", f"{split}_set_y"])
            images, labels = file[f"{split}_set_x"], file[f"{split}_set_y"]
            assert (images.shape, images.dtype) == ((count, 64, 64, 3), np.uint8)
            assert (labels.shape, labels.dtype.kind) == ((count,), "i")
            assert file["list_classes"][:].tolist() == [0, 1, 2, 3, 4, 5]


def test_drawing_again_writes_the_same_bytes(small, tmp_path):
    """Two runs give identical files: no time stamp is stored and no draw is left to chance."""
    digests = []
    for name in ("one", "two"):
        small.main(["--out", str(tmp_path / name)])
        files = sorted((tmp_path / name).iterdir())
        digests.append([hashlib.sha256(file.read_bytes()).hexdigest() for file in files])

    assert digests[0] == digests[1]


def test_interrupted_write_leaves_the_old_file(hands, tmp_path, monkeypatch):
    """When the write fails half-way, the file that was there stays and nothing else remains."""
    before = tmp_path / "test_signs.h5"
    before.write_bytes(b"the old file")

    def fail(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(h5py.Group, "create_dataset", fail)
    with pytest.raises(KeyboardInterrupt):
        hands.write_split(tmp_path, "test", np.zeros((1, 64, 64, 3), np.uint8), np.zeros(1, int))

    assert [path.name for path in tmp_path.iterdir()] == ["test_signs.h5"]
    assert before.read_bytes() == b"the old file"


def test_contact_sheet_and_sample_are_pictures(small, tmp_path):
    """The overview is a small PNG with a row for each class, the sample a larger JPEG."""
    from PIL import Image

    sheet, sample = tmp_path / "docs" / "sheet.png", tmp_path / "images" / "mine.jpg"
    small.main(["--contact-sheet", str(sheet), "--sample", str(sample)])

    with Image.open(sheet) as picture:
        assert (picture.format, picture.height) == ("PNG", 6 * 66 + 2)
    with Image.open(sample) as picture:
        assert (picture.format, picture.size) == ("JPEG", (320, 400))


def test_command_without_a_target_explains_itself(hands, capsys):
    """Called with no flag it writes nothing and names the flags."""
    with pytest.raises(SystemExit) as stopped:
        hands.main([])

    assert stopped.value.code == 2
    assert "--out" in capsys.readouterr().err


@pytest.mark.parametrize("split", ["train", "test"])
def test_committed_data_is_what_the_generator_draws(hands, split):
    """Labels and a sample of the pictures in datasets/ are those that the generator makes."""
    numbers = [0, 1, 2, 57, hands.SIZES[split] - 1]
    with h5py.File(SOLUTION / "datasets" / f"{split}_signs.h5") as file:
        labels = file[f"{split}_set_y"][:]
        stored = file[f"{split}_set_x"][numbers]
    drawn = np.stack([hands.draw(hands.split_stream(split, n), int(labels[n])) for n in numbers])

    np.testing.assert_array_equal(labels, hands.labels_of(split))
    np.testing.assert_array_equal(stored, drawn)


def test_committed_data_and_overview_are_small():
    """Both data files together take at most 8 MB, the overview at most 300 kB."""
    sizes = [(SOLUTION / "datasets" / f"{s}_signs.h5").stat().st_size for s in ("train", "test")]
    sheet = SOLUTION.parents[1] / "docs" / "images" / "contact_sheet.png"

    assert sum(sizes) <= 8_000_000
    assert sheet.stat().st_size <= 300_000
