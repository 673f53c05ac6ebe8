"""What learners wrote into text cells is shown on nbgrader's pages, and does nothing there."""

from __future__ import annotations

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter

from reskit.nbgrader_text import text_shown_as_text

pytestmark = pytest.mark.nbgrader

TAGS = "<script>alert(1)</script> <img src=x onerror=alert(1)> <!-- x --> <?php ?> </div>"
LOCKED = {"nbgrader": {"grade": False, "grade_id": "text", "locked": True, "solution": False}}


def page(source: str, kind: str = "markdown", **metadata: object) -> str:
    """Return what nbconvert makes of a notebook with one text cell."""
    cell = nbformat.v4.new_markdown_cell(source, metadata=metadata)
    cell.cell_type = kind
    notebook = nbformat.v4.new_notebook(cells=[cell])
    body: str = HTMLExporter(template_name="basic").from_notebook_node(
        text_shown_as_text(notebook)
    )[0]
    return body


@pytest.mark.parametrize("kind", ["markdown", "raw"])
@pytest.mark.parametrize("source", [TAGS, f"> {TAGS}", f"| a |\n| - |\n| {TAGS} |", f"[x]({TAGS})"])
def test_tags_of_learners_are_text(kind: str, source: str) -> None:
    """No tag of theirs reaches the page, wherever in the text it stands."""
    made = page(source, kind, raw_mimetype="text/html")

    assert not [tag for tag in ("<script", "<img", "<!-- x", "<?php") if tag in made]


def test_what_is_read_stays_the_same() -> None:
    """Text, emphasis and code look as they did."""
    made = page("*if* a < b and `vector<int> x`, then 3<4").replace("\u2060", "")

    assert "<em>if</em> a &lt; b and <code>vector&lt;int&gt; x</code>, then 3&lt;4" in made


def test_the_release_keeps_its_own_html() -> None:
    """Locked cells are those of the release, which nbgrader has restored."""
    assert '<figure class="ours">' in page('<figure class="ours"></figure>', **LOCKED)
