"""Make the class report from the reports of a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reskit.class_report.anonymous import shared_words
from reskit.class_report.class_report import ClassReport
from reskit.class_report.faults import faults
from reskit.class_report.graded import Graded
from reskit.class_report.items import items
from reskit.class_report.mistakes import Mistake, mistakes, with_code
from reskit.class_report.scores import distribution
from reskit.class_report.similar import similar
from reskit.class_report.structures import Structure, Structures
from reskit.report import Report
from reskit.run_time import LOG, RunTime, run_time_in

MOST_EXAMPLES = 40  # mistakes that are shown with somebody's code, the most frequent ones


@dataclass(frozen=True)
class Handout:
    """What every learner has, and the reference solution: nobody's own."""

    cells: tuple[tuple[str, ...], ...]  # code cells of the release, of the reference
    texts: tuple[str, ...]  # all that can be read there


def class_report(
    graded: Graded,
    title: str,
    handout: Handout,
    sources: Sequence[tuple[str, ...] | None],
) -> ClassReport:
    """Return the class report; `sources` has the code cells of each report's submission."""
    reports = graded.reports
    names = list(dict.fromkeys(each.name for report in reports for each in report.exercises))
    with Structures(names) as structures:
        found = [structures.of(cells) if cells else None for cells in sources]
        given = [structures.of(cells) for cells in handout.cells]
        shown = shared_words(
            (each.words for each in found if each is not None), [*handout.texts, *_ours(reports)]
        )
        told = mistakes(reports, shown)
        told = tuple(
            _with_example(each, sources, structures, shown) if number < MOST_EXAMPLES else each
            for number, each in enumerate(told)
        )
    return ClassReport(
        title=title,
        students=tuple(report.student for report in reports),
        scores=distribution(
            [report.score for report in reports], max(report.max_score for report in reports)
        ),
        items=items(reports),
        mistakes=told,
        faults=faults(reports),
        similar=similar([each.tokens if each else None for each in found], _sequences(given)),
        sources=sum(cells is not None for cells in sources),
        time=_time(graded.folder / LOG),
        assignments=len({report.provenance.get("assignment_sha256") for report in reports}),
        broken=graded.broken,
        shown=shown,
    )


def _ours(reports: Sequence[Report]) -> list[str]:
    """Return the texts of the reports that no learner wrote."""
    told = []
    for report in reports:
        for exercise in report.exercises:
            told.append(exercise.name)
            for case in exercise.cases:
                told += [case.name, case.hint or ""]
                told += [f"{each.attribute} {each.expected}" for each in case.differences]
    return told


def _sequences(given: Sequence[Structure | None]) -> list[list[str]]:
    return [tokens for each in given if each is not None for tokens in each.tokens.values()]


def _with_example(
    mistake: Mistake,
    sources: Sequence[tuple[str, ...] | None],
    structures: Structures,
    shown: frozenset[str],
) -> Mistake:
    """Return the mistake with the code of the clearest example whose file is still there."""
    for place in mistake.examples:
        if cells := sources[place]:
            code = structures.shown(cells, mistake.cause.exercise, shown)
            if code is not None:
                return with_code(mistake, code)
    return mistake


def _time(log: Path) -> RunTime | None:
    try:
        return run_time_in(log.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return None
