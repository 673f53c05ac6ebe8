"""What functions look like, whatever their names are called: a process that only parses.

It reads what a stranger wrote, so it stands apart, as the slicer does: source that breaks or hangs
the parser breaks only this process. Nothing is run.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from reskit.probe.frames import receive, send
from reskit.probe.limits import set_limits
from reskit.probe.program import read_program

Function = ast.FunctionDef | ast.AsyncFunctionDef

LONGEST_TOKEN = 40  # characters of a constant that take part
MEMORY_MIB, CPU_SECONDS = 2048, 3600  # of the process, for a whole class
MOST_TOKENS = 20_000  # of one function; a solution has some hundred
MOST_LINES = 80  # of a function that is shown
LONGEST_INTEGER, LONGEST_FLOAT = 4, 6  # digits; a longer one may be the number of a student
WORD = re.compile(r"\w+")
SKIPPED = (ast.expr_context, ast.type_ignore)


def outlines(cells: Sequence[str], names: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    """Return {function: {"tokens", "words"}} for those of `names` that are defined.

    Tokens are the nodes of the syntax tree in their order: names that the function itself gives
    are all one, docstrings and annotations are left out. Words are all names and strings.
    """
    return {
        name: {"tokens": tokens(found), "words": sorted(set(words(found)))}
        for name, found in _functions(cells, names).items()
    }


def shown(cells: Sequence[str], name: str, kept: Collection[str]) -> str | None:
    """Return a function's source, with every word that is not `kept` put out of sight.

    Comments, docstrings and annotations are gone. None where there is no such function.
    """
    found = _functions(cells, [name]).get(name)
    if found is None:
        return None
    _hide(found, frozenset(kept) | {name})
    lines = ast.unparse(found).split("\n")
    more = [f"    # … {len(lines) - MOST_LINES} more lines"] if len(lines) > MOST_LINES else []
    return "\n".join(lines[:MOST_LINES] + more)


def _functions(cells: Sequence[str], names: Sequence[str]) -> dict[str, Function]:
    """Return the functions of these names; of two with one name the last, as in a kernel."""
    found: dict[str, Function] = {}
    for statement in read_program(cells).statements:
        if isinstance(statement.node, Function) and statement.node.name in names:
            found[statement.node.name] = statement.node
    for function in found.values():
        _bare(function)
    return found


def _bare(function: Function) -> None:
    """Take out of a function what says something to people alone."""
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, Function):
            node.returns = None
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list) and block:
                kept = [_plain(each) for each in block if not _is_for_people(each)]
                setattr(node, field, kept or [ast.Pass()])


def _is_for_people(node: ast.stmt) -> bool:
    """Return whether a statement does nothing: a text, or an annotation without a value."""
    if isinstance(node, ast.AnnAssign):
        return node.value is None
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _plain(node: ast.stmt) -> ast.stmt:
    """Return an assignment without its annotation, any other statement as it is."""
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return ast.copy_location(ast.Assign([node.target], node.value), node)
    return node


def tokens(function: Function) -> list[str]:
    """Return the nodes of a function in their order, as words that do not tell its own names."""
    own = set(_own_names(function))
    told: list[str] = []
    open_ends: list[ast.AST] = [function]
    while open_ends and len(told) < MOST_TOKENS:
        node = open_ends.pop()
        told.append(_token(node, own))
        inner = [child for child in ast.iter_child_nodes(node) if not isinstance(child, SKIPPED)]
        open_ends.extend(reversed(inner))
    return told


def _token(node: ast.AST, own: Collection[str]) -> str:
    if isinstance(node, ast.Name):
        return "name" if node.id in own else f"name {node.id}"
    if isinstance(node, ast.Attribute):
        return f"attribute {node.attr}"
    if isinstance(node, ast.keyword):
        return f"keyword {node.arg}"
    if isinstance(node, ast.Constant):
        return f"constant {node.value!r:.{LONGEST_TOKEN}}"
    return type(node).__name__


def _own_names(function: Function) -> Iterator[str]:
    """Yield the names that a function, or what is nested in it, gives a value."""
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.ExceptHandler):
            yield from [node.name] if node.name else []
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from [node.name] if node is not function else []


def words(function: Function) -> Iterator[str]:
    """Yield each word that stands in the names and strings of a function."""
    for node in ast.walk(function):
        for _, text in _texts(node):
            yield from WORD.findall(text)


def _texts(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield (field, text) of a node: names of any kind, and strings."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield "value", node.value
        return
    for field, value in ast.iter_fields(node):
        if isinstance(value, str):
            yield field, value
        elif isinstance(value, list):
            yield from ((field, each) for each in value if isinstance(each, str))


def _hide(function: Function, kept: frozenset[str]) -> None:
    """Give names that are not kept another one, and take strings and long numbers away."""
    given: dict[str, str] = {}

    def other(text: str) -> str:
        def name(match: re.Match[str]) -> str:
            word = match.group()
            return word if word in kept else given.setdefault(word, f"name{len(given) + 1}")

        return WORD.sub(name, text)

    for node in ast.walk(function):
        if isinstance(node, ast.Constant):
            node.value = _constant(node.value, kept)
            continue
        for field, value in ast.iter_fields(node):
            if isinstance(value, str):
                setattr(node, field, other(value))
            elif isinstance(value, list) and value and all(isinstance(v, str) for v in value):
                setattr(node, field, [other(each) for each in value])


def _constant(value: Any, kept: frozenset[str]) -> Any:
    if isinstance(value, str):
        return value if all(word in kept for word in WORD.findall(value)) else "…"
    if isinstance(value, bytes):
        return b""
    if isinstance(value, int) and abs(value) >= 10**LONGEST_INTEGER:
        return 0
    if isinstance(value, (float, complex)):
        digits = sum(sign.isdecimal() for sign in repr(value).partition("e")[0])
        return value if digits <= LONGEST_FLOAT else 0.0
    return value


def main() -> None:
    """Answer programs from standard input until it ends."""
    set_limits(MEMORY_MIB, CPU_SECONDS)
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while (question := receive(asked)) is not None:
        send(answers, _answer(question))


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    try:
        if "kept" in question:
            return {"code": shown(question["cells"], question["name"], question["kept"])}
        return {"functions": outlines(question["cells"], question["names"])}
    except Exception:  # whatever the parser says of a program that cannot be read
        return {"code": None, "functions": {}}


if __name__ == "__main__":
    main()
