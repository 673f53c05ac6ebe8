"""Points come from evidence alone: what is right earns, what is wrong costs once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reskit.course import find_course
from reskit.evidence import CallEvidence, Evidence, Raised
from reskit.judge import judge
from reskit.manifest import Exercise, read_manifest
from reskit.network.comparison import compare
from reskit.network.difference import Difference
from reskit.network.hints import hints
from reskit.network.numbers import compute, constant_weights
from reskit.network.operation import Network, Operation
from reskit.network.roles import name_roles
from reskit.network.values import values_input
from reskit.parts import belongs
from reskit.recording import read_expected
from reskit.report import ExerciseResult, Fault

COURSE = find_course()
ASSIGNMENT = read_manifest(COURSE.manifest)
EXPECTED = read_expected(COURSE.outputs, COURSE.hidden_outputs)
EXERCISES = {exercise.name: exercise for exercise in ASSIGNMENT.exercises}
BLOCKS = ("identity_block", "convolutional_block")
Change = Callable[[Network], Network]
HIDDEN = "arguments that no test shows"
ELSEWHERE = ("other arguments", HIDDEN)  # the same mistake in the calls with other arguments
STUB = Raised("NotImplementedError", "", 4, 7, "raise NotImplementedError")


def unchanged(network: Network) -> Network:
    """Return the network as it is."""
    return network


def evidence(name: str, change: Change = unchanged, **fields: Any) -> Evidence:
    """Return evidence in which each call built the reference, after `change`."""
    returned = "tensor" if name in BLOCKS else "model"
    usual = {"returned": returned, "raised": None, "takes_initializer": name in BLOCKS}
    return Evidence(
        {
            call.name: CallEvidence(
                network=change(EXPECTED[name, call.name].network), **{**usual, **fields}
            )
            for call in EXERCISES[name].calls
        }
    )


def judged(name: str, found: Evidence) -> ExerciseResult:
    """Return what the evidence earns."""
    return judge(EXERCISES[name], EXPECTED, found, ASSIGNMENT.tolerance)


def earned(result: ExerciseResult) -> dict[str, float]:
    """Return the points of each case."""
    return {case.name: case.score for case in result.cases}


def lost(result: ExerciseResult) -> list[str]:
    """Return the names of the cases that earned nothing."""
    return [case.name for case in result.cases if case.score == 0]


def place(network: Network, role: str) -> int:
    """Return where the operation with this role stands."""
    return {found: position for position, found in name_roles(network).items()}[role]


def changed(network: Network, role: str, **fields: Any) -> Network:
    """Return the network with other fields at one operation."""
    position = place(network, role)
    operations = list(network.operations)
    operations[position] = replace(operations[position], **fields)
    return replace(network, operations=tuple(operations))


def setting(role: str, name: str, value: Any) -> Change:
    """Return the change of one setting."""

    def change(network: Network) -> Network:
        now = network.operations[place(network, role)].settings
        return changed(network, role, settings={**now, name: value})

    return change


def rewired(role: str, *sources: str) -> Change:
    """Return the change of what one operation takes in."""
    return lambda network: changed(
        network, role, inputs=tuple(place(network, source) for source in sources)
    )


def kind(role: str, other: str) -> Change:
    """Return the change of one layer into another kind."""
    return lambda network: changed(network, role, kind=other)


def only_input(network: Network) -> Network:
    """Return a network that gives its input back."""
    return Network(network.operations[:1], (0,))


def nothing(_: Network) -> Network:
    """Return a network of which nothing was built."""
    return Network(())


def starting_with(initializer: str) -> Change:
    """Return the change to convolutions that choose how they start."""

    def chosen(operation: Operation) -> Operation:
        if operation.kind != "Conv2D":
            return operation
        told = {**operation.settings, "kernel_initializer": initializer}
        return replace(operation, settings=told)

    return lambda network: replace(network, operations=tuple(map(chosen, network.operations)))


own_initializer = starting_with("GlorotUniform")


MISTAKES: dict[str, tuple[str, Change, str]] = {
    "wrong padding": (
        "identity_block",
        setting("main.conv2", "padding", "valid"),
        "main path",
    ),
    "wrong axis": ("identity_block", setting("main.bn2", "axis", 1), "main path"),
    "skip cut": (
        "identity_block",
        rewired("add", "main.bn3", "main.bn3"),
        "addition and last activation",
    ),
    "no last activation": (
        "identity_block",
        setting("relu", "function", "tanh"),
        "addition and last activation",
    ),
    "own initializer": (
        "identity_block",
        setting("main.conv1", "kernel_initializer", "Zeros"),
        "initializer",
    ),
    "wrong result": (
        "identity_block",
        lambda network: replace(network, outputs=(place(network, "main.relu2"),)),
        "addition and last activation",
    ),
    "shortcut from main path": (
        "convolutional_block",
        rewired("shortcut.conv", "main.bn1"),
        "shortcut",
    ),
    "stride on shortcut": (
        "convolutional_block",
        setting("shortcut.conv", "strides", [1, 1]),
        "shortcut",
    ),
    "wrong merge": (
        "convolutional_block",
        kind("add", "Multiply"),
        "addition and last activation",
    ),
    "wrong filters of a stage": (
        "ResNet50",
        setting("stage3.block2", "filters", [256, 256, 512]),
        "stage 3",
    ),
    "wrong pooling": ("ResNet50", kind("stem.pool", "AveragePooling2D"), "stem"),
    "no softmax": ("ResNet50", setting("head.dense", "activation", "linear"), "head"),
}


@pytest.mark.parametrize("name", EXERCISES)
def test_reference_earns_full_marks(name: str) -> None:
    """The reference handed in passes every case and earns all points."""
    result = judged(name, evidence(name))

    assert (result.score, result.status) == (EXERCISES[name].points, "passed")
    assert {case.status for case in result.cases} == {"passed"}
    assert all((case.cause, case.differences) == (None, ()) for case in result.cases)


@pytest.mark.parametrize("name", EXERCISES)
def test_stub_scores_zero(name: str) -> None:
    """A function that is not written yet earns nothing, and is told so in these words."""
    result = judged(name, evidence(name, nothing, raised=STUB, returned="NoneType"))

    assert (result.score, result.status) == (0, "not_run")
    assert {case.cause for case in result.cases} == {
        "not written yet: put your own code in the place of the placeholder."
    }


@pytest.mark.parametrize("name", BLOCKS)
def test_stub_behind_an_input_scores_zero(name: str) -> None:
    """A function that raises at once has been given an input, which earns nothing."""
    result = judged(name, evidence(name, lambda n: Network(n.operations[:1]), raised=STUB))

    assert (result.score, result.status) == (0, "not_run")


@pytest.mark.parametrize("name", EXERCISES)
def test_input_given_back_scores_zero(name: str) -> None:
    """`return X` earns nothing in any case."""
    result = judged(name, evidence(name, only_input))

    assert (result.score, result.status) == (0, "failed")
    assert [each.kind for case in result.cases for each in case.differences] == ["value"]


@pytest.mark.parametrize("name", EXERCISES)
@pytest.mark.parametrize("returned", ["NoneType", "list", "str"])
def test_function_that_returns_something_else_scores_zero(name: str, returned: str) -> None:
    """A function that returns no tensor or model earns nothing, and is told what came instead."""
    result = judged(name, evidence(name, lambda n: replace(n, outputs=()), returned=returned))

    (difference,) = [each for case in result.cases for each in case.differences]
    assert (result.score, difference.kind, difference.layer) == (0, "value", None)


def test_layer_tensor_is_no_model() -> None:
    """A ResNet50 that returns its last tensor is told that a Model is expected."""
    result = judged("ResNet50", evidence("ResNet50", returned="tensor"))

    (difference,) = [each for case in result.cases for each in case.differences]
    assert (result.score, difference.expected, difference.received) == (0, "a Model", "a tensor")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_mistake_is_reported_in_one_case(mistake: str) -> None:
    """One mistake is reported once, in the case it belongs to, and never again in a hidden one."""
    name, change, case_name = MISTAKES[mistake]
    network = EXPECTED[name, EXERCISES[name].calls[0].name].network
    (expected,) = compare(network, change(network)).differences

    result = judged(name, evidence(name, change))

    found = [(case.name, each) for case in result.cases for each in case.differences]
    assert found == [(case_name, expected)]
    assert 0 < result.score < EXERCISES[name].points


@pytest.mark.parametrize("mistake", ["wrong padding", "skip cut", "wrong merge", "wrong pooling"])
def test_points_add_up(mistake: str) -> None:
    """An exercise earns what its cases earn; each case earns all of its points or none."""
    name, change, _ = MISTAKES[mistake]

    result = judged(name, evidence(name, change))

    assert result.score == sum(case.score for case in result.cases)
    assert result.max_score == sum(case.max_score for case in result.cases)
    assert all(case.score in (0, case.max_score) for case in result.cases)
    assert all((case.status == "passed") == (case.score > 0) for case in result.cases)


def test_mistake_on_the_main_path_costs_the_main_path() -> None:
    """A wrong setting costs the main path, its table, values and the other calls; no more."""
    result = judged("identity_block", evidence("identity_block", MISTAKES["wrong padding"][1]))

    assert lost(result) == ["main path", "layer table", "values", *ELSEWHERE]


def test_wiring_does_not_cost_the_table() -> None:
    """A cut shortcut does not show in the layer table, whose points are kept."""
    result = judged("identity_block", evidence("identity_block", MISTAKES["skip cut"][1]))

    assert lost(result) == ["addition and last activation", "values", *ELSEWHERE]


def test_initializer_of_its_own_costs_the_initializer() -> None:
    """A convolution that does not take the caller's initializer leaves the paths untouched."""
    result = judged("identity_block", evidence("identity_block", MISTAKES["own initializer"][1]))

    assert lost(result) == ["initializer", "values", *ELSEWHERE]


