"""Proof by numbers: equal is what computes the same, and agreement that tells nothing is none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reskit.course import find_course
from reskit.network.alignment import Pairing
from reskit.network.layer_settings import WEIGHTED_SETTINGS
from reskit.network.operation import Network, Operation
from reskit.network.proof import same_numbers
from reskit.network.roles import name_roles
from reskit.recording import read_expected

COURSE = find_course()
RECORDED = read_expected(COURSE.outputs, COURSE.hidden_outputs)
RESNET = RECORDED["ResNet50", "hand signs"].network
PLACES = {role: position for position, role in name_roles(RESNET).items()}
RELU = {"function": "relu"}


def chain(shape: list[int], *steps: tuple[str, dict[str, Any]]) -> Network:
    """Return a network of operations in a row, each with weights of its own."""
    operations = [Operation("Input", {"shape": shape}, (), (None, *shape))]
    for kind, settings in steps:
        place = len(operations)
        operations.append(Operation(kind, settings, (place - 1,), None, 1, place))
    return Network(tuple(operations), (len(operations) - 1,))


def dense(units: int, activation: str) -> tuple[str, dict[str, Any]]:
    """Return a Dense layer as the normal form has it."""
    settings = {**WEIGHTED_SETTINGS["Dense"], "units": units, "activation": activation}
    return "Dense", settings


def with_step(network: Network, behind: int, kind: str, settings: dict[str, Any]) -> Network:
    """Return the network with one more operation, which takes the place of what it takes in."""

    def moved(source: int) -> int:
        return source + (source >= behind)

    step = Operation(kind, settings, (behind,), network.operations[behind].shape)
    after = [
        replace(operation, inputs=tuple(map(moved, operation.inputs)))
        for operation in network.operations[behind + 1 :]
    ]
    operations = (*network.operations[: behind + 1], step, *after)
    return Network(operations, tuple(map(moved, network.outputs)))


def changed(network: Network, position: int, **fields: Any) -> Network:
    """Return the network with other fields at one operation."""
    operations = list(network.operations)
    operations[position] = replace(operations[position], **fields)
    return replace(network, operations=tuple(operations))


def test_difference_where_values_are_clipped_is_seen() -> None:
    """A ReLU that only the negative half of the inputs would show is no equal."""
    reference = chain([1, 1, 1], dense(2, "linear"))
    clipped = chain([1, 1, 1], ("Activation", RELU), dense(2, "linear"))

    assert same_numbers(Pairing(reference, reference))
    assert not same_numbers(Pairing(reference, clipped))


def test_result_that_is_always_the_same_proves_nothing() -> None:
    """A softmax over one class is 1 whatever comes in, so that its agreement tells nothing."""
    reference = chain([1, 1, 4], ("Activation", RELU), dense(1, "softmax"))
    other = chain([1, 1, 4], ("Activation", {"function": "tanh"}), dense(1, "softmax"))

    assert not same_numbers(Pairing(reference, other))


def test_result_that_is_no_number_proves_nothing() -> None:
    """Where both networks compute no number, they do not agree."""
    window = {"pool_size": [1, 1], "strides": [1, 1], "padding": "valid"}
    norm = {**WEIGHTED_SETTINGS["BatchNormalization"], "axis": 3, "epsilon": float("nan")}
    steps = [("BatchNormalization", norm), ("MaxPooling2D", window)]

    assert not same_numbers(Pairing(chain([2, 2, 3], *steps), chain([2, 2, 3], *steps)))


@pytest.mark.parametrize("call", RECORDED)
def test_every_relu_of_the_reference_shows_in_the_numbers(call: tuple[str, str]) -> None:
    """None of the reference's activations is idle for the images and weights that are chosen."""
    reference = RECORDED[call].network
    unseen = [
        role
        for position, role in name_roles(reference).items()
        if reference.operations[position].settings == RELU
        and same_numbers(
            Pairing(reference, changed(reference, position, settings={"function": "linear"}))
        )
    ]

    assert unseen == []


