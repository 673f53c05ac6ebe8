"""Grade submissions: read, probe, judge; one report each, whatever was in it."""

from __future__ import annotations

import hashlib
import os
import platform
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Protocol

from reskit import __version__
from reskit.addresses import evidence_address, judging, slice_address
from reskit.archive import is_archive
from reskit.course import Course
from reskit.examiner import Examined, exercises_of
from reskit.examiner_process import ExaminerProcess, Question, Slicer
from reskit.findings import Findings
from reskit.judge import not_run
from reskit.judged import Judged
from reskit.manifest import Assignment, Call, Exercise, Limits, read_manifest
from reskit.probe.isolation import Isolation
from reskit.probe.pool import Job, Pool, ProbeError
from reskit.report import Fault, Report
from reskit.store import Store, StoreError
from reskit.submission import Submission, read_submission
from reskit.text_cells import noted, with_place
from reskit.weights.grading import WeightsGrading
from reskit.weights.reference import asked_files

AHEAD = 16  # submissions under way for each examiner, so that one that hangs keeps none waiting


@dataclass(frozen=True)
class Ungraded:
    """A submission that we failed to grade, twice: that is never a learner's zero."""

    path: str
    student: str
    reason: str


class UngradedError(Exception):
    """A submission could not be graded, for a reason of ours."""


@dataclass(frozen=True)
class _UnderWay:
    """A submission, and what is known of it or awaited."""

    submission: Submission
    question: Question
    addresses: tuple[str, ...] = ()  # of its evidence: by its cells, and by its slice
    judged: Sequence[Judged] | None = None
    awaited: Future[Examined] | None = None
    shared: bool = False  # what is awaited was asked for another program with the same slice
    since: float = field(default_factory=time.monotonic)


class Examiners(Protocol):
    """What examines programs, many at once: processes here, or workers elsewhere."""

    size: int  # how many at once

    def submit(self, question: Question) -> Future[Examined]:
        """Return a future of what a program came to; ProbeError where we fail, twice."""

    def stop(self) -> None:
        """Begin no more: futures of what is not in hand raise CancelledError."""

    def give_up(self) -> None:
        """End what is in hand."""

    def close(self) -> None:
        """End the examiners."""


