"""The class report in a real browser: readable for everybody, on a phone, and on paper."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from accessibility import violations
from playwright.sync_api import Page

from reskit.class_command import write_class
from reskit.class_report.graded import read_graded
from reskit.course import Course

pytestmark = pytest.mark.browser

OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true; })"
CUT_OFF = """[...document.querySelectorAll('.wide')]
    .filter(each => each.scrollWidth > each.clientWidth + 1).length"""
NAME = "</title><img src=x onerror=alert(1)>\u202eADA"


@pytest.fixture(scope="module")
def page_file(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on the sample class, in which one learner has an evil name."""
    folder = tmp_path_factory.mktemp("graded")
    for golden in sorted(course.sample_class.glob("*/report.json")):
        report = json.loads(golden.read_text(encoding="utf-8"))
        notebook = golden.parent / "ResNet50.ipynb"
        name = NAME if golden.parent.name == "segfault" else golden.parent.name
        digest = hashlib.sha256(notebook.read_bytes()).hexdigest()
        report["submission"] = {"path": str(notebook), "student": name, "sha256": digest}
        report["provenance"] = {}
        path = folder / golden.parent.name / "report.json"
        path.parent.mkdir()
        path.write_text(json.dumps(report), encoding="utf-8")
    (folder / "broken").mkdir()
    (folder / "broken" / "report.json").write_text("{", encoding="utf-8")
    return write_class(course, read_graded(folder), folder)[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1000, 360])
def test_axe_finds_nothing_on_the_class_report(
    page_file: Path, opened: Callable[..., Page], scheme: str, width: int
) -> None:
    """All of it unfolded, in either colour scheme, on a screen and on a phone."""
    page = opened(scheme, width)
    page.goto(page_file.as_uri())
    page.evaluate(OPEN_ALL)

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_class_report_is_reached_by_keyboard(page_file: Path, opened: Callable[..., Page]) -> None:
    """Links, foldings and wide tables take the focus, in the order in which they stand."""
    page = opened(width=360)
    page.goto(page_file.as_uri())
    seen = []
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.tagName"))

    assert seen[:7] == ["A"] * 7
    assert seen[7] == "SUMMARY"


def test_evil_name_does_nothing(page_file: Path, opened: Callable[..., Page]) -> None:
    """It is shown as it is written, and nothing is loaded or run."""
    page = opened()
    alerts: list[str] = []
    asked: list[str] = []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_file.as_uri())

    assert "<img src=x onerror=alert(1)>" in page.inner_text("main")
    assert (alerts, asked) == ([], [page_file.as_uri()])


def test_class_report_fits_on_paper(page_file: Path, opened: Callable[..., Page]) -> None:
    """Printed, no table is cut off at the side, and the list of sections is gone."""
    page = opened(width=700)
    page.goto(page_file.as_uri())
    page.emulate_media(media="print")

    wide = page.evaluate(CUT_OFF)
    assert wide == 0
    assert not page.is_visible("nav")
    assert page.pdf(format="A4").startswith(b"%PDF")
