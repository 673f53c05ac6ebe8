"""What a learner sees of a report: drawings, their own code with marks, and the page with both."""

from __future__ import annotations

from collections.abc import Sequence

from reskit.course import Course
from reskit.manifest import read_manifest
from reskit.own_code.marked import MarkedCode, marked_code
from reskit.own_code.reading import Reading
from reskit.recording import read_expected
from reskit.render.drawings import drawings
from reskit.render.html import feedback_page
from reskit.report import Report


class LearnerPages:
    """Makes the pages of a course's learners. Use it as a context manager."""

    def __init__(self, course: Course) -> None:
        self._title = read_manifest(course.manifest).title
        self._expected = read_expected(course.outputs)  # of public calls: no hidden one is shown
        self._reading = Reading()

    def drawings(self, report: Report) -> dict[str, str]:
        """Return {exercise: SVG} of what differs."""
        return drawings(report, self._expected)

    def code(self, report: Report, cells: Sequence[str]) -> dict[str, MarkedCode]:
        """Return {exercise: the learner's code} of what lost points; `cells` are handed in."""
        return marked_code(report, cells, self._expected, self._reading.steps)

    def page(self, report: Report, cells: Sequence[str]) -> str:
        """Return the feedback page as HTML."""
        return feedback_page(report, self._title, self.drawings(report), self.code(report, cells))

    def close(self) -> None:
        """End the process that reads learners' code."""
        self._reading.close()

    def __enter__(self) -> LearnerPages:
        """Return this."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process that reads learners' code."""
        self.close()
