"""Writes the model files whose structure was recorded, with weights from a formula."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from formula import formula_weight

FOLDER = Path(__file__).parent
NAMES = sorted(path.name.removesuffix(".json.gz") for path in FOLDER.glob("*.json.gz"))

Change = Callable[[dict[str, Any]], None]


def structure(name: str) -> dict[str, Any]:
    """Return a recorded structure."""
    found: dict[str, Any] = json.loads(gzip.decompress((FOLDER / f"{name}.json.gz").read_bytes()))
    return found


def write_model_file(name: str, folder: Path, change: Change = lambda _: None) -> Path:
    """Write the model file with this structure into `folder`; `change` may alter it before."""
    told = structure(name)
    change(told)
    path = folder / told["file"]
    if not told["members"]:
        with h5py.File(path, "w", libver="v110") as file:
            _fill(file, told)
        return path
    data = io.BytesIO()
    with h5py.File(data, "w", libver="v110") as file:
        _fill(file, told)
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in told["members"].items():
            archive.writestr(member, text)
        archive.writestr("model.weights.h5", data.getvalue())
    return path


def _fill(file: h5py.File, told: dict[str, Any]) -> None:
    for name, attributes in told["groups"].items():
        _describe(file.require_group(name), attributes)
    for name, entry in told["datasets"].items():
        dataset = file.create_dataset(name, data=_value(entry), track_times=False)
        _describe(dataset, entry.get("attributes", {}))
    _describe(file, told["attributes"])


def _value(entry: dict[str, Any]) -> Any:
    if "value" in entry:
        data = base64.b64decode(entry["value"])
        return np.frombuffer(data, entry["type"]).reshape(entry["shape"])
    return formula_weight(*entry["weight"], tuple(entry["shape"])).astype(entry["type"])


def _describe(entry: Any, attributes: dict[str, Any]) -> None:
    for key, value in attributes.items():
        entry.attrs[key] = _attribute(value)


def _attribute(value: Any) -> Any:
    if isinstance(value, dict):
        return value["bytes"].encode()
    if isinstance(value, list):
        return [_attribute(entry) for entry in value] or np.zeros(0)
    return value
