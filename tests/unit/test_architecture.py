"""Which room may know of which: the import rules of the kit."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import reskit

PACKAGE = Path(reskit.__file__).parent
TREES = {
    "reskit." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts): ast.parse(
        path.read_text(encoding="utf-8")
    )
    for path in sorted(PACKAGE.rglob("*.py"))
}
WITH_KERAS = {
    f"reskit.network.{name}"
    for name in ("own_layers", "recorder", "tracing", "stand_ins", "building", "checking")
}
TRUSTED = (
    "judge",
    "evidence",
    "report",
    "submission",
    "manifest",
    "recording",
    "grading",
    "examiner",
    "collection",
)
FORBIDDEN = {"keras", "tensorflow", "nbgrader", "nbformat", "nbconvert", "jupytext", "rich"}
WITH_NBGRADER = ("reskit.nbgrader_", "reskit.release", "reskit.demo")
HARMLESS_CALLS = {
    *("dataclass", "field", "frozenset", "re.compile", "struct.Struct", "Path"),
    *("tuple", "Unicode", "Bool", "TypeVar", "dict.fromkeys"),
    *("Step", "Setting"),  # plain values of the audit's tables
}


def imported(tree: ast.AST) -> set[str]:
    """Return the modules that a module imports, anywhere in it, by their full names."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "the kit imports by full names"
            module = node.module or ""
            inner = {f"{module}.{alias.name}" for alias in node.names}
            found |= (inner & TREES.keys()) or {module}
    return found


def packages(names: set[str]) -> set[str]:
    """Return the packages that modules belong to, Python's own left out."""
    return {name.split(".")[0] for name in names} - sys.stdlib_module_names


def reached(start: str) -> set[str]:
    """Return all that a module imports, and what the kit's modules among them import in turn."""
    found: set[str] = set()
    open_ends = [start]
    while open_ends:
        name = open_ends.pop()
        for other in imported(TREES[name]) - found:
            found.add(other)
            if other in TREES:
                open_ends.append(other)
    return found


def of_room(prefix: str) -> list[str]:
    """Return the modules whose names begin with `prefix`."""
    return [name for name in TREES if name.startswith(prefix)]


@pytest.mark.parametrize("name", of_room("reskit.network."))
def test_networks_know_keras_and_numpy_alone(name: str) -> None:
    """What goes into the learners' folder needs NumPy, and Keras only where networks are built."""
    names = imported(TREES[name])

    kit = {each for each in names if each.startswith("reskit")}
    allowed = {"numpy", "reskit"} | ({"keras"} if name in WITH_KERAS else set())

    assert packages(names) - allowed == set()
    assert [each for each in kit if not each.startswith("reskit.network.")] == []


@pytest.mark.parametrize("name", TRUSTED)
def test_judging_knows_neither_keras_nor_a_front(name: str) -> None:
    """What reads, judges and reports imports no Keras and no front, not even at a remove."""
    found = packages(reached(f"reskit.{name}"))

    assert found & FORBIDDEN == set()


def test_nbgrader_stays_at_the_rim() -> None:
    """Only the modules that are nbgrader's front, the release and the demo import nbgrader."""
    found = [
        name
        for name, tree in TREES.items()
        if "nbgrader" in packages(imported(tree)) and not name.startswith(WITH_NBGRADER)
    ]

    assert found == []


@pytest.mark.parametrize("name", of_room("reskit.render."))
def test_rendering_knows_reports_alone(name: str) -> None:
    """What turns reports into pages neither runs code nor knows nbgrader."""
    found = reached(name)

    assert packages(found) & (FORBIDDEN - {"rich"}) == set()
    assert [each for each in found if each.startswith("reskit.probe")] == []


@pytest.mark.parametrize(
    "name", [*of_room("reskit.class_report."), *of_room("reskit.exports."), "reskit.class_command"]
)
def test_reports_on_a_class_parse_nothing_of_a_learner(name: str) -> None:
    """What a class comes to is told in trusted processes: sources are parsed in another one."""
    found = reached(name)

    assert (
        found & {"reskit.probe.program", "reskit.probe.structure", "reskit.probe.slicer"} == set()
    )
    assert "ast" not in imported(TREES[name])
    assert packages(found) & (FORBIDDEN - {"rich"}) == set()


@pytest.mark.parametrize("name", of_room("reskit.probe."))
def test_probe_knows_nothing_of_answers(name: str) -> None:
    """What runs near a learner's code knows no expected value, no judge and no report."""
    secret = {f"reskit.{each}" for each in ("judge", "recording", "manifest", "report", "course")}

    found = reached(name)

    assert found & secret == set()
    assert packages(found) & {"nbgrader", "rich"} == set()


@pytest.mark.parametrize("name", of_room("reskit.weights."))
def test_model_files_are_never_loaded_by_keras(name: str) -> None:
    """What reads and runs model files can make no object of them: it does not know Keras."""
    assert packages(reached(name)) & FORBIDDEN == set()


def test_reader_knows_nothing_of_answers() -> None:
    """The process that parses a stranger's file holds no expected value, judge or report."""
    names = ("judge", "recording", "manifest", "report", "course", "weights.evaluation")
    found = reached("reskit.weights.reader")

    assert found & {f"reskit.{each}" for each in names} == set()
    assert packages(found) <= {"reskit", "numpy", "h5py", "PIL"}


def work_at_import(body: list[ast.stmt]) -> Iterator[ast.Call]:
    """Yield the calls that are made while a module is imported."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            parts: list[ast.AST] = [*node.decorator_list, *node.args.defaults]
            parts += [default for default in node.args.kw_defaults if default is not None]
        elif isinstance(node, ast.ClassDef):
            parts = [*node.decorator_list, *node.bases, *node.keywords]
            yield from work_at_import(node.body)
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'":
            continue
        else:
            parts = [node]
        while parts:
            part = parts.pop()
            if isinstance(part, ast.Lambda):
                continue
            if isinstance(part, ast.Call):
                yield part
            parts.extend(ast.iter_child_nodes(part))


@pytest.mark.parametrize("name", TREES)
def test_importing_does_no_work(name: str) -> None:
    """A module that is imported defines things; it reads, starts and changes nothing."""
    calls = [ast.unparse(call.func) for call in work_at_import(TREES[name].body)]

    work = [call for call in calls if call not in HARMLESS_CALLS]

    assert [call for call in work if not call.endswith((".split", ").tag"))] == []


def test_nothing_is_pickled_or_evaluated() -> None:
    """Nothing that could run what a learner wrote, or make it ready, is used outside the probe."""
    dangerous = {"eval", "exec", "compile", "__import__"}
    found = [
        (name, node.func.id)
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in dangerous
        and not name.startswith("reskit.probe.")
    ]
    pickling = [
        name
        for name, tree in TREES.items()
        if imported(tree) & {"pickle", "cloudpickle", "dill", "marshal", "shelve"}
    ]

    assert (found, pickling) == ([], [])
