"""The mistakes of a class as HTML: nothing in it points at a learner."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from reskit.class_report.mistakes import Mistake
from reskit.render.counted import counted
from reskit.render.plain import number_text, plain

OPEN = 3  # examples that are unfolded, those of the most frequent mistakes


def mistakes_section(mistakes: Sequence[Mistake], ran: int) -> str:
    """Return the section; `ran` is how many submissions could be run."""
    made = [each for each in mistakes if not each.unwritten]
    if not made:
        return f"<p>Nobody made any of those that can be told.</p>{_unwritten(mistakes)}"
    told = "\n".join(_mistake(each, ran, is_open=place < OPEN) for place, each in enumerate(made))
    return (
        "<p>The mistakes of the class by what caused them, the most frequent first; the same "
        "mistake in different stages is one. Each comes with one learner’s function, without "
        "comments and texts. Names that fewer than three learners use are replaced.</p>\n"
        f"{_unwritten(mistakes)}{told}"
    )


def _unwritten(mistakes: Sequence[Mistake]) -> str:
    """Return how many have not written a function yet, in one sentence."""
    left = [
        f"{escape(plain(each.cause.exercise))} {each.learners}"
        for each in mistakes
        if each.unwritten
    ]
    return f"<p>Not written yet: {', '.join(left)}.</p>\n" if left else ""


def _mistake(mistake: Mistake, ran: int, *, is_open: bool) -> str:
    cause = mistake.cause
    places = f", in {mistake.places} places" if mistake.places > mistake.learners else ""
    lines = [
        "<article>",
        f"<h3>{escape(plain(mistake.message))}</h3>",
        f'<p><span class="share">{counted(mistake.learners, "learner")} of {ran}'
        f"</span>{places} · {escape(plain(cause.exercise))}"
        f"{_place(cause.place)} · {number_text(mistake.points)} points of the class</p>",
        _lecture(mistake.lecture),
        _code(mistake, is_open=is_open),
        "</article>",
    ]
    return "\n".join(line for line in lines if line)


def _place(place: str | None) -> str:
    if place is None or "*" not in place:
        return ""
    words = place.replace("stage*.block1", "first block of a stage")
    words = words.replace("stage*.block*", "identity block of a stage").replace("stage*", "stage")
    return f", {escape(plain(words))}"


def _lecture(told: Sequence[str]) -> str:
    if not told:
        return ""
    words = "".join(f"<p>{escape(plain(each))}</p>" for each in told)
    return f'<div class="lecture"><p><strong>For the next lecture</strong></p>{words}</div>'


def _code(mistake: Mistake, *, is_open: bool) -> str:
    if mistake.code is None:
        return ""
    opened = " open" if is_open else ""
    name = escape(plain(mistake.cause.exercise))
    return (
        f"<details{opened}><summary>One learner’s {name}</summary>"
        f"<pre><code>{escape(plain(mistake.code))}</code></pre></details>"
    )
