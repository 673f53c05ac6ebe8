"""The manifest: exercises, calls, cases, points, limits and hints of one assignment."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reskit.network.hints import MOST_HINTS
from reskit.network.roles import GRAPH_PARTS

PARTS = (*GRAPH_PARTS, "shape", "modes", "initializer", "table", "values", "whole")
VISIBILITIES = ("public", "hidden")
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
class ModelFileRule:
    """What a model file earns that a learner hands in beside the notebook."""

    name: str  # of the file
    accuracy: float  # on the test images, from which on it earns its points
    points: float


@dataclass(frozen=True)
class PretrainedRule:
    """That the pre-trained weights are tried in each learner's network."""

    weights: str  # the file, beside the course source


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
    most_hints: int = MOST_HINTS  # how many a learner sees for one mistake
    model_file: ModelFileRule | None = None
    pretrained: PretrainedRule | None = None


def read_manifest(path: Path) -> Assignment:
    """Return the assignment that `path` (TOML) describes.

    Raises ManifestError where points do not add up, a case names a call or part that is not
    there, a key is missing or not known, or cases and calls contradict one another.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        assignment = _assignment(raw)
    except tomllib.TOMLDecodeError as error:
        raise ManifestError(f"{path} is no TOML: {error!s}.") from error
    except (KeyError, TypeError) as error:
        raise ManifestError(f"{path}: {error!s} is missing or not known here.") from error
    except ManifestError as error:
        raise ManifestError(f"{path}: {error!s}") from error
    total = sum(exercise.points for exercise in assignment.exercises)
    what = "the exercises earn"
    if assignment.model_file is not None:
        total += assignment.model_file.points
        what = "the exercises and the model file earn"
    if total != assignment.max_score:
        raise ManifestError(f"{path}: {what} {total} points, max_score is {assignment.max_score}.")
    return assignment


def public_part(exercise: Exercise) -> Exercise:
    """Return the exercise with its public cases alone, their points as they are."""
    cases = tuple(case for case in exercise.cases if case.visibility == "public")
    return replace(
        exercise,
        points=sum(case.points for case in cases),
        calls=tuple(call for call in exercise.calls if call.visibility == "public"),
        cases=cases,
    )


def _assignment(raw: dict[str, Any]) -> Assignment:
    _refuse_unknown(
        *(raw, "the manifest", "assignment", "title", "notebook", "max_score"),
        *("limits", "tolerance", "hints", "exercise", "model_file", "pretrained"),
    )
    return Assignment(
        name=raw["assignment"],
        title=raw["title"],
        notebook=raw["notebook"],
        max_score=raw["max_score"],
        limits=Limits(**raw["limits"]),
        tolerance=Tolerance(**raw["tolerance"]),
        exercises=tuple(_exercise(entry) for entry in raw["exercise"]),
        most_hints=_most_hints(raw.get("hints", {})),
        model_file=_model_file(raw["model_file"]) if "model_file" in raw else None,
        pretrained=_pretrained(raw["pretrained"]) if "pretrained" in raw else None,
    )


def _refuse_unknown(raw: dict[str, Any], place: str, *known: str) -> None:
    unknown = sorted(set(raw) - set(known))
    if unknown:
        raise ManifestError(f"{place}: {unknown} is not known.")


def _most_hints(raw: dict[str, Any]) -> int:
    _refuse_unknown(raw, "hints", "most")
    most = raw.get("most", MOST_HINTS)
    if type(most) is not int or not 0 <= most <= MOST_HINTS:
        raise ManifestError(f"hints: most is {most!r}, not a whole number from 0 to {MOST_HINTS}.")
    return most


def _model_file(raw: dict[str, Any]) -> ModelFileRule:
    _refuse_unknown(raw, "model_file", "name", "accuracy", "points")
    name, accuracy, points = raw["name"], raw["accuracy"], raw["points"]
    if not _is_file_name(name):
        raise ManifestError(f"model_file: {name!r} is no name of a file beside the notebook.")
    if type(accuracy) not in (int, float) or not 0 < accuracy <= 1:
        raise ManifestError(f"model_file: accuracy is {accuracy!r}, not a number up to 1.")
    if type(points) not in (int, float) or points <= 0:
        raise ManifestError(f"model_file: {points!r} are no points.")
    return ModelFileRule(name, accuracy, points)


def _pretrained(raw: dict[str, Any]) -> PretrainedRule:
    _refuse_unknown(raw, "pretrained", "weights")
    if not _is_file_name(raw["weights"]):
        raise ManifestError(f"pretrained: {raw['weights']!r} is no name of a file.")
    return PretrainedRule(raw["weights"])


def _is_file_name(name: Any) -> bool:
    return isinstance(name, str) and name not in ("", ".", "..") and Path(name).name == name


def _exercise(raw: dict[str, Any]) -> Exercise:
    place = raw["name"]
    _refuse_unknown(raw, place, "name", "points", "signature", "about", "call", "case")
    calls = {entry["name"]: _call(entry, place) for entry in raw["call"]}
    if len(calls) != len(raw["call"]):
        raise ManifestError(f"{place}: two calls have the same name.")
    cases = tuple(_case(entry, calls, place) for entry in raw["case"])
    earned = sum(case.points for case in cases)
    if earned != raw["points"]:
        raise ManifestError(f"{place}: its cases earn {earned} points, not {raw['points']}.")
    _refuse_contradictions(place, calls, cases)
    return Exercise(
        name=place,
        points=raw["points"],
        signature=raw["signature"],
        about=raw["about"],
        calls=tuple(calls.values()),
        cases=cases,
    )


def _refuse_contradictions(place: str, calls: dict[str, Call], cases: tuple[Case, ...]) -> None:
    """Raise where a difference would be told twice, or nowhere."""
    if len({case.name for case in cases}) != len(cases):
        raise ManifestError(f"{place}: two cases have the same name.")
    for call in calls.values():
        if all(case.call != call for case in cases):
            raise ManifestError(f"{place}, call {call.name!r}: no case judges it.")
    parts: dict[str, Case] = {}
    for case in cases:
        if case.part == "whole":
            continue
        about = f"{place}, case {case.name!r}"
        if case.part in parts:
            other = parts[case.part].name
            raise ManifestError(f"{about}: {other!r} judges the part {case.part!r} too.")
        if case.visibility != "public":
            raise ManifestError(
                f"{about}: the part {case.part!r} needs a public call, {case.call.name!r} is "
                "hidden."
            )
        parts[case.part] = case
    for case in parts.values():
        home = next(iter(parts.values())).call
        if case.call != home:
            raise ManifestError(
                f"{place}, case {case.name!r}: the part {case.part!r} is judged on "
                f"{case.call.name!r}, the others on {home.name!r}."
            )


def _call(raw: dict[str, Any], exercise: str) -> Call:
    if raw["visibility"] not in VISIBILITIES:
        raise ManifestError(f"{exercise}: visibility {raw['visibility']!r} is not known.")
    _refuse_unknown(raw, f"{exercise}, call {raw['name']!r}", "name", "visibility", *ARGUMENTS)
    return Call(
        name=raw["name"],
        visibility=raw["visibility"],
        arguments={name: raw[name] for name in ARGUMENTS if name in raw},
    )


def _case(raw: dict[str, Any], calls: dict[str, Call], exercise: str) -> Case:
    place = f"{exercise}, case {raw['name']!r}"
    _refuse_unknown(raw, place, "name", "call", "part", "points", "hint")
    if raw["part"] not in PARTS:
        raise ManifestError(f"{place}: part {raw['part']!r} is not known.")
    if raw["call"] not in calls:
        raise ManifestError(f"{place}: no call {raw['call']!r}.")
    if type(raw["points"]) not in (int, float) or raw["points"] <= 0:
        raise ManifestError(f"{place}: {raw['points']!r} are no points.")
    return Case(
        name=raw["name"],
        call=calls[raw["call"]],
        part=raw["part"],
        points=raw["points"],
        hint=raw["hint"],
    )
