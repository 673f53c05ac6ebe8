"""A learner's own code on the feedback page, with marks where they are certain."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from reskit.course import find_course
from reskit.network.difference import Difference
from reskit.own_code.excerpt import MOST_LINES, excerpt
from reskit.own_code.marked import NOT_PYTHON, STOPPED, MarkedCode, marked_code
from reskit.own_code.reading import Reading
from reskit.own_code.steps import UnclearError, Written, steps_of
from reskit.recording import read_expected
from reskit.render.code_html import code_html, marked_lines_html
from reskit.report import CaseResult, ExerciseResult, Report

EXPECTED = read_expected(find_course().outputs)
BLOCK = """import keras
from keras import layers

def identity_block(X, f, filters, initializer=None):
    F1, F2, F3 = filters
    kept = X

    X = layers.Conv2D(F1, 1, kernel_initializer=initializer(seed=0))(X)
    X = layers.BatchNormalization()(X)
    X = layers.Activation("relu")(X)

    X = layers.Conv2D(
        F2, f, padding="same",
        kernel_initializer=initializer(seed=0),
    )(X)
    X = layers.ReLU()(layers.BatchNormalization()(X))

    X = layers.Conv2D(F3, 1, kernel_initializer=initializer(seed=0))(X)
    X = layers.BatchNormalization()(X)

    X = X + kept
    return layers.Activation("relu")(X)

later = 1
"""


def differing(*differences: Difference, **settings: str) -> Report:
    """Return the report of a learner whose identity block shows these differences."""
    case = CaseResult("main path", "public", "failed", 0, 10, differences=differences)
    case = replace(case, **settings)
    exercise = ExerciseResult("identity_block", 0, 10, "failed", (case,))
    return Report("resnet50", "a.ipynb", "ada", None, 0, 100, None, (exercise,))


@pytest.fixture(scope="module")
def reading() -> Iterator[Reading]:
    """The process that reads functions."""
    made = Reading()
    yield made
    made.close()


def steps_or_none(text: str) -> Written | None:
    """Return the steps of a function, read here: these tests wrote it."""
    try:
        return steps_of(text)
    except UnclearError:
        return None


def marks(report: Report, text: str = BLOCK) -> MarkedCode:
    """Return the marked code of the identity block in one cell."""
    return marked_code(report, [text], EXPECTED, steps_or_none)["identity_block"]


NETWORK = """from keras import Input, Model, layers

def ResNet50(input_shape=(64, 64, 3), classes=10):
    image = Input(input_shape)
    X = layers.ZeroPadding2D(3)(image)
    X = layers.Conv2D(64, 7, strides=2)(X)
    X = layers.BatchNormalization()(X)
    X = layers.ReLU()(X)
    X = layers.MaxPooling2D(3, strides=2)(X)
    BLOCKS
    X = layers.GlobalAveragePooling2D()(X)
    X = layers.Dense(classes, activation="sigmoid")(X)
    return Model(image, X)
