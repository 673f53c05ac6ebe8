"""`reskit check --watch`: when a save counts, and what is told after it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reskit.check_command import changed_text, saves
from reskit.report import CaseResult, ExerciseResult, Report

BLOCK = ExerciseResult(
    "identity_block",
    4.0,
    6.0,
    "failed",
    (CaseResult("main path", "public", "failed", 4.0, 6.0, hint="Look at the drawing."),),
)
NETWORK = ExerciseResult(
    "ResNet50", 5.0, 5.0, "passed", (CaseResult("stem", "public", "passed", 5.0, 5.0),)
)
REPORT = Report(
    assignment="resnet50",
    path="ResNet50.ipynb",
    student="ada",
    sha256="0" * 64,
    score=9.0,
    max_score=11.0,
    fault=None,
    exercises=(BLOCK, NETWORK),
    provenance={},
)


class Editor:
    """Stands for time that passes, and for what an editor does meanwhile."""

    def __init__(self, *steps) -> None:
        self.steps = list(steps)

    def __call__(self, seconds: float) -> None:
        """Do the next step; when none is left, the learner presses Ctrl-C."""
        assert seconds > 0
        if not self.steps:
            raise KeyboardInterrupt
        self.steps.pop(0)()


def counted(notebook: Path, *steps) -> int:
    """Return how many saves are told while these steps happen, the first look included."""
    number = 0
    try:
        for _ in saves(notebook, Editor(*steps)):
            number += 1
    except KeyboardInterrupt:
        return number


def nothing() -> None:
    """Let time pass."""


def test_each_save_counts_once(tmp_path):
    """The notebook is checked at the start, then after each save, and not in between."""
    notebook = tmp_path / "ResNet50.ipynb"
    notebook.write_text("one")

    save = lambda text: lambda: notebook.write_text(text)  # noqa: E731

    assert counted(notebook, nothing, nothing, nothing) == 1
    assert counted(notebook, save("other"), nothing, nothing, save("third!"), nothing) == 3


def test_save_in_several_steps_counts_when_it_is_whole(tmp_path):
    """An editor that writes slowly is not met half-way."""
    notebook = tmp_path / "ResNet50.ipynb"
    notebook.write_text("one")
    steps = [lambda text=text: notebook.write_text(text) for text in ("h", "ha", "hal", "half")]

    assert counted(notebook, *steps, nothing) == 2


def test_file_that_is_replaced_or_gone_for_a_moment(tmp_path):
    """Editors that write a new file and rename it, or remove the old one first, are followed."""
    notebook, beside = tmp_path / "ResNet50.ipynb", tmp_path / "new"
    notebook.write_text("one")
    beside.write_text("two")

    gone = [notebook.unlink, nothing, lambda: notebook.write_text("three"), nothing]
    replaced = [lambda: beside.replace(notebook), nothing]

    assert counted(notebook, *replaced, *gone) == 3


def test_what_is_as_before_is_told_in_a_line():
    """After a save only the functions of which something changed are told in full."""
    better = replace(BLOCK, score=6.0, status="passed", cases=())

    text = changed_text(replace(REPORT, score=11.0, exercises=(better, NETWORK)), REPORT)

    assert text.splitlines()[0] == "11 of 11 points (before: 9)"
    assert "identity_block: 6 of 6 points" in text
    assert "ResNet50: 5 of 5 points, as before" in text
    assert "stem" not in text


def test_save_that_changes_nothing_says_so():
    """The learner sees that the save was seen."""
    assert changed_text(REPORT, REPORT) == "9 of 11 points, as before\n"
