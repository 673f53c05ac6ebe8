"""What grading one submission costs: `reskit grade` beside nbgrader with its own Execute step.

`python benchmarks/grade_beside_nbgrader.py` grades the same notebooks of the sample class in both
ways, in turns, and writes the figures to benchmarks/results/ as JSON and as a table.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from reskit.course import Course, find_course
from reskit.manifest import read_manifest
from reskit.release import stage

HERE = Path(__file__).resolve().parent
COMMAND = "python benchmarks/grade_beside_nbgrader.py"
MADE = f"Made by `{COMMAND}` from `grade_beside_nbgrader.json`; change neither by hand."
FEW = 2  # the small batch: what it costs is mostly starting up

# Right and wrong, and each ends by itself under either grader.
LEARNERS = (
    *("solved", "wrong_padding", "solved_other_style", "skip_cut", "era2_form", "half_done"),
    *("noisy", "hard_coded_stride", "solved_functional_variants", "syntax_error"),
    *("block_too_few", "resnet_returns_tensor", "relu_before_addition", "missing_batchnorm"),
    *("filters_swapped", "initializer_ignored", "filters_typo", "hard_coded_classes"),
)

VARIANTS = {
    "whole": "the notebook as it is handed in",
    "reduced": "the imports, the three answers and the three test cells of the same notebooks",
}
SIDES = {
    "reskit": "`reskit grade`, as many processes as cores; public and hidden calls",
    "reskit_one": "`reskit grade --jobs 1`; the same",
    "nbgrader": "`nbgrader autograde`, its own steps: every cell is run in a kernel, one notebook "
    "after the other; the released test cells, so public calls only",
}

# nbgrader as it comes. Its limit for one cell, 30 seconds, would fail slow machines.
STOCK_SETTINGS = """\
c = get_config()
c.CourseDirectory.course_id = "stock"
c.Execute.timeout = 300
"""
TEST_IMPORTS = (
    "from public_tests import ResNet50_test, convolutional_block_test, identity_block_test"
)


class BenchmarkError(Exception):
    """A side did not grade what it was given; the message says which."""


@dataclass(frozen=True)
class Run:
    """One batch graded by one side: wall and CPU time in seconds, load average before it."""

    variant: str
    side: str
    submissions: int
    seconds: float
    cpu_seconds: float
    load: float


@dataclass(frozen=True)
class Cost:
    """Medians over the runs of one side on one variant; seconds per submission."""

    variant: str
    side: str
    runs: int
    each: float
    each_cpu: float
    marginal: float | None

    @classmethod
    def of(cls, variant: str, side: str, runs: Sequence[Run]) -> Cost:
        """Sum up the runs: the cost in the largest batch, and what one more submission costs."""
        mine = [run for run in runs if (run.variant, run.side) == (variant, side)]
        most = max(run.submissions for run in mine)
        least = min(run.submissions for run in mine)
        large = [run for run in mine if run.submissions == most]
        small = [run for run in mine if run.submissions == least]
        seconds = median(run.seconds for run in large)
        marginal = (seconds - median(run.seconds for run in small)) / (most - least or 1)
        return cls(
            variant,
            side,
            len(large),
            seconds / most,
            median(run.cpu_seconds for run in large) / most,
            marginal if most > least else None,
        )


def costs(runs: Sequence[Run]) -> list[Cost]:
    """Return the cost of each side on each variant that was measured, in a fixed order."""
    measured = {(run.variant, run.side) for run in runs}
    return [
        Cost.of(variant, side, runs)
        for variant in VARIANTS
        for side in SIDES
        if (variant, side) in measured
    ]


def table(found: Iterable[Cost]) -> str:
    """Return the costs as a Markdown table; the ratios are nbgrader's cost to that of the row."""
    found = list(found)
    stock = {cost.variant: cost for cost in found if cost.side == "nbgrader"}
    lines = [
        "| notebooks | graded by | runs | s each | CPU s each | s for one more "
        "| nbgrader, times as long | times the CPU |",
        "| --- | --- | --: | --: | --: | --: | --: | --: |",
    ]
    for cost in found:
        beside = stock.get(cost.variant)
        wall = f"{beside.each / cost.each:.1f}" if beside else "–"
        cpu = f"{beside.each_cpu / cost.each_cpu:.1f}" if beside else "–"
        more = "–" if cost.marginal is None else f"{cost.marginal:.2f}"
        lines.append(
            f"| {cost.variant} | {cost.side} | {cost.runs} | {cost.each:.2f} "
            f"| {cost.each_cpu:.2f} | {more} | {wall} | {cpu} |"
        )
    return "\n".join(lines)


