"""Functions that build nothing are looked at again, in their whole cells, and only these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from reskit.probe.program import needed, read_program, with_their_cells
from reskit.probe.second_look import look_again

NAMES = ("identity_block", "convolutional_block", "ResNet50")
JOBS = [{"exercise": name} for name in NAMES]


def line(name: str, told: str, *, whole: bool = True) -> str:
    """A line of evidence as a child writes it."""
    marked = '"whole": true, ' if whole else ""
    return f'{{"exercise": "{name}", {marked}"calls": "{told}"}}'


def ended(evidence: str) -> dict[str, Any]:
    """The answer of a child that came to its end."""
    return {"evidence": evidence, "printed": "", "outcome": "ended"}


class Child:
    """Stands where a child is asked: remembers the jobs, gives one answer."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.asked: list[Any] = []
        self._answer = answer

    def __call__(self, jobs: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Return the answer."""
        self.asked.append(list(jobs))
        return self._answer


def test_answers_that_build_something_are_kept() -> None:
    """A right submission, or one that raises, costs no second look."""
    answers = [ended(line(name, "built", whole=False)) for name in NAMES]
    answers[1] = {"evidence": "", "printed": "", "outcome": "timeout"}
    child = Child(ended(""))

    assert look_again(JOBS, answers, child) == answers
    assert child.asked == []


def test_only_what_builds_nothing_is_asked_again_and_renewed() -> None:
    """The others keep the answer that they have."""
    answers = [
        ended(line(NAMES[0], "nothing")),
        ended(line(NAMES[1], "built", whole=False)),
        ended(line(NAMES[2], "nothing")),
    ]
    again = [line(NAMES[0], "built"), line(NAMES[2], "nothing")]
    child = Child(ended("\n".join(again) + "\n"))

    found = look_again(JOBS, answers, child)

    assert [job["exercise"] for job in child.asked[0]] == [NAMES[0], NAMES[2]]
    assert all(job["in_whole_cells"] for job in child.asked[0])
    assert [answer["evidence"] for answer in found] == [again[0], answers[1]["evidence"], again[1]]


@pytest.mark.parametrize("outcome", ["timeout", "crash", "memory", "output_limit"])
def test_cell_that_does_not_end_well_is_told(outcome: str) -> None:
    """A loop around a function of no effect is a timeout: once, and for each that waits for it."""
    answers = [ended(line(name, "nothing")) for name in NAMES]
    child = Child({"evidence": "", "printed": "so far", "outcome": outcome})

    found = look_again(JOBS, answers, child)

    expected = {"evidence": "", "printed": "so far", "outcome": outcome, "in_whole_cells": True}
    assert found == [expected] * 3
    assert len(child.asked) == 1


def test_what_came_before_the_end_counts() -> None:
    """A line that was written before a crash is evidence, as it is without a second look."""
    answers = [ended(line(name, "nothing")) for name in NAMES]
    child = Child({**ended(line(NAMES[0], "built") + "\n"), "outcome": "crash"})

    found = look_again(JOBS, answers, child)

    assert [answer["outcome"] for answer in found] == ["ended", "crash", "crash"]


def test_lines_of_others_count_as_none() -> None:
    """Lines that are too many, or in another order, are not the child's own: they are told."""
    answers = [ended(line(name, "nothing")) for name in NAMES]
    child = Child(ended(line(NAMES[1], "forged") + "\n"))

    found = look_again(JOBS, answers, child)

    assert [answer["evidence"] for answer in found] == [line(NAMES[1], "forged") + "\n"] * 3


def test_whole_cells_are_those_that_hold_what_is_needed() -> None:
    """What stands beside a function in its cell is run with it; a training cell is not."""
    cells = ["import keras\nx = 1\n", "print(x)\ndef f():\n    return keras\nprint(f)", "train()"]
    program = read_program(cells)

    found = with_their_cells(program, needed(program, ["f"]))

    assert [(each.cell, type(each.node).__name__) for each in found] == [
        *((1, "Import"), (1, "Assign")),
        *((2, "Expr"), (2, "FunctionDef"), (2, "Expr")),
    ]


def test_a_function_that_is_made_last_by_an_assignment_counts() -> None:
    """`identity_block = better_block` at the very end is what the learner's program has."""
    program = read_program(["def f(): ...\ndef g(): ...\nf = g\n"])

    assert len(needed(program, ["f"])) == 3


def test_an_exercise_alone_needs_no_other_one() -> None:
    """A loop in the decorator of one function is not run for the others."""
    program = read_program(["n = 3\n@forever()\ndef f(): ...\ndef g():\n    return n\nn = n + 1\n"])

    alone = needed(program, ["g"], ["f", "g"])

    assert [type(each.node).__name__ for each in alone] == ["Assign", "FunctionDef"]
