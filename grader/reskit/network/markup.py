"""Markup: what a notebook's card and a feedback page have in common."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from reskit.network.table import TableLine

MARK_WORDS = {"": "", "differs": "differs", "shape": "other shape only"}
TABLE = """<table class="reskit-table">
<caption>Your layers beside those that were asked for</caption>
<thead><tr><th scope="col">row</th><th scope="col">yours</th><th scope="col">asked for</th>\
<th scope="col">mark</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>"""


def table_html(lines: Sequence[TableLine]) -> str:
    """Return the two tables side by side as HTML; an empty text where they are equal."""
    if not lines:
        return ""
    return TABLE.format(rows="\n".join(map(_table_row, range(1, len(lines) + 1), lines)))


def _table_row(number: int, line: TableLine) -> str:
    cells = "".join(_table_cell(each, line.mark) for each in (line.received, line.expected))
    mark = escape(MARK_WORDS.get(line.mark, line.mark))
    kind = ' class="differs"' if line.mark == "differs" else ""
    return f'<tr{kind}><th scope="row">{number}</th>{cells}<td class="mark">{mark}</td></tr>'


def _table_cell(told: str, mark: str) -> str:
    if not told:
        return "<td>(no layer)</td>"
    text = escape(told)
    return f"<td><strong>{text}</strong></td>" if mark == "differs" else f"<td>{text}</td>"


def hints_html(told: Sequence[str]) -> str:
    """Return hints as HTML: the first to be read, each of the others folded inside the last."""
    if not told:
        return ""
    folded = ""
    for number in reversed(range(1, len(told))):
        folded = (
            f"<details><summary>Hint {number + 1} of {len(told)}</summary>"
            f"<p>{escape(told[number])}</p>{folded}</details>"
        )
    return f'<p class="hint"><strong>Hint:</strong> {escape(told[0])}</p>{folded}'
