"""A model file as plain arrays and the text of its configuration; read in the reader's process.

Keras writes four forms: a full model as HDF5 (`model_config` and `model_weights`), weights alone as
HDF5 by the names of layers (Keras 2) or by paths (`.weights.h5`), and the `.keras` archive, a zip
of `config.json` and weights by paths.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import h5py
import numpy as np

from reskit.weights.hdf5 import (
    DAMAGED,
    below,
    entry_at,
    names_attribute,
    names_in,
    open_hdf5,
    text_attribute,
)
from reskit.weights.refusal import RefusedError

LONGEST_CONFIG = 8 << 20  # bytes; that of a ResNet-50 has about 170,000
LARGEST_MEMBER = 640 << 20  # bytes of an archive's weights, unpacked
MOST_NUMBERS = 60_000_000  # in all weights together; a ResNet-50 has 23.6 million
LARGEST_WEIGHT = 20_000_000  # numbers in one of them
MOST_WEIGHTS = 4_000
HDF5, ZIP = b"\x89HDF\r\n\x1a\n", b"PK\x03\x04"
BEGINNINGS = (  # of what is handed in by mistake
    (b"version https://git-lfs", "a pointer of Git LFS, not the file itself: run `git lfs pull`"),
    (b"<", "a web page or XML: the download has failed"),
    (b"{", "JSON text; weights cannot be read from it"),
    (b"\x80", "a pickle, which is code and is not opened"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x1f\x8b", "a gzip archive: unpack it"),
)

Arrays = Iterator[Any]


def read_model(file: Any) -> tuple[dict[str, Any], Arrays]:
    """Return what a model file holds: a header, and its weights as float32, one after the other.

    The header has `layout` ("layers" or "paths"), `config` (text or None), `keras` (the version
    that wrote it, or None), and `arrays`: layer, group, weight and shape of each.
    """
    beginning = file.read(64)
    file.seek(0)
    if beginning.startswith(HDF5):
        return _of_hdf5(open_hdf5(file), None, None)
    if beginning.startswith(ZIP):
        return _of_archive(file)
    raise RefusedError(
        f"The file is neither HDF5 nor a .keras archive; it is {_looks_like(beginning)}. Expected "
        "what model.save() or model.save_weights() writes."
    )


def _looks_like(beginning: bytes) -> str:
    if not beginning:
        return "empty"
    for start, what in BEGINNINGS:
        if beginning.lstrip().startswith(start):
            return what
    return f"something else, beginning with {beginning[:8]!r}"


def _of_archive(file: Any) -> tuple[dict[str, Any], Arrays]:
    try:
        archive = zipfile.ZipFile(file)
        names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, KeyError) as error:
        raise RefusedError(
            f"The file begins as a .keras archive does, and is damaged or cut short ({error}). "
            "Fetch or save it again."
        ) from error
    if "config.json" not in names or "model.weights.h5" not in names:
        raise RefusedError(
            "The file is a zip archive, but no .keras file: expected config.json and "
            f"model.weights.h5 in it, found {', '.join(sorted(names))[:120] or 'nothing'}."
        )
    config = _member(archive, "config.json", LONGEST_CONFIG)
    version = None
    if "metadata.json" in names:
        try:
            version = json.loads(_member(archive, "metadata.json", 1 << 16)).get("keras_version")
        except (ValueError, AttributeError, RecursionError):
            version = None  # it is told to the reader, and nothing depends on it
    weights = io.BytesIO(_member(archive, "model.weights.h5", LARGEST_MEMBER))
    if not weights.getvalue().startswith(HDF5):
        raise RefusedError("The archive's model.weights.h5 is not HDF5.")
    return _of_hdf5(open_hdf5(weights), config.decode("utf-8", "replace"), version)


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    try:
        with archive.open(name) as member:
            data = member.read(most + 1)
    except (
        *(zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError),
        *(NotImplementedError, KeyError),
    ) as error:
        raise RefusedError(
            f"The archive's {name} is damaged or cut short ({error}). Fetch or save it again."
        ) from error
    if len(data) > most:
        raise RefusedError(f"The archive's {name} has more than {most:,} bytes when unpacked.")
    return data


def _of_hdf5(
    file: h5py.File, config: str | None, version: str | None
) -> tuple[dict[str, Any], Arrays]:
    try:
        if config is None:
            config = text_attribute(file, "model_config")
            version = text_attribute(file, "keras_version")
        if config is not None and len(config) > LONGEST_CONFIG:
            raise RefusedError(f"Its configuration has more than {LONGEST_CONFIG:,} characters.")
        root = entry_at(file, "model_weights")
        root = root if isinstance(root, h5py.Group) else file
        version = version or text_attribute(root, "keras_version")
        names = names_attribute(root, "layer_names")
        if names is not None:
            layout, found = "layers", list(_by_layers(root, names))
        elif "layers" in file or "_layer_checkpoint_dependencies" in file:
            layout, found = "paths", list(_by_paths(file))
        else:
            raise RefusedError(_what_it_holds(file))
    except DAMAGED as error:
        raise RefusedError(f"The file is damaged inside ({error!s:.100}).") from error
    _refuse_too_much(found)
    header = {
        "layout": layout,
        "config": config,
        "keras": None if version is None else version[:20],
        "arrays": [
            {"group": group, "layer": layer, "weight": weight, "shape": list(data.shape)}
            for group, layer, weight, data in found
        ],
    }
    return header, (_numbers(layer, weight, data) for _, layer, weight, data in found)


Found = tuple[str, str, str, h5py.Dataset]  # group, layer, weight, the array


def _by_layers(root: Any, names: list[str]) -> Iterator[Found]:
    """Yield the weights of a file that has them by the names of layers."""
    for name in names:
        group = entry_at(root, name)
        if not isinstance(group, h5py.Group):
            raise RefusedError(f"The layer {name[:60]!r} is named, and its weights are not there.")
        for weight in names_attribute(group, "weight_names") or []:
            data = entry_at(group, weight)
            if not isinstance(data, h5py.Dataset):
                raise RefusedError(
                    f"The weight {weight[:60]!r} of the layer {name[:60]!r} is named, and is not "
                    "there."
                )
            parts = weight.split("/")
            layer = parts[-2] if len(parts) > 1 else name
            yield name, layer, parts[-1].split(":")[0], data


def _by_paths(file: Any) -> Iterator[Found]:
    """Yield the weights of a file that has them by paths: layers/conv2d_3/vars/0."""
    top = "layers" if "layers" in file else "_layer_checkpoint_dependencies"
    root = entry_at(file, top)
    if not isinstance(root, h5py.Group):
        raise RefusedError(f"Its entry {top!r} is no group of layers.")
    for path, data in below(root):
        *layer, folder, number = path.split("/") if "/" in path else ["", path]
        if folder == "vars":
            parts = [part for part in layer if part not in ("layers", top)]
            yield parts[0] if parts else "", "/".join(parts), number, data


def _refuse_too_much(found: list[Found]) -> None:
    if len(found) > MOST_WEIGHTS:
        raise RefusedError(f"It holds {len(found):,} weights; at most {MOST_WEIGHTS:,} are read.")
    sizes = [int(data.size or 0) for _, _, _, data in found]
    if sum(sizes) > MOST_NUMBERS or max(sizes, default=0) > LARGEST_WEIGHT:
        raise RefusedError(
            f"Its weights hold {sum(sizes):,} numbers; at most {MOST_NUMBERS:,} are read. A "
            "ResNet-50 has 23.6 million."
        )


def _numbers(layer: str, weight: str, data: h5py.Dataset) -> Any:
    """Return one weight as float32."""
    try:
        if data.attrs.get("dtype") == "bfloat16" and data.dtype.itemsize == 2:
            halves = np.frombuffer(np.asarray(data[()]).tobytes(), "<u2").astype("<u4")
            return (halves << 16).view("<f4").reshape(data.shape)
        if data.dtype.kind != "f":
            raise RefusedError(
                f"The weight {weight[:40]!r} of the layer {layer[:60]!r} is of the type "
                f"{data.dtype}; expected floating-point numbers."
            )
        with np.errstate(over="ignore"):
            return np.ascontiguousarray(data[()], "<f4")
    except DAMAGED as error:
        raise RefusedError(
            f"The weight {weight[:40]!r} of the layer {layer[:60]!r} is damaged ({error!s:.100}). "
            "Fetch or save the file again."
        ) from error


def _what_it_holds(file: Any) -> str:
    names = names_in(file)
    if any(name.endswith(("_set_x", "_set_y")) for name in names):
        what = "it is a file of images and labels"
    else:
        what = f"found {', '.join(sorted(names))[:120] or 'nothing'} in it"
    return (
        f"The file is HDF5, but holds no model: {what}. Expected what model.save() or "
        "model.save_weights() writes."
    )
