"""Tar archives, plain or compressed with gzip, bzip2 or xz."""

from __future__ import annotations

import bz2
import contextlib
import lzma
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

from reskit.archive_member import NOT_A_FILE, ArchiveError, Member

LARGEST_WHOLE = 2 << 30  # bytes of the tar itself, unpacked
LARGEST_HEADER = 1 << 20  # bytes that may be read at once for the name of a member
MOST_HEADERS = 200_000  # reads, so that a table that leads back to itself comes to an end
AT_ONCE = 1 << 20
XZ_MEMORY = 256 << 20
MAGIC = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz"}


class _Headers:
    """A file from which only headers are read: a few bytes at once, and not for ever."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._left = file, MOST_HEADERS

    def read(self, size: int) -> bytes:
        self._left -= 1
        if self._left < 0 or not 0 <= size <= LARGEST_HEADER:
            raise ArchiveError("A header of the archive is damaged.")
        return self._file.read(size)

    def seek(self, place: int) -> int:
        return self._file.seek(place)

    def tell(self) -> int:
        return self._file.tell()


class TarReader:
    """The members of a tar archive."""

    def __init__(self, file: IO[bytes], stack: contextlib.ExitStack) -> None:
        """Unpack the compression into a file without a name; `stack` closes what is opened."""
        self._file, self._is_whole = _unpacked(file, stack)
        self._tar = tarfile.TarFile(fileobj=_Headers(self._file))  # type: ignore[arg-type]  # it reads headers alone
        stack.callback(self._tar.close)
        self._seen: dict[int, tarfile.TarInfo] = {}

    def members(self) -> Iterator[Member]:
        """Yield the files in order; raises ArchiveError, or what tarfile raises, for damage."""
        while (info := self._tar.next()) is not None:
            if info.offset in self._seen:
                raise ArchiveError("The archive is damaged: it leads back to its beginning.")
            self._seen[info.offset] = info
            if not info.isdir():
                sound = info.type in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)
                plain = sound and info.sparse is None and info.size >= 0
                size = info.size if plain else 0
                yield Member(info.name, info.offset, size, None if plain else NOT_A_FILE)
        if not self._is_whole or not self._ends_here():
            raise ArchiveError("The archive is cut off or damaged; there may have been more in it.")

    def _ends_here(self) -> bool:
        """Return whether an end stands where tarfile stopped; it stops at damage too."""
        self._file.seek(self._tar.offset - tarfile.BLOCKSIZE)
        last, following = self._file.read(tarfile.BLOCKSIZE), self._file.read(tarfile.BLOCKSIZE)
        return not last.strip(b"\0") or not following.strip(b"\0")

    def read(self, member: Member) -> bytes:
        """Return the bytes of a member."""
        self._file.seek(self._seen[member.place].offset_data)
        return self._file.read(member.size)


def _unpacked(file: IO[bytes], stack: contextlib.ExitStack) -> tuple[IO[bytes], bool]:
    """Return the tar itself, and whether it is whole.

    What was compressed lies in a file that has no name and is gone when it is closed.
    """
    start = file.read(6)
    file.seek(0)
    method = next((name for magic, name in MAGIC.items() if start.startswith(magic)), None)
    if method is None:
        return file, True
    plain = stack.enter_context(tempfile.TemporaryFile(prefix="reskit-"))  # noqa: SIM115  # the stack closes it
    is_whole, left = True, LARGEST_WHOLE
    try:
        for piece in _pieces(file, method):
            left -= len(piece)
            if left < 0:
                raise ArchiveError(f"The archive unpacks to over {LARGEST_WHOLE >> 20} MiB.")
            plain.write(piece)
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError):
        is_whole = False  # what came before the damage is there
    plain.seek(0)
    return plain, is_whole


def _pieces(file: IO[bytes], method: str) -> Iterator[bytes]:
    """Yield what the file holds, unpacked, in pieces of a limited size; EOFError if cut off."""
    data = file.read(AT_ONCE)
    while data.strip(b"\0"):
        unpacker, piece = _unpacker(method), b""
        while not unpacker.eof:
            if not data and len(piece) < AT_ONCE:
                data = file.read(AT_ONCE)
                if not data:
                    raise EOFError
            piece = unpacker.decompress(data, AT_ONCE)
            data = getattr(unpacker, "unconsumed_tail", b"")
            yield piece
        data = unpacker.unused_data or file.read(AT_ONCE)


def _unpacker(method: str) -> Any:
    if method == "gzip":
        return zlib.decompressobj(wbits=31)
    if method == "bzip2":
        return bz2.BZ2Decompressor()
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY)