@pytest.mark.parametrize("call", [call for call in RECORDED if "block" in call[0]])
def test_every_relu_too_many_shows_in_the_numbers(call: tuple[str, str]) -> None:
    """One more ReLU is seen wherever its input is not one already."""
    reference = RECORDED[call].network
    roles = name_roles(reference)
    same = [
        roles[position]
        for position in range(len(roles) - 1)
        if same_numbers(Pairing(reference, with_step(reference, position, "Activation", RELU)))
    ]

    wanted = {"main.relu1", "main.relu2"}  # where a ReLU stands already,
    wanted |= {role for role in ("main.bn1", "main.bn2") if role in same}  # or comes next
    wanted |= {"add"}
    assert set(same) == wanted


def test_relu_behind_a_block_is_right() -> None:
    """A block ends in a ReLU, so that another one behind it changes nothing."""
    written = RESNET
    for role in ("stage1.block1", "stage3.block6", "stage4.block3"):
        position = next(place for place, each in name_roles(written).items() if each == role)
        written = with_step(written, position, "Activation", RELU)

    assert same_numbers(Pairing(RESNET, written))


def test_blocks_are_not_told_from_numbers() -> None:
    """A block called otherwise, or fed from elsewhere, is no equal whatever a block may be."""
    place = PLACES["stage2.block3"]
    call = RESNET.operations[place]
    wrong = changed(RESNET, place, settings={**call.settings, "f": 5})
    skipped = changed(RESNET, place, inputs=(place - 2,))

    assert not same_numbers(Pairing(RESNET, wrong))
    assert not same_numbers(Pairing(RESNET, skipped))


def test_layer_that_serves_twice_is_not_two() -> None:
    """A head that takes its weights from the stem is not equal, though each alone is."""
    dense_at = PLACES["head.dense"]
    owner = RESNET.operations[PLACES["stem.conv"]].layer
    shared = changed(RESNET, dense_at, layer=owner)
    twice = with_step(shared, PLACES["stem.relu"], "Activation", RELU)

    assert not same_numbers(Pairing(RESNET, twice))


def test_padding_that_finds_nothing_to_pad_is_equal() -> None:
    """Padding "same" of a 2×2 kernel that fits the map exactly computes what "valid" does."""
    same, valid = (
        chain(
            [4, 4, 3],
            (
                "Conv2D",
                {
                    **WEIGHTED_SETTINGS["Conv2D"],
                    "filters": 4,
                    "kernel_size": [2, 2],
                    "strides": [2, 2],
                    "padding": padding,
                    "activation": "linear",
                    "data_format": "channels_last",
                },
            ),
        )
        for padding in ("same", "valid")
    )

    assert same_numbers(Pairing(same, valid))


def shortcut_first(network: Network) -> Network:
    """Return a convolutional block of which the shortcut was written before the main path."""
    roles = name_roles(network)
    order = sorted(
        range(len(network.operations)),
        key=lambda place: (place > 0, not roles.get(place, "").startswith("shortcut"), place),
    )
    place = {before: after for after, before in enumerate(order)}
    operations = tuple(
        replace(
            network.operations[before],
            inputs=tuple(place[source] for source in network.operations[before].inputs),
        )
        for before in order
    )
    return Network(operations, tuple(place[output] for output in network.outputs))


@pytest.mark.parametrize("call", [call for call in RECORDED if call[0] == "convolutional_block"])
def test_shortcut_written_first_gets_its_own_weights(call: tuple[str, str]) -> None:
    """Also where the last convolution of the main path is of the shortcut's very shape."""
    reference = RECORDED[call].network
    written = shortcut_first(reference)
    place = {role: position for position, role in name_roles(written).items()}
    conv = written.operations[place["main.conv2"]]
    size = conv.settings["kernel_size"][0]
    border = [[(size - 1) // 2, size // 2]] * 2
    padded = with_step(
        changed(written, place["main.conv2"], settings={**conv.settings, "padding": "valid"}),
        conv.inputs[0],
        "ZeroPadding2D",
        {"padding": border, "data_format": "channels_last"},
    )

    assert same_numbers(Pairing(reference, padded))
