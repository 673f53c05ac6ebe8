"""Two ways in which such code is often tested, run on the same programs as the judge.

The layer table compares what `model.summary()` tells and a little more, row by row. The seeded
values compare a few numbers that the function's own seeded initializers lead to, with those of
the reference in the same environment. Both are written from a description of common practice, in
its strongest reading: every layer's activation is looked at, values are taken in inference and in
training mode, also of the whole network, and the seed of all else is set before each program.
Older forms of the functions are called with what their signature takes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from reskit.audit.outcome import Outcome
from reskit.audit.worker import PROGRAM_SECONDS, WorkerError, answers, child_command

TABLE, VALUES = "layer table", "seeded values"
BASELINES = (TABLE, VALUES)
Calls = Mapping[str, Sequence[Mapping[str, Any]]]


def baselines(
    programs: Mapping[str, tuple[str, str]],
    reference: str,
    calls: Calls,
    seconds: float = PROGRAM_SECONDS,
) -> Iterator[tuple[str, dict[str, Outcome]]]:
    """Yield (name, {baseline: outcome}) of one function of each program.

    `programs` is {name: (function, text)}, `reference` the text of the right program, `calls`
    {function: the arguments of each call}, as the manifest has them. A program that
    crashes or takes longer than `seconds` has not passed. Raises WorkerError when the reference
    itself cannot be looked at.
    """
    functions = dict.fromkeys(function for function, _ in programs.values())
    asked = {f"reference: {function}": (function, reference) for function in functions}
    messages = {
        name: {
            "function": function,
            "text": text,
            "calls": [dict(call) for call in calls[function]],
        }
        for name, (function, text) in {**asked, **programs}.items()
    }
    with (
        tempfile.TemporaryDirectory(prefix="reskit-audit-") as folder,
        closing(answers(child_command("baselines"), Path(folder), messages, seconds)) as told,
    ):
        right = {function: _seen_of_reference(*next(told)) for function in functions}
        for name, answer in told:
            expected = right[programs[name][0]]
            yield name, {baseline: _outcome(baseline, answer, expected) for baseline in BASELINES}


def _seen_of_reference(name: str, answer: Mapping[str, Any]) -> Any:
    if "lost" in answer or any(seen["error"] for seen in answer["seen"]):
        raise WorkerError(f"{name} cannot be looked at: {answer}")
    return answer["seen"]


def _outcome(baseline: str, answer: Mapping[str, Any], expected: Any) -> Outcome:
    if "lost" in answer:
        return Outcome(False, answer["lost"])
    return outcome(baseline, answer["seen"], expected)


def outcome(
    baseline: str, received: Sequence[Mapping[str, Any]], expected: Sequence[Mapping[str, Any]]
) -> Outcome:
    """Return what a baseline says of what was seen in each call, beside the reference's."""
    key = "table" if baseline == TABLE else "values"
    compare: Callable[[Any, Any], str] = rows_differ if baseline == TABLE else values_differ
    for mine, right in zip(received, expected, strict=True):
        said = mine["error"] if mine[key] is None else compare(mine[key], right[key])
        if said:
            return Outcome(False, said)
    return Outcome(True)


def rows_differ(received: Sequence[Any], expected: Sequence[Any]) -> str:
    """Return where two layer tables first differ, "" when they do not; a missing row differs."""
    for place, (mine, right) in enumerate(zip_longest(received, expected), start=1):
        if mine != right:
            return f"row {place}: expected {_shown(right)}, received {_shown(mine)}"
    return ""


def _shown(row: Any) -> str:
    return "no row" if row is None else str(row)


def values_differ(
    received: Mapping[str, Sequence[float]], expected: Mapping[str, Sequence[float]]
) -> str:
    """Return in which mode numbers differ, by the default tolerance of NumPy; "" in none."""
    for mode, numbers in expected.items():
        mine, right = np.array(received[mode]), np.array(numbers)
        if mine.shape != right.shape:
            return f"{mode}: expected {right.size} numbers, received {mine.size}"
        far = ~np.isclose(mine, right)
        if far.any():
            place = int(far.argmax())
            return f"{mode}: expected {right[place]:.6g}, received {mine[place]:.6g}"
    return ""
