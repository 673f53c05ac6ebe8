"""One edit away from the reference means exactly one difference, and it is that edit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reskit.course import find_course
from reskit.network.alignment import attribute_differences
from reskit.network.comparison import Comparison, compare
from reskit.network.numbers import NotComputableError, compute, varied_weights
from reskit.network.operation import Network, Operation
from reskit.network.roles import name_roles
from reskit.recording import read_expected

THINNER = 32  # a 32nd of the blocks' filters: the same graph, quick numbers
SMALL_PICTURE = [16, 16, 3]
SAME = 1e-9  # relative; float64 in another order of addition


def without(network: Network, position: int) -> Network:
    """Return the network with one operation left out, its first input in its place."""
    bypass = network.operations[position].inputs[0]

    def moved(source: int) -> int:
        source = bypass if source == position else source
        return source - (source > position)

    operations = tuple(
        replace(operation, inputs=tuple(map(moved, operation.inputs)))
        for place, operation in enumerate(network.operations)
        if place != position
    )
    return Network(operations, tuple(map(moved, network.outputs)))


def changed(network: Network, position: int, **fields: Any) -> Network:
    """Return the network with other fields at one operation."""
    operations = list(network.operations)
    operations[position] = replace(operations[position], **fields)
    return replace(network, operations=tuple(operations))


def thin(network: Network) -> Network:
    """Return the ResNet-50 with fewer filters in its blocks; nothing else changes."""

    def thinner(operation: Operation) -> Operation:
        settings_now = dict(operation.settings)
        if isinstance(settings_now.get("filters"), list):
            settings_now["filters"] = [number // THINNER for number in settings_now["filters"]]
        return replace(operation, settings=settings_now)

    return replace(network, operations=tuple(map(thinner, network.operations)))


def short(network: Network) -> Network:
    """Return the ResNet-50 for a small picture, with two stages, of three and two blocks."""
    left_out = [
        place
        for place, role in name_roles(network).items()
        if role.startswith(("stage3", "stage4")) or role in ("stage2.block3", "stage2.block4")
    ]
    for place in sorted(left_out, reverse=True):
        network = without(network, place)
    network = changed(network, 0, shape=(None, *SMALL_PICTURE), settings={"shape": SMALL_PICTURE})
    return with_shapes_of_results(network)


def with_shapes_of_results(network: Network) -> Network:
    """Return the network with each shape as the numbers have it."""
    image = np.ones((1, *SMALL_PICTURE))
    for place in range(len(network.operations)):
        result = compute(Network(network.operations, (place,)), image, varied_weights())
        network = changed(network, place, shape=(None, *result.shape[1:]))
    return network


RECORDED = read_expected(find_course().outputs)
RESNET = thin(RECORDED["ResNet50", "hand signs"].network)
REFERENCES = {
    "identity_block": RECORDED["identity_block", "small"].network,
    "convolutional_block": RECORDED["convolutional_block", "small"].network,
    "short network": short(RESNET),
}
BLOCKS = ("identity_block", "convolutional_block")
EVERY_REFERENCE = pytest.mark.parametrize("name", REFERENCES)

OTHER_VALUES: dict[str, tuple[Any, ...]] = {
    "filters": (5,),
    "kernel_size": ([5, 5], [2, 2]),
    "strides": ([3, 3], [1, 2]),
    "padding": ("same", "valid", [[2, 2], [2, 2]]),
    "dilation_rate": ([2, 2],),
    "groups": (2,),
    "use_bias": (False,),
    "kernel_initializer": ("RandomUniform", "GlorotUniform", "Zeros"),
    "bias_initializer": ("Ones",),
    "kernel_regularizer": ("L2",),
    "data_format": ("channels_first",),
    "trainable": (False,),
    "axis": (1, 2),
    "epsilon": (1e-5,),
    "center": (False,),
    "scale": (False,),
    "gamma_initializer": ("Zeros",),
    "training": (True, False),
    "function": ("tanh", "sigmoid", "elu"),
    "activation": ("linear", "sigmoid"),
    "pool_size": ([4, 4],),
    "units": (7,),
    "f": (5,),
    "s": (3,),
}
OTHER_KINDS = {
    "Conv2D": ("DepthwiseConv2D", "Conv2DTranspose"),
    "BatchNormalization": ("LayerNormalization",),
    "MaxPooling2D": ("AveragePooling2D",),
    "AveragePooling2D": ("MaxPooling2D",),
    "Add": ("Concatenate", "Multiply", "Average"),
    "identity_block": ("convolutional_block",),
    "convolutional_block": ("identity_block",),
}


@dataclass(frozen=True)
class Told:
    """A difference as the contract gives it, without the sentence."""

    kind: str
    layer: str | None
    attribute: str | None
    expected: Any
    received: Any


def told(comparison: Comparison) -> list[Told]:
    """Return the differences of a comparison without their sentences."""
    return [
        Told(each.kind, each.layer, each.attribute, each.expected, each.received)
        for each in comparison.differences
    ]


def with_setting(network: Network, position: int, name: str, value: Any) -> Network:
    """Return the network with one setting changed."""
    operation = network.operations[position]
    fewer = operation.settings.get("filters", operation.settings.get("units", 0))
    return changed(
        network,
        position,
        settings={**operation.settings, name: value},
        parameters=operation.parameters - (fewer if name == "use_bias" else 0),
    )


def with_input(network: Network, position: int, slot: int, source: int) -> Network:
    """Return the network with one input taken from elsewhere."""
    inputs = list(network.operations[position].inputs)
    inputs[slot] = source
    return changed(network, position, inputs=tuple(inputs))


def with_twin(network: Network, position: int) -> Network:
    """Return the network with an operation done twice in a row, by two layers."""

    def moved(source: int) -> int:
        return source + (source >= position)

    original = network.operations[position]
    fresh = 1 + max(operation.layer for operation in network.operations)
    twin = replace(original, inputs=(position, *original.inputs[1:]), layer=fresh)
    before = network.operations[: position + 1]
    after = [
        replace(operation, inputs=tuple(map(moved, operation.inputs)))
        for operation in network.operations[position + 1 :]
    ]
    return Network((*before, twin, *after), tuple(map(moved, network.outputs)))


def swapped(network: Network, position: int) -> Network:
    """Return the network with an operation and the one behind it in the other order."""
    first, second = network.operations[position : position + 2]
    operations = list(network.operations)
    operations[position] = replace(second, inputs=first.inputs, layer=second.layer)
    operations[position + 1] = replace(first, inputs=(position,), layer=first.layer)
    return replace(network, operations=tuple(operations))


def swappable(network: Network) -> list[int]:
    """Return the places where an operation's only user stands right behind it, in one line."""
    users = [source for operation in network.operations for source in operation.inputs]
    return [
        position
        for position in range(1, len(network.operations) - 1)
        if network.operations[position + 1].inputs == (position,)
        and len(network.operations[position].inputs) == 1
        and users.count(position) == 1
        and attribute_differences(network.operations[position], network.operations[position + 1])
    ]


