"""Examiners and the slicer as the grader sees them: processes that are asked and answer."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reskit.course import Course
from reskit.examiner import Examined
from reskit.judged import judged_from_data
from reskit.probe.answering import START_SECONDS, AnsweringProcess, NoAnswerError
from reskit.probe.isolation import Isolation, WeakIsolationError
from reskit.probe.parsing import ParsingProcess
from reskit.probe.pool import GRACE_SECONDS, Answer, Job, ProbeError

JUDGE_SECONDS = 120.0  # for all exercises of a program
END_SECONDS = 10.0  # for an examiner to end its parent
LONGEST_SLICED = 400_000  # characters; a longer program is not sliced, and shares nothing


@dataclass(frozen=True)
class Question:
    """One program: a job for each exercise, and the answers where they are known already."""

    jobs: Sequence[Job]
    known: Sequence[Answer] | None = None

    @property
    def seconds(self) -> float:
        """The time after which an examiner is given up."""
        limits = [float(job["deadline_seconds"]) + GRACE_SECONDS for job in self.jobs]
        return START_SECONDS + JUDGE_SECONDS + sum(limits)


class ExaminerProcess:
    """One examiner, running."""

    def __init__(
        self,
        course: Course,
        *,
        public_only: bool = False,
        allow_weak: bool = False,
        without: Collection[str] = (),
    ) -> None:
        """Start it; `without` names layers of isolation to leave out, for tests."""
        words = {"public": public_only, "weak": allow_weak}
        arguments = [str(course.root), *(word for word, asked in words.items() if asked)]
        arguments += [f"without={name}" for name in sorted(without)]
        # -P: what lies in the folder that it starts in is never imported.
        command = [sys.executable, "-P", "-m", "reskit.examiner", *arguments]
        self._process = AnsweringProcess(command, Path.cwd(), os.environ)
        try:
            self._exchange(None, START_SECONDS)
        except BaseException:
            self.close()
            raise

    def ask(self, question: Question) -> Examined:
        """Return what a program came to.

        Raises ProbeError when we fail, and not the learner; WeakIsolationError when it would not
        be kept in.
        """
        message = {"jobs": list(question.jobs), "known": question.known}
        told = self._exchange(message, question.seconds)
        if "weak" in told:
            raise WeakIsolationError(Isolation.from_data(told["weak"]))
        if "failed" in told:
            raise ProbeError(f"The examiner failed. {told['failed']}")
        judged = [judged_from_data(raw) for raw in told["judged"]]
        isolation = Isolation.from_data(told["isolation"]) if told["isolation"] else None
        return Examined(told["answers"], judged, told["by_slice"], isolation)

    def _exchange(self, message: Mapping[str, object] | None, seconds: float) -> Answer:
        try:
            return self._process.exchange(message, seconds)
        except NoAnswerError as error:
            words = self._process.last_words()
            raise ProbeError(f"The examiner was lost. {error} {words}") from error

    def close(self) -> None:
        """End the examiner, and with it its warm parent."""
        self._process.close(END_SECONDS)


class Slicer:
    """Tells what exercises need of a program; the process begins when it is first asked."""

    def __init__(self) -> None:
        self._parsing = ParsingProcess("reskit.probe.slicer")

    def needed(self, cells: Sequence[str], exercises: Sequence[str]) -> str | None:
        """Return the program's slice as text; None where it cannot be told."""
        if sum(map(len, cells)) > LONGEST_SLICED:
            return None
        told = self._parsing.ask({"cells": list(cells), "exercises": list(exercises)}) or {}
        needed = told.get("needed")
        return needed if isinstance(needed, str) else None

    def close(self) -> None:
        """End the process."""
        self._parsing.close()
