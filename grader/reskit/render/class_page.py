"""The class report as one self-contained page without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from reskit.class_report.class_report import ClassReport
from reskit.render.class_cases import cases_section
from reskit.render.class_instructors import faults_section, similar_section
from reskit.render.class_mistakes import mistakes_section
from reskit.render.class_style import CLASS_STYLE
from reskit.render.class_table import class_table
from reskit.render.counted import counted
from reskit.render.histogram import histogram, scores_table
from reskit.render.plain import number_text, one_line, plain
from reskit.render.whole_page import whole_page
from reskit.run_time import RunTime

BODY = """<main>
<h1>{title}</h1>
<p>{about}</p>
{contents}
{body}
</main>"""


def class_page(report: ClassReport) -> str:
    """Return the page. Names of learners stand in its last sections alone, which say so."""
    ran = max((item.submissions for item in report.items), default=0)
    sections = [
        ("scores", "Scores", _scores(report)),
        ("mistakes", "What to say in the next lecture", mistakes_section(report.mistakes, ran)),
        ("cases", "How the cases did", cases_section(report.items)),
        ("faults", "Faults that need a look", faults_section(report.faults)),
        ("similar", "Submissions of nearly the same structure", similar_section(report)),
        ("time", "Time and cost of grading", _time(report.time)),
    ]
    if report.broken:
        sections.append(("unread", "Reports that cannot be read", _broken(report)))
    title = escape(f"Class report: {plain(report.title)}")
    body = BODY.format(
        title=title,
        about=_about(report),
        contents=_contents(sections),
        body="\n".join(
            f'<section aria-labelledby="{name}"><h2 id="{name}">{heading}</h2>\n{body}\n</section>'
            for name, heading, body in sections
        ),
    )
    return whole_page(title, CLASS_STYLE, body)


def _about(report: ClassReport) -> str:
    told = (
        f"{counted(report.scores.count, 'submission')}. Scores, mistakes and cases name nobody; "
        "they tell what the hidden cases ask. The sections after them name learners, and are for "
        "instructors."
    )
    if report.assignments > 1:
        told += (
            f" The reports were made with {report.assignments} versions of the assignment: "
            "grade the class again before you compare."
        )
    return told


def _contents(sections: Sequence[tuple[str, str, str]]) -> str:
    links = "".join(f'<li><a href="#{name}">{heading}</a></li>' for name, heading, _ in sections)
    return f'<nav aria-label="Sections"><ul>{links}</ul></nav>'


def _scores(report: ClassReport) -> str:
    scores = report.scores
    figures = {
        "mean": f"{scores.mean:.1f}",
        "median": f"{scores.median:.1f}",
        "standard deviation": f"{scores.deviation:.1f}",
        f"with all {number_text(scores.max_score)} points": str(scores.full),
        "with none": str(scores.nothing),
    }
    entries = "".join(
        f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in figures.items()
    )
    return (
        f'<dl class="figures">{entries}</dl>\n<figure>{histogram(scores)}</figure>\n'
        "<details><summary>The same as a table</summary>"
        f"{scores_table(scores)}</details>"
    )


def _time(time: RunTime | None) -> str:
    if time is None:
        return "<p>Not known: there is no grade.log beside the reports that tells it.</p>"
    rows = {
        "submissions": f"{time.graded} of {time.total}",
        "time": f"{time.seconds:.1f} s",
        "submissions per minute": f"{time.per_minute:.1f}",
    }
    if time.cpu_seconds is not None:
        each = time.cpu_seconds / max(1, time.graded)
        rows["processor time"] = f"{time.cpu_seconds:.1f} s, {each:.2f} s for each"
    if time.slowest is not None:
        seconds, student = time.slowest
        rows["the slowest"] = f"{one_line(student)}, {seconds:.1f} s"
    lines = "".join(
        f'<tr><th scope="row">{name}</th><td>{escape(value)}</td></tr>'
        for name, value in rows.items()
    )
    return (
        "<table><caption>The last run that ran anything; what is known already is not run again"
        f"</caption><tbody>{lines}</tbody></table>"
    )


def _broken(report: ClassReport) -> str:
    rows = "\n".join(
        f'<tr><th scope="row">{escape(one_line(str(each.path)))}</th>'
        f"<td>{escape(one_line(each.reason))}</td></tr>"
        for each in report.broken
    )
    columns = (("file", False), ("what is wrong", False))
    return (
        "<p>These submissions are not in this report. Grade them again.</p>\n"
        f"{class_table('Files', columns, rows)}"
    )
