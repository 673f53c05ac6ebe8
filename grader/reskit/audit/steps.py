"""A function of the reference as a list of steps, which operators can change and write out again.

Each step has a name of its own for its result, so that a step can be dropped, moved or wired to
any earlier result without a thought about which variable holds what.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from reskit.network.operation import BLOCK_KINDS
from reskit.network.roles import short_name

SHORTCUT = "X_shortcut"


@dataclass(frozen=True)
class Step:
    """One layer or block: what it is made with, and what it is called on. All as source text."""

    role: str  # "main.conv2", "stage1.block1"
    layer: str  # "Conv2D", "identity_block"
    arguments: tuple[str, ...]
    settings: Mapping[str, str]
    inputs: tuple[str, ...]  # roles of the steps that it takes in
    call: Mapping[str, str] = field(default_factory=dict)  # keywords of the call on its inputs
    owner: str | None = None  # the role whose layer is used a second time
    form: str = ""  # another way of writing it: {x} is its input, {first} and {second} two of them

    def with_setting(self, name: str, value: str | None) -> Step:
        """Return the step with one keyword set, or without it where `value` is None."""
        settings = {key: text for key, text in self.settings.items() if key != name}
        return replace(self, settings=settings if value is None else {**settings, name: value})

    def with_argument(self, place: int, value: str) -> Step:
        """Return the step with another text in one of its positional arguments."""
        arguments = [*self.arguments]
        arguments[place] = value
        return replace(self, arguments=tuple(arguments))


@dataclass(frozen=True)
class Body:
    """One function: its head, what stands before the first step, the steps, what it gives back."""

    name: str
    head: str  # "def identity_block(X, f, filters, initializer=random_uniform):"
    prologue: tuple[str, ...]
    steps: tuple[Step, ...]
    result: str  # the role that is given back
    ending: str  # "return {x}"

    def place(self, role: str) -> int:
        """Return the position of the step with this role."""
        return next(n for n, step in enumerate(self.steps) if step.role == role)

    def step(self, role: str) -> Step:
        """Return the step with this role."""
        return self.steps[self.place(role)]

    def live(self) -> frozenset[str]:
        """Return the roles that the result depends on."""
        sources = {step.role: step.inputs for step in self.steps}
        found: set[str] = set()
        ends = [self.result]
        while ends:
            role = ends.pop()
            if role not in found:
                found.add(role)
                ends.extend(sources.get(role, ()))
        return frozenset(found)

    def with_step(self, step: Step) -> Body:
        """Return the body with the step of the same role replaced."""
        place = self.place(step.role)
        return replace(self, steps=(*self.steps[:place], step, *self.steps[place + 1 :]))

    def without(self, role: str) -> Body:
        """Return the body without a step; what used it takes in the step's first input."""
        step = self.step(role)
        before = step.inputs[0]
        kept = [
            replace(other, inputs=_renamed(other.inputs, role, before))
            for other in self.steps
            if other.role != role
        ]
        result = before if self.result == role else self.result
        return replace(self, steps=tuple(kept), result=result)

    def inserted(self, after: str, step: Step) -> Body:
        """Return the body with a step on the result of `after`, in front of all that used it."""
        place = 0 if after == "input" else self.place(after) + 1
        moved = [
            replace(other, inputs=_renamed(other.inputs, after, step.role))
            for other in self.steps[place:]
        ]
        result = step.role if self.result == after else self.result
        return replace(self, steps=(*self.steps[:place], step, *moved), result=result)

    def text(self) -> str:
        """Return the function as Python text."""
        lines = [self.head, *(f"    {line}" for line in self.prologue)]
        shared = {step.owner for step in self.steps if step.owner}
        for step in self.steps:
            lines += [f"    {line}" for line in _written(step, step.role in shared, self.name)]
        lines.append("    " + self.ending.format(x=_variable(self.result, self.name)))
        return "\n".join(lines) + "\n"


def _renamed(inputs: Sequence[str], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if source == old else source for source in inputs)


def _variable(role: str, function: str) -> str:
    if role == "input":
        return "X" if function in BLOCK_KINDS else "X_input"
    return "x_" + role.replace(".", "_")


def _written(step: Step, shared: bool, function: str) -> list[str]:
    target = _variable(step.role, function)
    inputs = [_variable(source, function) for source in step.inputs]
    given = inputs[0] if len(inputs) == 1 and step.layer not in MERGES else f"[{', '.join(inputs)}]"
    if step.form:
        named = {"x": given, "first": inputs[0], "second": inputs[-1]}
        filled = re.sub(r"\{(\w+)\}", lambda match: named[match[1]], step.form)
        return [f"{target} = {filled}"]
    options = [*step.arguments, *(f"{name}={text}" for name, text in step.settings.items())]
    if step.layer in BLOCK_KINDS:
        return [f"{target} = {step.layer}({', '.join([given, *options])})"]
    call = ", ".join([given, *(f"{name}={text}" for name, text in step.call.items())])
    if step.owner:
        return [f"{target} = layer_{_variable(step.owner, function)}({call})"]
    made = f"layers.{step.layer}({', '.join(options)})"
    if shared:
        return [f"layer_{target} = {made}", f"{target} = layer_{target}({call})"]
    return [f"{target} = {made}({call})"]


