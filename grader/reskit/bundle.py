"""Make the learner's `test_utils.py` and `resnets_utils.py` from modules.

Learners have one flat folder and nothing of the kit; grader and public tests must still compare
alike. So the modules of `reskit.network` are laid one after another into one file, and those of the
course's `learner_tools` into another.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

PACKAGE = Path(__file__).parent / "network"
MODULES = (
    "difference",
    "graph",
    "operation",
    "elementwise",
    "arithmetic",
    "layer_settings",
    "pooling",
    "normal_form",
    "literals",
    "roles",
    "idle",
    "own_layers",
    "recorder",
    "failures",
    "tracing",
    "unjudged",
    "calling",
    "stand_ins",
    "building",
    "null_steps",
    "older_form",
    "paddings",
    "in_order",
    "alignment",
    "wording",
    "defaults",
    "places",
    "concepts",
    "hints",
    "edits",
    "numbers",
    "values",
    "proof",
    "block_layers",
    "inline",
    "stretches",
    "written_block",
    "placed_blocks",
    "repeated",
    "folding",
    "comparison",
    "table",
    "boxes",
    "drawing_block",
    "drawing_network",
    "drawing_text",
    "drawing",
    "markup",
    "card",
    "checking",
)
HEADER = '''"""What the public tests are made of: record a network, compare it, say what differs.

Two functions are for you: `summary(model)` gives a model's layers as a table, and
`comparator(learner, instructor)` compares two such tables.

Made from grader/reskit/network/ by `reskit release`; do not edit.
"""
'''


OWN = ("reskit", "learner_tools")  # packages whose modules are in the same file


class BundleError(Exception):
    """Two modules define the same name, so that they cannot share one file."""


def bundle() -> str:
    """Return the text of `test_utils.py`. Raises BundleError on names defined twice."""
    return _joined(PACKAGE, MODULES, HEADER)


def bundle_tools(folder: Path) -> str:
    """Return the text of `resnets_utils.py`, from the parts that the folder's `__init__` names.

    Its docstring is that of the file. Nothing of the folder is run. Raises BundleError on names
    defined twice.
    """
    tree = ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))
    parts = next(ast.literal_eval(node.value) for node in tree.body if isinstance(node, ast.Assign))
    return _joined(folder, parts, f'"""{ast.get_docstring(tree, clean=False)}"""\n')


def _joined(package: Path, modules: Iterable[str], header: str) -> str:
    imports: set[str] = set()
    bodies: list[str] = []
    owners: dict[str, str] = {}
    for module in modules:
        source = (package / f"{module}.py").read_text(encoding="utf-8")
        tree = ast.parse(source)
        lines = source.split("\n")
        first = 0
        for node in tree.body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                first = node.end_lineno or first
                imports |= _imports(node)
            elif node is tree.body[0] and ast.get_docstring(tree) is not None:
                first = node.end_lineno or first
            for name in _defined(node):
                if name in owners:
                    raise BundleError(f"{name} is defined in {owners[name]} and in {module}.")
                owners[name] = module
        bodies.append("\n".join(lines[first:]).strip("\n"))
    outside = sorted(imports, key=lambda line: (not line.startswith("from __future__"), line))
    return header + "\n" + "\n".join(outside) + "\n\n\n" + "\n\n\n".join(bodies) + "\n"


def _imports(node: ast.Import | ast.ImportFrom) -> set[str]:
    """Return the import as one line for each name, those of the kit itself left out."""
    if isinstance(node, ast.Import):
        return {f"import {ast.unparse(alias)}" for alias in node.names}
    if (node.module or "").startswith(OWN):
        return set()
    return {f"from {node.module} import {ast.unparse(alias)}" for alias in node.names}


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    if isinstance(node, ast.AnnAssign):
        targets = [node.target]
    targets = [part for each in targets for part in getattr(each, "elts", [each])]
    return [target.id for target in targets if isinstance(target, ast.Name)]
