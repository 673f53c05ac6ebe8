"""The pool: warm parents on this machine, one job at a time each; a lost parent is replaced."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any

from reskit.probe.answering import START_SECONDS, AnsweringProcess, NoAnswerError
from reskit.probe.second_look import look_again

GRACE_SECONDS = 15.0  # beyond a child's deadline, before the parent itself is given up


Job = dict[str, Any]  # what is asked: reskit.grading.job
Answer = dict[str, Any]  # what a child sent, what it printed, and how it ended


class ProbeError(Exception):
    """The probe itself failed; it is not the learner's fault."""


class Parent:
    """One warm parent process."""

    def __init__(self) -> None:
        self._home = tempfile.TemporaryDirectory(prefix="reskit-probe-")
        home = Path(self._home.name)
        work = home / "work"
        work.mkdir()
        command = [sys.executable, "-m", "reskit.probe.parent"]
        self._process = AnsweringProcess(command, work, home / "log", _environment(str(home)))
        self._exchange(None, START_SECONDS)

    def ask(self, jobs: Sequence[Job]) -> list[Answer]:
        """Return the answer to each job, all of one program; ProbeError when the parent is lost.

        One child runs them together, as far as that goes well. What it did not come to, or did
        not do well, a child of its own does: no exercise suffers from one before it.
        """
        together = self._child(jobs)
        told = [together] if len(jobs) == 1 else _told(together, jobs)
        answers = told + [self._child([job]) for job in jobs[len(told) :]]
        return look_again(jobs, answers, self._child)

    def _child(self, jobs: Sequence[Job]) -> Answer:
        seconds = float(jobs[0]["deadline_seconds"]) + GRACE_SECONDS
        return self._exchange({"jobs": list(jobs)}, seconds)

    def _exchange(self, job: dict[str, Any] | None, seconds: float) -> dict[str, Any]:
        try:
            return self._process.exchange(job, seconds)
        except NoAnswerError as error:
            words = self._process.last_words()
            raise ProbeError(f"The probe was lost. {error} {words}") from error

    def close(self) -> None:
        """End the process and remove its folder."""
        self._process.close()
        self._home.cleanup()


def _told(together: Answer, jobs: Sequence[Job]) -> list[Answer]:
    """Return the answers to the first of the jobs, those that a child gave for sure.

    It writes a line for each, in order. More lines, or others, are not its own work alone.
    """
    *lines, rest = together["evidence"].split("\n")
    if not lines and together["outcome"] != "ended":  # nothing ran before that could be to blame
        return [together]
    begins = [json.dumps({"exercise": job["exercise"]})[:-1] for job in jobs]
    if len(lines) > len(jobs) or (rest and together["outcome"] == "ended"):
        return []
    if not all(line.startswith(begin) for line, begin in zip(lines, begins, strict=False)):
        return []
    if together["outcome"] != "ended":
        lines = lines[: len(jobs) - 1]
    return [{**together, "evidence": line, "outcome": "ended"} for line in lines]


def _environment(home: str) -> dict[str, str]:
    """Return a clean environment: nothing of the instructor's is handed on."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    blas = {name: value for name, value in os.environ.items() if name.startswith("OPENBLAS_")}
    return {
        **blas,
        **kept,
        "HOME": home,
        "KERAS_HOME": home,
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
        "MPLBACKEND": "Agg",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
    }


class Pool:
    """Warm parents that answer jobs in parallel. Use it as a context manager."""

    def __init__(self, size: int) -> None:
        self._idle: SimpleQueue[Parent | None] = SimpleQueue()
        for _ in range(size):
            self._idle.put(None)  # started when first needed
        self._size = size
        self._threads = ThreadPoolExecutor(size)

    def submit(self, jobs: Sequence[Job]) -> Future[list[Answer]]:
        """Return a future of the answers to jobs of one program.

        Jobs whose parent is lost are tried once more.
        """
        return self._threads.submit(self._ask, jobs)

    def _ask(self, jobs: Sequence[Job]) -> list[Answer]:
        try:
            with self._parent() as parent:
                return parent.ask(jobs)
        except ProbeError:
            with self._parent() as parent:
                return parent.ask(jobs)

    @contextmanager
    def _parent(self) -> Iterator[Parent]:
        parent = self._idle.get()
        try:
            parent = parent or Parent()
            yield parent
        except BaseException:
            if parent is not None:
                parent.close()
            parent = None
            raise
        finally:
            self._idle.put(parent)

    def close(self) -> None:
        """Drop jobs that have not begun and end the parents."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        for _ in range(self._size):
            parent = self._idle.get()
            if parent is not None:
                parent.close()

    def __enter__(self) -> Pool:
        """Return the pool."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the pool."""
        self.close()
