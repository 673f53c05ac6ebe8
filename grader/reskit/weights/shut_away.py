"""Have a file read by a process that is shut in, and take what it sends for a claim.

Nothing but messages of JSON and arrays of numbers comes back. Their number, types and sizes are
checked before anything is made of them.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

from reskit.missing import told_missing
from reskit.probe.frames import receive
from reskit.weights.opened import UnreadableFileError

DEADLINE_SECONDS = 120.0
LONGEST_MESSAGE = 24 << 20  # bytes; a configuration and the table of the weights
MOST_ARRAYS = 4_000
MOST_BYTES = 640 << 20  # of all arrays together
TYPES = {"model": ("<f4",), "images": ("|u1", "<i8"), "picture": ("|u1",)}  # the last one repeats
LAST_WORDS = 500


@dataclass(frozen=True)
class Received:
    """What the reader sent of one file."""

    header: dict[str, Any]
    arrays: tuple[Any, ...]


def read_shut_away(kind: str, handle: int, seconds: float = DEADLINE_SECONDS) -> Received:
    """Return what a file holds, read in a process of its own from the descriptor `handle`.

    `kind` is "model", "images" or "picture". Raises UnreadableFileError where the reader refuses
    the file, does not come to an end in time, or breaks down.
    """
    os.lseek(handle, 0, os.SEEK_SET)
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-I", "-m", "reskit.weights.reader", kind],
            stdin=handle,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=os.sep,
            env=_environment(),
            start_new_session=True,
        )
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        watch = threading.Timer(seconds, end)
        watch.start()
        try:
            assert process.stdout is not None
            found = _received(kind, process.stdout)
        except (OSError, ValueError) as error:
            raise UnreadableFileError(f"What the reader sent cannot be: {error!s:.200}.") from error
        finally:
            watch.cancel()
            process.kill()
            status = process.wait()
            if process.stdout is not None:
                process.stdout.close()
        if found is not None:
            return found
        log.seek(max(0, log.seek(0, os.SEEK_END) - LAST_WORDS))
        raise UnreadableFileError(_why(late.is_set(), seconds, status, log.read()))


def _environment() -> dict[str, str]:
    """Return a clean environment, in which HDF5 loads no plug-in."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    return {
        **kept,
        "HDF5_PLUGIN_PRELOAD": "::",
        "HDF5_USE_FILE_LOCKING": "FALSE",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _why(late: bool, seconds: float, status: int, words: bytes) -> str:
    if late:
        return f"Reading the file did not come to an end in {seconds:g} seconds."
    told = words.decode("utf-8", "replace").strip().split("\n")[-1]
    if missing := told_missing(told):
        return f"The file was not read: {missing}"
    return (
        "The file cannot be read: the process that reads it broke down on it "
        f"(status {status}{': ' + told if told else ''}). It is damaged, or made to do harm."
    )


def _received(kind: str, stream: IO[bytes]) -> Received | None:
    """Return header and arrays; None where the stream ends before."""
    header = receive(stream, LONGEST_MESSAGE)
    if header is None:
        return None
    _raise_refusal(header)
    entries = header.get("arrays")
    if not isinstance(entries, list) or len(entries) > MOST_ARRAYS:
        raise ValueError("no list of arrays")
    shapes = [_shape(entry) for entry in entries]
    types = [np.dtype(TYPES[kind][min(n, len(TYPES[kind]) - 1)]) for n in range(len(shapes))]
    sizes = [math.prod(shape) * kind.itemsize for shape, kind in zip(shapes, types, strict=True)]
    if sum(sizes) > MOST_BYTES:
        raise ValueError(f"{sum(sizes):,} bytes of arrays; {MOST_BYTES:,} are taken")
    arrays = []
    for shape, number_type, size in zip(shapes, types, sizes, strict=True):
        told = receive(stream, LONGEST_MESSAGE)
        if told is None:
            return None
        _raise_refusal(told)
        if told.get("bytes") != size:
            raise ValueError("an array of another size than was announced")
        data = stream.read(size)
        if len(data) < size:
            return None
        arrays.append(np.frombuffer(data, number_type).reshape(shape))
    return Received(header, tuple(arrays))


def _raise_refusal(message: dict[str, Any]) -> None:
    if "refused" in message:
        raise UnreadableFileError(plain_text(message["refused"], 1_000))


def plain_text(value: Any, most: int) -> str:
    """Return what a process or file that is not trusted says, cut short, without control signs."""
    return "".join(sign if sign.isprintable() else "�" for sign in str(value)[:most])


def _shape(entry: Any) -> tuple[int, ...]:
    sides = entry.get("shape") if isinstance(entry, dict) else None
    if not isinstance(sides, list) or len(sides) > 6:
        raise ValueError("an array without a shape")
    if not all(type(side) is int and 0 <= side < 2**31 for side in sides):
        raise ValueError(f"{sides!r:.60} is no shape")
    return tuple(sides)
