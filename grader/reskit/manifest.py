"""The manifest: exercises, calls, cases, points, limits and hints of one assignment."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PARTS = frozenset(
    [
        "main",
        "shortcut",
        "merge",
        "initializer",
        "stem",
        "stage1",
        "stage2",
        "stage3",
        "stage4",
        "head",
        "table",
        "values",
        "whole",
    ]
)
VISIBILITIES = frozenset({"public", "hidden"})
ARGUMENTS = ("f", "filters", "s", "input_shape", "classes", "training")


class ManifestError(Exception):
    """The manifest contradicts itself; the message names the place."""


@dataclass(frozen=True)
class Call:
    """One way in which a learner's function is called."""

    name: str
    visibility: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One part of what a call built, and what it earns."""

    name: str
    call: Call
    part: str
    points: float
    hint: str

    @property
    def visibility(self) -> str:
        """A case is as public as the call it judges."""
        return self.call.visibility


@dataclass(frozen=True)
class Exercise:
    """One function that the learner writes."""

    name: str
    points: float
    signature: str
    about: str
    calls: tuple[Call, ...]
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Limits:
    """What one exercise of one submission may use."""

    cpu_seconds: int
    deadline_seconds: float
    memory_mib: int
    evidence_mib: int
    output_kib: int


@dataclass(frozen=True)
class Tolerance:
    """How far two float32 results may differ and still be the same."""

    relative: float
    absolute: float


@dataclass(frozen=True)
class Assignment:
    """The whole manifest."""

    name: str
    title: str
    notebook: str
    max_score: float
    limits: Limits
    tolerance: Tolerance
    exercises: tuple[Exercise, ...]


def read_manifest(path: Path) -> Assignment:
    """Return the assignment that `path` (TOML) describes.

    Raises ManifestError where points do not add up, a case names a call or part that is not
    there, or a key is missing.
    """
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        assignment = Assignment(
            name=raw["assignment"],
            title=raw["title"],
            notebook=raw["notebook"],
            max_score=raw["max_score"],
            limits=Limits(**raw["limits"]),
            tolerance=Tolerance(**raw["tolerance"]),
            exercises=tuple(_exercise(entry) for entry in raw["exercise"]),
        )
    except (KeyError, TypeError) as error:
        raise ManifestError(f"{path}: {error!s} is missing or not known here.") from error
    total = sum(exercise.points for exercise in assignment.exercises)
    if total != assignment.max_score:
        raise ManifestError(
            f"{path}: the exercises earn {total} points, max_score is {assignment.max_score}."
        )
    return assignment


def _exercise(raw: dict[str, Any]) -> Exercise:
    calls = {entry["name"]: _call(entry, raw["name"]) for entry in raw["call"]}
    cases = tuple(_case(entry, calls, raw["name"]) for entry in raw["case"])
    if len(calls) != len(raw["call"]):
        raise ManifestError(f"{raw['name']}: two calls have the same name.")
    earned = sum(case.points for case in cases)
    if earned != raw["points"]:
        raise ManifestError(f"{raw['name']}: its cases earn {earned} points, not {raw['points']}.")
    if len({case.name for case in cases}) != len(cases):
        raise ManifestError(f"{raw['name']}: two cases have the same name.")
    return Exercise(
        name=raw["name"],
        points=raw["points"],
        signature=raw["signature"],
        about=raw["about"],
        calls=tuple(calls.values()),
        cases=cases,
    )


def _call(raw: dict[str, Any], exercise: str) -> Call:
    if raw["visibility"] not in VISIBILITIES:
        raise ManifestError(f"{exercise}: visibility {raw['visibility']!r} is not known.")
    unknown = set(raw) - {"name", "visibility", *ARGUMENTS}
    if unknown:
        raise ManifestError(f"{exercise}, call {raw['name']!r}: {sorted(unknown)} is not known.")
    return Call(
        name=raw["name"],
        visibility=raw["visibility"],
        arguments={name: raw[name] for name in ARGUMENTS if name in raw},
    )


def _case(raw: dict[str, Any], calls: dict[str, Call], exercise: str) -> Case:
    if raw["part"] not in PARTS:
        raise ManifestError(f"{exercise}, case {raw['name']!r}: part {raw['part']!r} is not known.")
    if raw["call"] not in calls:
        raise ManifestError(f"{exercise}, case {raw['name']!r}: no call {raw['call']!r}.")
    return Case(
        name=raw["name"],
        call=calls[raw["call"]],
        part=raw["part"],
        points=raw["points"],
        hint=raw["hint"],
    )
