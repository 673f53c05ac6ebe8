"""Drawings for a feedback page: the reference networks, with what differs marked."""

from __future__ import annotations

from collections.abc import Mapping

from reskit.network.boxes import marks
from reskit.network.drawing import drawing
from reskit.network.roles import name_roles
from reskit.recording import Expected
from reskit.report import ExerciseResult, Report


def drawings(report: Report, expected: Mapping[tuple[str, str], Expected]) -> dict[str, str]:
    """Return {exercise: SVG} for each exercise in which a public case shows a difference.

    `expected` are the recordings of the public calls; of hidden cases nothing is drawn.
    """
    return {
        exercise.name: svg for exercise in report.exercises if (svg := _drawn(exercise, expected))
    }


def _drawn(exercise: ExerciseResult, expected: Mapping[tuple[str, str], Expected]) -> str:
    found = [
        difference
        for case in exercise.cases
        if case.visibility == "public"
        for difference in case.differences
        if difference.kind != "value"
    ]
    networks = [each.network for (name, _), each in expected.items() if name == exercise.name]
    if not found or not networks:
        return ""
    return drawing(networks[0], name_roles(networks[0]), marks(found))
