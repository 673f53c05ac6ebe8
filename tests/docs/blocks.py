"""The blocks of a page: what it tells people to type, and what they are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SHELLS = ("sh", "console")
ONCE = "once"  # run by the walk in a fresh clone alone, because it takes long
NOT_RUN = "not run"
MARKS = (ONCE, NOT_RUN)
FENCE = re.compile(
    r"(?:<!-- (?P<mark>[a-z ]+): (?P<reason>[^\n]+) -->\n)?"
    r"^```(?P<language>\w+)\n(?P<text>.*?)^```",
    flags=re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Step:
    """Something to type at a shell."""

    place: str  # page and line
    script: str
    shown: str | None = None  # what the page says is then shown; None where it does not say


@dataclass(frozen=True)
class Block:
    """A block of shell commands, with the mark that stands above it."""

    page: Path
    line: int
    language: str
    text: str
    mark: str = ""
    reason: str = ""

    @property
    def place(self) -> str:
        """The page and the line on which the block begins."""
        return f"{self.page.name}:{self.line}"

    def steps(self) -> Iterator[Step]:
        """Yield what is to be typed: the whole block, or each line after a `$` of a console."""
        if self.language == "sh":
            yield Step(self.place, self.text)
            return
        for piece in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]:
            command, _, shown = piece.partition("\n")
            yield Step(self.place, command + "\n", shown)


def blocks(page: Path) -> list[Block]:
    """Return the shell blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in FENCE.finditer(text):
        if match["language"] in SHELLS:
            mark = match["mark"] if match["mark"] in MARKS else ""
            line = text.count("\n", 0, match.start("language")) + 1
            found.append(
                Block(page, line, match["language"], match["text"], mark, match["reason"] or "")
            )
    return found
