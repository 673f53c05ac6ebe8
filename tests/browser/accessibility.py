"""axe, pointed at a page or at a part of it (https://github.com/dequelabs/axe-core)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

RUN = """async ([within, options]) => (await axe.run(within || document, options)).violations"""


@cache
def axe_source() -> str:
    """Return axe as it comes with axe-playwright-python."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, within: str = "") -> list[str]:
    """Return what axe finds on the page, with all its rules: one line for each thing.

    `within` is a CSS selector of the part to look at; nothing means the whole page. Experimental
    rules are left out, as axe itself does.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe_source())
    found: list[dict[str, Any]] = page.evaluate(RUN, [within, {"resultTypes": ["violations"]}])
    return [
        f"{each['id']} ({each['impact']}): {node['target']} {node['html'][:160]}"
        for each in found
        for node in each["nodes"]
    ]
