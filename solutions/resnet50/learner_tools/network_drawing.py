"""A graph of layers as SVG."""

import html
import math

from learner_tools.palette import _VERMILION

_ROW, _BOX_HEIGHT, _ARC_SPACE, _GAP = 42, 26, 90, 40


def _place(nodes, edges):
    """{node: (column, row)}: column 0 is the longest path, rows may be fractions."""
    early = {}
    for node in nodes:
        early[node] = max((early[a] + 1 for a, b in edges if b == node), default=0)
    late = {}
    for node in reversed(nodes):
        late[node] = min((late[b] - 1 for a, b in edges if a == node), default=None)
        late[node] = early[node] if late[node] is None else late[node]
    end = max(nodes, key=early.__getitem__)
    main = [end]
    while early[main[-1]]:
        main.append(next(a for a, b in edges if b == main[-1] and early[a] == early[b] - 1))
    spots, taken = {}, {}
    for node in nodes:
        row = early[node] if node in main else (early[node] + late[node]) / 2
        column = 0 if node in main else 1
        while column and any(abs(row - other) < 1 for other in taken.get(column, [])):
            column += 1
        spots[node] = (column, row)
        taken.setdefault(column, []).append(row)
    return spots


def _draw(nodes, edges):
    """(SVG elements, width, height)."""
    spots = _place(nodes, edges)
    # Text has no known width before it is drawn; these are generous averages of a sans font.
    box_width = max(round(7 * len(f["label"]) + 5.4 * len(f["shape"])) + 30 for f in nodes.values())
    boxes, parts, drawn = {}, [], set()
    for node, (column, row) in spots.items():
        x = _ARC_SPACE + column * (box_width + _GAP)
        boxes[node] = (x, round(12 + row * _ROW))
    for edge in edges:
        parts.append(_arrow(edge, boxes, spots, box_width, again=edge in drawn))
        drawn.add(edge)
    colours = {"Conv2D": "#cfe3f5", "Add": "#fbe0c8", "block": "#cfe3f5"}
    has_shortcut = any("shortcut" in facts for facts in nodes.values())
    for node, facts in nodes.items():
        x, y = boxes[node]
        middle = y + _BOX_HEIGHT / 2
        parts.append(
            f"<g><title>{html.escape(facts['name'])}</title>"
            f'<rect x="{x}" y="{y}" width="{box_width}" height="{_BOX_HEIGHT}" rx="4" '
            f'fill="{colours.get(facts["kind"], "#f2f2f2")}" stroke="#333"/>'
            f'<text x="{x + 8}" y="{middle + 4}">{html.escape(facts["label"])}</text>'
            f'<text x="{x + box_width - 6}" y="{middle + 4}" text-anchor="end" fill="#555" '
            f'font-size="9">{facts["shape"]}</text></g>'
        )
        if "shortcut" in facts:
            right = x + box_width
            dash = ' stroke-dasharray="4 3"' if facts["shortcut"] == "identity" else ""
            parts.append(
                f'<path d="M{right} {y + 4}C{right + 30} {y + 2},{right + 30} '
                f'{y + _BOX_HEIGHT - 2},{right + 2} {y + _BOX_HEIGHT - 4}" fill="none" '
                f'stroke="{_VERMILION}" stroke-width="1.6"{dash} marker-end="url(#tip)"/>'
                f'<text x="{right + 30}" y="{middle + 4}">+ {html.escape(facts["shortcut"])}</text>'
            )
    columns = 1 + max(column for column, _ in spots.values())
    width = _ARC_SPACE + columns * (box_width + _GAP) + (150 if has_shortcut else 0)
    return "".join(parts), width, max(y for _, y in boxes.values()) + _BOX_HEIGHT + 12


def _arrow(edge, boxes, spots, box_width, again):
    (column, row), (to_column, to_row) = spots[edge[0]], spots[edge[1]]
    (x, y), (to_x, to_y) = boxes[edge[0]], boxes[edge[1]]
    half, colour = box_width / 2, "#333"
    if column == to_column and to_row - row == 1 and not again:
        line = f"M{x + half} {y + _BOX_HEIGHT}V{to_y}"
    elif column == to_column == 0:
        start, stop = y + _BOX_HEIGHT * 0.7, to_y + _BOX_HEIGHT * (0.6 if again else 0.3)
        bulge = x - min(_ARC_SPACE - 10, 28 + 22 * math.log2(to_row - row))
        colour = _VERMILION
        line = f"M{x} {start:.0f}C{bulge:.0f} {start:.0f},{bulge:.0f} {stop:.0f},{x} {stop:.0f}"
    elif to_column > column:
        middle, colour = y + _BOX_HEIGHT / 2, _VERMILION
        line = (
            f"M{x + box_width} {middle}C{to_x + half} {middle},{to_x + half} {middle},"
            f"{to_x + half} {to_y}"
        )
    else:
        middle, colour = to_y + _BOX_HEIGHT / 2, _VERMILION
        line = (
            f"M{x + half} {y + _BOX_HEIGHT}C{x + half} {middle},{x + half} {middle},"
            f"{to_x + (box_width if column else 0)} {middle}"
        )
    return (
        f'<path d="{line}" fill="none" stroke="{colour}" stroke-width="1.6" '
        'marker-end="url(#tip)"/>'
    )


def _in_words(nodes, edges):
    sentences = []
    for number, (node, facts) in enumerate(nodes.items(), 1):
        sources = [list(nodes).index(a) + 1 for a, b in edges if b == node]
        words = f"{number}. {facts['label']}"
        if "shortcut" in facts:
            words += f", shortcut {facts['shortcut']}"
        if facts["shape"]:
            words += f", output {facts['shape']}"
        if sources and sources != [number - 1]:
            words += f", from {' and '.join(str(s) for s in sources)}"
        sentences.append(words)
    return "; ".join(sentences) + "."
