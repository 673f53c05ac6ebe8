"""`reskit class`: the page, the tables, and what it does with what it is given."""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import io
import json
import re
import shutil
import time
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from graded_class import COURSE, sample_class, sample_report, write_class
from rich.console import Console
from writing_styles import program, renamed

from reskit.class_command import report_class
from reskit.cli import main

VOID = {"meta", "rect", "line"}


class Page(HTMLParser):
    """A page as it is read: elements, ids, links, text; and whether all that opens closes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def run(folder: Path, out: Path | None = None) -> tuple[int, str]:
    """Run the command; return its status and what it said."""
    console = Console(file=io.StringIO(), width=400)
    status = report_class(COURSE, argparse.Namespace(folder=folder, out=out), console)
    assert isinstance(console.file, io.StringIO)
    return status, console.file.getvalue()


def rows(table: Path) -> list[dict[str, str]]:
    """Return the lines of a table."""
    return list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample class, with its class report."""
    folder = sample_class(tmp_path_factory.mktemp("graded"))
    (folder / "grade.log").write_text(
        "kept in by: limits\ngraded 42 of 42 submissions in 60.0 s, 84.0 s of processor time; "
        "the slowest, infinite_loop, took 12.0 s\n",
        encoding="utf-8",
    )
    assert run(folder)[0] == 0
    return folder


def test_page_is_one_file_that_runs_and_loads_nothing(graded: Path) -> None:
    """No script, no picture from elsewhere; the policy allows the one style that is in it."""
    text = (graded / "class.html").read_text(encoding="utf-8")
    page = Page(text)
    style = text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = next(a["content"] or "" for t, a in page.tags if a.get("http-equiv"))

    assert page.open == []
    assert "default-src 'none'" in policy
    assert f"'sha256-{digest}'" in policy
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in page.tags}
    assert not [a for _, a in page.tags if {"style", "onclick", "src"} & a.keys()]


def test_page_is_read_by_those_who_do_not_see_it(graded: Path) -> None:
    """A language, one main heading, no level left out, named tables, a picture in words."""
    page = Page((graded / "class.html").read_text(encoding="utf-8"))
    tags = [tag for tag, _ in page.tags]
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    ids = [a["id"] for _, a in page.tags if "id" in a]
    links = [a["href"] for tag, a in page.tags if tag == "a"]

    assert page.tags[0] == ("html", {"lang": "en"})
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= level + 1 for level, later in pairwise(levels))
    assert len(set(ids)) == len(ids)
    assert {f"#{name}" for name in ids} >= set(links)
    assert tags.count("table") == tags.count("caption")
    assert all("scope" in a for tag, a in page.tags if tag == "th")
    assert "Histogram of 42 scores, in points: 9 from 0 to 10;" in page.text


def test_page_tells_the_class(graded: Path) -> None:
    """The mistakes with what to say, the faults, and what the run took."""
    text = Page((graded / "class.html").read_text(encoding="utf-8")).text

    assert 'main.conv2: padding is "valid", expected "same".' in text
    assert "For the next lecture" in text
    assert "so without padding the map loses a border" in text
    assert "infinite_loop (identity_block)" in text
    assert "84.0 s, 2.00 s for each" in text
    assert "42.0" in text


def test_tables_are_for_a_spreadsheet(graded: Path) -> None:
    """A line for each case, and one for each mistake."""
    cases, found = (rows(graded / name) for name in ("class.csv", "class_mistakes.csv"))
    (padding,) = [row for row in found if row["attribute"] == "padding"]

    assert len(cases) == 32
    assert {float(row["pass_rate"]) <= 1 for row in cases} == {True}
    assert (padding["layer"], padding["expected"], padding["received"]) == (
        "main.conv2",
        "same",
        "valid",
    )
    assert int(padding["learners"]) == 1
    assert len(padding["lecture"]) > 300


