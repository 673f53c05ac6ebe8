"""The scores of a class as bars, and the same as a table."""

from __future__ import annotations

from html import escape

from reskit.class_report.scores import Distribution
from reskit.render.counted import counted
from reskit.render.plain import number_text

WIDTH, HEIGHT = 680, 240
LEFT, TOP, FLOOR = 10, 24, 196
GAP = 6


def histogram(scores: Distribution) -> str:
    """Return an SVG with a bar for each bin, and a text alternative that tells the counts."""
    step = (WIDTH - 2 * LEFT) / len(scores.bins)
    highest = max(each.count for each in scores.bins)
    bars = []
    for number, each in enumerate(scores.bins):
        left = LEFT + number * step
        middle = left + step / 2
        height = (FLOOR - TOP) * each.count / highest if highest else 0.0
        bars.append(
            f'<rect class="bar" x="{left + GAP / 2:.1f}" y="{FLOOR - height:.1f}" '
            f'width="{step - GAP:.1f}" height="{height:.1f}"/>'
            f'<text class="count" x="{middle:.1f}" y="{FLOOR - height - 6:.1f}" '
            f'text-anchor="middle">{each.count or ""}</text>'
            f'<text x="{middle:.1f}" y="{FLOOR + 18}" text-anchor="middle">'
            f"{_range(each.low, each.high)}</text>"
        )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="scores-told">'
        f'<title id="scores-told">{escape(told(scores))}</title>'
        f'<line class="axis" x1="{LEFT}" y1="{FLOOR}" x2="{WIDTH - LEFT}" y2="{FLOOR}"/>'
        f"{''.join(bars)}"
        f'<text x="{WIDTH / 2:.0f}" y="{HEIGHT - 4}" text-anchor="middle">points</text></svg>'
    )


def told(scores: Distribution) -> str:
    """Return the histogram in words."""
    counts = "; ".join(
        f"{each.count} from {_range(each.low, each.high).replace('–', ' to ')}"
        for each in scores.bins
        if each.count
    )
    return f"Histogram of {counted(scores.count, 'score')}, in points: {counts}."


def scores_table(scores: Distribution) -> str:
    """Return the histogram as a table."""
    rows = "".join(
        f'<tr><th scope="row">{_range(each.low, each.high)}</th>'
        f'<td class="number">{each.count}</td>'
        f'<td class="number">{100 * each.count / scores.count:.0f} %</td></tr>'
        for each in scores.bins
    )
    return (
        "<table><caption>Scores; one on a border counts in the upper row</caption>"
        '<thead><tr><th scope="col">points</th><th scope="col" class="number">submissions</th>'
        f'<th scope="col" class="number">share</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _range(low: float, high: float) -> str:
    return f"{number_text(low)}–{number_text(high)}"