def changed_settings(network: Network) -> Iterator[tuple[int, str, Any]]:
    """Yield every change of one setting to another value that changes the network.

    Padding "same" changes nothing where the kernel is 1×1.
    """
    for position, operation in enumerate(network.operations[1:], start=1):
        for name, now in operation.settings.items():
            for value in OTHER_VALUES.get(name, ()):
                if isinstance(now, list) and name == "filters":
                    value = [*now[:1], now[1] + 1, now[2]]
                small = operation.settings.get("kernel_size") == [1, 1]
                wrong_form = name == "padding" and isinstance(now, str) != isinstance(value, str)
                idle = name == "padding" and small
                if operation.kind == "AveragePooling2D":  # it has one window and takes no step
                    idle = name in ("padding", "strides")
                if value != now and not wrong_form and not idle:
                    yield position, name, value


def numbers_of(network: Network, *, training: bool) -> Any:
    """Return what the network computes for one fixed image, None where it cannot be computed."""
    shape = network.operations[0].shape or ()
    image = np.random.default_rng(20150512).normal(size=(2, *(size or 1 for size in shape[1:])))
    try:
        return compute(network, image, varied_weights(), training=training)
    except NotComputableError:
        return None


def agree(one: Network, other: Network) -> bool:
    """Return whether two networks give the same numbers in both modes."""
    for training in (False, True):
        expected, received = (numbers_of(each, training=training) for each in (one, other))
        if expected is None or received is None or expected.shape != received.shape:
            return False
        if np.abs(expected - received).max() > SAME * np.abs(expected).max():
            return False
    return True


