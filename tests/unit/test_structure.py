"""What of a function is its structure, and what of it may be shown to others."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from writing_styles import program, renamed

from reskit.class_report.structures import Structures
from reskit.probe.structure import outlines, shown

NAMES = ("identity_block", "convolutional_block", "ResNet50")
PERSONAL = '''
def identity_block(X, f, filters, initializer=random_uniform):
    """By Ada Lovelace, 4711-0815."""
    # Ada wrote this at home
    ada_path: "my own" = X
    ada_path = layers.Conv2D(64, 1, name="ada_conv", padding="same")(ada_path)
    "ada was here"
    return layers.Add(ada=20231234)([X, ada_path], 20231234.5, 1e-05, 0.99)
'''
KEPT = {"X", "f", "filters", "initializer", "layers", "Conv2D", "Add", "padding", "same", "name"}


SHOWN = """\
def identity_block(X, f, filters, initializer=name1):
    name2 = X
    name2 = layers.Conv2D(64, 1, name='…', padding='same')(name2)
    return layers.Add(name3=0)([X, name2], 0.0, 1e-05, 0.99)"""


def test_renaming_and_comments_change_nothing() -> None:
    """A copy with other names, comments and blank lines has the same tokens."""
    source = program(5)
    disguised = renamed(source, 5)

    assert disguised != source
    assert [each["tokens"] for each in outlines([disguised], NAMES).values()] == [
        each["tokens"] for each in outlines([source], NAMES).values()
    ]


@pytest.mark.parametrize(
    ("old", "new"), [("return X", "return X + X"), ("Conv2D", "Dense"), ("64", "65")]
)
def test_what_is_done_otherwise_has_other_tokens(old: str, new: str) -> None:
    """Layers, numbers and steps are structure."""
    source = "def ResNet50(X):\n    X = layers.Conv2D(64)(X)\n    return X\n"

    one, other = (
        outlines([each], NAMES)["ResNet50"]["tokens"] for each in (source, source.replace(old, new))
    )

    assert one != other


def test_last_of_two_functions_counts() -> None:
    """As in a kernel, what is defined last is what there is."""
    cells = ["def ResNet50():\n    return 1\n", "def ResNet50():\n    return 2\n"]

    assert "constant 2" in outlines(cells, NAMES)["ResNet50"]["tokens"]


def test_shown_function_points_at_nobody() -> None:
    """Names of one's own, texts, comments, annotations and long numbers are out of sight."""
    assert shown([PERSONAL], "identity_block", KEPT) == SHOWN


def test_docstring_alone_leaves_a_function() -> None:
    """A function that holds nothing but its docstring can be told too."""
    source = 'def ResNet50():\n    """Later."""\n'

    assert shown([source], "ResNet50", ()) == "def ResNet50():\n    pass"


def nested(depth: int) -> str:
    """Return a function with an expression so deep that parsers give up, or worse."""
    return f"def ResNet50():\n    return {'(' * depth}1{')' * depth}\n"


@pytest.mark.parametrize(
    "source",
    [
        nested(150),
        nested(5_000),
        "def ResNet50():\n    return " + "-" * 60_000 + "1\n",
        "def ResNet50(:\n",
        "def ResNet50():\n    return '\ud800'\n",
        "def ResNet50():\n    return " + "9" * 5_000 + "\n",
        "x" * 300_000 + "def ResNet50",
        "\0def ResNet50(): pass",
    ],
    ids=["deep", "deeper", "signs", "broken", "surrogate", "number", "long", "zero"],
)
def test_source_that_breaks_a_parser_costs_only_itself(source: str) -> None:
    """The next submission is told as ever."""
    with Structures(NAMES) as structures:
        structures.of([source])
        structures.shown([source], "ResNet50", [])
        found = structures.of(["def ResNet50():\n    return 1\n"])

    assert found is not None
    assert set(found.tokens) == {"ResNet50"}


def test_process_knows_nothing_of_the_folder_it_starts_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that lies where the command is typed is never imported."""
    (tmp_path / "ast.py").write_text("raise SystemExit('imported')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    with Structures(NAMES) as structures:
        assert structures.of(["def ResNet50(): pass"]) is not None
    assert str(tmp_path) not in sys.path
