"""How far a grading run is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

LINE_SECONDS = 10.0  # between two lines where there is no terminal


@dataclass
class GradingProgress:
    """Tells how many are done, how many have a fault, the rate, the time left, the slowest."""

    total: int
    console: Console
    clock: Callable[[], float] = time.monotonic
    done: int = 0
    faults: int = 0
    _slowest: tuple[float, str] = (0.0, "")
    _begun: float = field(init=False)
    _told: float = field(init=False)
    _bar: Progress = field(init=False)

    def __post_init__(self) -> None:
        """Start the clock."""
        self._begun = self._told = self.clock()
        self._bar = Progress(
            TextColumn("grading"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self.console,
            disable=not self.console.is_terminal,
            transient=True,
        )
        self._bar.add_task("starting", total=self.total)

    def advance(self, *, fault: bool, slowest: tuple[float, str]) -> None:
        """Count one more submission; `slowest` is the longest yet, in seconds, and whose."""
        self.done += 1
        self.faults += fault
        self._slowest = slowest
        self._bar.update(self._bar.task_ids[0], advance=1, description=self._details())
        now = self.clock()
        if not self.console.is_terminal and now - self._told >= LINE_SECONDS:
            self._told = now
            self.console.print(self.line(), markup=False, highlight=False)

    def line(self) -> str:
        """Return "120 of 1000 graded, 3 with a fault, 7.1 per second, …"."""
        left = (self.total - self.done) / self.rate if self.rate else 0.0
        return f"{self.done} of {self.total} graded, {self._details()}, {_duration(left)} left"

    @property
    def rate(self) -> float:
        """Submissions per second since the start."""
        return self.done / max(self.clock() - self._begun, 1e-9)

    def _details(self) -> str:
        seconds, student = self._slowest
        details = f"{self.faults} with a fault, {self.rate:.1f} per second"
        return details + (f", slowest {student} ({seconds:.1f} s)" if student else "")

    def __enter__(self) -> GradingProgress:
        """Show the bar."""
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        self._bar.stop()


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
