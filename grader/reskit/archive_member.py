"""What an archive says of one of its files."""

from __future__ import annotations

from dataclasses import dataclass


class ArchiveError(Exception):
    """The archive, or a file in it, cannot be read; the message says why."""


@dataclass(frozen=True)
class Member:
    """One file of an archive, as it calls itself, or why it is not taken."""

    name: str  # with / between folders
    place: int  # where its reader finds it
    size: int  # bytes
    problem: str | None = None


NOT_A_FILE = "This is a link or a device, not a file. Hand in the notebook itself."
