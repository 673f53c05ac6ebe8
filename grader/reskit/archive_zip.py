"""Zip archives, as learning platforms make them, and as attackers do.

The layout: PKWARE's APPNOTE.TXT, sections 4.3 and 4.4.
"""

from __future__ import annotations

import contextlib
import io
import stat
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from typing import IO

from reskit.archive_member import NOT_A_FILE, ArchiveError, Member
from reskit.submission import LARGEST_FILE

LARGEST_DIRECTORY = 8 << 20  # bytes of the table of contents; 20,000 members have under 4 MiB
HEADER = 30  # bytes before a member's name, at least
DENSEST = 200  # times that a member may be smaller in the archive; a notebook is at most 30
SMALL = 1 << 20  # bytes; a smaller member may be as dense as it likes
ENCRYPTED, NAME_IS_UTF8 = 0x1, 0x800  # flags of a member
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may ask for gigabytes to unpack


class _Capped(io.BufferedReader):
    """A file that gives no more at once than `most` bytes."""

    most = LARGEST_DIRECTORY

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes; raises ArchiveError for more than `most`."""
        wanted = self.most + 1 if size is None or size < 0 else size
        data = super().read(min(wanted, self.most + 1))
        if len(data) > self.most:
            raise ArchiveError("The table of contents of the archive is too long, or damaged.")
        return data


class ZipReader:
    """The members of a zip archive."""

    def __init__(self, file: IO[bytes], stack: contextlib.ExitStack) -> None:
        """Read the table of contents; `stack` closes what is opened."""
        capped = stack.enter_context(_Capped(io.FileIO(file.fileno(), closefd=False)))
        self._zip = stack.enter_context(zipfile.ZipFile(capped))
        capped.most = LARGEST_FILE + HEADER

    def members(self) -> Iterator[Member]:
        """Yield the files in the order of the table of contents."""
        infos = self._zip.infolist()
        laid_over = _laid_over(infos)
        for place, info in enumerate(infos):
            if not info.is_dir():
                problem = _problem(info) or (
                    "This file lies over another one in the archive, as in a bomb."
                    if place in laid_over
                    else None
                )
                yield Member(_name(info), place, info.file_size, problem)

    def read(self, member: Member) -> bytes:
        """Return the bytes of a member, one more than it says if there are more."""
        with self._zip.open(self._zip.infolist()[member.place]) as file:
            return file.read(member.size + 1)


def _name(info: zipfile.ZipInfo) -> str:
    """Return the name; some programs write UTF-8 and do not say so."""
    name = info.filename
    if not info.flag_bits & NAME_IS_UTF8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _problem(info: zipfile.ZipInfo) -> str | None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return NOT_A_FILE
    if info.flag_bits & ENCRYPTED:
        return "The file is encrypted. Hand in the notebook without a password."
    if info.compress_type not in METHODS:
        return "The file is packed by an unusual method. Make the archive anew, as a plain zip."
    if info.file_size > max(SMALL, DENSEST * info.compress_size):
        return (
            f"The file would unpack to {info.file_size / max(1, info.compress_size):.0f} times "
            "its size in the archive, as a bomb does. Hand in the notebook by itself."
        )
    return None


def _laid_over(infos: list[zipfile.ZipInfo]) -> set[int]:
    """Return the places of members whose bytes reach into the next one's."""
    order = sorted(range(len(infos)), key=lambda place: infos[place].header_offset)
    found = set()
    for here, following in pairwise(order):
        end = infos[here].header_offset + HEADER + infos[here].compress_size
        if end > infos[following].header_offset:
            found |= {here, following}
    return found