def page(found: Sequence[Cost], conditions: Mapping[str, Any]) -> str:
    """Return the results as a Markdown page: figures, conditions, and what each side does."""
    return "\n".join(
        [
            f"<!-- {MADE} -->",
            "",
            table(found),
            "",
            "Medians of whole commands, start included, divided by the number of submissions; "
            "*s for one more* is the slope between the small and the large batch.",
            "",
            *(f"- {name.replace('_', ' ')}: {value}" for name, value in conditions.items()),
            "",
            *(f"- **{name}**: {what}" for name, what in (VARIANTS | SIDES).items()),
            "",
        ]
    )


def reduced(notebook: Mapping[str, Any], exercises: Iterable[str]) -> dict[str, Any]:
    """Return a submitted notebook with its imports, answers and test cells alone."""
    exercises = list(exercises)
    kept = {"imports", *exercises, *(f"{name}_test" for name in exercises)}
    tests = {
        "cell_type": "code",
        "execution_count": None,
        "id": "tests",
        "metadata": {},
        "outputs": [],
        "source": TEST_IMPORTS,
    }
    cells = [
        cell
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") in kept
    ]
    return {**notebook, "cells": [tests, *cells]}


def plan(variants: Mapping[str, int], sizes: Sequence[int]) -> list[tuple[str, str, int]]:
    """Return the runs in order: within a round the sides take turns on the same batch."""
    return [
        (variant, side, size)
        for round_ in range(max(variants.values()))
        for variant, rounds in variants.items()
        if round_ < rounds
        for size in sizes
        for side in SIDES
    ]


def lay_out(course: Course, root: Path, submissions: int) -> None:
    """Make the batches of both variants, and a stock nbgrader course with the real release."""
    assignment = read_manifest(course.manifest)
    exercises = [exercise.name for exercise in assignment.exercises]
    for student in LEARNERS[:submissions]:
        data = (course.sample_class / student / assignment.notebook).read_bytes()
        small = json.dumps(reduced(json.loads(data), exercises), indent=1).encode()
        for variant, content in (("whole", data), ("reduced", small)):
            path = root / variant / student / assignment.notebook
            path.parent.mkdir(parents=True)
            path.write_bytes(content)
    stock = root / "stock"
    source = stage(course, root / "staging")
    shutil.copytree(
        course.release,
        stock / "source" / course.assignment,
        ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"),
    )
    shutil.copyfile(source, stock / "source" / course.assignment / assignment.notebook)
    (stock / "nbgrader_config.py").write_text(STOCK_SETTINGS, encoding="utf-8")
    run([*nbgrader(), "generate_assignment", course.assignment], stock, root / "log.txt")


def measure(course: Course, root: Path, variant: str, side: str, size: int) -> Run:
    """Grade the first `size` notebooks of a variant in a fresh folder, and time the command.

    Raises BenchmarkError where the command fails or leaves a submission without its result.
    """
    notebook = read_manifest(course.manifest).notebook
    with tempfile.TemporaryDirectory(dir=root) as scratch:
        work = Path(scratch) / "work"
        if side == "nbgrader":
            shutil.copytree(root / "stock", work)
            batch = work / "submitted"
        else:
            batch = work / "batch"
        for student in LEARNERS[:size]:
            folder = batch / student / (course.assignment if side == "nbgrader" else "")
            shutil.copytree(root / variant / student, folder)
        if side == "nbgrader":
            command = [*nbgrader(), "autograde", course.assignment]
            results = f"autograded/*/{course.assignment}/{notebook}"
        else:
            one = ["--jobs", "1"] if side == "reskit_one" else []
            command = [sys.executable, "-m", "reskit", "grade", str(batch), "--out", "out", *one]
            results = "out/*/feedback.html"
        load = os.getloadavg()[0]
        begun, cpu_begun = time.perf_counter(), children_cpu()
        run(command, work, Path(scratch) / "log.txt", course)
        seconds, cpu = time.perf_counter() - begun, children_cpu() - cpu_begun
        if (made := len(list(work.glob(results)))) != size:
            raise BenchmarkError(f"{side} graded {made} of {size} submissions.")
        return Run(variant, side, size, round(seconds, 2), round(cpu, 2), round(load, 2))


