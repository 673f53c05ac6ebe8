"""The course notebook: read from its text source, and written with stable bytes."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
METADATA = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
TEXT_SOURCE_TAGS = frozenset({"active-ipynb", "active-py"})  # they say where a cell is a comment


def read_course_notebook(source: Path) -> NotebookNode:
    """Return the instructor's notebook from jupytext percent text, in its stable form."""
    notebook = jupytext.reads(source.read_text(encoding="utf-8"), fmt="py:percent")
    notebook.cells = [cell for cell in notebook.cells if not _is_front_matter(cell)]
    for cell in notebook.cells:
        tags = [tag for tag in cell.metadata.get("tags", []) if tag not in TEXT_SOURCE_TAGS]
        kept = {"nbgrader": cell.metadata["nbgrader"]} if "nbgrader" in cell.metadata else {}
        cell.metadata = nbformat.from_dict(kept | ({"tags": tags} if tags else {}))
    return stable(notebook)


def stable(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook with derived cell ids, no versions and no outputs.

    A cell's id comes from its grade id; without one, from its position and source. Raises
    ValueError when two cells would have the same id.
    """
    cells = [_stable_cell(cell, position) for position, cell in enumerate(notebook.cells)]
    ids = [str(cell["id"]) for cell in cells]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise ValueError(f"two cells have the same grade id: {', '.join(twice)}")
    made = nbformat.from_dict(
        {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    )
    nbformat.validate(made)
    return made


def notebook_bytes(notebook: NotebookNode) -> bytes:
    """Return the notebook as JSON: sorted keys, lines as a list, one newline at the end."""
    split = nbformat.v4.rwbase.split_lines(nbformat.from_dict(notebook))
    text = json.dumps(split, indent=1, sort_keys=True, ensure_ascii=False)
    return f"{text}\n".encode()


def _is_front_matter(cell: NotebookNode) -> bool:
    """Whether the cell is the head of the text source: for its linters, not for readers."""
    return bool(cell.cell_type == "raw" and cell.source.startswith("---"))


def _stable_cell(cell: NotebookNode, position: int) -> dict[str, object]:
    made: dict[str, object] = {
        "cell_type": cell.cell_type,
        "id": _cell_id(cell, position),
        "metadata": cell.metadata,
        "source": cell.source,
    }
    if cell.cell_type == "code":
        made |= {"execution_count": None, "outputs": []}
    return made


def _cell_id(cell: NotebookNode, position: int) -> str:
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
    if grade_id:
        return re.sub(r"[^A-Za-z0-9_-]", "-", str(grade_id))[:64]
    digest = sha256(f"{position}\n{cell.cell_type}\n{cell.source}".encode()).hexdigest()
    return f"cell-{digest[:12]}"