def test_wrong_stage_costs_its_stage() -> None:
    """A wrong block in stage 3 costs stage 3, the table and the whole; no other stage."""
    change = MISTAKES["wrong filters of a stage"][1]
    result = judged("ResNet50", evidence("ResNet50", change))

    assert lost(result) == [
        *("stage 3", "layer table", "other input and classes", "default arguments"),
        "input and classes that no test shows",
    ]


@pytest.mark.parametrize("name", BLOCKS)
def test_hard_coded_number_shows_in_the_other_public_call(name: str) -> None:
    """A number that happens to be right in the first call is told in the second, and once."""
    three = setting("main.conv2", "kernel_size", [3, 3])

    result = judged(name, evidence(name, three))

    found = [
        (case.name, each.layer, each.attribute, each.expected, each.received)
        for case in result.cases
        for each in case.differences
    ]
    assert found == [("other arguments", "main.conv2", "kernel_size", [2, 2], [3, 3])]
    assert lost(result)[0] == "other arguments"
    assert lost(result)[-1] == HIDDEN


@pytest.mark.parametrize("name", BLOCKS)
def test_number_that_suits_the_public_calls_shows_in_the_hidden_case(name: str) -> None:
    """What is right in every public call, and only there, costs the hidden case alone."""
    right, elsewhere = evidence(name), EXPECTED[name, "elsewhere"].network
    wrong = setting("main.conv2", "kernel_size", [3, 3])(elsewhere)
    calls = {**right.calls, "elsewhere": replace(right.calls["elsewhere"], network=wrong)}

    result = judged(name, Evidence(calls))

    found = [(case.name, each.received) for case in result.cases for each in case.differences]
    assert lost(result) == [HIDDEN]
    assert found == [(HIDDEN, [3, 3])]