"""
CALLS = [
    f"X = {'identity' if block else 'convolutional'}_block(X, 3, [{width}, {width}, {4 * width}])"
    for width, blocks in ((64, 3), (128, 4), (256, 6), (512, 3))
    for block in range(blocks)
]
UNITS = Difference("attribute", "head.dense", "units", 6, 10, "Called without classes, …")
SIGMOID = Difference("attribute", "head.dense", "activation", "softmax", "sigmoid", "sigmoid")


def network_marks(text: str, *differences: Difference) -> MarkedCode:
    """Return the marked code of a network that shows these differences."""
    report = differing(*differences)
    exercise = replace(report.exercises[0], name="ResNet50")
    return marked_code(replace(report, exercises=(exercise,)), [text], EXPECTED, steps_or_none)[
        "ResNet50"
    ]


def test_global_pooling_is_the_pooling_and_the_vector() -> None:
    """A head that is written in one layer less is read all the same."""
    text = NETWORK.replace("BLOCKS", "\n    ".join(CALLS))
    last = text.split("\n").index('    X = layers.Dense(classes, activation="sigmoid")(X)') + 1

    assert network_marks(text, SIGMOID).notes == {last: ("sigmoid",)}


@pytest.mark.parametrize("blocks", ["\n    ".join(CALLS), "for block in blocks: X = block(X)"])
def test_wrong_default_is_marked_in_the_signature(blocks: str) -> None:
    """Where the default stands is known, however the body is written."""
    found = network_marks(NETWORK.replace("BLOCKS", blocks), UNITS)

    assert found.notes == {3: ("Called without classes, …",)}


def difference(kind: str, layer: str | None, attribute: str | None = None, received: object = None):  # type: ignore[no-untyped-def]
    return Difference(kind, layer, attribute, None, received, f"{kind} {layer}")


def test_function_is_cut_out_of_its_cell() -> None:
    """The function alone is shown, with the numbers its lines have in the cell."""
    found = excerpt(["import os", BLOCK], "identity_block")

    assert found is not None
    assert (found.cell, found.first_line) == (2, 4)
    assert found.lines[0].startswith("def identity_block")
    assert found.lines[-1] == '    return layers.Activation("relu")(X)'


def test_the_last_definition_counts() -> None:
    """Who defines a function twice is shown the one that was graded."""
    found = excerpt(["def f():\n    return 1", "def f():\n    return 2\ndef g(): pass"], "f")

    assert found is not None
    assert found.lines == ("def f():", "    return 2")


def test_text_at_the_left_edge_of_a_docstring_belongs_to_the_function() -> None:
    """A docstring that is not indented does not end the function."""
    found = excerpt(['def f():\n    """Say\nwhat it does.\n"""\n    return 1\nx = 2'], "f")

    assert found is not None
    assert found.lines[-1] == "    return 1"


def test_what_is_not_there_is_not_shown() -> None:
    """A longer name that begins alike is another function; a renamed one has no excerpt."""
    assert excerpt(["def identity_block_2(): pass"], "identity_block") is None


def test_a_huge_function_is_cut() -> None:
    """A page holds what a person reads."""
    found = excerpt(["def f():\n" + "    x = 1\n" * 100_000], "f")

    assert found is not None
    assert (len(found.lines), found.is_cut) == (MOST_LINES, True)


@pytest.mark.parametrize(
    ("found", "lines"),
    [
        (difference("attribute", "main.conv1", "filters"), {8}),
        (difference("attribute", "main.conv2", "padding"), {12, 13, 14, 15}),
        (difference("attribute", "main.bn2", "epsilon"), {16}),
        (difference("attribute", "main.relu2", "function"), {16}),
        (difference("wiring", "add", "inputs"), {21}),
        (difference("wiring", None, "output"), {22}),
        (difference("attribute", "relu", "function"), {22}),
    ],
)
def test_the_line_that_makes_a_layer_is_marked(found: Difference, lines: set[int]) -> None:
    """A difference stands beside the line that it speaks of, however long that is."""
    marked = marks(differing(found))

    assert marked.marked == lines
    assert list(marked.notes) == [max(lines)]
    assert marked.notes[max(lines)] == (found.message,)


def test_a_missing_layer_is_marked_where_it_belongs() -> None:
    """Beside the line after which it should stand."""
    activation = '    X = layers.Activation("relu")(X)\n'
    without = BLOCK.replace(activation, "", 1)

    marked = marks(differing(difference("missing", "main.relu1")), without)

    assert marked.notes == {9: ("After this line: missing main.relu1",)}


def test_a_layer_too_many_is_marked() -> None:
    """It is told apart from the layers that belong there."""
    more = BLOCK.replace("    X = X + kept", "    X = layers.ReLU()(X)\n    X = X + kept")
    extra = difference("extra", "main.relu3", None, "Activation after main.bn3")

    assert marks(differing(extra), more).marked == {20 + 1}


def test_relu_before_the_addition_is_marked() -> None:
    """The line that stands too early is the one to look at."""
    early = BLOCK.replace("X = X + kept", "X = layers.ReLU()(X)").replace(
        'layers.Activation("relu")(X)\n\nlater', "X + kept\n\nlater"
    )
    order = difference("order", "relu", None, "before add")

    assert marks(differing(order), early).marked == {21}


@pytest.mark.parametrize(
    "differences",
    [
        [difference("attribute", "main.conv7", "filters")],
        [difference("missing", "main.bn1"), difference("missing", "main.bn2")],
        [difference("missing", "main.conv1")],  # but all three are there
    ],
)
def test_what_is_not_certain_is_not_marked(differences: Sequence[Difference]) -> None:
    """No mark is better than one at the wrong line."""
    assert marks(differing(*differences)).notes == {}


LOOP = BLOCK.replace(
    "    X = layers.BatchNormalization()(X)\n", "    for _ in f:\n        pass\n", 1
)
HELPER = BLOCK.replace("layers.BatchNormalization()(X)", "normalised(X)", 1)
CHOICE = BLOCK.replace('layers.Activation("relu")(X)', "(X if f else kept)", 1)


@pytest.mark.parametrize("text", [LOOP, HELPER, CHOICE])
def test_loops_branches_and_helpers_have_no_marks(text: str) -> None:
    """Where a line makes many layers, or none for certain, the whole function is shown."""
    marked = marks(differing(difference("attribute", "main.conv3", "filters")), text)

    assert marked.notes == {}
    assert marked.code.lines


def test_where_it_stopped_is_marked() -> None:
    """The line that raised is known from the report."""
    cause = "exception: ValueError: no (cell 1, line 21: X = X + kept)"

    assert marks(differing(cause=cause)).notes == {21: (STOPPED,)}
    assert marks(differing(cause=cause.replace("cell 1", "cell 2"))).notes == {}


def test_what_is_not_python_is_marked() -> None:
    """The page shows the line that cannot be read, though nothing else can be told."""
    broken = BLOCK.replace("X = X + kept", "X = (X + kept")
    cause = "syntax_error: '(' was never closed (cell 1, line 21:     X = (X + kept)"

    assert marks(differing(cause=cause), broken).notes == {21: (NOT_PYTHON,)}


def test_nothing_is_marked_of_hidden_cases() -> None:
    """A mark would tell what the hidden case found."""
    found = difference("attribute", "main.conv2", "padding")

    assert marks(differing(found, visibility="hidden")).notes == {}
    assert marks(differing(visibility="hidden", cause="x (cell 1, line 21: y)")).notes == {}


def test_right_functions_and_stubs_are_not_shown() -> None:
    """A learner looks for what to change; a stub says nothing that the task does not."""
    passed = differing()
    passed = replace(passed, exercises=(replace(passed.exercises[0], status="passed"),))

    assert marked_code(passed, [BLOCK], EXPECTED, steps_or_none) == {}
    stub = differing(cause="not written yet: put your own")
    assert marked_code(stub, [BLOCK], EXPECTED, steps_or_none) == {}


BOMBS = {
    "minus": "-" * 20_000 + "1",
    "brackets": "(" * 20_000,
    "lists": "[" * 90 + "]" * 90,
    "not": "not " * 7_000 + "1",
    "choices": "1 if 1 else " * 2_000 + "1",
    "lambdas": "lambda: " * 3_000 + "1",
    "sums": "1 + " * 7_000 + "1",
    "calls": "f(" * 180 + ")" * 180,
    "attributes": "a" + ".b" * 14_000,
    "calls of calls": "f" + "()" * 14_000,
    "strings": "f'{" * 9_000,
    "nothing": "\x00",
}
READ = """
import sys
from reskit.own_code.steps import UnclearError, steps_of
try:
    steps_of(sys.stdin.read())
