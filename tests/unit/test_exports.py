"""What is written for other desks has the form that each documents, and tells nothing hidden."""

from __future__ import annotations

import argparse
import csv
import io
import json
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
import xmlschema
from graded_class import COURSE, sample_class, sample_report, write_class
from jsonschema import Draft202012Validator
from rich.console import Console

from reskit.class_report.graded import read_graded
from reskit.cli import main
from reskit.export_command import export
from reskit.exports.canvas import CanvasRow, RosterError, canvas_csv, placed, read_roster, row_of
from reskit.exports.gradescope import gradescope_results, nothing_handed_in
from reskit.exports.gradescope_bundle import NEEDED, gradescope_bundle
from reskit.exports.junit import junit_xml
from reskit.exports.prairielearn import prairielearn_results
from reskit.report import Report
from reskit.stored_report import report_from_dict

FORMS = COURSE.root / "tests" / "exports"
EVIL = "</pre><script>alert(1)</script>\ufffe\ud800\x00\u202e]]>&amp; =cmd()"


def checked(form: str, results: dict[str, Any]) -> dict[str, Any]:
    """Return results that went through JSON and have the documented form."""
    schema = json.loads((FORMS / f"{form}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    told: dict[str, Any] = json.loads(json.dumps(results))
    Draft202012Validator(schema).validate(told)
    return told


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, ...]:
    """The sample class: right, wrong, broken, hostile and empty submissions."""
    return read_graded(sample_class(tmp_path_factory.mktemp("graded"))).reports


def report(name: str, change: Callable[[dict[str, Any]], None] = lambda _: None) -> Report:
    """Return the report of a case of the sample class, changed."""
    raw = sample_report(name)
    change(raw)
    return report_from_dict(raw)


def with_secrets(raw: dict[str, Any]) -> None:
    """Write secrets into all that a learner must not see of a hidden case."""
    for exercise in raw["exercises"]:
        for case in exercise["cases"]:
            if case["visibility"] == "hidden":
                case.update(name="SECRET name", cause=None, hint="SECRET hint", status="failed")
                case["differences"] = [
                    {
                        "kind": "attribute",
                        "layer": "main.conv1",
                        "attribute": "filters",
                        "expected": "SECRET",
                        "received": "SECRET",
                        "message": "SECRET message",
                    }
                ]


def evil(raw: dict[str, Any]) -> None:
    """Write markup, control characters and half characters wherever a learner's words may stand."""
    raw["submission"]["student"] = EVIL
    for case in raw["exercises"][0]["cases"]:
        case["cause"] = f"exception: ValueError: {EVIL}"
    raw["exercises"][0]["notes"] = [EVIL]


def test_gradescope_results_have_the_documented_form(reports: tuple[Report, ...]) -> None:
    """For every kind of submission; the tests add up to the score."""
    for each in reports:
        told = checked("gradescope", gradescope_results(each, 12.34))

        assert told["score"] == sum(test["score"] for test in told["tests"]) == each.score
        assert sum(test["max_score"] for test in told["tests"]) == each.max_score
        assert told["execution_time"] == 12.3
        assert len({test["number"] for test in told["tests"]}) == len(told["tests"])


def test_gradescope_shows_hidden_cases_once_published() -> None:
    """Public tests are visible at once, hidden ones after grades are; the output tells no total."""
    told = gradescope_results(report("skip_cut"))
    visible = {test["visibility"] for test in told["tests"] if "public" in test["tags"]}
    hidden = [test for test in told["tests"] if "hidden" in test["tags"]]

    assert visible == {"visible"}
    assert [test["visibility"] for test in hidden] == ["after_published"] * 3
    assert told["stdout_visibility"] == "hidden"
    assert told["output"] == "Checks that you can see: 80 of 90 points"


def test_gradescope_says_what_is_wrong() -> None:
    """The learner reads the difference and the first hint, as plain text."""
    told = gradescope_results(report("skip_cut"))
    (failed,) = [test for test in told["tests"] if test["number"] == "1.2"]

    assert failed["status"] == "failed"
    assert failed["output"].startswith("The skip connection is cut: add takes in main.bn3")
    assert "\nhint: The block learns a correction" in failed["output"]
    assert {test["output_format"] for test in told["tests"]} == {"text"}


def test_gradescope_is_told_where_nothing_was_handed_in() -> None:
    """No notebook among the files is a zero that says why."""
    told = checked("gradescope", nothing_handed_in(100, "ResNet50.ipynb"))

    assert told["score"] == 0
    assert "ResNet50.ipynb" in told["output"]


def test_prairielearn_results_have_the_documented_form(reports: tuple[Report, ...]) -> None:
    """Scores from 0 to 1, and below the megabyte that is taken."""
    for each in reports:
        told = checked("prairielearn", prairielearn_results(each))

        assert len(json.dumps(told)) < 1_000_000
        if told["gradable"]:
            assert told["score"] == pytest.approx(each.score / each.max_score)
            assert sum(test["points"] for test in told["tests"]) == each.score


def test_prairielearn_takes_no_attempt_for_a_file_that_is_no_notebook() -> None:
    """It is invalid there, and says why."""
    told = prairielearn_results(report("not_utf8"))

    assert not told["gradable"]
    assert "not UTF-8" in told["format_errors"][0]
    assert "score" not in told


def form_of_junit() -> xmlschema.XMLSchema:
    """Return what the published schemas have in common."""
    return xmlschema.XMLSchema(FORMS / "junit.xsd")


def test_form_of_junit_is_what_others_write(tmp_path: Path) -> None:
    """Our writing down of the form takes what pytest writes, and not what nobody takes."""
    tests = "def test_a(): pass\ndef test_b(): assert 0\ndef test_c(): skip\n"
    (tmp_path / "test_it.py").write_text(tests, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "--junitxml=out.xml", "-p", "no:cacheprovider"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=60)
    form = form_of_junit()
    written = (tmp_path / "out.xml").read_text(encoding="utf-8")

    form.validate(written)
    for wrong in (
        written.replace("failure", "fault"),
        written.replace('tests="3"', 'tests="three"'),
        written.replace("testcase ", "testcase colour='red' "),
    ):
        assert wrong != written
        assert not form.is_valid(wrong)


def test_junit_has_the_published_form(reports: tuple[Report, ...]) -> None:
    """For the whole class; the counts are those of the cases."""
    text = junit_xml(reports)
    form_of_junit().validate(text)
    top = fromstring(text)

    assert [suite.get("name") for suite in top] == [each.student for each in reports]
    for suite in top:
        cases = suite.findall("testcase")
        assert int(suite.get("tests", "")) == len(cases) == 32
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("errors", "")) == len(suite.findall("testcase/error"))
        assert len({(case.get("classname"), case.get("name")) for case in cases}) == 32
    assert int(top.get("errors", "")) == len(top.findall(".//error"))


