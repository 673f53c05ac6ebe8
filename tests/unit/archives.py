"""Archives made for tests: sound ones, and those that an attacker would send."""

from __future__ import annotations

import io
import json
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path


def notebook(source: str = "x = 1") -> bytes:
    """A notebook with one code cell."""
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": source}
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    ).encode()


def zipped(path: Path, files: Mapping[str, bytes]) -> Path:
    """Write a zip archive of files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def tarred(path: Path, files: Mapping[str, bytes | tarfile.TarInfo]) -> Path:
    """Write a tar archive of files, compressed as its name says; a TarInfo stands for itself."""
    method = {".gz": "w:gz", ".bz2": "w:bz2", ".xz": "w:xz", ".tar": "w"}[path.suffix]
    with tarfile.open(path, method) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            if isinstance(data, tarfile.TarInfo):
                archive.addfile(data)
                continue
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """A link or a device, as a tar holds it."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def overlapping(path: Path, names: list[str], data: bytes) -> Path:
    """Write a zip of which all members are one and the same piece of the file."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush()
    told = (zlib.crc32(data), len(packed), len(data))
    first = names[0].encode()
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, *told, len(first), 0)
    table = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 33, *told, len(name), *([0] * 6))
        + name.encode()
        for name in names
    )
    body = local + first + packed
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(names), len(names), len(table), len(body), 0)
    path.write_bytes(body + table + end)
    return path