@pytest.mark.parametrize("name", BLOCKS)
@pytest.mark.parametrize(("attribute", "value"), [("training", False), ("trainable", False)])
def test_normalisation_in_one_mode_costs_the_modes(name: str, attribute: str, value: Any) -> None:
    """A normalisation that does not follow its caller is told there; the main path stands."""
    change = setting("main.bn2", attribute, value)

    result = judged(name, evidence(name, change))

    told = [(case.name, d.layer, d.attribute) for case in result.cases for d in case.differences]
    assert told == [("training and inference", "main.bn2", attribute)]
    public = [case.name for case in EXERCISES[name].cases if case.call.name == "small"]
    assert [case for case in public if case in lost(result)] == ["training and inference"]


def test_normalisation_of_another_kind_is_none_that_follows() -> None:
    """A layer in the place of a normalisation costs its path, and the modes with it."""
    change = kind("main.bn2", "LayerNormalization")

    result = judged("identity_block", evidence("identity_block", change))

    assert {"main path", "training and inference"} <= set(lost(result))
    assert earned(result)["initializer"] == 2


def test_network_has_its_modes_in_the_stem() -> None:
    """Where no case is about the modes, they belong to the part that has the normalisation."""
    result = judged("ResNet50", evidence("ResNet50", setting("stem.bn", "training", False)))

    told = [case.name for case in result.cases if case.differences]
    assert told == ["stem"]