class Grader:
    """Grades submissions with examiners, side by side. Use it as a context manager.

    With a store nothing is run or judged that was run or judged before, unless `force` asks for
    it. Programs that differ only in what the exercises do not need are run once. Grading raises
    WeakIsolationError where strangers' code would not be kept in, unless `allow_weak`.
    """

    def __init__(
        self,
        course: Course,
        jobs: int | None = None,
        *,
        public_only: bool = False,
        store: Store | None = None,
        force: bool = False,
        examiners: Examiners | None = None,
        allow_weak: bool = False,
    ) -> None:
        """Grade with `examiners`; where none are given, with `jobs` processes on this machine."""
        self.assignment = read_manifest(course.manifest)
        self.isolation: Isolation | None = None  # known once a program has been run
        self.slowest: tuple[float, str] = (0.0, "")  # seconds, student
        self._exercises = exercises_of(self.assignment, public_only=public_only)
        self._provenance = provenance(course)
        self._weights = None if public_only else WeightsGrading(course, self.assignment)
        self._findings = Findings(store, judging(course, public_only=public_only), force=force)
        self._slicer = Slicer()
        start = partial(ExaminerProcess, course, public_only=public_only, allow_weak=allow_weak)
        self._examiners = examiners or Pool(jobs or os.cpu_count() or 1, start)
        self._by_slice: dict[str, Future[Examined]] = {}  # under way
        self._stopped = False

    def grade(self, path: Path) -> Report:
        """Return the report for the submission at `path`; nothing in it makes this raise.

        Raises UngradedError where we fail twice: that is never a learner's zero.
        """
        outcome = next(self.grade_all([path]))
        if isinstance(outcome, Ungraded):
            raise UngradedError(f"{outcome.path}: {outcome.reason}")
        return outcome

    def grade_all(self, handed_in: Iterable[Path | Submission]) -> Iterator[Report | Ungraded]:
        """Yield a report for each submission, in the order given, many under way at once.

        What is only named by its path is read when its turn comes. What fails for a reason of
        ours, twice, is Ungraded. After `stop`, those that an examiner has in hand are the last.
        """
        waiting: deque[_UnderWay] = deque()
        for each in handed_in:
            if self._stopped:
                break
            waiting.append(
                self._begin(
                    read_submission(each, self.assignment.name) if isinstance(each, Path) else each
                )
            )
            while waiting and (len(waiting) > AHEAD * self._examiners.size or _is_done(waiting[0])):
                yield from self._finish(waiting.popleft())
        while waiting:
            yield from self._finish(waiting.popleft())

    def stop(self) -> None:
        """Begin no more submissions."""
        self._stopped = True
        self._examiners.stop()

    def _begin(self, submission: Submission) -> _UnderWay:
        """Look up what is known of a submission, and ask for the rest."""
        limits = self.assignment.limits
        question = Question(
            [job(each.name, submission.cells, each.calls, limits) for each in self._exercises]
        )
        if submission.fault is not None:
            judged = [self._not_run(exercise, submission.fault) for exercise in self._exercises]
            return _UnderWay(submission, question, judged=judged)
        address = evidence_address(question.jobs)
        known = self._findings.judged(address)
        if known is not None:
            return _UnderWay(submission, question, judged=known)
        answers = self._findings.answers(address)
        if answers is not None:
            awaited = self._examiners.submit(replace(question, known=answers))
            return _UnderWay(submission, question, (address,), awaited=awaited)
        return self._begin_new(submission, question, address)

    def _not_run(self, exercise: Exercise, fault: Fault) -> Judged:
        return Judged(not_run(exercise, fault, self.assignment.most_hints), fault)

    def _begin_new(self, submission: Submission, question: Question, address: str) -> _UnderWay:
        """Ask for a program that was never run; but not if the same slice was, or is being."""
        names = [exercise.name for exercise in self._exercises]
        needed = self._slicer.needed(submission.cells, names)
        if needed is None:
            return _UnderWay(
                submission, question, (address,), awaited=self._examiners.submit(question)
            )
        by_slice = slice_address(question.jobs, needed)
        addresses = (address, by_slice)
        if by_slice in self._by_slice:
            awaited = self._by_slice[by_slice]
            return _UnderWay(submission, question, addresses, awaited=awaited, shared=True)
        question = replace(question, known=self._findings.answers(by_slice))
        awaited = self._by_slice[by_slice] = self._examiners.submit(question)
        return _UnderWay(submission, question, addresses, awaited=awaited)

    def _finish(self, under_way: _UnderWay) -> Iterator[Report | Ungraded]:
        """Yield what a submission came to; nothing where it was stopped before it began."""
        submission = under_way.submission
        try:
            yield self._report(submission, under_way.judged or self._judged(under_way))
        except (ProbeError, StoreError) as error:
            yield Ungraded(submission.path, submission.student, str(error))
        except CancelledError:
            return

    def _judged(self, under_way: _UnderWay) -> Sequence[Judged]:
        """Wait for what a program came to, and keep it."""
        assert under_way.awaited is not None
        for address in under_way.addresses:
            self._by_slice.pop(address, None)
        examined = under_way.awaited.result()
        if under_way.shared and not examined.by_slice:
            examined = self._examiners.submit(under_way.question).result()
        self.isolation = examined.isolation or self.isolation
        seconds = time.monotonic() - under_way.since
        self.slowest = max(self.slowest, (seconds, under_way.submission.student))
        kept = under_way.addresses if examined.by_slice else under_way.addresses[:1]
        self._findings.keep(kept, examined.answers, examined.judged)
        return examined.judged

    def _report(self, submission: Submission, judged: Sequence[Judged]) -> Report:
        results = [noted(each.result, submission) for each in judged]
        fault = submission.fault
        if fault is None and all(each.fault for each in judged):
            fault = with_place(judged[0].fault, submission)
        weights = self._weights
        model_file = weights.model_file(Path(submission.path)) if weights else None
        return Report(
            assignment=self.assignment.name,
            path=submission.path,
            student=submission.student,
            sha256=submission.sha256,
            score=sum(result.score for result in results) + (model_file.score if model_file else 0),
            max_score=sum(exercise.points for exercise in self._exercises)
            + (model_file.max_score if model_file else 0),
            fault=fault,
            exercises=tuple(results),
            provenance=self._provenance,
            model_file=model_file,
            pretrained=next((each.pretrained for each in judged if each.pretrained), None),
        )

    def close(self) -> None:
        """End the examiners and the slicer."""
        self._examiners.close()
        self._slicer.close()

    def __enter__(self) -> Grader:
        """Return the grader."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the grader; after an error, without waiting for what is in hand."""
        if kind is not None:
            self._examiners.give_up()
        self.close()


def _is_done(under_way: _UnderWay) -> bool:
    return under_way.awaited is None or under_way.awaited.done()


def job(exercise: str, cells: Iterable[str], calls: Iterable[Call], limits: Limits) -> Job:
    """Return what a warm parent is asked: one exercise of one program."""
    return {
        "exercise": exercise,
        "cells": list(cells),
        "calls": [{"name": call.name, "arguments": call.arguments} for call in calls],
        "cpu_seconds": limits.cpu_seconds,
        "deadline_seconds": limits.deadline_seconds,
        "memory_mib": limits.memory_mib,
        "evidence_mib": limits.evidence_mib,
        "output_kib": limits.output_kib,
    }


def provenance(course: Course) -> dict[str, str]:
    """Return which versions graded, and the SHA-256 over what the assignment asks and expects."""
    digest = hashlib.sha256()
    for path in (course.manifest, course.outputs, course.hidden_outputs, *asked_files(course)):
        digest.update(path.read_bytes())
    return {
        "reskit": __version__,
        "keras": version("keras"),
        "tensorflow": version("tensorflow"),
        "python": platform.python_version(),
        "assignment_sha256": digest.hexdigest(),
    }


def find_submissions(assignment: Assignment, path: Path) -> list[Path]:
    """Return the submissions at `path`: the file itself, or the notebooks in a folder, sorted.

    Checkpoints that Jupyter keeps in hidden folders are left out. A folder without notebooks may
    hold archives of them, or Python files called as the notebook.
    """
    if not path.is_dir() or path.is_symlink():
        return [path]
    files = [
        file
        for file in sorted(path.rglob("*"))
        if not any(part.startswith(".") for part in file.relative_to(path).parts)
    ]
    notebooks = [file for file in files if file.suffix == ".ipynb"]
    stem = Path(assignment.notebook).stem
    archives = [file for file in files if is_archive(file)]
    programs = [file for file in files if file.suffix == ".py" and file.stem == stem]
    return notebooks or sorted([*archives, *programs])
