"""One report, whichever of the supported releases of TensorFlow, Keras and Python made it."""

import json
import platform
from importlib.metadata import version

import pytest
from golden_reports import GOLDEN, as_text, in_short, wrong_programs

pytestmark = pytest.mark.keras


@pytest.fixture(scope="module")
def reports(graded, reference):
    """The reports on the programs of which the golden reports are kept."""
    return graded(wrong_programs(reference))


def test_reports_say_the_same_under_every_version(reports):
    """Score, causes, differences and all bytes are those of the golden reports."""
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))

    found = {name: in_short(report) for name, report in reports.items()}

    assert {name: each for name, each in found.items() if golden.get(name) != each} == {}


def test_golden_reports_are_of_these_programs(reports):
    """No golden report is left of a program that is no more, and the order is the same."""
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))

    assert list(golden) == list(json.loads(as_text(reports)))


def test_no_wrong_program_earns_full_marks(reports):
    """What Keras or Python stops is wrong under every version, whatever an old one lets pass."""
    passed = [name for name, report in reports.items() if report.score == report.max_score]

    assert passed == []


def test_report_names_the_versions_that_made_it(reports):
    """Which versions graded stands in the provenance, and nowhere else."""
    told = {name: version(name) for name in ("reskit", "keras", "tensorflow")}
    told["python"] = platform.python_version()

    found = [
        {key: value for key, value in report.provenance.items() if key != "assignment_sha256"}
        for report in reports.values()
    ]

    assert found == [told] * len(reports)
