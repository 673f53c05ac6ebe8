"""An HDF5 file that may hold anything, read with nothing followed out of it.

Runs in the reader's process only: HDF5 is a large library in C, and the file may come from anyone.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import h5py
import numpy as np

from reskit.weights.refusal import RefusedError

MOST_ENTRIES = 20_000  # groups and arrays that are looked at
DEEPEST = 24
DAMAGED = (OSError, RuntimeError, KeyError, ValueError, TypeError, AttributeError)


def open_hdf5(file: Any) -> h5py.File:
    """Return the HDF5 file in a stream, for reading. Raises RefusedError for a damaged one."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    try:
        return h5py.File(file, "r")
    except DAMAGED as error:
        if "truncated" in str(error):
            raise RefusedError(
                f"The file is cut short: it has {size:,} bytes, and HDF5's own account says there "
                "should be more. A broken download looks like this: fetch or save it again."
            ) from error
        raise RefusedError(
            f"The file begins as HDF5 does, and is damaged ({error!s:.100}). Fetch or save it "
            "again."
        ) from error


def entry_at(group: Any, path: str) -> Any:
    """Return the group or array at `path` below `group`, None where there is none.

    Raises RefusedError for a link that leads out of the file, and for an array that lies outside.
    """
    for part in filter(None, path.split("/")):
        if not isinstance(group, h5py.Group):
            return None
        link = group.get(part, getlink=True)
        if link is None:
            return None
        if not isinstance(link, h5py.HardLink):
            raise RefusedError(f"The entry {path[:80]!r} is a link to somewhere else.")
        group = group.get(part)
    if isinstance(group, h5py.Dataset) and (group.is_virtual or group.external):
        raise RefusedError(f"The array {path[:80]!r} lies in another file.")
    return group


def names_in(group: Any) -> list[str]:
    """Return the names of what lies in a group, at most MOST_ENTRIES."""
    names = []
    for name in group:
        names.append(str(name))
        if len(names) > MOST_ENTRIES:
            raise RefusedError(f"It holds more than {MOST_ENTRIES:,} entries.")
    return names


def below(group: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield (path, array) for every array below a group."""
    if depth > DEEPEST:
        raise RefusedError(f"Its groups lie more than {DEEPEST} deep.")
    for name in names_in(group):
        entry = entry_at(group, name)
        inner = f"{path}/{name}".lstrip("/")
        if isinstance(entry, h5py.Dataset):
            yield inner, entry
        elif isinstance(entry, h5py.Group):
            yield from below(entry, inner, depth + 1)


def text_attribute(entry: Any, name: str) -> str | None:
    """Return an attribute that is text, None where it is not there or is something else."""
    value = entry.attrs.get(name)
    if isinstance(value, np.ndarray) and value.shape == ():
        value = value.item()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value) if isinstance(value, str) else None


def names_attribute(entry: Any, name: str) -> list[str] | None:
    """Return an attribute that is a list of names, also where Keras has cut it into pieces."""
    pieces = [entry.attrs[name]] if name in entry.attrs else []
    while not pieces or f"{name}{len(pieces)}" in entry.attrs:
        part = f"{name}{len(pieces)}"
        if part not in entry.attrs:
            return None
        pieces.append(entry.attrs[part])
    found = [each for piece in pieces for each in np.asarray(piece).reshape(-1).tolist()]
    return [each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each)
            for each in found]  # fmt: skip
