"""The pool: processes on this machine, one question at a time each; a lost one is replaced."""

from __future__ import annotations

import json
import os
import site
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Generic, Protocol, TypeVar

from reskit.probe.answering import START_SECONDS, AnsweringProcess, NoAnswerError
from reskit.probe.beginning import Wanted, begin
from reskit.probe.isolation import Isolation, WeakIsolationError
from reskit.probe.second_look import look_again
from reskit.probe.surroundings import forks

Q = TypeVar("Q", contravariant=True)  # a question
A = TypeVar("A", covariant=True)  # its answer

GRACE_SECONDS = 15.0  # beyond a child's deadline, before the parent itself is given up


Job = dict[str, Any]  # what is asked: reskit.grading.job
Answer = dict[str, Any]  # what a child sent, what it printed, and how it ended


class ProbeError(Exception):
    """The probe itself failed; it is not the learner's fault."""


class Parent:
    """One warm parent process; `isolation` tells what keeps its children in."""

    def __init__(self, wanted: Wanted | None = None) -> None:
        self.wanted = wanted or Wanted()
        self._home = tempfile.TemporaryDirectory(prefix="reskit-probe-")
        self.folder = home = Path(self._home.name)  # the parent's own, removed in the end
        work = home / "work"
        work.mkdir()
        command, hello = begin(self.wanted, home, work)
        self._process = AnsweringProcess(command, work, _environment(str(home)))
        try:
            ready = self._exchange(hello, START_SECONDS)
            self.isolation = Isolation.from_data(ready["isolation"])
            if not ready["ready"]:
                raise WeakIsolationError(self.isolation)
        except BaseException:
            self.close()
            raise

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
        grace = GRACE_SECONDS if forks(self.wanted.without) else START_SECONDS
        seconds = float(jobs[0]["deadline_seconds"]) + grace
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
    if user_packages := site.getuserbase():  # derived from HOME otherwise, which is another one
        kept["PYTHONUSERBASE"] = user_packages
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


class Answering(Protocol[Q, A]):
    """What takes one question at a time; where it is lost, it raises ProbeError."""

    def ask(self, question: Q) -> A:
        """Return the answer to a question."""

    def close(self) -> None:
        """End it."""


class Pool(Generic[Q, A]):
    """Processes that answer questions in parallel, each made by `start` when first needed.

    Use it as a context manager.
    """

    def __init__(self, size: int, start: Callable[[], Answering[Q, A]]) -> None:
        self._start = start
        self._idle: SimpleQueue[Answering[Q, A] | None] = SimpleQueue()
        for _ in range(size):
            self._idle.put(None)
        self.size = size
        self._threads = ThreadPoolExecutor(size)
        self._busy: set[Answering[Q, A]] = set()
        self._stopped = self._given_up = False

    def submit(self, question: Q) -> Future[A]:
        """Return a future of the answer; what is lost with its process is tried once more."""
        return self._threads.submit(self._ask, question)

    def _ask(self, question: Q) -> A:
        if self._stopped:
            raise CancelledError
        try:
            with self._process() as process:
                return process.ask(question)
        except ProbeError:
            if self._given_up:
                raise
            with self._process() as process:
                return process.ask(question)

    @contextmanager
    def _process(self) -> Iterator[Answering[Q, A]]:
        process = self._idle.get()
        try:
            process = process or self._start()
            self._busy.add(process)
            try:
                yield process
            finally:
                self._busy.discard(process)
        except BaseException:
            if process is not None:
                process.close()
            process = None
            raise
        finally:
            self._idle.put(process)

    def stop(self) -> None:
        """Begin no more: futures of questions that no process has in hand raise CancelledError."""
        self._stopped = True

    def give_up(self) -> None:
        """End what is being asked, at once; what waits for it is told that it is lost."""
        self._stopped = self._given_up = True
        for process in list(self._busy):
            process.close()

    def close(self) -> None:
        """Drop questions that have not begun and end the processes."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        for _ in range(self.size):
            process = self._idle.get()
            if process is not None:
                process.close()

    def __enter__(self) -> Pool[Q, A]:
        """Return the pool."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the pool; after an error, without waiting for what is being asked."""
        if kind is not None:
            self.give_up()
        self.close()


def parents(size: int, wanted: Wanted | None = None) -> Pool[Sequence[Job], list[Answer]]:
    """Return a pool of warm parents: it is asked the jobs of one program at a time."""
    return Pool(size, partial(Parent, wanted))
