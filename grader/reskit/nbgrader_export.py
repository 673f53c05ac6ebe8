"""nbgrader's gradebook for Canvas, as a plugin of `nbgrader export`.

`nbgrader export --exporter=reskit.nbgrader_export.CanvasExport --to canvas.csv`

What an instructor added by hand and what was taken off for being late count, as in nbgrader's own
export. Points of students who handed nothing in are left empty: Canvas knows what is missing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.api import MissingEntry
from nbgrader.plugins import ExportPlugin
from traitlets import Unicode

from reskit.exports.canvas import CanvasRow, canvas_csv, placed, read_roster
from reskit.writing import write_text


class CanvasExport(ExportPlugin):  # type: ignore[misc]  # nbgrader ships no types
    """Writes a gradebook file that Canvas imports, for one assignment."""

    roster = Unicode(
        "", help="A gradebook that Canvas exported: its names and IDs take the place of ours."
    ).tag(config=True)

    column = Unicode(
        "", help="The column of the assignment in Canvas, as `ResNet-50 (1234)`; else its name."
    ).tag(config=True)

    def export(self, gradebook: Any) -> None:
        """Write the grades to `self.to`, canvas.csv where nothing is named.

        Raises ValueError where it is not one assignment that is exported.
        """
        assignment = self._assignment(gradebook)
        rows = [
            row
            for student in self._students(gradebook)
            if (row := _row(gradebook, assignment.name, student)) is not None
        ]
        if self.roster:
            known = read_roster(Path(self.roster).read_text(encoding="utf-8", errors="replace"))
            rows, lost = placed(rows, known)
            for row in lost:
                self.log.warning("Left out, not one student of the roster alone: %s", row.student)
        rows.sort(key=lambda row: row.student.casefold())
        path = Path(self.to or "canvas.csv")
        column = self.column or assignment.name
        write_text(path, canvas_csv(rows, column, assignment.max_score))
        self.log.info("Wrote the points of %d students to %s", len(rows), path)

    def _assignment(self, gradebook: Any) -> Any:
        wanted = [str(each) for each in self.assignment]
        found = [each for each in gradebook.assignments if not wanted or each.name in wanted]
        if len(found) != 1:
            names = ", ".join(each.name for each in gradebook.assignments) or "none"
            raise ValueError(
                f"A Canvas file is for one assignment; name it: --assignment '[\"resnet50\"]'. "
                f"There is: {names}."
            )
        return found[0]

    def _students(self, gradebook: Any) -> list[Any]:
        wanted = {str(each) for each in self.student}
        return [each for each in gradebook.students if not wanted or each.id in wanted]


def _row(gradebook: Any, assignment: str, student: Any) -> CanvasRow | None:
    """Return a student's row, None where nothing was handed in."""
    try:
        found = gradebook.find_submission(assignment, student.id)
    except MissingEntry:
        return None
    names = [each for each in (student.last_name, student.first_name) if each]
    return CanvasRow(
        student=", ".join(names) or student.id,
        id=student.lms_user_id or "",
        login=student.id,
        score=max(0.0, found.score - found.late_submission_penalty),
    )
