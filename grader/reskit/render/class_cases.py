"""The item analysis of a class as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from reskit.class_report.items import Index, Item
from reskit.render.class_table import class_table
from reskit.render.counted import counted
from reskit.render.plain import number_text, plain

LOW = 0.2  # below it an item hardly tells strong work from weak (Ebel 1965)
CASE_COLUMNS = (
    ("case", False),
    ("points", True),
    ("pass rate", True),
    ("failed", True),
    ("did not run", True),
    ("item-total", True),
    ("upper-lower", True),
)


def cases_section(items: Sequence[Item]) -> str:
    """Return the section: a row for each case, by exercise."""
    if not items:
        return "<p>Nothing could be run, so that no case says anything.</p>"
    names = dict.fromkeys(item.exercise for item in items)
    groups = "</tbody>\n<tbody>".join(
        f'<tr class="group"><th scope="rowgroup" colspan="{len(CASE_COLUMNS)}">'
        f"{escape(plain(name))}</th></tr>\n"
        + "\n".join(_item(item) for item in items if item.exercise == name)
        for name in names
    )
    return (
        "<p>Pass rate: the share that passed, of those of which something could run. "
        "Item-total: the corrected item-total correlation, here the point-biserial correlation "
        "of passing the case with the points in all other cases. Upper-lower: the pass rate of "
        "the best 27 % less that of the last 27 %. "
        f"Below {LOW:g}, a case hardly tells strong work from weak: it may be very easy, very "
        "hard, or ask for something else.</p>\n"
        f"{class_table(_caption(items), CASE_COLUMNS, groups)}\n{_undefined(items)}"
    )


def _caption(items: Sequence[Item]) -> str:
    return f"Cases, over {counted(items[0].submissions, 'submission')} of which something could run"


def _item(item: Item) -> str:
    hidden = "" if item.visibility == "public" else " (hidden)"
    rate = 100 * item.pass_rate
    bar = (
        '<svg width="62" height="10" aria-hidden="true">'
        '<rect class="track" x="0.5" y="0.5" width="61" height="9"/>'
        f'<rect class="bar" x="1" y="1" width="{60 * item.pass_rate:.1f}" height="8"/></svg>'
    )
    return (
        f'<tr><th scope="row">{escape(plain(item.case))}{hidden}</th>'
        f'<td class="number">{number_text(item.max_score)}</td>'
        f'<td class="number">{bar}{rate:.0f} %</td>'
        f'<td class="number">{item.failed}</td><td class="number">{item.not_run}</td>'
        f"{_index(item.item_total)}{_index(item.upper_lower)}</tr>"
    )


def _index(index: Index) -> str:
    if index.value is None:
        return '<td class="number">not defined</td>'
    shown = f"{index.value:.2f}".replace("-", "−")
    low = f'<span class="low">{shown}, low</span>' if index.value < LOW else shown
    return f'<td class="number">{low}</td>'


def _undefined(items: Sequence[Item]) -> str:
    reasons = {
        index.undefined
        for item in items
        for index in (item.item_total, item.upper_lower)
        if index.undefined
    }
    if not reasons:
        return ""
    return f"<p>Not defined, where {'; or '.join(sorted(reasons))}.</p>"
