"""Record what the reference builds, through the same probe as a learner, into `outputs/`."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jupytext
import numpy as np

from reskit.course import Course
from reskit.evidence import CallEvidence, decode_evidence
from reskit.grading import job
from reskit.manifest import Assignment, Call, Exercise, read_manifest
from reskit.network.literals import network_to_data
from reskit.network.roles import has_roles
from reskit.network.table import rows
from reskit.network.values import CONSTANT, values_input
from reskit.probe.beginning import Wanted
from reskit.probe.pool import parents
from reskit.recording import read_literals
from reskit.writing import write_text

COMMAND = "reskit record"
LINE = 96  # characters
CLOSE = 1e-3  # recorded values have four decimals; releases of Keras differ by 1e-6


class RecordError(Exception):
    """The reference could not be recorded; the message says which call failed and how."""


def reference_cells(course: Course) -> list[str]:
    """Return the code cells of the course source."""
    notebook = jupytext.read(course.source)
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def record(course: Course) -> list[Path]:
    """Write `outputs/` anew and return the files."""
    written = []
    for path, text in _recordings(course).items():
        write_text(path, text)
        written.append(path)
    return written


def check(course: Course) -> list[str]:
    """Return what differs between the committed recordings and new ones; empty when nothing."""
    problems = []
    for path, text in _recordings(course).items():
        if not path.is_file():
            problems.append(f"{path.name} is missing; run `{COMMAND}`.")
            continue
        fresh = path.with_suffix(".fresh")
        write_text(fresh, text)
        try:
            committed, new = read_literals(path), read_literals(fresh)
        finally:
            fresh.unlink()
        if committed["PROVENANCE"]["source_sha256"] != new["PROVENANCE"]["source_sha256"]:
            problems.append(f"{path.name}: the course source has changed; run `{COMMAND}`.")
        elif not _alike(committed["EXERCISES"], new["EXERCISES"]):
            problems.append(f"{path.name}: the reference builds something else; run `{COMMAND}`.")
    return problems


def _alike(one: Any, other: Any) -> bool:
    """Return whether two recordings agree, numbers within CLOSE."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= CLOSE
    return bool(one == other)


def _recordings(course: Course) -> dict[Path, str]:
    assignment = read_manifest(course.manifest)
    cells = reference_cells(course)
    evidence = _probe(assignment, cells)
    values = _values(assignment, cells)
    return {
        path: _file(course, assignment, evidence, values, visibility)
        for path, visibility in ((course.outputs, "public"), (course.hidden_outputs, "hidden"))
    }


def _probe(assignment: Assignment, cells: list[str]) -> dict[str, dict[str, CallEvidence]]:
    limits = assignment.limits
    found = {}
    with parents(1, Wanted(allow_weak=True)) as pool:
        for exercise in assignment.exercises:
            asked = pool.submit([job(exercise.name, cells, exercise.calls, limits)])
            answer = decode_evidence(asked.result()[0], limits)
            if answer.fault is not None:
                raise RecordError(f"{exercise.name}: {answer.fault.message}")
            for name, call in answer.calls.items():
                if call.raised is not None:
                    raise RecordError(f"{exercise.name}, {name}: {call.raised.message}")
                if not has_roles(call.network):
                    raise RecordError(
                        f"{exercise.name}, {name}: it is neither a block whose two paths meet in "
                        "one addition nor a network of such blocks, and no other kind is known."
                    )
            found[exercise.name] = answer.calls
    return found


def _values(assignment: Assignment, cells: list[str]) -> dict[tuple[str, str], list[Any]]:
    """Return what Keras computes for the calls that have a "values" case."""
    import keras

    from reskit.probe.program import needed, read_program
    from reskit.probe.running import run

    names = [exercise.name for exercise in assignment.exercises]
    space = run(needed(read_program(cells), names), cells)
    computed = {}
    for exercise in assignment.exercises:
        for case in exercise.cases:
            if case.part != "values":
                continue
            arguments = dict(case.call.arguments)
            shape = arguments.pop("input_shape")
            tensor = keras.Input(shape)
            weights = keras.initializers.Constant(CONSTANT)
            result = space.function(exercise.name)(
                tensor,
                **arguments,
                initializer=lambda seed=0, weights=weights: weights,  # noqa: ARG005 - the caller names a seed
            )
            model = keras.Model(tensor, result)
            output = np.array(model(values_input(shape), training=False))
            computed[exercise.name, case.call.name] = output.round(4).tolist()
    return computed


def _file(
    course: Course,
    assignment: Assignment,
    evidence: dict[str, dict[str, CallEvidence]],
    values: dict[tuple[str, str], list[Any]],
    visibility: str,
) -> str:
    exercises = {
        exercise.name: {
            "most_hints": assignment.most_hints,
            **_entry(exercise, evidence[exercise.name], values, visibility),
        }
        for exercise in assignment.exercises
    }
    told = {
        "command": COMMAND,
        "source_sha256": source_hash(course),
        "keras": version("keras"),
        "tensorflow": version("tensorflow"),
        "python": platform.python_version(),
    }
    return (
        f'"""What the reference builds for the {visibility} calls of the exercises.\n\n'
        f"Made from solutions/{assignment.name}/ by `{COMMAND}`; do not edit.\n"
        '"""\n\n'
        f"PROVENANCE = {_literal(told)}\n\n"
        f"EXERCISES = {_literal(exercises)}\n"
    )


def _literal(value: Any, indent: str = "") -> str:
    """Return the value as Python text, one entry a line where it does not fit on one."""
    flat = repr(value)
    if len(flat) + len(indent) <= LINE or not isinstance(value, (dict, list)):
        return flat
    inner = indent + "    "
    if isinstance(value, dict):
        entries = [f"{key!r}: {_literal(entry, inner)}" for key, entry in value.items()]
        return "{\n" + "".join(f"{inner}{entry},\n" for entry in entries) + indent + "}"
    entries = [_literal(entry, inner) for entry in value]
    return "[\n" + "".join(f"{inner}{entry},\n" for entry in entries) + indent + "]"


def source_hash(course: Course) -> str:
    """Return the SHA-256 over what a recording is made from, as its provenance keeps it."""
    digest = hashlib.sha256()
    for path in (course.source, course.manifest):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _entry(
    exercise: Exercise,
    evidence: dict[str, CallEvidence],
    values: dict[tuple[str, str], list[Any]],
    visibility: str,
) -> dict[str, Any]:
    return {
        "signature": exercise.signature,
        "about": exercise.about,
        "cases": [
            {"name": case.name, "call": case.call.name, "part": case.part, "hint": case.hint}
            for case in exercise.cases
            if case.visibility == visibility
        ],
        "calls": [
            _call(exercise.name, call, evidence[call.name], values)
            for call in _of(exercise.calls, visibility)
        ],
    }


def _of(calls: Iterable[Call], visibility: str) -> list[Call]:
    return [call for call in calls if call.visibility == visibility]


def _call(
    exercise: str, call: Call, evidence: CallEvidence, values: dict[tuple[str, str], list[Any]]
) -> dict[str, Any]:
    network = evidence.network
    entry = {
        "name": call.name,
        "arguments": call.arguments,
        "shape": list((network.operations[network.outputs[0]].shape or ())[1:]),
        "table": rows(network),
        "network": network_to_data(network),
    }
    if (exercise, call.name) in values:
        entry["values"] = {"initializer": CONSTANT, "result": values[exercise, call.name]}
    return entry
