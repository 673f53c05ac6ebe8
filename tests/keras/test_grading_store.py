"""What is known is not found out again, and what fails for our own reasons is nobody's zero."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import reskit.grading
from reskit.course import Course
from reskit.grading import Grader, Ungraded
from reskit.probe.pool import ProbeError
from reskit.report import Report
from reskit.store import Store

pytestmark = pytest.mark.keras

# Each time this runs, another number of filters comes out: who reads the report sees whether it
# was run again.
DICE = """
import random
import keras

def identity_block(X, f, filters, initializer=None):
    return keras.layers.Conv2D(1000 + random.randrange(10 ** 6), 1)(X)
"""

OTHERS = """
def convolutional_block(X, f, filters, s=2, initializer=None):
    return keras.layers.ReLU()(X)

def ResNet50(input_shape=(64, 64, 3), classes=6):
    image = keras.Input(input_shape)
    return keras.Model(image, keras.layers.ReLU()(image))
"""


@pytest.fixture
def own_course(course: Course, tmp_path: Path) -> Course:
    """A course of its own, with an empty store."""
    root = tmp_path / "course"
    for path in (course.manifest, course.outputs, course.hidden_outputs):
        target = root / path.relative_to(course.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return Course(root)


@pytest.fixture
def dice(tmp_path: Path) -> Path:
    """A submission of which every run has another result."""
    path = tmp_path / "dice.py"
    path.write_text(DICE, encoding="utf-8")
    return path


def graded(course: Course, *paths: Path, force: bool = False) -> list[Report | Ungraded]:
    """Grade the submissions with the course's store."""
    with (
        Store(course.root / "store") as store,
        Grader(course, jobs=2, store=store, force=force) as grader,
    ):
        return list(grader.grade_all(paths))


def thrown(outcome: Report | Ungraded) -> list[object]:
    """Return the numbers of filters that a report has received."""
    assert isinstance(outcome, Report)
    return [
        difference.received
        for case in outcome.exercises[0].cases
        for difference in case.differences
        if difference.attribute == "filters"
    ]


