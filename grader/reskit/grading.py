"""Grade submissions: read, probe, judge; one report each, whatever was in it."""

from __future__ import annotations

import hashlib
import os
import platform
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any

from reskit import __version__
from reskit.archive import is_archive
from reskit.course import Course
from reskit.evidence import Evidence, decode_evidence
from reskit.judge import judge
from reskit.manifest import Assignment, Call, Exercise, Limits, read_manifest
from reskit.probe.pool import Pool
from reskit.recording import read_expected
from reskit.report import Fault, Report
from reskit.submission import Submission, read_submission
from reskit.text_cells import noted, with_place

AHEAD = 2  # submissions under way for each warm parent, so that none waits for the judge

Answers = Future[list[dict[str, Any]]]


class Grader:
    """Grades submissions with warm processes. Use it as a context manager."""

    def __init__(
        self, course: Course, jobs: int | None = None, *, public_only: bool = False
    ) -> None:
        self.assignment = read_manifest(course.manifest)
        self._exercises = tuple(
            _public(exercise) if public_only else exercise for exercise in self.assignment.exercises
        )
        recordings = [course.outputs] if public_only else [course.outputs, course.hidden_outputs]
        self._expected = read_expected(*recordings, exercises=self._exercises)
        self._provenance = provenance(course)
        self._jobs = jobs or os.cpu_count() or 1
        self._pool = Pool(self._jobs)

    def grade(self, path: Path) -> Report:
        """Return the report for the submission at `path`; nothing in it makes this raise.

        Raises ProbeError when our own probe fails twice: that is never a learner's zero.
        """
        return next(self.grade_all([path]))

    def grade_all(self, handed_in: Iterable[Path | Submission]) -> Iterator[Report]:
        """Yield a report for each submission, in the order given, several under way at once.

        What is only named by its path is read when its turn comes.
        """
        waiting: deque[tuple[Submission, Answers | None]] = deque()
        for each in handed_in:
            submission = (
                read_submission(each, self.assignment.name) if isinstance(each, Path) else each
            )
            waiting.append((submission, self._ask(submission)))
            if len(waiting) > AHEAD * self._jobs:
                yield self._report(*waiting.popleft())
        while waiting:
            yield self._report(*waiting.popleft())

    def _ask(self, submission: Submission) -> Answers | None:
        if submission.fault is not None:
            return None
        limits = self.assignment.limits
        return self._pool.submit(
            [job(each.name, submission.cells, each.calls, limits) for each in self._exercises]
        )

    def _report(self, submission: Submission, answers: Answers | None) -> Report:
        limits = self.assignment.limits
        if answers is None:
            found = [Evidence({}, submission.fault)] * len(self._exercises)
        else:
            found = [decode_evidence(answer, limits) for answer in answers.result()]
        faults: list[Fault] = []
        results = []
        for exercise, evidence in zip(self._exercises, found, strict=True):
            if evidence.fault is not None:
                faults.append(evidence.fault)
            results.append(
                judge(
                    exercise,
                    self._expected,
                    evidence,
                    self.assignment.tolerance,
                    self.assignment.most_hints,
                )
            )
        fault = submission.fault
        if fault is None and len(faults) == len(self._exercises):
            fault = with_place(faults[0], submission)
        return Report(
            assignment=self.assignment.name,
            path=submission.path,
            student=submission.student,
            sha256=submission.sha256,
            score=sum(result.score for result in results),
            max_score=sum(exercise.points for exercise in self._exercises),
            fault=fault,
            exercises=tuple(noted(result, submission) for result in results),
            provenance=self._provenance,
        )

    def close(self) -> None:
        """End the warm processes."""
        self._pool.close()

    def __enter__(self) -> Grader:
        """Return the grader."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the grader."""
        self.close()


def job(
    exercise: str, cells: Iterable[str], calls: Iterable[Call], limits: Limits
) -> dict[str, Any]:
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
    for path in (course.manifest, course.outputs, course.hidden_outputs):
        digest.update(path.read_bytes())
    return {
        "reskit": __version__,
        "keras": version("keras"),
        "tensorflow": version("tensorflow"),
        "python": platform.python_version(),
        "assignment_sha256": digest.hexdigest(),
    }


def _public(exercise: Exercise) -> Exercise:
    """Return the exercise with its public cases alone, their points as they are."""
    return Exercise(
        exercise.name,
        sum(case.points for case in exercise.cases if case.visibility == "public"),
        exercise.signature,
        exercise.about,
        tuple(call for call in exercise.calls if call.visibility == "public"),
        tuple(case for case in exercise.cases if case.visibility == "public"),
    )


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