def test_layer_that_is_made_and_not_used_costs_the_table() -> None:
    """A convolution whose result nobody takes in is no row of the network's table."""
    change = rewired("shortcut.bn", "main.bn3")

    result = judged("convolutional_block", evidence("convolutional_block", change))

    assert {"shortcut", "layer table"} <= set(lost(result))
    assert earned(result)["initializer"] == 2


def test_order_of_the_two_paths_is_free_in_the_table() -> None:
    """Who writes the shortcut first has the same layers; a mistake elsewhere costs no table."""

    def shortcut_first(network: Network) -> Network:
        network = setting("main.conv1", "kernel_initializer", "Zeros")(network)
        before = [0, place(network, "shortcut.conv"), place(network, "shortcut.bn")]
        order = before + [p for p in range(len(network.operations)) if p not in before]
        moved = [
            replace(operation, inputs=tuple(order.index(source) for source in operation.inputs))
            for operation in (network.operations[position] for position in order)
        ]
        return Network(tuple(moved), tuple(order.index(output) for output in network.outputs))

    result = judged("convolutional_block", evidence("convolutional_block", shortcut_first))

    assert earned(result)["initializer"] == 0
    assert (earned(result)["layer table"], result.table) == (2, ())


@pytest.mark.parametrize("name", BLOCKS)
def test_recorded_values_are_those_of_the_graph(name: str) -> None:
    """What Keras gave for the reference is what the judge computes for it, to four decimals."""
    network, values = EXPECTED[name, "small"].network, EXPECTED[name, "small"].values
    assert values is not None
    image = values_input(network.operations[0].settings["shape"])

    found = compute(network, image, constant_weights(values["initializer"]))

    assert np.abs(found - np.array(values["result"])).max() < 1e-4


def test_missing_normalisation_costs_the_values() -> None:
    """A normalisation moves the numbers by a part in two thousand, which is not right."""

    def without(network: Network) -> Network:
        gone = place(network, "main.bn2")
        kept = [
            replace(each, inputs=tuple(source - (source >= gone) for source in each.inputs))
            for position, each in enumerate(network.operations)
            if position != gone
        ]
        return Network(tuple(kept), (len(kept) - 1,))

    result = judged("identity_block", evidence("identity_block", without))

    assert lost(result) == [
        *("main path", "training and inference", "layer table", "values", *ELSEWHERE),
    ]


def test_setting_that_no_table_shows_does_not_cost_the_table() -> None:
    """An epsilon is in no column of the layer table, whose points are kept."""
    result = judged("identity_block", evidence("identity_block", setting("main.bn1", "epsilon", 1)))

    assert lost(result) == ["main path", "values", *ELSEWHERE]


@pytest.mark.parametrize("name", BLOCKS)
def test_input_added_to_itself_earns_nothing(name: str) -> None:
    """An addition and an activation with no path to add are no part of a block."""

    def doubled(network: Network) -> Network:
        add, relu = (network.operations[place(network, role)] for role in ("add", "relu"))
        operations = (
            network.operations[0],
            replace(add, inputs=(0, 0)),
            replace(relu, inputs=(1,)),
        )
        return Network(operations, (2,))

    result = judged(name, evidence(name, doubled))

    assert result.score == 0


def test_shape_of_the_result_earns_once_a_part_is_there() -> None:
    """A main path that is given back alone has the right shape, which is worth its points."""

    def main_alone(network: Network) -> Network:
        return replace(network, outputs=(place(network, "main.bn3"),))

    result = judged("identity_block", evidence("identity_block", main_alone))

    assert (earned(result)["result shape"], earned(result)["main path"]) == (2, 8)


def test_result_of_another_shape_costs_the_shape() -> None:
    """What comes before the end of the main path has another shape than the result."""
    change = MISTAKES["wrong result"][1]

    result = judged("identity_block", evidence("identity_block", change))

    assert earned(result)["result shape"] == 0


@pytest.mark.parametrize(("name", "parts"), [("identity_block", 1), ("ResNet50", 1)])
def test_wrong_shape_is_told_in_the_case_about_the_shape(name: str, parts: int) -> None:
    """A result of another shape, with nothing else to tell, belongs to the shape."""
    exercise = EXERCISES[name]
    network = EXPECTED[name, exercise.calls[0].name].network
    difference = Difference("shape", None, "shape", [5, 5, 6], [5, 5, 4])

    tellers = [
        case.part
        for case in exercise.cases
        if case.part != "whole" and belongs(difference, case, exercise, network)
    ]

    assert tellers == ["shape"] * parts


