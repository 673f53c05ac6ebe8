"""Networks that write their blocks out, as real programs: right ones, and one mistake each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reskit.report import Report

pytestmark = pytest.mark.keras

HELPER = '''\
def bottleneck(X, F, size, stride, project):
    """One block, with or without a convolution on the shortcut."""
    F1, F2, F3 = F
    shortcut = X
    X = layers.Conv2D(F1, 1, strides=stride, kernel_initializer=glorot_uniform(seed=0))(X)
    X = layers.BatchNormalization(axis=3)(X)
    X = layers.Activation("relu")(X)
    X = layers.Conv2D(F2, size, padding="same", kernel_initializer=glorot_uniform(seed=0))(X)
    X = layers.BatchNormalization(axis=3)(X)
    X = layers.Activation("relu")(X)
    X = layers.Conv2D(F3, 1, kernel_initializer=glorot_uniform(seed=0))(X)
    X = layers.BatchNormalization(axis=3)(X)
    if project:
        shortcut = layers.Conv2D(F3, 1, strides=stride)(shortcut)
        shortcut = layers.BatchNormalization(axis=3)(shortcut)
    X = layers.Add()([X, shortcut])
    return layers.Activation("relu")(X)


'''
NETWORK = """\
def ResNet50(input_shape=(64, 64, 3), classes=6):
    inputs = keras.Input(input_shape)
    X = layers.ZeroPadding2D(3)(inputs)
    X = layers.Conv2D(64, 7, strides=2, kernel_initializer=glorot_uniform(seed=0))(X)
    X = layers.BatchNormalization(axis=3)(X)
    X = layers.Activation("relu")(X)
    X = layers.MaxPooling2D(3, strides=2)(X)
    for stage, blocks in enumerate((3, 4, 6, 3)):
        F = [64 * 2**stage, 64 * 2**stage, 256 * 2**stage]
        X = bottleneck(X, F, 3, 1 if stage == 0 else 2, True)
        for block in range(2, blocks + 1):
            X = bottleneck(X, F, 3, 1, False)
    X = layers.AveragePooling2D(2)(X)
    X = layers.Flatten()(X)
    X = layers.Dense(classes, activation="softmax", kernel_initializer=glorot_uniform(seed=0))(X)
    return keras.Model(inputs, X)
"""
NORM = "    X = layers.BatchNormalization(axis=3)(X)\n"
RELU = '    X = layers.Activation("relu")(X)\n'
ADD = "    X = layers.Add()([X, shortcut])\n"
LAST = '    return layers.Activation("relu")(X)\n'
MIDDLE = NORM + RELU + "    X = layers.Conv2D(F3"
CALL = "            X = bottleneck(X, F, 3, 1, False)\n"
SHORTCUT = """\
    if project:
        shortcut = layers.Conv2D(F3, 1, strides=stride)(shortcut)
        shortcut = layers.BatchNormalization(axis=3)(shortcut)
"""
NESTED = """\
def bottleneck(X, F, size, stride, project):
    def conv(filters, window, stride=1):
        return layers.Conv2D(filters, window, stride, padding="same")

    path = keras.Sequential([
        conv(F[0], 1, stride), layers.BatchNormalization(), layers.ReLU(),
        conv(F[1], size), layers.BatchNormalization(), layers.ReLU(),
        conv(F[2], 1), layers.BatchNormalization(),
    ])
    side = X
    if project:
        side = keras.Sequential([conv(F[2], 1, stride), layers.BatchNormalization()])(X)
    return keras.ops.relu(side + path(X))


"""


def edited(old: str, new: str) -> str:
    """Return the helper and the network with one replacement."""
    text = HELPER + NETWORK
    assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
    return text.replace(old, new)


def in_one_block(old: str, new: str, block: int = 3) -> str:
    """Return the network in which one block of stage 2 goes through a wrong copy of the helper."""
    assert HELPER.count(old) == 1, f"{old!r} stands there {HELPER.count(old)} times"
    wrong = HELPER.replace(old, new).replace("def bottleneck", "def other")
    choice = f"""\
            if (stage, block) == (1, {block}):
                X = other(X, F, 3, 1, False)
                continue
"""
    return HELPER + wrong + NETWORK.replace(CALL, choice + CALL)


def with_calls(text: str) -> str:
    """Return a program in which the identity blocks of all stages but the second are called."""
    choice = """\
            if stage != 1:
                X = identity_block(X, 3, F)
                continue
