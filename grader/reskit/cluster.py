"""Examiners on other machines, by way of dask.distributed (an optional extra).

Each worker is sent what the course asks and expects, and has examiners of its own, as many as it
has threads. See https://distributed.dask.org/. A worker that is lost costs its submissions a
retry: the scheduler gives them to another one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError, Executor, Future
from functools import partial
from pathlib import Path
from typing import Any

from distributed import Client, KilledWorker, Worker, WorkerPlugin, get_worker

from reskit.addresses import environment
from reskit.course import Course
from reskit.examiner import Examined
from reskit.examiner_process import ExaminerProcess, Question
from reskit.probe.pool import Pool, ProbeError
from reskit.weights.reference import asked_files

CONNECT_SECONDS = 15
PLUGIN = "reskit-examiners"
NO_WORKER = "The scheduler at {address} has no workers. Start one: dask worker {address}"


class ClusterError(Exception):
    """The cluster cannot be used; the message says why, and what to do."""


class WorkersExaminers(WorkerPlugin):  # type: ignore[misc]  # distributed ships no types
    """The examiners of one worker, while a grading run is connected."""

    name = PLUGIN

    def __init__(self, files: Mapping[str, bytes], *, public_only: bool, allow_weak: bool) -> None:
        self._files = files
        self._public_only = public_only
        self._allow_weak = allow_weak

    def setup(self, worker: Worker) -> None:
        """Lay the course out on the worker's machine; an examiner starts when first needed."""
        self._folder = tempfile.TemporaryDirectory(prefix="reskit-course-")
        for name, data in self._files.items():
            path = Path(self._folder.name) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        course = Course(Path(self._folder.name))
        start = partial(
            ExaminerProcess, course, public_only=self._public_only, allow_weak=self._allow_weak
        )
        self.pool: Pool[Question, Examined] = Pool(worker.state.nthreads, start)

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002  (the plugin's form)
        """End the examiners."""
        self.pool.give_up()
        self.pool.close()
        self._folder.cleanup()


def examine(question: Question) -> Examined:
    """Return what a program came to; runs on a worker."""
    plugin = get_worker().plugins[PLUGIN]
    return plugin.pool.submit(question).result()  # type: ignore[no-any-return]  # no types


class Cluster:
    """A pool of examiners on the workers of a scheduler."""

    def __init__(
        self, course: Course, address: str, *, public_only: bool = False, allow_weak: bool = False
    ) -> None:
        """Connect to the scheduler at `address`, such as tcp://10.0.0.1:8786.

        Raises ClusterError where there is none, it has no workers, or a worker has other
        versions than this machine: its reports would not be the same.
        """
        try:
            self._client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ClusterError(f"There is no scheduler at {address}: {error}") from error
        try:
            self.size = _threads(self._client, address)
            files = _files(course)
            self._client.register_plugin(
                WorkersExaminers(files, public_only=public_only, allow_weak=allow_weak)
            )
        except BaseException:
            self._client.close()
            raise
        self._executor: Executor = self._client.get_executor(pure=False)
        self._stopped = False
        self._asked: set[Future[Any]] = set()

    def submit(self, question: Question) -> Future[Examined]:
        """Return a future of what a program came to."""
        answer: Future[Examined] = Future()
        asked = self._executor.submit(examine, question)
        self._asked.add(asked)
        asked.add_done_callback(partial(self._pass_on, answer))
        return answer

    def _pass_on(self, answer: Future[Examined], asked: Future[Examined]) -> None:
        self._asked.discard(asked)
        if asked.cancelled():
            answer.set_exception(CancelledError())
            return
        error = asked.exception()
        if isinstance(error, KilledWorker):
            answer.set_exception(ProbeError(f"The workers that had it were lost: {error}"))
        elif error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(asked.result())

    def stop(self) -> None:
        """Begin no more: what no worker has in hand is taken back."""
        self._stopped = True
        for asked in list(self._asked):
            asked.cancel()

    def give_up(self) -> None:
        """End what is being asked."""
        self.stop()

    def close(self) -> None:
        """End the workers' examiners and the connection; the workers themselves stay."""
        self._client.unregister_worker_plugin(PLUGIN)
        self._client.close()


def _files(course: Course) -> dict[str, bytes]:
    paths = (course.manifest, course.outputs, course.hidden_outputs, *asked_files(course))
    return {path.relative_to(course.root).as_posix(): path.read_bytes() for path in paths}


def _threads(client: Client, address: str) -> int:
    """Return how many programs the workers take at once."""
    threads: dict[str, int] = client.nthreads()
    if not threads:
        raise ClusterError(NO_WORKER.format(address=address))
    here = environment()
    others: dict[str, str] = client.run(environment)
    wrong: Sequence[str] = [worker for worker, there in others.items() if there != here]
    if wrong:
        raise ClusterError(
            f"These workers have other versions than this machine: {', '.join(sorted(wrong))}. "
            "Install the same release of ReSKit, Python, TensorFlow, Keras and NumPy there."
        )
    return sum(threads.values())
