"""What grading one submission costs: `reskit grade` beside nbgrader and otter as they come.

`python benchmarks/grade_beside_others.py` grades the same class with each of them, in turns,
writes the figures to benchmarks/results/ as JSON and as a page, and fills the README's table.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from grading.batch import make_batch
from grading.clock import measure
from grading.commands import BenchmarkError, Command, adopting, run
from grading.figures import OTHERS, SIDES, Run
from grading.ground import lay_out
from grading.otter import make_environment
from grading.page import in_readme, page
from grading.rounds import plan
from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from reskit.course import find_course

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
NAME = "grade_beside_others"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write and show the results; return the exit status."""
    options = parser().parse_args(arguments)
    console = Console()
    try:
        if not options.pages:
            write(options.out, measured(options, console))
    except BenchmarkError as error:
        console.print(str(error), style="red", markup=False)
        return 1
    except KeyboardInterrupt:
        console.print("Interrupted; nothing was written.")
        return 130
    console.print(Markdown(write_pages(options.out)))
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add = made.add_argument
    add("--submissions", type=_positive, default=48, metavar="N", help="for reskit (default: 48)")
    add(
        "--others",
        type=_positive,
        default=12,
        metavar="M",
        help="for nbgrader and otter, the first of the same class (default: 12)",
    )
    add("--rounds", type=_positive, default=3, metavar="R", help="default: 3")
    add(
        "--whole-rounds",
        type=int,
        choices=range(100),
        metavar="W",
        help="rounds with whole notebooks, which take longest; 0: none (default: as --rounds)",
    )
    add(
        "--otter-python",
        type=Path,
        metavar="PYTHON",
        help="of an environment that has otter and TensorFlow (default: one is made and removed)",
    )
    add("--out", type=Path, default=RESULTS, help="where to write (default: benchmarks/results)")
    add("--pages", action="store_true", help="measure nothing; make the pages from the JSON again")
    return made


def measured(options: argparse.Namespace, console: Console) -> dict[str, Any]:
    """Return all runs and their conditions. Raises BenchmarkError where a side did not grade."""
    course = find_course(HERE)
    whole_rounds = options.rounds if options.whole_rounds is None else options.whole_rounds
    rounds = {"reduced": options.rounds, "whole": whole_rounds}
    steps = plan(rounds, list(SIDES), options.submissions, options.others)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    runs: list[Run] = []
    with (
        tempfile.TemporaryDirectory(prefix="reskit-benchmark-") as scratch,
        Progress(*columns, TimeElapsedColumn(), console=console) as progress,
        adopting(),
    ):
        root = Path(scratch)
        task = progress.add_task("laying out, and warming up the disk", total=len(steps))
        otter = options.otter_python or make_environment(root / "otter", root / "log.txt")
        batch = make_batch(course, root / "class", max(options.submissions, options.others))
        ground = lay_out(course, batch, root / "ground", otter)
        for variant in dict.fromkeys(variant for variant, _, _ in steps):
            for side in ("reskit", *OTHERS):
                measure(ground, variant, side, 1)  # not counted: no side pays for a cold disk
        for variant, side, size in steps:
            progress.update(task, description=f"{side}, {size} {variant}")
            runs.append(measure(ground, variant, side, size))
            progress.advance(task)
        return {
            "conditions": conditions(otter, root / "log.txt"),
            "runs": [asdict(each) for each in runs],
        }


def conditions(otter: Path, log: Path) -> dict[str, Any]:
    """Return the machine and the versions of all that was measured."""
    packages = ("reskit", "nbgrader", "tensorflow", "keras")
    ask = "from importlib.metadata import version; print(version('otter-grader'))"
    run(Command(otter, ["-c", ask]), log.parent, log)
    return {
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
        "otter-grader": log.read_text(encoding="utf-8").strip(),
    }


def write(folder: Path, found: Mapping[str, Any]) -> None:
    """Write what was measured as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, indent=2) + "\n"
    (folder / f"{NAME}.json").write_text(text, encoding="utf-8")


def write_pages(folder: Path) -> str:
    """Make the page of results from the JSON beside it, and return it.

    The README shows the results that are committed: its table is made from these alone.
    """
    found = json.loads((folder / f"{NAME}.json").read_bytes())
    runs = [Run(**each) for each in found["runs"]]
    text = page(runs, found["conditions"])
    (folder / f"{NAME}.md").write_text(text, encoding="utf-8")
    if folder == RESULTS:
        readme = HERE.parent / "README.md"
        text_before = readme.read_text(encoding="utf-8")
        readme.write_text(in_readme(text_before, runs), encoding="utf-8")
    return text


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("has to be 1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main())
