"""Gradescope's results.json.

https://gradescope-autograders.readthedocs.io/en/latest/specs/ tells the fields.
"""

from __future__ import annotations

from typing import Any

from reskit.exports.desk_view import DeskTest, desk_tests, whole_text
from reskit.render.plain import points_text
from reskit.report import Report

TEXT = "text"  # never html or md: what a learner wrote is shown and not obeyed


def gradescope_results(report: Report, execution_time: float | None = None) -> dict[str, Any]:
    """Return the results of one submission; hidden cases are shown once grades are published.

    `execution_time` in seconds, where it is known. Until then Gradescope does not show the total,
    so the text does not tell it either.
    """
    tests = desk_tests(report)
    public = [each for each in tests if not each.is_hidden]
    points = points_text(sum(each.score for each in public), sum(each.max_score for each in public))
    said = f"Checks that you can see: {points}"
    about = whole_text(report)
    results: dict[str, Any] = {
        "score": report.score,
        "output": f"{said}\n{about}" if about else said,
        "output_format": TEXT,
        "test_output_format": TEXT,
        "test_name_format": TEXT,
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"grader": report.provenance},
        "tests": [_test(each) for each in tests],
    }
    if execution_time is not None:
        results["execution_time"] = round(execution_time, 1)
    return results


def nothing_handed_in(max_score: float, expected: str) -> dict[str, Any]:
    """Return the results where there is no notebook among the files that were handed in."""
    return {
        "score": 0,
        "output": f"{points_text(0, max_score)}\nThere is no notebook in what was handed in. "
        f"Hand in {expected}.",
        "output_format": TEXT,
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [],
    }


def _test(test: DeskTest) -> dict[str, Any]:
    return {
        "score": test.score,
        "max_score": test.max_score,
        "status": "passed" if test.status == "passed" else "failed",
        "name": test.name,
        "name_format": TEXT,
        "number": test.number,
        "output": test.output,
        "output_format": TEXT,
        "tags": [test.exercise, "hidden" if test.is_hidden else "public"],
        "visibility": "after_published" if test.is_hidden else "visible",
    }
