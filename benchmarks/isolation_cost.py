"""What isolation costs: a child's whole life with layers and without, and a warm parent's start.

`python benchmarks/isolation_cost.py` asks warm parents with different layers for the same right
work in turns, and writes medians to benchmarks/results/ as JSON and as a table.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.progress import track

from reskit.audit.programs import read_reference
from reskit.course import Course, find_course
from reskit.grading import job
from reskit.manifest import read_manifest
from reskit.probe.beginning import Wanted
from reskit.probe.isolation import SWITCHABLE
from reskit.probe.pool import Parent

HERE = Path(__file__).resolve().parent
COMMAND = "python benchmarks/isolation_cost.py"
MADE = f"Made by `{COMMAND}` from `isolation_cost.json`; change neither by hand."
ALL = frozenset(SWITCHABLE)
SETS = {
    "no layer": ALL,
    "limits and rights": ALL - {"limits", "privileges"},
    "Landlock": ALL - {"landlock"},
    "filter of system calls": ALL - {"seccomp"},
    "all of the child's": frozenset({"bubblewrap", "namespaces", "user"}),
    "the same in namespaces": frozenset({"bubblewrap"}),
    "all, in bubblewrap": frozenset(),
}
BAR = 10.0  # milliseconds that all layers together may add to a child


def main() -> None:
    """Measure, and write what was measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--starts", type=int, default=3)
    options = parser.parse_args()
    figures = measured(find_course(HERE), options.rounds, options.starts)
    results = HERE / "results"
    (results / "isolation_cost.json").write_text(json.dumps(figures, indent=2) + "\n")
    text = table(figures)
    (results / "isolation_cost.md").write_text(text)
    Console().print(Markdown(text))


def measured(course: Course, rounds: int, starts: int) -> dict[str, Any]:
    """Return the milliseconds of a child's life and the seconds of a start, for each set."""
    assignment = read_manifest(course.manifest)
    names = [exercise.name for exercise in assignment.exercises]
    reference = read_reference(course.source, names).text
    exercise = assignment.exercises[0]
    asked = [job(exercise.name, [reference], exercise.calls[:1], assignment.limits)]
    began: dict[str, list[float]] = {name: [] for name in SETS}
    lived: dict[str, list[float]] = {name: [] for name in SETS}
    for _ in track(range(starts), description="starting"):
        for name in SETS:
            before = time.perf_counter()
            with closing(_parent(name)):
                began[name].append(time.perf_counter() - before)
    with ExitStack() as stack:
        parents = {name: stack.enter_context(closing(_parent(name))) for name in SETS}
        for parent in parents.values():
            parent.ask(asked)  # the first child of a parent finds cold pages
        for number in track(range(rounds), description="asking"):
            turn = number % len(SETS)
            for name in (*list(SETS)[turn:], *list(SETS)[:turn]):  # none is always the first
                before = time.perf_counter()
                (answer,) = parents[name].ask(asked)
                lived[name].append(time.perf_counter() - before)
                assert answer["outcome"] == "ended", answer
    return {
        "command": COMMAND,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "rounds": rounds,
        "starts": starts,
        "milliseconds": {name: _spread(values) for name, values in lived.items()},
        "start_seconds": {name: round(median(values), 2) for name, values in began.items()},
    }


def _parent(name: str) -> Parent:
    return Parent(Wanted(allow_weak=True, without=SETS[name]))


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(1000 * value for value in seconds)
    return {"median": round(median(ordered), 1), "least": round(ordered[0], 1)}


def table(figures: Mapping[str, Any]) -> str:
    """Return the figures as Markdown."""
    none = figures["milliseconds"]["no layer"]
    lines = [
        "# What isolation costs",
        "",
        MADE,
        "",
        "The identity block of the reference, called once: from the question to its evidence, fork "
        f"and end of the child included. {figures['rounds']} rounds in turns, {figures['starts']} "
        f"starts; Python {figures['python']}, {figures['cores']} cores, load {figures['load']}. "
        f"All layers together may add {BAR:g} ms.",
        "",
        "| layers | child, median (ms) | least (ms) | added to the median (ms) | start (s) |",
        "| --- | --: | --: | --: | --: |",
    ]
    for name, spread in figures["milliseconds"].items():
        added = spread["median"] - none["median"]
        start = figures["start_seconds"][name]
        lines.append(
            f"| {name} | {spread['median']:.1f} | {spread['least']:.1f} | {added:+.1f} "
            f"| {start:.2f} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
