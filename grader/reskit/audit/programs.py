"""The programs of an audit: the reference, changed by one edit, by two, or in its words alone."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import jupytext

from reskit.audit.operators import Accepted, Edit, edits
from reskit.audit.steps import Body, read_body

SEED = 20151210  # the day the paper on residual networks appeared (arXiv 1512.03385)
FUNCTION = re.compile(r"def (\w+)\(")


@dataclass(frozen=True)
class Program:
    """One variant of the reference: wrong in a known way, or right in another form."""

    name: str
    function: str  # the one that was changed
    text: str
    kind: str  # "one edit", "two edits", "equivalent"
    operator: str
    accepted: tuple[tuple[Accepted, ...], ...] = ()  # for each edit, what may be said of it
    alone: tuple[Program, ...] = ()  # of two edits, the programs with only one of them


@dataclass(frozen=True)
class Reference:
    """The reference as text, function by function."""

    imports: str
    functions: dict[str, str]

    def program(self, function: str, text: str) -> str:
        """Return the whole reference with one function replaced."""
        return "\n\n".join([self.imports, *({**self.functions, function: text}).values()])

    @property
    def text(self) -> str:
        """Return the whole reference as one text."""
        return "\n\n".join([self.imports, *self.functions.values()])

    def body(self, function: str) -> Body:
        """Return one function as steps."""
        (node,) = ast.parse(self.functions[function]).body
        assert isinstance(node, ast.FunctionDef)
        return read_body(node)


def read_reference(source: Path, functions: Iterable[str]) -> Reference:
    """Return the reference from the course source: its Keras imports and the named functions."""
    cells = [cell.source for cell in jupytext.read(source).cells if cell.cell_type == "code"]
    imports = next(cell for cell in cells if re.search(r"^import keras", cell, re.M))
    found = {}
    for cell in cells:
        match = FUNCTION.search(cell)
        if match and match[1] in functions and cell.startswith("def "):
            found[match[1]] = cell
    return Reference(imports, {name: found[name] for name in functions})


def one_edit(reference: Reference) -> list[Program]:
    """Return the program of every edit; edits that give one text are one program."""
    programs: dict[str, Program] = {}
    for function in reference.functions:
        body = reference.body(function)
        for edit in edits(body):
            program = _edited(reference, function, body, edit)
            programs.setdefault(program.text, program)
    return list(programs.values())


def _edited(reference: Reference, function: str, body: Body, edit: Edit) -> Program:
    text = reference.program(function, edit.apply(body).text())
    name = f"{function}: {edit.name}"
    return Program(name, function, text, "one edit", edit.operator, (edit.accepted,))


COMBINED = ("drop", "insert", "swap", "rewire", "setting", "layer", "duplicate")


def two_edits(reference: Reference, count: int, seed: int = SEED) -> list[Program]:
    """Return `count` programs with two edits each, drawn evenly from the functions.

    Two edits are taken together when they are at different places, when neither hides the other
    (both places matter to the result afterwards), and when they are not one move: a layer left
    out here and put in there.
    """
    draw = random.Random(seed)
    chosen: list[Program] = []
    for function in reference.functions:
        body = reference.body(function)
        possible = [edit for edit in edits(body) if edit.operator in COMBINED]
        by_operator = {
            name: [edit for edit in possible if edit.operator == name] for name in COMBINED
        }
        wanted = -(-count // len(reference.functions))
        found: dict[str, Program] = {}
        while len(found) < wanted:
            first, second = (draw.choice(by_operator[draw.choice(COMBINED)]) for _ in range(2))
            text = _together(body, first, second)
            if text is not None:
                found.setdefault(
                    text,
                    Program(
                        f"{function}: {first.name}, {second.name}",
                        function,
                        reference.program(function, text),
                        "two edits",
                        f"{first.operator} and {second.operator}",
                        (first.accepted, second.accepted),
                        tuple(_edited(reference, function, body, e) for e in (first, second)),
                    ),
                )
        chosen += found.values()
    return chosen[:count]


def _together(body: Body, first: Edit, second: Edit) -> str | None:
    """Return the text with both edits, None where they are not two mistakes of their own."""
    if (first.places | _neighbours(body, first)) & second.places or _one_stage(first, second):
        return None
    changed = second.apply(first.apply(body))
    live = changed.live() | {"input"}
    if not all(edit.shows <= live for edit in (first, second)):
        return None
    if any(_moves(body, changed, one, other) for one, other in ((first, second), (second, first))):
        return None
    return changed.text()


def _neighbours(body: Body, edit: Edit) -> frozenset[str]:
    """Return the roles next to the places of an edit."""
    found: set[str] = set()
    for step in body.steps:
        if step.role in edit.places:
            found.update(step.inputs)
        elif edit.places & set(step.inputs):
            found.add(step.role)
    return frozenset(found - {"input"})


def _one_stage(first: Edit, second: Edit) -> bool:
    """Return whether both edits change the order or number of the blocks of one stage."""
    stages = [
        {role.split(".")[0] for role in edit.places if role.startswith("stage")}
        for edit in (first, second)
    ]
    return bool(stages[0] & stages[1]) and "setting" not in (first.operator, second.operator)


def _moves(body: Body, changed: Body, one: Edit, other: Edit) -> bool:
    """Return whether one edit puts in a layer of a class that the other takes out of use."""
    if one.operator not in ("insert", "duplicate"):
        return False
    put_in = {step.layer for step in changed.steps if step.role in one.shows}
    lost = {step.layer for step in body.steps if step.role not in changed.live()}
    return other.operator in ("drop", "rewire") and bool(put_in & lost)


def sampled(programs: Sequence[Program], every: int) -> list[Program]:
    """Return one program in `every`, evenly over functions and operators."""
    ordered = sorted(programs, key=lambda program: (program.function, program.operator))
    return ordered[::every]
