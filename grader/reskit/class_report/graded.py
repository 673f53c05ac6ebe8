"""The reports of a class, read from the folder that grading filled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from reskit.report import Report
from reskit.stored_report import StoredReportError, read_report

NBGRADER_SETTINGS = "nbgrader_config.py"
NBGRADER_RESULTS = "reskit"  # what `reskit grade --nbgrader` leaves in the course
LARGEST_REPORT = 16 << 20  # bytes; a report has some ten thousand
STATUSES = ("passed", "failed", "not_run")


class NotGradedError(Exception):
    """There are no reports to be read; the message says what to do."""


@dataclass(frozen=True)
class Broken:
    """A file that should be a report and cannot be read as one."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Graded:
    """The reports of a class, in the order of their files, and the files that hold none."""

    folder: Path  # in which the reports lie
    reports: tuple[Report, ...]
    broken: tuple[Broken, ...] = ()


def read_graded(folder: Path) -> Graded:
    """Return the reports in a folder of `reskit grade --out`, of a demo, or an nbgrader course.

    Raises NotGradedError where there is no folder, or no report in it can be read.
    """
    if not folder.is_dir():
        raise NotGradedError(f"There is no folder {folder}.")
    place, paths = _report_paths(folder)
    if not paths:
        raise NotGradedError(_nothing_there(folder))
    reports, broken = _read(paths)
    if not reports:
        raise NotGradedError(
            f"None of the {len(paths)} reports in {place} can be read. "
            f"{broken[0].path}: {broken[0].reason}"
        )
    return Graded(place, tuple(reports), tuple(broken))


def _report_paths(folder: Path) -> tuple[Path, list[Path]]:
    """Return the folder in which the reports lie, and their paths."""
    for place in (folder, folder / NBGRADER_RESULTS):
        found = sorted(path for path in place.glob("*/report.json") if path.is_file())
        if found:
            return place, found
    return folder, sorted((folder / "reports").glob("*.json"))


def _nothing_there(folder: Path) -> str:
    if (folder / NBGRADER_SETTINGS).is_file():
        return (
            f"The nbgrader course {folder} holds no reports. "
            f"Grade it first: reskit grade --nbgrader {folder}"
        )
    return (
        f"There are no reports in {folder}. Grade into a folder first, and name that one: "
        "reskit grade SUBMISSIONS --out DIR"
    )


def _read(paths: Iterable[Path]) -> tuple[list[Report], list[Broken]]:
    reports, broken = [], []
    for path in paths:
        try:
            if path.stat().st_size > LARGEST_REPORT:
                raise StoredReportError("The file is larger than any report.")
            reports.append(_sound(read_report(path)))
        except (StoredReportError, OSError, RecursionError) as error:
            broken.append(Broken(path, _reason(error, path)))
    return reports, broken


def _reason(error: Exception, path: Path) -> str:
    if isinstance(error, RecursionError):
        return "It is nested too deeply."
    return str(error).removeprefix(f"{path} ")[:300]


def _sound(report: Report) -> Report:
    """Return the report; raises StoredReportError where a field is not what its schema says."""
    numbers = [report.score, report.max_score]
    words: list[object] = [report.student, report.path]
    for exercise in report.exercises:
        words.append(exercise.name)
        for case in exercise.cases:
            numbers += [case.score, case.max_score]
            words += [case.name, case.visibility, case.cause or "", case.hint or ""]
            words += [text for each in case.differences for text in (each.kind, each.message)]
            if case.status not in STATUSES:
                raise StoredReportError(f"holds the status {case.status!r:.40}.")
    if not all(isinstance(number, (int, float)) for number in numbers):
        raise StoredReportError("holds points that are no numbers.")
    if not all(isinstance(word, str) for word in words):
        raise StoredReportError("holds something else where a text should be.")
    return report
