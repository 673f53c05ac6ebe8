"""The part of a notebook that the three functions need; training cells are not in it."""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAGIC = re.compile(r"^(\s*)([%!?].*|.*\?\s*|[\w, ]+=\s*[!%].*)$")
CELL_MAGICS_WITH_PYTHON = ("%%time", "%%capture", "%%timeit", "%%prun")
DEFINITION = re.compile(r"^(def|class|@|from|import)\b|^@")
SYNTAX_WORDS = (  # what differs between releases of Python, and lines counted from another start
    (re.compile(r"^f-string: (?=invalid syntax)"), ""),
    (
        re.compile(r"^f-string: empty expression.*"),
        "f-string: valid expression required before '}'",
    ),
    (re.compile(r"^unterminated f-string"), "unterminated string"),
    (
        re.compile(r"^non-default argument.*"),
        "parameter without a default follows one with a default",
    ),
    (re.compile(r"^parameter without.*"), "parameter without a default follows one with a default"),
    (re.compile(r" \(detected at line \d+\)$"), ""),
)


@dataclass(frozen=True)
class Statement:
    """One top-level statement and the code cell (counted from 1) that it stands in."""

    node: ast.stmt
    cell: int

    @property
    def is_definition(self) -> bool:
        """Return whether running it only makes names known: def, class, import."""
        return isinstance(
            self.node,
            (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom),
        )


@dataclass(frozen=True)
class BrokenCode:
    """A piece of a cell that is not Python."""

    cell: int
    line: int
    message: str
    text: str  # the line that could not be read
    names: tuple[str, ...]  # the functions it would have defined


@dataclass(frozen=True)
class Program:
    """Every statement of a notebook, in order, and what could not be read."""

    statements: tuple[Statement, ...]
    broken: tuple[BrokenCode, ...]


def read_program(cells: Iterable[str]) -> Program:
    """Return the statements of code cells; magics are dropped, unreadable code is told."""
    statements: list[Statement] = []
    broken: list[BrokenCode] = []
    for number, source in enumerate(cells, start=1):
        for piece, first_line, read in _pieces(source):
            if isinstance(read, Exception):
                broken.append(_broken(number, piece, first_line, read))
                continue
            ast.increment_lineno(read, first_line)
            statements.extend(Statement(node, number) for node in read.body)
    return Program(tuple(statements), tuple(broken))


def _pieces(source: str) -> Iterator[tuple[str, int, ast.Module | Exception]]:
    """Yield (text, lines before it, what it reads as): the cell, or its definitions one by one."""
    if source.lstrip().startswith("%%"):
        if not source.lstrip().startswith(CELL_MAGICS_WITH_PYTHON):
            return
        head, _, rest = source.partition("\n")
        source = "\n" * (head.count("\n") + 1) + rest
    read = _read(source)
    if isinstance(read, Exception):
        source = "\n".join(MAGIC.sub(r"\1pass", line) for line in source.split("\n"))
        read = _read(source)
    if not isinstance(read, Exception):
        yield source, 0, read
        return
    piece: list[str] = []
    start = 0
    for number, line in enumerate(source.split("\n")):
        after_decorator = bool(piece) and piece[-1].startswith("@")
        if DEFINITION.match(line) and piece and not after_decorator:
            yield _piece(piece, start)
            piece, start = [], number
        piece.append(line)
    yield _piece(piece, start)


def _piece(lines: list[str], start: int) -> tuple[str, int, ast.Module | Exception]:
    text = "\n".join(lines)
    return text, start, _read(text)