def test_unchanged_class_is_not_run_again(
    own_course: Course, dice: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second run starts nothing and says the same to the letter."""
    first = graded(own_course, dice)
    monkeypatch.setattr(reskit.grading, "ExaminerProcess", pytest.fail)
    second = graded(own_course, dice)

    assert second == first


def test_force_grades_anew(own_course: Course, dice: Path) -> None:
    """With --force nothing counts as known."""
    (first,) = graded(own_course, dice)
    (second,) = graded(own_course, dice, force=True)

    assert thrown(first)
    assert thrown(first) != thrown(second)


def test_changed_hint_is_told_without_running_anything(own_course: Course, dice: Path) -> None:
    """An instructor edits a hint, and the class is judged anew from what was found before."""
    (before,) = graded(own_course, dice)
    manifest = own_course.manifest.read_text(encoding="utf-8")
    assert "Follow the main path of the drawing" in manifest
    own_course.manifest.write_text(
        manifest.replace("Follow the main path of the drawing", "Walk along the main path"),
        encoding="utf-8",
    )
    (after,) = graded(own_course, dice)

    assert isinstance(after, Report)
    assert thrown(after) == thrown(before)
    assert "Walk along the main path" in str(after.exercises[0])


def test_programs_with_the_same_slice_run_once(own_course: Course, tmp_path: Path) -> None:
    """Comments and training cells make no other program, at once or one after the other."""
    paths = [tmp_path / name for name in ("anna.py", "ben.py", "cleo.py")]
    for path in paths:
        text = f"# {path.stem}\n{DICE}{OTHERS}\nprint('{path.stem}')\n"
        path.write_text(text, encoding="utf-8")

    together = [thrown(outcome) for outcome in graded(own_course, *paths[:2])]
    later = [thrown(outcome) for outcome in graded(own_course, paths[2])]

    assert together[0]
    assert together[0] == together[1] == later[0]


def test_place_of_an_error_is_the_learners_own(own_course: Course, tmp_path: Path) -> None:
    """Programs of one slice that raise are told their own lines."""
    broken = DICE.replace("    return", "    raise ValueError('odd')\n    return")
    paths = [tmp_path / "anna.py", tmp_path / "ben.py"]
    paths[0].write_text(broken, encoding="utf-8")
    paths[1].write_text("\n" * 7 + broken, encoding="utf-8")

    found = [str(outcome) for outcome in graded(own_course, *paths)]

    assert "line 6: raise ValueError" in found[0]
    assert "line 13: raise ValueError" in found[1]


def test_what_we_fail_to_grade_is_nobodys_zero(
    own_course: Course, dice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A submission on which our own process is lost, twice, has no report; the others have."""
    real = reskit.grading.ExaminerProcess
    tries = []

    class Failing(real):  # the one thing that is not real here: how the process comes to be lost
        def ask(self, question):
            if "identity_block" not in question.jobs[0]["cells"][0]:
                tries.append(1)
                raise ProbeError("The examiner was lost.")
            return super().ask(question)

    other = tmp_path / "other.py"
    other.write_text("x = 1\n", encoding="utf-8")
    monkeypatch.setattr(reskit.grading, "ExaminerProcess", Failing)
    lost, good = graded(own_course, other, dice)

    assert lost == Ungraded(str(other), "other", "The examiner was lost.")
    assert len(tries) == 2
    assert isinstance(good, Report)


SLOW = DICE.replace("    return", "    import time\n    time.sleep(3)\n    return")


def descends(pid: int, above: int) -> bool:
    """Return whether a process was started by another, or by one that it started."""
    while pid not in (0, 1, above):
        _, _, state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")
        pid = int(state.split()[1])
    return pid == above


def processes(module: str, above: int) -> list[int]:
    """Return the processes that run a module of ours, and descend from a process."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):  # it has ended meanwhile, or is no process
            pid = int(entry.name)
            command = (entry / "cmdline").read_bytes()
            if module.encode() in command and descends(pid, above):
                found.append(pid)
    return found


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
@pytest.mark.parametrize("module", ["reskit.probe.parent", "reskit.examiner"])
def test_lost_process_costs_a_retry(own_course: Course, tmp_path: Path, module: str) -> None:
    """A warm parent or an examiner that is killed while it works is replaced, and nothing lost."""
    path = tmp_path / "slow.py"
    path.write_text(SLOW, encoding="utf-8")
    with Grader(own_course, jobs=1) as grader:
        under_way = grader._begin(reskit.grading.read_submission(path, "resnet50"))
        deadline = time.monotonic() + 120
        while not (found := processes(module, os.getpid())) and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(1.0)
        for pid in found:
            os.kill(pid, signal.SIGKILL)
        (outcome,) = grader._finish(under_way)

    assert found
    assert isinstance(outcome, Report)
    assert thrown(outcome)


def command(course: Course, out: Path, *paths: Path) -> subprocess.Popen[str]:
    """Start `reskit grade` as a person would."""
    return subprocess.Popen(
        [sys.executable, "-m", "reskit", "grade", *map(str, paths), "--out", str(out)],
        env=os.environ | {"RESKIT_COURSE": str(course.root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder but the log, which tells of the last run alone."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "grade.log"
    }


@pytest.fixture
def some(course: Course) -> list[Path]:
    """A part of the sample class."""
    names = ("solved", "skip_cut", "broken_json", "segfault", "wrong_padding", "stub", "old_form")
    return [course.sample_class / name / "ResNet50.ipynb" for name in names]


def test_killed_run_goes_on_to_the_same_bytes(
    own_course: Course, some: list[Path], tmp_path: Path
) -> None:
    """SIGKILL at any moment, again and again: the last run ends as if there had been no other."""
    whole = command(own_course, tmp_path / "whole", *some)
    whole.communicate(timeout=300)
    shutil.rmtree(own_course.root / ".reskit")
    out = tmp_path / "out"
    for delay in (0.2, 4.0, 7.0, 8.0):
        started = command(own_course, out, *some)
        time.sleep(delay)
        started.kill()
        started.communicate()
    last = command(own_course, out, *some)
    last.communicate(timeout=300)

    assert (whole.returncode, last.returncode) == (0, 0)
    assert contents(out) == contents(tmp_path / "whole")


def test_interrupted_run_writes_all_and_says_how_to_go_on(
    own_course: Course, tmp_path: Path
) -> None:
    """Ctrl-C ends a run after what is in hand; the same command does the rest."""
    out = tmp_path / "out"
    paths = [tmp_path / f"slow_{number}.py" for number in range(6)]
    for number, path in enumerate(paths):  # two in hand, and four that wait
        path.write_text(SLOW.replace("(3)", f"(1.{number})"), encoding="utf-8")
    started = command(own_course, out, *paths)
    deadline = time.monotonic() + 120
    while not processes("reskit.probe.parent", started.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    started.send_signal(signal.SIGINT)
    _, said = started.communicate(timeout=120)
    written = len(contents(out))
    again = command(own_course, out, *paths)
    again.communicate(timeout=120)

    assert started.returncode == 130
    assert "The same command goes on from there" in said
    assert again.returncode == 0
    assert written < len(contents(out)) == 2 * len(paths) + 1


def test_page_that_cannot_be_written_is_said_and_graded_next_time(
    own_course: Course, some: list[Path], tmp_path: Path
) -> None:
    """Where a report finds no room, the run ends with 1 and a list, and the others are written."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "solved").write_text("a file in the way", encoding="utf-8")
    started = command(own_course, out, *some[:2])
    _, said = started.communicate(timeout=120)

    assert started.returncode == 1
    assert "Not graded, by our own failure" in said
    assert "1 of 2 have no grade" in said.replace("\n", " ")
    assert (out / "skip_cut" / "report.json").is_file()
