"""What learners run: a green card for a right block, and what is wrong in a wrong one."""

import json
import subprocess
import sys

import pytest
from equivalents import EQUIVALENTS
from mutants import MUTANTS

from reskit.bundle import bundle

pytestmark = pytest.mark.keras

RUN = """
import json, sys
import public_tests
programs = json.load(open("programs.json"))
answers = {}
for name, (function, text, *more) in programs.items():
    names = {"__name__": "learner"}
    exec(text, names)
    try:
        getattr(public_tests, function + "_test")(names[function], *more)
        answers[name] = ""
    except AssertionError as error:
        answers[name] = str(error)
json.dump(answers, open("answers.json", "w"))
"""


@pytest.fixture(scope="module")
def run(course, tmp_path_factory):
    """Run the public tests as a learner does: in a folder that holds the learner's files alone."""

    def answers(programs):
        folder = tmp_path_factory.mktemp("learner")
        for file in (course.public_tests / "public_tests.py", course.outputs):
            (folder / file.name).write_bytes(file.read_bytes())
        (folder / "test_utils.py").write_text(bundle(), encoding="utf-8")
        (folder / "programs.json").write_text(json.dumps(programs), encoding="utf-8")
        subprocess.run(
            [sys.executable, "-c", RUN], cwd=folder, check=True, timeout=300, capture_output=True
        )
        return json.loads((folder / "answers.json").read_text(encoding="utf-8"))

    return answers


OF_THE_WHOLE = {  # how a difference is told that is at no layer
    "output": "The function gives back",
    "returned": "The function gives back",
    "s": "Called without s, the function uses 1",
}


def test_public_tests_name_every_mutant(run, reference):
    """Each mistake is shown by one of the public calls, with its place."""
    answers = run({each.name: (each.function, each.applied(reference)) for each in MUTANTS})

    misses = [
        (mutant.name, answers[mutant.name])
        for mutant in MUTANTS
        if not any(
            (layer or OF_THE_WHOLE[attribute]) in answers[mutant.name]
            for _, layer, attribute in mutant.differences
        )
    ]
    assert misses == []


def test_public_tests_accept_every_equivalent(run, reference):
    """However a right function is written, the card is green."""
    answers = run({each.name: (each.function, each.applied(reference)) for each in EQUIVALENTS})

    assert {name: text for name, text in answers.items() if text} == {}


def test_stub_is_told_what_to_do(run):
    """An empty function gets a card that says it is not written yet."""
    stub = "def identity_block(X, f, filters, initializer=None):\n    raise NotImplementedError()\n"
    answers = run({"stub": ("identity_block", stub)})

    assert "not written yet" in answers["stub"]
    assert "identity_block(f=3, filters=[2, 4, 6], X of shape (None, 5, 5, 6))" in answers["stub"]


PADDING = ('padding="same"', 'padding="valid"')


def wrong_padding(reference):
    """Return the reference with the padding of the identity block's second convolution wrong."""
    start = reference.index("def identity_block")
    return reference[:start] + reference[start:].replace(*PADDING, 1)


def test_next_hint_is_there_for_the_asking(run, reference):
    """The card has one hint; `hints=3` gives three, each telling more."""
    text = wrong_padding(reference)
    answers = run({f"{n}": ("identity_block", text, n) for n in (1, 2, 3)})

    assert [answers[n].count("Hint:") for n in "123"] == [1, 2, 3]
    assert "the second convolution of the main path" in answers["2"]
    assert "hints=2) shows the next hint" in answers["1"]
    assert "shows the next hint" not in answers["3"]


def test_card_shows_drawing_and_table(run, reference):
    """The text of a card has the block drawn and the two tables, the place marked in both."""
    answers = run({"padding": ("identity_block", wrong_padding(reference))})

    marked = [line for line in answers["padding"].split("\n") if line.startswith("→ ")]
    assert [line for line in marked if "[main.conv2]" in line and "<-- padding is" in line]
    assert [line for line in marked if "valid → 3×3×4" in line and "same → 5×5×4" in line]
    assert len(marked) == 3  # the drawing, the table, and what the mark means


def test_difference_comes_before_the_exception(run, reference):
    """Where Keras only says that shapes do not match, the wrong padding is told first."""
    answers = run({"padding": ("identity_block", wrong_padding(reference))})

    text = answers["padding"]
    assert text.index("main.conv2: padding") < text.index("The function raised ValueError")
    assert "exception:" not in text


def test_learners_line_is_told_and_none_of_ours(run):
    """An exception is told in one line with the line of the learner's code that led to it."""
    text = "def ResNet50(input_shape=(64, 64, 3), classes=6):\n    return identity_block(3)\n"
    text += "def identity_block(X, f, filters):\n    return X\n"
    answers = run({"call": ("ResNet50", text)})

    assert "The function raised TypeError: missing a required argument" in answers["call"]
    assert "(line 2)" in answers["call"].replace("(line 2:", "(line 2)")
