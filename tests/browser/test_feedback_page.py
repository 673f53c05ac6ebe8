"""The feedback page in a real browser: readable for everybody, and on paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from accessibility import violations
from playwright.sync_api import Page
from sample_reports import write_sample_pages

from reskit.course import Course

pytestmark = pytest.mark.browser

EACH_KIND = (  # right, wrong, not run, and nothing at all
    "solved",
    "skip_cut",
    "wrong_padding",
    "block_too_few",
    "noisy",
    "import_error",
    "syntax_error",
    "empty_file",
)


OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true; })"


@pytest.fixture(scope="module")
def pages(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the page of each sample learner."""
    folder = tmp_path_factory.mktemp("pages")
    write_sample_pages(course, folder)
    return folder


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(
    pages: Path, opened: Callable[..., Page], scheme: str
) -> None:
    """A page of each kind, all its details open, in either colour scheme."""
    page = opened(scheme)
    found = {}
    for name in EACH_KIND:
        page.goto((pages / name / "feedback.html").as_uri())
        page.evaluate(OPEN_ALL)
        if lines := violations(page):
            found[name] = lines

    assert found == {}


def test_axe_finds_barriers_where_there_are_some(opened: Callable[..., Page]) -> None:
    """What finds nothing elsewhere finds a picture without a text, and grey on white."""
    page = opened()
    page.set_content('<main><img src="data:,"><p style="color: #aaa">grey</p></main>')

    found = {line.split()[0] for line in violations(page)}

    assert {"image-alt", "color-contrast", "html-has-lang"} <= found
    assert {line.split()[0] for line in violations(page, "p")} == {"color-contrast"}


@pytest.mark.parametrize("width", [320, 1000])
def test_nothing_is_wider_than_the_screen(
    pages: Path, opened: Callable[..., Page], width: int
) -> None:
    """What is wide scrolls by itself; on a telephone too the text fits."""
    page = opened(width=width)
    wide = []
    for name in EACH_KIND:
        page.goto((pages / name / "feedback.html").as_uri())
        page.evaluate(OPEN_ALL)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(name)

    assert wide == []


def test_a_learner_finds_the_mistake(pages: Path, opened: Callable[..., Page]) -> None:
    """The page says what differs, draws it, and marks the line in the learner's own code."""
    page = opened()

    page.goto((pages / "skip_cut" / "feedback.html").as_uri())

    assert page.locator("article .says").first.inner_text() == (
        "The skip connection is cut: add takes in main.bn3 and main.bn3, "
        "expected main.bn3 and input."
    )
    drawn = page.get_by_role("img", name="The block as asked for, with a mark at add")
    assert drawn.is_visible()
    marked = page.locator(".line.marked")
    lines = [line.strip() for line in marked.all_inner_texts()]
    assert lines == ["▶  27      X = layers.Add()([X, X])"]
    assert "Proven" in page.locator("#exercise-2").inner_text()


def test_the_next_hint_is_there_for_who_asks(pages: Path, opened: Callable[..., Page]) -> None:
    """With the keyboard alone: hints open one by one, each inside the one before."""
    page = opened()
    page.goto((pages / "wrong_padding" / "feedback.html").as_uri())
    hints = page.locator("article details > p")

    before = [hint.is_visible() for hint in hints.all()]
    page.locator("article summary").first.focus()
    page.keyboard.press("Enter")
    after_one = [hint.is_visible() for hint in hints.all()]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    after_two = [hint.is_visible() for hint in hints.all()]

    assert (before, after_one, after_two) == ([False, False], [True, False], [True, True])


def test_links_lead_to_the_exercises(pages: Path, opened: Callable[..., Page]) -> None:
    """From the overview one comes to an exercise without scrolling."""
    page = opened()
    page.goto((pages / "block_too_few" / "feedback.html").as_uri())

    page.get_by_role("link", name="ResNet50").click()

    assert page.url.endswith("#exercise-3")
    assert page.locator("#exercise-3").evaluate("e => e.getBoundingClientRect().top") < 800


def test_a_file_without_anything_says_why_once(pages: Path, opened: Callable[..., Page]) -> None:
    """Of a file that could not be read there is one reason, and no list of what did not run."""
    page = opened()

    page.goto((pages / "empty_file" / "feedback.html").as_uri())

    assert page.locator("main").inner_text().count("The file is empty.") == 1
    assert page.locator("section.exercise").count() == 0


def test_it_prints_well(pages: Path, opened: Callable[..., Page]) -> None:
    """On paper there is dark text on white, the whole code, and the tables that are folded."""
    page = opened("dark")
    page.goto((pages / "wrong_padding" / "feedback.html").as_uri())
    page.emulate_media(media="print")

    style = "getComputedStyle(document.body)"
    colours = page.evaluate(f"[{style}.color, {style}.backgroundColor]")
    table = page.locator("details.table .reskit-table").first

    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert table.is_visible()
    assert page.evaluate("document.querySelector('pre.code').scrollWidth <= innerWidth")
    assert page.pdf(format="A4").startswith(b"%PDF")
