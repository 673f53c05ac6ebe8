"""What the reference produced, as it lies in `outputs/`: literals, read and never executed."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reskit.manifest import Exercise
from reskit.network.literals import network_from_data
from reskit.network.operation import Network


class RecordingError(Exception):
    """The recordings are not those of the manifest; the message says what to do."""


@dataclass(frozen=True)
class Expected:
    """What the reference built for one call."""

    network: Network
    values: dict[str, Any] | None  # under constant weights, for the calls that have them


def read_literals(path: Path) -> dict[str, Any]:
    """Return the module-level names of a file of literals."""
    found: dict[str, Any] = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = ast.literal_eval(node.value)
    return found


def read_expected(
    *paths: Path, exercises: Iterable[Exercise] = ()
) -> dict[tuple[str, str], Expected]:
    """Return {(exercise, call): expected} from the recordings at `paths`.

    Raises RecordingError where a call of the `exercises` is not among them.
    """
    found = {
        (exercise, call["name"]): Expected(network_from_data(call["network"]), call.get("values"))
        for path in paths
        for exercise, entry in read_literals(path)["EXERCISES"].items()
        for call in entry["calls"]
    }
    for exercise in exercises:
        for call in exercise.calls:
            if (exercise.name, call.name) not in found:
                raise RecordingError(
                    f"{exercise.name}: the call {call.name!r} is in exercise.toml and was never "
                    "recorded; run `reskit record`."
                )
    return found
