"""Networks that write their blocks out: one mistake in them is one difference, in its full role."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from written_out import SHORTCUT, Block, Edit, written_out

from reskit.course import find_course
from reskit.network.comparison import Comparison, compare
from reskit.network.operation import Network, Operation
from reskit.network.roles import name_roles
from reskit.recording import read_expected

COURSE = find_course()
RESNET = read_expected(COURSE.outputs)["ResNet50", "hand signs"].network
SMALLER = read_expected(COURSE.hidden_outputs)["ResNet50", "elsewhere"].network
BLOCKS = [role for role in name_roles(RESNET).values() if role.startswith("stage")]
CONVOLUTIONAL = [role for role in BLOCKS if role.endswith("block1")]
IDENTITY = [role for role in BLOCKS if role not in CONVOLUTIONAL]
SOME = ["stage1.block1", "stage1.block2", "stage2.block3", "stage3.block1", "stage4.block3"]

Told = tuple[str, str | None, str | None]  # kind, layer, attribute


def told(comparison: Comparison) -> list[Told]:
    """Return kind, layer and attribute of each difference."""
    return [(each.kind, each.layer, each.attribute) for each in comparison.differences]


def setting(layer: str, name: str, value: Any) -> Edit:
    """Return the edit that gives a layer another setting."""
    return lambda block: block.set(layer, **{name: value})


def dropped(layer: str) -> Edit:
    """Return the edit that leaves a layer out."""
    return lambda block: block.drop(layer)


def wired(layer: str, *inputs: str) -> Edit:
    """Return the edit that lets a layer take in other things."""
    return lambda block: block.wire(layer, *inputs)


def inserted(layer: str, kind: str, after: str, **settings: Any) -> Edit:
    """Return the edit that puts one more layer into the block."""
    return lambda block: block.insert(layer, kind, after, **settings)


def relu_before_addition(block: Block) -> None:
    """Let the ReLU stand on the main path, and nothing after the addition."""
    shortcut = block.layers["add"].inputs[1]
    names = [name for name in block.layers if name not in ("add", "relu")]
    block.wire("relu", "main.bn3")
    block.wire("add", "relu", shortcut)
    block.reorder(*names, "relu", "add")
    block.result = "add"


def swapped(first: str, second: str) -> Edit:
    """Return the edit that puts two neighbours on a path in the other order."""

    def edit(block: Block) -> None:
        (before,) = block.layers[first].inputs
        for name, layer in block.layers.items():
            inputs = tuple(first if source == second else source for source in layer.inputs)
            block.wire(name, *inputs)
        block.wire(second, before)
        block.wire(first, second)
        names = list(block.layers)
        here, there = names.index(first), names.index(second)
        names[here], names[there] = second, first
        block.reorder(*names)

    return edit


EDITS: dict[str, tuple[Edit, Told]] = {
    "conv2 valid": (
        setting("main.conv2", "padding", "valid"),
        ("attribute", "main.conv2", "padding"),
    ),
    "conv2 dilated": (
        setting("main.conv2", "dilation_rate", [2, 2]),
        ("attribute", "main.conv2", "dilation_rate"),
    ),
    "conv1 window": (
        setting("main.conv1", "kernel_size", [3, 3]),
        ("attribute", "main.conv1", "kernel_size"),
    ),
    "conv3 no bias": (
        setting("main.conv3", "use_bias", False),
        ("attribute", "main.conv3", "use_bias"),
    ),
    "bn1 epsilon": (setting("main.bn1", "epsilon", 1e-5), ("attribute", "main.bn1", "epsilon")),
    "bn3 frozen": (setting("main.bn3", "training", False), ("attribute", "main.bn3", "training")),
    "relu1 tanh": (
        setting("main.relu1", "function", "tanh"),
        ("attribute", "main.relu1", "function"),
    ),
    "last sigmoid": (setting("relu", "function", "sigmoid"), ("attribute", "relu", "function")),
    "no conv1": (dropped("main.conv1"), ("missing", "main.conv1", None)),
    "no bn1": (dropped("main.bn1"), ("missing", "main.bn1", None)),
    "no relu1": (dropped("main.relu1"), ("missing", "main.relu1", None)),
    "no bn2": (dropped("main.bn2"), ("missing", "main.bn2", None)),
    "no relu2": (dropped("main.relu2"), ("missing", "main.relu2", None)),
    "no bn3": (dropped("main.bn3"), ("missing", "main.bn3", None)),
    "no add": (dropped("add"), ("missing", "add", None)),
    "no relu": (dropped("relu"), ("missing", "relu", None)),
    "skip cut": (wired("add", "main.bn3", "main.bn3"), ("wiring", "add", "inputs")),
    "relu first": (relu_before_addition, ("order", "relu", None)),
    "relu1 before bn1": (swapped("main.bn1", "main.relu1"), ("order", "main.relu1", None)),
    "relu too many": (
        inserted("more", "Activation", "main.bn3", function="relu"),
        ("extra", "main.relu3", None),
    ),
    "dropout": (
        inserted("more", "Dropout", "main.bn3", rate=0.5),
        ("extra", "main.dropout1", None),
    ),
}
OF_CONVOLUTIONAL: dict[str, tuple[Edit, Told]] = {
    "no shortcut bn": (dropped("shortcut.bn"), ("missing", "shortcut.bn", None)),
    "shortcut from main": (
        wired("shortcut.conv", "main.bn3"),
        ("wiring", "shortcut.conv", "inputs"),
    ),
    "shortcut bn on main": (
        wired("shortcut.bn", "main.bn3"),
        ("wiring", "shortcut.bn", "inputs"),
    ),
    "main path lost": (wired("add", "shortcut.bn", "shortcut.bn"), ("wiring", "add", "inputs")),
    "shortcut window": (
        setting("shortcut.conv", "kernel_size", [3, 3]),
        ("attribute", "shortcut.conv", "kernel_size"),
    ),
    "stride on main only": (
        setting("shortcut.conv", "strides", [3, 3]),
        ("attribute", "shortcut.conv", "strides"),
    ),
}


def edits_of(role: str) -> dict[str, tuple[Edit, Told]]:
    """Return the edits that can be done to this block."""
    return {**EDITS, **OF_CONVOLUTIONAL} if role in CONVOLUTIONAL else EDITS


def inside(role: str, difference: Told) -> Told:
    """Return the difference with its layer's full role."""
    kind, layer, attribute = difference
    return kind, f"{role}.{layer}", attribute


