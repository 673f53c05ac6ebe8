"""The public tests and the two baselines on programs whose verdict is known."""

import pytest
from equivalents import EQUIVALENTS
from mutants import MUTANTS

from reskit.audit.baselines import BASELINES, TABLE, VALUES, baselines
from reskit.audit.learner_tests import learner_tests
from reskit.manifest import read_manifest

pytestmark = pytest.mark.keras

FUNCTIONS = ("identity_block", "convolutional_block", "ResNet50")
CHANGES = {change.name: change for change in (*MUTANTS, *EQUIVALENTS)}
NAMES = (
    "identity_block_skip_cut",
    "identity_block_main.bn1_frozen",
    "identity_block_main.relu1_tanh",
    "convolutional_block_conv2_valid",
    "convolutional_block_no_last_relu",
    "identity_block_relu_layer",
    "identity_block_axis_default",
    "identity_block_other_seed",
    "identity_block_old_form",
    "stride_main",
    "returns_tensor",
    "padding_dropped",
    "keywords",
)


@pytest.fixture(scope="module")
def programs(reference):
    """A few programs by name, and the reference once for each function."""
    changed = {name: (CHANGES[name].function, CHANGES[name].applied(reference)) for name in NAMES}
    return {**{name: (name, reference) for name in FUNCTIONS}, **changed}


@pytest.fixture(scope="module")
def public(course, programs):
    """What the public tests say."""
    return dict(learner_tests(course, programs))


@pytest.fixture(scope="module")
def beside(course, programs, reference):
    """What the baselines say of the public calls."""
    calls = {
        exercise.name: [call.arguments for call in exercise.calls if call.visibility == "public"]
        for exercise in read_manifest(course.manifest).exercises
    }
    found = dict(baselines(programs, reference, calls))
    return {
        baseline: {name: outcomes[baseline] for name, outcomes in found.items()}
        for baseline in BASELINES
    }


def test_reference_passes_all_three(public, beside):
    """What is right by definition is right for each test."""
    refused = [
        (name, test[name].said)
        for test in (public, beside[TABLE], beside[VALUES])
        for name in FUNCTIONS
        if not test[name].passed
    ]

    assert refused == []


def test_cut_skip_connection_is_in_no_table(public, beside):
    """`Add()([X, X])` leaves every row as it is; the graph and the numbers are not the same."""
    name = "identity_block_skip_cut"

    assert beside[TABLE][name].passed
    assert not beside[VALUES][name].passed
    assert not public[name].passed
    assert "add" in public[name].said


def test_frozen_normalisation_shows_in_training_mode(public, beside):
    """A block that is called on numbers in training mode has its layers in training mode."""
    name = "identity_block_main.bn1_frozen"

    assert beside[TABLE][name].passed
    assert beside[VALUES][name].said.startswith("training: ")
    assert not public[name].passed


def test_layer_for_an_activation_is_another_row(public, beside):
    """`ReLU()` is right; a table of class names refuses it."""
    name = "identity_block_relu_layer"

    assert public[name].passed
    assert beside[VALUES][name].passed
    assert "expected ['Activation'" in beside[TABLE][name].said
    assert "received ['ReLU'" in beside[TABLE][name].said


def test_other_seed_is_another_number(public, beside):
    """A seed of one's own changes no structure; recorded values refuse it."""
    name = "identity_block_other_seed"

    assert public[name].passed
    assert beside[TABLE][name].passed
    assert not beside[VALUES][name].passed


@pytest.mark.parametrize("name", ["identity_block_axis_default", "keywords"])
def test_right_program_with_the_same_layers_passes_all_three(public, beside, name):
    """The baselines are fair to what does not touch a table or a seed."""
    assert [test[name].passed for test in (public, *beside.values())] == [True] * 3


def test_older_form_of_a_block_is_called_with_what_it_takes(public, beside):
    """The `stage, block` parameters cost nothing in any of the tests."""
    name = "identity_block_old_form"

    assert [test[name].passed for test in (public, *beside.values())] == [True] * 3


@pytest.mark.parametrize(
    "name",
    [
        "identity_block_main.relu1_tanh",
        "convolutional_block_conv2_valid",
        "convolutional_block_no_last_relu",
        "stride_main",
        "returns_tensor",
        "padding_dropped",
    ],
)
def test_plain_mistake_fails_all_three(public, beside, name):
    """The baselines see what such tests see: functions, shapes, missing layers, exceptions."""
    assert [test[name].passed for test in (public, *beside.values())] == [False] * 3


def test_program_that_ends_the_process_has_not_passed(course, reference):
    """A crash is not taken for an answer, and the next program is not touched by it."""
    crash = "import os\ndef identity_block(X, f, filters):\n    os._exit(3)\n"
    programs = {
        "crash": ("identity_block", crash),
        "raises": ("identity_block", "raise OSError('no such thing')"),
        "right": ("identity_block", reference),
    }

    found = dict(learner_tests(course, programs))

    assert [outcome.passed for outcome in found.values()] == [False, False, True]
    assert found["crash"].said == "The process ended with status 3."
    assert found["raises"].said == "OSError: no such thing"
