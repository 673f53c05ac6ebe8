"""Run an audit: every test on every program, going on where an earlier run was ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from reskit.audit.baselines import BASELINES, baselines
from reskit.audit.figures import Figures, figures
from reskit.audit.learner_tests import learner_tests
from reskit.audit.outcome import Outcome
from reskit.audit.outcomes import Outcomes
from reskit.audit.plan import Plan
from reskit.audit.programs import Program
from reskit.audit.true_verdicts import same_as_reference
from reskit.audit.verdicts import verdicts
from reskit.course import Course
from reskit.manifest import read_manifest

JUDGE, PUBLIC, TRUTH = "judge", "public tests", "Keras's own numbers"
Progress = Callable[[str, int, int], None]  # what is running, how many are done, of how many


@dataclass(frozen=True)
class Audit:
    """What an audit came to."""

    counts: dict[str, int]  # programs by kind
    same: tuple[str, ...]  # one-edit and two-edit programs that build the reference's network
    figures: tuple[Figures, ...]

    @property
    def reached(self) -> bool:
        """Return whether the judge and the public tests meet the bars."""
        return all(each.reached for each in self.figures if each.test in (JUDGE, PUBLIC))


def audit(course: Course, plan: Plan, known: Outcomes, jobs: int, progress: Progress) -> Audit:
    """Return the audit's figures; what `known` holds is not run again.

    Raises ProbeError or WorkerError when a process of ours fails: that is no program's fault.
    """
    exercises = read_manifest(course.manifest).exercises
    calls = {exercise.name: [call.arguments for call in exercise.calls] for exercise in exercises}
    public = {
        exercise.name: [call.arguments for call in exercise.calls if call.visibility == "public"]
        for exercise in exercises
    }
    wrong = _edited(plan)
    right = plan.reference.text
    steps: tuple[tuple[str, Sequence[Program], Callable[[Sequence[Program]], Found]], ...] = (
        (JUDGE, plan.programs, lambda left: _one(JUDGE, verdicts(course, left, jobs))),
        (PUBLIC, plan.programs, lambda left: _one(PUBLIC, learner_tests(course, _named(left)))),
        (TRUTH, wrong, lambda left: _truth(same_as_reference(_named(left), right, calls))),
        (BASELINES[0], plan.for_baselines,
         lambda left: baselines(_named(left), right, public)),
    )  # fmt: skip
    for test, programs, ask in steps:
        left = [program for program in programs if known.known(test, program) is None]
        by_name = {program.name: program for program in left}
        progress(test, len(programs) - len(left), len(programs))
        for number, (name, outcomes) in enumerate(ask(left) if left else (), start=1):
            for told, outcome in outcomes.items():
                known.add(told, by_name[name], outcome)
            progress(test, len(programs) - len(left) + number, len(programs))
    return _summed_up(plan, known)


Found = Iterator[tuple[str, dict[str, Outcome]]]


def _named(programs: Sequence[Program]) -> dict[str, tuple[str, str]]:
    return {program.name: (program.function, program.text) for program in programs}


def _one(test: str, found: Iterator[tuple[str, Outcome]]) -> Found:
    for name, outcome in found:
        yield name, {test: outcome}


def _truth(found: Iterator[tuple[str, bool]]) -> Found:
    for name, same in found:
        yield name, {TRUTH: Outcome(same)}


def _edited(plan: Plan) -> list[Program]:
    """Return the programs with edits, those with one edit of a pair among them."""
    programs = [program for program in plan.programs if program.kind != "equivalent"]
    alone = [one for program in programs for one in program.alone]
    return list({program.name: program for program in (*programs, *alone)}.values())


def _summed_up(plan: Plan, known: Outcomes) -> Audit:
    programs = {program.name: program for program in plan.programs}
    truth = known.of(TRUTH, {program.name: program for program in _edited(plan)})
    right = {name: True for name, program in programs.items() if program.kind == "equivalent"}
    right |= {name: outcome.passed for name, outcome in truth.items()}
    few = {program.name: program for program in plan.for_baselines}
    found = [
        figures(test, plan.programs, right, known.of(test, programs)) for test in (JUDGE, PUBLIC)
    ]
    for test in BASELINES:
        outcomes = known.of(test, few)
        found.append(figures(test, plan.programs, right, outcomes, diagnoses=False))
    outcomes = known.of(JUDGE, few)
    found.append(figures(f"{JUDGE}, on the baselines' programs", list(few.values()), right,
                         outcomes, diagnoses=False))  # fmt: skip
    counts: dict[str, int] = {}
    for program in plan.programs:
        counts[program.kind] = counts.get(program.kind, 0) + 1
    same = [name for name in truth if right[name] and name in programs]
    return Audit(counts, tuple(same), tuple(found))
