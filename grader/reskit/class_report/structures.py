"""The structure of learners' functions, told by a process that parses them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from types import TracebackType

from reskit.probe.parsing import ParsingProcess

LONGEST = 200_000  # characters of the cells that define the functions


@dataclass(frozen=True)
class Structure:
    """The tokens of each function, and the words of all (see `reskit.probe.structure`)."""

    tokens: dict[str, list[str]]
    words: frozenset[str]


class Structures:
    """Asks the parsing process; it starts when it is first needed. Use it as a context manager."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = list(names)
        self._parsing = ParsingProcess("reskit.probe.structure")

    def of(self, cells: Sequence[str]) -> Structure | None:
        """Return the structure of the functions in code cells; None where it cannot be told."""
        told = self._asked({"cells": self._needed(cells), "names": self._names})
        functions = told.get("functions")
        if not isinstance(functions, dict) or not functions:
            return None
        return Structure(
            {name: each["tokens"] for name, each in functions.items()},
            frozenset(word for each in functions.values() for word in each["words"]),
        )

    def shown(self, cells: Sequence[str], name: str, kept: Collection[str]) -> str | None:
        """Return the source of a function with all words hidden but `kept`, None without one."""
        question: dict[str, object] = {
            "cells": self._needed(cells),
            "name": name,
            "kept": list(kept),
        }
        code = self._asked(question).get("code")
        return code if isinstance(code, str) else None

    def _needed(self, cells: Sequence[str]) -> list[str]:
        """Return the cells that may define one of the functions: there is no need for the rest."""
        return [cell for cell in cells if any(f"def {name}" in cell for name in self._names)]

    def _asked(self, question: dict[str, object]) -> dict[str, object]:
        cells = question["cells"]
        if not isinstance(cells, list) or not 0 < sum(map(len, cells)) <= LONGEST:
            return {}
        return self._parsing.ask(question) or {}

    def close(self) -> None:
        """End the process."""
        self._parsing.close()

    def __enter__(self) -> Structures:
        """Return this."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process."""
        self.close()
