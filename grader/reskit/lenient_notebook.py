"""A stranger's notebook, read for being shown, whatever state it is in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

LIMIT = 64 * 2**20  # bytes; a notebook of this course has 0.1 MB, with all its pictures 2 MB
MAKERS = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}


def read_leniently(path: Path) -> NotebookNode | None:
    """Return the notebook, its cells alone if the rest is damaged, or None if it is none."""
    text = _text(path)
    if text is None:
        return None
    try:
        notebook = nbformat.reads(text, as_version=4)
        nbformat.validate(notebook)
    except Exception:  # nbformat raises whatever a stranger's JSON happens to provoke
        return _cells_alone(text)
    return notebook


def _text(path: Path) -> str | None:
    if path.stat().st_size > LIMIT:
        return None
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return None


def _cells_alone(text: str) -> NotebookNode | None:
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(raw, dict) or not isinstance(raw.get("cells"), list):
        return None
    return nbformat.v4.new_notebook(
        cells=[_cell(cell) for cell in raw["cells"] if _is_cell(cell)],
    )


def _is_cell(cell: Any) -> bool:
    return isinstance(cell, dict) and cell.get("cell_type") in ("code", "markdown")


def _cell(cell: dict[str, Any]) -> NotebookNode:
    source, metadata = cell.get("source"), cell.get("metadata")
    lines = source if isinstance(source, list) else [source]
    made = MAKERS[cell["cell_type"]]("".join(line for line in lines if isinstance(line, str)))
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if isinstance(marks, dict):
        made.metadata["nbgrader"] = nbformat.from_dict(marks)
    return made
