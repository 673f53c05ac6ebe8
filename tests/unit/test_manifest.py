"""A manifest that contradicts itself is refused, and the message names the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from reskit.course import find_course
from reskit.manifest import (
    Assignment,
    Call,
    Case,
    Exercise,
    Limits,
    ManifestError,
    Tolerance,
    read_manifest,
)

SMALL = """
assignment = "resnet50"
title = "A title"
notebook = "ResNet50.ipynb"
max_score = 10

[limits]
cpu_seconds = 10
deadline_seconds = 40
memory_mib = 6144
evidence_mib = 4
output_kib = 16

[tolerance]
relative = 1e-4
absolute = 1e-5

[hints]
most = 2

[[exercise]]
name = "identity_block"
points = 10
signature = "identity_block(X)"
about = "a block"

  [[exercise.call]]
  name = "small"
  visibility = "public"
  input_shape = [5, 5, 6]
  f = 3

  [[exercise.call]]
  name = "elsewhere"
  visibility = "hidden"
  training = false

  [[exercise.case]]
  name = "main path"
  call = "small"
  part = "main"
  points = 7
  hint = "Look."

  [[exercise.case]]
  name = "result shape"
  call = "small"
  part = "shape"
  points = 1
  hint = "Count."

  [[exercise.case]]
  name = "other arguments"
  call = "elsewhere"
  part = "whole"
  points = 2
  hint = "Think."
