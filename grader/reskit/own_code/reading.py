"""The reading of functions: a process that tells their steps, and what asks it.

Source can break or hang a parser, so a learner's is read in a process that holds nothing else.
"""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from typing import Any

from reskit.own_code.steps import Step, UnclearError, Written, steps_of
from reskit.probe.frames import receive, send
from reskit.probe.limits import set_limits
from reskit.probe.parsing import ParsingProcess

MEMORY_MIB, CPU_SECONDS = 2048, 3600  # of the process, for a whole class


class Reading:
    """Tells the steps of functions; the process begins when it is first asked."""

    def __init__(self) -> None:
        self._parsing = ParsingProcess("reskit.own_code.reading")

    def steps(self, text: str) -> Written | None:
        """Return the steps of the function that `text` defines; None where they are not clear."""
        told = self._parsing.ask({"text": text}) or {}
        return _written(told["written"]) if told.get("written") else None

    def close(self) -> None:
        """End the process."""
        self._parsing.close()


def _written(data: dict[str, Any]) -> Written:
    steps = tuple(Step(**{**each, "inputs": tuple(each["inputs"])}) for each in data["steps"])
    returns = data["returns"]
    return Written(steps, data["result"], returns and tuple(returns), tuple(data["end"]))


def main() -> None:
    """Answer functions from standard input with their steps until it ends."""
    set_limits(MEMORY_MIB, CPU_SECONDS)
    functions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while (function := receive(functions)) is not None:
        try:
            written = asdict(steps_of(function["text"]))
        except UnclearError:
            written = None
        send(answers, {"written": written})


if __name__ == "__main__":
    main()
