"""`reskit doctor` on the screen: tables on a terminal, plain lines elsewhere, or JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from reskit.doctor import can_grade, examine, to_data
from reskit.environment import Finding

TITLES = {
    "isolation": "Layers of isolation",
    "tried": "What a learner's code must not be able to do, tried on this machine",
    "versions": "Versions",
    "optional": "Programs that help",
    "course": "Course",
}
_PURPOSE = {"isolation": "stops "}  # what stands before the purpose of each


def doctor(options: argparse.Namespace, console: Console) -> int:
    """Show what was found. Returns 0 if grading is possible, 1 if it is not."""
    with console.status("starting Keras and trying each layer"):
        findings = examine()
    if options.json:
        print(json.dumps(to_data(findings), indent=2, ensure_ascii=False))
    elif sys.stdout.isatty():
        _show(findings, Console())
    else:
        print("\n".join(lines(findings)))
    return 0 if can_grade(findings) else 1


def lines(findings: Sequence[Finding]) -> list[str]:
    """Return the findings as plain text, a line each."""
    found = []
    for group, members in groupby(findings, key=lambda each: each.group):
        found.append(TITLES[group])
        for each in members:
            purpose = f" ({_PURPOSE.get(group, '')}{each.purpose})" if each.purpose else ""
            advice = f" To do: {each.advice}" if each.advice else ""
            found.append(f"  {state(each):<8} {each.name}: {each.found}{purpose}{advice}")
        found.append("")
    return [*found, verdict(findings)]


def state(finding: Finding) -> str:
    """Return in a word how a thing stands."""
    if finding.group == "tried":
        return "stopped" if finding.ready else "WORKS"
    words = {"isolation": ("held", "absent"), "versions": ("ok", "not fit")}
    ready, absent = words.get(finding.group, ("ok", "absent"))
    return ready if finding.ready else absent


def verdict(findings: Sequence[Finding]) -> str:
    """Return the last line: whether grading is possible, or what stands in its way."""
    if can_grade(findings):
        return "Ready to grade."
    absent = [each.name for each in findings if each.needed and not each.ready]
    return f"Not ready to grade: {', '.join(absent)}."


def _show(findings: Sequence[Finding], console: Console) -> None:
    for group, members in groupby(findings, key=lambda each: each.group):
        some = list(members)
        console.print(TITLES[group], style="bold")
        table = Table(box=None, pad_edge=False, show_header=any(each.purpose for each in some))
        table.add_column("")
        table.add_column("", no_wrap=True)
        table.add_column("found", overflow="fold")
        if any(each.purpose for each in some):
            table.add_column("stops" if group == "isolation" else "for", overflow="fold")
        if any(each.advice for each in some):
            table.add_column("to do", overflow="fold", style="yellow")
        for each in some:
            colour = "green" if each.ready else "red" if each.needed else "yellow"
            cells = [Text(state(each), colour), Text(each.name, "bold"), Text(each.found)]
            if any(other.purpose for other in some):
                cells.append(Text(each.purpose, "dim"))
            if any(other.advice for other in some):
                cells.append(Text(each.advice))
            table.add_row(*cells)
        console.print(table)
        console.print()
    console.print(verdict(findings), style="green" if can_grade(findings) else "red", markup=False)
