"""What a mistake is the same as: differences and causes without what is one learner's own."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from reskit.network.wording import KNOWN_ERRORS
from reskit.report import CaseResult, Difference, ExerciseResult

NOT_RUN = "not run"  # the kind of a mistake that left no network to compare
STAGE_BLOCK = re.compile(r"stage\d+\.block(\d+)")
STAGE = re.compile(r"stage\d+")
PLACE = re.compile(r" \((?:cell \d+, )?line \d+: .*?\)(?= |$)", flags=re.DOTALL)
NUMBER = re.compile(r"\d+")
RAISED = re.compile(r"exception: ([A-Za-z_][\w.]*): (.*)", flags=re.DOTALL)


@dataclass(frozen=True)
class Cause:
    """What learners who made the same mistake have in common; values are JSON text."""

    exercise: str
    kind: str  # of a difference, or NOT_RUN
    place: str | None  # a role, of any stage where the stage is not what matters
    attribute: str | None
    expected: str
    received: str


@dataclass(frozen=True)
class Found:
    """A mistake in one submission: where it shows first, and what it says there."""

    cause: Cause
    message: str
    points: float  # lost in the function, in equal shares for all mistakes in it
    case: CaseResult
    difference: Difference | None


def mistakes_in(exercise: ExerciseResult) -> list[Found]:
    """Return the mistakes of one answer.

    A cause why a case did not run is one of them only where no difference explains it: a wrong
    padding makes Keras raise in the addition, and is the mistake.
    """
    name = exercise.name
    told = [
        (_of_difference(name, difference), difference.message, case, difference)
        for case in exercise.cases
        for difference in case.differences
    ] or [
        (_of_cause(name, case.cause), case.cause, case, None)
        for case in exercise.cases
        if case.status == "not_run" and case.cause
    ][:1]
    lost = exercise.max_score - exercise.score
    return [
        Found(cause, message, lost / len(told), case, difference)
        for cause, message, case, difference in told
    ]


def _of_difference(exercise: str, difference: Difference) -> Cause:
    received = difference.received
    if difference.kind == "extra":  # with its arguments: each stage has others
        received = str(received).split("(")[0]
    return Cause(
        exercise,
        difference.kind,
        general(difference.layer) if difference.layer else None,
        difference.attribute,
        _json(_general_in(difference.expected)),
        _json(_general_in(received)),
    )


def _of_cause(exercise: str, text: str) -> Cause:
    """Return why something did not run, without places, numbers and the words of a message."""
    plain = PLACE.sub("", text)
    if found := RAISED.match(plain):
        known = next((sign for sign, _ in KNOWN_ERRORS if sign in found[2]), None)
        words = known or NUMBER.sub("n", found[2])
        return Cause(exercise, NOT_RUN, None, f"exception: {found[1]}", _json(None), _json(words))
    kind = plain.partition(":")[0] if re.match(r"[a-z_]+: ", plain) else plain
    words = "" if kind != "import_error" else NUMBER.sub("n", plain.partition(": ")[2])
    return Cause(exercise, NOT_RUN, None, kind, _json(None), _json(words))


def general(role: str) -> str:
    """Return a role without its stage, and an identity block without its number.

    The first block of a stage is the convolutional one, and stays told apart.
    """

    def block(match: re.Match[str]) -> str:
        return "stage*.block1" if match[1] == "1" else "stage*.block*"

    return STAGE.sub("stage*", STAGE_BLOCK.sub(block, role))


def _general_in(value: Any) -> Any:
    if isinstance(value, str):
        return general(value)
    if isinstance(value, (list, tuple)):
        return [_general_in(each) for each in value]
    return value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
