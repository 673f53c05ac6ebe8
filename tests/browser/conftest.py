"""What the tests in the browser share: one browser, and pages in either colour scheme."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from reskit.course import Course, find_course

# Who tests without the extra `browser` has none of what these tests import.
collect_ignore_glob = [] if find_spec("playwright") else ["test_*.py"]
if not collect_ignore_glob:
    from browsing import browsing, chromium
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def course() -> Course:
    """The course of this checkout."""
    return find_course(Path(__file__))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    if chromium() is None:
        pytest.skip("there is no Chromium: apt-get install chromium, or set CHROMIUM")
    with browsing() as started:
        yield started


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a new page: in a colour scheme, `light` or `dark`, and of a width in pixels."""
    pages = []

    def open_page(scheme: str = "light", width: int = 1000) -> Page:
        page = browser.new_page(
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": width, "height": 800},
        )
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.close()
