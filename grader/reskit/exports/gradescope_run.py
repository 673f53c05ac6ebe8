"""What run_autograder does in Gradescope's container: grade one submission, write results.json.

`python -m reskit.exports.gradescope_run /autograder`
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reskit.class_report.graded import NotGradedError, read_graded
from reskit.course import Course, find_course
from reskit.exports.gradescope import gradescope_results, nothing_handed_in
from reskit.grading import find_submissions
from reskit.manifest import Assignment, read_manifest
from reskit.writing import write_text


def main(arguments: Sequence[str] | None = None) -> int:
    """Grade what is in ROOT/submission and write ROOT/results/results.json.

    Returns 1, and writes nothing, where we fail: Gradescope then tells the learner that the
    autograder failed, and the instructor what it printed. That is never a learner's zero.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("--allow-weak-isolation", action="store_true")
    options = parser.parse_args(arguments)
    course = find_course()
    assignment = read_manifest(course.manifest)
    results = options.root / "results" / "results.json"
    results.unlink(missing_ok=True)
    path = submission_in(options.root / "submission", assignment)
    if path is None:
        expected = f"{assignment.notebook}, with your three functions in it"
        told = nothing_handed_in(assignment.max_score, expected)
    else:
        try:
            told = graded(course, path, allow_weak=options.allow_weak_isolation)
        except NotGradedError as error:
            print(f"The autograder failed, and not the learner. {error}")
            return 1
    write_text(results, json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    return 0


def submission_in(folder: Path, assignment: Assignment) -> Path | None:
    """Return the notebook that counts: the one called as the assignment's, else the first."""
    found = find_submissions(assignment, folder)
    named = [path for path in found if path.name.lower() == assignment.notebook.lower()]
    return next(iter(named or found), None)


def graded(course: Course, path: Path, *, allow_weak: bool) -> dict[str, Any]:
    """Return Gradescope's results for a submission, by `reskit grade`. Raises NotGradedError."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-P", "-m", "reskit", "grade", str(path), "--out", folder]
        command += ["--jobs", "1", *(["--allow-weak-isolation"] if allow_weak else [])]
        ended = subprocess.run(command, cwd=course.root, check=False)
        if ended.returncode != 0:
            raise NotGradedError(f"reskit grade ended with {ended.returncode}; see above.")
        (report,) = read_graded(Path(folder)).reports
    return gradescope_results(report, time.monotonic() - begun)


if __name__ == "__main__":
    sys.exit(main())
