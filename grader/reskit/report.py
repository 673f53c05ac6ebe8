"""The report: what one submission earned, and why."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from reskit.network.difference import Difference
from reskit.network.table import TableLine

SCHEMA = "reskit.report/1"
SEEN_BEFORE = "What was found in the cases before shows here too."  # the hint of such a case

__all__ = [
    "SCHEMA",
    "SEEN_BEFORE",
    "CaseResult",
    "Difference",
    "ExerciseResult",
    "Fault",
    "ModelFileResult",
    "PretrainedResult",
    "Report",
    "TableLine",
]


@dataclass(frozen=True)
class Fault:
    """Why something could not run."""

    kind: str  # one of the contract's fault kinds
    message: str


@dataclass(frozen=True)
class CaseResult:
    """What one case of an exercise earned."""

    name: str
    visibility: str  # public, hidden
    status: str  # passed, failed, not_run
    score: float
    max_score: float
    cause: str | None = None
    hint: str | None = None  # the first of the hints
    differences: tuple[Difference, ...] = ()
    hints: tuple[str, ...] = ()  # each tells more than the one before


@dataclass(frozen=True)
class ExerciseResult:
    """What one of the learner's functions earned."""

    name: str
    score: float
    max_score: float
    status: str  # passed, failed, not_run
    cases: tuple[CaseResult, ...]
    notes: tuple[str, ...] = ()  # what was met and is not judged
    table: tuple[TableLine, ...] = ()  # the layer tables side by side, where they differ
    printed: str = ""  # by the public calls, cleaned and cut


@dataclass(frozen=True)
class ModelFileResult:
    """What a model file earned that was handed in beside the notebook."""

    name: str
    status: str  # passed, failed, not_run
    score: float
    max_score: float
    threshold: float  # the accuracy from which on it earns its points
    accuracy: float | None = None  # on the test images
    loss: float | None = None
    cause: str | None = None  # why it did not run


@dataclass(frozen=True)
class PretrainedResult:
    """What the pre-trained weights came to in the learner's ResNet50."""

    how: str | None  # graph: it follows from equal graphs; numbers: computed; None: neither
    same: bool | None  # whether accuracy and loss are the reference's
    accuracy: float | None  # on the test images
    loss: float | None
    expected_accuracy: float
    expected_loss: float
    message: str


@dataclass(frozen=True)
class Report:
    """All that is said about one submission."""

    assignment: str
    path: str
    student: str
    sha256: str | None
    score: float
    max_score: float
    fault: Fault | None
    exercises: tuple[ExerciseResult, ...]
    provenance: dict[str, str] = field(default_factory=dict)
    model_file: ModelFileResult | None = None  # where the manifest asks for one
    pretrained: PretrainedResult | None = None  # the same

    def to_dict(self) -> dict[str, Any]:
        """Return the report in the contract's layout (schema reskit.report/1)."""
        asked = {"model_file": self.model_file, "pretrained": self.pretrained}
        return {
            "schema": SCHEMA,
            "assignment": self.assignment,
            "submission": {"path": self.path, "student": self.student, "sha256": self.sha256},
            "score": self.score,
            "max_score": self.max_score,
            "fault": asdict(self.fault) if self.fault else None,
            "exercises": [_told(exercise) for exercise in self.exercises],
            **{name: asdict(value) for name, value in asked.items() if value is not None},
            "provenance": self.provenance,
        }

    def to_json(self, indent: int | None = None) -> str:
        """Return the report as JSON text with stable bytes; it always has a UTF-8 form."""
        text = json.dumps(self.to_dict(), indent=indent, ensure_ascii=False, default=list)
        return text.encode("utf-8", "replace").decode("utf-8")


def _told(exercise: ExerciseResult) -> dict[str, Any]:
    """Return the exercise as the report tells it; what was printed only where something was."""
    told = asdict(exercise)
    if not exercise.printed:
        del told["printed"]
    return told
