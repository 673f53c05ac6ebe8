"""A process that runs programs one after another; a lost program costs itself alone.

The programs are variants of the course's own solution: they are trusted, so the process is not
shut away. It is a process of its own so that a crash or an endless loop does not end the audit.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

from reskit.probe.answering import START_SECONDS, AnsweringProcess, NoAnswerError

PROGRAM_SECONDS = 120.0  # the whole ResNet-50, built and run, takes about three


class WorkerError(Exception):
    """The process did not start; that is no program's fault."""


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
    worker: AnsweringProcess | None = None
    try:
        for name, message in messages.items():
            worker = worker or _started(command, folder)
            try:
                answer = worker.exchange(message, seconds)
            except NoAnswerError as lost:
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


def _started(command: Sequence[str], folder: Path) -> AnsweringProcess:
    """Return a running process that has said that it is ready."""
    worker = AnsweringProcess(command, folder, _environment())
    try:
        worker.exchange(None, START_SECONDS)
    except NoAnswerError as lost:
        words = worker.last_words()
        worker.close()
        raise WorkerError(f"The process did not start. {lost} {words}") from lost
    return worker


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
