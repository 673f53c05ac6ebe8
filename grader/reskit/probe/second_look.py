"""A second look at functions that build nothing: is it the code around them that does the work?

The part of a program that the functions need is cut out and run. Where a function then gives
back its input, or nothing at all, the cut may have been too narrow: the cells that hold it are run
as a whole, once, under the same limits. No right answer, and no training cell, is run twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

Job = dict[str, Any]
Answer = dict[str, Any]


def look_again(
    jobs: Sequence[Job], answers: Sequence[Answer], ask: Callable[[Sequence[Job]], Answer]
) -> list[Answer]:
    """Return the answers, those that build nothing renewed by what the whole cells come to.

    `ask` gives the answer of one child to several jobs of one program. An answer that tells how
    the whole cells ended has {"in_whole_cells": True}.
    """
    found = list(answers)
    idle = [place for place, job in enumerate(jobs) if _builds_nothing(job, answers[place])]
    if not idle:
        return found
    together = ask([{**jobs[place], "in_whole_cells": True} for place in idle])
    lines = _lines(together, [jobs[place] for place in idle])
    for place, line in zip(idle, lines, strict=False):
        found[place] = {**together, "evidence": line, "outcome": "ended"}
    if together["outcome"] != "ended" or not lines:
        for place in idle[len(lines) :]:
            evidence = "" if lines else together["evidence"]  # what is no line of ours is told
            found[place] = {**together, "evidence": evidence, "in_whole_cells": True}
    return found


def _builds_nothing(job: Job, answer: Answer) -> bool:
    evidence: str = answer["evidence"]
    return answer["outcome"] == "ended" and evidence.startswith(_begin(job))


def _begin(job: Job) -> str:
    return json.dumps({"exercise": job["exercise"], "whole": True})[:-1]


def _lines(together: Answer, jobs: Sequence[Job]) -> list[str]:
    """Return the lines of a child that are whole, in order, each of its own job."""
    lines: list[str] = together["evidence"].split("\n")[:-1]
    ordered = len(lines) <= len(jobs) and all(
        line.startswith(_begin(job)) for line, job in zip(lines, jobs, strict=False)
    )
    return lines if ordered else []
