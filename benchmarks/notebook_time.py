"""How long does a learner wait? The released notebook, run from top to bottom in a real kernel.

`python benchmarks/notebook_time.py` fills the reference's answers in, runs every cell but the
training, and writes the seconds of each to benchmarks/results/. `--train` trains as well;
`--save FILE.ipynb` keeps the notebook with its outputs.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import tempfile
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from reskit.course import find_course
from reskit.record import reference_cells

HERE = Path(__file__).resolve().parent
COMMAND = "python benchmarks/notebook_time.py"
MADE = f"Made by `{COMMAND}` from `notebook_time.json`; change neither by hand."
EXERCISES = ("identity_block", "convolutional_block", "ResNet50")
BAR = 60.0  # seconds, all cells but training


def main() -> None:
    """Measure, and write what was measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--train", action="store_true", help="train as well, and write no results")
    parser.add_argument("--save", type=Path, help="where to put the notebook with its outputs")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        notebook = run(Path(folder) / "learner", options.train)
    if options.save:
        nbformat.write(notebook, options.save)
    figures = {
        "machine": {
            "cores": os.cpu_count(),
            "processor": platform.machine(),
            "load before": round(load, 2),
            "niceness": os.nice(0),
            **{name: version(name) for name in ("tensorflow", "keras")},
        },
        "trained": options.train,
        "cells": seconds(notebook),
    }
    text = table(figures)
    if not options.train:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "notebook_time.json").write_text(json.dumps(figures, indent=2) + "\n")
        (options.out / "notebook_time.md").write_text(text, encoding="utf-8")
    print(text)


def run(folder: Path, train: bool) -> Any:
    """Return the released notebook as it is after every cell was run in a copy of its folder."""
    course = find_course(HERE)
    shutil.copytree(course.release, folder)
    notebook = nbformat.read(folder / "ResNet50.ipynb", as_version=4)
    answers = {
        name: cell
        for cell in reference_cells(course)
        for name in EXERCISES
        if cell.startswith(f"def {name}(")
    }
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in answers:
            cell.source = answers[grade_id]
        if train and grade_id == "training_switch":
            cell.source = cell.source.replace("TRAIN = False", "TRAIN = True")
    NotebookClient(notebook, timeout=3000, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


def seconds(notebook: Any) -> dict[str, float]:
    """Return how long each code cell ran, by its grade id."""
    found = {}
    for cell in notebook.cells:
        times = cell.metadata.get("execution", {})
        if cell.cell_type == "code" and "shell.execute_reply" in times:
            began, ended = (
                datetime.fromisoformat(times[key])
                for key in ("iopub.execute_input", "shell.execute_reply")
            )
            name = cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)
            found[name] = round((ended - began).total_seconds(), 2)
    return found


def table(figures: dict[str, Any]) -> str:
    """Return the figures as a page, the slowest cells first."""
    cells = figures["cells"]
    slowest = sorted(cells.items(), key=lambda cell: -cell[1])[:10]
    machine = ", ".join(f"{name} {value}" for name, value in figures["machine"].items())
    return "\n".join(
        [
            "# How long a learner waits",
            "",
            MADE,
            "",
            f"All {len(cells)} code cells of the released notebook with the reference's answers, "
            f"one after the other, {'with' if figures['trained'] else 'without'} training: "
            f"**{sum(cells.values()):.1f} s** (without, to stay under {BAR:.0f} s). The slowest:",
            "",
            "| cell | seconds |",
            "| --- | --: |",
            *(f"| `{name}` | {took:.1f} |" for name, took in slowest),
            "",
            f"{machine}.",
            "",
        ]
    )


if __name__ == "__main__":
    main()
