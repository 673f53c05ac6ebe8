"""A process that runs programs one after another; a lost program costs itself alone.

The programs are variants of the course's own solution: they are trusted, so the process is not
shut away. It is a process of its own so that a crash or an endless loop does not end the audit.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

from reskit.probe.frames import receive, send

START_SECONDS = 180.0  # importing TensorFlow on a cold, busy disk
PROGRAM_SECONDS = 120.0  # the whole ResNet-50, built and run, takes about three


class WorkerError(Exception):
    """The process did not start; that is no program's fault."""


class LostError(Exception):
    """The process ended, or was ended, while it ran a program; the message says which."""


def answers(
    command: Sequence[str],
    folder: Path,
    messages: Mapping[str, Mapping[str, Any]],
    seconds: float = PROGRAM_SECONDS,
) -> Generator[tuple[str, dict[str, Any]], None, None]:
    """Yield (name, answer) for each message, of one process started as `command` in `folder`.

    A message that the process does not survive, or that takes longer than `seconds`, is answered
    with {"lost": why}, and a new process goes on with the next one. Raises WorkerError when the
    process does not start. Close what this gives back to end the process early.
    """
    worker: _Worker | None = None
    try:
        for name, message in messages.items():
            worker = worker or _Worker(command, folder)
            try:
                answer = worker.ask(message, seconds)
            except LostError as lost:
                answer = {"lost": str(lost)}
                worker.close()
                worker = None
            yield name, answer
    finally:
        if worker is not None:
            worker.close()


def child_command(kind: str) -> list[str]:
    """Return the command of the kit's own process that answers in that way, see `child`."""
    return [sys.executable, "-m", "reskit.audit.child", kind]


class _Worker:
    """One running process, which has said that it is ready."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._log = folder / "process.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=folder,
                env=_environment(),
            )
        try:
            self._answer(START_SECONDS)
        except LostError as lost:
            words = self._last_words()
            self.close()
            raise WorkerError(f"The process did not start. {lost} {words}") from lost

    def ask(self, message: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """Return the answer to one message. Raises LostError when none comes in time."""
        assert self._process.stdin is not None
        try:
            send(self._process.stdin, dict(message))
        except BrokenPipeError:
            raise LostError("The process had ended before it was asked.") from None
        return self._answer(seconds)

    def _answer(self, seconds: float) -> dict[str, Any]:
        assert self._process.stdout is not None
        late = threading.Event()

        def end() -> None:
            late.set()
            self._process.kill()

        watch = threading.Timer(seconds, end)
        watch.start()
        try:
            answer = receive(self._process.stdout)
        finally:
            watch.cancel()
        if answer is not None:
            return answer
        status = self._process.wait()
        if late.is_set():
            raise LostError(f"It took longer than {seconds:g} seconds.")
        raise LostError(f"The process ended with status {status}.")

    def _last_words(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")[-2_000:]

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()


def _environment() -> dict[str, str]:
    """Return this process's environment, Keras quiet, on the processor, with nothing cached."""
    unwanted = {"PYTHONSAFEPATH", "PYTHONWARNINGS"}  # the folder is on the path; no warning ends it
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    return {
        **kept,
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
