"""Commands of the graders: run to their end, apart from the user's settings, on the clock."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(sys.executable)  # of the running environment
GRACE_SECONDS = 10.0  # after Ctrl-C, until a grader that goes on is killed
LOOK_SECONDS = 0.01  # between two looks for what has ended
PR_SET_CHILD_SUBREAPER = 36  # <linux/prctl.h>


class BenchmarkError(Exception):
    """A side did not grade what it was given; the message says which."""


@dataclass(frozen=True)
class Command:
    """A command of a Python environment, and what it finds in its own environment."""

    python: Path
    words: Sequence[str]
    variables: Mapping[str, str] = field(default_factory=dict)


def run(command: Command, folder: Path, log: Path) -> None:
    """Run a command to its end; an interrupt ends it first. Raises BenchmarkError on failure."""
    programs = str(command.python.parent)  # nbgrader starts `alembic` by its bare name
    environment = {
        **os.environ,
        **command.variables,
        "PATH": os.pathsep.join([programs, os.environ.get("PATH", "")]),
        "JUPYTER_CONFIG_DIR": str(folder / "jupyter"),  # apart from the user's own settings
        "IPYTHONDIR": str(folder / "ipython"),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(command.python), *command.words],
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # one Ctrl-C reaches it once, from the line below
        )
        try:
            status = process.wait()
        except BaseException:
            _end(process)
            raise
    if status:
        tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise BenchmarkError(f"{' '.join(command.words[:4])} failed:\n{tail}")


@contextmanager
def adopting() -> Iterator[None]:
    """Be the parent of what a command leaves behind, on Linux.

    A grader that kills what it has shut away does not always wait for it. The CPU time of those
    processes goes to whoever does, and would be missing from the grader's.
    """
    linux = sys.platform == "linux"
    if linux:
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        if linux:
            ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def children_cpu() -> float:
    """Return the CPU seconds of all processes under this one, and wait until all have ended.

    Raises BenchmarkError where one goes on.
    """
    deadline = time.monotonic() + GRACE_SECONDS
    while _any_left():
        if time.monotonic() > deadline:
            raise BenchmarkError("A grader left a process behind that goes on.")
        time.sleep(LOOK_SECONDS)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _any_left() -> bool:
    """Wait for each child that has ended; return whether one has not."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to stop, so that it stops its own children; then kill it."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