def _read(source: str) -> ast.Module | Exception:
    """Return the source as a tree, or why it is not Python."""
    try:
        tree = ast.parse(source)
        compile(tree, "cell", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return error
    return tree


def _broken(cell: int, piece: str, first_line: int, error: Exception) -> BrokenCode:
    line = (getattr(error, "lineno", None) or 1) + first_line
    told = piece.split("\n")[line - first_line - 1 : line - first_line]
    text = told[0] if told else getattr(error, "text", None) or ""
    message = str(getattr(error, "msg", None) or str(error) or type(error).__name__)
    for pattern, words in SYNTAX_WORDS:
        message = pattern.sub(words, message)
    names = tuple(re.findall(r"^def\s+(\w+)", piece, flags=re.MULTILINE))
    return BrokenCode(cell, line, message[:200], text.rstrip()[:200], names)


def names_bound(node: ast.stmt) -> set[str]:
    """Return the global names that a statement gives a value; {"*"} for a star import."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    bound: set[str] = set()
    open_ends: list[ast.AST] = [node]
    while open_ends:
        part = open_ends.pop()
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(part.name)
            continue
        if isinstance(part, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp)):
            continue
        if isinstance(part, (ast.Import, ast.ImportFrom)):
            bound |= names_bound(part)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            bound.add(part.id)
        open_ends.extend(ast.iter_child_nodes(part))
    return bound


def names_changed(node: ast.stmt) -> set[str]:
    """Return the names whose value a statement changes in place: `a[0] = 1`, `a.append(1)`."""
    if isinstance(node, (ast.Assign, ast.AugAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        places = [
            target for target in targets if isinstance(target, (ast.Subscript, ast.Attribute))
        ]
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        places = [node.value.func] if isinstance(node.value.func, ast.Attribute) else []
    else:
        places = []
    return {base for place in places if (base := _base(place)) is not None}


def _base(place: ast.expr) -> str | None:
    while isinstance(place, (ast.Subscript, ast.Attribute)):
        place = place.value
    return place.id if isinstance(place, ast.Name) else None


def names_used(node: ast.stmt) -> set[str]:
    """Return the global names that a statement reads, now or when a function in it is called."""
    module = symtable.symtable(ast.unparse(node), "cell", "exec")
    used: set[str] = set()
    tables = [module]
    while tables:
        table = tables.pop()
        tables.extend(table.get_children())
        for symbol in table.get_symbols():
            if symbol.is_global() or (table is module and symbol.is_referenced()):
                used.add(symbol.get_name())
    return used


def needed(
    program: Program, roots: Iterable[str], all_roots: Iterable[str] = ()
) -> list[Statement]:
    """Return the statements that the functions `roots` need, in the order of the notebook.

    Definitions and imports count wherever they stand; other statements when they stand before
    the last of the roots, or of `all_roots`, are a plain constant, or are the only ones to give
    the name a value.
    """
    statements = program.statements
    bound = [names_bound(statement.node) for statement in statements]
    roots = set(roots)
    ends = roots | {*all_roots}
    last = max((place for place, names in enumerate(bound) if names & ends), default=-1)
    chosen = {place for place, names in enumerate(bound) if "*" in names}
    wanted, done = list(roots), set()
    while wanted:
        name = wanted.pop()
        if name in done:
            continue
        done.add(name)
        for place in _binders(statements, bound, name, last):
            if place not in chosen:
                chosen.add(place)
                wanted.extend(names_used(statements[place].node))
    return [statements[place] for place in sorted(chosen)]


def with_their_cells(program: Program, statements: Iterable[Statement]) -> list[Statement]:
    """Return all statements of the cells in which `statements` stand, in the order of the notebook.

    A cell is what a learner runs at once; a training cell holds nothing that a function needs.
    """
    cells = {statement.cell for statement in statements}
    return [statement for statement in program.statements if statement.cell in cells]


def _binders(
    statements: tuple[Statement, ...], bound: list[set[str]], name: str, last: int
) -> list[int]:
    binders = [place for place, names in enumerate(bound) if name in names]
    kept = [
        place
        for place in binders
        if statements[place].is_definition or place <= last or _is_constant(statements[place].node)
    ]
    kept = kept or binders[:1]
    imported = any(
        isinstance(statements[place].node, (ast.Import, ast.ImportFrom)) for place in kept
    )
    if kept and not imported:
        kept += [
            place
            for place in range(last)
            if place > kept[0] and name in names_changed(statements[place].node)
        ]
    return kept


def _is_constant(node: ast.stmt) -> bool:
    if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
        return False
    try:
        ast.literal_eval(node.value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True