"""
    loop = "        for block in range(2, blocks + 1):\n"
    return text.replace(loop, loop + choice)


def older_form() -> str:
    """Return the helper as older forms have it: with a flag that its normalisations are given."""
    return (
        HELPER.replace("project)", "project, training=True)")
        .replace(
            "layers.BatchNormalization(axis=3)(X)",
            "layers.BatchNormalization(axis=3)(X, training=training)",
        )
        .replace(
            "layers.BatchNormalization(axis=3)(shortcut)",
            "layers.BatchNormalization(axis=3)(shortcut, training=training)",
        )
    )


RIGHT = {
    "older_flag": older_form() + NETWORK,
    "half_called": with_calls(HELPER + NETWORK),
    "other_forms": edited(SHORTCUT, "")
    .replace("    shortcut = X\n", "    shortcut = X\n" + SHORTCUT)
    .replace("layers.Add()([X, shortcut])", "shortcut + X")
    .replace('layers.Activation("relu")', "layers.ReLU()"),
    "nested": NESTED + NETWORK,
    "relu_twice": edited(ADD, ADD + RELU),
    "padded_by_a_layer": edited(
        '    X = layers.Conv2D(F2, size, padding="same",',
        "    X = layers.ZeroPadding2D(1)(X)\n    X = layers.Conv2D(F2, size,",
    ),
}

Told = tuple[str, str | None, str | None]
WRONG: dict[str, tuple[str, Told, int]] = {  # program, difference, in how many blocks it shows
    "no_bn2": (
        edited(MIDDLE, MIDDLE[len(NORM) :]),
        ("missing", "stage1.block1.main.bn2", None),
        16,
    ),
    "relu_before_addition": (
        edited(ADD + LAST, RELU + ADD + "    return X\n"),
        ("order", "stage1.block1.relu", None),
        16,
    ),
    "valid": (
        edited('padding="same", ', ""),
        ("attribute", "stage1.block1.main.conv2", "padding"),
        16,
    ),
    "stride": (
        edited("1 if stage == 0 else 2", "2"),
        ("attribute", "stage1.block1", "s"),
        1,
    ),
    "filters": (
        edited("[64 * 2**stage, 64", "[32 * 2**stage, 64"),
        ("attribute", "stage1.block1", "filters"),
        16,
    ),
    "one_wired": (
        in_one_block("[X, shortcut]", "[X, X]"),
        ("wiring", "stage2.block3.add", "inputs"),
        1,
    ),
    "one_valid_beside_calls": (
        with_calls(in_one_block('padding="same", ', "")),
        ("attribute", "stage2.block3.main.conv2", "padding"),
        1,
    ),
    "one_in_training": (
        edited(MIDDLE, MIDDLE.replace("(axis=3)(X)", "(axis=3)(X, training=True)")),
        ("attribute", "stage1.block1.main.bn2", "training"),
        16,
    ),
    "too_many": (edited("(3, 4, 6, 3)", "(3, 4, 7, 3)"), ("extra", "stage3.block7", None), 1),
    "never_projected": (
        edited("1 if stage == 0 else 2, True", "1, False"),
        ("attribute", "stage1.block1", "layer"),
        4,
    ),
}


def network_of(report: Report) -> list[tuple[Told, str]]:
    """Return the differences that the network's exercise tells, and their messages."""
    (exercise,) = (each for each in report.exercises if each.name == "ResNet50")
    return [
        ((each.kind, each.layer, each.attribute), each.message)
        for case in exercise.cases
        for each in case.differences
    ]


def program(reference: str, network: str) -> str:
    """Return the reference's blocks with another network."""
    return reference[: reference.index("def ResNet50(")] + network


def test_right_networks_earn_full_marks(
    graded: Callable[[dict[str, str]], dict[str, Report]], reference: str
) -> None:
    """However the blocks are written into the network, a right one loses nothing."""
    reports = graded({name: program(reference, text) for name, text in RIGHT.items()})

    rejected = {name: network_of(each) for name, each in reports.items() if each.score < 100}
    assert rejected == {}


def test_one_mistake_is_one_difference(
    graded: Callable[[dict[str, str]], dict[str, Report]], reference: str
) -> None:
    """A mistake is told once, in its full role, with the number of blocks that it shows in."""
    reports = graded({name: program(reference, text) for name, (text, *_) in WRONG.items()})

    misses = []
    for name, (_, difference, blocks) in WRONG.items():
        found = network_of(reports[name])
        others = "1 more block" if blocks == 2 else f"{blocks - 1} more blocks"
        counted = f", in this and {others}." if blocks > 1 else "."
        told = [each for each, _ in found]
        often = "in this and" in str(found)
        if told != [difference] or not found[0][1].endswith(counted) or often != (blocks > 1):
            causes = {case.cause for each in reports[name].exercises for case in each.cases}
            misses.append((name, found, causes))
    assert misses == []
