"""A model file, read: its configuration as data, and its weights as arrays."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reskit.weights.opened import LARGEST_MODEL, UnreadableFileError, opened
from reskit.weights.shut_away import plain_text, read_shut_away


@dataclass(frozen=True)
class StoredWeight:
    """One array of a model file, and where it lay."""

    group: str  # the outermost layer
    layer: str  # the layer's own name, or its path by classes and numbers
    name: str  # "kernel", or its number where the file gives none
    values: Any  # float32


@dataclass(frozen=True)
class ModelFile:
    """What a model file holds."""

    path: Path
    sha256: str
    size: int  # bytes
    keras: str | None  # the version that wrote it
    layout: str  # "layers" where weights lie by the names of layers, "paths" by class and number
    config: Any  # of the whole model, None where the file holds weights alone
    weights: tuple[StoredWeight, ...]

    @property
    def form(self) -> str:
        """Return in words what kind of file this is."""
        if self.layout == "paths":
            return "weights alone" if self.config is None else "Keras archive"
        return "weights alone, HDF5" if self.config is None else "full model, HDF5"


def read_model_file(path: Path, *, follow: bool = True) -> ModelFile:
    """Return what the model file at `path` holds. No object of it is made, no code of it run.

    Raises UnreadableFileError. Without `follow` a link is not opened.
    """
    with opened(path, LARGEST_MODEL, follow=follow) as handle:
        received = read_shut_away("model", handle)
        digest, size = _digest(handle), os.fstat(handle).st_size
    header = received.header
    layout, version = header.get("layout"), header.get("keras")
    if layout not in ("layers", "paths"):
        raise UnreadableFileError("What the reader sent cannot be: an unknown layout.")
    return ModelFile(
        path=path,
        sha256=digest,
        size=size,
        keras=None if version is None else plain_text(version, 20),
        layout=layout,
        config=_config(header.get("config")),
        weights=tuple(
            StoredWeight(
                plain_text(entry.get("group"), 200),
                plain_text(entry.get("layer"), 200),
                plain_text(entry.get("weight"), 200),
                values,
            )
            for entry, values in zip(header["arrays"], received.arrays, strict=True)
        ),
    )


def _config(text: Any) -> Any:
    if text is None:
        return None
    try:
        return json.loads(str(text))
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(
            f"The model's configuration is not JSON ({error!s:.100}). Save the model again."
        ) from error


def _digest(handle: int) -> str:
    os.lseek(handle, 0, os.SEEK_SET)
    digest = hashlib.sha256()
    while piece := os.read(handle, 1 << 20):
        digest.update(piece)
    return digest.hexdigest()