@pytest.mark.parametrize("call", RECORDED)
def test_reference_equals_itself(call: tuple[str, str]) -> None:
    """The reference handed in is right, without any arithmetic."""
    reference = RECORDED[call].network

    comparison = compare(reference, reference)

    assert comparison == Comparison("graph", (), frozenset(name_roles(reference).values()))


@pytest.mark.parametrize("name", BLOCKS)
def test_order_of_addends_is_free(name: str) -> None:
    """Main path plus shortcut is the same as shortcut plus main path."""
    reference = REFERENCES[name]
    meeting = [operation.kind for operation in reference.operations].index("Add")
    crossed = changed(reference, meeting, inputs=reference.operations[meeting].inputs[::-1])

    comparison = compare(reference, crossed)

    assert comparison.proof == "graph"


def test_shortcut_may_be_written_first() -> None:
    """It does not matter which of the two paths of a block is written down first."""
    reference = REFERENCES["convolutional_block"]
    order = [0, 9, 10, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12]
    place = {old: new for new, old in enumerate(order)}
    written = Network(
        tuple(
            replace(
                reference.operations[old],
                inputs=tuple(place[source] for source in reference.operations[old].inputs),
            )
            for old in order
        ),
        (12,),
    )

    comparison = compare(reference, written)

    assert comparison.proof == "graph"


@EVERY_REFERENCE
def test_missing_operation_is_the_one_difference(name: str) -> None:
    """A step that was left out is named, and nothing else is."""
    reference = REFERENCES[name]
    roles = name_roles(reference)
    misses = []
    for position in range(1, len(reference.operations)):
        role = roles[position]
        found = told(compare(reference, without(reference, position)))
        wanted = {role}
        if reference.operations[position].kind == "identity_block":  # all of a stage are alike
            stage = role.split(".")[0]
            wanted = {other for other in roles.values() if other.startswith(f"{stage}.block")}
            wanted.discard(f"{stage}.block1")
        if found not in [[Told("missing", layer, None, None, None)] for layer in wanted]:
            misses.append((role, found))

    assert misses == []


def test_missing_block_has_one_name_whichever_it_was() -> None:
    """One block too few in a stage reads the same, whichever of the equal blocks was left out."""
    place = {role: position for position, role in name_roles(RESNET).items()}

    named = [
        told(compare(RESNET, without(RESNET, place[role])))
        for role in ("stage3.block2", "stage3.block5")
    ]

    assert named == [[Told("missing", "stage3.block6", None, None, None)]] * 2


def test_missing_first_block_of_a_stage_is_named() -> None:
    """A stage without its convolutional block lacks block 1."""
    roles = ["stage1.block1", "stage4.block1"]
    place = {role: position for position, role in name_roles(RESNET).items()}

    named = [told(compare(RESNET, without(RESNET, place[role]))) for role in roles]

    assert named == [[Told("missing", role, None, None, None)] for role in roles]


def test_wrong_argument_of_any_block_is_named() -> None:
    """Each of the sixteen blocks, called with one wrong argument, is named with it."""
    misses = []
    for position, role in name_roles(RESNET).items():
        now = RESNET.operations[position].settings
        if not role.startswith("stage"):
            continue
        name, value = ("s", now["s"] + 1) if "s" in now else ("filters", [1, *now["filters"][1:]])
        found = told(compare(RESNET, with_setting(RESNET, position, name, value)))
        if found != [Told("attribute", role, name, now[name], value)]:
            misses.append((role, name, found))

    assert misses == []


@EVERY_REFERENCE
def test_changed_setting_is_the_one_difference(name: str) -> None:
    """One wrong argument is named, with what was expected and what was received."""
    reference = REFERENCES[name]
    roles = name_roles(reference)
    misses = []
    for position, setting, value in changed_settings(reference):
        now = reference.operations[position].settings[setting]
        found = told(compare(reference, with_setting(reference, position, setting, value)))
        if found != [Told("attribute", roles[position], setting, now, value)]:
            misses.append((roles[position], setting, value, found))

    assert misses == []


@EVERY_REFERENCE
def test_other_layer_in_place_is_the_one_difference(name: str) -> None:
    """Another kind of layer in the right place is named as that."""
    reference = REFERENCES[name]
    roles = name_roles(reference)
    misses = []
    for position, operation in enumerate(reference.operations):
        for kind in OTHER_KINDS.get(operation.kind, ()):
            found = told(compare(reference, changed(reference, position, kind=kind)))
            if found != [Told("attribute", roles[position], "layer", operation.kind, kind)]:
                misses.append((roles[position], kind, found))

    assert misses == []


