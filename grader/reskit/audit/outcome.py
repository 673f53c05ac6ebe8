"""What one test says about one program."""

from __future__ import annotations

from dataclasses import dataclass

from reskit.network.difference import Difference


@dataclass(frozen=True)
class Outcome:
    """Whether a program passed a test, what the test said, and the differences it named."""

    passed: bool
    said: str = ""
    differences: tuple[Difference, ...] = ()
