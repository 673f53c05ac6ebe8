"""The layer-summary table: one row for each layer, the learner's beside the reference's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reskit.network.in_order import paired_in_order
from reskit.network.layer_settings import WEIGHTED_SETTINGS
from reskit.network.operation import Network, Operation

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
TOLD_WHEN_UNUSUAL = {
    "groups": "{} groups",
    "use_bias": "use_bias={}",
    "center": "center={}",
    "scale": "scale={}",
    "data_format": "{}",
}


def rows(network: Network) -> list[list[Any]]:
    """Return [layer, output shape, parameters, settings] for each operation of the result."""
    kept = sorted(network.used()) or range(len(network.operations))
    return [_row(network, position) for position in kept]


def _row(network: Network, position: int) -> list[Any]:
    operation = network.operations[position]
    shape = list((operation.shape or ())[1:])
    return [operation.kind, shape, operation.parameters, told_settings(operation)]


def told_settings(operation: Operation) -> str:
    """Return the settings of an operation in few words: "4 filters 3×3 stride 1 same"."""
    told = [
        text.format(_short(name, operation.settings[name]))
        for name, text in TOLD.items()
        if operation.settings.get(name) not in (None, "linear")
    ]
    usual = WEIGHTED_SETTINGS.get(operation.kind, {})
    told += [
        text.format(_short(name, operation.settings[name]))
        for name, text in TOLD_WHEN_UNUSUAL.items()
        if name in usual and operation.settings.get(name, usual[name]) != usual[name]
    ]
    return " ".join(told)


def _short(name: str, value: Any) -> str:
    """Return a setting in few letters: 3×3 for a kernel, 2 for strides (2, 2)."""
    if not isinstance(value, (list, tuple)) or not value:
        return str(value)
    if name in SQUARES and len(set(map(str, value))) == 1:
        return str(value[0])
    if isinstance(value[0], (list, tuple)):
        told = [_short("", entry) for entry in value]
        sides = set("×".join(told).split("×"))
        return sides.pop() if len(sides) == 1 else ",".join(told)
    return "×".join(map(str, value))


def first_difference(learner: Iterable[Any], instructor: Iterable[Any]) -> str | None:
    """Return a sentence about the first row where two tables differ, None when they are equal.

    Shorter, longer and empty tables differ where one of them ends. A table that is no list of
    rows, such as None, differs from every table.
    """
    for table, whose in ((learner, "first"), (instructor, "second")):
        if not isinstance(table, Iterable):
            return f"The {whose} is {table!r:.60}, not a list of rows."
    learner, instructor = list(learner), list(instructor)
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
    if hasattr(row, "tolist"):  # a number or an array of NumPy
        return row.tolist()
    if isinstance(row, (list, tuple)):
        return [_plain(entry) for entry in row]
    return row


def _line(row: Any) -> str:
    entries = row if isinstance(row, (list, tuple)) else [row]
    return " | ".join(str(entry) for entry in entries)


@dataclass(frozen=True)
class TableLine:
    """One line of the two tables side by side; a row that only one of them has stands alone."""

    mark: str  # "", "differs", or "shape" where only the shape differs
    received: str
    expected: str


def aligned(learner: Sequence[Any], reference: Sequence[Any]) -> list[TableLine]:
    """Return the two tables side by side, so that one row too many shifts nothing.

    Nothing where the tables are equal: what differs then is how the layers are connected.
    """
    pairs = paired_in_order(
        len(learner),
        len(reference),
        lambda own, wanted: _unlike(learner[own], reference[wanted]),
        ALONE,
    )
    lines = []
    for here, there in pairs:
        own = None if here is None else learner[here]
        wanted = None if there is None else reference[there]
        lines.append(TableLine(_mark(own, wanted), _told_row(own), _told_row(wanted)))
    return lines if any(line.mark for line in lines) else []


ALONE = 1.0  # what a row without a partner costs
OTHER_SHAPE = 0.1
OTHER_SETTINGS = 0.9
OTHER_LAYER = 1.9  # less than two rows that stand alone: where one was replaced, both stand here


def _unlike(own: Sequence[Any], wanted: Sequence[Any]) -> float:
    if own[0] != wanted[0]:
        return OTHER_LAYER
    other_shape = 0.0 if _plain(own[1]) == _plain(wanted[1]) else OTHER_SHAPE
    return other_shape if own[3] == wanted[3] else other_shape + OTHER_SETTINGS


def _mark(own: Sequence[Any] | None, wanted: Sequence[Any] | None) -> str:
    if own is None or wanted is None or _layer(own) != _layer(wanted):
        return "differs"
    return "" if _plain(own[1]) == _plain(wanted[1]) else "shape"


SIGNS = {"": " ", "differs": "→", "shape": "~"}


def side_by_side(learner: Sequence[Any], reference: Sequence[Any]) -> list[str]:
    """Return the two tables as lines of text, with a mark at each row that differs."""
    return table_lines(aligned(learner, reference))


def table_lines(lines: Sequence[TableLine]) -> list[str]:
    """Return aligned tables as lines of text: heading, rows, and what the marks mean."""
    if not lines:
        return []
    width = max([len(line.received) for line in lines] + [len("yours")])
    return [
        f"    {'yours':<{width}}   reference",
        *(
            f"{SIGNS[line.mark]}   {line.received:<{width}}   {line.expected}".rstrip()
            for line in lines
        ),
        "→ differs   ~ only the shape differs, because of something before it",
    ]


def _layer(row: Sequence[Any]) -> str:
    return f"{row[0]} {row[3]}".strip()


def _told_row(row: Sequence[Any] | None) -> str:
    return "" if row is None else f"{_layer(row)} → {'×'.join(map(str, row[1])) or '?'}"
