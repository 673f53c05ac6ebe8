"""Where a fork is not safe or not there: each child is a process of its own from the start.

It imports Keras anew, which takes seconds; so the next one begins before it is asked for. The
evidence, the limits and the outcomes are those of a forked child.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import IO, Any

from reskit.probe.frames import receive, send
from reskit.probe.surroundings import Surroundings

SLACK_SECONDS = 0.5  # between the end of the evidence and the end of the process
PIECE = 1 << 16


class Spawner:
    """Runs jobs, each in a new process; one of them is always on its way."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._next = self._spawn()

    def _spawn(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "reskit.probe.spawned"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def run(self, jobs: list[dict[str, Any]]) -> dict[str, Any]:
        """Return what a process sent for the jobs, what it printed, and how it ended."""
        process, limits = self._next, jobs[0]
        assert process.stdin and process.stdout and process.stderr
        if receive(process.stdout) is None:
            raise RuntimeError(process.stderr.read().decode("utf-8", "replace")[-2000:])
        printed = Reading(process.stderr, int(limits["output_kib"]) << 10)
        around = self._around
        send(
            process.stdin,
            {
                "jobs": jobs,
                "without": sorted(around.without),
                "readable": list(around.readable),
                "own_user": around.own_user,
            },
        )
        evidence = Reading(process.stdout, int(limits["evidence_mib"]) << 20)
        end = time.monotonic() + float(limits["deadline_seconds"])
        while evidence.going and not evidence.overflow and time.monotonic() < end:
            evidence.wait(0.05)
            if process.poll() is not None:
                evidence.wait(SLACK_SECONDS)
                break
        late = time.monotonic() >= end
        status = _end(process)
        printed.wait(SLACK_SECONDS)
        self._next = self._spawn()
        return {
            "evidence": evidence.text(),
            "printed": printed.text(),
            "outcome": _outcome(evidence.overflow, late, status),
        }

    def close(self) -> None:
        """End the process that is on its way."""
        _end(self._next)


class Reading:
    """What comes out of a pipe, up to a cap; the rest is read and dropped."""

    def __init__(self, stream: IO[bytes], cap: int) -> None:
        self.overflow = False
        self._kept = bytearray()
        self._thread = threading.Thread(target=self._read, args=(stream, cap), daemon=True)
        self._thread.start()

    def _read(self, stream: IO[bytes], cap: int) -> None:
        while data := os.read(stream.fileno(), PIECE):
            room = cap - len(self._kept)
            self._kept += data[:room]
            self.overflow = self.overflow or len(data) > room

    @property
    def going(self) -> bool:
        """Whether the pipe has not come to its end."""
        return self._thread.is_alive()

    def wait(self, seconds: float) -> None:
        """Wait for the end of the pipe, not longer than this."""
        self._thread.join(seconds)

    def text(self) -> str:
        """Return what was read so far."""
        return bytes(self._kept).decode("utf-8", "replace")


def _end(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(SLACK_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _outcome(overflow: bool, late: bool, status: int) -> str:
    if overflow:
        return "output_limit"
    if late or (hasattr(signal, "SIGXCPU") and status == -signal.SIGXCPU):
        return "timeout"
    return {0: "ended", 3: "memory"}.get(status, "crash")
