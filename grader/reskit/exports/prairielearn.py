"""PrairieLearn's results.json of an external grader.

https://prairielearn.readthedocs.io/en/latest/externalGrading/ tells the fields.
"""

from __future__ import annotations

from typing import Any

from reskit.exports.desk_view import DeskTest, desk_tests, whole_text
from reskit.render.plain import points_text
from reskit.report import Report


def prairielearn_results(report: Report) -> dict[str, Any]:
    """Return the results of one submission, its score from 0 to 1.

    A file that is no notebook is not gradable: there it costs no attempt. PrairieLearn shows all
    tests at once; of hidden cases it gets the outcome alone.
    """
    about = whole_text(report)
    if report.fault is not None and report.fault.kind == "unreadable":
        return {"gradable": False, "format_errors": [report.fault.message], "message": about}
    share = report.score / report.max_score if report.max_score else 0.0
    return {
        "gradable": True,
        "score": min(1.0, max(0.0, share)),
        "message": points_text(report.score, report.max_score),
        "output": about,
        "images": [],
        "tests": [_test(each) for each in desk_tests(report)],
    }


def _test(test: DeskTest) -> dict[str, Any]:
    return {
        "name": test.name,
        "description": "a hidden check: other arguments" if test.is_hidden else "a public check",
        "points": test.score,
        "max_points": test.max_score,
        "message": {"passed": "Passed.", "failed": "Failed."}.get(test.status, "Did not run."),
        "output": test.output,
        "images": [],
    }
