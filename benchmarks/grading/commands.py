"""Commands of the graders: run to their end, apart from the user's settings, on the clock."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(sys.executable)  # of the running environment
GRACE_SECONDS = 10.0  # after Ctrl-C, until a grader that goes on is killed


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


def children_cpu() -> float:
    """Return the CPU seconds of all processes that have ended under this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to stop, so that it stops its own children; then kill it."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
