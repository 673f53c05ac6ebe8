"""What a run took: written as a line of the log, and read back by the class report."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reskit.course import find_course
from reskit.probe.isolation import Isolation
from reskit.results_folder import ResultsFolder
from reskit.run_time import RunTime, Timing, run_time, run_time_in

TENTHS = st.integers(0, 10**6).map(lambda tenths: tenths / 10)
STUDENTS = st.text(min_size=1).map(lambda text: " ".join(text.split())).filter(bool)


@given(
    st.integers(0, 9999),
    st.integers(0, 9999),
    TENTHS,
    st.none() | TENTHS,
    st.none() | st.tuples(TENTHS, STUDENTS),
)
def test_line_is_read_back(
    graded: int,
    total: int,
    seconds: float,
    cpu: float | None,
    slowest: tuple[float, str] | None,
) -> None:
    """Whatever the slowest learner is called."""
    time = RunTime(graded, total, seconds, cpu, slowest)

    assert run_time_in(f"isolation: limits\n{time.line()}\n") == time


@pytest.mark.parametrize("log", ["", "isolation: all", "graded many of few submissions in no s"])
def test_log_without_a_time_tells_none(log: str) -> None:
    """An older log, or one of a run that ran nothing, says nothing about time."""
    assert run_time_in(log) is None


BUSY = "import time\nwhile time.process_time() < 0.3: pass\n"
WAITING = f"{BUSY}print(flush=True)\ntime.sleep(60)"
NESTED = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {WAITING!r}])"


@pytest.mark.parametrize("program", [BUSY, WAITING, NESTED], ids=["ended", "running", "under it"])
def test_processor_time_counts_what_other_processes_use(program: str) -> None:
    """Examiners are processes of their own, and warm parents processes of theirs."""
    timing = Timing()
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        if program == BUSY:
            process.wait()
        timing.stop()
        end_all_under(process.pid)

    found = run_time(3, 4, timing, (0.2, "ada"), here=True)
    assert found.cpu_seconds is not None
    assert found.cpu_seconds >= 0.25
    assert found.seconds >= 0.25
    assert found.per_minute == pytest.approx(180 / found.seconds)
    assert run_time(3, 4, timing, (0.0, ""), here=False) == RunTime(3, 4, found.seconds)


def end_all_under(process: int) -> None:
    """End a process that a test has started, and those that it has started."""
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        for child in children.read_text(encoding="utf-8").split():
            os.kill(int(child), signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def test_log_of_the_run_that_ran_something_stays(tmp_path: Path) -> None:
    """A second run, for which all was known, does not write over what the first has told."""
    course = find_course(Path(__file__))
    folder = ResultsFolder(tmp_path, course)
    folder.write_log(Isolation((), ()), RunTime(2, 2, 60.0))
    folder.write_log(None, RunTime(2, 2, 0.1))

    told = run_time_in((tmp_path / "grade.log").read_text(encoding="utf-8"))
    assert told == RunTime(2, 2, 60.0)
