"""What a learner may see of a report: public cases whole, hidden cases by their outcome only.

Every page, text and table that can reach a learner is made from this view. A hidden case shows
no name, hint, argument, expected or received value: only that it passed or failed, and where.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from reskit.network.table import TableLine
from reskit.network.wording import cause_in_words, spoken
from reskit.render.plain import plain
from reskit.report import SEEN_BEFORE, CaseResult, Difference, ExerciseResult, Fault

ROLE = re.compile(r"[A-Za-z0-9_.]{1,60}")  # what a role or an attribute is made of

HIDDEN_SENTENCES = {
    "missing": "{place} is missing.",
    "extra": "{place} is there, but is not expected.",
    "attribute": "{place}: {attribute} is not as expected.",
    "wiring": "{place} is not connected as expected.",
    "order": "{place} is not where it is expected.",
    "shape": "{place} has another shape than expected.",
    "value": "{place} gives other numbers than expected.",
}
SEEN_ABOVE = "What was found above shows here too."
HINTED_ABOVE = "The hint of “{title}” holds here too."
FAULT_HEADINGS = {
    "unreadable": "The file could not be read",
    "syntax_error": "The code is not valid Python",
    "missing_function": "There is nothing to grade",
    "import_error": "Something could not be imported",
    "timeout": "It did not come to an end",
    "memory": "It asked for too much memory",
    "crash": "It ended before it gave an answer",
    "output_limit": "It built too much",
    "forbidden": "What came back is no answer",
}
SIZES = re.compile(r"\([\dNone, ]*\)")  # shapes
PLACE = re.compile(r" \(cell \d+, line \d+.*\)$", re.DOTALL)
SAME_REASON = "Did not run for the same reason."
HIDDEN_NOT_RUN = "Called with other arguments, the function did not give back a network."


@dataclass(frozen=True)
class SeenDifference:
    """One difference in words, and the two values where the words do not hold them."""

    sentence: str
    expected: str | None = None
    received: str | None = None


@dataclass(frozen=True)
class SeenCase:
    """One case as its learner sees it."""

    title: str
    status: str  # passed, failed, not_run
    score: float
    max_score: float
    is_hidden: bool = False
    cause: str | None = None
    hints: tuple[str, ...] = ()  # the first is told, the others are there to be asked for
    differences: tuple[SeenDifference, ...] = ()
    follows: bool = False  # it failed because of what another case tells

    @property
    def has_something_to_say(self) -> bool:
        """Return whether it is a public case that tells more than its outcome."""
        told = self.hints or self.differences or (self.cause and self.cause != SAME_REASON)
        return not self.is_hidden and bool(told)


@dataclass(frozen=True)
class SeenExercise:
    """One exercise as its learner sees it.

    Where no case ran and all share the reason, `cause` says it once and `unrun` names the cases.
    """

    name: str
    status: str
    score: float
    max_score: float
    cause: str | None
    cases: tuple[SeenCase, ...]
    unrun: str | None = None
    notes: tuple[str, ...] = ()  # what was met and is not judged
    table: tuple[TableLine, ...] = ()
    printed: str = ""


def seen_exercise(exercise: ExerciseResult, fault: Fault | None = None) -> SeenExercise:
    """Return what the learner may see of an exercise; a cause that `fault` tells is left out."""
    hidden = [case for case in exercise.cases if case.visibility != "public"]
    cases = tuple(
        _seen_public(case)
        if case.visibility == "public"
        else _seen_hidden(case, hidden.index(case) + 1, len(hidden))
        for case in exercise.cases
    )
    cause = _shared_cause(exercise)
    unrun = None
    if cause is not None:
        unrun = _names_of_unrun(cases)
        cases = ()
    repeated = cause and fault and _same_reason(cause, f"{fault.kind}: {fault.message}")
    return SeenExercise(
        name=plain(exercise.name),
        status=exercise.status,
        score=exercise.score,
        max_score=exercise.max_score,
        cause=plain(cause_in_words(cause)) if cause and not repeated else None,
        cases=_each_hint_once(_each_cause_once(cases)),
        unrun=unrun,
        notes=tuple(plain(note) for note in exercise.notes),
        table=tuple(
            TableLine(line.mark, plain(line.received), plain(line.expected))
            for line in exercise.table
        ),
        printed=plain(exercise.printed),
    )


def _names_of_unrun(cases: tuple[SeenCase, ...]) -> str:
    public = [case.title for case in cases if not case.is_hidden]
    hidden = len(cases) - len(public)
    if hidden:
        public.append("one hidden check" if hidden == 1 else f"{hidden} hidden checks")
    return f"Not checked: {', '.join(public)}."


def _each_cause_once(cases: tuple[SeenCase, ...]) -> tuple[SeenCase, ...]:
    """Return the cases with a long reason said where it comes first, and only there.

    It is the same one where the same line raised the same, with whatever sizes.
    """
    told: set[str] = set()
    shown = []
    for case in cases:
        reason = SIZES.sub("", case.cause or "")
        repeated = reason in told
        shown.append(replace(case, cause=SAME_REASON) if repeated else case)
        told |= {reason} if reason else set()
    return tuple(shown)


def _each_hint_once(cases: tuple[SeenCase, ...]) -> tuple[SeenCase, ...]:
    """Return the cases with a hint that two of them have told where it comes first."""
    told: dict[str, str] = {}
    shown = []
    for case in cases:
        first = case.hints[0] if case.hints else ""
        if first in told:
            again = HINTED_ABOVE.format(title=told[first])
            shown.append(replace(case, hints=(again, *case.hints[1:])))
        else:
            told |= {first: case.title} if first else {}
            shown.append(case)
    return tuple(shown)


def _same_reason(cause: str, fault: str) -> bool:
    """Return whether an exercise was stopped by what the fault tells, wherever it showed."""
    return fault.startswith(cause) or PLACE.sub("", cause) == PLACE.sub("", fault)


def fault_heading(fault: Fault) -> str:
    """Return in a few words what kept a submission from being graded."""
    return FAULT_HEADINGS.get(fault.kind, "Nothing could be graded")


def fault_text(fault: Fault) -> str:
    """Return in a sentence why nothing of a submission could be graded."""
    if fault.kind == "unreadable":
        return plain(fault.message)
    return plain(cause_in_words(f"{fault.kind}: {fault.message}"))


def _seen_public(case: CaseResult) -> SeenCase:
    return SeenCase(
        title=plain(case.name),
        status=case.status,
        score=case.score,
        max_score=case.max_score,
        cause=plain(cause_in_words(case.cause)) if case.cause else None,
        hints=_seen_hints(case),
        differences=tuple(dict.fromkeys(map(_seen_difference, case.differences))),
        follows=case.status == "failed" and case.hint == SEEN_BEFORE,
    )


def _seen_hints(case: CaseResult) -> tuple[str, ...]:
    """Return the hints of a case that failed; an older report has one."""
    if case.status != "failed" or case.hint == SEEN_BEFORE:
        return ()
    told = case.hints or ((case.hint,) if case.hint else ())
    return tuple(plain(hint) for hint in told)


def _seen_difference(difference: Difference) -> SeenDifference:
    sentence = plain(difference.message)
    if difference.expected is None and difference.received is None:
        return SeenDifference(sentence)
    expected, received = (plain(words) for words in spoken(difference))
    if all(words.split(" = ")[-1] in sentence for words in (expected, received)):
        return SeenDifference(sentence)
    return SeenDifference(sentence, expected, received)


def _seen_hidden(case: CaseResult, number: int, total: int) -> SeenCase:
    sentences = dict.fromkeys(_hidden_sentence(difference) for difference in case.differences)
    if case.status == "failed" and not sentences:
        sentences = {SEEN_ABOVE: None}
    return SeenCase(
        title=f"hidden check {number} of {total}",
        status=case.status,
        score=case.score,
        max_score=case.max_score,
        is_hidden=True,
        cause=HIDDEN_NOT_RUN if case.status == "not_run" else None,
        differences=tuple(SeenDifference(sentence) for sentence in sentences),
    )


def _hidden_sentence(difference: Difference) -> str:
    pattern = HIDDEN_SENTENCES.get(difference.kind, "{place} is not as expected.")
    return "Called with other arguments: " + pattern.format(
        place=_role(difference.layer, "the result"),
        attribute=_role(difference.attribute, "a setting"),
    )


def _role(name: str | None, otherwise: str) -> str:
    return name if name is not None and ROLE.fullmatch(name) else otherwise


def _shared_cause(exercise: ExerciseResult) -> str | None:
    causes = {case.cause for case in exercise.cases if case.visibility == "public"}
    if exercise.status != "not_run" or len(causes) != 1:
        return None
    return causes.pop()
