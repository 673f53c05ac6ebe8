"""The excerpt: one function as its learner wrote it, found in the cells of the notebook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_LINES = 200  # of a function that is shown; the longest right answer known has 130
SOFT_END = re.compile(r"[^\W\d]|[@%!]")  # what begins a statement at the left edge, or a magic
CONTINUES = re.compile(r"(else|elif|except|finally|and|or|not|in|if|for|is|lambda)\b")


@dataclass(frozen=True)
class Excerpt:
    """One function of a notebook."""

    cell: int  # which of the code cells, counted from 1
    first_line: int  # of the cell, counted from 1
    lines: tuple[str, ...]
    is_cut: bool = False  # whether it goes on after what is here

    @property
    def text(self) -> str:
        """Return the function as one text."""
        return "\n".join(self.lines) + "\n"

    @property
    def numbers(self) -> range:
        """Return the numbers of its lines in the cell."""
        return range(self.first_line, self.first_line + len(self.lines))


def excerpt(cells: Sequence[str], name: str) -> Excerpt | None:
    """Return the function called `name` as it stands last in the code cells, None without one.

    The text need not be Python: what begins with the definition is taken, up to the next line
    that begins at the left edge.
    """
    begins = re.compile(rf"(async )?def {re.escape(name)}\b")
    for number in reversed(range(len(cells))):
        lines = cells[number].split("\n")
        starts = [place for place, line in enumerate(lines) if begins.match(line)]
        if starts:
            return _cut_out(number + 1, lines, starts[-1])
    return None


def _cut_out(cell: int, lines: Sequence[str], start: int) -> Excerpt:
    end = start + 1
    quoted = _quotes_open("", lines[start])
    while end < len(lines):
        line = lines[end]
        if not quoted and SOFT_END.match(line) and not CONTINUES.match(line):
            break
        quoted = _quotes_open(quoted, line)
        end += 1
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    kept = lines[start : min(end, start + MOST_LINES)]
    return Excerpt(cell, start + 1, tuple(kept), is_cut=end - start > MOST_LINES)


QUOTES = re.compile(r"'''|\"\"\"|#")


def _quotes_open(quoted: str, line: str) -> str:
    """Return which triple quotes are open after the line, given those that were open before it.

    A quote inside a string of one line is taken for one that counts; the excerpt is then longer.
    """
    for found in QUOTES.findall(line):
        if found == quoted:
            quoted = ""
        elif not quoted:
            if found == "#":
                break
            quoted = found
    return quoted
