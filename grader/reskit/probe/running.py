"""Run the statements of a program, one by one, and give the functions they define."""

from __future__ import annotations

import ast
import contextlib
import linecache
import traceback
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from reskit.network.failures import steady
from reskit.probe.program import Statement, names_bound
from reskit.probe.vanished import is_unfit, old_form, replacement

LONGEST_MESSAGE = 1_200
MOST_LOOKED_AT = 10_000  # characters of an exception


class Absent:
    """Stands for something that could not be imported; using it says so."""

    def __init__(self, name: str, reason: str) -> None:
        self.__dict__["_told"] = f"{name} could not be imported: {reason}"

    def _tell(self, *_: Any, **__: Any) -> Any:
        raise ImportError(self.__dict__["_told"])

    __call__ = __getattr__ = __getitem__ = __iter__ = _tell


@dataclass
class Namespace:
    """The global names of a learner's program, and what went wrong while they were made."""

    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "learner"})
    errors: list[tuple[BaseException, int]] = field(default_factory=list)  # with the cell

    def function(self, name: str) -> Any:
        """Return the function called `name`, None where there is none."""
        found = self.names.get(name)
        return found if callable(found) and not isinstance(found, Absent) else None


def run(statements: Iterable[Statement], sources: list[str]) -> Namespace:
    """Run `statements` in order; one that raises is noted, and the next one runs."""
    space = Namespace()
    for number, source in enumerate(sources, start=1):
        lines = [line + "\n" for line in source.split("\n")]
        linecache.cache[f"cell {number}"] = (len(source), None, lines, f"cell {number}")
    for statement in statements:
        try:
            if isinstance(statement.node, (ast.Import, ast.ImportFrom)):
                _import(statement.node, statement.cell, space.names)
            else:
                _execute(statement.node, statement.cell, space.names)
        except (Exception, SystemExit) as error:
            space.errors.append((error, statement.cell))
    return space


def _execute(node: ast.stmt, cell: int, names: dict[str, Any]) -> None:
    exec(compile(ast.Module([node], []), f"cell {cell}", "exec"), names)


def _import(node: ast.Import | ast.ImportFrom, cell: int, names: dict[str, Any]) -> None:
    """Import name by name; what is not there becomes an Absent, and costs nothing unless used."""
    for alias in node.names:
        single = ast.copy_location(_with_only(node, alias), node)
        module = getattr(node, "module", None) or ""
        whole = f"{module}.{alias.name}" if module else alias.name
        try:
            if is_unfit(whole):
                raise ImportError(whole)
            _execute(ast.fix_missing_locations(single), cell, names)
        except Exception as error:  # an old module may raise anything while it is imported
            if alias.name == "*":
                names.update(_usual_names())
                continue
            if isinstance(node, ast.Import) and _import_top(alias, cell, names):
                continue
            for bound in names_bound(single):
                names[bound] = Absent(alias.name, replacement(whole) or _first_line(error))


def _import_top(alias: ast.alias, cell: int, names: dict[str, Any]) -> bool:
    """Import `keras` where `import keras.engine` failed: the name it binds is there."""
    top, _, rest = alias.name.partition(".")
    if not rest or alias.asname:
        return False
    with contextlib.suppress(Exception):
        _execute(ast.parse(f"import {top}").body[0], cell, names)
        return True
    return False


def _with_only(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> ast.Import | ast.ImportFrom:
    if isinstance(node, ast.Import):
        return ast.Import([alias])
    return ast.ImportFrom(node.module, [alias], node.level)


def _usual_names() -> dict[str, Any]:
    """Return what a star import of the course's own modules has always brought along."""
    import math
    import os

    import h5py
    import keras
    import numpy
    import tensorflow

    return {
        "np": numpy,
        "tf": tensorflow,
        "tensorflow": tensorflow,
        "keras": keras,
        "BatchNormalization": keras.layers.BatchNormalization,
        "h5py": h5py,
        "math": math,
        "os": os,
    }


def _first_line(error: BaseException) -> str:
    return (steady(str(error)).split("\n") or [""])[0][:200]


def told(error: BaseException, cell: int | None = None) -> dict[str, Any]:
    """Return what a report says of an exception: type, message, cell, line and its text.

    The place is the innermost one in the learner's own cells; our frames and Keras's are left
    out.
    """
    place: dict[str, Any] = {"cell": cell, "line": None, "text": None}
    source = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.startswith("cell "):
            source = _source(frame)
            place = {
                "cell": int(frame.filename.removeprefix("cell ")),
                "line": frame.lineno,
                "text": (frame.line or "").strip()[:200],
            }
    message = old_form(error, source) or steady(str(error)[:MOST_LOOKED_AT])
    message += _meant(error)
    message = message.replace(str(Path.home()), "~")  # it is another one each time
    return {
        "type": type(error).__name__[:80],
        "message": message[:LONGEST_MESSAGE],
        **place,
    }


def _meant(error: BaseException) -> str:
    """Return " Did you mean …?" for a name that is not defined and much like one that is."""
    name = error.name if isinstance(error, NameError) else None
    if not isinstance(name, str) or error.__traceback__ is None:
        return ""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    known = [each for each in (*frame.f_locals, *frame.f_globals) if not each.startswith("_")]
    found = get_close_matches(name, known, n=1, cutoff=0.7)
    return f". Did you mean {found[0]}?" if found else ""


def _source(frame: traceback.FrameSummary) -> str:
    """Return the learner's text of the call in a frame, which may take several lines."""
    first, last = frame.lineno or 1, frame.end_lineno or frame.lineno or 1
    return "".join(linecache.getlines(frame.filename)[first - 1 : last])
