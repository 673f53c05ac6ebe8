"""What nbgrader's bookkeeping costs, when no notebook is run: by its own steps, and by ours.

`python benchmarks/nbgrader_costs.py` enters a class in a gradebook in turns: with the steps that
nbgrader comes with, Execute left out, and with those of this course, everything graded before. It
writes what it found to benchmarks/results/ as JSON and as a table.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from grading.commands import Command, run
from rich.console import Console
from rich.markdown import Markdown
from rich.progress import track

from reskit.course import Course, find_course
from reskit.grading import Grader, Ungraded
from reskit.nbgrader_course import lay_out, run_nbgrader, store_reports

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "submissions"))
from many import copies  # noqa: E402  (lies there)

COMMAND = "python benchmarks/nbgrader_costs.py"
SAMPLES = ("solved", "skip_cut", "half_done", "wrong_padding", "solved_other_style", "stub")
AS_IT_COMES = """
c.Autograde.exporter_class = "nbconvert.exporters.NotebookExporter"
c.Autograde.sanitize_preprocessors = [
    f"nbgrader.preprocessors.{name}"
    for name in ("ClearOutput", "DeduplicateIds", "OverwriteKernelspec", "OverwriteCells",
                 "CheckCellMetadata")
]
c.Autograde.autograde_preprocessors = [
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    *(
        f"nbgrader.preprocessors.{name}"
        for name in ("LimitOutput", "SaveAutoGrades", "AssignLatePenalties", "CheckCellMetadata")
    ),
]
"""
SIDES = {"as it comes, without Execute": AS_IT_COMES, "with ReSKit's steps": ""}


def main() -> None:
    """Measure, and write what was measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--submissions", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=HERE / "results")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reskit-nbgrader-") as folder:
        figures = measured(find_course(HERE), options.submissions, options.rounds, Path(folder))
    options.out.mkdir(parents=True, exist_ok=True)
    text = table(figures)
    (options.out / "nbgrader_costs.json").write_text(json.dumps(figures, indent=2) + "\n")
    (options.out / "nbgrader_costs.md").write_text(text)
    Console().print(Markdown(text))


def measured(course: Course, total: int, rounds: int, folder: Path) -> dict[str, Any]:
    """Return the seconds of each step, in each round of each side."""
    load = os.getloadavg()[0]
    sources = [course.sample_class / name / "ResNet50.ipynb" for name in SAMPLES]
    handed = {copy.parent.name: copy for copy, _ in copies(sources, total, folder / "class")}
    with Grader(course) as grader:
        reports = [
            report
            for report in grader.grade_all(list(handed.values()))
            if not isinstance(report, Ungraded)
        ]
    if len(reports) != total:
        raise SystemExit("A submission could not be graded.")
    roots = {}
    for number, (side, settings) in enumerate(SIDES.items()):
        roots[side] = root = folder / f"course{number}"
        lay_out(course, root, handed)
        store_reports(root, reports)
        with (root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
            file.write(settings)
        run_nbgrader(course, root, "generate_assignment", course.assignment)
    turns = [(side, root) for _ in range(rounds) for side, root in roots.items()]
    found: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    for side, root in track(turns, "entering a class in a gradebook"):
        found[side].append(entered(course, root))
    return {
        "cores": os.cpu_count(),
        "load before": round(load, 1),
        "nbgrader": version("nbgrader"),
        "submissions": total,
        "rounds": found,
    }


def entered(course: Course, root: Path) -> dict[str, float]:
    """Return the seconds of each step of one `nbgrader autograde`, and of the whole command."""
    out = root / "steps.json"
    words = ["-m", "grading.nbgrader_clock", str(out), "autograde", course.assignment, "--force"]
    variables = {"PYTHONPATH": str(HERE), "RESKIT_COURSE": str(course.root)}
    begun = time.perf_counter()
    run(Command(Path(sys.executable), words, variables), root, root / "log.txt")
    whole = time.perf_counter() - begun
    steps: dict[str, float] = json.loads(out.read_text(encoding="utf-8"))
    return {**steps, "the whole command": whole}


def table(figures: Mapping[str, Any]) -> str:
    """Return the figures as a page of Markdown: milliseconds for each submission."""
    rounds: Mapping[str, Sequence[Mapping[str, float]]] = figures["rounds"]
    names = list(dict.fromkeys(name for side in rounds.values() for name in side[0]))
    total = figures["submissions"]

    def cell(side: str, name: str) -> str:
        taken = [each[name] for each in rounds[side] if name in each]
        return f"{1000 * median(taken) / total:.1f}" if taken else "–"

    sums = ("entering the submission", "both conversions", "all", "the whole command")
    steps = sorted(
        (name for name in names if name not in sums),
        key=lambda name: -max(each.get(name, 0.0) for side in rounds.values() for each in side),
    )
    lines = [
        f"<!-- Made by `{COMMAND}` from `nbgrader_costs.json`; change neither by hand. -->",
        "",
        f"Milliseconds for each of {total} submissions, medians of "
        f"{len(next(iter(rounds.values())))} rounds, in turns; one process, no notebook run.",
        "",
        f"| step | {' | '.join(rounds)} |",
        f"| --- | {' | '.join('--:' for _ in rounds)} |",
        *(
            f"| {name} | {' | '.join(cell(side, name) for side in rounds)} |"
            for name in (*steps, *sums)
        ),
        "",
        "The steps lie within the two conversions; these and the entering of the submission within "
        "all. The whole command has the start of nbgrader in it, once.",
        "",
        f"{figures['cores']} cores, load {figures['load before']} before; nbgrader "
        f"{figures['nbgrader']}.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
