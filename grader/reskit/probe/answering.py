"""A process that answers messages: asked over pipes, in a time limit, and ended when it is lost."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reskit.probe.frames import receive, send

START_SECONDS = 180.0  # importing TensorFlow on a cold, busy disk
END_SECONDS = 10.0  # between the last of its answers and its end
LAST_WORDS = 2_000  # characters


class NoAnswerError(Exception):
    """The process ended, was ended because it took too long, or answered with no message."""


class AnsweringProcess:
    """One running process, in a session of its own: Ctrl-C in the terminal does not reach it."""

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the process)
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=folder,
            env=dict(environment),
            start_new_session=True,
        )

    def exchange(self, message: Mapping[str, Any] | None, seconds: float) -> dict[str, Any]:
        """Return the answer to a message, with None the next one that comes by itself.

        Raises NoAnswerError when there is none in time; the process is then of no more use.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        late = threading.Event()

        def end() -> None:
            late.set()
            self._process.kill()

        watch = threading.Timer(seconds, end)
        watch.start()
        try:
            if message is not None:
                send(self._process.stdin, dict(message))
            answer = receive(self._process.stdout)
        except (OSError, ValueError) as error:
            answer, why = None, f"The exchange broke off: {error}."
        else:
            why = ""
        finally:
            watch.cancel()
        if answer is not None:
            return answer
        if late.is_set():
            raise NoAnswerError(f"It took longer than {seconds:g} seconds.")
        raise NoAnswerError(why or f"The process ended with status {self._status()}.")

    def _status(self) -> int:
        """Return the status of a process that has closed its pipe, and ends or is ended."""
        try:
            return self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def last_words(self) -> str:
        """Return the end of what the process wrote to stderr."""
        if self._log.closed:
            return ""
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")[-LAST_WORDS:]

    def close(self, patience: float = 0.0) -> None:
        """End the process; it has `patience` seconds to put things in order itself."""
        assert self._process.stdin is not None and self._process.stdout is not None
        if patience:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._log):
            with contextlib.suppress(OSError):  # a message that it never read
                stream.close()
