"""The sections of the class report that name learners: for instructors alone."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from reskit.class_report.class_report import ClassReport
from reskit.class_report.faults import Faults
from reskit.class_report.similar import MANY, Cluster, Similar
from reskit.render.class_table import class_table
from reskit.render.counted import counted
from reskit.render.plain import one_line, plain


def faults_section(found: Sequence[Faults]) -> str:
    """Return what did not run, by kind, and whose it is."""
    if not found:
        return "<p>There are none.</p>"
    rows = "\n".join(
        f'<tr><th scope="row">{escape(plain(each.kind).replace("_", " "))}</th>'
        f"<td>{escape(each.about)}</td>"
        f'<td class="number">{len({student for student, _ in each.hit})}</td>'
        f"<td>{_hit(each)}</td></tr>"
        for each in found
    )
    columns = (("kind", False), ("what it is", False), ("learners", True), ("where", False))
    return f"<p>For instructors: this names learners.</p>\n{class_table('Faults', columns, rows)}"


def _hit(found: Faults) -> str:
    places: dict[str, list[str]] = {}
    for student, where in found.hit:
        places.setdefault(student, []).append(where)
    return escape("; ".join(f"{one_line(who)} ({', '.join(what)})" for who, what in places.items()))


def similar_section(report: ClassReport) -> str:
    """Return the groups of nearly the same structure, with words of caution."""
    similar = report.similar
    if not report.sources:
        return (
            "<p>Not compared: none of the files that were graded is where the reports say, and "
            "unchanged. Run the command in the folder in which the class was graded.</p>"
        )
    told = [
        "<p>For instructors: this names learners. It is information, and no verdict. Two people "
        "who work together, follow the same lecture or tutorial, or are taught by the same "
        "teacher write alike, and often do so rightly. Look at both, and talk with both, before "
        "you think anything.</p>",
        f"<p>{_compared(similar, report)}</p>",
    ]
    if similar.clusters:
        rows = "\n".join(_cluster(each, report.students) for each in similar.clusters)
        columns = (("likeness", False), ("submissions", True), ("whose", False))
        told.append(class_table("Groups of nearly the same structure", columns, rows))
    else:
        told.append("<p>No two of them are far more alike than two of this class usually are.</p>")
    return "\n".join(told)


def _compared(similar: Similar, report: ClassReport) -> str:
    return (
        f"Of {counted(report.scores.count, 'submission')} {report.sources} could be read again. "
        f"{similar.like_reference} have nothing that is not in the reference or in what was "
        f"handed out, {similar.too_little} have too little of their own; {similar.compared} were "
        "compared, by what is left once that is taken out, whatever names are called. "
        f"Two of the class usually share {_percent(similar.usual)} of it, nine of ten "
        f"pairs less than {_percent(similar.usual_high)}."
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _cluster(cluster: Cluster, students: Sequence[str]) -> str:
    likeness = "the same, token for token" if cluster.identical else _percent(cluster.similarity)
    if len(cluster.members) >= MANY:
        likeness += "; so many point at one source that all know"
    names = ", ".join(one_line(students[place], 80) for place in cluster.members)
    return (
        f'<tr><th scope="row">{likeness}</th><td class="number">{len(cluster.members)}</td>'
        f"<td>{escape(names)}</td></tr>"
    )
