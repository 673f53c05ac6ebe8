"""The examiner: has programs run by a warm parent, and judges what comes back.

A process of its own, trusted, that answers over pipes: as many examiners, as many programs at
once, and a crash of the judge costs no more than its examiner.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reskit.course import Course
from reskit.evidence import decode_evidence
from reskit.judge import judge
from reskit.judged import Judged
from reskit.manifest import Assignment, Exercise, public_part, read_manifest
from reskit.parts import WHOLE_NETWORK
from reskit.probe.beginning import Wanted
from reskit.probe.frames import receive, send
from reskit.probe.isolation import Isolation, WeakIsolationError
from reskit.probe.pool import Answer, Job, Parent, ProbeError
from reskit.recording import read_expected
from reskit.weights.grading import WeightsGrading, network_built


@dataclass(frozen=True)
class Examined:
    """The answers of a program's exercises, and what each earned."""

    answers: Sequence[Answer]
    judged: Sequence[Judged]
    by_slice: bool  # whether nothing but the program's slice took part
    isolation: Isolation | None = None  # of the process that ran it, where one has run


class Examiner:
    """A judge with a warm parent of its own, which starts when it is first needed."""

    def __init__(
        self,
        course: Course,
        *,
        public_only: bool = False,
        allow_weak: bool = False,
        without: Collection[str] = (),
    ) -> None:
        self._assignment = read_manifest(course.manifest)
        self._exercises = exercises_of(self._assignment, public_only=public_only)
        recordings = [course.outputs] if public_only else [course.outputs, course.hidden_outputs]
        self._expected = read_expected(*recordings, exercises=self._exercises)
        secrets = (course.solution, course.hidden_outputs, course.sample_class)
        # Who runs the public cases alone runs their own code.
        self._wanted = Wanted(
            secrets, allow_weak=allow_weak or public_only, without=frozenset(without)
        )
        self._weights = None if public_only else WeightsGrading(course, self._assignment)
        self._parent: Parent | None = None

    def examine(self, jobs: Sequence[Job], known: Sequence[Answer] | None = None) -> Examined:
        """Return what a program came to; with `known` answers nothing is run.

        Raises ProbeError when the parent is lost, WeakIsolationError when it would not keep a
        stranger's code in.
        """
        answers = self._run(jobs) if known is None else known
        judged = [
            self._judge(exercise, answer)
            for exercise, answer in zip(self._exercises, answers, strict=True)
        ]
        isolation = self._parent.isolation if self._parent else None
        return Examined(answers, judged, all(map(_by_slice, answers)), isolation)

    def _run(self, jobs: Sequence[Job]) -> list[Answer]:
        parent = self._parent = self._parent or Parent(self._wanted)
        try:
            return parent.ask(jobs)
        except ProbeError:
            self.close()
            raise

    def _judge(self, exercise: Exercise, answer: Answer) -> Judged:
        assignment = self._assignment
        evidence = decode_evidence(answer, assignment.limits)
        result = judge(
            exercise, self._expected, evidence, assignment.tolerance, assignment.most_hints
        )
        pretrained = None
        if exercise.name == WHOLE_NETWORK and self._weights is not None:
            pretrained = self._weights.pretrained(network_built(exercise, evidence))
        return Judged(result, evidence.fault, pretrained)

    def close(self) -> None:
        """End the warm parent."""
        if self._parent is not None:
            self._parent.close()
        self._parent = None


def exercises_of(assignment: Assignment, *, public_only: bool) -> tuple[Exercise, ...]:
    """Return the exercises that are examined, with their public cases alone if asked for."""
    exercises = assignment.exercises
    return tuple(map(public_part, exercises)) if public_only else exercises


def _by_slice(answer: Answer) -> bool:
    """Return whether an answer would be the same for every program with the same slice.

    What raised tells the line and the cell; what needed the other cells tells so.
    """
    try:
        evidence = json.loads(answer["evidence"])
        return answer["outcome"] == "ended" and not (
            evidence.get("whole") or any(call["error"] for call in evidence["calls"])
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def answer_questions(examiner: Examiner) -> None:
    """Answer questions from standard input until it ends."""
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    send(answers, {"ready": True})
    while (question := receive(questions)) is not None:
        send(answers, _answer(examiner, question))


def _answer(examiner: Examiner, question: Mapping[str, Any]) -> dict[str, Any]:
    try:
        examined = examiner.examine(question["jobs"], question["known"])
    except WeakIsolationError as error:
        return {"weak": error.isolation.to_data()}
    except Exception:  # ours, not the learner's: what their code did has become a value before
        return {"failed": traceback.format_exc()}
    return {
        "answers": list(examined.answers),
        "judged": [each.to_data() for each in examined.judged],
        "by_slice": examined.by_slice,
        "isolation": examined.isolation.to_data() if examined.isolation else None,
    }


def main() -> None:
    """Be an examiner of the course at argv[1].

    More words: "public" cases, "weak" isolation, "without=" a layer of it.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # the warm parent is ended on the way out
    _, root, *words = sys.argv
    examiner = Examiner(
        Course(Path(root)),
        public_only="public" in words,
        allow_weak="weak" in words,
        without=[word.removeprefix("without=") for word in words if word.startswith("without=")],
    )
    try:
        answer_questions(examiner)
    finally:
        examiner.close()


if __name__ == "__main__":
    main()
