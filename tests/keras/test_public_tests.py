"""What learners run: a green card for a right block, and what is wrong in a wrong one."""

import json
import subprocess
import sys

import pytest
from equivalents import EQUIVALENTS
from mutants import MUTANTS

pytestmark = pytest.mark.keras

RUN = """
import json, sys
import public_tests
programs = json.load(open("programs.json"))
answers = {}
for name, (function, text) in programs.items():
    names = {"__name__": "learner"}
    exec(text, names)
    try:
        getattr(public_tests, function + "_test")(names[function])
        answers[name] = ""
    except AssertionError as error:
        answers[name] = str(error)
json.dump(answers, open("answers.json", "w"))
"""
SEEN_ONLY_WITH_OTHER_ARGUMENTS = (
    "identity_block_conv2_kernel_fixed",
    "convolutional_block_conv2_kernel_fixed",
    "stride_main_fixed",
    "default_stride",
    "six_classes",
    "fixed_input",
    "default_classes",
)


@pytest.fixture(scope="module")
def run(course, tmp_path_factory):
    """Run the public tests as a learner does: in a folder that holds the learner's files alone."""

    def answers(programs):
        folder = tmp_path_factory.mktemp("learner")
        for file in (*course.public_tests.glob("*.py"), course.outputs):
            (folder / file.name).write_bytes(file.read_bytes())
        (folder / "programs.json").write_text(json.dumps(programs), encoding="utf-8")
        subprocess.run(
            [sys.executable, "-c", RUN], cwd=folder, check=True, timeout=300, capture_output=True
        )
        return json.loads((folder / "answers.json").read_text(encoding="utf-8"))

    return answers


def test_public_tests_name_every_mutant_that_shows_with_public_arguments(run, reference):
    """Each mistake that the public calls can show is shown, with its place."""
    answers = run({each.name: (each.function, each.applied(reference)) for each in MUTANTS})

    misses = [
        (mutant.name, answers[mutant.name])
        for mutant in MUTANTS
        if mutant.name not in SEEN_ONLY_WITH_OTHER_ARGUMENTS
        and not any(
            (layer or "The function gives back") in answers[mutant.name]
            for _, layer, _ in mutant.differences
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
