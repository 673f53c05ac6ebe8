"""Archives of files, zip and tar: read member by member; nothing is ever unpacked to a folder.

A member is a name that is not trusted and bytes that are capped. What is a link or a device, leads
elsewhere, is a bomb, encrypted or broken comes as a sentence that says so.
"""

from __future__ import annotations

import contextlib
import os
import stat
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO

from reskit.archive_member import ArchiveError, Member
from reskit.archive_tar import TarReader
from reskit.archive_zip import ZipReader
from reskit.submission import LARGEST_FILE

ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
MOST_MEMBERS = 20_000  # a class of a thousand, with all that lies beside their notebooks
LARGEST_WHOLE = 2 << 30  # bytes, all members together


def is_archive(path: PurePosixPath | Path) -> bool:
    """Return whether a file is called as archives are."""
    return path.name.lower().endswith(ENDINGS)


class Archive:
    """An open archive; close it after use, or use it as a context manager.

    `members` are the files in it; `ends_early` says why there may be more, or is None.
    """

    def __init__(self, path: Path) -> None:
        """Open the archive; raises ArchiveError where its table of contents cannot be read."""
        self._stack = contextlib.ExitStack()
        try:
            file = self._stack.enter_context(_opened(path))
            kind = ZipReader if path.name.lower().endswith(".zip") else TarReader
            self._reader: ZipReader | TarReader = kind(file, self._stack)
        except ArchiveError:
            self._stack.close()
            raise
        except Exception as error:  # the readers raise whatever a stranger's bytes provoke
            self._stack.close()
            raise ArchiveError(f"The archive cannot be read: {_told(error)}.") from error
        self.members, self.ends_early = _listed(self._reader)

    def read(self, member: Member) -> bytes:
        """Return the bytes of a member; raises ArchiveError where they are not what was said."""
        try:
            data = self._reader.read(member)
        except Exception as error:  # the same
            raise ArchiveError(f"The file is damaged: {_told(error)}.") from error
        if len(data) != member.size:
            raise ArchiveError("The file is damaged: it has another length than the archive says.")
        return data

    def close(self) -> None:
        """Close the file, and what was made to read it."""
        self._stack.close()

    def __enter__(self) -> Archive:
        """Return the archive."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the archive."""
        self.close()


def _opened(path: Path) -> IO[bytes]:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise ArchiveError(f"The archive cannot be opened: {error.strerror}.") from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise ArchiveError("This is not a regular file.")
    return os.fdopen(handle, "rb")


def _told(error: BaseException) -> str:
    return " ".join(str(error).split())[:160].rstrip(".") or type(error).__name__


def _listed(reader: ZipReader | TarReader) -> tuple[tuple[Member, ...], str | None]:
    """Return the files of an archive, told what is wrong with each, and why the list ends early."""
    found: list[Member] = []
    whole = 0
    try:
        for member in reader.members():
            whole += member.size
            if len(found) == MOST_MEMBERS:
                raise ArchiveError(f"The archive holds more than {MOST_MEMBERS} files.")
            if whole > LARGEST_WHOLE:
                raise ArchiveError(f"The archive unpacks to over {LARGEST_WHOLE >> 20} MiB.")
            found.append(member)
    except ArchiveError as error:
        return _checked(found), str(error)
    except Exception as error:  # the readers raise whatever a stranger's bytes provoke
        return _checked(found), f"The archive is cut off or damaged: {_told(error)}."
    return _checked(found), None


def _checked(members: Iterable[Member]) -> tuple[Member, ...]:
    first: dict[str, Member] = {}
    found = []
    for member in members:
        problem = member.problem or _wrong_name(member.name) or _wrong_size(member.size)
        before = first.setdefault(_alike(member.name), member)
        if problem is None and before is not member:
            problem = _told_twice(before.name, member.name)
        found.append(replace(member, problem=problem))
    return tuple(found)


def _told_twice(first: str, second: str) -> str:
    names = first if first == second else f"{first} and {second}, which some computers cannot tell"
    return (
        f"The archive holds two files called {names}. Only the first of them is graded; "
        "find out which of them is meant."
    )


def _alike(name: str) -> str:
    """Return what two names have in common that some file system takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _wrong_name(name: str) -> str | None:
    path = PurePosixPath(name)
    has_drive = len(name) > 1 and name[1] == ":" and name[0].isascii() and name[0].isalpha()
    if path.is_absolute() or has_drive or ".." in path.parts:
        return "The name of this file leads out of the archive. Hand in the notebook by itself."
    return None


def _wrong_size(size: int) -> str | None:
    if size <= LARGEST_FILE:
        return None
    return (
        f"The file has {size >> 20} MiB; at most {LARGEST_FILE >> 20} are read. "
        "Clear the outputs of the cells, save, and hand in again."
    )
