"""The released notebook in JupyterLab, driven as a learner does it: fill in, run, break, look."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from accessibility import violations
from laboratory import answers, exercise_part, laboratory
from notebook_page import PATIENCE, NotebookPage
from playwright.sync_api import Browser, expect

from reskit.course import Course
from reskit.manifest import read_manifest

pytestmark = pytest.mark.browser

EXERCISES = ("identity_block", "convolutional_block", "ResNet50")
BROKEN = {  # what is changed in an answer, and what its card then says
    "identity_block": (
        "([X, X_shortcut])",
        "([X, X])",
        "The skip connection is cut: add takes in main.bn3 and main.bn3, "
        "expected main.bn3 and input.",
        "with a mark at add",
    ),
    "ResNet50": (
        "    X = identity_block(X, 3, [256, 256, 1024])\n",
        "",
        "stage 3 has 4 identity blocks, expected 5.",
        "with a mark at stage3.block6",
    ),
}


@pytest.fixture(scope="module")
def notebook(
    course: Course, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NotebookPage]:
    """The notebook with the solution's answers filled in, and all of it run."""
    home = tmp_path_factory.mktemp("lab")
    names = exercise_part(course, home / "learner")
    with laboratory(home / "learner", home) as lab:
        page = browser.new_page(viewport={"width": 1200, "height": 1000})
        opened = NotebookPage(page, lab, read_manifest(course.manifest).notebook, names)
        for name, source in answers(course).items():
            opened.write(name, source)
        opened.run_all()
        expect(opened.card(f"{EXERCISES[-1]}_test")).to_be_visible(timeout=PATIENCE)
        yield opened
        page.close()


def test_before_the_work_the_card_says_what_is_asked(notebook: NotebookPage) -> None:
    """Each exercise is seen red first, and its card tells what the test looks at."""
    for name in EXERCISES:
        card = notebook.card(f"{name}_red")

        assert "failed" in (card.get_attribute("class") or "")
        assert "The test looks at:" in card.inner_text()


@pytest.mark.parametrize("name", EXERCISES)
def test_right_answers_are_green(notebook: NotebookPage, name: str) -> None:
    """The solution's answers, typed into the cells, pass; the card says what was proven."""
    card = notebook.card(f"{name}_test")

    assert "passed" in (card.get_attribute("class") or "")
    assert f"✓ {name}: all public tests passed" in card.inner_text()
    assert "is the one that was asked for" in card.inner_text()


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_block_is_red_at_the_right_place(
    course: Course, notebook: NotebookPage, name: str
) -> None:
    """Who breaks a block sees what differs, where, what was expected, and one hint."""
    old, new, says, drawn = BROKEN[name]
    right = answers(course)[name]
    notebook.write(name, right.replace(old, new, 1))
    notebook.run(name)
    notebook.run(f"{name}_test")
    card = notebook.card(f"{name}_test")
    expect(card).to_contain_text("not yet", timeout=PATIENCE)

    assert "failed" in (card.get_attribute("class") or "")
    assert says in card.inner_text()
    assert "Expected" in card.inner_text()
    assert card.locator(".hint").count() == 1
    assert drawn in (card.get_by_role("img").locator("title").text_content() or "")
    assert card.locator("details[open]").count() == 0


def test_the_next_hint_opens_by_keyboard(notebook: NotebookPage) -> None:
    """Tab reaches the hints, Enter opens them one by one."""
    card = notebook.card("identity_block_test")
    hints = card.locator("details").filter(has_text="Hint").locator("> p")

    card.locator("summary").first.focus()
    notebook.page.keyboard.press("Enter")
    expect(hints.first).to_be_visible()
    assert not hints.nth(1).is_visible()
    notebook.page.keyboard.press("Tab")
    notebook.page.keyboard.press("Enter")
    expect(hints.nth(1)).to_be_visible()


def test_a_screen_reader_hears_which_card_it_is(notebook: NotebookPage) -> None:
    """A card is a group with a name; the outcome is announced; the drawing has its text."""
    page = notebook.page

    group = page.get_by_role("group", name="identity_block: not yet")
    assert group.count() == 2  # the one shown before the work, and the test's
    announced = notebook.card("identity_block_test").get_by_role("status").inner_text()
    assert announced.startswith("✗ identity_block: not yet")
    described = notebook.card("identity_block_test").locator("svg desc").text_content() or ""
    assert "Marked: add" in described


def test_the_saved_notebook_holds_the_card_as_text(notebook: NotebookPage) -> None:
    """Where no HTML is shown, the same is read as plain text."""
    number = notebook.names.index("identity_block_test")

    shown, raised = notebook.saved().cells[number].outputs

    assert shown.data["text/plain"].startswith("identity_block: not yet")
    assert "Hint:     The block learns a correction to its input." in shown.data["text/plain"]
    assert raised.evalue.startswith("identity_block: not yet")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_any_card(notebook: NotebookPage, theme: str) -> None:
    """Red and green cards, all their details open, in JupyterLab's light and dark theme."""
    if theme == "dark":
        notebook.choose_dark()
    notebook.page.evaluate(
        "document.querySelectorAll('.reskit-card details').forEach(each => { each.open = true; })"
    )

    assert notebook.page.locator(".reskit-card.passed").count() >= 1
    assert notebook.page.locator(".reskit-card.failed").count() >= 4
    assert violations(notebook.page, ".reskit-card") == []
