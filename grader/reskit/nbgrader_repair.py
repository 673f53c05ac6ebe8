"""Submissions that nbgrader cannot hold, made fit for it; the submitted file stays untouched.

nbgrader stops at a file that is no notebook, aborts the whole class at a copied graded cell, and
leaves a deleted test cell without a score. An instructor wants each student in the gradebook and
a page for each. So the autograded copy, and only that, is mended: what is no notebook is shown
as the released one with a note, and graded cells get back what nbgrader knows them by. Scores
are not touched here: they come from the report on the file as it was submitted.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from reskit.lenient_notebook import read_leniently
from reskit.nbgrader_place import place_of

NOTE = (
    "## This is not what was submitted\n\n"
    "The submitted file cannot be read as a notebook, so nothing of it can be shown here. Below "
    "is the notebook as it was handed out; its test cells say what is wrong with the file."
)


class LenientExporter(NotebookExporter):  # type: ignore[misc]  # nbconvert ships no types
    """Reads a submission; gives the released notebook with a note where that is impossible."""

    def from_filename(self, filename: str, resources: Any = None, **options: Any) -> Any:
        """Return the converted notebook as text, and the resources."""
        path = Path(filename)
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        notebook = read_leniently(path)
        if notebook is None:
            self.log.warning("%s cannot be read as a notebook: a note takes its place", path)
            notebook = noted(_read(place_of(self, resources).released))
        return self.from_notebook_node(notebook, resources, **options)


class RepairCells(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader ships no types
    """Gives graded cells their metadata, drops it from copies, restores deleted test cells."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Return the repaired notebook, and the resources as they were."""
        return repaired(nb, _read(place_of(self, resources).released)), resources


def noted(released: NotebookNode) -> NotebookNode:
    """Return the released notebook with a note on top that it is not what was submitted."""
    notebook = deepcopy(released)
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell(NOTE, id="reskit-note"))
    return notebook


def repaired(submitted: NotebookNode, released: NotebookNode) -> NotebookNode:
    """Return the submitted cells with the released metadata and with every test cell.

    Of a cell that stands there more than once, the last counts, as in the learner's kernel.
    """
    known = {_grade_id(cell): cell for cell in released.cells if _grade_id(cell)}
    found: dict[str, NotebookNode] = {}
    cells: list[NotebookNode] = []
    for cell in reversed(deepcopy(submitted.cells)):
        name = _grade_id(cell)
        cell.metadata.pop("nbgrader", None)
        if name in known and name not in found:
            cell.metadata["nbgrader"] = deepcopy(known[name].metadata["nbgrader"])
            found[name] = cell
        cells.insert(0, cell)
    for name, cell in known.items():
        if name not in found and cell.metadata["nbgrader"].get("grade"):
            found[name] = deepcopy(cell)
            cells.insert(_place_after(cells, list(known), name), found[name])
    made = deepcopy(released)
    made.cells = cells
    return made


def _place_after(cells: list[NotebookNode], order: list[str], name: str) -> int:
    """Return the index behind the last cell that the released notebook has before `name`."""
    before = set(order[: order.index(name)])
    places = [place for place, cell in enumerate(cells) if _grade_id(cell) in before]
    return places[-1] + 1 if places else 0


def _grade_id(cell: NotebookNode) -> str:
    marks = cell.metadata.get("nbgrader")
    name = marks.get("grade_id") if isinstance(marks, dict) else None
    return name if isinstance(name, str) else ""


def _read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)
