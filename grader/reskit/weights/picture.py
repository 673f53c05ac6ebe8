"""A picture as a network sees it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reskit.weights.opened import LARGEST_PICTURE, UnreadableFileError, opened
from reskit.weights.shut_away import read_shut_away

SEEN = (64, 64, 3)


@dataclass(frozen=True)
class Picture:
    """One picture: how large it was, and what is left of it."""

    size: tuple[int, int]  # width and height in the file
    pixels: Any  # uint8 (64, 64, 3)


def read_picture(path: Path) -> Picture:
    """Return the picture at `path`, read in a process of its own. Raises UnreadableFileError."""
    with opened(path, LARGEST_PICTURE) as handle:
        received = read_shut_away("picture", handle)
    size = received.header.get("size")
    shapes = [array.shape for array in received.arrays]
    if shapes != [SEEN] or not isinstance(size, list) or len(size) != 2:
        raise UnreadableFileError("What the reader sent cannot be: no picture of 64×64 pixels.")
    return Picture((int(size[0]), int(size[1])), received.arrays[0])
