"""The learners' test_utils.py is made from the grader's own modules and stands alone."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from pathlib import Path

import pytest

from reskit import bundle as module
from reskit.bundle import MODULES, BundleError, bundle, bundle_tools
from reskit.course import find_course


def names_defined(tree: ast.Module) -> list[str]:
    """Return the names that a module defines at its top level, with repetitions."""
    found: list[str] = []
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.append(node.name)
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        found += [target.id for target in targets if isinstance(target, ast.Name)]
    return found


def packages_imported(tree: ast.AST) -> set[str]:
    """Return the packages that a module imports anywhere."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


def test_committed_file_is_what_the_bundle_gives() -> None:
    """The file that learners receive is the one made from the grader, to the letter."""
    committed = (find_course().public_tests / "test_utils.py").read_text(encoding="utf-8")

    assert committed == bundle()


def test_bundle_is_the_same_every_time() -> None:
    """Made twice, it is the same."""
    assert bundle() == bundle()


def test_no_name_is_defined_twice() -> None:
    """No module covers a name of another in the one file."""
    names = Counter(names_defined(ast.parse(bundle())))

    assert [name for name, times in names.items() if times > 1] == []


def test_bundle_imports_nothing_of_the_kit() -> None:
    """Learners have Keras and NumPy, and nothing of the grader."""
    outside = packages_imported(ast.parse(bundle())) - sys.stdlib_module_names

    assert outside == {"keras", "numpy"}


def test_bundle_is_python_3_11() -> None:
    """The file can be read by the oldest Python that the kit supports."""
    tree = ast.parse(bundle(), feature_version=(3, 11))

    assert ast.get_docstring(tree) is not None


def test_learners_find_their_functions() -> None:
    """The names that learners are told of are in the file."""
    names = names_defined(ast.parse(bundle()))

    assert {"summary", "comparator", "check"} <= set(names)


def test_every_name_is_defined_somewhere() -> None:
    """No module uses a name that only the import left out would have brought."""
    tree = ast.parse(bundle())
    kit = {
        alias.asname or alias.name
        for name in MODULES
        for node in ast.walk(ast.parse((module.PACKAGE / f"{name}.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("reskit")
        for alias in node.names
    }

    assert kit - set(names_defined(tree)) == set()


def test_names_are_made_before_they_are_used_at_import() -> None:
    """What a module needs while it is imported stands above it in the one file."""
    made: set[str] = set()
    late: list[str] = []
    tree = ast.parse(bundle())
    every = set(names_defined(tree))
    for node in tree.body:
        bases = node.bases if isinstance(node, ast.ClassDef) else []
        value = getattr(node, "value", None)
        for expression in [*bases, *([value] if isinstance(value, ast.expr) else [])]:
            if any(isinstance(part, ast.Lambda) for part in ast.walk(expression)):
                continue
            used = {part.id for part in ast.walk(expression) if isinstance(part, ast.Name)}
            late += sorted((used & every) - made)
        made |= set(names_defined(ast.Module([node], [])))

    assert late == []


def test_two_modules_with_one_name_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two modules that define the same name cannot share a file, and both are named."""
    (tmp_path / "first.py").write_text("LIMIT = 1\n", encoding="utf-8")
    (tmp_path / "second.py").write_text("def LIMIT():\n    pass\n", encoding="utf-8")
    monkeypatch.setattr(module, "PACKAGE", tmp_path)
    monkeypatch.setattr(module, "MODULES", ("first", "second"))

    with pytest.raises(BundleError, match=r"LIMIT .* first .* second"):
        bundle()


def test_learners_tools_are_what_their_parts_give() -> None:
    """The committed `resnets_utils.py` is made from its parts, each of which is in it."""
    course = find_course()
    folder = course.solution / "learner_tools"
    made = bundle_tools(folder)
    written = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    names = Counter(names_defined(ast.parse(made)))

    assert (course.solution / "resnets_utils.py").read_text(encoding="utf-8") == made
    assert all(
        set(names_defined(ast.parse((folder / f"{part}.py").read_text("utf-8")))) <= set(names)
        for part in written
    )
    assert packages_imported(ast.parse(made)).isdisjoint({"reskit", "learner_tools"})
