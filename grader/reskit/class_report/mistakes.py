"""The mistakes of a class, grouped by cause: what to say in the next lecture."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from reskit.class_report.anonymous import HIDDEN, MANY, hidden_texts, masked, may_be_shown
from reskit.class_report.causes import NOT_RUN, PLACE, Cause, Found, mistakes_in
from reskit.class_report.faults import KINDS
from reskit.network.hints import hints
from reskit.network.wording import KNOWN_ERRORS, cause_in_words
from reskit.report import Report

UNWRITTEN = "not written yet"
OWN_WORDS = ("timeout", "memory", "crash", "output_limit")  # faults whose message is ours alone
QUOTED = re.compile(r"'([^']*\w[^']*)'")

Submissions = Mapping[int, list[Found]]  # by the place of the report in the class


@dataclass(frozen=True)
class Mistake:
    """One mistake, and how many made it."""

    cause: Cause
    learners: int
    places: int  # one learner may make it in several
    points: float  # that it cost the class
    message: str  # of the example, with nothing in it that points at a learner
    lecture: tuple[str, ...]  # what to say: a question to ask, then the idea behind it
    examples: tuple[int, ...]  # places of reports in the class, the clearest first
    code: str | None = None  # the example's own function

    @property
    def unwritten(self) -> bool:
        """Whether the function was left as it was handed out: that is no mistake to explain."""
        return (self.cause.attribute or "").startswith(UNWRITTEN)


def mistakes(reports: Sequence[Report], shown: frozenset[str]) -> tuple[Mistake, ...]:
    """Return the mistakes of a class, the most frequent first.

    `shown` are the words that may stand in a message (see `anonymous`). What kept a whole file
    from being read is a fault and no mistake.
    """
    groups: dict[Cause, dict[int, list[Found]]] = {}
    for place, report in enumerate(reports):
        if report.fault is None:
            for exercise in report.exercises:
                for found in mistakes_in(exercise):
                    groups.setdefault(found.cause, {}).setdefault(place, []).append(found)
    order = {name: number for number, name in enumerate(_exercise_names(reports))}
    told = [_mistake(cause, group, reports, shown) for cause, group in groups.items()]
    return tuple(
        sorted(
            told,
            key=lambda each: (
                -each.learners,
                each.cause.kind == NOT_RUN,  # a network says more than none
                -each.points,
                order[each.cause.exercise],
                each.message,
            ),
        )
    )


def with_code(mistake: Mistake, code: str | None) -> Mistake:
    """Return the mistake with a learner's function as its example."""
    return replace(mistake, code=code)


def _exercise_names(reports: Sequence[Report]) -> list[str]:
    return list(dict.fromkeys(each.name for report in reports for each in report.exercises))


def _mistake(
    cause: Cause, group: Submissions, reports: Sequence[Report], shown: frozenset[str]
) -> Mistake:
    """Return what a group comes to; the learner with the fewest other mistakes is its example."""

    def others(place: int) -> tuple[float, int]:
        exercises = {each.name: each for each in reports[place].exercises}
        return -exercises[cause.exercise].score, place

    examples = sorted(group, key=others)
    first = group[examples[0]][0]
    learners = len(group)
    return Mistake(
        cause,
        learners,
        sum(map(len, group.values())),
        sum(found.points for each in group.values() for found in each),
        _message(first, learners, shown),
        _lecture(first),
        tuple(examples),
    )


def _message(found: Found, learners: int, shown: frozenset[str]) -> str:
    if found.difference is not None:
        message = found.message
        for text in hidden_texts([found.difference.layer, found.difference.received], shown):
            message = message.replace(text, HIDDEN)
        return message
    return _message_of_cause(found, learners, shown)


def _message_of_cause(found: Found, learners: int, shown: frozenset[str]) -> str:
    """Return why something did not run, in words of ours or in words that many have met."""
    kind = found.cause.attribute or ""
    words = json.loads(found.cause.received)
    if kind.startswith(("exception: ", "import_error")):
        known = any(words == sign for sign, _ in KNOWN_ERRORS)
        return cause_in_words(f"{kind}: {words if known or learners >= MANY else HIDDEN}")
    message = PLACE.sub("", found.message)
    if kind == "syntax_error":
        return cause_in_words(QUOTED.sub(partial(_quoted, shown=shown), message))
    if kind == "missing_function":
        return cause_in_words(message.partition(". ")[0])
    if kind in OWN_WORDS or found.cause.attribute == message:
        return cause_in_words(message)
    return KINDS.get(kind, HIDDEN).capitalize() + "."


def _quoted(match: re.Match[str], shown: frozenset[str]) -> str:
    return match.group() if may_be_shown(match[1], shown) else f"'{HIDDEN}'"


def _lecture(found: Found) -> tuple[str, ...]:
    """Return what to say: the question of the manifest and the idea, or what is behind an error."""
    if found.difference is not None:
        told = hints(found.difference, found.case.hint or "")
        return tuple(dict.fromkeys((told[0], told[-1]))) if told else ()
    advice = [words for sign, words in KNOWN_ERRORS if sign in found.message]
    return tuple(advice[:1])


def shown_values(cause: Cause, shown: frozenset[str]) -> tuple[str, str]:
    """Return (expected, received) of a cause as text, with nothing that points at a learner."""
    expected, received = json.loads(cause.expected), json.loads(cause.received)
    if cause.kind == NOT_RUN:
        return "", ""
    return _text(expected), _text(masked(received, shown))


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