except UnclearError:
    pass
"""


@pytest.mark.parametrize("name", BOMBS)
def test_what_breaks_a_parser_breaks_nothing(name: str) -> None:
    """Whatever a learner wrote, reading it ends, without an error of ours."""
    text = f"def f(X):\n    return {BOMBS[name]}\n"

    done = subprocess.run(
        [sys.executable, "-c", READ], input=text, text=True, timeout=60, capture_output=True
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", BOMBS)
def test_process_that_reads_goes_on_after_it(reading: Reading, name: str) -> None:
    """What is sent to it costs no more than its own marks; the next function is read."""
    reading.steps(f"def f(X):\n    return {BOMBS[name]}\n")

    assert reading.steps("def f(X):\n    return relu(X)\n") == steps_of(
        "def f(X):\n    return relu(X)\n"
    )


def test_steps_are_the_same_in_another_process(reading: Reading) -> None:
    """Nothing of a function is lost on the way."""
    text = BLOCK[BLOCK.index("def ") : BLOCK.index("later")]

    assert reading.steps(text) == steps_of(text)
    assert reading.steps("for each in X:\n    pass\n") is None


def test_too_long_a_text_is_not_read() -> None:
    """Nothing is parsed that no person has written."""
    with pytest.raises(UnclearError):
        steps_of("def f(X):\n" + "    X = X\n" * 10_000)


EVIL = "</code></pre><script>alert(1)</script>\u202e\x1b[31m<img src=x onerror=alert(1)>"


@pytest.mark.parametrize("text", [f"# {EVIL}", f'"""{EVIL}"""', EVIL, f"def {EVIL}"])
def test_markup_in_code_stays_text(text: str) -> None:
    """Code is shown and not obeyed, whatever stands in it."""
    marked = marks(differing(), f"def identity_block(X):\n    {text}\n    return X\n")
    pages = code_html(marked, "identity_block"), marked_lines_html(marked)

    for page in pages:
        assert "<script" not in page
        assert "<img" not in page
        assert not {"\u202e", "\x1b"} & set(page)


def test_code_keeps_its_lines_and_says_which_is_marked() -> None:
    """Each line has its number; a mark is a sign, and not a colour alone."""
    page = code_html(marks(differing(difference("wiring", "add", "inputs"))), "identity_block")

    assert page.count('class="line') == 19
    assert page.count("▶") == 1
    assert page.index("▶  21") < page.index("wiring add") < page.index("   22  ")


def test_fragment_shows_the_marked_lines_alone() -> None:
    """Below a notebook's cell the code need not stand a second time."""
    fragment = marked_lines_html(marks(differing(difference("wiring", "add", "inputs"))))

    assert fragment == "<ul><li>line 21: <code>X = X + kept</code><br>wiring add</li></ul>"
