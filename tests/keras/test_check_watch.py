"""`reskit check --watch` beside a learner who saves."""

import json
import shutil
import signal
import subprocess
import sys
import threading
from queue import Queue

import pytest

pytestmark = pytest.mark.keras

SECONDS = 120


@pytest.fixture
def watched(course, tmp_path):
    """A notebook with a cut skip connection, the process that watches it, and its lines."""
    notebook = tmp_path / "ResNet50.ipynb"
    shutil.copy(course.sample_class / "skip_cut" / "ResNet50.ipynb", notebook)
    process = subprocess.Popen(
        [sys.executable, "-m", "reskit", "check", "--watch", str(notebook)],
        cwd=course.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    lines: Queue[str] = Queue()
    threading.Thread(target=lambda: [*map(lines.put, process.stdout)], daemon=True).start()
    yield notebook, process, lines
    process.kill()
    process.wait(SECONDS)
    process.stdout.close()


def until(lines, text):
    """Return what is printed up to the first line with `text`."""
    told = []
    while not told or text not in told[-1]:
        told.append(lines.get(timeout=SECONDS))
    return "".join(told)


def test_saves_are_answered_until_the_learner_ends_it(course, watched):
    """Red, then green after a save that mends it, then an end without a traceback."""
    notebook, process, lines = watched

    first = until(lines, "ResNet50: ")
    shutil.copy(course.sample_class / "solved" / "ResNet50.ipynb", notebook)
    mended = until(lines, "ResNet50: ")
    notebook.write_text(json.dumps(json.loads(notebook.read_text("utf-8")), indent=2), "utf-8")
    again = until(lines, "as before")
    process.send_signal(signal.SIGINT)

    assert "The skip connection is cut" in first
    assert "90 of 90 points (before: 80)" in mended
    assert "identity_block: 26 of 26 points\n" in mended
    assert "convolutional_block: 28 of 28 points, as before" in mended
    assert again.strip().endswith("90 of 90 points, as before")
    assert process.wait(SECONDS) == 0
