"""Take the pictures of the README anew: python tests/browser/screenshots.py [FOLDER]

The notebook is opened in JupyterLab with a cut skip connection, the feedback page is that of the
sample learner who made the same mistake. Look at them before you commit them.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from browsing import browsing
from laboratory import answers, exercise_part, laboratory
from notebook_page import PATIENCE, NotebookPage
from playwright.sync_api import Browser, expect
from sample_reports import write_sample_pages

from reskit.course import Course, find_course
from reskit.manifest import read_manifest

LEARNER = "skip_cut"
SHOWN = ("identity_block", "identity_block_test")
SIZE = {"width": 1280, "height": 1900}


def notebook_picture(course: Course, browser: Browser, home: Path, path: Path) -> None:
    """Write the picture of the red card under the test of the identity block."""
    names = exercise_part(course, home / "learner")
    with laboratory(home / "learner", home) as lab:
        page = browser.new_page(viewport=SIZE)
        notebook = NotebookPage(page, lab, read_manifest(course.manifest).notebook, names)
        answer = answers(course)["identity_block"].replace("([X, X_shortcut])", "([X, X])")
        notebook.write("identity_block", answer)
        notebook.run_all()
        card = notebook.card("identity_block_test")
        expect(card).to_contain_text("The skip connection is cut", timeout=PATIENCE)
        notebook.cell("ResNet50_test").locator(".jp-InputPrompt").click()  # of the two, none is
        notebook.cell("identity_block").evaluate("each => each.scrollIntoView()")
        page.mouse.move(0, 0)
        boxes = [notebook.cell(name).bounding_box() for name in SHOWN]
        assert boxes[0] is not None and boxes[1] is not None
        first, last = boxes[0], boxes[1]
        height = last["y"] + last["height"] - first["y"]
        page.screenshot(path=path, clip={**first, "height": height})
        page.close()


def feedback_picture(course: Course, browser: Browser, home: Path, path: Path) -> None:
    """Write the picture of the beginning of a feedback page."""
    write_sample_pages(course, home / "pages")
    page = browser.new_page(viewport={"width": 980, "height": 1500})
    page.goto((home / "pages" / LEARNER / "feedback.html").as_uri())
    page.screenshot(path=path)


def main() -> None:
    """Write notebook.png and feedback.png into docs/images, or into the folder named."""
    course = find_course(Path(__file__))
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=course.root / "docs" / "images")
    target: Path = parser.parse_args().folder
    with tempfile.TemporaryDirectory(prefix="reskit-pictures-") as home, browsing() as browser:
        notebook_picture(course, browser, Path(home), target / "notebook.png")
        feedback_picture(course, browser, Path(home), target / "feedback.png")


if __name__ == "__main__":
    main()
