"""A notebook that is open in JupyterLab, used as a learner does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import nbformat
from laboratory import Laboratory
from nbformat import NotebookNode
from playwright.sync_api import Locator, Page, Response, expect

PATIENCE = 300_000  # milliseconds for what imports TensorFlow, and measures networks
DARK = "JupyterLab Dark"


def _is_saving(answer: Response) -> bool:
    return answer.request.method == "PUT" and "/api/contents/" in answer.url


class NotebookPage:
    """One open notebook; cells are named by their grade_id."""

    def __init__(self, page: Page, lab: Laboratory, notebook: str, names: Sequence[str]) -> None:
        self.page = page
        self.names = list(names)
        self._file = lab.folder / notebook
        page.set_default_timeout(30_000)
        page.goto(lab.url(notebook))
        expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(len(names), timeout=PATIENCE)
        expect(page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")).to_be_visible(
            timeout=PATIENCE
        )

    def cell(self, name: str) -> Locator:
        """Return a cell."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(self.names.index(name))

    def card(self, name: str) -> Locator:
        """Return the card under a cell."""
        return self.cell(name).locator(".reskit-card")

    def write(self, name: str, source: str) -> None:
        """Put `source` in the place of what is in a cell, as if it were pasted."""
        self.cell(name).locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(source)

    def run_all(self) -> None:
        """Choose Run All Cells from the menu."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    def run(self, name: str) -> None:
        """Run a cell with Ctrl+Enter."""
        self.cell(name).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")

    def choose_dark(self) -> None:
        """Choose the dark theme from the menu of settings."""
        self.page.get_by_role("menuitem", name="Settings", exact=True).click()
        entries = self.page.locator(".lm-Menu-itemLabel")
        entries.get_by_text("Theme", exact=True).hover()
        entries.get_by_text(DARK, exact=True).click()
        self.page.wait_for_selector("body[data-jp-theme-light=false]", state="attached")

    def saved(self) -> NotebookNode:
        """Save with Ctrl+S and return what is then in the file."""
        with self.page.expect_response(_is_saving):
            self.page.keyboard.press("Control+S")
        return nbformat.read(self._file, as_version=4)

    def picture(self, name: str, path: Path) -> None:
        """Write a screenshot of a cell and its card."""
        self.cell(name).screenshot(path=path)