@pytest.mark.parametrize("name", BLOCKS)
def test_older_form_loses_nothing(name: str) -> None:
    """A block of the older form, without an initializer to pass, earns full marks."""
    result = judged(name, evidence(name, own_initializer, takes_initializer=False))

    assert (result.score, result.status) == (EXERCISES[name].points, "passed")


@pytest.mark.parametrize("name", BLOCKS)
@pytest.mark.parametrize("initializer", ["Zeros", "Ones", "Constant(value=0.1)"])
def test_older_form_whose_weights_start_all_alike_loses_points(name: str, initializer: str) -> None:
    """Whatever a block may choose, weights that are all alike never learn to be different."""
    result = judged(name, evidence(name, starting_with(initializer), takes_initializer=False))

    (first, *_) = [each for case in result.cases for each in case.differences]
    assert earned(result)["initializer"] == 0
    assert first.message == (
        f"main.conv1: kernel_initializer is {initializer}, expected one that draws at random."
    )


@pytest.mark.parametrize("name", BLOCKS)
def test_older_form_keeps_the_points_of_its_numbers(name: str) -> None:
    """What changes no number of a block costs its layer, and not the values too."""

    def regularised(network: Network) -> Network:
        return setting("main.conv2", "kernel_regularizer", "L2")(own_initializer(network))

    result = judged(name, evidence(name, regularised, takes_initializer=False))

    assert (earned(result)["values"], earned(result)["main path"]) == (2, 0)


@pytest.mark.parametrize("name", BLOCKS)
def test_initializer_that_is_ignored_costs(name: str) -> None:
    """A block that takes an initializer and uses another one does not earn full marks."""
    result = judged(name, evidence(name, own_initializer))

    assert earned(result)["initializer"] == 0


@pytest.mark.parametrize("name", EXERCISES)
@pytest.mark.parametrize("fault", ["timeout", "memory", "crash", "syntax_error", "forbidden"])
def test_fault_gives_no_points_and_its_cause(name: str, fault: str) -> None:
    """What could not be run earns nothing; every case says why."""
    result = judged(name, Evidence({}, Fault(fault, "It did not work.")))

    assert (result.score, result.max_score) == (0, EXERCISES[name].points)
    assert (result.status, {case.status for case in result.cases}) == ("not_run", {"not_run"})
    assert {case.cause for case in result.cases} == {f"{fault}: It did not work."}


@pytest.mark.parametrize("name", EXERCISES)
def test_no_evidence_no_points(name: str) -> None:
    """A call of which nothing came back earns nothing."""
    result = judged(name, Evidence({}))

    assert (result.score, result.status) == (0, "not_run")


def test_what_was_built_before_an_exception_earns() -> None:
    """A function that stops at the addition keeps the points of a main path that is right."""

    def begun(network: Network) -> Network:
        stop = place(network, "add")
        attempt = replace(network.operations[stop], inputs=(), failed=True, shape=None)
        return Network((*network.operations[:stop], attempt))

    raised = Raised("ValueError", "no", 4, 7, "X = Add()()")
    result = judged("identity_block", evidence("identity_block", begun, raised=raised))

    assert earned(result)["main path"] == 8
    assert (earned(result)["values"], earned(result)["other arguments"]) == (0, 0)


def carried_on(network: Network) -> Network:
    """Return what is built when the middle convolution loses the border, and Add raises.

    The addition and what comes after it are recorded although the shapes do not fit.
    """
    network = setting("main.conv2", "padding", "valid")(network)
    for role in ("main.conv2", "main.bn2", "main.relu2", "main.conv3", "main.bn3"):
        batch, height, width, channels = network.operations[place(network, role)].shape or ()
        smaller = (batch, (height or 0) - 2, (width or 0) - 2, channels)
        network = changed(network, role, shape=smaller)
    network = changed(network, "add", shape=None, failed=True)
    return replace(changed(network, "relu", shape=None), outputs=())


DOES_NOT_FIT = Raised("ValueError", "Inputs have incompatible shapes", 4, 7, "X = Add()([X, S])")