def test_report_made_again_is_the_same(graded: Path, tmp_path: Path) -> None:
    """The same class gives the same bytes; a report is no submission, and is not read as one."""
    assert run(graded, tmp_path)[0] == 0

    for name in ("class.html", "class.csv", "class_mistakes.csv"):
        assert (tmp_path / name).read_bytes() == (graded / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("empty", "", "schema reskit.report/1"),
        ("no_json", "{", "schema reskit.report/1"),
        ("list", "[]", "schema reskit.report/1"),
        ("deep", "[" * 100_000, "nested too deeply"),
        ("other", '{"schema": "other/1"}', "other/1"),
    ],
)
def test_broken_report_is_said_and_left_out(
    tmp_path: Path, name: str, text: str, word: str
) -> None:
    """One bad file costs the class nothing; the console and the page say which it is."""
    write_class(tmp_path, {"good": sample_report("skip_cut")})
    (tmp_path / name).mkdir()
    (tmp_path / name / "report.json").write_text(text, encoding="utf-8")

    status, said = run(tmp_path)

    assert status == 0
    assert name in said
    assert word in said
    page = (tmp_path / "class.html").read_text(encoding="utf-8")
    assert "Reports that cannot be read" in page
    assert "1 submission." in page


@pytest.mark.parametrize("field", ["score", "status", "message"])
def test_report_with_a_wrong_field_is_broken(tmp_path: Path, field: str) -> None:
    """What a hand has edited wrongly is said, and does not end the report."""
    bad = sample_report("skip_cut")
    case = next(c for c in bad["exercises"][0]["cases"] if c["differences"])
    if field == "message":
        case["differences"][0]["message"] = 5
    else:
        case[field] = "many"
    write_class(tmp_path, {"bad": bad, "good": sample_report("solved")})

    status, said = run(tmp_path)

    assert status == 0
    assert "Left out" in said


@pytest.mark.parametrize("where", ["nowhere", "empty", "file", "nbgrader"])
def test_path_without_reports_ends_with_two(tmp_path: Path, where: str) -> None:
    """It is said what to do instead."""
    for name in ("empty", "nbgrader"):
        (tmp_path / name).mkdir()
    (tmp_path / "nbgrader" / "nbgrader_config.py").touch()
    (tmp_path / "file").touch()

    status, said = run(tmp_path / where)

    assert status == 2
    assert str(tmp_path / where) in said
    assert ("reskit grade --nbgrader" in said) == (where == "nbgrader")


def test_folder_of_broken_reports_alone_ends_with_two(tmp_path: Path) -> None:
    """Nothing is written where nothing could be read."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "report.json").write_text("{", encoding="utf-8")

    assert run(tmp_path)[0] == 2
    assert not (tmp_path / "class.html").exists()


def test_command_line_knows_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`reskit class DIR` is what a person types."""
    folder = write_class(tmp_path, {"a": sample_report("solved")})

    assert main(["class", str(folder)]) == 0
    assert main(["class", str(tmp_path / "nowhere")]) == 2
    assert "class.html" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["reskit", "reports"])
def test_reports_of_an_nbgrader_course_and_of_a_demo_are_found(tmp_path: Path, place: str) -> None:
    """`grade --nbgrader` leaves them in the course, a demo in a folder of files."""
    report = json.dumps(sample_report("solved"))
    path = tmp_path / place / ("ada/report.json" if place == "reskit" else "ada.json")
    path.parent.mkdir(parents=True)
    path.write_text(report, encoding="utf-8")

    assert run(tmp_path)[0] == 0
    assert (tmp_path / ("reskit" if place == "reskit" else "") / "class.html").is_file()


EVIL = "</title><script>alert(1)</script>\u202e\x1b[2J=cmd()"


def test_markup_in_a_report_stays_text(tmp_path: Path) -> None:
    """Whatever a learner is called, or an error says, the page shows it and does not obey it."""
    raw = sample_report("infinite_loop", EVIL)
    for case in raw["exercises"][0]["cases"]:
        case["cause"] = f"timeout: {EVIL}"
    raw["fault"] = None
    write_class(tmp_path, {"a": raw, "b": sample_report("not_utf8", EVIL)})

    assert run(tmp_path)[0] == 0
    text = (tmp_path / "class.html").read_text(encoding="utf-8")
    page = Page(text)

    assert "script" not in {tag for tag, _ in page.tags}
    assert "<script>alert(1)</script>" in page.text
    assert not re.search("[\x1b\u202e]", text)
    table = rows(tmp_path / "class_mistakes.csv")
    assert not [cell for row in table for cell in row.values() if cell.startswith("=")]


