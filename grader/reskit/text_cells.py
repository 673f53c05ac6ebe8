"""Code that stands in text cells: it is not run, and a learner who put it there is told so."""

from __future__ import annotations

import re
from dataclasses import replace

from reskit.report import ExerciseResult, Fault
from reskit.submission import Submission

IN_TEXT = "A text cell of the notebook holds Python code: make it a code cell."
NOTE = (
    "A text cell of the notebook defines {name}. It was not run; make it a code cell if it counts."
)


def with_place(fault: Fault | None, submission: Submission) -> Fault | None:
    """Add where the code may be, when a text cell holds what no code cell does."""
    missing = fault is not None and fault.kind == "missing_function"
    if fault and missing and any("def " in text for text in submission.texts):
        return Fault(fault.kind, f"{fault.message} {IN_TEXT}")
    return fault


def noted(result: ExerciseResult, submission: Submission) -> ExerciseResult:
    """Add to an exercise that earned nothing that a text cell defines its function."""
    definition = re.compile(rf"^def {re.escape(result.name)}\b", re.MULTILINE)
    if result.score or not any(definition.search(text) for text in submission.texts):
        return result
    return replace(result, notes=(*result.notes, NOTE.format(name=result.name)))
