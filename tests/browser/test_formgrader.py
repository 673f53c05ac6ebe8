"""nbgrader's formgrader in a real browser: our scores are read, and points are added by hand."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page

from reskit.course import find_course
from reskit.nbgrader_course import lay_out, run_nbgrader, store_reports
from reskit.report import Report
from reskit.stored_report import report_from_dict

pytestmark = pytest.mark.browser

COURSE = find_course(Path(__file__).parent)
STUDENTS = ("solved", "skip_cut", "half_done")
PRAISE = "Nearly. Draw it once more."
PATIENCE = 60  # seconds until Jupyter answers


@dataclass(frozen=True)
class Formgrader:
    """A running Jupyter server with nbgrader's extension, in an nbgrader course."""

    root: Path
    address: str

    def page(self, place: str) -> str:
        """Return the address of one of formgrader's pages."""
        return f"{self.address}/formgrader/{place}"


@pytest.fixture(scope="module")
def formgrader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Formgrader]:
    """A small class, autograded by nbgrader with our reports, and formgrader over it."""
    root = tmp_path_factory.mktemp("formgrader") / "course"
    lay_out(
        COURSE, root, {name: COURSE.sample_class / name / "ResNet50.ipynb" for name in STUDENTS}
    )
    store_reports(root, [golden_report(name) for name in STUDENTS])
    run_nbgrader(COURSE, root, "generate_assignment", COURSE.assignment)
    run_nbgrader(COURSE, root, "autograde", COURSE.assignment)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "RESKIT_COURSE": str(COURSE.root),
        "JUPYTER_CONFIG_DIR": str(root / "jupyter"),
        "JUPYTER_DATA_DIR": str(root / "jupyter" / "data"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
    command = [sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root"]
    with (root / "server.log").open("w") as log:
        server = subprocess.Popen(
            [*command, f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token="],
            cwd=root,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(f"{address}/api", server, root / "server.log")
        yield Formgrader(root, address)
    finally:
        server.terminate()
        server.wait(30)


def golden_report(student: str) -> Report:
    """Return the report that the student is due; of which file and by what is not kept there."""
    folder = COURSE.sample_class / student
    kept = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    digest = sha256((folder / "ResNet50.ipynb").read_bytes()).hexdigest()
    submission = {"path": "ResNet50.ipynb", "student": student, "sha256": digest}
    return report_from_dict({**kept, "submission": submission, "provenance": {}})


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(address, timeout=PATIENCE):
                return
        except URLError:
            time.sleep(0.2)  # it answers when it does; nothing else tells
    pytest.fail(f"Jupyter did not start:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """A tab of the browser."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    yield page
    page.close()


def cells_of_row(tab: Page, name: str) -> list[str]:
    """Return the cells of the table's row that has a cell with this text."""
    row = tab.locator("tr").filter(has=tab.get_by_text(name, exact=True))
    row.first.wait_for()
    return [text.strip() for text in row.first.locator("td").all_inner_texts()]


def open_submission(formgrader: Formgrader, tab: Page, student: str) -> None:
    """Open the page on which an instructor grades a student's notebook."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{formgrader.root / 'gradebook.db'}", "reskit") as gradebook:
        place = ("ResNet50", COURSE.assignment, student)
        identity = gradebook.find_submission_notebook(*place).id
    tab.goto(formgrader.page(f"submissions/{identity}"))
    tab.wait_for_function("document.querySelector('#identity_block_test').placeholder !== ''")


def test_class_shows_our_scores(formgrader: Formgrader, tab: Page) -> None:
    """The table of submissions has each student's score, with partial credit."""
    tab.goto(formgrader.page(f"manage_submissions/{COURSE.assignment}"))

    assert "100 / 100" in cells_of_row(tab, "solved")
    assert "86 / 100" in cells_of_row(tab, "skip_cut")
    assert "30 / 100" in cells_of_row(tab, "half_done")


def test_submission_shows_message_and_partial_credit(formgrader: Formgrader, tab: Page) -> None:
    """The page of one submission has the mistake in words, a drawing, and points per exercise."""
    open_submission(formgrader, tab, "skip_cut")
    given = {
        name: tab.locator(f"#{name}_test").get_attribute("placeholder")
        for name in ("identity_block", "convolutional_block", "ResNet50")
    }

    assert given == {"identity_block": "16", "convolutional_block": "30", "ResNet50": "40"}
    assert tab.get_by_text("The skip connection is cut").first.is_visible()
    assert tab.locator(".output svg, .output_area svg").first.is_visible()


def test_points_by_hand_stay_when_autograded_again(formgrader: Formgrader, tab: Page) -> None:
    """Points and a comment typed into the page are there after autograding from the page."""
    open_submission(formgrader, tab, "skip_cut")
    with tab.expect_response(lambda answer: "/api/grade/" in answer.url and answer.ok):
        tab.locator("#identity_block_test").fill("25")
        tab.locator("#identity_block_test").blur()
    with tab.expect_response(lambda answer: "/api/comment/" in answer.url and answer.ok):
        tab.locator("#identity_block-comment").fill(PRAISE)
        tab.locator("#identity_block-comment").blur()
    tab.goto(formgrader.page(f"manage_submissions/{COURSE.assignment}"))
    before = cells_of_row(tab, "skip_cut")
    with tab.expect_response(lambda answer: answer.url.endswith("/autograde")) as autograded:
        tab.locator("tr").filter(has_text="skip_cut").locator(".autograde a").click()
    told = autograded.value.json()
    tab.goto(formgrader.page(f"manage_submissions/{COURSE.assignment}"))
    after = cells_of_row(tab, "skip_cut")
    open_submission(formgrader, tab, "skip_cut")

    assert told["success"], told
    assert "95 / 100" in before
    assert "95 / 100" in after
    assert tab.locator("#identity_block_test").input_value() == "25"
    assert tab.locator("#identity_block-comment").input_value() == PRAISE
