"""Grading on other machines: a real scheduler and two workers, on this one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reskit.cluster import Cluster, ClusterError
from reskit.course import Course
from reskit.grading import Grader

pytestmark = pytest.mark.keras

START_SECONDS = 60
NAMES = ("solved", "skip_cut", "broken_json", "wrong_padding", "segfault", "stub", "old_form")


def started(log: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start one of dask's programs, its output in a file."""
    with log.open("wb") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments],
            stdout=file,
            stderr=subprocess.STDOUT,
            env=os.environ | {"DASK_DISTRIBUTED__DASHBOARD__ENABLED": "False"},
        )


def found(log: Path, begin: str) -> str:
    """Return the word after `begin` in a log, as soon as it is there."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        text = log.read_text(encoding="utf-8")
        if begin in text:
            return text.split(begin, 1)[1].split()[0]
        time.sleep(0.1)
    raise AssertionError(f"no {begin!r} in {log.read_text(encoding='utf-8')}")


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """A scheduler on the loopback address."""
    log = tmp_path / "scheduler.log"
    process = started(
        log, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show"
    )
    try:
        yield found(log, "Scheduler at:")
    finally:
        process.terminate()
        process.wait()


Worker = subprocess.Popen[bytes]


@pytest.fixture
def hire(scheduler: str, tmp_path: Path) -> Iterator[Callable[[], Worker]]:
    """Start workers, each with one examiner."""
    hired: list[Worker] = []

    def worker() -> Worker:
        log = tmp_path / f"worker{len(hired)}.log"
        hired.append(
            started(
                log,
                *("worker", scheduler, "--nthreads", "1", "--no-nanny", "--no-dashboard"),
                *("--host", "127.0.0.1", "--local-directory", str(tmp_path)),
            )
        )
        found(log, "Registered to:")
        return hired[-1]

    yield worker
    for process in hired:
        process.terminate()
        process.wait()


def test_lost_worker_costs_a_retry_and_changes_no_report(
    course: Course, scheduler: str, hire: Callable[[], Worker]
) -> None:
    """Two workers grade a class, one is killed in mid-run; the reports are those of one machine."""
    paths = [course.sample_class / name / "ResNet50.ipynb" for name in NAMES]
    with Grader(course, jobs=1) as grader:
        here = list(grader.grade_all(paths))
    first, _ = hire(), hire()

    with Grader(course, examiners=Cluster(course, scheduler)) as grader:
        reports = grader.grade_all(paths)
        elsewhere = [next(reports)]
        first.kill()
        elsewhere += reports

    assert elsewhere == here


def test_scheduler_without_workers_is_told(course: Course, scheduler: str) -> None:
    """The message says how to start a worker."""
    with pytest.raises(ClusterError, match=f"dask worker {scheduler}"):
        Cluster(course, scheduler)


def test_address_without_scheduler_ends_with_one(course: Course, tmp_path: Path) -> None:
    """A wrong address is said in a sentence, and nothing is graded."""
    root = tmp_path / "course"
    for path in (course.manifest, course.outputs, course.hidden_outputs):
        target = root / path.relative_to(course.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    finished = subprocess.run(
        [
            *(sys.executable, "-m", "reskit", "grade", "--scheduler", "tcp://127.0.0.1:9"),
            str(course.sample_class / "stub"),
        ],
        env=os.environ | {"RESKIT_COURSE": str(root)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert finished.returncode == 1
    assert "There is no scheduler at tcp://127.0.0.1:9" in finished.stderr
    assert "Traceback" not in finished.stderr
