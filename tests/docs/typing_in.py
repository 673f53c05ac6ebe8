"""Type what a page says into one shell, from its first block to its last."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from blocks import Step

MARK = "\x1e"  # between the outputs of two steps
BEGUN = re.compile(MARK + r"(\d+)\n")


class PageError(AssertionError):
    """A step did not do what its page says; the message shows the step and what came of it."""


@dataclass(frozen=True)
class Done:
    """A step that was typed, and what it printed."""

    step: Step
    printed: str
    seconds: float


def type_in(
    steps: Iterable[Step], folder: Path, environment: Mapping[str, str], patience: float
) -> list[Done]:
    """Run the steps one after the other in a shell that begins in `folder`.

    What a step exports, defines or changes into holds for those after it. Raises PageError at the
    first one that ends with another status than 0, prints something else than its page shows, or
    is not done when `patience`, in seconds for all of them, is at its end. A step of which the
    page shows the output may end with any status.
    """
    steps = list(steps)
    shell = subprocess.Popen(
        ["timeout", str(patience), "bash", "-c", _script(steps)],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert shell.stdout is not None
    began = [time.monotonic()] * (len(steps) + 1)
    printed: list[list[str]] = [[] for _ in steps]
    number = 0
    with shell:
        for line in shell.stdout:
            if begun := BEGUN.fullmatch(line):
                number = int(begun[1])
                began[number] = time.monotonic()
                print(f"{steps[number].place}: {steps[number].script.splitlines()[0]}", flush=True)
            else:
                printed[number].append(line)
    status = shell.returncode
    texts = ["".join(lines) for lines in printed]
    if status != 0:
        raise PageError(_told(steps[number], texts[number], f"It ended with status {status}."))
    for step, text in zip(steps, texts, strict=True):
        if step.shown is not None and not alike(step.shown, text):
            raise PageError(_told(step, text, f"The page shows:\n{step.shown}"))
    ends = [*began[1 : len(steps)], time.monotonic()]
    return [
        Done(step, text, end - begin)
        for step, text, begin, end in zip(steps, texts, began, ends, strict=False)
    ]


def alike(shown: str, printed: str) -> bool:
    """Return whether the output is what the page shows; a line of "…" stands for any lines."""
    pattern = "".join(
        "(?:.*\n)*" if line == "…" else re.escape(line) + "\n" for line in shown.strip().split("\n")
    )
    return re.fullmatch(pattern, printed.strip() + "\n") is not None


def _script(steps: list[Step]) -> str:
    lines = ["set -euo pipefail"]
    for number, step in enumerate(steps):
        lines.append(f"printf '\\n{MARK}%s\\n' {number}")
        if step.shown is None:
            lines.append(step.script)
        else:  # people see what the command says; how it gets on is for a terminal
            lines.append(f"{{ {step.script.strip()}\n}} 2> /dev/null || true")
    return "\n".join(lines)


def _told(step: Step, printed: str, why: str) -> str:
    return f"{step.place}\n{step.script}\n{why}\n\nIt printed:\n{printed[-6000:]}"
