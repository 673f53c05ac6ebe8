"""A hostile notebook on the feedback page: whatever is in it, it is shown and does nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from reskit.course import Course
from reskit.grading import Grader
from reskit.network.difference import Difference
from reskit.network.table import TableLine
from reskit.report import CaseResult, ExerciseResult, Fault, Report
from reskit.results_folder import ResultsFolder
from reskit.submission import read_submission

pytestmark = pytest.mark.browser

TRICKS = (
    "<script>window.reached = 1; alert(1)</script>",
    "<img src='http://127.0.0.1:9/x.png' onerror='window.reached = 1'>",
    "<svg onload='window.reached = 1'><style>@import 'http://127.0.0.1:9/x.css'; *{display:none}",
    "</style></code></pre></bdi></section></main></body><style>* { display: none !important }",
    "<svg><foreignObject><iframe src='javascript:parent.reached = 1'></iframe></foreignObject>",
    "<svg><use href='http://127.0.0.1:9/x.svg#a'/><animate onbegin='window.reached = 1'/></svg>",
    "<form action='http://127.0.0.1:9/'><button autofocus onfocus='window.reached = 1'>",
    "<base href='http://127.0.0.1:9/'><meta http-equiv='refresh' content='0;url=http://127.0.0.1:9/'>",
    "<details open ontoggle='window.reached = 1'><summary>more</summary></details>",
    "<math><mtext><table><mglyph><style><img src=x onerror='window.reached = 1'>",
    "&lt;script&gt; &#60;script&#62; <!-- --!> <![CDATA[ ]]> {{ 7 * 7 }} ${7} {title}",
    "\u202eevil\u202c \u2066\u2067 \u200f שלום \u061c مرحبا \ufeff \u2028",
    "\u0000 \x1b[2J \x1b[31m \x1b]0;title\x07",
    "Z" + "\u0300\u0489\u0334" * 300 + "algo",
    "w" * 5_000,
    "﷽" * 300,
)
EVIL = "\n".join(TRICKS)


IN_CODE = EVIL.replace("\0", "")  # no Python file may hold it


def block_with(text: str) -> str:
    """Return an identity block that raises `text`, prints it, and has it in its code."""
    comment = "\n".join(f"    # {line}" for line in IN_CODE.splitlines())
    return (
        "def identity_block(X, f, filters, initializer=None):\n"
        f"    '''{IN_CODE}'''\n{comment}\n    print({text!r})\n"
        "    Ꮖdentity_ﬁlters_שלום = 1\n"
        + "    x = 1\n" * 2_000
        + f"    raise ValueError({text!r})\n"
    )


BROKEN_BLOCK = f"def convolutional_block(X):\n    return '''{IN_CODE}\n"
ODD_NETWORK = f"""class Evil(object):
    def __repr__(self):
        return {EVIL!r}
def ResNet50(*a, **k):
    return Evil()
"""


@pytest.fixture(scope="module")
def graded_page(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a notebook full of tricks, in code, text and outputs, as the grader makes it."""
    folder = tmp_path_factory.mktemp("hostile")
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": EVIL * 200}}
    code = {"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [output]}
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": EVIL},
        *({**code, "source": source} for source in (block_with(EVIL), BROKEN_BLOCK, ODD_NETWORK)),
    ]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"title": EVIL}, "cells": cells}
    path = folder / f"{TRICKS[1].replace('/', '∕')}.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    with Grader(course, jobs=1) as grader:
        report = grader.grade(path)
    with ResultsFolder(folder, course) as results:
        results.write("page", report, read_submission(path, course.assignment).cells)
    return folder / "page" / "feedback.html"


