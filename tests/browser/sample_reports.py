"""Reports of the sample class, read from their golden files: nothing is graded."""

from __future__ import annotations

import json
from pathlib import Path

from reskit.course import Course
from reskit.report import Report
from reskit.results_folder import ResultsFolder
from reskit.stored_report import report_from_dict
from reskit.submission import read_submission


def sample_report(course: Course, name: str) -> tuple[Report, Path]:
    """Return the report of a sample learner, and the notebook it is about."""
    home = course.sample_class / name
    (path,) = home.glob("*.ipynb")
    submission = read_submission(path, course.assignment)
    golden = json.loads((home / "report.json").read_text(encoding="utf-8"))
    known = {"path": submission.path, "student": name, "sha256": submission.sha256}
    return report_from_dict({**golden, "submission": known, "provenance": {}}), path


def write_sample_pages(course: Course, folder: Path) -> None:
    """Write feedback.html of each sample learner into a folder of their name."""
    homes = sorted(path.parent for path in course.sample_class.glob("*/report.json"))
    with ResultsFolder(folder, course) as results:
        for home in homes:
            report, path = sample_report(course, home.name)
            results.write(home.name, report, read_submission(path, course.assignment).cells)
