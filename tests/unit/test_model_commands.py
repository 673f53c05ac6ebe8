"""`reskit evaluate` and `reskit predict`, as a person or a script runs them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest
from PIL import Image

from reskit.cli import main
from reskit.course import find_course

COURSE = find_course()
MODEL = COURSE.solution / "resnet50.h5"
PICTURE = COURSE.solution / "images" / "my_image.jpg"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write twelve images of the course's test set, in the schema, with names of classes."""
    path = tmp_path_factory.mktemp("data") / "some.h5"
    with (
        h5py.File(COURSE.solution / "datasets" / "test_signs.h5") as whole,
        h5py.File(path, "w") as file,
    ):
        file["test_set_x"] = whole["test_set_x"][:12]
        file["test_set_y"] = whole["test_set_y"][:12].reshape(-1)
        file["list_classes"] = np.array([b"none", b"one", b"two", b"three", b"four", b"five"])
    return path


def run(*words: object) -> int:
    """Return the exit status of a command."""
    return main([str(word) for word in words])


def test_evaluate_prints_figures(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On a screen that is no terminal, the figures come as plain text, without colour."""
    status = run("evaluate", MODEL, "--data", data)

    out = capsys.readouterr().out
    assert status == 0
    assert "12 images" in out
    assert "the ResNet-50 of the exercise, layer by layer (23,600,006 weights)" in out
    assert out.splitlines()[-1].split()[0] == "five"
    assert "\x1b" not in out


def test_evaluate_gives_json_alone(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script gets one JSON object; a folder gets the same, as text and as a picture too."""
    status = run("evaluate", MODEL, "--data", data, "--json", "--out", tmp_path / "out")

    told = json.loads(capsys.readouterr().out)
    assert status == 0
    assert told["schema"] == "reskit.evaluation/1"
    assert told["data"]["images"] == 12 == sum(map(sum, told["confusion"]))
    assert told["right"] == sum(each["right"] for each in told["classes"])
    assert told["accuracy"] == told["right"] / 12
    assert told["model"]["equal_by"] == "graph"
    assert json.loads((tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8")) == told
    assert "for each label" in (tmp_path / "out" / "evaluation.txt").read_text(encoding="utf-8")
    with Image.open(tmp_path / "out" / "confusion.png") as picture:
        assert "A row for each label" in picture.text["Description"]  # type: ignore[attr-defined]


def test_evaluate_refuses_what_is_no_model(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that cannot be evaluated is told with its name, and the status is 1."""
    status = run("evaluate", data)

    captured = capsys.readouterr()
    assert (status, captured.out) == (1, "")
    assert "some.h5: The file is HDF5, but holds no model" in captured.err


def test_labels_beyond_the_classes_of_the_network_are_told(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A network of six classes cannot be right about a seventh."""
    path = Path(shutil.copy(data, tmp_path / "more.h5"))
    with h5py.File(path, "r+") as file:
        file["test_set_y"][0] = 6

    assert run("evaluate", MODEL, "--data", path) == 1
    assert "go up to 6" in capsys.readouterr().err


def test_predict_answers_for_each_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Six probabilities for each picture, a picture of what was seen, and the same in words."""
    small = tmp_path / "my_image.png"
    Image.open(PICTURE).resize((64, 64), Image.Resampling.LANCZOS).save(small)
    out = tmp_path / "out"

    status = run("predict", MODEL, PICTURE, small, "--out", out)

    told = capsys.readouterr().out
    answers = re.findall(r"class (\d), probability", told)
    assert status == 0
    assert len(answers) == 2 and answers[0] == answers[1]  # the same pixels are seen
    assert len([line for line in told.splitlines() if line.startswith("  ")]) == 12
    assert sorted(path.name for path in out.iterdir()) == [
        *("my_image-2.png", "my_image-2.txt", "my_image.png", "my_image.txt"),
    ]
    with Image.open(out / "my_image.png") as picture:
        assert f"class {answers[0]}, probability" in picture.text["Description"]  # type: ignore[attr-defined]


def test_predict_goes_on_after_a_file_that_is_no_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One bad file costs the status 1, and the other pictures have their answers."""
    text = tmp_path / "text.png"
    text.write_text("three", encoding="utf-8")

    status = run("predict", MODEL, text, PICTURE, "--json", "--out", tmp_path / "out")

    captured = capsys.readouterr()
    (answer,) = map(json.loads, captured.out.splitlines())
    assert status == 1
    assert "text.png: This is no picture" in captured.err
    assert answer["path"] == str(PICTURE)
    assert sum(answer["probabilities"]) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("command", ["evaluate", "predict"])
def test_files_that_are_not_there_are_wrong_use(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip in a path ends with the status 2, and the path is said."""
    more = [PICTURE] if command == "predict" else []

    assert run(command, "no/such/model.h5", *more) == 2
    assert "There is no file no/such/model.h5" in capsys.readouterr().err


def test_odd_names_of_files_do_no_harm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A picture whose name is no text, or colours a terminal, is classified like any other."""
    odd = tmp_path / "three\udcff\x1b[31m.png"
    odd.write_bytes(PICTURE.read_bytes())

    status = run("predict", MODEL, odd, "--out", tmp_path / "out")
    with_json = run("predict", MODEL, odd, "--json", "--out", tmp_path / "out")

    captured = capsys.readouterr()
    assert (status, with_json) == (0, 0)
    assert "\x1b" not in captured.out
    assert json.loads(captured.out.splitlines()[-1])["class"] in range(6)
