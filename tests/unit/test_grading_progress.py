"""How far a grading run is, told in a line."""

from __future__ import annotations

import io

from rich.console import Console

from reskit.grading_progress import GradingProgress


def test_line_tells_all_that_a_waiting_person_asks() -> None:
    """Done, faults, rate, the slowest and the time left stand in one line."""
    time = iter([0.0, 10.0, 20.0, 20.0, 20.0, 20.0])
    said = io.StringIO()
    progress = GradingProgress(100, Console(file=said, width=200), clock=lambda: next(time))
    progress.done = 9
    progress.advance(fault=True, slowest=(3.21, "anna"))

    told = said.getvalue()

    assert told.startswith("10 of 100 graded, 1 with a fault, ")
    assert "slowest anna (3.2 s)" in told
    assert told.endswith(" left\n")


def test_short_run_says_nothing_where_there_is_no_terminal() -> None:
    """A log is not filled with lines of a run that takes a moment."""
    said = io.StringIO()
    with GradingProgress(2, Console(file=said)) as progress:
        progress.advance(fault=False, slowest=(0.1, "anna"))

    assert said.getvalue() == ""
