"""A block as SVG: the main path from top to bottom, the shortcut at its side."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from reskit.network.boxes import MISSING, Box

ACCENT = "#cf222e"  # at least 3:1 on white and on black; never the only sign of a mark
MONO = "ui-monospace, 'DejaVu Sans Mono', monospace"
MAIN_WIDTH = 290
MAIN_HEIGHT = 28
GAP = 16
SIDE_WIDTH = 190
BARE_SIDE_WIDTH = 90
SIDE_HEIGHT = 42
SIDE_START = 24
NOTE_WIDTH = 330
NOTE_LETTERS = 40  # bold, in the widest of the usual fonts
NOTE_LINE = 15
EDGE = 12


def block_svg(drawn: Sequence[Box]) -> tuple[int, int, list[str]]:
    """Return width, height and the parts of a drawing of a block."""
    side = [box for box in drawn if box.path == "shortcut"]
    main = [box for box in drawn if box.path != "shortcut"]
    meets = any(box.role == "add" for box in main)
    side_width = (SIDE_WIDTH if side else BARE_SIDE_WIDTH) if meets else 0
    left = EDGE + side_width + (24 if meets else 0)
    tops = _tops(main)
    heights = [_height(box) for box in main]
    parts = []
    for number, (box, top) in enumerate(zip(main, tops, strict=True)):
        middle = left + MAIN_WIDTH // 2
        if number:
            bottom = tops[number - 1] + heights[number - 1]
            parts.append(arrow(middle, bottom, middle, top))
        parts += _circle(box, middle, top) if box.role == "add" else _main_box(box, left, top)
        parts += note(box, left + MAIN_WIDTH + 14, top + heights[number] // 2)
    bottom = tops[-1] + max(heights[-1], _note_height(main[-1]))
    if meets:
        where = {box.role: top + _height(box) // 2 for box, top in zip(main, tops, strict=True)}
        parts += _shortcut(side, left, where, side_width)
    noted = any(box.note for box in main)
    return left + MAIN_WIDTH + EDGE + (NOTE_WIDTH + 20) * noted, bottom + EDGE, parts


def _height(box: Box) -> int:
    return 22 if box.extra else MAIN_HEIGHT


def _note_height(box: Box) -> int:
    return NOTE_LINE * len(note_lines(box.note)) if box.note else 0


def _tops(main: Sequence[Box]) -> list[int]:
    """Return where each box begins, so that no note touches the next."""
    tops = [EDGE + 8]
    for box, following in pairwise(main):
        half = (_note_height(box) - _height(box)) // 2
        half_next = (_note_height(following) - _height(following)) // 2
        gap = max(GAP, max(half, 0) + max(half_next, 0) + 4)
        tops.append(tops[-1] + _height(box) + gap)
    return tops


def _main_box(box: Box, left: int, top: int) -> list[str]:
    narrow = 50 if box.extra else 0
    width, height = MAIN_WIDTH - 2 * narrow, _height(box)
    baseline = top + height // 2 + 4
    settings = MISSING if box.is_missing else "too many" if box.extra else box.settings
    return [
        frame(box, left + narrow, top, width, height),
        words(left + narrow + 10, baseline, box.role, mono=True, bold=bool(box.note)),
        words(left + narrow + width - 10, baseline, settings, anchor="end"),
    ]


def _circle(box: Box, middle: int, top: int) -> list[str]:
    centre = top + MAIN_HEIGHT // 2
    stroke = f'stroke="{ACCENT}" stroke-width="3.5"' if box.note else 'stroke="currentColor"'
    dashes = ' stroke-dasharray="5 3"' if box.is_missing else ""
    settings = MISSING if box.is_missing else box.kind if box.kind != "Add" else ""
    return [
        f'<circle cx="{middle}" cy="{centre}" r="14" fill="none" {stroke}{dashes}/>',
        words(middle, centre + 6, "+", anchor="middle", size=18),
        words(middle + 24, centre + 4, box.role, mono=True, bold=bool(box.note)),
        words(middle + 60, centre + 4, settings),
    ]


def _shortcut(side: Sequence[Box], left: int, where: dict[str, int], width: int) -> list[str]:
    """Return the shortcut: from the input at the side down to the circle of the addition."""
    start, end = where.get("input", EDGE + 20), where["add"]
    x, middle = EDGE + 14, left + MAIN_WIDTH // 2
    parts = [line(left, start, x, start)]
    above = start
    space = (end - start - SIDE_START) // len(side) if side else 0
    step = max(SIDE_HEIGHT + 8, min(SIDE_HEIGHT + 50, space))
    for number, box in enumerate(side):
        top = start + SIDE_START + number * step
        parts += [arrow(x, above, x, top), *_side_box(box, top, width)]
        above = top + SIDE_HEIGHT
    label = start + 20 if not side else above + 16 + _note_height(side[-1])
    parts.append(words(x + 8, label, "shortcut", italic=True))
    return [*parts, line(x, above, x, end), arrow(x, end, middle - 14, end)]


def _side_box(box: Box, top: int, width: int) -> list[str]:
    settings = MISSING if box.is_missing else "too many" if box.extra else box.settings
    parts = [
        frame(box, EDGE, top, width, SIDE_HEIGHT),
        words(EDGE + 10, top + 17, box.role, mono=True, bold=bool(box.note)),
        words(EDGE + 10, top + 33, settings),
    ]
    if box.note and not box.is_missing:
        lines = note_lines(box.note, 23)
        parts.append(sign(EDGE + 20, top + SIDE_HEIGHT + 11, up=True))
        parts += [
            words(EDGE + 36, top + SIDE_HEIGHT + 15 + NOTE_LINE * number, each, bold=True)
            for number, each in enumerate(lines)
        ]
    return parts


def note_lines(text: str, letters: int = NOTE_LETTERS) -> list[str]:
    """Return a note cut into at most four lines."""
    return textwrap.wrap(text, letters, max_lines=4, placeholder=" …")


def note(box: Box, x: int, centre: int) -> list[str]:
    """Return the sign and the lines that stand beside a marked box."""
    if not box.note:
        return []
    lines = note_lines(box.note)
    first = centre + 4 - NOTE_LINE * (len(lines) - 1) // 2
    return [
        sign(x, centre),
        *(words(x + 16, first + NOTE_LINE * n, each, bold=True) for n, each in enumerate(lines)),
    ]


def sign(x: int, y: int, *, up: bool = False) -> str:
    """Return the sign of a mark: a triangle that points at the box to its left, or above it."""
    corners = f"M{x},{y + 5} h12 l-6,-10 z" if up else f"M{x},{y} l10,-6 v12 z"
    return f'<path d="{corners}" fill="{ACCENT}"/>'


def frame(box: Box, x: int, y: int, width: int, height: int) -> str:
    """Return the frame of a box: thick where it is marked, dashed where it is not there."""
    paint = 'fill="none" stroke="currentColor" stroke-opacity="0.7"'
    if box.note:
        paint = f'fill="{ACCENT}" fill-opacity="0.1" stroke="{ACCENT}" stroke-width="3.5"'
    dashes = ' stroke-dasharray="6 4"' if box.is_missing or box.extra else ""
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="5" {paint}{dashes}/>'


def words(
    x: int,
    y: int,
    text: str,
    *,
    anchor: str = "start",
    size: int = 12,
    bold: bool = False,
    mono: bool = False,
    italic: bool = False,
) -> str:
    """Return one line of text whose baseline is at `y`."""
    if not text:
        return ""
    told = f' text-anchor="{anchor}"' if anchor != "start" else ""
    told += ' font-weight="bold"' if bold else ""
    told += ' font-style="italic"' if italic else ""
    told += f' font-family="{MONO}"' if mono else ""
    size = size - 1 if mono else size
    return (
        f'<text x="{x}" y="{y}" font-size="{size}"{told} fill="currentColor">{escape(text)}</text>'
    )


def line(x: int, y: int, to_x: int, to_y: int) -> str:
    """Return a straight line."""
    return (
        f'<path d="M{x},{y} L{to_x},{to_y}" fill="none" stroke="currentColor" '
        'stroke-opacity="0.7"/>'
    )


def arrow(x: int, y: int, to_x: int, to_y: int) -> str:
    """Return a line with an arrowhead, downwards or to the right."""
    head = "l-4,-7 h8 z" if to_x == x else "l-7,-4 v8 z"
    return f'{line(x, y, to_x, to_y)}<path d="M{to_x},{to_y} {head}" fill="currentColor"/>'