@EVERY_REFERENCE
def test_rewired_input_is_the_one_difference(name: str) -> None:
    """An input taken from the wrong place is named, with both places."""
    reference = REFERENCES[name]
    roles = name_roles(reference)
    misses = []
    for position, operation in enumerate(reference.operations):
        expected = [roles[source] for source in operation.inputs]
        for slot, now in enumerate(operation.inputs):
            for source in {0, *range(max(0, position - 3), position)}:
                received = [*expected]
                received[slot] = roles[source]
                if source == now or sorted(received) == sorted(expected):
                    continue
                found = told(compare(reference, with_input(reference, position, slot, source)))
                if found != [Told("wiring", roles[position], "inputs", expected, received)]:
                    misses.append((roles[position], roles[source], found))

    assert misses == []


@EVERY_REFERENCE
def test_wrong_result_is_the_one_difference(name: str) -> None:
    """Giving back an earlier step than the last one is named as that."""
    reference = REFERENCES[name]
    roles = name_roles(reference)
    last = len(reference.operations) - 1
    misses = []
    for position in range(1, last):
        found = told(compare(reference, replace(reference, outputs=(position,))))
        if found != [Told("wiring", None, "output", [roles[last]], [roles[position]])]:
            misses.append((roles[position], found))

    assert misses == []


@EVERY_REFERENCE
def test_step_done_twice_is_one_too_many(name: str) -> None:
    """A step written down twice is one too many; twice the same ReLU or Flatten changes nothing."""
    reference = REFERENCES[name]
    roles = name_roles(reference)
    misses = []
    for position in range(1, len(reference.operations)):
        operation = reference.operations[position]
        comparison = compare(reference, with_twin(reference, position))
        found = told(comparison)
        if operation.kind in ("Activation", "Flatten"):
            right = comparison.proof == "numbers"
        else:
            path = roles[position].rpartition(".")[0]
            right = (
                [each.kind for each in found] == ["extra"]
                and str(found[0].layer).rpartition(".")[0] == path
                and found[0].layer not in roles.values()
                and str(found[0].received).startswith(f"{operation.kind} after ")
            )
        if not right:
            misses.append((roles[position], comparison.proof, found))

    assert misses == []


def test_block_too_many_has_the_next_number() -> None:
    """A seventh block in a stage of six is called the seventh."""
    place = {role: position for position, role in name_roles(RESNET).items()}

    named = [
        each.layer
        for last in ("stage1.block3", "stage2.block4", "stage3.block6", "stage4.block3")
        for each in told(compare(RESNET, with_twin(RESNET, place[last])))
    ]

    assert named == ["stage1.block4", "stage2.block5", "stage3.block7", "stage4.block4"]


@EVERY_REFERENCE
def test_swapped_neighbours_are_one_difference_of_order(name: str) -> None:
    """Two steps in the wrong order are one mistake; pooling may come before a ReLU."""
    reference = REFERENCES[name]
    roles = name_roles(reference)
    misses = []
    for position in swappable(reference):
        pair = {roles[position], roles[position + 1]}
        if reference.operations[position].kind == "convolutional_block":  # what follows is alike
            pair |= {role for role in roles.values() if role.startswith(roles[position][:7])}
        comparison = compare(reference, swapped(reference, position))
        found = [(each.kind, each.layer in pair) for each in told(comparison)]
        alike = agree(reference, swapped(reference, position))
        if alike != comparison.equal or (not alike and found != [("order", True)]):
            misses.append((pair, comparison.proof, told(comparison)))

    assert misses == []


@pytest.mark.parametrize("name", BLOCKS)
def test_relu_before_the_addition_is_named(name: str) -> None:
    """The classic mistake, ReLU on the main path only, is told as a matter of order."""
    reference = REFERENCES[name]
    last = len(reference.operations) - 1
    main, other = reference.operations[last - 1].inputs
    relu, meeting = reference.operations[last], reference.operations[last - 1]
    operations = [*reference.operations[: last - 1], replace(relu, inputs=(main,))]
    operations.append(replace(meeting, inputs=(last - 1, other)))

    found = told(compare(reference, Network(tuple(operations), (last,))))

    assert found == [Told("order", "relu", None, "after add", "before add")]


