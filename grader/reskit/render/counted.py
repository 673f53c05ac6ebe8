"""Numbers of things in words."""

from __future__ import annotations


def counted(count: int, thing: str) -> str:
    """Return "1 learner" or "3 learners"."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
