"""A browser for the tests: Debian's Chromium, or any other that is there, without a network."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    "--no-sandbox",  # a container's root has no other way
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-prefers-reduced-motion",
)


def chromium() -> str | None:
    """Return where Chromium is: what $CHROMIUM says, or what is on the path."""
    named = [os.environ.get("CHROMIUM"), *NAMES]
    return next((found for name in named if name and (found := shutil.which(name))), None)


@contextmanager
def browsing() -> Iterator[Browser]:
    """Start the browser, and end it. Raises LookupError where there is none."""
    path = chromium()
    if path is None:
        raise LookupError("There is no Chromium: apt-get install chromium, or set CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        try:
            yield browser
        finally:
            browser.close()
