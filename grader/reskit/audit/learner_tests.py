"""The public tests on many programs, run as a learner runs them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from reskit.audit.outcome import Outcome
from reskit.audit.worker import PROGRAM_SECONDS, answers, child_command
from reskit.course import Course
from reskit.network.difference import Difference


def learner_tests(
    course: Course,
    programs: Mapping[str, tuple[str, str]],
    seconds: float = PROGRAM_SECONDS,
) -> Iterator[tuple[str, Outcome]]:
    """Yield (name, outcome) of the public test of one function of each program.

    `programs` is {name: (function, text)}. The tests lie in a folder with what learners receive
    for them, and nothing else: public_tests.py, test_utils.py, outputs.py. A program that crashes
    or takes longer than `seconds` has not passed.
    """
    messages = {
        name: {"function": function, "text": text} for name, (function, text) in programs.items()
    }
    with tempfile.TemporaryDirectory(prefix="reskit-audit-") as temporary:
        folder = Path(temporary)
        for file in (*course.public_tests.glob("*.py"), course.outputs):
            (folder / file.name).write_bytes(file.read_bytes())
        with closing(answers(child_command("learner"), folder, messages, seconds)) as told:
            for name, answer in told:
                yield name, _outcome(answer)


def _outcome(answer: Mapping[str, Any]) -> Outcome:
    if "lost" in answer:
        return Outcome(False, answer["lost"])
    differences = tuple(Difference(**each) for each in answer["differences"])
    return Outcome(answer["passed"], answer["said"], differences)
