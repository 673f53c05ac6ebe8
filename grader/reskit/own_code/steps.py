"""The steps of a function: which line makes which layer, and from what; read, and never run."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from reskit.network.operation import BLOCK_KINDS

LONGEST_TEXT = 30_000  # characters of a function; a ResNet-50 written out has 20,000
GIVEN = -1  # stands for the tensor that the function was given
LAYERS = {  # what is called on a tensor after it was made, and what it is in a recording
    **dict.fromkeys(("Conv2D", "Convolution2D"), "Conv2D"),
    "BatchNormalization": "BatchNormalization",
    **dict.fromkeys(("Activation", "ReLU", "LeakyReLU", "ELU", "Softmax"), "Activation"),
    **dict.fromkeys(("Add", "Multiply", "Average", "Maximum", "Concatenate"), "Add"),
    "Subtract": "Add",
    "ZeroPadding2D": "ZeroPadding2D",
    **dict.fromkeys(("MaxPooling2D", "MaxPool2D"), "MaxPooling2D"),
    **dict.fromkeys(
        ("AveragePooling2D", "AvgPool2D", "GlobalAveragePooling2D"), "AveragePooling2D"
    ),
    "Flatten": "Flatten",
    "Dense": "Dense",
    "Dropout": "Dropout",
}
FUNCTIONS = {  # what is called on tensors
    "relu": "Activation",
    "add": "Add",
    "multiply": "Add",
    "concatenate": "Add",
    **{name: name for name in BLOCK_KINDS},
}
NO_STEP = ("Lambda", "Identity")


class UnclearError(Exception):
    """The function is written in a way of which the lines cannot be told for certain."""


@dataclass(frozen=True)
class Step:
    """One layer that a line makes."""

    kind: str  # as in a recording: Conv2D, Activation, identity_block …; or what Python calls it
    first: int  # lines, counted from 1 in the function
    last: int
    inputs: tuple[int, ...]  # numbers of earlier steps, or GIVEN


@dataclass(frozen=True)
class Written:
    """What a function does, step by step."""

    steps: tuple[Step, ...]
    result: int | None  # the step that is given back
    returns: tuple[int, int] | None  # the lines that give it back
    end: tuple[int, int]  # the lines of the last statement


@dataclass(frozen=True)
class _Made:
    """A layer that was made and not called yet."""

    kind: str
    followed: str | None = None  # what it brings along that counts as a layer of its own


Value = int | _Made | list[int] | None


def steps_of(text: str) -> Written:
    """Return the steps of the one function that `text` defines.

    Raises UnclearError for loops, branches and helpers, and for what is not Python.
    """
    if len(text) > LONGEST_TEXT:
        raise UnclearError("it is too long")
    try:
        (function,) = ast.parse(text).body
        if not isinstance(function, ast.FunctionDef):
            raise UnclearError("it is no function")
        return _Reader().read(function)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise UnclearError(str(error)) from error


@dataclass
class _Reader:
    steps: list[Step] = field(default_factory=list)
    names: dict[str, Value] = field(default_factory=dict)
    lines: tuple[int, int] = (1, 1)

    def read(self, function: ast.FunctionDef) -> Written:
        parameters = [*function.args.posonlyargs, *function.args.args]
        if parameters:
            self.names[parameters[0].arg] = GIVEN
        for statement in function.body:
            self.lines = statement.lineno, statement.end_lineno or statement.lineno
            if isinstance(statement, ast.Return):
                value = self.value(statement.value) if statement.value else None
                result = value if isinstance(value, int) else None
                return Written(tuple(self.steps), result, self.lines, self.lines)
            self.statement(statement)
        return Written(tuple(self.steps), None, None, self.lines)

    def statement(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Expr):
            self.value(statement.value)
        elif isinstance(statement, ast.Assign):
            value = self.value(statement.value)
            for target in statement.targets:
                self.bind(target, value)
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            self.bind(statement.target, self.value(statement.value))
        elif isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add):
            left, right = self.value(statement.target), self.value(statement.value)
            self.bind(statement.target, self.sum(left, right))
        elif not isinstance(statement, (ast.Pass, ast.Assert, ast.Import, ast.ImportFrom)):
            raise UnclearError("it has loops, branches or helpers")

    def bind(self, target: ast.expr, value: Value) -> None:
        if isinstance(target, ast.Name):
            self.names[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)) and value is None:
            for each in target.elts:
                self.bind(each, None)
        else:
            raise UnclearError("it stores a tensor where this cannot be followed")

    def value(self, node: ast.expr) -> Value:
        """Return what an expression is, and note the steps that it takes."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id)
        if isinstance(node, (ast.List, ast.Tuple)):
            values = [self.value(each) for each in node.elts]
            tensors = [each for each in values if isinstance(each, int)]
            if tensors and len(tensors) == len(values):
                return tensors
            refuse(values)
            return None
        if isinstance(node, ast.BinOp):
            return self.computed(node)
        if isinstance(node, ast.Call):
            return self.call(node)
        if any(isinstance(part, (ast.Lambda, ast.ListComp, ast.IfExp)) for part in ast.walk(node)):
            raise UnclearError("it has loops, branches or helpers")
        return None

    def computed(self, node: ast.BinOp) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        tensors = [each for each in (left, right) if isinstance(each, int)]
        if len(tensors) == 1 and (_is_number(node.left) or _is_number(node.right)):
            return self.step(type(node.op).__name__, tuple(tensors))
        if isinstance(node.op, ast.Add):
            return self.sum(left, right)
        refuse([left, right])
        return None

    def sum(self, left: Value, right: Value) -> Value:
        if isinstance(left, int) and isinstance(right, int):
            return self.step("Add", (left, right))
        refuse([left, right])
        return None

    def call(self, node: ast.Call) -> Value:
        callee = node.func
        name = callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")
        own = self.names.get(name) if isinstance(callee, ast.Name) else None
        made = self.call(callee) if isinstance(callee, ast.Call) else own
        arguments = [self.value(each) for each in node.args]
        named = {each.arg: self.value(each.value) for each in node.keywords}
        tensors = self.tensors([*arguments, *named.values()])
        if isinstance(made, _Made):
            return self.layer(made, tensors)
        if name == "Input":
            return self.step("Input", ())
        if name in LAYERS and not tensors:
            return _Made(LAYERS[name], _brought_along(node, name))
        if name in FUNCTIONS and tensors:
            return self.step(FUNCTIONS[name], tuple(tensors))
        if name == "Model" and tensors:
            return named["outputs"] if "outputs" in named else tensors[-1]
        if tensors or name in NO_STEP:
            raise UnclearError(f"{name or 'something'} is called on a tensor")
        return None

    def tensors(self, values: Sequence[Value]) -> list[int]:
        found: list[int] = []
        for value in values:
            if isinstance(value, _Made):
                raise UnclearError("a layer is handed on")
            found += value if isinstance(value, list) else [] if value is None else [value]
        return found

    def layer(self, made: _Made, tensors: list[int]) -> Value:
        if not tensors:
            raise UnclearError("a layer is called on what is no tensor")
        number = self.step(made.kind, tuple(tensors))
        return self.step(made.followed, (number,)) if made.followed else number

    def step(self, kind: str, inputs: tuple[int, ...]) -> int:
        self.steps.append(Step(kind, *self.lines, inputs))
        return len(self.steps) - 1


def refuse(values: Sequence[Value]) -> None:
    """Raise UnclearError where one of the values is a tensor or a layer."""
    if any(value is not None for value in values):
        raise UnclearError("a tensor is used where this cannot be followed")


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float))


def _brought_along(node: ast.Call, name: str) -> str | None:
    """Return the kind of the layer that another one brings along, which counts as one of its own.

    A convolution may have an activation among its arguments; a global pooling makes a vector.
    """
    given = {each.arg: each.value for each in node.keywords}
    if name == "GlobalAveragePooling2D":
        return None if "keepdims" in given else "Flatten"
    activation = given.get("activation")
    if activation is None or LAYERS[name] != "Conv2D":
        return None
    is_none = isinstance(activation, ast.Constant) and activation.value in (None, "linear")
    return None if is_none else "Activation"
