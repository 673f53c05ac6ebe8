"""The layer-summary table: one row for each layer, the learner's beside the reference's."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from reskit.network.normal_form import Network

TOLD = {
    "filters": "{} filters",
    "kernel_size": "{}",
    "pool_size": "{}",
    "strides": "stride {}",
    "padding": "{}",
    "units": "{} units",
    "axis": "axis {}",
    "f": "f={}",
    "s": "s={}",
    "function": "{}",
    "activation": "{}",
}
SQUARES = ("strides",)  # told by one side where both are equal


def rows(network: Network) -> list[list[Any]]:
    """Return [layer, output shape, parameters, settings] for each operation of the result."""
    kept = sorted(network.used()) or range(len(network.operations))
    return [_row(network, position) for position in kept]


def _row(network: Network, position: int) -> list[Any]:
    operation = network.operations[position]
    told = [
        text.format(_short(name, operation.settings[name]))
        for name, text in TOLD.items()
        if operation.settings.get(name) not in (None, "linear")
    ]
    shape = list((operation.shape or ())[1:])
    return [operation.kind, shape, operation.parameters, " ".join(told)]


def _short(name: str, value: Any) -> str:
    """Return a setting in few letters: 3×3 for a kernel, 2 for strides (2, 2)."""
    if not isinstance(value, (list, tuple)) or not value:
        return str(value)
    if name in SQUARES and len(set(value)) == 1:
        return str(value[0])
    if isinstance(value[0], (list, tuple)):
        return ",".join(_short("", entry) for entry in value)
    return "×".join(map(str, value))


def first_difference(learner: Sequence[Any], instructor: Sequence[Any]) -> str | None:
    """Return a sentence about the first row where two tables differ, None when they are equal.

    Shorter, longer and empty tables differ where one of them ends.
    """
    for number in range(max(len(learner), len(instructor))):
        if number >= len(learner):
            return f"Row {number + 1} is missing: expected {_line(instructor[number])}."
        if number >= len(instructor):
            return f"Row {number + 1} is one too many: received {_line(learner[number])}."
        if _plain(learner[number]) != _plain(instructor[number]):
            return (
                f"Row {number + 1}: expected {_line(instructor[number])}, "
                f"received {_line(learner[number])}."
            )
    return None


def _plain(row: Any) -> Any:
    """Return a row with tuples as lists, so that (2, 2) and [2, 2] are the same."""
    if isinstance(row, (list, tuple)):
        return [_plain(entry) for entry in row]
    return row


def _line(row: Any) -> str:
    entries = row if isinstance(row, (list, tuple)) else [row]
    return " | ".join(str(entry) for entry in entries)


def side_by_side(learner: Sequence[Any], reference: Sequence[Any]) -> list[str]:
    """Return the two tables as lines of text, aligned, with a mark at each row that differs.

    A row that only one of them has stands alone, so that one row too many shifts nothing.
    Nothing where the tables are equal: what differs then is how the layers are connected.
    """
    left, right = [_layer(row) for row in learner], [_layer(row) for row in reference]
    pairs: list[tuple[str, str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        for own, wanted in zip_longest(learner[a:b], reference[c:d]):
            mark = "→" if tag != "equal" else " " if own[1] == wanted[1] else "~"
            pairs.append((mark, _told_row(own), _told_row(wanted)))
    if all(mark == " " for mark, _, _ in pairs):
        return []
    width = max([len(own) for _, own, _ in pairs] + [len("yours")])
    lines = [f"    {'yours':<{width}}   reference"]
    lines += [f"{mark}   {own:<{width}}   {wanted}" for mark, own, wanted in pairs]
    return [*lines, "→ differs   ~ only the shape differs, because of something before it"]


def _layer(row: Sequence[Any]) -> str:
    return f"{row[0]} {row[3]}".strip()


def _told_row(row: Sequence[Any] | None) -> str:
    return "" if row is None else f"{_layer(row)} → {'×'.join(map(str, row[1])) or '?'}"
