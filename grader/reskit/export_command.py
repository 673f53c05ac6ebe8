"""`reskit export`: graded reports for other desks, and a bundle that grades at Gradescope's."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from reskit.class_report.graded import NotGradedError, read_graded
from reskit.course import Course
from reskit.exports.canvas import CanvasRow, RosterError, canvas_csv, placed, read_roster, row_of
from reskit.exports.gradescope import gradescope_results
from reskit.exports.gradescope_bundle import gradescope_bundle
from reskit.exports.junit import junit_xml
from reskit.exports.prairielearn import prairielearn_results
from reskit.manifest import read_manifest
from reskit.report import Report
from reskit.results_folder import folder_name
from reskit.writing import write_bytes, write_text

FOR_EACH: dict[str, Callable[[Report], dict[str, Any]]] = {  # desks with a file for each
    "gradescope": gradescope_results,
    "prairielearn": prairielearn_results,
}


class ExportError(Exception):
    """The export cannot be made as it was asked for; the message says why."""


def export(course: Course, options: argparse.Namespace, console: Console) -> int:
    """Write what `options` name; return 0, 1 where something is left out, 2 on wrong use."""
    if options.gradescope_bundle is None and (options.folder is None or options.to is None):
        console.print("Name a folder of reports and a desk, DIR --to DESK, or --gradescope-bundle.")
        return 2
    try:
        if options.gradescope_bundle is not None:
            data = gradescope_bundle(course, allow_weak=options.allow_weak_isolation)
            write_bytes(options.gradescope_bundle, data)
            _wrote(options.gradescope_bundle, console)
        if options.folder is None:
            return 0
        return _exported(course, options, console)
    except (NotGradedError, ExportError, RosterError) as error:
        console.print(str(error), markup=False, highlight=False)
        return 2
    except OSError as error:
        console.print(f"The export cannot be written: {error}.", markup=False, highlight=False)
        return 1


def _exported(course: Course, options: argparse.Namespace, console: Console) -> int:
    graded = read_graded(options.folder)
    for each in graded.broken:
        console.print(f"Left out: {each.path}. {each.reason}", markup=False, highlight=False)
    status = 1 if graded.broken else 0
    out: Path = options.out or graded.folder / "export"
    if options.to in FOR_EACH:
        _write_each(graded.reports, FOR_EACH[options.to], out, options.to, console)
    elif options.to == "junit":
        path = _file(out, "junit.xml")
        write_text(path, junit_xml(graded.reports))
        _wrote(path, console)
    else:
        status |= _write_canvas(course, graded.reports, options, out, console)
    return status


def _write_each(
    reports: Sequence[Report],
    made: Callable[[Report], dict[str, Any]],
    out: Path,
    desk: str,
    console: Console,
) -> None:
    """Write a results.json for each report; one alone goes to `out`, where that is a file."""
    if out.suffix == ".json":
        if len(reports) > 1:
            raise ExportError(f"{out} is one file, and there are {len(reports)} reports.")
        paths = [out]
    else:
        given: set[str] = set()
        names = [folder_name(report.student, given) for report in reports]
        paths = [out / desk / name / "results.json" for name in names]
    for path, report in zip(paths, reports, strict=True):
        write_text(path, json.dumps(made(report), indent=2, ensure_ascii=False) + "\n")
    _wrote(paths[0] if len(paths) == 1 else out / desk, console)


def _write_canvas(
    course: Course,
    reports: Sequence[Report],
    options: argparse.Namespace,
    out: Path,
    console: Console,
) -> int:
    """Write the gradebook; return 1 where the roster does not know somebody."""
    rows = [row_of(report.student, report.path, report.score) for report in reports]
    lost: list[CanvasRow] = []
    if options.roster is not None:
        if not options.roster.is_file():
            raise ExportError(f"There is no file {options.roster}.")
        roster = read_roster(options.roster.read_text(encoding="utf-8", errors="replace"))
        rows, lost = placed(rows, roster)
    column = options.column or read_manifest(course.manifest).title
    path = _file(out, "canvas.csv")
    write_text(path, canvas_csv(rows, column, max(report.max_score for report in reports)))
    _wrote(path, console)
    for row in lost:
        console.print(
            f"Left out, not one student of the roster alone: {row.student or row.id}.",
            markup=False,
            highlight=False,
        )
    return 1 if lost else 0


def _file(out: Path, name: str) -> Path:
    return out if out.suffix == Path(name).suffix else out / name


def _wrote(path: Path, console: Console) -> None:
    console.print(f"wrote {path}", markup=False, highlight=False)
