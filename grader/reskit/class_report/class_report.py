"""The class report as a value."""

from __future__ import annotations

from dataclasses import dataclass

from reskit.class_report.faults import Faults
from reskit.class_report.graded import Broken
from reskit.class_report.items import Item
from reskit.class_report.mistakes import Mistake
from reskit.class_report.scores import Distribution
from reskit.class_report.similar import Similar
from reskit.run_time import RunTime


@dataclass(frozen=True)
class ClassReport:
    """What a class of graded submissions says together."""

    title: str
    students: tuple[str, ...]  # in the order of the class
    scores: Distribution
    items: tuple[Item, ...]
    mistakes: tuple[Mistake, ...]
    faults: tuple[Faults, ...]
    similar: Similar
    sources: int  # submissions whose file is still there, unchanged
    time: RunTime | None  # of the last run that graded anything
    assignments: int  # versions of the assignment that the reports were made with
    broken: tuple[Broken, ...]
    shown: frozenset[str]  # words that may stand where a class can read them
