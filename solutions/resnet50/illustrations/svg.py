"""The elements of the figures, and the colours that they have on light and dark pages."""

from html import escape

INK, QUIET, SKIP = "#1f2328", "#57534a", "#b83c0a"
FILL_AND_STROKE = {
    "conv": ("#d3e6f8", "#2563a8"),
    "bn": ("#e6dff6", "#6a4ca3"),
    "relu": ("#fbe6c8", "#a8620f"),
    "add": ("#d5edd8", "#2c7a3b"),
    "plain": ("#eceae2", "#6b6759"),
}
# What takes the place of each colour on a dark page.
DARK = {
    INK: "#ece9e1",
    QUIET: "#bdb8aa",
    SKIP: "#ff9a66",
    "#fdfcf8": "#1f2023",
    "#ffffff": "#282a2e",
    "#a39d8e": "#6b675c",
    "#8b8677": "#8f8a7c",
    "#d3e6f8": "#1d3a57",
    "#2563a8": "#7db4ea",
    "#e6dff6": "#352a52",
    "#6a4ca3": "#b49be8",
    "#fbe6c8": "#4d3615",
    "#a8620f": "#e0a458",
    "#d5edd8": "#1f4527",
    "#2c7a3b": "#7cc98b",
    "#eceae2": "#37362f",
    "#6b6759": "#a8a392",
}
MONO = "'DejaVu Sans Mono', Menlo, Consolas, monospace"
SANS = "'DejaVu Sans', Verdana, Helvetica, Arial, sans-serif"


def text(
    x: float, y: float, words: str, *, size=13, anchor="middle", color=INK, bold=False, mono=False
) -> str:
    """One line of text whose baseline is at `y`."""
    weight = ' font-weight="bold"' if bold else ""
    family = f' font-family="{MONO}"' if mono else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" '
        f'fill="{color}"{weight}{family}>{escape(words)}</text>'
    )


def box(x: float, y: float, width: float, height: float, kind: str) -> str:
    """A rounded box in the colours of one kind of layer."""
    fill, stroke = FILL_AND_STROKE[kind]
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="1.5"/>'
    )


def path(d: str, *, color=INK, width: float = 1.6, head=True) -> str:
    """A line along the SVG path `d`, with an arrowhead at its end unless `head` is false."""
    marker = f' marker-end="url(#{"skip" if color == SKIP else "ink"})"' if head else ""
    return f'<path d="{d}" fill="none" stroke="{color}" stroke-width="{width:g}"{marker}/>'


def arrowhead(name: str, color: str) -> str:
    """The definition of an arrowhead, 9 units long however thick its line is."""
    return (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" '
        f'markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">'
        f'<path d="M0,0 L8,4 L0,8 z" fill="{color}"/></marker>'
    )


def figure(width: int, height: int, title: str, desc: str, parts: list[str]) -> str:
    """A whole SVG document: panel, title and description for screen readers, then the parts."""
    rules = "".join(
        f'[{part}="{light}"]{{{part}:{dark}}}'
        for light, dark in DARK.items()
        for part in ("fill", "stroke")
    )
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-labelledby="title desc" font-family="{SANS}">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(desc)}</desc>',
        f"<style>@media (prefers-color-scheme: dark){{{rules}}}</style>",
        f"<defs>{arrowhead('ink', INK)}{arrowhead('skip', SKIP)}</defs>",
        f'<rect x="1" y="1" width="{width - 2}" height="{height - 2}" rx="12" fill="#fdfcf8" '
        'stroke="#a39d8e"/>',
    ]
    return "\n".join([*head, *parts, "</svg>"]) + "\n"


def layer(x: float, y: float, width: float, role: str, setting: str, kind: str) -> list[str]:
    """A layer's box, 30 high: its role on the left, what it is on the right."""
    return [
        box(x, y, width, 30, kind),
        text(x + 12, y + 20, role, anchor="start", bold=True, mono=True),
        text(x + width - 12, y + 20, setting, size=12, anchor="end", color=QUIET),
    ]
