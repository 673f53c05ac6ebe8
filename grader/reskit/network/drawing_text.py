"""A drawing as lines of text, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from reskit.network.boxes import MISSING, Box
from reskit.network.drawing_network import network_rows

POINTER = "<-- "


def block_text(drawn: Sequence[Box]) -> list[str]:
    """Return a block as text: the main path, the shortcut beside it, marks at the end."""
    side = [box for box in drawn if box.path == "shortcut"]
    main = [box for box in drawn if box.path != "shortcut"]
    roles = [box.role for box in main]
    start, end = roles.index("input"), roles.index("add") if "add" in roles else -1
    column = max(len(box.role) for box in main) + 4
    width = max(len(_said(box, column)) for box in main) + 3
    side_width = max([1, *(len(_said(box)) for box in side)])
    waiting = list(side)
    lines = []
    for number, box in enumerate(main):
        said, beside, marked = _said(box, column).ljust(width), "", [box]
        if number == start and end > start:
            said, beside = f"{_said(box, column)} ".ljust(width, "─"), "┐"
        elif number == end:
            said, beside = f"{_said(box, column)} ◄".ljust(width, "─"), "┘"
        elif start < number < end:
            beside = "│"
            if waiting and (not box.note or end - number <= len(waiting)):
                marked.append(waiting.pop(0))
                beside = _said(marked[-1])
        notes = [each.note for each in marked if each.note]
        pointer = f"  {POINTER}{'; '.join(notes)}" if notes else ""
        lines.append(f"{_mark_of(notes)} {said}{beside:<{side_width}}{pointer}".rstrip())
    return lines


def _mark_of(notes: Sequence[str]) -> str:
    return "→" if notes else " "


def _said(box: Box, column: int = 0) -> str:
    if box.role == "add":
        return "add (+)"
    role = f"[+ {box.role}]" if box.extra else f"[{box.role}]" if box.note else box.role
    settings = MISSING if box.is_missing else box.settings
    return f"{role:<{column}} {settings}".strip()


def network_text(drawn: Sequence[Box]) -> list[str]:
    """Return a network as text: a line for each row of boxes, and its marks below."""
    lines = []
    for label, row in network_rows(drawn):
        noted = [box for box in row if box.note]
        chain = " ─ ".join(_linked(box) for box in row)
        lines.append(f"{'→' if noted else ' '} {label:<9}{chain}")
        lines += [f"{'':11}{POINTER}{box.role}: {box.note}" for box in noted]
    return lines


def _linked(box: Box) -> str:
    if box.extra:
        return f"[+ {box.name}]"
    return f"[{box.name}]" if box.note else box.name
