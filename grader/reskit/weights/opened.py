"""A file of somebody's, opened without a look into it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LARGEST_MODEL = 640 << 20  # bytes; a ResNet-50 with Adam's two moments has 283 MB
LARGEST_DATA = 640 << 20
LARGEST_PICTURE = 128 << 20


class UnreadableFileError(Exception):
    """The file cannot be read; the message says what was found, expected, and can be done."""


@contextmanager
def opened(path: Path, largest: int, *, follow: bool = True) -> Iterator[int]:
    """Give the descriptor of a regular file of at most `largest` bytes.

    Raises UnreadableFileError. Without `follow` a link is not opened.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
    try:
        handle = os.open(path, flags)
    except OSError as error:
        raise UnreadableFileError(f"The file cannot be opened: {error.strerror}.") from error
    except ValueError as error:  # a zero byte in its name
        raise UnreadableFileError(f"The file cannot be opened: {error}.") from error
    try:
        about = os.fstat(handle)
        if stat.S_ISDIR(about.st_mode):
            raise UnreadableFileError(
                "This is a folder, as TensorFlow's SavedModel is one. Expected one file: save the "
                'model with model.save("model.keras") or model.save("model.h5").'
            )
        if not stat.S_ISREG(about.st_mode):
            raise UnreadableFileError("This is not a regular file.")
        if about.st_size > largest:
            raise UnreadableFileError(
                f"The file has {about.st_size:,} bytes; at most {largest:,} are read."
            )
        yield handle
    finally:
        os.close(handle)