def test_junit_of_nobody_has_the_form_too() -> None:
    """An empty class is an empty document."""
    form_of_junit().validate(junit_xml([]))


@pytest.mark.parametrize("desk", ["gradescope", "prairielearn", "junit"])
def test_no_desk_is_told_what_is_hidden(desk: str) -> None:
    """Name, hint, expected and received values of hidden cases leave the house nowhere."""
    secret = report("solved", with_secrets)
    text = {
        "gradescope": lambda: json.dumps(gradescope_results(secret)),
        "prairielearn": lambda: json.dumps(prairielearn_results(secret)),
        "junit": lambda: junit_xml([secret]),
    }[desk]()

    assert "SECRET" not in text
    assert text.count("main.conv1: filters is not as expected.") >= 3


def test_what_a_learner_wrote_breaks_no_desk() -> None:
    """Markup and half characters are text everywhere, and the documents keep their form."""
    hostile = report("infinite_loop", evil)
    for form, made in (("gradescope", gradescope_results), ("prairielearn", prairielearn_results)):
        json.dumps(checked(form, made(hostile)), ensure_ascii=False).encode("utf-8")
    text = junit_xml([hostile])
    form_of_junit().validate(text)

    assert fromstring(text).find(".//error") is not None
    assert "<script>" not in text


ROSTER = """\ufeff"Student",ID,SIS User ID,SIS Login ID,Section,"ResNet-50 (77)",Current Score
    Points Possible,,,,,100,(read only)
"Lovelace, Ada",101,S1,ada,"Lab 1",,
"Turing, Alan",102,S2,alan,"Lab 2",50,
"Turing, Alan",103,S3,alan2,"Lab 2",,
"Hopper, Grace",104,,grace@navy.mil,Lab 1,,
"Student, Test",,,,Lab 1,,
"""


def as_canvas_reads(text: str) -> tuple[str, float, dict[str, str]]:
    """Return (column, points, {ID: score}) of a gradebook, read by the rules of Canvas's guide.

    The first columns are Student and ID, the last one before the assignments is Section; the
    second line tells the points that are possible.
    """
    header, points, *lines = csv.reader(io.StringIO(text))
    assert header[:2] == ["Student", "ID"]
    assert header[2:5] == ["SIS User ID", "SIS Login ID", "Section"]
    assert len(header) == 6
    assert "Points Possible" in points[0]
    assert all(len(line) == 6 for line in lines)
    return header[5], float(points[5]), {line[1] or line[3]: line[5] for line in lines}