@pytest.fixture(scope="module")
def made_up_page(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a report of which every field that is text holds the tricks."""
    differences = [
        Difference(kind, EVIL, EVIL, EVIL, EVIL, EVIL) for kind in ("attribute", "extra", "missing")
    ]
    case = CaseResult(EVIL, "public", "failed", 0, 10, EVIL, EVIL, tuple(differences), (EVIL, EVIL))
    hidden = CaseResult(EVIL, "hidden", "failed", 0, 10, EVIL, EVIL, tuple(differences))
    exercises = tuple(
        ExerciseResult(
            name,
            0,
            30,
            "failed",
            (case, hidden),
            (EVIL,),
            (TableLine("differs", EVIL, EVIL),),
            EVIL,
        )
        for name in ("identity_block", EVIL)
    )
    report = Report(
        EVIL, EVIL, EVIL, EVIL, 0, 100, Fault("exception", EVIL), exercises, {"keras": EVIL}
    )
    folder = tmp_path_factory.mktemp("made_up")
    with ResultsFolder(folder, course) as results:
        results.write("page", report, [block_with(EVIL)])
    return folder / "page" / "feedback.html"


@pytest.mark.parametrize("which", ["graded_page", "made_up_page"])
@pytest.mark.parametrize("width", [400, 1000])
def test_nothing_in_it_does_anything(
    request: pytest.FixtureRequest, opened: Callable[..., Page], which: str, width: int
) -> None:
    """No request, no script, no dialog, no element of theirs; and the page looks as it should."""
    path: Path = request.getfixturevalue(which)
    page = opened(width=width)
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda each: asked.append(each.url))
    page.on("dialog", lambda each: (said.append(each.message), each.dismiss()))
    page.on("console", lambda each: said.append(each.text))
    page.on("pageerror", lambda each: said.append(str(each)))

    page.goto(path.as_uri(), wait_until="networkidle")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    page.mouse.click(200, 300)

    assert asked == [path.as_uri()]
    assert said == []
    assert page.evaluate("typeof window.reached") == "undefined"
    assert page.url == path.as_uri()
    assert page.evaluate(THEIRS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(COVERED) == []
    assert path.stat().st_size < 600_000


OURS = (
    "HTML HEAD META TITLE STYLE BODY HEADER MAIN FOOTER SECTION ARTICLE H1 H2 H3 P STRONG BDI SPAN "
    "TABLE CAPTION THEAD TBODY TR TH TD DL DT DD CODE PRE UL LI A DIV DETAILS SUMMARY FIGURE "
    "FIGCAPTION svg title desc rect path circle text"
)
THEIRS = f"""() => {{
  const ours = new Set({OURS.split()!r});
  return [...document.querySelectorAll("*")].filter(each => !ours.has(each.tagName)
    || [...each.attributes].some(attribute => attribute.name.startsWith("on"))
    || (each.tagName === "A" && !each.getAttribute("href").startsWith("#"))
    || (each.tagName === "STYLE" && each.parentElement.tagName !== "HEAD")
  ).map(each => each.outerHTML.slice(0, 200));
}}"""
# What stands in the flow of the page must not be drawn over what comes before or after it.
COVERED = """() => {
  const blocks = [...document.querySelectorAll("h1, h2, h3, .line, p.score")];
  const boxes = blocks.map(each => each.getBoundingClientRect());
  return blocks.filter((each, n) => n && boxes[n].height && boxes[n].top < boxes[n - 1].bottom - 1)
    .map(each => each.outerHTML.slice(0, 120));
}"""


def test_the_page_still_says_what_it_has_to_say(
    graded_page: Path, opened: Callable[..., Page]
) -> None:
    """Among all the tricks there are the learner's points, each exercise, and why it has none."""
    page = opened()

    page.goto(graded_page.as_uri())

    assert page.locator(".score").inner_text() == "0 of 100 points"
    assert page.locator("table.overview tbody tr").count() == 3
    assert "The function raised ValueError" in page.locator("main").inner_text()
    assert "The code is not valid Python" in page.locator("main").inner_text()


def test_control_characters_are_shown_and_not_obeyed(
    graded_page: Path, opened: Callable[..., Page]
) -> None:
    """Text that would turn the line around is written as what it is."""
    page = opened()

    page.goto(graded_page.as_uri())

    text = page.locator("body").inner_text()
    assert "\\u202eevil\\u202c" in text
    assert not set("\u202e\u202c\u2066\u2067\u200f\u2028\x1b\x07") & set(text)
