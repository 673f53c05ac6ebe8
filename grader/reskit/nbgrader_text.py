"""Learners' own text cells, shown as text: no HTML of theirs acts on a page of nbgrader's.

nbgrader lays the HTML of text cells into feedback pages and into the grader's view as it stands,
scripts too. The cells of the release are restored before; what is not locked is a learner's.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_locked

# A browser begins a tag where "<" stands before one of these (HTML standard, 13.2.5.6). A word
# joiner between them is not seen, also in code, and makes text of it.
BEGINS_TAG = re.compile(r"<(?=[A-Za-z/!?])")
AS_TEXT = "<\u2060"


class ShowTextAsText(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader ships no types
    """Takes their power from the tags in a learner's text cells; what is read stays the same."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Return the notebook with harmless text cells, and the resources as they were."""
        return text_shown_as_text(nb), resources


def text_shown_as_text(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook with no tag in text cells that are not the release's."""
    made = deepcopy(notebook)
    for cell in made.cells:
        if cell.cell_type != "code" and not is_locked(cell):
            cell.source = BEGINS_TAG.sub(AS_TEXT, cell.source)
    return made
