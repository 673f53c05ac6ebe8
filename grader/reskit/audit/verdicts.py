"""What the judge says of each program of an audit, through the same probe as for strangers."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import Any

from reskit.audit.outcome import Outcome
from reskit.audit.programs import Program
from reskit.course import Course
from reskit.evidence import decode_evidence
from reskit.grading import job
from reskit.judge import judge
from reskit.manifest import read_manifest
from reskit.probe.beginning import Wanted
from reskit.probe.pool import parents
from reskit.recording import read_expected


def verdicts(
    course: Course, programs: Sequence[Program], jobs: int
) -> Iterator[tuple[str, Outcome]]:
    """Yield (name, outcome) of the exercise that was changed in each program, in order.

    Full marks are passed; anything less is not.
    """
    assignment = read_manifest(course.manifest)
    exercises = {exercise.name: exercise for exercise in assignment.exercises}
    expected = read_expected(course.outputs, course.hidden_outputs)
    with parents(jobs, Wanted(allow_weak=True)) as pool:
        asked: deque[tuple[Program, Future[list[dict[str, Any]]]]] = deque()
        for program in programs:
            calls = exercises[program.function].calls
            question = job(program.function, [program.text], calls, assignment.limits)
            asked.append((program, pool.submit([question])))
        while asked:
            program, answer = asked.popleft()
            evidence = decode_evidence(answer.result()[0], assignment.limits)
            exercise = exercises[program.function]
            result = judge(exercise, expected, evidence, assignment.tolerance)
            told = [d for case in result.cases for d in case.differences]
            causes = [case.cause for case in result.cases if case.cause]
            passed = result.score == result.max_score
            yield program.name, Outcome(passed, causes[0] if causes else "", tuple(told))
