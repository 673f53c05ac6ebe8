"""One exercise as HTML: what was proven, what differs and where, and every check."""

from __future__ import annotations

import re
from html import escape

from reskit.network.markup import hints_html, table_html
from reskit.own_code.marked import MarkedCode
from reskit.render.code_html import code_html, marked_lines_html
from reskit.render.learner_view import SAME_REASON, SeenCase, SeenDifference, SeenExercise
from reskit.render.plain import points_text
from reskit.render.text import STATUS_WORDS

PROVEN = "Proven: your function builds what was asked for, in every check:"
DRAWN = "What was asked for, drawn. The mark shows the place that differs."
SEE_ABOVE = "see above"
FOLLOWS = "because of what is told above"
SAME = "for the same reason"
CODE = re.compile(r"`([^`\n]{1,200})`")


def section_html(
    seen: SeenExercise, number: int, drawing: str = "", code: MarkedCode | None = None
) -> str:
    """Return the exercise as the section `number` of a page, with the whole of its code."""
    told = [
        f'<section class="exercise" id="exercise-{number}" aria-labelledby="heading-{number}">',
        f'<h2 id="heading-{number}">{escape(seen.name)} <span class="points">'
        f"{escape(points_text(seen.score, seen.max_score))}</span></h2>",
        *_findings(seen, drawing),
        f"<h3>Your code</h3>\n{code_html(code, seen.name)}" if code else "",
        *_rest(seen),
        "</section>",
    ]
    return "\n".join(part for part in told if part)


def fragment_html(seen: SeenExercise, drawing: str = "", code: MarkedCode | None = None) -> str:
    """Return the exercise for a notebook's cell, under the learner's own code."""
    lines = marked_lines_html(code) if code else ""
    told = [
        f'<section class="reskit {_status(seen.status)}">',
        f"<h2>{escape(seen.name)}: {escape(points_text(seen.score, seen.max_score))}</h2>",
        *_findings(seen, drawing),
        f"<h3>In your code</h3>\n{lines}" if lines else "",
        *_rest(seen),
        "</section>",
    ]
    return "\n".join(part for part in told if part)


def _findings(seen: SeenExercise, drawing: str) -> list[str]:
    return [
        _proven(seen) if seen.status == "passed" else "",
        paragraph(seen.cause),
        paragraph(seen.unrun),
        *(_problem(case) for case in seen.cases if case.has_something_to_say),
        f"<figure>{drawing}<figcaption>{DRAWN}</figcaption></figure>" if drawing else "",
    ]


def _proven(seen: SeenExercise) -> str:
    names = [case.title for case in seen.cases if not case.is_hidden]
    hidden = len(seen.cases) - len(names)
    names += [f"{hidden} hidden"] if hidden else []
    return f'<p><span class="good">{PROVEN}</span> {escape(", ".join(names))}.</p>'


def _rest(seen: SeenExercise) -> list[str]:
    return [_table(seen), _checks(seen), _notes(seen), _printed(seen)]


def _table(seen: SeenExercise) -> str:
    if not seen.table:
        return ""
    summary = "<summary>The layer table beside the one that was asked for</summary>"
    label = f"layer tables of {escape(seen.name)}"
    return (
        f'<details class="table">{summary}<div class="wide" role="region" tabindex="0" '
        f'aria-label="{label}">{table_html(seen.table)}</div></details>'
    )


def _checks(seen: SeenExercise) -> str:
    """Return all checks with their outcome; folded where each of them passed."""
    if not seen.cases:
        return ""
    rows = "\n".join(map(_check, seen.cases))
    passed = sum(case.status == "passed" for case in seen.cases)
    caption = f"{passed} of {len(seen.cases)} checks passed"
    table = (
        f'<table class="checks"><caption>{caption}</caption><thead><tr><th scope="col">check</th>'
        '<th scope="col">outcome</th><th scope="col">points</th></tr></thead>'
        f"<tbody>\n{rows}\n</tbody></table>"
    )
    if seen.status != "passed":
        return table
    return f'<details class="table"><summary>All {passed} checks</summary>{table}</details>'


def _check(case: SeenCase) -> str:
    word = STATUS_WORDS.get(case.status, "did not run")
    kind = "good" if case.status == "passed" else "bad"
    remarks = [SEE_ABOVE] if case.has_something_to_say else []
    remarks += [FOLLOWS] if case.follows else []
    remarks += [SAME] if case.cause == SAME_REASON else []
    if case.is_hidden:
        remarks = [*filter(None, [case.cause]), *(each.sentence for each in case.differences)]
    told = f" ({escape('; '.join(remarks))})" if remarks else ""
    return (
        f'<tr><th scope="row">{escape(case.title)}</th>'
        f'<td><span class="{kind}">{word}</span>{told}</td>'
        f'<td class="number">{escape(points_text(case.score, case.max_score))}</td></tr>'
    )


def _problem(case: SeenCase) -> str:
    word = STATUS_WORDS.get(case.status, "did not run")
    points = escape(points_text(case.score, case.max_score))
    lines = [
        f'<article class="{_status(case.status)}">',
        f"<h3>{escape(case.title)}: {word} ({points})</h3>",
        paragraph(case.cause),
        *(_difference(difference) for difference in case.differences),
        hints_html(case.hints),
        "</article>",
    ]
    return "\n".join(line for line in lines if line)


def _difference(difference: SeenDifference) -> str:
    sentence = paragraph(difference.sentence)
    if difference.expected is None or difference.received is None:
        return sentence
    return (
        f"{sentence}\n<dl>"
        f"<dt>Expected</dt><dd><code>{escape(difference.expected)}</code></dd>"
        f"<dt>Received</dt><dd><code>{escape(difference.received)}</code></dd></dl>"
    )


def _notes(seen: SeenExercise) -> str:
    if not seen.notes:
        return ""
    entries = "".join(f'<li class="says">{_with_code(note)}</li>' for note in seen.notes)
    return f"<h3>What was not judged</h3><ul>{entries}</ul>"


def _printed(seen: SeenExercise) -> str:
    if not seen.printed:
        return ""
    label = f"what {escape(seen.name)} printed"
    return (
        f'<h3>What it printed</h3><pre role="region" tabindex="0" aria-label="{label}">'
        f"{escape(seen.printed)}</pre>"
    )


def paragraph(text: str | None) -> str:
    """Return a paragraph of plain text, nothing where there is none."""
    return f'<p class="says">{_with_code(text)}</p>' if text else ""


def _with_code(text: str) -> str:
    """Return plain text as HTML, with what stands between two backticks as code."""
    return CODE.sub(r"<code>\1</code>", escape(text))


def _status(status: str) -> str:
    return status if status in STATUS_WORDS else "not_run"
