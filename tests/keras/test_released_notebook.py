"""The released folder, opened by a learner: every cell is run in a real kernel."""

import re
import shutil

import nbformat
import pytest
from nbclient import NotebookClient

from reskit.manifest import read_manifest
from reskit.record import reference_cells

pytestmark = pytest.mark.keras

EXERCISES = ("identity_block", "convolutional_block", "ResNet50")


@pytest.fixture
def run_notebook(course, tmp_path):
    """Run the released notebook in a copy of the released folder; `fill` changes its cells."""

    def run(fill=lambda _: None):
        folder = tmp_path / "learner"
        shutil.copytree(course.release, folder)
        notebook = nbformat.read(folder / read_manifest(course.manifest).notebook, as_version=4)
        for cell in notebook.cells:
            fill(cell)
        client = NotebookClient(
            notebook, timeout=400, allow_errors=True, resources={"metadata": {"path": str(folder)}}
        )
        client.execute()
        return {
            cell.metadata.get("nbgrader", {}).get("grade_id", cell.id): cell
            for cell in notebook.cells
            if cell.cell_type == "code"
        }

    return run


def errors(cell):
    """Return what the cell raised."""
    return [output.evalue for output in cell.outputs if output.output_type == "error"]


def cards(cell):
    """Return the cards that the cell shows, as text."""
    return [
        re.sub(r"<[^>]+>", " ", output.data["text/html"])
        for output in cell.outputs
        if "text/html" in output.get("data", {})
    ]


def test_stub_is_red_before_and_after_and_says_what_to_do(run_notebook):
    """Opened and run as it is, each exercise shows what is asked, and its test says so."""
    cells = run_notebook()

    for name in EXERCISES:
        (message,) = errors(cells[f"{name}_test"])
        (card,) = cards(cells[f"{name}_test"])
        assert "not written yet: put your own code in the place of the placeholder." in message
        assert "not written yet: put your own code in the place of the placeholder." in card
    red = [card for cell in cells.values() for card in cards(cell) if "The test looks at" in card]
    assert [name for name in EXERCISES if any(f"{name}(" in card for card in red)] == [*EXERCISES]


def test_filled_in_everything_is_green_down_to_the_last_cell(run_notebook, course):
    """With the reference's answers all public tests pass and no cell of the notebook fails."""
    answers = {
        name: cell
        for cell in reference_cells(course)
        for name in EXERCISES
        if cell.startswith(f"def {name}(")
    }

    def fill(cell):
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in answers:
            cell.source = answers[grade_id]

    cells = run_notebook(fill)

    assert {key: errors(cell) for key, cell in cells.items() if errors(cell)} == {}
    for name in EXERCISES:
        (card,) = cards(cells[f"{name}_test"])
        assert f"{name}: all public tests passed" in card
    (picture,) = (output.data["text/html"] for output in cells["without_blocks"].outputs)
    shares = [float(share) for share in re.findall(r"block \d+ (\d\.\d+)", picture)]
    assert len(shares) == 12
    assert min(shares) > 0.8  # "most answers stay right", as the text beside it says