"""


def read(folder: Path, text: str) -> Assignment:
    """Return the assignment that `text` describes."""
    path = folder / "exercise.toml"
    path.write_text(text, encoding="utf-8")
    return read_manifest(path)


def test_manifest_is_read(tmp_path: Path) -> None:
    """Everything that the manifest says is taken over, in its order."""
    small = Call("small", "public", {"f": 3, "input_shape": [5, 5, 6]})
    elsewhere = Call("elsewhere", "hidden", {"training": False})

    found = read(tmp_path, SMALL)

    assert found == Assignment(
        name="resnet50",
        title="A title",
        notebook="ResNet50.ipynb",
        max_score=10,
        limits=Limits(
            cpu_seconds=10, deadline_seconds=40, memory_mib=6144, evidence_mib=4, output_kib=16
        ),
        tolerance=Tolerance(1e-4, 1e-5),
        exercises=(
            Exercise(
                "identity_block",
                10,
                "identity_block(X)",
                "a block",
                (small, elsewhere),
                (
                    Case("main path", small, "main", 7, "Look."),
                    Case("result shape", small, "shape", 1, "Count."),
                    Case("other arguments", elsewhere, "whole", 2, "Think."),
                ),
            ),
        ),
        most_hints=2,
    )


def test_case_is_as_public_as_its_call(tmp_path: Path) -> None:
    """A case that judges a hidden call is hidden."""
    (exercise,) = read(tmp_path, SMALL).exercises

    assert [case.visibility for case in exercise.cases] == ["public", "public", "hidden"]


@pytest.mark.parametrize(
    ("now", "then", "words"),
    [
        ("points = 2", "points = 3", ["identity_block", "11", "10"]),
        ("max_score = 10", "max_score = 100", ["exercise.toml", "10", "100"]),
        ('part = "main"', 'part = "mian"', ["identity_block", "main path", "mian"]),
        ('call = "small"', 'call = "smal"', ["identity_block", "main path", "smal"]),
        ('visibility = "hidden"', 'visibility = "secret"', ["identity_block", "secret"]),
        ("f = 3", "kernel = 3", ["identity_block", "small", "kernel"]),
        ('name = "other arguments"', 'name = "main path"', ["identity_block", "same name"]),
        ('title = "A title"', "", ["exercise.toml", "title"]),
        ('hint = "Think."', "", ["exercise.toml", "hint"]),
        ("memory_mib = 6144", "", ["exercise.toml", "memory_mib"]),
        ("memory_mib = 6144", "memory_mib = 6144\nswap_mib = 1", ["exercise.toml", "swap_mib"]),
        ("absolute = 1e-5", "", ["exercise.toml", "absolute"]),
        ("max_score = 10", "max_score = 10\nmax_time = 1", ["exercise.toml", "max_time"]),
        ("max_score = 10", "max_score 10", ["exercise.toml", "line 5"]),
        ('about = "a block"', 'aboot = "a block"', ["identity_block", "aboot"]),
        ("points = 7", "points = 7\n  visibility = 'public'", ["main path", "visibility"]),
        ("points = 7", "points = 0", ["identity_block", "main path", "0"]),
        ("points = 7", "points = true", ["identity_block", "main path", "True"]),
        (
            'part = "shape"',
            'part = "main"',
            ["identity_block", "result shape", "main path", "main"],
        ),
        ('part = "whole"', 'part = "modes"', ["other arguments", "modes", "elsewhere"]),
        ('call = "elsewhere"', 'call = "small"', ["identity_block", "elsewhere", "no case"]),
        ("most = 2", "most = 4", ["hints", "4", "0", "3"]),
        ("most = 2", "most = -1", ["hints", "-1"]),
        ("most = 2", "most = true", ["hints", "True"]),
        ("most = 2", "most = '2'", ["hints", "'2'"]),
        ("most = 2", "moost = 2", ["exercise.toml", "moost"]),
    ],
)
def test_contradiction_is_named(tmp_path: Path, now: str, then: str, words: list[str]) -> None:
    """Points that do not add up, names that are not there: the message says which and where."""
    assert now in SMALL

    with pytest.raises(ManifestError) as caught:
        read(tmp_path, SMALL.replace(now, then))

    assert [word for word in words if word not in str(caught.value)] == []


@pytest.mark.parametrize("part", ["shape", "modes", "table", "initializer"])
def test_part_is_judged_once(tmp_path: Path, part: str) -> None:
    """Two cases for the same part of an exercise would pay, or charge, twice."""
    text = SMALL.replace('part = "shape"', f'part = "{part}"').replace(
        'part = "main"', f'part = "{part}"'
    )

    with pytest.raises(ManifestError, match=rf"'result shape'.*'main path'.*'{part}'"):
        read(tmp_path, text)


def test_parts_are_judged_on_a_public_call(tmp_path: Path) -> None:
    """Parts are explained in full, so that the call they belong to cannot be a hidden one."""
    text = SMALL.replace('visibility = "public"', 'visibility = "hidden"')

    with pytest.raises(ManifestError, match=r"'main path'.*'main'.*'small' is hidden"):
        read(tmp_path, text)


def test_parts_are_judged_on_one_call(tmp_path: Path) -> None:
    """A difference belongs to a part of the call it was found in; no part may be elsewhere."""
    text = SMALL.replace('visibility = "hidden"', 'visibility = "public"')
    text = text.replace('part = "whole"', 'part = "modes"')

    with pytest.raises(ManifestError, match=r"'other arguments'.*'modes'.*'elsewhere'.*'small'"):
        read(tmp_path, text)


def test_exercise_may_be_judged_as_a_whole_alone(tmp_path: Path) -> None:
    """An exercise without parts is in order."""
    text = SMALL.replace('part = "main"', 'part = "whole"')
    text = text.replace('part = "shape"', 'part = "whole"')

    (exercise,) = read(tmp_path, text).exercises

    assert [case.part for case in exercise.cases] == ["whole", "whole", "whole"]


def test_hints_are_not_capped_unless_asked(tmp_path: Path) -> None:
    """Without a table of hints a learner sees all three."""
    found = read(tmp_path, SMALL.replace("[hints]\nmost = 2\n", ""))

    assert found.most_hints == 3


def test_two_calls_of_one_name_are_refused(tmp_path: Path) -> None:
    """Two calls of the same name would hide one another."""
    text = SMALL.replace('name = "elsewhere"', 'name = "small"').replace(
        'call = "elsewhere"', 'call = "small"'
    )

    with pytest.raises(ManifestError, match="identity_block"):
        read(tmp_path, text)


def test_course_gives_30_30_and_40_points() -> None:
    """The manifest of the course is in order: 30 points for each block and 40 for the network."""
    found = read_manifest(find_course().manifest)

    assert {each.name: each.points for each in found.exercises} == {
        "identity_block": 30,
        "convolutional_block": 30,
        "ResNet50": 40,
    }
    assert found.max_score == 100


@pytest.mark.parametrize("name", ["identity_block", "convolutional_block", "ResNet50"])
def test_public_calls_of_the_course_differ_in_every_argument(name: str) -> None:
    """No number of the first public call is right in the second: what is written in shows."""
    (exercise,) = (
        each for each in read_manifest(find_course().manifest).exercises if each.name == name
    )
    first, second = [call for call in exercise.calls if call.visibility == "public"][:2]

    shared = [
        argument
        for argument in first.arguments
        if first.arguments[argument] == second.arguments[argument]
    ]

    assert shared == []
    assert [case.part for case in exercise.cases if case.call == second] == ["whole"]


@pytest.mark.parametrize("name", ["identity_block", "convolutional_block", "ResNet50"])
def test_hidden_call_of_the_course_is_like_no_public_one(name: str) -> None:
    """Each exercise is called once more in a way that no learner has seen."""
    (exercise,) = (
        each for each in read_manifest(find_course().manifest).exercises if each.name == name
    )
    seen = [call.arguments for call in exercise.calls if call.visibility == "public"]

    (hidden,) = (call.arguments for call in exercise.calls if call.visibility == "hidden")

    assert not any(
        hidden[argument] == arguments.get(argument)
        for arguments in seen
        for argument in hidden
        if argument != "training"
    )


def test_every_case_of_the_course_has_a_hint() -> None:
    """No case of the course leaves a learner without a hint, or earns nothing."""
    found = read_manifest(find_course().manifest)

    poor = [
        (exercise.name, case.name)
        for exercise in found.exercises
        for case in exercise.cases
        if not case.hint.endswith((".", "?")) or case.points <= 0
    ]

    assert poor == []
