"""How long after a save does `reskit check --watch` answer?

`python benchmarks/watch_answer.py` starts the command on a right notebook, changes a block and
saves, again and again, and measures the time from each save to the printed answer. It writes what
it found to benchmarks/results/ as JSON and as a table.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import IO, Any

from rich.console import Console
from rich.markdown import Markdown
from rich.progress import track

from reskit.course import Course, find_course

HERE = Path(__file__).resolve().parent
COMMAND = "python benchmarks/watch_answer.py"
FILTERS = "F1, F2, F3 = filters"


def main() -> None:
    """Measure, and write what was measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--saves", type=int, default=30)
    parser.add_argument("--out", type=Path, default=HERE / "results")
    options = parser.parse_args()
    figures = measured(find_course(HERE), options.saves)
    options.out.mkdir(parents=True, exist_ok=True)
    text = table(figures)
    (options.out / "watch_answer.json").write_text(json.dumps(figures, indent=2) + "\n")
    (options.out / "watch_answer.md").write_text(text)
    Console().print(Markdown(text))


def measured(course: Course, saves: int) -> dict[str, Any]:
    """Return the seconds until the first answer, and those from each save to its answer."""
    text = (course.sample_class / "solved" / "ResNet50.ipynb").read_text(encoding="utf-8")
    if text.count(FILTERS) != 2:
        raise SystemExit(f"The sample notebook has no longer two lines {FILTERS!r}.")
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="reskit-watch-") as folder:
        notebook = Path(folder) / "ResNet50.ipynb"
        notebook.write_text(text, encoding="utf-8")
        begun = time.monotonic()
        command = [sys.executable, "-m", "reskit", "check", "--watch", str(notebook)]
        with subprocess.Popen(
            command, cwd=course.root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            assert process.stdout is not None
            try:
                read_to(process.stdout, "ResNet50: ")
                first = time.monotonic() - begun
                answers = [
                    one_answer(process.stdout, notebook, _changed(text, number))
                    for number in track(range(saves), "saving")
                ]
            finally:
                process.kill()
    return {
        "cores": os.cpu_count(),
        "load before": round(load, 1),
        "first answer": first,
        "answers": answers,
    }


def _changed(text: str, number: int) -> str:
    """Return the notebook with another identity block each time, right and wrong in turns."""
    order = "F1, F2, F3" if number % 2 else "F3, F2, F1"
    return text.replace(FILTERS, f"save_{number} = {order} = filters", 1)


def one_answer(printed: IO[str], notebook: Path, text: str) -> float:
    """Return the seconds from a save to the end of what is printed of it."""
    beside = notebook.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    begun = time.monotonic()
    beside.replace(notebook)
    read_to(printed, "ResNet50: ")
    return time.monotonic() - begun


def read_to(printed: IO[str], text: str) -> None:
    """Read lines up to the first with `text`; end where there are no more."""
    for line in printed:
        if text in line:
            return
    raise SystemExit("The command has ended before it answered.")


def table(figures: dict[str, Any]) -> str:
    """Return the figures as a page of Markdown."""
    answers = sorted(figures["answers"])
    return (
        f"<!-- Made by `{COMMAND}` from `watch_answer.json`; change neither by hand. -->\n\n"
        f"| from a save to the answer, {len(answers)} saves | seconds |\n| --- | --: |\n"
        f"| median | {median(answers):.2f} |\n| slowest | {answers[-1]:.2f} |\n"
        f"| the first answer, with the start of Keras | {figures['first answer']:.1f} |\n\n"
        f"{figures['cores']} cores, load {figures['load before']} before.\n"
    )


if __name__ == "__main__":
    main()
