"""The page of results, and the part of the README that is made from the same figures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from grading.figures import (
    OTHERS,
    SIDES,
    VARIANTS,
    Cost,
    Run,
    costs,
    find,
    times_as_fast,
    two_workers,
)

COMMAND = "python benchmarks/grade_beside_others.py"
MADE = f"Made by `{COMMAND}` from `grade_beside_others.json`; change neither by hand."
BEGIN = f"<!-- costs: made by `{COMMAND}`; do not change them by hand -->"
END = "<!-- end of costs -->"
BLOCK = re.compile(f"{re.escape(BEGIN)}\n.*?{re.escape(END)}", flags=re.DOTALL)
NOTEBOOKS = {"whole": "as handed in", "reduced": "imports, answers and tests alone"}
NOTHING = "–"


def page(runs: Sequence[Run], conditions: Mapping[str, Any]) -> str:
    """Return the results as a Markdown page: figures, conditions, and what each side does."""
    loads = [run.load for run in runs]
    found = costs(runs)
    around = {
        **conditions,
        "load before a run": f"{min(loads):.1f} to {max(loads):.1f}",
        "small batches": _small_batches(runs, found),
    }
    return "\n".join(
        [
            f"<!-- {MADE} -->",
            "",
            table(found),
            "",
            "Medians of whole commands, start included, divided by the number of *submissions* "
            "that the side graded in a run. *s for one more* is the slope from the small batch to "
            "this one, which leaves the start out. *reskit, times as many* is how many "
            "submissions `reskit` grades in the time of one of this side.",
            "",
            *_workers(found),
            *(f"- {name.replace('_', ' ')}: {value}" for name, value in around.items()),
            "",
            *(f"- **{name}**: {what}" for name, what in (VARIANTS | SIDES).items()),
            "",
        ]
    )


def table(found: Sequence[Cost]) -> str:
    """Return the costs as a Markdown table, each side beside `reskit`."""
    lines = [
        "| notebooks | graded by | submissions | runs | a minute | s each | CPU s each "
        "| s for one more | reskit, times as many | start left out | reskit, times less CPU |",
        "| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for cost in found:
        ours = find(found, cost.variant, "reskit")
        cells = [
            cost.variant,
            cost.side,
            str(cost.submissions),
            str(cost.runs),
            f"{cost.per_minute:.1f}",
            f"{cost.each:.2f}",
            f"{cost.each_cpu:.2f}",
            _number(cost.marginal, 2),
            _number(times_as_fast(found, cost.variant, cost.side), 1),
            _ratio(cost.marginal, ours.marginal if ours else None),
            _ratio(cost.each_cpu, ours.each_cpu if ours else None),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def readme_block(runs: Sequence[Run]) -> str:
    """Return the README's table of submissions per minute, between its two marks."""
    found = costs(runs)
    lines = [
        "| notebooks | reskit | nbgrader | otter run | reskit beside nbgrader | beside otter |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    for variant, name in NOTEBOOKS.items():
        sides = [find(found, variant, side) for side in ("reskit", *OTHERS)]
        if any(sides):
            minutes = [_number(cost.per_minute if cost else None, 1) for cost in sides]
            ratios = [times_as_fast(found, variant, other) for other in OTHERS]
            times = [f"{ratio:.1f} times" if ratio else NOTHING for ratio in ratios]
            lines.append(f"| {' | '.join([name, *minutes, *times])} |")
    graded = {
        side: max(cost.submissions for cost in found if cost.side == side)
        for side in ("reskit", *OTHERS)
        if any(cost.side == side for cost in found)
    }
    counts = ", ".join(f"{side} {count}" for side, count in graded.items())
    return "\n".join([BEGIN, "", *lines, "", f"Notebooks graded in a run: {counts}.", "", END])


def in_readme(readme: str, runs: Sequence[Run]) -> str:
    """Return the README with its table made anew. Raises ValueError where its marks are gone."""
    block = readme_block(runs)
    made, replaced = BLOCK.subn(lambda _: block, readme)
    if replaced != 1:
        raise ValueError("README.md has no table of costs between its two marks.")
    return made


def _small_batches(runs: Sequence[Run], found: Sequence[Cost]) -> str:
    """Return how many submissions the small batch of each side had that graded one."""
    small = {
        side: min(run.submissions for run in runs if run.side == side)
        for side in SIDES
        if any(cost.side == side and cost.marginal is not None for cost in found)
    }
    return ", ".join(f"{side} {size}" for side, size in small.items()) or "none"


def _workers(found: Sequence[Cost]) -> list[str]:
    lines = [
        f"Two workers are {ratio:.2f} times as fast as one, start left out ({variant})."
        for variant in VARIANTS
        if (ratio := two_workers(found, variant)) is not None
    ]
    return [line for each in lines for line in (each, "")]


def _number(value: float | None, digits: int) -> str:
    return NOTHING if value is None else f"{value:.{digits}f}"


def _ratio(theirs: float | None, ours: float | None) -> str:
    return _number(theirs / ours if theirs and ours else None, 1)
