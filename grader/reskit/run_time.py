"""What a grading run took, as the line in grade.log that tells it."""

from __future__ import annotations

import contextlib
import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

LOG = "grade.log"  # beside the reports
LINE = re.compile(
    r"graded (?P<graded>\d+) of (?P<total>\d+) submissions in (?P<seconds>[\d.]+) s"
    r"(?:, (?P<cpu>[\d.]+) s of processor time)?"
    r"(?:; the slowest, (?P<slowest>.*), took (?P<longest>[\d.]+) s)?"
)


@dataclass(frozen=True)
class RunTime:
    """How long a run took, by the clock and on processors of this machine."""

    graded: int
    total: int
    seconds: float
    cpu_seconds: float | None = None  # not known where other machines took part
    slowest: tuple[float, str] | None = None  # seconds, student

    @property
    def per_minute(self) -> float:
        """Submissions per minute, start-up included."""
        return 60 * self.graded / self.seconds if self.seconds else 0.0

    def line(self) -> str:
        """Return the line for grade.log."""
        told = f"graded {self.graded} of {self.total} submissions in {self.seconds:.1f} s"
        if self.cpu_seconds is not None:
            told += f", {self.cpu_seconds:.1f} s of processor time"
        if self.slowest is not None:
            seconds, student = self.slowest
            told += f"; the slowest, {' '.join(student.split())}, took {seconds:.1f} s"
        return told


def run_time(
    graded: int, total: int, timing: Timing, slowest: tuple[float, str], *, here: bool
) -> RunTime:
    """Return what a run took; processor time only where all was done `here`."""
    return RunTime(
        graded,
        total,
        timing.seconds,
        timing.cpu_seconds if here else None,
        slowest if slowest[1] else None,
    )


def run_time_in(log: str) -> RunTime | None:
    """Return what the text of a grade.log tells, None where it tells nothing of time."""
    found = next((match for line in log.splitlines() if (match := LINE.fullmatch(line))), None)
    if found is None:
        return None
    return RunTime(
        int(found["graded"]),
        int(found["total"]),
        float(found["seconds"]),
        float(found["cpu"]) if found["cpu"] else None,
        (float(found["longest"]), found["slowest"]) if found["slowest"] else None,
    )


@dataclass
class Timing:
    """Time that goes by from when it is made, until it is stopped."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0  # of this process and of those under it
    _begun: tuple[float, float] = field(default_factory=lambda: (time.monotonic(), _processor()))

    def stop(self) -> None:
        """Take the times; before the processes that work are ended, or their time is lost."""
        begun, used = self._begun
        self.seconds, self.cpu_seconds = time.monotonic() - begun, _processor() - used


def _processor() -> float:
    """Return the processor time of this process, of what it has waited for, and of what runs."""
    told = os.times()
    ended = told.user + told.system + told.children_user + told.children_system
    return ended + _running(Path("/proc"))


def _running(proc: Path) -> float:
    """Return the processor time of the processes under this one, 0 where no /proc tells it.

    A warm parent is killed in the end, and nobody has waited for it then.
    """
    if not (proc / "self" / "stat").exists():
        return 0.0
    used: dict[int, float] = {}
    under: dict[int, list[int]] = {}
    for path in proc.glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):  # it has ended meanwhile
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            number = int(path.parent.name)
            under.setdefault(int(fields[1]), []).append(number)
            used[number] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    found, open_ends = 0.0, list(under.get(os.getpid(), []))
    while open_ends:
        number = open_ends.pop()
        found += used[number]
        open_ends += under.get(number, [])
    return found
