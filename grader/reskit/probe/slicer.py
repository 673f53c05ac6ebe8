"""The slicer: a process that tells what the exercises need of a program, as text.

It parses what a stranger wrote, so it stands apart: source that breaks the parser breaks only it.
"""

from __future__ import annotations

import ast
import os
import sys
from typing import Any

from reskit.probe.frames import receive, send
from reskit.probe.program import needed, read_program


def slice_text(cells: list[str], exercises: list[str]) -> str:
    """Return the statements that the exercises need, in one form whatever they were written in."""
    return "\n".join(
        ast.unparse(statement.node) for statement in needed(read_program(cells), exercises)
    )


def main() -> None:
    """Answer programs from standard input with their slices until it ends."""
    programs, slices = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while (program := receive(programs)) is not None:
        send(slices, _sliced(program))


def _sliced(program: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"needed": slice_text(program["cells"], program["exercises"])}
    except Exception:  # whatever the parser says of a program that cannot be sliced
        return {"needed": None}


if __name__ == "__main__":
    main()
