"""Make the folders of the sample class from the released notebook and the table of cases.

`python tests/submissions/build.py` writes one notebook per case; `--check` exits 1 if one that is
there differs; `--golden` grades the class and writes the golden reports anew, after which every
changed line of them wants to be read.
"""

from __future__ import annotations

import argparse
import copy
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jupytext
from sample_cases import CASES, EXERCISES, Case, Change

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RELEASED = ROOT / "assignments" / "resnet50" / "ResNet50.ipynb"
SOURCE = ROOT / "solutions" / "resnet50" / "ResNet50.py"
NOTEBOOK = "ResNet50.ipynb"
GOLDEN = "report.json"


def read_answers(source: Path) -> dict[str, str]:
    """Return the reference's answer cells by grade id, without the solution marks."""
    notebook = jupytext.read(source, fmt="py:percent")
    sources = {_grade_id(cell): cell["source"] for cell in notebook["cells"]}
    return {
        name: re.sub(r"^ *### (BEGIN|END) SOLUTION *\n?", "", sources[name], flags=re.MULTILINE)
        for name in EXERCISES
    }


def make_notebook(case: Case, released: dict[str, Any], answers: dict[str, str]) -> bytes:
    """Return the file that this learner hands in.

    Raises ValueError where an edit does not fit the reference text exactly once.
    """
    notebook = copy.deepcopy(released)
    known = {_grade_id(cell) for cell in notebook["cells"]}
    if unknown := set(case.cells) - known:
        raise ValueError(f"no cell has the grade id {sorted(unknown)}")
    cells: list[dict[str, Any]] = []
    for cell in notebook["cells"]:
        name = _grade_id(cell)
        if name == EXERCISES[0]:
            cells += [_own_cell(number, source) for number, source in enumerate(case.own_cells, 1)]
        text = "".join(cell["source"])
        if name in answers and case.answered:
            text = answers[name]
        changed = _changed(text, case.cells.get(name, ()), name)
        if changed is not None:
            cells.append(cell | {"source": changed.rstrip("\n").splitlines(keepends=True)})
    notebook["cells"] = cells
    data = (json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()
    return case.file(data) if case.file else data


def _changed(text: str, change: Change, name: str) -> str | None:
    if change is None or isinstance(change, str):
        return change
    for old, new in change:
        if text.count(old) != 1:
            raise ValueError(f"{name}: this text occurs {text.count(old)} times:\n{old}")
        text = text.replace(old, new)
    return text


def _own_cell(number: int, source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"own-{number}",
        "metadata": {},
        "outputs": [],
        "source": source,
    }


def _grade_id(cell: Any) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def make_class() -> dict[Path, bytes]:
    """Return every file of the class with its content."""
    released = json.loads(RELEASED.read_text(encoding="utf-8"))
    answers = read_answers(SOURCE)
    made = {}
    for name, case in CASES.items():
        try:
            made[HERE / name / NOTEBOOK] = make_notebook(case, released, answers)
        except ValueError as error:
            raise ValueError(f"case {name}: {error}") from error
    return made


def comparable(report: dict[str, Any]) -> dict[str, Any]:
    """Return what of a report depends neither on the machine nor on the place of the file."""
    kept = {key: value for key, value in report.items() if key != "provenance"}
    kept["submission"] = {"student": report["submission"]["student"]}
    return kept


def grade_class(names: Iterable[str] = CASES, jobs: int = 2) -> dict[str, dict[str, Any]]:
    """Return the report of each named case, made by the real grader."""
    from reskit.course import Course
    from reskit.grading import Grader

    names = list(names)
    with Grader(Course(ROOT), jobs=jobs) as grader:
        reports = grader.grade_all([HERE / name / NOTEBOOK for name in names])
        return {
            name: json.loads(report.to_json()) for name, report in zip(names, reports, strict=True)
        }


def write_golden() -> None:
    """Grade the class and write each case's golden report."""
    for name, report in grade_class().items():
        text = json.dumps(comparable(report), indent=2, ensure_ascii=False) + "\n"
        (HERE / name / GOLDEN).write_text(text, encoding="utf-8")
        print(f"{report['score']:>5} of {report['max_score']}  {name}")


def main() -> int:
    """Write, check or grade the sample class; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--check", action="store_true", help="exit 1 if a notebook differs")
    action.add_argument("--golden", action="store_true", help="grade, and write golden reports")
    chosen = parser.parse_args()
    if chosen.golden:
        write_golden()
        return 0
    made = make_class()
    stray = {path.parent for path in HERE.glob(f"*/{GOLDEN}")} - {path.parent for path in made}
    if chosen.check:
        wrong = [path for path, data in made.items() if not _holds(path, data)]
        for path in [*wrong, *sorted(stray)]:
            print(f"differs: {path.relative_to(ROOT)}", file=sys.stderr)
        if wrong or stray:
            print("`python tests/submissions/build.py` makes the notebooks anew.", file=sys.stderr)
        return 1 if wrong or stray else 0
    for path, data in made.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    print(f"{len(made)} submissions in {HERE.relative_to(ROOT)}")
    return 0


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


if __name__ == "__main__":
    sys.exit(main())