def shortcut_first(block: Block) -> None:
    """Write the shortcut down before the main path."""
    if SHORTCUT[0] in block.layers:
        others = [name for name in block.layers if name not in SHORTCUT]
        block.reorder(*SHORTCUT, *others)


def addends_crossed(block: Block) -> None:
    """Add the main path to the shortcut."""
    block.wire("add", *block.layers["add"].inputs[::-1])


def relu_twice(block: Block) -> None:
    """Do the same ReLU twice, which changes nothing."""
    block.insert("again", "Activation", "main.relu1", function="relu")


def padded_before(block: Block) -> None:
    """Pad with a layer of its own in place of padding "same"."""
    block.insert("pad", "ZeroPadding2D", "main.relu1", padding=[[1, 1], [1, 1]])
    block.layers["pad"].settings["data_format"] = "channels_last"
    block.set("main.conv2", padding="valid")


def other_initializer(block: Block) -> None:
    """Start the weights in another way."""
    block.set("main.conv2", kernel_initializer="HeNormal")


@pytest.mark.parametrize(
    ("edit", "proof"),
    [
        (lambda _: None, "graph"),
        (shortcut_first, "graph"),
        (addends_crossed, "graph"),
        (other_initializer, "graph"),
        (relu_twice, "numbers"),
    ],
)
@pytest.mark.parametrize("where", [BLOCKS, SOME, ["stage4.block3"]])
def test_right_blocks_may_be_written_out(edit: Edit, proof: str, where: list[str]) -> None:
    """However a right block is written into the network, nothing is said against it."""
    written = written_out(RESNET, edit, wrong=where)

    comparison = compare(RESNET, written)

    assert (told(comparison), comparison.proof) == ([], proof)
    assert comparison.matched == set(name_roles(RESNET).values())


@pytest.mark.parametrize("others", ["written out", "called"])
@pytest.mark.parametrize("role", SOME)
def test_one_mistake_in_one_block_is_the_one_difference(role: str, others: str) -> None:
    """A wrong layer in one of the blocks is named in its full role, and nothing else is."""
    called = [] if others == "written out" else [block for block in BLOCKS if block != role]
    misses = []
    for name, (edit, difference) in edits_of(role).items():
        found = told(compare(RESNET, written_out(RESNET, edit, wrong=[role], called=called)))
        if found != [inside(role, difference)]:
            misses.append((name, found))

    assert misses == []