@pytest.mark.parametrize(
    ("row", "number"),
    [
        (CanvasRow("ada", login="ada"), "101"),
        (CanvasRow("ADA", login="ADA"), "101"),
        (CanvasRow("S2", login="S2"), "102"),
        (CanvasRow("lovelaceada"), "101"),
        (CanvasRow("Ada Lovelace"), "101"),
        (CanvasRow("nobody", id="103"), "103"),
        (CanvasRow("grace@navy.mil", login="grace@navy.mil"), "104"),
    ],
)
def test_student_is_found_as_canvas_finds_them(row: CanvasRow, number: str) -> None:
    """By ID, by SIS ID, by login, or by a name that only one has."""
    (found,), lost = placed([row], read_roster(ROSTER))

    assert (found.id, lost) == (number, [])


@pytest.mark.parametrize(
    "rows",
    [
        [CanvasRow("Alan Turing")],
        [CanvasRow("nobody", login="nobody")],
        [CanvasRow("ada", login="ada"), CanvasRow("Ada Lovelace", score=3.0)],
    ],
    ids=["two of the name", "not in the roster", "two submissions of one"],
)
def test_no_points_go_to_the_wrong_student(rows: list[CanvasRow]) -> None:
    """Where it is not sure whose they are, nobody gets them."""
    kept, lost = placed(rows, read_roster(ROSTER))

    assert (kept, lost) == ([], rows)


def test_canvas_file_is_read_by_the_rules_of_canvas(reports: tuple[Report, ...]) -> None:
    """Every submission of the class, with its points and nothing else."""
    rows = [row_of(each.student, each.path, each.score) for each in reports]
    column, points, scores = as_canvas_reads(canvas_csv(rows, "ResNet-50 (77)", 100))

    assert (column, points) == ("ResNet-50 (77)", 100.0)
    assert {name: float(score) for name, score in scores.items()} == {
        each.student: each.score for each in reports
    }


def test_file_from_canvas_tells_its_students_id() -> None:
    """Canvas puts the ID into the name of what it gives out."""
    path = "class.zip/lovelaceada_LATE_101_9911_ResNet50.ipynb"

    assert row_of("x", path, 5) == CanvasRow("lovelaceada", id="101", score=5)


def test_spreadsheet_computes_nothing_of_a_name() -> None:
    """A name that begins like a formula is a text."""
    text = canvas_csv([CanvasRow("=1+1", login="@x", score=-1.0)], "=c", 100)

    assert "\n'=1+1,,,'@x,,-1\n" in text
    assert text.startswith("Student,ID,SIS User ID,SIS Login ID,Section,'=c\n")


def test_file_that_is_no_roster_is_told() -> None:
    """The message says what Canvas calls it."""
    with pytest.raises(RosterError, match=r"no column ID.*Export the gradebook"):
        read_roster("Student,Section\nAda,1\n")


def run(**options: Any) -> tuple[int, str]:
    """Run `reskit export`; return its status and what it said."""
    names = ("folder", "to", "out", "roster", "column", "gradescope_bundle")
    given = dict.fromkeys(names) | {"allow_weak_isolation": False} | options
    console = Console(file=io.StringIO(), width=400)
    status = export(COURSE, argparse.Namespace(**given), console)
    assert isinstance(console.file, io.StringIO)
    return status, console.file.getvalue()


@pytest.mark.parametrize(
    ("desk", "files"),
    [
        ("gradescope", ["gradescope/a/results.json", "gradescope/b/results.json"]),
        ("prairielearn", ["prairielearn/a/results.json", "prairielearn/b/results.json"]),
        ("canvas", ["canvas.csv"]),
        ("junit", ["junit.xml"]),
    ],
)
def test_one_command_writes_what_a_desk_takes(tmp_path: Path, desk: str, files: list[str]) -> None:
    """`reskit export DIR --to DESK` writes into a folder beside the reports."""
    for name in ("a", "b"):
        write_class(tmp_path, {name: sample_report("solved", name)})

    assert main(["export", str(tmp_path), "--to", desk]) == 0
    written = sorted(path for path in (tmp_path / "export").rglob("*.*") if path.is_file())
    assert [path.relative_to(tmp_path / "export").as_posix() for path in written] == files


def test_one_report_goes_to_the_file_that_is_named(tmp_path: Path) -> None:
    """As run_autograder needs it; two do not fit into one file."""
    write_class(tmp_path / "one", {"a": sample_report("solved")})
    write_class(tmp_path / "two", {n: sample_report("solved", n) for n in ("a", "b")})
    target = tmp_path / "results.json"

    assert run(folder=tmp_path / "one", to="gradescope", out=target)[0] == 0
    assert checked("gradescope", json.loads(target.read_text("utf-8")))["score"] == 100
    status, said = run(folder=tmp_path / "two", to="gradescope", out=target)
    assert (status, "there are 2 reports" in said) == (2, True)


