"""A report as HTML: one page per learner, or one exercise for a notebook cell."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape

from reskit.network.markup import hints_html, table_html
from reskit.render.learner_view import (
    SeenCase,
    SeenDifference,
    SeenExercise,
    fault_text,
    seen_exercise,
)
from reskit.render.plain import plain, points_text
from reskit.render.text import STATUS_WORDS, weights_lines
from reskit.report import ExerciseResult, Fault, Report

# Contrast is at least 7:1 for text on its background, in both schemes; the outcome of a case is
# always a word, never a colour alone.
STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1f; --paper: #ffffff; --rule: #75757c;
  --good: #0b5a2a; --bad: #8f1212; --soft: #f2f2f4; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececf1; --paper: #17171b;
  --rule: #8b8b95; --good: #8fe0ab; --bad: #ffb3ad; --soft: #24242a; } }
body { margin: 0 auto; padding: 1.5rem; max-width: 52rem; color: var(--ink);
  background: var(--paper); font: 1rem/1.5 system-ui, sans-serif; }
h1, h2, h3 { line-height: 1.25; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--rule); }
.passed > h3 { color: var(--good); }
.failed > h3, .not_run > h3, .fault > h2 { color: var(--bad); }
article { margin: 1rem 0; padding-left: 1rem; border-left: 4px solid var(--rule); }
article.passed { border-color: var(--good); }
article.failed, article.not_run { border-color: var(--bad); }
article > h3 { margin: 0; font-size: 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; margin: 0.25rem 0; }
dd { margin: 0; overflow-x: auto; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9rem; white-space: pre-wrap;
  overflow-wrap: anywhere; }
.says { white-space: pre-wrap; overflow-wrap: anywhere; }
.score { font-weight: 600; }
figure { margin: 1rem 0; overflow-x: auto; }
figure svg { max-width: 100%; height: auto; }
details { margin: 0.25rem 0; }
details details { margin-left: 1rem; }
summary { cursor: pointer; width: fit-content; }
summary:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; }
caption { text-align: left; font-weight: 600; padding: 0.5rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.2rem 0.8rem 0.2rem 0;
  border-bottom: 1px solid var(--rule); }
.mark { white-space: nowrap; }
tr.differs { background: var(--soft); }
@media print { body { max-width: none; padding: 0; } article, svg { break-inside: avoid; } }
"""

# A notebook cell stands in a page with headings and colours of its own, light or dark: only sizes
# and borders are set, in em, and for our fragment alone. Where a front end drops it, text remains.
CELL_STYLE = """
.reskit h2, .reskit h3 { font-weight: 600; line-height: 1.25; margin: 0.25em 0; }
.reskit h2 { font-size: 1.3em; }
.reskit h3 { font-size: 1em; }
.reskit p { margin: 0.25em 0; }
.reskit article { margin: 0.5em 0; padding-left: 0.75em; border-left: 4px solid #75757c; }
.reskit article.passed { border-color: #1a7f37; }
.reskit article.failed, .reskit article.not_run { border-color: #cf222e; }
.reskit .says { white-space: pre-wrap; overflow-wrap: anywhere; }
.reskit figure { margin: 0.5em 0; overflow-x: auto; }
.reskit svg { max-width: 100%; height: auto; color: inherit; }
.reskit details details { margin-left: 1em; }
.reskit summary { cursor: pointer; width: fit-content; }
.reskit .wide { overflow-x: auto; }
.reskit caption { text-align: left; color: inherit; }
.reskit .reskit-table th, .reskit .reskit-table td {
  text-align: left; padding: 0.15em 0.8em 0.15em 0; }
.reskit .mark { white-space: nowrap; }
"""