@pytest.mark.parametrize(("name", "score"), [("identity_block", 10), ("convolutional_block", 13)])
def test_mistake_that_raises_later_costs_its_own_part(name: str, score: float) -> None:
    """A wrong padding stops the function in the addition; every other part keeps its points."""
    found = evidence(name, carried_on, raised=DOES_NOT_FIT, returned="NoneType")

    result = judged(name, found)

    assert (earned(result)["main path"], result.score) == (0, score)
    assert earned(result)["addition and last activation"] > 0
    assert (earned(result)["training and inference"], earned(result)["initializer"]) == (2, 2)
    assert [(case.name, len(case.differences)) for case in result.cases if case.differences] == [
        ("main path", 1)
    ]


def test_case_that_needs_the_result_says_what_stopped_the_function() -> None:
    """Shape, table, values and the other calls did not run, and say why."""
    found = evidence("identity_block", carried_on, raised=DOES_NOT_FIT, returned="NoneType")

    result = judged("identity_block", found)

    stopped = {case.name: case.cause for case in result.cases if case.status == "not_run"}
    assert list(stopped) == ["result shape", "layer table", "values", *ELSEWHERE]
    assert all(
        "Inputs have incompatible shapes (cell 4, line 7" in str(stopped[n]) for n in stopped
    )


def test_mistake_has_hints_one_after_another() -> None:
    """A case that tells a difference has its own hint first, then those that say more."""
    result = judged("identity_block", evidence("identity_block", MISTAKES["skip cut"][1]))

    (case,) = (case for case in result.cases if case.differences)
    (asked,) = (each for each in EXERCISES["identity_block"].cases if each.name == case.name)
    assert case.hints == hints(case.differences[0], asked.hint, 3)
    assert (case.hint, case.hints[0]) == (asked.hint, asked.hint)
    assert [each.hints for each in result.cases if not each.differences] == [()] * 8


@pytest.mark.parametrize("most", [0, 1, 2])
def test_instructor_caps_the_hints(most: int) -> None:
    """A case never has more hints than the manifest allows; with none it has no hint at all."""
    found = evidence("identity_block", MISTAKES["skip cut"][1])

    result = judge(EXERCISES["identity_block"], EXPECTED, found, ASSIGNMENT.tolerance, most)

    (case,) = (case for case in result.cases if case.differences)
    assert len(case.hints) == most
    assert (case.hint is None) == (most == 0)


def test_hidden_case_has_no_further_hints() -> None:
    """What explains a hidden case further would tell its arguments."""
    right, elsewhere = evidence("identity_block"), EXPECTED["identity_block", "elsewhere"].network
    wrong = setting("main.conv2", "kernel_size", [3, 3])(elsewhere)
    calls = {**right.calls, "elsewhere": replace(right.calls["elsewhere"], network=wrong)}

    result = judged("identity_block", Evidence(calls))

    (hidden,) = (case for case in result.cases if case.differences)
    assert (hidden.visibility, hidden.hints) == ("hidden", ())


def test_table_stands_beside_the_reference_where_it_differs() -> None:
    """The exercise shows both layer tables, the row that differs marked."""
    result = judged("identity_block", evidence("identity_block", MISTAKES["wrong padding"][1]))

    (marked,) = (line for line in result.table if line.mark)
    assert ("valid" in marked.received, "same" in marked.expected) == (True, True)
    assert len(result.table) == len(EXPECTED["identity_block", "small"].network.operations)


@pytest.mark.parametrize("mistake", ["skip cut", "own initializer"])
def test_no_table_where_tables_are_equal(mistake: str) -> None:
    """A mistake that no table shows is not explained by one."""
    name, change, _ = MISTAKES[mistake]

    assert judged(name, evidence(name, change)).table == ()


@pytest.mark.parametrize("name", EXERCISES)
def test_no_table_where_nothing_was_built(name: str) -> None:
    """A function that is not written yet has no table to compare."""
    result = judged(name, evidence(name, nothing, raised=STUB, returned="NoneType"))

    assert result.table == ()


def test_what_is_not_judged_is_said_once() -> None:
    """Notes of the public calls stand with the exercise, each once; hidden ones are left out."""
    right = evidence("identity_block")
    notes = {
        "small": ("Names are not judged.", "Seeds are not judged."),
        "other arguments": ("Seeds are not judged.", "Momentum is not judged."),
        "elsewhere": ("Something about hidden arguments.",),
    }
    calls = {name: replace(call, notes=notes[name]) for name, call in right.calls.items()}

    result = judged("identity_block", Evidence(calls))

    assert result.notes == (
        *("Names are not judged.", "Seeds are not judged.", "Momentum is not judged."),
    )


