"""A report as HTML: one page per learner, or one exercise for a notebook cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape

from reskit.own_code.marked import MarkedCode
from reskit.render.exercise_html import fragment_html, paragraph, section_html
from reskit.render.learner_view import SeenExercise, fault_heading, fault_text, seen_exercise
from reskit.render.page_style import CELL_STYLE, STYLE
from reskit.render.plain import number_text, one_line, plain, points_text
from reskit.render.text import weights_lines
from reskit.render.whole_page import whole_page
from reskit.report import ExerciseResult, Fault, Report

BODY = """<header>
<p class="course">{course}</p>
<h1>Feedback for <bdi>{student}</bdi></h1>
<p class="score"><strong>{score}</strong> of {max_score} points</p>
</header>
<main>
{body}
</main>
<footer>
{footer}
</footer>"""
OUTCOMES = {"passed": "passed", "failed": "not yet"}  # of an exercise, of which parts may be right
BAR = 120  # units of width of a bar for all points


def feedback_page(
    report: Report,
    assignment_title: str,
    drawings: Mapping[str, str] | None = None,
    code: Mapping[str, MarkedCode] | None = None,
) -> str:
    """Return a self-contained page without scripts: what one learner may see of a report.

    `drawings` has an SVG for each exercise that is to be drawn (see `reskit.render.drawings`),
    `code` the learner's own code of those that lost points (see `reskit.own_code.marked`).
    """
    exercises = [seen_exercise(each, report.fault) for each in report.exercises]
    if report.fault:  # nothing was checked at all: that is said once
        exercises = [replace(each, unrun=None) for each in exercises]
    parts = [fault_fragment(report.fault)] if report.fault else []
    parts.append(_overview(exercises, links=not report.fault))
    parts += [
        section_html(each, number, (drawings or {}).get(each.name, ""), (code or {}).get(each.name))
        for number, each in enumerate(exercises, start=1)
        if not report.fault or each.cause or each.name in (code or {})
    ]
    parts += [_weights(*lines) for lines in weights_lines(report)]
    student = one_line(report.student, 120)
    body = BODY.format(
        course=escape(plain(assignment_title)),
        student=escape(student),
        score=escape(number_text(report.score)),
        max_score=escape(number_text(report.max_score)),
        body="\n".join(parts),
        footer=_footer(report),
    )
    return whole_page(escape(f"{plain(assignment_title)}: {student}"), STYLE, body)


def exercise_fragment(
    exercise: ExerciseResult,
    fault: Fault | None = None,
    drawings: Mapping[str, str] | None = None,
    code: Mapping[str, MarkedCode] | None = None,
) -> str:
    """Return one exercise as HTML for the output of a notebook cell.

    `fault` is that of the whole submission, where it stands above and need not be repeated.
    """
    seen = seen_exercise(exercise, fault)
    drawing, own = (drawings or {}).get(exercise.name, ""), (code or {}).get(exercise.name)
    return f"<style>{CELL_STYLE}</style>\n{fragment_html(seen, drawing, own)}"


def fault_fragment(fault: Fault) -> str:
    """Return why nothing of a submission could be graded, as HTML."""
    return (
        f'<section class="reskit fault"><h2 class="bad">{escape(fault_heading(fault))}</h2>'
        f"{paragraph(fault_text(fault))}</section>"
    )


def _overview(exercises: Sequence[SeenExercise], links: bool) -> str:
    """Return the table of exercises: points, a bar, the outcome in a word."""
    if not exercises:
        return ""
    rows = []
    for number, seen in enumerate(exercises, start=1):
        name = escape(seen.name)
        word = OUTCOMES.get(seen.status, "did not run")
        kind = "good" if seen.status == "passed" else "bad"
        link = f'<a href="#exercise-{number}">{name}</a>' if links else name
        rows.append(
            f'<tr><th scope="row">{link}</th><td><span class="{kind}">{word}</span></td>'
            f'<td class="number">{escape(points_text(seen.score, seen.max_score))}</td>'
            f"<td>{_bar(seen)}</td></tr>"
        )
    return (
        '<section class="overview" aria-label="Overview"><table class="overview"><thead><tr>'
        '<th scope="col">exercise</th><th scope="col">outcome</th><th scope="col">points</th>'
        "<td></td></tr></thead><tbody>\n" + "\n".join(rows) + "\n</tbody></table></section>"
    )


def _bar(seen: SeenExercise) -> str:
    share = min(1.0, max(0.0, seen.score / seen.max_score)) if seen.max_score else 0.0
    return (
        f'<svg class="bar" aria-hidden="true" width="{BAR + 2}" height="14" '
        f'viewBox="0 0 {BAR + 2} 14"><rect x="1" y="3" width="{BAR}" height="10" fill="none" '
        f'stroke="currentColor"/><rect x="1" y="3" width="{round(BAR * share)}" height="10" '
        'fill="currentColor"/></svg>'
    )


def _weights(heading: str, *lines: str) -> str:
    said = "".join(paragraph(line.strip()) for line in lines)
    return f'<section class="reskit"><h2>{escape(heading)}</h2>{said}</section>'


def _footer(report: Report) -> str:
    """Return what graded, and which file: so that both can be found again."""
    versions = [
        f"{name} {report.provenance[name]}"
        for name in ("reskit", "keras", "tensorflow", "python")
        if name in report.provenance
    ]
    told = [f"Graded with {', '.join(versions)}." if versions else ""]
    told.append(f"SHA-256 of what was handed in: {report.sha256}." if report.sha256 else "")
    return "".join(f"<p>{escape(plain(text))}</p>" for text in told if text)
