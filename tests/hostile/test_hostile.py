"""The hostile set: no point is won, no one else is harmed, nothing is left behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest
from grade import GOLDEN, ROOT, comparable, grade_set
from hostile_cases import ATTACKS, CASES, EXERCISES, HERE
from notebooks import odd_folder
from traces import CANARY, TOKEN, canary, left_behind, survivors

from reskit.course import find_course
from reskit.manifest import read_manifest
from reskit.probe.beginning import Wanted
from reskit.probe.pool import Parent
from reskit.render.html import feedback_page
from reskit.render.plain import HARMFUL
from reskit.render.table import grade_of, grades_csv
from reskit.render.text import report_text
from reskit.report import Report
from reskit.submission import read_submission

pytestmark = pytest.mark.keras

TROPHIES = ("LEAK", "LEFT", "RAN", "FORKED", "NET OPEN", "UNIX OPEN", "PERSIST", "CAN signal")


@dataclass(frozen=True)
class Run:
    """What the set came to, and what was found on the machine before and after."""

    reports: dict[str, Report]
    new: set[str]
    running: set[str]
    canaries: tuple[tuple[int, ...] | None, tuple[int, ...] | None]


def of_this_machine(without: frozenset[str]) -> list[str]:
    """Return the cases of which the layers of isolation on this machine hold what they try."""
    parent = Parent(Wanted(without=without))
    parent.close()
    held = {layer.name for layer in parent.isolation.layers if layer.held}
    return [name for name, case in CASES.items() if not case.needs or case.needs in held]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, without: frozenset[str]) -> Iterator[Run]:
    """The whole set, graded in one run."""
    CANARY.write_text("mine")
    CANARY.chmod(0o640)
    before, rights = left_behind(), canary()
    folder = tmp_path_factory.mktemp("hostile")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(TOKEN, str(folder))
        reports = grade_set(folder, of_this_machine(without), without)
    yield Run(reports, left_behind() - before, survivors(str(folder)), (rights, canary()))
    CANARY.unlink(missing_ok=True)


EACH = pytest.mark.parametrize("name", CASES)


def report_of(run: Run, name: str) -> Report:
    """Return the report of a case that was graded on this machine."""
    if name not in run.reports:
        pytest.skip(f"this machine does not hold what it tries: {CASES[name].needs}")
    return run.reports[name]


@EACH
def test_every_submission_earns_what_it_deserves(run: Run, name: str) -> None:
    """Forged points are none, and the exercises that were left alone keep theirs."""
    report, due = report_of(run, name), CASES[name].earned

    earned = [
        "full" if each.score == each.max_score else "less" if each.score else "none"
        for each in report.exercises
    ]

    allowed = {"any": {"full", "less", "none"}, "less": {"less", "none"}}
    wrong = [
        (exercise, is_, should)
        for exercise, is_, should in zip(EXERCISES, earned, due, strict=True)
        if is_ not in allowed.get(should, {should})
    ]
    assert wrong == []


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.faults])
def test_what_stopped_it_is_told(run: Run, name: str) -> None:
    """A fault has its kind: of the whole where nothing ran, of the exercise where others did."""
    report, faults = report_of(run, name), CASES[name].faults
    if isinstance(faults, str):
        assert report.fault is not None
        assert report.fault.kind == faults
        return
    causes = {each.name: each.cases[0].cause or "" for each in report.exercises}

    assert faults is not None
    assert {exercise: causes[exercise].split(":")[0] for exercise in faults} == faults


@EACH
def test_report_is_the_golden_one(run: Run, name: str) -> None:
    """What is said to the learner and the instructor changes only when somebody decides so."""
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    free = CASES[name].varies or "any" in CASES[name].earned

    assert free or json.loads(json.dumps(comparable(name, report_of(run, name)))) == golden[name]


@EACH
def test_whatever_is_in_it_can_be_shown(run: Run, name: str) -> None:
    """Reports keep to the schema; pages, texts and tables hold nothing that acts."""
    report = report_of(run, name)
    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))

    text = report_text(report)
    page = feedback_page(report, "ResNet-50")
    table = grades_csv([grade_of(report)])

    jsonschema.Draft202012Validator(schema).validate(json.loads(report.to_json()))
    assert HARMFUL.search(text) is None
    assert HARMFUL.search(page) is None
    assert "<script" not in page and "<img" not in page
    assert not any(cell.startswith(tuple("=+-@")) for cell in table.split("\n")[1].split(","))
    assert len(text) < 60_000


@EACH
def test_nothing_is_reached_that_should_not_be(run: Run, name: str) -> None:
    """Where an attack prints that it got somewhere, it did not print."""
    printed = "\n".join(each.printed for each in report_of(run, name).exercises)

    assert [trophy for trophy in TROPHIES if trophy in printed] == []


def test_hidden_arguments_are_not_shown(run: Run) -> None:
    """Who prints what a function is called with reads the public calls alone."""
    block = read_manifest(find_course(HERE).manifest).exercises[0]
    printed = run.reports["show_hidden_arguments"].exercises[0].printed

    shown = [str(call.arguments["filters"]) in printed for call in block.calls]

    assert shown == [call.visibility == "public" for call in block.calls]


def test_nothing_is_left_behind(run: Run) -> None:
    """No process, file, door or object of theirs is there afterwards, and no right is changed."""
    assert (run.new, run.running) == (set(), set())
    assert run.canaries[0] == run.canaries[1]


def test_every_attack_is_in_the_table() -> None:
    """A file that no one runs proves nothing."""
    files = {path.stem for path in (HERE / "attacks").glob("*.py")}
    handed_in = {path.stem for path in (HERE / "handed_in").iterdir()}

    assert files == {*ATTACKS}
    assert handed_in <= CASES.keys()
    assert {*json.loads(GOLDEN.read_text(encoding="utf-8"))} == {*CASES}


def test_folder_of_no_files_is_told(tmp_path: Path) -> None:
    """Links, a pipe, a folder, and names that are commands: a report each, and none is opened."""
    paths = odd_folder(tmp_path)

    faults = [read_submission(path, "resnet50").fault for path in paths]

    assert [fault and fault.kind for fault in faults] == ["unreadable"] * len(paths)
    assert not (tmp_path / "pwned").exists()
