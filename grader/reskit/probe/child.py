"""The child: shuts itself in, runs exercises of one submission, sends its evidence, ends."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from difflib import get_close_matches
from typing import Any

import keras

from reskit.network.building import build
from reskit.probe.fingerprint import fingerprint
from reskit.probe.prints import begin_call
from reskit.probe.program import (
    Program,
    names_bound,
    needed,
    read_program,
    with_their_cells,
)
from reskit.probe.running import Namespace, run, told
from reskit.probe.shutting_in import shut_in
from reskit.probe.surroundings import Surroundings

EXERCISES = ("identity_block", "convolutional_block", "ResNet50")


def answers(jobs: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the evidence for each exercise: {"fault": …} or {"calls": […]}.

    All jobs are of one program, which is read and run once: the part of it that they need, or,
    where that was asked for, the whole of the cells in which this stands. What depends on more
    than that part, as evidence that builds nothing does, says so with {"whole": true}.
    An exercise that changes Keras is the last one.
    """
    cells, in_whole_cells = jobs[0]["cells"], bool(jobs[0].get("in_whole_cells"))
    program = read_program(cells)
    # An exercise that is run alone needs no other function that may have been its undoing.
    exercises = tuple(dict.fromkeys((*EXERCISES, *(job["exercise"] for job in jobs))))
    roots = [jobs[0]["exercise"]] if len(jobs) == 1 else exercises
    statements = needed(program, roots, exercises)
    their_cells = {statement.cell for statement in statements}
    broken = [piece for piece in program.broken if piece.cell in their_cells]
    space = run(with_their_cells(program, statements) if in_whole_cells else statements, cells)
    before = fingerprint()
    for job in jobs:
        evidence = _answer(job, program, space)
        if in_whole_cells and broken and _builds_nothing(evidence):
            evidence = {"fault": {"kind": "syntax_error", **asdict(broken[0])}}
        whole = {"whole": True} if in_whole_cells or _builds_nothing(evidence) else {}
        yield {"exercise": job["exercise"], **whole, **evidence}
        if fingerprint() != before:
            return


def _builds_nothing(evidence: dict[str, Any]) -> bool:
    """Return whether every call came to its end without a layer: a function of no effect."""
    return "calls" in evidence and all(
        call["error"] is None and all(node["op"] == "InputLayer" for node in call["graph"]["nodes"])
        for call in evidence["calls"]
    )


def _answer(job: dict[str, Any], program: Program, space: Namespace) -> dict[str, Any]:
    exercise = job["exercise"]
    slice_is_enough = True
    if space.function(exercise) is None and _may_be_found_by_running(program, exercise, space):
        whole = run(program.statements, job["cells"])
        slice_is_enough = whole.function(exercise) is None
        space = space if slice_is_enough else whole
    function = space.function(exercise)
    if function is None:
        return {"fault": _why_missing(exercise, program, space)}
    with keras.StatelessScope(initialize_variables=False):
        return {
            "calls": [_call(exercise, function, entry) for entry in job["calls"]],
            **({} if slice_is_enough else {"whole": True}),
        }


def went_well(evidence: dict[str, Any]) -> bool:
    """Return whether nothing was raised, so that nothing can have come from what ran before."""
    return "calls" in evidence and all(call["error"] is None for call in evidence["calls"])


def _may_be_found_by_running(program: Program, exercise: str, space: Namespace) -> bool:
    """Return whether running the cells in order may define what the slice did not."""
    broken = any(exercise in piece.names for piece in program.broken)
    return not broken and any(isinstance(error, NameError) for error, _ in space.errors)


def _why_missing(exercise: str, program: Program, space: Namespace) -> dict[str, Any]:
    for piece in program.broken:
        if exercise in piece.names:
            return {"kind": "syntax_error", **asdict(piece)}
    for error, cell in space.errors:
        if getattr(error, "name", None) == exercise:
            continue
        details = told(error, cell)
        return {
            "kind": "import_error" if isinstance(error, ImportError) else "exception",
            **details,
        }
    if program.broken:
        return {"kind": "syntax_error", **asdict(program.broken[0])}
    return {"kind": "missing_function", "message": no_such_function(exercise, program)}


SHORT_NAMES = {  # by which the functions are often called, without underscores
    "identity_block": ("idblock", "identity"),
    "convolutional_block": ("convblock", "convolutionblock", "convolutional"),
    "ResNet50": ("resnet", "resnet50model", "buildresnet50", "buildresnet", "createmodel"),
}


def no_such_function(exercise: str, program: Program) -> str:
    """Return that a function is missing, and which one may be meant by another name."""
    message = f"There is no function called {exercise}."
    inside = [
        statement.node.name
        for statement in program.statements
        if isinstance(statement.node, (ast.ClassDef, ast.FunctionDef))
        and any(getattr(each, "name", None) == exercise for each in statement.node.body)
    ]
    if inside:
        return f"{message} There is one inside {inside[0]}: it should stand by itself."
    written = {
        name.lower().replace("_", ""): name
        for statement in program.statements
        if isinstance(statement.node, ast.FunctionDef)
        for name in names_bound(statement.node) - {*EXERCISES}
    }
    whole = exercise.lower().replace("_", "")
    likely = [name for name in SHORT_NAMES.get(exercise, ()) if name in written]
    for alike in likely or get_close_matches(whole, written, n=1, cutoff=0.7):
        return f"{message} There is one called {written[alike]}: if it is meant, rename it."
    return message


def _call(exercise: str, function: Any, call: dict[str, Any]) -> dict[str, Any]:
    begin_call(exercise, call["name"])
    built = build(exercise, function, call["arguments"])
    return {
        "name": call["name"],
        "returned": built.returned,
        "error": None if built.error is None else told(built.error),
        "training": built.training,
        "takes_initializer": built.takes_initializer,
        "default_initializer": built.default_initializer,
        "graph": built.graph.to_data(),
    }


def live(
    jobs: Sequence[dict[str, Any]], evidence_pipe: int, output_pipe: int, around: Surroundings
) -> None:
    """Be the child: send a line of evidence for each job, as far as that goes well; end.

    Where a job after the first does not go well, it is for a child of its own to say so.
    """
    status, sent = 1, 0
    try:
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.dup2(output_pipe, 1)
        os.dup2(output_pipe, 2)
        limits = jobs[0]
        shut_in(int(limits["memory_mib"]), int(limits["cpu_seconds"]), (evidence_pipe,), around)
        # What Python and Keras say beside a learner's own words differs from release to release.
        warnings.simplefilter("ignore")
        sys.unraisablehook = lambda _: None
        for evidence in answers(jobs):
            if sent and not (went_well(evidence) or jobs[0].get("in_whole_cells")):
                break
            _send(evidence_pipe, evidence)
            sent += 1
        sys.stdout.flush()
        status = 0
    except MemoryError:
        status = 3
    except BaseException as error:
        with contextlib.suppress(BaseException):
            if sent == 0:
                _send(evidence_pipe, {"fault": {"kind": "exception", **told(error)}})
            status = 0
    finally:
        os._exit(status)


def _send(pipe: int, evidence: dict[str, Any]) -> None:
    line = json.dumps(evidence).encode() + b"\n"
    while line:
        line = line[os.write(pipe, line) :]