def test_exception_is_the_cause_where_nothing_differs() -> None:
    """Where what was built is right so far, the exception is told as the cause."""
    raised = Raised("ValueError", "no", 4, 7, "X = Add()()")
    result = judged(
        "identity_block",
        evidence("identity_block", lambda n: Network(n.operations[:4]), raised=raised),
    )

    assert {case.status for case in result.cases} == {"not_run"}
    assert {case.cause for case in result.cases} == {
        "exception: ValueError: no (cell 4, line 7: X = Add()())"
    }


def test_some_right_parts_do_not_make_a_network() -> None:
    """A stem and a head without any stage between them earn nothing as a network."""

    def no_stages(network: Network) -> Network:
        first, last = place(network, "stage1.block1"), place(network, "head.pool")
        head = [
            replace(operation, inputs=tuple(source - (last - first) for source in operation.inputs))
            for operation in network.operations[last:]
        ]
        return Network((*network.operations[:first], *head), (first + len(head) - 1,))

    result = judged("ResNet50", evidence("ResNet50", no_stages))

    assert result.score == 0


@pytest.mark.parametrize("name", BLOCKS)
def test_every_difference_is_reported_exactly_once(name: str) -> None:
    """With several mistakes at once, each difference stands in exactly one case."""

    def change(network: Network) -> Network:
        for role, attribute, value in (
            ("main.conv2", "padding", "valid"),
            ("main.conv1", "kernel_initializer", "Zeros"),
            ("main.bn1", "epsilon", 0.1),
            ("relu", "function", "tanh"),
        ):
            network = setting(role, attribute, value)(network)
        return network

    network = EXPECTED[name, "small"].network
    expected = Counter(each.place for each in compare(network, change(network)).differences)

    result = judged(name, evidence(name, change))

    found = Counter(each.place for case in result.cases for each in case.differences)
    assert found == expected
    assert len(expected) == 4


@pytest.mark.parametrize("name", EXERCISES)
def test_judging_changes_nothing(name: str) -> None:
    """The same evidence judged twice gives the same result."""
    found = evidence(name)

    assert judged(name, found) == judged(name, found)


def test_exercise_with_public_cases_alone_is_judged() -> None:
    """A learner's own run knows the public cases; it needs no hidden recording."""
    whole = EXERCISES["identity_block"]
    public = Exercise(
        whole.name,
        26,
        whole.signature,
        whole.about,
        tuple(call for call in whole.calls if call.visibility == "public"),
        tuple(case for case in whole.cases if case.visibility == "public"),
    )

    result = judge(
        public,
        read_expected(COURSE.outputs),
        evidence("identity_block"),
        ASSIGNMENT.tolerance,
    )

    assert (result.score, result.max_score, result.status) == (26, 26, "passed")


def test_block_on_an_input_of_its_own_scores_zero() -> None:
    """The right layers on another tensor than the one that was passed in are not a block."""

    def elsewhere(network: Network) -> Network:
        moved = [
            replace(each, inputs=tuple(place + 1 for place in each.inputs), layer=each.layer + 1)
            for each in network.operations
        ]
        given = network.operations[0]
        return Network((given, *moved), tuple(place + 1 for place in network.outputs))

    result = judged("identity_block", evidence("identity_block", elsewhere))

    assert result.score == 0
    assert "a result of layers on an input of its own" in result.cases[0].differences[0].message


def test_unlike_network_is_not_called_the_input() -> None:
    """A function that builds something else altogether is not told that it built nothing."""

    def unlike(network: Network) -> Network:
        given = network.operations[0]
        return Network((given, replace(given, kind="Flatten", inputs=(0,), layer=1)), (1,))

    result = judged("identity_block", evidence("identity_block", unlike))

    messages = [each.message for case in result.cases for each in case.differences]
    assert not any("its own input" in message for message in messages)


def test_error_of_keras_is_no_placeholder() -> None:
    """NotImplementedError from inside Keras does not mean that nothing was written."""
    raised = Raised("NotImplementedError", "No shape for this Lambda.", 4, 7, "return Lambda(g)(X)")

    result = judged("identity_block", evidence("identity_block", nothing, raised=raised))

    assert {"not written yet" in str(case.cause) for case in result.cases} == {False}