@pytest.mark.parametrize(
    ("where", "edits"),
    [(BLOCKS, EDITS), (IDENTITY, EDITS), (CONVOLUTIONAL, {**EDITS, **OF_CONVOLUTIONAL})],
    ids=["all", "identity", "convolutional"],
)
def test_one_mistake_in_many_blocks_is_the_one_difference(
    where: list[str], edits: dict[str, tuple[Edit, Told]]
) -> None:
    """A helper with one mistake is reported once, for its first block, with how often it shows."""
    ending = f", in this and {len(where) - 1} more blocks."
    misses = []
    for name, (edit, difference) in edits.items():
        comparison = compare(RESNET, written_out(RESNET, edit, wrong=where))
        right = told(comparison) == [inside(where[0], difference)]
        if not right or not comparison.differences[0].message.endswith(ending):
            misses.append((name, comparison.differences))

    assert misses == []


def test_every_block_with_a_mistake_counts_against_its_stage() -> None:
    """A mistake that is told once takes all the blocks that have it from what is right."""
    comparison = compare(RESNET, written_out(RESNET, dropped("main.bn2"), wrong=SOME))

    assert set(name_roles(RESNET).values()) - comparison.matched == {*SOME[1:]}


def test_mistake_in_two_blocks_says_block_once() -> None:
    """One more block is not "1 more blocks"."""
    written = written_out(RESNET, dropped("main.bn2"), wrong=["stage1.block2", "stage3.block4"])

    (difference,) = compare(RESNET, written).differences

    assert difference.layer == "stage1.block2.main.bn2"
    assert difference.message.endswith(", in this and 1 more block.")


@pytest.mark.parametrize("role", SOME)
@pytest.mark.parametrize(
    ("name", "value"), [("f", 5), ("filters", [7, 11, None]), ("filters", [None, 126, None])]
)
def test_block_that_agrees_with_another_call_is_wrong_as_a_call(
    role: str, name: str, value: Any
) -> None:
    """A block whose layers all follow from a wrong argument is told as that argument."""
    place = {other: position for position, other in name_roles(RESNET).items()}[role]
    call = RESNET.operations[place]
    if isinstance(value, list):
        value = [new or old for new, old in zip(value, call.settings["filters"], strict=True)]
    wrong = replace(call, settings={**call.settings, name: value})
    operations = (*RESNET.operations[:place], wrong, *RESNET.operations[place + 1 :])

    (difference,) = compare(RESNET, written_out(replace(RESNET, operations=operations))).differences

    assert (difference.kind, difference.layer, difference.attribute) == ("attribute", role, name)
    assert (difference.expected, difference.received) == (call.settings[name], value)


