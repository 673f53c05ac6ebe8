"""A class of graded submissions for the tests, made of the sample class and its golden reports."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from reskit.course import find_course

COURSE = find_course(Path(__file__))
Change = Callable[[dict[str, Any]], None]


def sample_report(name: str, student: str | None = None) -> dict[str, Any]:
    """Return the golden report of a case of the sample class, as `reskit grade` would write it."""
    notebook = COURSE.sample_class / name / "ResNet50.ipynb"
    report = json.loads((notebook.parent / "report.json").read_text(encoding="utf-8"))
    report["submission"] = {
        "path": str(notebook),
        "student": student or name,
        "sha256": hashlib.sha256(notebook.read_bytes()).hexdigest(),
    }
    report["provenance"] = {"assignment_sha256": "0" * 64}
    return dict(report)


def write_class(folder: Path, reports: Mapping[str, dict[str, Any]]) -> Path:
    """Lay reports out as `reskit grade --out` does, and return the folder."""
    for name, report in reports.items():
        path = folder / name / "report.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(report), encoding="utf-8")
    return folder


def sample_class(folder: Path) -> Path:
    """Lay out the reports of the whole sample class."""
    names = sorted(path.parent.name for path in COURSE.sample_class.glob("*/report.json"))
    return write_class(folder, {name: sample_report(name) for name in names})
