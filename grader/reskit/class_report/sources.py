"""What was handed in, read again where it still is what the reports were made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from reskit.archive import is_archive
from reskit.collection import Collection
from reskit.report import Report
from reskit.submission import Submission, read_submission


def sources(reports: Sequence[Report]) -> list[tuple[str, ...] | None]:
    """Return the code cells of each report's submission, data that nothing runs.

    None where the file is gone, cannot be read, or has been changed since it was graded. Paths
    are taken from the folder in which the command runs, as they were when grading.
    """
    archived = _archived(reports)
    return [_cells(report, archived) for report in reports]


def _cells(report: Report, archived: dict[str, Submission]) -> tuple[str, ...] | None:
    if report.sha256 is None:
        return None
    found = archived.get(report.path) or _from_file(Path(report.path), report.assignment)
    if found is None or found.fault is not None or found.sha256 != report.sha256:
        return None
    return found.cells


def _from_file(path: Path, assignment: str) -> Submission | None:
    return read_submission(path, assignment) if path.is_file() else None


def _archived(reports: Sequence[Report]) -> dict[str, Submission]:
    """Return what lies in archives, by the paths that the reports tell; each is opened once."""
    found: dict[str, Submission] = {}
    assignments = {report.assignment for report in reports}
    for path in dict.fromkeys(archive for each in reports for archive in _archives(each)):
        for assignment in assignments:
            with Collection(path, assignment) as collection:
                found |= {each.path: each for each in collection.submissions()}
    return found


def _archives(report: Report) -> Iterator[Path]:
    for folder in Path(report.path).parents:
        if is_archive(folder) and folder.is_file():
            yield folder