MERGES = ("Add", "Multiply", "Subtract", "Average", "Maximum", "Minimum", "Concatenate")


def read_body(function: ast.FunctionDef) -> Body:
    """Return the body of a function that is written as the reference is: one layer a line.

    Raises ValueError for a line that is neither a layer, a block, an input nor a plain copy.
    """
    name = function.name
    head = ast.unparse(function).split("\n")[0]
    prologue: list[str] = []
    steps: list[tuple[str, Step]] = []  # with the variable it was assigned to
    holds = {"X": "input"}
    number = 0
    ending, result = "return {x}", ""
    for statement in function.body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        value = getattr(statement, "value", None)
        if isinstance(statement, ast.Return) and not _is_step(value):
            ending, used = _ending(value)
            result = holds[used]
        elif not _is_step(value):
            target = ast.unparse(statement.targets[0]) if isinstance(statement, ast.Assign) else ""
            if isinstance(value, ast.Name) and value.id in holds:
                holds[target] = holds[value.id]
            else:
                prologue.append(ast.unparse(statement))
                if "Input(" in prologue[-1]:
                    holds[target] = "input"
        else:
            assert isinstance(value, ast.Call)
            target = "" if isinstance(statement, ast.Return) else ast.unparse(statement.targets[0])  # type: ignore[attr-defined]
            key = f"#{number}"
            number += 1
            steps.append((target, _read_step(key, value, holds)))
            holds[target] = key
            if isinstance(statement, ast.Return):
                result = key
    roles = _roles(steps)
    named = [
        replace(step, role=roles[step.role], inputs=tuple(roles.get(s, s) for s in step.inputs))
        for _, step in steps
    ]
    return Body(name, head, tuple(prologue), tuple(named), roles[result], ending)


def _is_step(value: ast.expr | None) -> bool:
    if not isinstance(value, ast.Call):
        return False
    if isinstance(value.func, ast.Name):
        return value.func.id in BLOCK_KINDS
    return isinstance(value.func, ast.Call)


def _read_step(key: str, value: ast.Call, holds: Mapping[str, str]) -> Step:
    if isinstance(value.func, ast.Name):  # a block
        source, *arguments = value.args
        return Step(
            key,
            value.func.id,
            tuple(map(ast.unparse, arguments)),
            {str(keyword.arg): ast.unparse(keyword.value) for keyword in value.keywords},
            (holds[ast.unparse(source)],),
        )
    made = value.func
    assert isinstance(made, ast.Call)
    (given,) = value.args
    sources = given.elts if isinstance(given, ast.List) else [given]
    return Step(
        key,
        ast.unparse(made.func).rpartition(".")[2],
        tuple(map(ast.unparse, made.args)),
        {str(keyword.arg): ast.unparse(keyword.value) for keyword in made.keywords},
        tuple(holds[ast.unparse(source)] for source in sources),
    )


def _ending(value: ast.expr | None) -> tuple[str, str]:
    """Return the last line with {x} for what it gives back, and that variable."""
    if isinstance(value, ast.Name):
        return "return {x}", value.id
    assert isinstance(value, ast.Call)
    keywords = {keyword.arg: ast.unparse(keyword.value) for keyword in value.keywords}
    used = keywords["outputs"]
    text = ast.unparse(value).replace(f"outputs={used}", "outputs={x}")
    return f"return {text}", used


def _roles(steps: Sequence[tuple[str, Step]]) -> dict[str, str]:
    """Return {key of a step: role}, by where the step stands in the text."""
    roles = {"input": "input"}
    if any(step.layer in BLOCK_KINDS for _, step in steps):
        stage = block = 0
        for _, step in steps:
            if step.layer == "convolutional_block":
                stage, block = stage + 1, 0
            if step.layer in BLOCK_KINDS:
                block += 1
                roles[step.role] = f"stage{stage}.block{block}"
            else:
                roles[step.role] = f"{'head' if stage else 'stem'}.{short_name(step.layer)}"
        return roles
    counts: Counter[str] = Counter()
    added = False
    for target, step in steps:
        word = short_name(step.layer)
        if step.layer == "Add":
            added = True
        if added:
            roles[step.role] = word
        elif target == SHORTCUT:
            roles[step.role] = f"shortcut.{word}"
        else:
            counts[word] += 1
            roles[step.role] = f"main.{word}{counts[word]}"
    return roles