@pytest.mark.parametrize("name", BLOCKS)
def test_layer_used_twice_is_named(name: str) -> None:
    """One normalisation layer for two places shares its weights, which is told."""
    reference = REFERENCES[name]
    place = {role: position for position, role in name_roles(reference).items()}
    owner = reference.operations[place["main.bn1"]].layer

    found = told(compare(reference, changed(reference, place["main.bn2"], layer=owner)))

    assert found == [Told("attribute", "main.bn2", "weights", "its own", "main.bn1")]


@pytest.mark.parametrize("name", BLOCKS)
def test_function_that_stopped_is_judged_on_what_it_built(name: str) -> None:
    """What would have come after an exception is not called missing."""
    reference = REFERENCES[name]
    misses = []
    for stop in range(2, len(reference.operations)):
        begun = Network(reference.operations[:stop])
        comparison = compare(reference, begun, built=False)
        roles = {role for place, role in name_roles(reference).items() if place < stop}
        if comparison != Comparison(None, (), frozenset(roles)):
            misses.append((stop, comparison))

    assert misses == []


@pytest.mark.parametrize("name", BLOCKS)
def test_mistake_before_the_exception_is_the_one_difference(name: str) -> None:
    """A wrong setting is named although Keras raised at the addition that came of it."""
    reference = REFERENCES[name]
    roles = name_roles(reference)
    stop = [operation.kind for operation in reference.operations].index("Add")
    misses = []
    for position, setting, value in changed_settings(reference):
        if position >= stop:
            continue
        whole = with_setting(reference, position, setting, value)
        attempt = replace(whole.operations[stop], failed=True, shape=None)
        begun = Network((*whole.operations[:stop], attempt))
        now = reference.operations[position].settings[setting]
        found = told(compare(reference, begun, built=False))
        if found != [Told("attribute", roles[position], setting, now, value)]:
            misses.append((roles[position], setting, value, found))

    assert misses == []


@pytest.mark.parametrize("name", BLOCKS)
def test_block_without_initializer_parameter_is_right(name: str) -> None:
    """An older form of a block, which takes no initializer, may choose its own."""
    reference = REFERENCES[name]
    older = reference
    for position, operation in enumerate(reference.operations):
        if operation.kind == "Conv2D":
            older = with_setting(older, position, "kernel_initializer", "GlorotUniform")

    proofs = [compare(reference, older, judge_initializer=judged).proof for judged in (False, True)]

    assert proofs == ["graph", None]


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, Network]:
    """Draw the name of a block and its network after one to four random edits."""
    name = draw(st.sampled_from(BLOCKS))
    network = REFERENCES[name]
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["without", "setting", "input", "twin", "swap", "kind"]))
        position = draw(st.integers(1, len(network.operations) - 1))
        operation = network.operations[position]
        if kind == "without" and len(network.operations) > 2:
            network = without(network, position)
        elif kind == "twin":
            network = with_twin(network, position)
        elif kind == "swap" and swappable(network):
            network = swapped(network, draw(st.sampled_from(swappable(network))))
        elif kind == "input":
            slot = draw(st.integers(0, len(operation.inputs) - 1))
            network = with_input(network, position, slot, draw(st.integers(0, position - 1)))
        elif kind == "setting":
            changes = list(changed_settings(network))
            if changes:
                network = with_setting(network, *draw(st.sampled_from(changes)))
        elif operation.kind in OTHER_KINDS:
            other = draw(st.sampled_from(OTHER_KINDS[operation.kind]))
            network = changed(network, position, kind=other)
    return name, network


@settings(derandomize=True, deadline=None, max_examples=15)
@given(edited())
def test_several_mistakes_never_pass_unless_the_numbers_agree(case: tuple[str, Network]) -> None:
    """Whatever was edited: the comparison ends, and only what computes the same is right."""
    name, network = case
    reference = REFERENCES[name]

    comparison = compare(reference, network)

    assert comparison.equal == (not comparison.differences)
    assert not comparison.equal or agree(reference, network)


@settings(derandomize=True, deadline=None, max_examples=15)
@given(edited(), st.integers(1, 12))
def test_several_mistakes_before_an_exception_never_crash(
    case: tuple[str, Network], stop: int
) -> None:
    """Whatever was built before an exception can be compared, and is never called equal."""
    name, network = case
    begun = Network(network.operations[:stop])

    comparison = compare(REFERENCES[name], begun, built=False)

    assert comparison.proof is None
