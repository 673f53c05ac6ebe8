"""Plain text: what a submission wrote, made harmless to show."""

from __future__ import annotations

import re

LIMIT = 4000  # characters of one value that are shown; more is nothing a person reads

# Control characters move the cursor or colour a terminal, bidirectional controls reorder what
# is read, lone surrogates cannot be encoded. Tab and newline stay.
HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
# Marks that stand on the letter before them; a pile of them covers the lines above and below.
PILED_UP = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)


def plain(text: str, limit: int = LIMIT) -> str:
    """Return `text` with harmful characters written as escapes, cut at `limit` characters."""
    unified = text.replace("\r\n", "\n")
    cut = unified if len(unified) <= limit else unified[:limit] + " … (cut)"
    harmless = HARMFUL.sub(lambda match: f"\\u{ord(match.group()):04x}", cut)
    return PILED_UP.sub(r"\1…", harmless)


def one_line(text: str, limit: int = 300) -> str:
    """Return `text` on one line, harmless, cut at `limit` characters."""
    return plain(" ".join(text.split()), limit)


def points_text(score: float, max_score: float) -> str:
    """Return "22.5 of 30 points"."""
    return f"{number_text(score)} of {number_text(max_score)} points"


def number_text(number: float) -> str:
    """Return a number of points with at most two decimals and no idle zeros."""
    return f"{round(number, 2):g}"
