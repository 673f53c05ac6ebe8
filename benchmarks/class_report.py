"""What a class report costs, and how often it names two as alike who are not.

`python benchmarks/class_report.py` writes a class of notebooks, each in a style drawn by chance,
with some copies hidden in it, and reports as of the sample class; it runs `reskit class` on them
and writes to benchmarks/results/ what that took and whom it named.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from writing_styles import program, renamed

from reskit.class_command import made_from
from reskit.class_report.graded import read_graded
from reskit.course import Course, find_course

HERE = Path(__file__).resolve().parent
COMMAND = "python benchmarks/class_report.py"
MADE = f"<!-- Made by `{COMMAND}` from `class_report.json`; change neither by hand. -->"
NOTEBOOK = "ResNet50.ipynb"
EXERCISES = ("identity_block", "convolutional_block", "ResNet50")
COPIED = {3: 7, 11: 7, 10: 9}  # who has the work of whom
CHANGED = 10  # who changed something in it too


def main() -> None:
    """Measure, and write what was measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--submissions", type=int, default=1_000, help="at least 12")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    options = parser.parse_args()
    figures = measured(find_course(HERE), max(12, options.submissions))
    text = page(figures)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "class_report.json").write_text(json.dumps(figures, indent=2) + "\n")
    (options.out / "class_report.md").write_text(text)
    Console().print(Markdown(text))


def measured(course: Course, size: int) -> dict[str, Any]:
    """Return what the report on a class of this size took, and whom it named as alike."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        graded = write_class(course, size, Path(folder))
        wall, used = time.monotonic(), _processor()
        command = [sys.executable, "-m", "reskit", "class", str(graded)]
        subprocess.run(command, cwd=course.root, check=True, capture_output=True)
        seconds, cpu_seconds = time.monotonic() - wall, _processor() - used
        found = made_from(course, read_graded(graded)).similar
    named = [list(cluster.members) for cluster in found.clusters]
    hidden = [sorted({copy, *(c for c, o in COPIED.items() if o == own), own})
              for copy, own in COPIED.items()]  # fmt: skip
    return {
        "submissions": size,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu_seconds, 1),
        "usual": round(found.usual, 4),
        "usual_high": round(found.usual_high, 4),
        "copies_found": all(group in named for group in hidden),
        "named_by_chance": sum(group not in hidden for group in named),
        "pairs": size * (size - 1) // 2,
        "cores": os.cpu_count(),
        "load": round(load, 1),
        "python": platform.python_version(),
    }


def write_class(course: Course, size: int, folder: Path) -> Path:
    """Write notebooks and their reports; return the folder of the reports."""
    released = json.loads((course.release / NOTEBOOK).read_text(encoding="utf-8"))
    golden = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(course.sample_class.glob("*/report.json"))
    ]
    readable = [each for each in golden if each["fault"] is None]
    for number, report in zip(range(size), cycle(readable), strict=False):
        student = f"learner_{number:04}"
        path = folder / "handed_in" / student / NOTEBOOK
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(_notebook(released, _work(number))), encoding="utf-8")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        report["submission"] = {"path": str(path), "student": student, "sha256": digest}
        report["provenance"] = {}
        target = folder / "graded" / student / "report.json"
        target.parent.mkdir(parents=True)
        target.write_text(json.dumps(report), encoding="utf-8")
    return folder / "graded"


def _work(number: int) -> str:
    source = program(COPIED.get(number, number))
    if number == CHANGED:
        source = source.replace("strides=2", "strides=(2, 2)")
    return renamed(source, number) if number in COPIED else source


def _notebook(released: dict[str, Any], source: str) -> dict[str, Any]:
    """Return the released notebook with three functions in their cells."""
    pieces = [f"def {piece}" for piece in source.removeprefix("def ").split("\n\ndef ")]
    answers = dict(zip(EXERCISES, pieces, strict=True))
    cells = [
        {**cell, "source": answers.get(_grade_id(cell), cell["source"])}
        for cell in released["cells"]
    ]
    return {**released, "cells": cells}


def _grade_id(cell: dict[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def _processor() -> float:
    told = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told.ru_utime + told.ru_stime


def page(figures: dict[str, Any]) -> str:
    """Return the page of results."""
    found = "all were named" if figures["copies_found"] else "not all were named"
    return f"""{MADE}

| class report | |
| --- | --: |
| submissions | {figures["submissions"]} |
| seconds by the clock | {figures["seconds"]} |
| seconds of processor time | {figures["cpu_seconds"]} |
| two usually share of their own | {100 * figures["usual"]:.1f} % |
| nine of ten pairs less than | {100 * figures["usual_high"]:.1f} % |
| groups named by chance, of {figures["pairs"]} pairs | {figures["named_by_chance"]} |

Hidden in the class were two copies of one work under other names, and one of another with a change:
{found}.

{figures["cores"]} cores, load {figures["load"]} before; Python {figures["python"]}.
"""


if __name__ == "__main__":
    main()
