"""Submissions that stock nbgrader cannot hold, and what becomes of them in our course."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.nbgraderformat import MetadataValidator

from reskit.lenient_notebook import read_leniently
from reskit.nbgrader_repair import noted, repaired

pytestmark = pytest.mark.nbgrader


def marks(name: str, *, grade: bool = False, solution: bool = False) -> dict[str, Any]:
    points = {"points": 30} if grade else {}
    return {
        "nbgrader": {
            "grade": grade,
            "grade_id": name,
            "locked": not solution,
            "schema_version": 3,
            "solution": solution,
            "task": False,
            **points,
        }
    }


def released() -> NotebookNode:
    return new_notebook(
        cells=[
            new_markdown_cell("Welcome", id="intro", metadata=marks("intro")),
            new_code_cell("def f(): ...", id="f", metadata=marks("f", solution=True)),
            new_code_cell("f_test(f)", id="f_test", metadata=marks("f_test", grade=True)),
            new_code_cell("def g(): ...", id="g", metadata=marks("g", solution=True)),
            new_code_cell("g_test(g)", id="g_test", metadata=marks("g_test", grade=True)),
        ]
    )


def grade_ids(notebook: NotebookNode) -> list[str]:
    return [cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in notebook.cells]


def test_whole_notebook_stays_as_it_is() -> None:
    """A submission that nbgrader can hold is not touched."""
    assert repaired(released(), released()) == released()


def test_deleted_test_cell_comes_back_in_its_place() -> None:
    """A learner who deletes a test cell is graded like everyone else."""
    submitted = released()
    del submitted.cells[2]

    assert grade_ids(repaired(submitted, released())) == ["intro", "f", "f_test", "g", "g_test"]


def test_all_cells_deleted_still_leaves_test_cells() -> None:
    """An empty notebook still has a place for each score."""
    assert grade_ids(repaired(new_notebook(), released())) == ["f_test", "g_test"]


def test_copied_cell_counts_once() -> None:
    """Of a graded cell that was copied, the last one counts, as it does when it is run."""
    submitted = released()
    submitted.cells.append(deepcopy(submitted.cells[1]))
    submitted.cells[-1].source = "def f(): return 1"
    made = repaired(submitted, released())

    assert grade_ids(made) == ["intro", "", "f_test", "g", "g_test", "f"]
    assert made.cells[-1].source == "def f(): return 1"


@pytest.mark.parametrize("damage", [7, [], {}, {"grade_id": "f_test"}, {"grade_id": 3}, "x"])
def test_damaged_metadata_is_replaced(damage: object) -> None:
    """Metadata that would stop nbgrader for the whole class is put right or dropped."""
    submitted = released()
    submitted.cells[2].metadata["nbgrader"] = damage
    made = repaired(submitted, released())

    MetadataValidator().validate_nb(made)
    assert sorted(filter(None, grade_ids(made))) == ["f", "f_test", "g", "g_test", "intro"]


def test_points_come_from_the_release() -> None:
    """A learner who writes other points into a cell gains nothing."""
    submitted = released()
    submitted.cells[2].metadata["nbgrader"]["points"] = 1000

    assert repaired(submitted, released()) == released()


def test_note_stands_above_the_released_cells() -> None:
    """In place of what is no notebook stands the released one, and a note says so."""
    made = noted(released())

    assert made.cells[0].source.startswith("## This is not what was submitted")
    assert made.cells[1:] == released().cells


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"[1, 2]", b"{", b"\xff\xfe\x00", b"7", b"[" * 100_000, b'{"cells": 3}'],
)
def test_what_is_no_notebook_reads_as_none(tmp_path: Path, data: bytes) -> None:
    """Any bytes can be submitted, and reading them never fails."""
    path = tmp_path / "ResNet50.ipynb"
    path.write_bytes(data)

    assert read_leniently(path) is None


def test_damaged_notebook_keeps_its_cells(tmp_path: Path) -> None:
    """Where the frame of a notebook is damaged, what the learner wrote is still shown."""
    raw = json.loads(nbformat.writes(released()))
    raw["nbformat"] = 9
    raw["cells"][0] = "no cell"
    del raw["cells"][1]["outputs"]
    path = tmp_path / "ResNet50.ipynb"
    path.write_text(json.dumps(raw), encoding="utf-8")
    made = read_leniently(path)

    assert made is not None
    assert [cell.source for cell in made.cells] == [cell.source for cell in released().cells[1:]]
    assert grade_ids(made) == grade_ids(released())[1:]