def nbgrader() -> list[str]:
    """Return the beginning of an nbgrader command."""
    return [sys.executable, "-m", "nbgrader"]


def children_cpu() -> float:
    """Return the CPU seconds of all processes that have ended under this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(command: Sequence[str], folder: Path, log: Path, course: Course | None = None) -> None:
    """Run a command to its end; an interrupt ends it first. Raises BenchmarkError on failure."""
    programs = str(Path(sys.executable).parent)  # nbgrader starts `alembic` by its bare name
    environment = os.environ | {
        "PATH": os.pathsep.join([programs, os.environ.get("PATH", "")]),
        "JUPYTER_CONFIG_DIR": str(folder / "jupyter"),  # apart from the user's own settings
    }
    if course:
        environment["RESKIT_COURSE"] = str(course.root)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # one Ctrl-C reaches it once, from the line below
        )
        try:
            status = process.wait()
        except BaseException:
            end(process)
            raise
    if status:
        tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise BenchmarkError(f"{' '.join(command[1:4])} failed:\n{tail}")


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to stop, so that it stops its own children; after ten seconds, kill it."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def conditions(runs: Sequence[Run]) -> dict[str, Any]:
    """Return the machine, the versions, and how busy the machine was."""
    packages = ("reskit", "nbgrader", "tensorflow", "keras")
    loads = [each.load for each in runs]
    return {
        "cores": len(os.sched_getaffinity(0)),
        "load_before_a_run": f"{min(loads):.1f} to {max(loads):.1f}",
        "batches": f"{min(each.submissions for each in runs)} and "
        f"{max(each.submissions for each in runs)} submissions",
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
    }


def write(folder: Path, runs: Sequence[Run]) -> str:
    """Write the results as JSON and as a page, and return the page."""
    found, around = costs(runs), conditions(runs)
    text = page(found, around)
    content = {
        "conditions": around,
        "learners": list(LEARNERS[: max(each.submissions for each in runs)]),
        "costs": [asdict(cost) for cost in found],
        "runs": [asdict(each) for each in runs],
    }
    folder.mkdir(parents=True, exist_ok=True)
    lines = json.dumps(content, indent=2)
    (folder / "grade_beside_nbgrader.json").write_text(lines + "\n", encoding="utf-8")
    (folder / "grade_beside_nbgrader.md").write_text(text, encoding="utf-8")
    return text


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    made.add_argument(
        "--submissions",
        type=int,
        default=12,
        metavar="N",
        choices=range(FEW + 1, len(LEARNERS) + 1),
        help=f"size of the large batch, {FEW + 1} to {len(LEARNERS)} (default: 12)",
    )
    made.add_argument("--reduced-rounds", type=int, default=3, help="default: 3")
    made.add_argument("--whole-rounds", type=int, default=3, help="default: 3")
    made.add_argument("--out", type=Path, default=HERE / "results", help="where to write")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write and show the results; return the exit status."""
    options = parser().parse_args(arguments)
    rounds = {"reduced": options.reduced_rounds, "whole": options.whole_rounds}
    steps = plan(rounds, (FEW, options.submissions))
    console = Console()
    course = find_course(HERE)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    runs: list[Run] = []
    try:
        with (
            tempfile.TemporaryDirectory(prefix="reskit-benchmark-") as scratch,
            Progress(*columns, TimeElapsedColumn(), console=console) as progress,
        ):
            task = progress.add_task("laying out, and warming up the disk", total=len(steps))
            lay_out(course, Path(scratch), options.submissions)
            for side in ("reskit", "nbgrader"):
                measure(course, Path(scratch), "reduced", side, FEW)  # not counted
            for variant, side, size in steps:
                progress.update(task, description=f"{side}, {size} {variant}")
                runs.append(measure(course, Path(scratch), variant, side, size))
                progress.advance(task)
    except BenchmarkError as error:
        console.print(str(error), style="red", markup=False)
        return 1
    except KeyboardInterrupt:
        console.print("Interrupted; nothing was written.")
        return 130
    console.print(Markdown(write(options.out, runs)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
