"""The notebook's text: each figure in it was measured, and it needs nothing that may be missing."""

import json
import re
from pathlib import Path

import degradation
import notebook_time
import pytest
import stale_averages

from reskit.course import find_course
from reskit.course_notebook import read_course_notebook

COURSE = find_course(Path(__file__))
RESULTS = COURSE.root / "benchmarks" / "results"
CELLS = read_course_notebook(COURSE.source).cells
TEXT = {cell.metadata["nbgrader"]["grade_id"]: cell.source for cell in CELLS}
EXERCISES = ("identity", "convolutional", "network")


def figures(name: str) -> dict:
    """Return what a benchmark measured and stored."""
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("script", [stale_averages, degradation, notebook_time])
def test_committed_pages_are_made_from_the_committed_figures(script) -> None:
    """Nobody has changed a table of results by hand."""
    name = script.__name__
    page = (RESULTS / f"{name}.md").read_text(encoding="utf-8")

    assert script.table(figures(name)) == page


def test_stale_averages_in_the_text_are_those_measured() -> None:
    """Each row of the notebook's table is a row of the benchmark, to three digits."""
    measured = {
        tuple(f"{row[key]:.3f}" for key in ("training", "left", "fresh")): row["epoch"]
        for row in figures("stale_averages")["epochs"]
    }
    rows = re.findall(r"^\| (\d+) \| (\S+) \| (\S+) \| (\S+) \|$", TEXT["stale_averages"], re.M)

    assert len(rows) == 5
    assert [measured[row[1:]] for row in rows] == [int(row[0]) for row in rows]


def test_what_is_said_of_degradation_was_measured() -> None:
    """The plain network of 50 layers stays at a guess; with shortcuts depth does not hurt."""
    last = {
        kind: losses[-1] for kind, losses in degradation.mean_losses(figures("degradation")).items()
    }

    assert last[False, 6] < last[False, 18] < last[False, 50]
    assert abs(last[False, 50] - 1.79) < 0.02
    assert max(last[True, 18], last[True, 50]) < last[True, 6]


def test_everything_but_training_takes_less_than_a_minute() -> None:
    """As measured on two cores: the notebook's cells together stay under the bar."""
    assert sum(figures("notebook_time")["cells"].values()) < notebook_time.BAR


@pytest.mark.parametrize("name", EXERCISES)
def test_exercise_has_all_that_a_learner_needs(name: str) -> None:
    """Idea, drawing with a text alternative, table of what is asked, red first, green, question."""
    task = TEXT[f"{name}_task"]

    assert "### The idea" in TEXT[f"{name}_idea"]
    assert re.search(r"!\[[^]]{40,}\]\(images/\w+\.svg\)", TEXT[f"{name}_idea"] + task, re.S)
    assert task.startswith("### Exercise") and "| role | layer |" in task
    assert "### First see it red" in TEXT[f"{name}_red"]
    assert "**When it is green**" in TEXT[f"{name}_green"]
    assert "**To think about.**" in TEXT[f"{name}_green"] and "<details>" in TEXT[f"{name}_green"]


def test_each_answer_is_folded_and_closed() -> None:
    """Every fold that opens in a cell closes in it, and says what it holds."""
    for name, text in TEXT.items():
        assert text.count("<details><summary>") == text.count("</details>"), name


def test_pictures_are_there_and_have_words() -> None:
    """Each picture that the text shows lies in the folder, and has a text alternative."""
    shown = [
        found
        for cell in CELLS
        if cell.cell_type == "markdown"
        for found in re.findall(r"!\[([^]]*)\]\(([^)]+)\)", cell.source)
    ]

    assert len(shown) >= 8
    assert all(len(words) > 40 for words, _ in shown)
    assert all((COURSE.solution / place).is_file() for _, place in shown)


def test_contents_lead_to_the_sections() -> None:
    """Each entry of the contents is a heading of the notebook, in its order."""
    entries = re.findall(r"\]\(#([^)]+)\)", TEXT["intro"])
    headings = [
        heading.replace(" ", "-")
        for cell in CELLS
        if cell.cell_type == "markdown"
        for heading in re.findall(r"^## (.+)$", cell.source, re.M)
    ]

    assert entries == headings


def test_no_magic_and_no_widget_is_needed() -> None:
    """The notebook runs under any front end of the kernel: JupyterLab, Notebook 7, VS Code."""
    code = "\n".join(cell.source for cell in CELLS if cell.cell_type == "code")

    assert not re.search(r"^\s*[%!]", code, re.M)
    assert "get_ipython" not in code and "ipywidgets" not in code
