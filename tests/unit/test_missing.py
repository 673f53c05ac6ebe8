"""Where a package is missing, every command says which, and what to type: no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from lacking import environment_without, run_reskit

from reskit.course import find_course
from reskit.missing import told_missing

COURSE = find_course(Path(__file__).parent).root
SOLVED = str(COURSE / "tests" / "submissions" / "solved" / "ResNet50.ipynb")
NETWORK = str(COURSE / "solutions" / "resnet50" / "resnet50.h5")


@pytest.mark.parametrize(
    ("words", "package"),
    [
        ("No module named 'nbgrader'", "nbgrader>="),
        ("No module named 'PIL'", "pillow>="),
        ("No module named 'tensorflow.python'", "tensorflow>="),
        ("No package metadata was found for keras", "keras>="),
        ("The probe was lost.\nModuleNotFoundError: No module named 'h5py'\n", "h5py>="),
    ],
)
def test_missing_package_is_told_with_what_to_type(words: str, package: str) -> None:
    """Whatever an import failed for is named, with the command that installs it."""
    told = told_missing(words)

    assert told is not None
    assert f"Type: pip install '{package}" in told
    assert "`reskit doctor`" in told


@pytest.mark.parametrize("words", ["", "Segmentation fault", "No module named 'resnets_utils2'"])
def test_other_failures_are_not_taken_for_a_missing_package(words: str) -> None:
    """What a learner imports, and every other failure, is told in its own words."""
    assert told_missing(words) is None


@pytest.mark.parametrize(
    ("lacking", "arguments", "package"),
    [
        ("nbgrader", ("release", "--check"), "nbgrader"),
        ("nbgrader", ("demo", "--out", "nowhere"), "nbgrader"),
        ("nbgrader", ("grade", "--nbgrader"), "nbgrader"),
        ("jupytext", ("record", "--check"), "jupytext"),
        ("jupytext", ("audit", "--short"), "jupytext"),
        ("h5py", ("evaluate", NETWORK), "h5py"),
        ("pil", ("predict", NETWORK, NETWORK), "pillow"),
        ("h5py", ("check", SOLVED), "h5py"),
        ("h5py", ("grade", SOLVED, "--force"), "h5py"),
        ("tensorflow", ("grade", SOLVED, "--force"), "tensorflow"),
        ("keras", ("grade", SOLVED, "--force"), "keras"),
        ("distributed", ("grade", SOLVED, "--scheduler", "tcp://127.0.0.1:1"), "reskit[cluster]"),
    ],
)
def test_command_says_what_it_lacks(
    tmp_path: Path, lacking: str, arguments: tuple[str, ...], package: str
) -> None:
    """In an environment without a package, a command that needs it says so, and fails."""
    python = environment_without(tmp_path / "environment", lacking)

    status, said = run_reskit(python, COURSE, *arguments)

    assert status == 1, said
    assert f"pip install '{package}" in said
    assert "Traceback" not in said


def test_doctor_runs_where_hardly_anything_is(tmp_path: Path) -> None:
    """The doctor itself needs none of what it looks for."""
    lacking = ("tensorflow", "keras", "h5py", "nbgrader", "jupyter_core", "jupytext", "distributed")
    python = environment_without(tmp_path / "environment", *lacking)

    status, said = run_reskit(python, COURSE, "doctor")

    assert status == 1
    assert "Not ready to grade: warm parent, tensorflow, keras, h5py, nbgrader, jupytext." in said