def with_arguments(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Network:
    """Return the reference with all blocks called in another way."""

    def called(operation: Operation) -> Operation:
        if "block" not in operation.kind:
            return operation
        return replace(operation, settings=change(dict(operation.settings)))

    return replace(RESNET, operations=tuple(map(called, RESNET.operations)))


@pytest.mark.parametrize(
    ("name", "change", "more"),
    [
        ("f", lambda settings: {**settings, "f": 5}, 15),
        (
            "filters",
            lambda settings: {
                **settings,
                "filters": [settings["filters"][0] * 2, *settings["filters"][1:]],
            },
            15,
        ),
    ],
)
def test_wrong_argument_in_all_blocks_written_out_is_told_once(
    name: str, change: Callable[[dict[str, Any]], dict[str, Any]], more: int
) -> None:
    """A helper that every block goes through, with a wrong number in it, is one mistake."""
    comparison = compare(RESNET, written_out(with_arguments(change)))

    assert told(comparison) == [("attribute", "stage1.block1", name)]
    assert comparison.differences[0].message.endswith(f", in this and {more} more blocks.")


def test_forgotten_strides_are_told_once() -> None:
    """Written-out convolutional blocks that never halve the map have one mistake in all."""
    written = written_out(
        with_arguments(lambda settings: {**settings, **({"s": 1} if "s" in settings else {})})
    )

    comparison = compare(RESNET, written)

    assert told(comparison) == [("attribute", "stage2.block1", "s")]


@pytest.mark.parametrize("edit", [None, *EDITS])
@pytest.mark.parametrize("role", ["stage1.block3", "stage3.block6"])
def test_block_too_few_is_named(role: str, edit: str | None) -> None:
    """A stage with a block too few says so, and so it does when its blocks are wrong besides."""
    change, difference = EDITS[edit] if edit else (lambda _: None, None)
    others = [] if difference is None else [inside("stage1.block1", difference)]

    found = told(compare(RESNET, written_out(RESNET, change, left_out=[role])))

    assert sorted(found, key=str) == sorted([*others, ("missing", role, None)], key=str)


@pytest.mark.parametrize("edit", [None, *EDITS])
@pytest.mark.parametrize(("role", "extra"), [("stage1.block2", 4), ("stage3.block6", 7)])
def test_block_too_many_is_named(role: str, extra: int, edit: str | None) -> None:
    """A stage with a block too many says so, and so it does when its blocks are wrong besides."""
    change, difference = EDITS[edit] if edit else (lambda _: None, None)
    others = [] if difference is None else [inside("stage1.block1", difference)]
    name = f"{role.split('.')[0]}.block{extra}"

    found = told(compare(RESNET, written_out(RESNET, change, twice=[role])))

    assert sorted(found, key=str) == sorted([*others, ("extra", name, None)], key=str)


def test_mistakes_in_stem_and_block_are_both_told() -> None:
    """A wrong stem and a wrong block written out are two differences."""
    written = written_out(
        RESNET, dropped("main.bn2"), wrong=["stage2.block3"], left_out=["stem.relu"]
    )

    found = told(compare(RESNET, written))

    assert found == [("missing", "stem.relu", None), ("missing", "stage2.block3.main.bn2", None)]


@pytest.mark.parametrize("role", ["stage1.block1", "stage1.block2", "stage3.block1"])
def test_mistake_before_an_exception_is_the_one_difference(role: str) -> None:
    """What was built until the shapes did not fit tells the mistake, and nothing is missing."""
    mistakes = {
        "valid": (setting("main.conv2", "padding", "valid"), EDITS["conv2 valid"][1]),
        "stride": (
            setting("main.conv2", "strides", [2, 2]),
            ("attribute", "main.conv2", "strides"),
        ),
        "no bn2": EDITS["no bn2"],
        "no relu1": EDITS["no relu1"],
    }
    misses = []
    for name, (edit, difference) in mistakes.items():
        begun = written_out(RESNET, edit, wrong=[role], stop=f"{role}.add")
        found = told(compare(RESNET, begun, built=False))
        if found != [inside(role, difference)]:
            misses.append((name, found))

    assert misses == []


def test_identity_block_in_a_convolutional_place_is_the_wrong_block() -> None:
    """A first block of a stage without its shortcut layers is told as the wrong kind of block."""

    def bare(block: Block) -> None:
        block.drop("shortcut.bn")
        block.drop("shortcut.conv")

    begun = written_out(RESNET, bare, wrong=["stage1.block1"], stop="stage1.block1.add")

    (difference,) = compare(RESNET, begun, built=False).differences

    assert (difference.layer, difference.attribute) == ("stage1.block1", "layer")
    assert (difference.expected, difference.received) == ("convolutional_block", "identity_block")


def test_shortcut_from_inside_the_block_before_names_the_place() -> None:
    """A shortcut that begins one step too early names the step from which it comes."""
    written = written_out(
        RESNET, wired("add", "main.bn3", "stage2.block2.add"), wrong=["stage2.block3"]
    )

    (difference,) = compare(RESNET, written).differences

    assert (difference.kind, difference.layer) == ("wiring", "stage2.block3.add")
    assert difference.expected == ["stage2.block3.main.bn3", "stage2.block2"]
    assert difference.received == ["stage2.block3.main.bn3", "stage2.block2.add"]


def test_shortcut_over_two_blocks_names_both_places() -> None:
    """A shortcut that begins at an earlier block names that block."""
    written = written_out(
        RESNET, wired("add", "main.bn3", "stage2.block1"), wrong=["stage2.block3"]
    )

    (difference,) = compare(RESNET, written).differences

    assert (difference.kind, difference.layer) == ("wiring", "stage2.block3.add")
    assert difference.received == ["stage2.block3.main.bn3", "stage2.block1"]


def test_block_that_gives_on_an_earlier_step_is_named() -> None:
    """A last ReLU whose result is not used is told as what the block gives on."""

    def unused_relu(block: Block) -> None:
        block.result = "add"

    written = written_out(RESNET, unused_relu, wrong=["stage2.block3"])

    (difference,) = compare(RESNET, written).differences

    assert (difference.kind, difference.layer, difference.attribute) == (
        "wiring",
        "stage2.block3",
        "output",
    )
    assert difference.expected == ["stage2.block3.relu"]
    assert difference.received == ["stage2.block3.add"]
    assert difference.message == (
        "stage2.block3 gives on stage2.block3.add, expected stage2.block3.relu."
    )


def test_layer_used_in_two_blocks_is_named() -> None:
    """A normalisation that two blocks share is told for the second of them."""

    def sharing(block: Block) -> None:
        block.shared["main.bn2"] = "stage3.block2.main.bn2"

    written = written_out(RESNET, sharing, wrong=["stage3.block5"])

    (difference,) = compare(RESNET, written).differences

    assert (difference.layer, difference.attribute) == ("stage3.block5.main.bn2", "weights")
    assert difference.received == "stage3.block2.main.bn2"


def test_block_made_of_the_layers_of_another_is_named_once() -> None:
    """A block that is used a second time as a whole is one mistake."""

    def sharing(block: Block) -> None:
        weighted = [name for name in block.layers if ".conv" in name or ".bn" in name]
        block.shared = {name: f"stage3.block2.{name}" for name in weighted}

    written = written_out(RESNET, sharing, wrong=["stage3.block5"])

    (difference,) = compare(RESNET, written).differences

    assert (difference.layer, difference.attribute) == ("stage3.block5", "weights")
    assert difference.received == "stage3.block2"


def test_equal_numbers_are_right_at_every_size() -> None:
    """A block that pads with a layer of its own is proven right by its numbers."""
    written = written_out(SMALLER, padded_before)

    assert compare(SMALLER, written).proof == "numbers"


def test_two_mistakes_in_two_blocks_are_both_told() -> None:
    """Two wrong blocks are two differences, each in its own role."""
    first, second = "stage2.block3", "stage4.block2"
    misses = []
    for one, other in itertools.pairwise([*EDITS, "conv2 valid"]):
        edits = {first: EDITS[one], second: EDITS[other]}
        written = written_out(
            RESNET, lambda block, edits=edits: edits[block.role][0](block), wrong=edits
        )
        found = told(compare(RESNET, written))
        if found != [inside(role, difference) for role, (_, difference) in edits.items()]:
            misses.append((one, other, found))

    assert misses == []


OF_ONE_LAYER = [edit for edit in EDITS.values() if edit[1][0] in ("attribute", "missing")]


@settings(derandomize=True, deadline=None, max_examples=25)
@given(
    st.lists(st.sampled_from(OF_ONE_LAYER), min_size=1, max_size=4),
    st.lists(st.sampled_from(IDENTITY), min_size=1, max_size=4),
    st.integers(8, 200),
)
def test_several_mistakes_in_one_block_are_never_right(
    edits: list[tuple[Edit, Told]], wrong: list[str], stop: int
) -> None:
    """Whatever was done to blocks: the comparison ends, told in full roles, before a stop too."""

    def edit(block: Block) -> None:
        for change, (_, layer, _) in edits:
            if layer in block.layers:
                change(block)

    written = written_out(RESNET, edit, wrong=wrong)
    begun = Network(written.operations[:stop])

    whole, part = compare(RESNET, written), compare(RESNET, begun, built=False)

    assert whole.proof is None and part.proof is None
    assert whole.differences
    assert all(each.message for each in (*whole.differences, *part.differences))


def median_ms(action: Callable[[], object]) -> float:
    """Return the median time of five runs, in milliseconds of this process."""
    times = []
    for _ in range(5):
        start = time.process_time()
        action()
        times.append(1e3 * (time.process_time() - start))
    return statistics.median(times)


@pytest.mark.parametrize(
    ("edit", "limit"),
    [(lambda _: None, 30), (dropped("main.bn2"), 150), (relu_before_addition, 150)],
)
def test_network_written_out_is_judged_quickly(edit: Edit, limit: float) -> None:
    """A right network takes at most 30 ms, one with a mistake in all blocks at most 150 ms."""
    written = written_out(RESNET, edit)

    assert median_ms(lambda: compare(RESNET, written)) < limit
