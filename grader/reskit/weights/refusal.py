"""What the reader says of a file that it cannot give."""

from __future__ import annotations


class RefusedError(Exception):
    """The file is not what it should be, or holds what is not read; the message says which."""
