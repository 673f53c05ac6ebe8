"""nbgrader's own feedback page: it carries our messages, and nothing hostile acts in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from accessibility import violations
from playwright.sync_api import Page
from sample_reports import sample_report
from test_hostile_page import EVIL

from reskit.course import Course
from reskit.nbgrader_course import lay_out, run_nbgrader, store_reports

pytestmark = pytest.mark.browser

LEARNER = "skip_cut"
NBGRADERS_OWN = "https://cdnjs.cloudflare.com/"  # MathJax; nothing of it is needed


@pytest.fixture(scope="module")
def feedback(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page that nbgrader makes for a learner with a mistake, and text cells full of tricks."""
    root = tmp_path_factory.mktemp("nbgrader")
    report, notebook = sample_report(course, LEARNER)
    cells = json.loads(notebook.read_text(encoding="utf-8"))
    for kind in ("markdown", "raw"):
        cells["cells"].insert(1, {"cell_type": kind, "id": kind, "metadata": {}, "source": EVIL})
    path = root / "ResNet50.ipynb"
    path.write_text(json.dumps(cells), encoding="utf-8")
    course_root = root / "course"
    lay_out(course, course_root, {LEARNER: path})
    run_nbgrader(course, course_root, "generate_assignment", course.assignment)
    store_reports(course_root, [replace(report, sha256=sha256(path.read_bytes()).hexdigest())])
    run_nbgrader(course, course_root, "autograde", course.assignment)
    run_nbgrader(course, course_root, "generate_feedback", course.assignment)
    return course_root / "feedback" / LEARNER / course.assignment / "ResNet50.html"


def test_it_carries_the_same_messages(feedback: Path, opened: Callable[..., Page]) -> None:
    """What differs, its drawing, the hint and the marked line stand under the learner's test."""
    page = opened()
    page.route(f"{NBGRADERS_OWN}**", lambda route: route.abort())

    page.goto(feedback.as_uri())

    ours = page.locator("section.reskit.failed")
    assert ours.count() == 1
    told = ours.inner_text()
    assert "identity_block: 16 of 30 points" in told
    assert "The skip connection is cut: add takes in main.bn3 and main.bn3" in told
    assert "The block learns a correction to its input." in told
    assert "line 27: X = layers.Add()([X, X])" in told
    assert ours.get_by_role("img", name="The block as asked for, with a mark at add").is_visible()
    assert page.locator("section.reskit.passed").count() == 2
    assert violations(page, "section.reskit") == []


def test_nothing_hostile_acts_in_it(feedback: Path, opened: Callable[..., Page]) -> None:
    """Scripts, pictures and styles in a learner's text cells are shown as what they are."""
    page = opened()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda each: asked.append(each.url))
    page.on("dialog", lambda each: (said.append(each.message), each.dismiss()))
    page.route(f"{NBGRADERS_OWN}**", lambda route: route.abort())

    page.goto(feedback.as_uri(), wait_until="networkidle")

    others = [url for url in asked if not url.startswith((NBGRADERS_OWN, "file://", "data:"))]
    assert (others, said) == ([], [])
    assert page.evaluate("typeof window.reached") == "undefined"
    assert "<script>window.reached" in page.locator("body").inner_text().replace("\u2060", "")
    assert page.get_by_text("Score: 16").first.is_visible()
