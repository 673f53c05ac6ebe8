"""`reskit audit`: are the tests themselves right? Figures on the screen, JSON and Markdown."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from reskit.audit.figures import BOTH_BAR, EXACT_BAR, Figures
from reskit.audit.outcomes import Outcomes
from reskit.audit.plan import make_plan
from reskit.audit.run import Audit
from reskit.audit.run import Progress as Tell
from reskit.audit.run import audit as run_audit
from reskit.audit.worker import WorkerError
from reskit.course import Course
from reskit.fingerprint import fingerprint
from reskit.manifest import read_manifest
from reskit.probe.pool import ProbeError
from reskit.writing import write_text


def audit(course: Course, options: argparse.Namespace, console: Console) -> int:
    """Run the audit. Returns 0 when every bar is met, 1 when one is missed."""
    assignment = read_manifest(course.manifest)
    functions = [exercise.name for exercise in assignment.exercises]
    plan = make_plan(course, functions, options.every)
    package = Path(__file__).parent
    version = fingerprint(package, course.solution, course.public_tests, course.outputs.parent)
    known = Outcomes(options.out / "outcomes.jsonl", version)
    try:
        with _shown(console) as tell:
            found = run_audit(course, plan, known, options.jobs or os.cpu_count() or 1, tell)
    except (ProbeError, WorkerError) as error:
        console.print(f"The audit could not go on: {error}", style="red", markup=False)
        return 2
    write_text(options.out / "audit.json", json.dumps(_data(found), indent=2) + "\n")
    write_text(options.out / "audit.md", markdown(found, options.every))
    _print(found, Console())
    console.print(f"Written to {options.out}", markup=False, highlight=False)
    return 0 if found.reached else 1


@contextmanager
def _shown(console: Console) -> Iterator[Tell]:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, TimeElapsedColumn(), console=console) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(test: str, done: int, total: int) -> None:
            if test not in tasks:
                tasks[test] = bars.add_task(test, total=total)
            bars.update(tasks[test], completed=done)

        yield tell


def _data(found: Audit) -> dict[str, object]:
    return {
        "programs": found.counts,
        "equal to the reference": list(found.same),
        "tests": [asdict(each) for each in found.figures],
        "reached": found.reached,
    }


def _row(each: Figures) -> list[str]:
    exact = "" if each.exact is None else str(each.exact)
    both = "" if each.both is None else str(each.both)
    return [each.test, str(each.killed), str(each.rejected), exact, both]


HEADINGS = (
    "test",
    "wrong programs caught",
    "right programs refused",
    "one edit, named exactly",
    "two edits, both named",
)


def _print(found: Audit, console: Console) -> None:
    table = Table(*HEADINGS)
    for each in found.figures:
        table.add_row(*_row(each))
    console.print(table)
    console.print(_told_counts(found), markup=False, highlight=False)
    for each in found.figures[:2]:
        for miss in each.misses:
            console.print(
                f"{each.test}: {miss.what}: {miss.program}: {miss.said}",
                markup=False,
                highlight=False,
            )


def _told_counts(found: Audit) -> str:
    counts = ", ".join(f"{number} {kind}" for kind, number in found.counts.items())
    return (
        f"Programs: {counts}. {len(found.same)} of the edited ones build the reference's network, "
        "by Keras's own numbers, and count as right."
    )


def markdown(found: Audit, every: int) -> str:
    """Return the figures as a page of Markdown."""
    lines = [
        "# Audit of the tests",
        "",
        f"Made by `reskit audit --every {every}`; do not edit.",
        "",
        _told_counts(found),
        f"The bars: every wrong program caught, no right one refused, {EXACT_BAR:g} % named",
        f"exactly, {BOTH_BAR:g} % with both edits named.",
        "",
        "| " + " | ".join(HEADINGS) + " |",
        "| " + " | ".join("---" for _ in HEADINGS) + " |",
        *("| " + " | ".join(_row(each)) + " |" for each in found.figures),
        "",
    ]
    for each in found.figures[:2]:
        if each.misses:
            lines += [f"## Missed by the {each.test}", ""]
            lines += [f"- {miss.program} ({miss.what}): {miss.said}" for miss in each.misses]
            lines.append("")
    lines += ["## Edits that change nothing", ""]
    lines += [f"- {name}" for name in found.same]
    return "\n".join(lines) + "\n"
