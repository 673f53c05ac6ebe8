"""A network as SVG: the stem, the stages and the head, each a row of boxes."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from reskit.network.boxes import MISSING, Box
from reskit.network.drawing_block import (
    EDGE,
    NOTE_LINE,
    arrow,
    frame,
    line,
    note_lines,
    sign,
    words,
)

LABEL_WIDTH = 62
CELL_WIDTH = 106
CELL_GAP = 14
CELL_HEIGHT = 64
EXTRA_WIDTH = 64
ROW_GAP = 30
BLOCK_WORDS = {"convolutional_block": "convolutional", "identity_block": "identity"}


def network_svg(drawn: Sequence[Box]) -> tuple[int, int, list[str]]:
    """Return width, height and the parts of a drawing of a network."""
    rows = network_rows(drawn)
    width = EDGE + LABEL_WIDTH + max(_row_width(row) for _, row in rows) + EDGE
    top = EDGE
    parts: list[str] = []
    for number, (label, row) in enumerate(rows):
        parts.append(words(EDGE, top + CELL_HEIGHT // 2 + 4, label, bold=True))
        parts += _cells(row, top)
        notes = [(box.role, each) for box in row if box.note for each in _note(box)]
        bottom = top + CELL_HEIGHT + 6
        for place, (_, each) in enumerate(notes):
            baseline = bottom + NOTE_LINE * (place + 1)
            if not each.startswith(" "):
                parts.append(sign(EDGE + LABEL_WIDTH, baseline - 4, up=True))
            parts.append(words(EDGE + LABEL_WIDTH + 16, baseline, each.strip(), bold=True))
        bottom += NOTE_LINE * len(notes)
        if number + 1 < len(rows):
            parts += _turn(top, bottom, EDGE + LABEL_WIDTH + _row_width(row))
        top = bottom + ROW_GAP
    return width, top - ROW_GAP + EDGE, parts


def network_rows(drawn: Sequence[Box]) -> list[tuple[str, list[Box]]]:
    """Return (label, boxes) for the stem, each stage and the head."""
    rows: dict[str, list[Box]] = {}
    last = "stem"
    for box in drawn:
        last = box.path or last
        label = last.replace("stage", "stage ")
        rows.setdefault(label, []).append(box)
    return list(rows.items())


def _row_width(row: Sequence[Box]) -> int:
    return sum(_cell_width(box) + CELL_GAP for box in row) - CELL_GAP


def _cell_width(box: Box) -> int:
    return EXTRA_WIDTH if box.extra else CELL_WIDTH


def _note(box: Box) -> list[str]:
    """Return the lines of a box's note; those that go on begin with a space."""
    first, *others = note_lines(f"{box.role}: {box.note}", 90)
    return [first, *(f" {each}" for each in others)]


def _cells(row: Sequence[Box], top: int) -> list[str]:
    parts = []
    x = EDGE + LABEL_WIDTH
    for number, box in enumerate(row):
        width = _cell_width(box)
        if number:
            parts.append(arrow(x - CELL_GAP, top + 32, x, top + 32))
        parts += [
            frame(box, x, top, width, CELL_HEIGHT),
            words(x + 7, top + 16, box.name, mono=True, bold=bool(box.note)),
            *(
                words(x + 7, top + 31 + 13 * place, each, size=11)
                for place, each in enumerate(_cell_lines(box))
            ),
        ]
        x += width + CELL_GAP
    return parts


def _cell_lines(box: Box) -> list[str]:
    if box.is_missing:
        return [MISSING]
    if box.extra:
        return ["too many"]
    if box.kind in BLOCK_WORDS:
        numbers, _, others = box.settings.partition(" filters ")
        return [BLOCK_WORDS[box.kind], numbers, others]
    return textwrap.wrap(box.settings, 17, max_lines=3, placeholder=" …")


def _turn(top: int, bottom: int, right: int) -> list[str]:
    """Return the line from the end of a row to the start of the next."""
    centre, low = top + CELL_HEIGHT // 2, bottom + ROW_GAP // 2
    out, start = right + 6, EDGE + LABEL_WIDTH + CELL_WIDTH // 2
    return [
        line(right, centre, out, centre),
        line(out, centre, out, low),
        line(out, low, start, low),
        arrow(start, low, start, bottom + ROW_GAP),
    ]