def notebook(source: str) -> str:
    """Return a notebook with one code cell."""
    cell = {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]})


def handed_in(folder: Path, programs: dict[str, str]) -> dict[str, dict[str, object]]:
    """Write a notebook for each learner; return reports on a wrong padding in each."""
    reports = {}
    for student, source in programs.items():
        path = folder / "handed_in" / student / "ResNet50.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(notebook(source), encoding="utf-8")
        report = sample_report("wrong_padding", student)
        report["submission"]["path"] = str(path)
        report["submission"]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        reports[student] = report
    return reports


def test_what_may_be_shown_to_a_class_points_at_nobody(tmp_path: Path) -> None:
    """Names, paths, comments, texts and words of one learner are in no section for all."""
    programs = {
        f"Learner{n}": program(n).replace("    return", "    # Ada wrote this\n    return")
        + f"\nada_{n} = 'at Ada Street'\n"
        for n in range(6)
    }
    programs["Learner3"] = programs["Learner3"].replace(
        "    return", "    ada_note = 'By Ada Lovelace'\n    return"
    )
    graded = write_class(tmp_path / "graded", handed_in(tmp_path, programs))

    assert run(graded)[0] == 0
    page = (graded / "class.html").read_text(encoding="utf-8")
    for_all, _, _ = page.partition('<h2 id="faults">')

    assert "def identity_block(" in for_all
    assert not re.search("ada|learner[0-9]|handed_in", for_all, flags=re.IGNORECASE)


def test_copies_are_named_for_instructors(tmp_path: Path) -> None:
    """Of twelve, two handed in the same under other names; the page says so, and with caution."""
    programs = {f"learner_{n:02}": program(n) for n in range(12)}
    programs["learner_05"] = renamed(programs["learner_04"], 5)
    graded = write_class(tmp_path / "graded", handed_in(tmp_path, programs))

    assert run(graded)[0] == 0
    text = Page((graded / "class.html").read_text(encoding="utf-8")).text

    assert "the same, token for token2learner_04, learner_05" in text
    assert "no verdict" in text


def test_file_changed_since_grading_is_not_read(tmp_path: Path) -> None:
    """What lies there now is not what the report is about."""
    reports = handed_in(tmp_path, {f"learner_{n}": program(n) for n in range(3)})
    graded = write_class(tmp_path / "graded", reports)
    shutil.rmtree(tmp_path / "handed_in" / "learner_0")
    path = tmp_path / "handed_in" / "learner_1" / "ResNet50.ipynb"
    path.write_text(notebook(program(8)), encoding="utf-8")

    assert run(graded)[0] == 0
    assert "Of 3 submissions 1 could be read again." in (graded / "class.html").read_text("utf-8")


def test_submissions_of_an_archive_are_read_from_it(tmp_path: Path) -> None:
    """A class that was graded from one zip file is compared as any other."""
    reports = handed_in(tmp_path, {f"learner_{n}": program(n) for n in range(3)})
    archive = shutil.make_archive(str(tmp_path / "class"), "zip", tmp_path / "handed_in")
    for student, report in reports.items():
        report["submission"]["path"] = f"{archive}/{student}/ResNet50.ipynb"  # type: ignore[index]
    shutil.rmtree(tmp_path / "handed_in")
    graded = write_class(tmp_path / "graded", reports)

    assert run(graded)[0] == 0
    assert "Of 3 submissions 3 could be read again." in (graded / "class.html").read_text("utf-8")


def test_class_of_two_hundred_takes_seconds(tmp_path: Path) -> None:
    """The time of this process alone, so that a busy machine does not fail the test."""
    graded = write_class(
        tmp_path / "graded", handed_in(tmp_path, {f"s{n:03}": program(n) for n in range(200)})
    )
    begun = time.process_time()

    assert run(graded)[0] == 0
    assert time.process_time() - begun < 10
