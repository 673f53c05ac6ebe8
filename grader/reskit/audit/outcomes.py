"""What was found out in an audit so far, kept line by line, so that it can be gone on with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reskit.audit.outcome import Outcome
from reskit.audit.programs import Program
from reskit.network.difference import Difference


class Outcomes:
    """The outcomes of one version of the kit; those of another version are left aside."""

    def __init__(self, path: Path, version: str) -> None:
        self._path = path
        self._version = version
        self._known: dict[tuple[str, str], Outcome] = {}
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            for line in text.splitlines():
                self._read(line)
            if text and not text.endswith("\n"):  # the run was killed while it wrote
                path.write_text(text + "\n", encoding="utf-8")

    def _read(self, line: str) -> None:
        try:
            entry = json.loads(line)
        except ValueError:  # the line that was being written when the run was killed
            return
        if entry["version"] == self._version:
            told = tuple(Difference(**difference) for difference in entry["differences"])
            key = entry["test"], entry["program"]
            self._known[key] = Outcome(entry["passed"], entry["said"], told)

    def known(self, test: str, program: Program) -> Outcome | None:
        """Return what the test said of the program, None where it was not asked."""
        return self._known.get((test, _key(program)))

    def of(self, test: str, programs: Mapping[str, Program]) -> dict[str, Outcome]:
        """Return {name: outcome} of the programs that the test was asked about."""
        found = {name: self.known(test, program) for name, program in programs.items()}
        return {name: outcome for name, outcome in found.items() if outcome is not None}

    def add(self, test: str, program: Program, outcome: Outcome) -> None:
        """Keep an outcome, in memory and on disk."""
        self._known[test, _key(program)] = outcome
        entry: dict[str, Any] = {"version": self._version, "test": test, "program": _key(program)}
        entry |= {"passed": outcome.passed, "said": outcome.said}
        entry["differences"] = [asdict(difference) for difference in outcome.differences]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, default=list) + "\n")


def _key(program: Program) -> str:
    return hashlib.sha256(f"{program.function}\n{program.text}".encode()).hexdigest()
