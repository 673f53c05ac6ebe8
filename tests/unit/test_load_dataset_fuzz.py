"""Whatever bytes a data file holds, load_dataset returns data or says in words what is wrong."""

import importlib.util
import multiprocessing
import tempfile
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

SOLUTION = Path(__file__).resolve().parents[2] / "solutions" / "resnet50"
DEADLINE = 20  # seconds for one small file: far more than any takes, on a busy machine too


def write(path, split, **storage):
    """A data file of three images, stored plain or packed."""
    images = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), np.uint8)
    with h5py.File(path, "w", libver=("earliest", "v108")) as file:
        file.create_dataset(f"{split}_set_x", data=images, **storage)
        file.create_dataset(f"{split}_set_y", data=np.array([0, 1, 5]))
        file.create_dataset("list_classes", data=np.arange(6))


def serve(pipe):
    """Load the folders that come through the pipe, and send back what became of each."""
    spec = importlib.util.spec_from_file_location("resnets_utils", SOLUTION / "resnets_utils.py")
    utils = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(utils)
    while folder := pipe.recv():
        try:
            train_x, train_y, *_ = utils.load_dataset(folder)
            pipe.send(("loaded", train_x.shape, train_y.shape))
        except (ValueError, FileNotFoundError) as error:
            pipe.send(("refused", str(error), None))
        except BaseException as error:
            pipe.send(("broken", repr(error), None))


class Loader:
    """A process of its own that loads, because damaged HDF5 may take a process with it."""

    def __init__(self):
        context = multiprocessing.get_context("spawn")
        self.pipe, far_end = context.Pipe()
        self.process = context.Process(target=serve, args=(far_end,), daemon=True)
        self.process.start()
        far_end.close()

    def load(self, folder):
        """(what happened, details): also when the process hangs or ends."""
        self.pipe.send(str(folder))
        if not self.pipe.poll(DEADLINE):
            return ("hung", None, None)
        try:
            return self.pipe.recv()
        except EOFError:
            return ("crashed", self.process.exitcode, None)

    def stop(self):
        self.process.kill()
        self.process.join()


@pytest.fixture(scope="module")
def loader():
    """One process for all examples: starting one takes longer than loading a hundred files."""
    loader = Loader()
    yield loader
    loader.stop()


@pytest.fixture(scope="module", params=[{}, {"compression": "gzip", "shuffle": True}])
def sound(request, tmp_path_factory):
    """(folder, bytes of its training file) of a data set that loads."""
    folder = tmp_path_factory.mktemp("sound")
    write(folder / "train_signs.h5", "train", **request.param)
    write(folder / "test_signs.h5", "test", compression="gzip")
    return folder, (folder / "train_signs.h5").read_bytes()


# What a file says of itself stands near its two ends; between them are pictures.
CHANGES = st.lists(
    st.tuples(st.booleans(), st.integers(0, 4095), st.integers(0, 255)), min_size=1, max_size=16
)


def outcome(loader, sound, data):
    """What becomes of a data set whose training file holds these bytes."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "test_signs.h5").symlink_to(sound[0] / "test_signs.h5")
        (folder / "train_signs.h5").write_bytes(data)
        return loader.load(folder)


def assert_right_or_in_words(result):
    """Either data of the right shape, or a message with file, finding and expectation."""
    kind, details, labels = result
    if kind == "loaded":
        assert details[1:] == (64, 64, 3)
        assert labels == (1, details[0])
    else:
        assert kind == "refused", result
        assert "signs.h5" in details
        assert "Expected" in details


def test_sound_file_loads(loader, sound):
    """Untouched, the file of the following tests is fine."""
    assert outcome(loader, sound, sound[1]) == ("loaded", (3, 64, 64, 3), (1, 3))


@settings(max_examples=250, deadline=None, derandomize=True)
@given(changes=CHANGES)
def test_changed_bytes_are_told_or_harmless(loader, sound, changes):
    """Bytes changed anywhere among what the file says of itself end in data or in words."""
    data = bytearray(sound[1])
    for from_end, place, value in changes:
        data[-1 - place if from_end else place] = value

    assert_right_or_in_words(outcome(loader, sound, bytes(data)))


@settings(max_examples=80, deadline=None, derandomize=True)
@given(share=st.floats(0, 1), filler=st.sampled_from([b"", b"\0" * 4096, b"<html>"]))
def test_cut_files_are_told(loader, sound, share, filler):
    """A file cut short, at any place, filled up with something else or not, is refused in words."""
    data = sound[1][: int(len(sound[1]) * share * 0.999)]

    result = outcome(loader, sound, data + filler)

    assert_right_or_in_words(result)
    if not filler:
        assert result[0] == "refused"


@settings(max_examples=40, deadline=None, derandomize=True)
@given(data=st.binary(max_size=600), signed=st.booleans())
def test_any_bytes_are_told(loader, sound, data, signed):
    """Bytes that never were a data file, with the first bytes of HDF5 or without, are refused."""
    kind, message, _ = outcome(loader, sound, (b"\x89HDF\r\n\x1a\n" if signed else b"") + data)

    assert kind == "refused"
    assert "cannot be opened as HDF5" in message


def test_claim_of_too_many_images_is_refused_unread(loader, sound, tmp_path):
    """A file of few bytes that claims a million images is refused before memory is asked for."""
    path = tmp_path / "huge.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("train_set_x", (10**6, 64, 64, 3), np.uint8, chunks=(8, 64, 64, 3))
        file.create_dataset("train_set_y", (10**6,), np.int64, chunks=(1000,))
        file["list_classes"] = np.arange(6)

    kind, message, _ = outcome(loader, sound, path.read_bytes())

    assert kind == "refused"
    assert "claims 1,000,000 images. Expected at most 200,000" in message
