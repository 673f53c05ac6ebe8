"""A report read back from its JSON text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from reskit.report import (
    SCHEMA,
    CaseResult,
    Difference,
    ExerciseResult,
    Fault,
    ModelFileResult,
    PretrainedResult,
    Report,
    TableLine,
)


class StoredReportError(Exception):
    """The text is no report of this schema; the message says why."""


def read_report(path: Path) -> Report:
    """Return the report that `path` holds (schema reskit.report/1).

    Raises StoredReportError where the file holds anything else.
    """
    try:
        return report_from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoredReportError(f"{path} holds no report of schema {SCHEMA}: {error!r}") from error


def report_from_dict(raw: dict[str, Any]) -> Report:
    """Return the report that `Report.to_dict` gave; raises ValueError for another schema."""
    if raw["schema"] != SCHEMA:
        raise ValueError(f"its schema is {raw['schema']!r}")
    return Report(
        assignment=raw["assignment"],
        **raw["submission"],
        score=raw["score"],
        max_score=raw["max_score"],
        fault=Fault(**raw["fault"]) if raw["fault"] else None,
        exercises=tuple(result_from_dict(entry) for entry in raw["exercises"]),
        provenance=raw["provenance"],
        model_file=ModelFileResult(**raw["model_file"]) if "model_file" in raw else None,
        pretrained=PretrainedResult(**raw["pretrained"]) if "pretrained" in raw else None,
    )


def result_from_dict(raw: dict[str, Any]) -> ExerciseResult:
    """Return the result of an exercise that `dataclasses.asdict` gave."""
    return ExerciseResult(
        **{
            **raw,
            "cases": tuple(_case(entry) for entry in raw["cases"]),
            "notes": tuple(raw.get("notes", ())),
            "table": tuple(TableLine(**line) for line in raw.get("table", ())),
        }
    )


def _case(raw: dict[str, Any]) -> CaseResult:
    differences = tuple(Difference(**entry) for entry in raw["differences"])
    hints = tuple(raw.get("hints", ()))
    return CaseResult(**{**raw, "differences": differences, "hints": hints})
