"""JUnit XML: a suite for each submission, a test case for each case.

The form has no one owner. What is written is what the schema of Jenkins' xUnit plugin (junit-10)
and that of Ant's JUnit task have in common: testsuites, testsuite, properties, testcase with one
failure or error in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent, tostring

from reskit.exports.desk_view import DeskTest, desk_tests
from reskit.render.plain import number_text, one_line, plain
from reskit.report import Report

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(reports: Sequence[Report]) -> str:
    """Return the reports as one document; what a learner may not see is not in it."""
    assignment = reports[0].assignment if reports else ""
    top = Element("testsuites", name=_xml(assignment))
    counts = {"tests": 0, "failures": 0, "errors": 0}
    for report in reports:
        suite = _suite(report)
        for name in counts:
            counts[name] += int(suite.attrib[name])
        top.append(suite)
    top.attrib.update({name: str(count) for name, count in counts.items()})
    indent(ElementTree(top))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(top, encoding="unicode")}\n'


def _suite(report: Report) -> Element:
    tests = desk_tests(report)
    statuses = [test.status for test in tests]
    suite = Element(
        "testsuite",
        name=_xml(one_line(report.student)),
        tests=str(len(tests)),
        failures=str(statuses.count("failed")),
        errors=str(statuses.count("not_run")),
    )
    properties = SubElement(suite, "properties")
    for name, value in (
        ("score", number_text(report.score)),
        ("max_score", number_text(report.max_score)),
        ("sha256", report.sha256 or ""),
    ):
        SubElement(properties, "property", name=name, value=value)
    for test in tests:
        suite.append(_case(test))
    return suite


def _case(test: DeskTest) -> Element:
    case = Element("testcase", classname=_xml(test.exercise), name=_xml(test.name))
    if test.status != "passed":
        tag, kind = ("failure", "difference") if test.status == "failed" else ("error", "not run")
        first = one_line(test.output.partition("\n")[0]) or "Failed."
        SubElement(case, tag, type=kind, message=_xml(first)).text = _xml(test.output)
    return case


def _xml(text: str) -> str:
    """Return a text with what XML 1.0 has no character for written as an escape."""
    return NOT_XML.sub(lambda found: f"\\u{ord(found.group()):04x}", plain(text))
