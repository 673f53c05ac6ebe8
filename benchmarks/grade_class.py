"""Grade a class of a thousand, a hostile one in ten: does it stay as fast, as small, and right?

`python benchmarks/grade_class.py` makes a class of which no two programs are the same, grades it
with an empty store, then unchanged, then with a changed hint, and a part of it with one examiner
and with two. It writes what it found to benchmarks/results/ as JSON and as a table.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.progress import track

from reskit.course import Course, find_course
from reskit.grading import Grader, Ungraded
from reskit.store import store_of

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "submissions"))
from soak import Handed, Step, course_of_its_own, graded, make_class  # noqa: E402  (lies there)

COMMAND = "python benchmarks/grade_class.py"
HINT = "Follow the main path of the drawing", "Go along the main path of the drawing"
ROUNDS = 3  # with one examiner and with two, in turns
WARM = 4  # submissions before the clock runs, so that every examiner has started


def main() -> None:
    """Measure, and write what was measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--workers-part", type=int, default=60, help="of them, with one and two")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reskit-class-") as folder:
        figures = measured(
            find_course(HERE), options.submissions, options.workers_part, Path(folder)
        )
    options.out.mkdir(exist_ok=True)
    text = table(figures)
    (options.out / "grade_class.json").write_text(json.dumps(figures, indent=2) + "\n")
    (options.out / "grade_class.md").write_text(text)
    Console().print(Markdown(text))


def measured(course: Course, total: int, part: int, folder: Path) -> dict[str, Any]:
    """Return all figures of a class of `total` submissions."""
    own = course_of_its_own(course, folder / "course")
    handed = make_class(total, folder / "class")
    load = os.getloadavg()[0]
    steps, cold = _timed(own, handed, "grading")
    unchanged = _timed(own, handed, "again")[1]
    text = own.manifest.read_text(encoding="utf-8")
    own.manifest.write_text(text.replace(*HINT), encoding="utf-8")
    judged = _timed(own, handed, "with a changed hint")[1]
    return {
        "cores": os.cpu_count(),
        "load before": round(load, 1),
        "python": platform.python_version(),
        "tensorflow": version("tensorflow"),
        "keras": version("keras"),
        "submissions": total,
        "hostile": sum(each.due is None for each in handed),
        "lost": sum(isinstance(step.outcome, Ungraded) for step in steps),
        "wrong": sum(step.is_wrong for step in steps),
        "seconds": {"cold": cold, "unchanged": unchanged, "changed hint": judged},
        "hundreds": _hundreds(steps),
        "workers": _workers(course, handed[:part], folder),
    }


def _timed(course: Course, handed: Sequence[Handed], what: str) -> tuple[list[Step], float]:
    """Return the steps of grading a class, and the seconds it took."""
    start = time.monotonic()
    with store_of(course) as store, Grader(course, store=store) as grader:
        steps = list(track(graded(grader, handed), what, total=len(handed)))
    return steps, time.monotonic() - start


def _hundreds(steps: Sequence[Step]) -> list[dict[str, float]]:
    """Return, for each hundred in order, submissions per second and the largest memory."""
    found = []
    for first in range(0, len(steps), 100):
        some = steps[first : first + 100]
        begun = steps[first - 1].at if first else 0.0
        found.append(
            {
                "per second": len(some) / (some[-1].at - begun),
                "grader MiB": max(step.mebibytes[0] for step in some),
                "examiners MiB": max(step.mebibytes[1] for step in some),
            }
        )
    return found


def _workers(course: Course, handed: Sequence[Handed], folder: Path) -> dict[str, float]:
    """Return the seconds for a part of the class with one examiner and with two, in turns.

    The hostile ones are left out: one that is stopped by the clock keeps one examiner waiting and
    not the other. Every examiner has started before the clock runs.
    """
    honest = [each for each in handed if each.due is not None]
    seconds: dict[int, list[float]] = {1: [], 2: []}
    for turn in range(ROUNDS):
        for jobs, taken in seconds.items():
            own = course_of_its_own(course, folder / f"workers{turn}{jobs}")
            with store_of(own) as store, Grader(own, jobs=jobs, store=store) as grader:
                list(graded(grader, honest[:WARM]))
                start = time.monotonic()
                list(graded(grader, honest[WARM:]))
                taken.append(time.monotonic() - start)
    one, two = (median(taken) for taken in seconds.values())
    return {"one": one, "two": two, "ratio": one / two, "submissions": len(honest) - WARM}


def table(figures: Mapping[str, Any]) -> str:
    """Return the figures as a page of Markdown."""
    seconds, workers, hundreds = figures["seconds"], figures["workers"], figures["hundreds"]
    total = figures["submissions"]
    rates = [each["per second"] for each in hundreds]
    lines = [
        f"<!-- Made by `{COMMAND}` from `grade_class.json`; change neither by hand. -->",
        "",
        f"{total} submissions, {figures['hostile']} of them hostile, no two programs alike: "
        f"{figures['lost']} lost, {figures['wrong']} with another score than is due.",
        "",
        "| the whole class | seconds | each, milliseconds |",
        "| --- | --: | --: |",
        *(
            f"| {what} | {taken:.1f} | {1000 * taken / total:.1f} |"
            for what, taken in seconds.items()
        ),
        "",
        f"{workers['submissions']} of them, every examiner warm: one examiner {workers['one']:.1f} "
        f"s, two {workers['two']:.1f} s, {workers['ratio']:.2f} times as fast.",
        "",
        "| hundred | per second | grader, MiB | examiners and parents, MiB |",
        "| --: | --: | --: | --: |",
        *(
            f"| {number} | {each['per second']:.2f} | {each['grader MiB']:.0f} "
            f"| {each['examiners MiB']:.0f} |"
            for number, each in enumerate(hundreds, start=1)
        ),
        "",
        f"The last hundred beside the first: {rates[-1] / rates[0]:.2f} times as fast. The first "
        "one pays for the start of the examiners.",
        "",
        f"{figures['cores']} cores, load {figures['load before']} before; Python "
        f"{figures['python']}, TensorFlow {figures['tensorflow']}, Keras {figures['keras']}.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
