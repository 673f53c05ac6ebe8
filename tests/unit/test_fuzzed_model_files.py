"""Whatever is in a file: it is read right, or refused with a reason, by a process that ends."""

from __future__ import annotations

import copy
import io
import json
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from structures import structure

from reskit.course import find_course
from reskit.weights.config import ConfigError, configured
from reskit.weights.fit import fit
from reskit.weights.model_file import ModelFile, StoredWeight
from reskit.weights.opened import UnreadableFileError
from reskit.weights.problems import UnfitError
from reskit.weights.reference import reference_network
from reskit.weights.refusal import RefusedError
from reskit.weights.shut_away import Received, read_shut_away
from reskit.weights.stored_picture import read_picture

Image.init()
REFERENCE = reference_network(find_course())
QUIET = settings(derandomize=True, deadline=None)
FEW = settings(QUIET, max_examples=8)  # each starts a process
SECONDS = 20.0


def small_weights() -> bytes:
    """Return a small file of weights, compressed as ours are."""
    data = io.BytesIO()
    with h5py.File(data, "w") as file:
        group = file.create_group("layers/conv2d/vars")
        group.create_dataset(
            "0", data=np.ones((3, 3, 2, 4), "f4"), compression="gzip", shuffle=True
        )
        group.create_dataset("1", data=np.ones(4, "f4"))
    return data.getvalue()


def small_archive() -> bytes:
    """Return a .keras archive with these weights."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", json.dumps({"class_name": "Functional", "config": {}}))
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.15.1"}))
        archive.writestr("model.weights.h5", small_weights())
    return data.getvalue()


def small_data() -> bytes:
    """Return a data set of two images."""
    data = io.BytesIO()
    with h5py.File(data, "w") as file:
        file.create_dataset("test_set_x", data=np.ones((2, 64, 64, 3), "u1"), compression="gzip")
        file["test_set_y"] = [0, 1]
    return data.getvalue()


def small_picture(form: str) -> bytes:
    """Return a picture of twelve by nine pixels."""
    data = io.BytesIO()
    pixels = np.arange(12 * 9 * 3, dtype=np.uint8).reshape(12, 9, 3)
    exif = Image.Exif()
    exif[0x0112] = 8
    settings = {} if form in ("GIF", "BMP") else {"exif": exif}
    Image.fromarray(pixels).save(data, form, **settings)
    return data.getvalue()


@st.composite
def spoiled(draw: st.DrawFn, whole: bytes) -> bytes:
    """Draw a file in which some bytes are others, or from which a piece is missing."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 12))):
        place = draw(st.integers(0, len(data) - 1))
        data[place] = draw(st.integers(0, 255))
    start = draw(st.integers(0, len(data)))
    if draw(st.booleans()):
        del data[start : start + draw(st.integers(1, 400))]
    return bytes(data)


def read(kind: str, data: bytes) -> Received | str:
    """Return what is read of a file with these bytes, or why it is not."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        try:
            return read_shut_away(kind, file.fileno(), SECONDS)
        except UnreadableFileError as error:
            return str(error)


@pytest.mark.parametrize(
    ("kind", "whole"),
    [("model", small_weights()), ("model", small_archive()), ("images", small_data())],
    ids=["weights", "archive", "data"],
)
def test_spoiled_files_are_read_or_refused(kind: str, whole: bytes) -> None:
    """A file with wrong bytes in it leads to arrays or to a message, never to anything else."""
    assert isinstance(read(kind, whole), Received)

    @FEW
    @given(spoiled(whole))
    def check(data: bytes) -> None:
        found = read(kind, data)

        assert isinstance(found, Received) or (len(found) > 20 and "Traceback" not in found)
        assert not isinstance(found, str) or "did not come to an end" not in found

    check()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP"])
def test_spoiled_pictures_are_read_or_refused(form: str) -> None:
    """A picture with wrong bytes in it is 64×64 pixels or a message."""
    whole = small_picture(form)

    @QUIET
    @given(spoiled(whole))
    def check(data: bytes) -> None:
        try:
            _, arrays = read_picture(io.BytesIO(data))
        except RefusedError as error:
            assert str(error).endswith((".", "AVIF."))
        else:
            assert next(arrays).shape == (64, 64, 3)

    check()


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all entries of nested lists and tables."""
    entries: list[Any] = []
    if isinstance(value, dict):
        entries = list(value.items())
    elif isinstance(value, list):
        entries = list(enumerate(value))
    found = []
    for key, entry in entries:
        found.append((*path, key))
        found.extend(places_in(entry, (*path, key)))
    return found


