"""The class report as tables for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from reskit.class_report.items import Index, Item
from reskit.class_report.mistakes import Mistake, shown_values
from reskit.render.plain import number_text
from reskit.render.table import harmless_cell

LIMIT = 4000  # characters of a cell
CASES = (
    *("exercise", "case", "visibility", "max_score"),
    *("submissions", "passed", "failed", "not_run", "pass_rate"),
    *("item_total", "upper_lower", "not_defined"),
)
MISTAKES = (
    *("exercise", "kind", "layer", "attribute", "expected", "received"),
    *("learners", "places", "points", "message", "lecture"),
)


def cases_csv(items: Sequence[Item]) -> str:
    """Return a line for each case: how many passed, and how well it discriminates."""
    return _csv(
        CASES,
        (
            [
                item.exercise,
                item.case,
                item.visibility,
                number_text(item.max_score),
                str(item.submissions),
                str(item.passed),
                str(item.failed),
                str(item.not_run),
                f"{item.pass_rate:.4f}",
                _number(item.item_total),
                _number(item.upper_lower),
                "; ".join(
                    dict.fromkeys(
                        each.undefined
                        for each in (item.item_total, item.upper_lower)
                        if each.undefined
                    )
                ),
            ]
            for item in items
        ),
    )


def mistakes_csv(mistakes: Sequence[Mistake], shown: frozenset[str]) -> str:
    """Return a line for each mistake of the class, the most frequent first; it names nobody."""
    return _csv(
        MISTAKES,
        (
            [
                each.cause.exercise,
                each.cause.kind,
                each.cause.place or "",
                each.cause.attribute or "",
                *shown_values(each.cause, shown),
                str(each.learners),
                str(each.places),
                number_text(each.points),
                each.message,
                " ".join(each.lecture),
            ]
            for each in mistakes
        ),
    )


def _number(index: Index) -> str:
    return "" if index.value is None else f"{index.value:.4f}"


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    target = io.StringIO()
    table = csv.writer(target, lineterminator="\n")
    table.writerow(columns)
    for row in rows:
        table.writerow([cell if _is_number(cell) else harmless_cell(cell, LIMIT) for cell in row])
    return target.getvalue()


def _is_number(cell: str) -> bool:
    """Return whether a cell is a number of ours: one below zero begins as a formula does."""
    try:
        float(cell)
    except ValueError:
        return False
    return True