def test_students_that_the_roster_does_not_know_are_told(tmp_path: Path) -> None:
    """They are left out, and the status says that a person has to look."""
    write_class(tmp_path, {n: sample_report("solved", n) for n in ("ada", "nobody")})
    roster = tmp_path / "canvas_export.csv"
    roster.write_text(ROSTER, encoding="utf-8")

    status, said = run(folder=tmp_path, to="canvas", roster=roster, column="ResNet-50 (77)")

    assert status == 1
    assert "roster alone: nobody" in said
    text = (tmp_path / "export" / "canvas.csv").read_text(encoding="utf-8")
    assert as_canvas_reads(text) == ("ResNet-50 (77)", 100.0, {"101": "100"})


@pytest.mark.parametrize(
    "options",
    [{}, {"to": "canvas"}, {"folder": Path("nowhere"), "to": "junit"}],
    ids=["nothing", "no folder", "no reports"],
)
def test_wrong_use_ends_with_two(options: dict[str, Any]) -> None:
    """It is said what to name."""
    assert run(**options)[0] == 2


def test_roster_that_is_not_there_ends_with_two(tmp_path: Path) -> None:
    """Nothing is written for a file that cannot be read."""
    write_class(tmp_path, {"a": sample_report("solved")})

    assert run(folder=tmp_path, to="canvas", roster=tmp_path / "none.csv")[0] == 2
    assert not (tmp_path / "export").exists()


def test_bundle_has_what_gradescope_asks_for() -> None:
    """setup.sh and run_autograder at the root, programs both, with a line that says of what."""
    bundle = zipfile.ZipFile(io.BytesIO(gradescope_bundle(COURSE)))
    entries = {each.filename: each for each in bundle.infolist()}

    assert bundle.testzip() is None
    for name in ("setup.sh", "run_autograder"):
        assert stat.S_IMODE(entries[name].external_attr >> 16) == 0o755
        assert bundle.read(name).startswith(b"#!/usr/bin/env bash\n")
        subprocess.run(["bash", "-n"], input=bundle.read(name), check=True)
    needed = bundle.read("requirements.txt").decode().split()
    assert [line.partition("==")[0] for line in needed] == list(NEEDED)


def test_bundle_holds_no_answers_and_no_submissions() -> None:
    """What grading needs of the course and no more: not the notebook with its answers."""
    bundle = zipfile.ZipFile(io.BytesIO(gradescope_bundle(COURSE)))
    course = sorted(name for name in bundle.namelist() if name.startswith("course/"))

    assert course == [
        "course/outputs/hidden_outputs.py",
        "course/outputs/outputs.py",
        "course/solutions/resnet50/exercise.toml",
    ]


def test_bundle_made_again_is_the_same(tmp_path: Path) -> None:
    """The same course and package give the same bytes; weak isolation has to be asked for."""
    path = tmp_path / "autograder.zip"

    assert main(["export", "--gradescope-bundle", str(path)]) == 0
    assert path.read_bytes() == gradescope_bundle(COURSE)
    assert b"--allow-weak-isolation" not in zipfile.ZipFile(path).read("run_autograder")
    weak = gradescope_bundle(COURSE, allow_weak=True)
    assert b"--allow-weak-isolation" in zipfile.ZipFile(io.BytesIO(weak)).read("run_autograder")


def test_bundle_installs_what_grading_imports() -> None:
    """NEEDED has every package that grading imports, from what the modules say."""
    from test_architecture import FORBIDDEN, packages, reached

    used = packages(reached("reskit.exports.gradescope_run") | reached("reskit.examiner"))
    used |= packages(reached("reskit.grade_command") | reached("reskit.probe.child"))
    by_import = {"PIL": "pillow"}

    wanted = {by_import.get(name, name) for name in used} - {"reskit", "distributed"}
    assert not wanted & (FORBIDDEN - {"keras", "tensorflow", "rich"})
    assert wanted <= set(NEEDED)


def test_container_without_a_notebook_writes_a_zero_that_says_why(tmp_path: Path) -> None:
    """What run_autograder runs, where a learner has handed in something else."""
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission" / "notes.txt").write_text("Later.", encoding="utf-8")
    command = [sys.executable, "-P", "-m", "reskit.exports.gradescope_run", str(tmp_path)]

    finished = subprocess.run(command, cwd=COURSE.root, check=False, timeout=60)

    assert finished.returncode == 0
    told = json.loads((tmp_path / "results" / "results.json").read_text(encoding="utf-8"))
    assert (checked("gradescope", told)["score"], "ResNet50.ipynb" in told["output"]) == (0, True)