CONFIGS = {
    "keras2_plus": json.loads(structure("keras2_plus")["attributes"]["model_config"]),
    "keras3_nested": json.loads(structure("keras3_nested")["members"]["config.json"]),
}
PLACES = {name: places_in(config) for name, config in CONFIGS.items()}
OTHER = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 2**40),
    st.floats(allow_nan=True),
    st.text(max_size=8),
    st.lists(st.integers(-1, 5), max_size=4),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
    st.sampled_from(["Conv2D", "Add", "Lambda", "conv2d_3", "Functional", "Sequential"]),
)


@pytest.mark.parametrize("name", CONFIGS)
def test_spoiled_configurations_are_understood_or_refused(name: str) -> None:
    """A configuration with an entry that is something else fits, or does not, for a reason."""

    @settings(QUIET, max_examples=40)
    @given(st.lists(st.tuples(st.sampled_from(PLACES[name]), OTHER), min_size=1, max_size=3))
    def check(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
        config = copy.deepcopy(CONFIGS[name])
        for path, value in changes:
            _set(config, path, value)
        weight = StoredWeight("conv2d", "conv2d", "kernel", np.zeros((7, 7, 3, 64), "f4"))
        file = ModelFile(Path("a.h5"), "0" * 64, 1, None, "layers", config, (weight,))

        with pytest.raises(UnfitError) as caught:  # all other weights are missing
            fit(file, REFERENCE)

        assert len(str(caught.value)) > 20

    check()


def _set(config: Any, path: tuple[Any, ...], value: Any) -> None:
    """Put a value at a path, unless an earlier change has taken the path away."""
    try:
        for key in path[:-1]:
            config = config[key]
        config[path[-1]] = value
    except (KeyError, IndexError, TypeError):
        return


@QUIET
@given(st.recursive(OTHER, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_any_data_in_place_of_a_configuration_is_refused(value: Any) -> None:
    """A configuration may be any JSON; only what Keras writes becomes a graph."""
    with pytest.raises(ConfigError):
        configured(value)


def test_a_reader_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is never read to its end costs the time limit and no more."""
    hanging = tmp_path / "python"  # no file is known that HDF5 hangs on
    hanging.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    hanging.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(hanging))
    with tempfile.TemporaryFile() as file:
        file.write(small_weights())
        file.flush()

        with pytest.raises(UnreadableFileError, match=r"did not come to an end in 0\.5 seconds"):
            read_shut_away("model", file.fileno(), 0.5)


def test_the_reader_can_open_no_file_of_the_user(tmp_path: Path) -> None:
    """The process that parses a file holds that file alone: it cannot open another one."""
    from reskit.probe.landlock import version

    if not version():
        pytest.skip("this kernel has no Landlock")
    secret = tmp_path / "secret"
    secret.write_text("answers", encoding="utf-8")
    told, ready = os.pipe()
    child = os.fork()
    if child == 0:
        from reskit.weights import reader

        reader.shut_in_reader(ready)
        try:
            secret.read_text(encoding="utf-8")
            os.write(ready, b"read")
        except OSError:
            os.write(ready, b"refused")
        os._exit(0)
    os.waitpid(child, 0)

    assert os.read(told, 16) == b"refused"
    os.close(told)
    os.close(ready)