POLICY = "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p class="score">{score}</p>
{body}
</main>
</body>
</html>
"""


def feedback_page(
    report: Report, assignment_title: str, drawings: Mapping[str, str] | None = None
) -> str:
    """Return a self-contained page without scripts: what one learner may see of a report.

    `drawings` has an SVG for each exercise that is to be drawn (see `reskit.render.drawings`).
    """
    parts = [fault_fragment(report.fault)] if report.fault else []
    parts += [_exercise(each, report.fault, drawings or {}) for each in report.exercises]
    parts += [_weights(*lines) for lines in weights_lines(report)]
    digest = b64encode(sha256(STYLE.encode()).digest()).decode()
    return PAGE.format(
        policy=POLICY.format(digest=digest),
        title=escape(f"{plain(assignment_title)}: {plain(report.student)}"),
        style=STYLE,
        score=escape(points_text(report.score, report.max_score)),
        body="\n".join(parts),
    )


def exercise_fragment(
    exercise: ExerciseResult,
    fault: Fault | None = None,
    drawings: Mapping[str, str] | None = None,
) -> str:
    """Return one exercise as HTML for the output of a notebook cell.

    `fault` is that of the whole submission, where it stands above and need not be repeated.
    """
    return f"<style>{CELL_STYLE}</style>\n{_exercise(exercise, fault, drawings or {})}"


def _exercise(exercise: ExerciseResult, fault: Fault | None, drawings: Mapping[str, str]) -> str:
    seen = seen_exercise(exercise, fault)
    drawing = drawings.get(exercise.name, "")
    lines = [
        f'<section class="reskit {_status(seen.status)}">',
        f"<h2>{escape(seen.name)}: {escape(points_text(seen.score, seen.max_score))}</h2>",
        _paragraph(seen.cause),
        _paragraph(seen.unrun),
        f"<figure>{drawing}</figure>" if drawing else "",
        *(_case(case) for case in seen.cases),
        _table(seen),
        _notes(seen),
        _printed(seen),
        "</section>",
    ]
    return "\n".join(line for line in lines if line)


def _table(seen: SeenExercise) -> str:
    if not seen.table:
        return ""
    summary = "<summary>The layer table beside the one that was asked for</summary>"
    return f'<details>{summary}<div class="wide">{table_html(seen.table)}</div></details>'


def _notes(seen: SeenExercise) -> str:
    if not seen.notes:
        return ""
    entries = "".join(f"<li>{escape(note)}</li>" for note in seen.notes)
    return f"<h3>What was not judged</h3><ul>{entries}</ul>"


def _printed(seen: SeenExercise) -> str:
    if not seen.printed:
        return ""
    return f"<h3>What it printed</h3><pre>{escape(seen.printed)}</pre>"


def _weights(heading: str, *lines: str) -> str:
    said = "".join(_paragraph(line.strip()) for line in lines)
    return f'<section class="reskit"><h2>{escape(heading)}</h2>{said}</section>'


def fault_fragment(fault: Fault) -> str:
    """Return why nothing of a submission could be graded, as HTML."""
    kind = escape(plain(fault.kind).replace("_", " "))
    told = fault_text(fault) if fault.kind == "exception" else plain(fault.message)
    return (
        f'<section class="reskit fault"><h2>Nothing could be graded: {kind}</h2>'
        f"{_paragraph(told)}</section>"
    )


def _case(case: SeenCase) -> str:
    points = points_text(case.score, case.max_score)
    word = STATUS_WORDS.get(case.status, "did not run")
    lines = [
        f'<article class="{_status(case.status)}">',
        f"<h3>{escape(case.title)}: {word} ({escape(points)})</h3>",
        _paragraph(case.cause),
        *(_difference(difference) for difference in case.differences),
        hints_html(case.hints),
        "</article>",
    ]
    return "\n".join(line for line in lines if line)


def _difference(difference: SeenDifference) -> str:
    sentence = _paragraph(difference.sentence)
    if difference.expected is None or difference.received is None:
        return sentence
    return (
        f"{sentence}\n<dl>"
        f"<dt>Expected</dt><dd><code>{escape(difference.expected)}</code></dd>"
        f"<dt>Received</dt><dd><code>{escape(difference.received)}</code></dd></dl>"
    )


def _paragraph(text: str | None) -> str:
    return f'<p class="says">{escape(text)}</p>' if text else ""


def _status(status: str) -> str:
    return status if status in STATUS_WORDS else "not_run"
