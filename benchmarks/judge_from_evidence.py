"""What judging costs: from the evidence of a submission to its report, without running anything.

`python benchmarks/judge_from_evidence.py` builds the evidence of right submissions and of
submissions with one mistake once, with the real probe, then judges each of them in turns and
writes medians to benchmarks/results/ as JSON and as a table.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.progress import track

from reskit.audit.plan import make_plan
from reskit.audit.programs import Program
from reskit.course import Course, find_course
from reskit.evidence import decode_evidence
from reskit.grading import job
from reskit.judge import judge
from reskit.manifest import read_manifest
from reskit.probe.pool import Answer, Job, Pool, parents
from reskit.recording import read_expected

HERE = Path(__file__).resolve().parent
COMMAND = "python benchmarks/judge_from_evidence.py"
MADE = f"Made by `{COMMAND}` from `judge_from_evidence.json`; change neither by hand."
PARTS = ("decoding", "judging")
BARS = {"right": 30.0, "one edit": 150.0}  # milliseconds, for judging


def main() -> None:
    """Measure, and write what was measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--every", type=int, default=12, help="one program of the audit in so many")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    course = find_course(HERE)
    figures = measured(course, options.every, options.rounds)
    results = HERE / "results"
    (results / "judge_from_evidence.json").write_text(json.dumps(figures, indent=2) + "\n")
    text = table(figures)
    (results / "judge_from_evidence.md").write_text(text)
    Console().print(Markdown(text))


def measured(course: Course, every: int, rounds: int) -> dict[str, Any]:
    """Return the seconds of each part, for each kind of program, in `rounds` turns."""
    assignment = read_manifest(course.manifest)
    exercises = {exercise.name: exercise for exercise in assignment.exercises}
    plan = make_plan(course, list(exercises), every)
    expected = read_expected(course.outputs, course.hidden_outputs)
    programs = {
        "right": [p for p in plan.programs if p.kind == "equivalent"],
        "one edit": [p for p in plan.programs if p.kind == "one edit"],
        "two edits": [p for p in plan.programs if p.kind == "two edits"],
    }
    seconds: dict[str, dict[str, list[float]]] = {
        kind: {part: [] for part in PARTS} for kind in programs
    }
    with parents(os.cpu_count() or 1) as pool:
        asked = [
            (kind, _ask(pool, program, exercises, assignment.limits))
            for kind, some in programs.items()
            for program in some
        ]
        answers = [
            (kind, {name: future.result()[0] for name, future in futures.items()})
            for kind, futures in track(asked, description="building")
        ]
    for _ in track(range(rounds), description="judging"):
        for kind, answer in answers:
            before = time.perf_counter()
            evidence = {n: decode_evidence(a, assignment.limits) for n, a in answer.items()}
            between = time.perf_counter()
            for name, each in evidence.items():
                judge(exercises[name], expected, each, assignment.tolerance)
            after = time.perf_counter()
            seconds[kind]["decoding"].append(between - before)
            seconds[kind]["judging"].append(after - between)
    return {
        "command": COMMAND,
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "rounds": rounds,
        "submissions": {kind: len(some) for kind, some in programs.items()},
        "milliseconds": {
            kind: {part: _spread(values) for part, values in parts.items()}
            for kind, parts in seconds.items()
        },
    }


def _ask(
    pool: Pool[Sequence[Job], list[Answer]],
    program: Program,
    exercises: Mapping[str, Any],
    limits: Any,
) -> dict[str, Any]:
    """Ask for all three exercises of a submission: two are right, one is what was changed."""
    return {
        name: pool.submit([job(name, [program.text], exercise.calls, limits)])
        for name, exercise in exercises.items()
    }


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(1000 * value for value in seconds)
    place = int(0.95 * (len(ordered) - 1))
    return {"median": round(median(ordered), 1), "95 %": round(ordered[place], 1)}


def table(figures: Mapping[str, Any]) -> str:
    """Return the figures as Markdown."""
    lines = [
        "# What judging a submission costs",
        "",
        MADE,
        "",
        f"All three exercises of a submission; {figures['rounds']} rounds in turns; Python "
        f"{figures['python']}, NumPy {figures['numpy']}. Milliseconds: median, and 95 % are below.",
        "",
        "| submissions | decoding the evidence | judging | bar for judging |",
        "| --- | --- | --- | --- |",
    ]
    for kind, parts in figures["milliseconds"].items():
        told = [f"{parts[part]['median']:.1f} ({parts[part]['95 %']:.1f})" for part in PARTS]
        bar = f"{BARS[kind]:g}" if kind in BARS else ""
        lines.append(f"| {figures['submissions'][kind]} {kind} | {' | '.join(told)} | {bar} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
