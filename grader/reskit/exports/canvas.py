"""A gradebook file that Canvas imports.

Canvas's Instructor Guide (How do I import grades in the Gradebook?) tells the columns. Who is who
is found as Canvas does it: by ID, by SIS User ID, by SIS Login ID, else by name.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from reskit.collection import CANVAS_FILE
from reskit.render.plain import number_text
from reskit.render.table import harmless_cell

COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS_ROW = "    Points Possible"  # as Canvas writes it
NOT_LETTERS = re.compile(r"[\W_]+")


class RosterError(Exception):
    """The file is no gradebook that Canvas exported; the message says why."""


@dataclass(frozen=True)
class CanvasRow:
    """One student, as Canvas knows them, and the points."""

    student: str
    id: str = ""
    sis_user: str = ""
    login: str = ""
    section: str = ""
    score: float | None = None

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        """The columns that say who it is."""
        return self.student, self.id, self.sis_user, self.login, self.section


def row_of(student: str, path: str, score: float) -> CanvasRow:
    """Return the row of a submission, as far as its file tells whose it is.

    A file that was downloaded from Canvas has the student's ID in its name.
    """
    found = CANVAS_FILE.fullmatch(PurePath(path).name)
    if found:
        return CanvasRow(found["name"], id=found["id"], score=score)
    return CanvasRow(student, login=student, score=score)


def canvas_csv(rows: Iterable[CanvasRow], column: str, max_score: float) -> str:
    """Return the file: a header, the points that are possible, a line for each student."""
    target = io.StringIO()
    table = csv.writer(target, lineterminator="\n")
    table.writerow([*COLUMNS, harmless_cell(column)])
    table.writerow([POINTS_ROW, *[""] * (len(COLUMNS) - 1), number_text(max_score)])
    for row in rows:
        score = "" if row.score is None else number_text(row.score)
        table.writerow([*map(harmless_cell, row.cells), score])
    return target.getvalue()


def read_roster(text: str) -> tuple[CanvasRow, ...]:
    """Return the students of a gradebook that Canvas exported. Raises RosterError."""
    table = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    fields = table.fieldnames or []
    missing = [name for name in ("Student", "ID", "Section") if name not in fields]
    if missing:
        raise RosterError(
            f"It has no column {' and no column '.join(missing)}. Export the gradebook in Canvas "
            "(Grades, Export), and name that file."
        )
    found = []
    for line in table:
        student, number, sis_user, login, section = (
            (line.get(name) or "").strip() for name in COLUMNS
        )
        if number.isdecimal():  # the line that tells the points has none
            found.append(CanvasRow(student, number, sis_user, login, section))
    return tuple(found)


def placed(
    rows: Sequence[CanvasRow], roster: Sequence[CanvasRow]
) -> tuple[list[CanvasRow], list[CanvasRow]]:
    """Return the rows with what the roster knows of them, and those of which it knows nobody.

    Of two students that a name may mean, and of two submissions of one student, none is taken:
    points in the wrong row are worse than a line that a person has to fill in.
    """
    known = _by_key(roster)
    found: dict[CanvasRow, list[CanvasRow]] = {}
    lost = []
    for row in rows:
        student = next((known[key] for key in _keys(row) if known.get(key)), None)
        if student is None:
            lost.append(row)
        else:
            found.setdefault(student, []).append(row)
    lost += [row for several in found.values() if len(several) > 1 for row in several]
    kept = [
        replace(student, score=several[0].score)
        for student, several in found.items()
        if len(several) == 1
    ]
    return kept, lost


def _by_key(roster: Sequence[CanvasRow]) -> Mapping[tuple[str, str], CanvasRow | None]:
    known: dict[tuple[str, str], CanvasRow | None] = {}
    for row in roster:
        for key in {*_keys(row)}:
            known[key] = None if key in known and known[key] != row else row
    return known


def _keys(row: CanvasRow) -> list[tuple[str, str]]:
    """Return what a student may be known by, the surest first."""
    keys = [("id", row.id), ("sis", row.sis_user), ("login", row.login)]
    if row.login:
        keys += [("sis", row.login), ("id", row.login)]
    keys = [(kind, text.casefold()) for kind, text in keys if text]
    name = NOT_LETTERS.sub("", row.student).casefold()
    return [*keys, ("name", name), ("name", _turned(row.student))] if name else keys


def _turned(name: str) -> str:
    """Return "adalovelace" for "Lovelace, Ada"."""
    return NOT_LETTERS.sub("", "".join(reversed(name.split(",", 1)))).casefold()
