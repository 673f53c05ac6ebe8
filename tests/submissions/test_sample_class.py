"""The grader on a whole class: verdicts written by hand, and golden reports to the letter."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from build import GOLDEN, HERE, ROOT, comparable, grade_class, make_class
from sample_cases import CASES, EXERCISES, MISTAKES, Earned

pytestmark = pytest.mark.keras

Reports = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def reports() -> Reports:
    """The report of every case, graded in one run."""
    return grade_class()


def exercises_of(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the exercises of a report by name."""
    return {exercise["name"]: exercise for exercise in report["exercises"]}


def places_of(exercise: dict[str, Any]) -> set[tuple[str, str | None, str | None]]:
    """Return where the exercise differs from the reference."""
    return {
        (difference["kind"], difference["layer"], difference["attribute"])
        for case in exercise["cases"]
        for difference in case["differences"]
    }


def share(exercise: dict[str, Any]) -> Earned:
    """Return "full", "none", or how many points the exercise earned."""
    if exercise["score"] == exercise["max_score"]:
        return "full"
    return exercise["score"] or "none"


def test_every_notebook_is_what_the_table_says() -> None:
    """The files in the folders are those that the table of cases describes."""
    differing = [
        path.parent.name for path, data in make_class().items() if path.read_bytes() != data
    ]

    assert differing == []


@pytest.mark.parametrize("name", CASES)
def test_each_exercise_earns_what_is_due(reports: Reports, name: str) -> None:
    """A mistake costs points in its own exercise and nowhere else."""
    case = CASES[name]

    earned = {title: share(entry) for title, entry in exercises_of(reports[name]).items()}

    assert earned == {title: case.earned.get(title, "full") for title in EXERCISES}


@pytest.mark.parametrize("name", MISTAKES)
def test_the_mistake_is_found_where_it_was_made(reports: Reports, name: str) -> None:
    """A wrong answer shows the edit that was made, and no other difference."""
    case = CASES[name]

    found = {title: places_of(entry) for title, entry in exercises_of(reports[name]).items()}

    assert found == {
        title: set(case.places) if title in case.cells else set() for title in EXERCISES
    }


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.cause])
def test_what_did_not_run_says_why(reports: Reports, name: str) -> None:
    """Where nothing could be judged, each case says what stopped it."""
    case = CASES[name]
    (hit,) = case.earned

    causes = {entry["cause"] or "" for entry in exercises_of(reports[name])[hit]["cases"]}

    assert all(str(case.cause) in cause.lower() for cause in causes), causes


@pytest.mark.parametrize("name", CASES)
def test_the_whole_has_a_fault_only_where_nothing_ran(reports: Reports, name: str) -> None:
    """A notebook of which anything runs gets a verdict per exercise."""
    received = reports[name]["fault"]

    assert (received and received["kind"]) == CASES[name].fault


@pytest.mark.parametrize("name", CASES)
def test_report_is_the_golden_one(reports: Reports, name: str) -> None:
    """What a learner reads changes only when somebody decides so."""
    golden = json.loads((HERE / name / GOLDEN).read_text(encoding="utf-8"))

    assert comparable(reports[name]) == golden


@pytest.mark.parametrize("name", CASES)
def test_report_follows_the_schema(reports: Reports, name: str) -> None:
    """Who reads reports by program can rely on docs/report.schema.json."""
    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))

    jsonschema.Draft202012Validator(schema).validate(reports[name])


def test_a_report_is_the_same_twice(reports: Reports) -> None:
    """Grading again changes nothing, not even the order of a list."""
    some = {name: reports[name] for name in ("solved", "wrong_padding", "block_too_few")}

    assert grade_class(some) == some
