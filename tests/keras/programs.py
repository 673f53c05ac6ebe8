"""Programs made from the reference by one change: mutants to catch, equivalents to accept."""

import re
from dataclasses import dataclass
from pathlib import Path

from reskit.audit.programs import read_reference
from reskit.course import Course
from reskit.grading import Grader
from reskit.report import Report

FUNCTIONS = ("identity_block", "convolutional_block", "ResNet50")


def reference_text(course: Course) -> str:
    """Return the code cells with Keras's imports and the three functions, as one Python text."""
    return read_reference(course.source, FUNCTIONS).text


def grade(programs: dict[str, str], folder: Path, grader: Grader) -> dict[str, Report]:
    """Return {name: report} for {name: Python text}; the texts are written into `folder`."""
    paths = [folder / f"{name}.py" for name in programs]
    for path, text in zip(paths, programs.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    return dict(zip(programs, grader.grade_all(paths), strict=True))


@dataclass(frozen=True)
class Change:
    """One replacement in the body of one function: the `nth` time that `old` stands there."""

    name: str
    function: str
    old: str
    new: str
    nth: int = 0
    differences: tuple[tuple[str, str | None, str | None], ...] = ()  # kind, layer, attribute

    def applied(self, reference: str) -> str:
        """Return the reference with this change; asserts that there is something to change."""
        start = reference.index(f"def {self.function}(")
        rest = re.search(r"\n(?=\S)", reference[start + 4 :])
        end = start + 4 + rest.start() if rest else len(reference)
        body = reference[start:end]
        pieces = body.split(self.old)
        assert len(pieces) > self.nth + 1, f"{self.name}: nothing to change"
        left = self.old.join(pieces[: self.nth + 1])
        right = self.old.join(pieces[self.nth + 1 :])
        return reference[:start] + left + self.new + right + reference[end:]
