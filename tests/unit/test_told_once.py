"""A mistake that shows in several places or calls is told once."""

from reskit.network.defaults import defaults_named, from_a_default
from reskit.network.difference import Difference
from reskit.network.repeated import FoundInBlock, extras_told_once, told_once

MAIN = Difference("attribute", "main.conv1", "strides", [2, 2], [1, 1], "…")
SHORTCUT = Difference("attribute", "shortcut.conv", "strides", [2, 2], [1, 1], "…")
OTHER = Difference("missing", "main.bn2")


def test_wrong_default_is_one_difference():
    """Both strides follow from one default, so one sentence says it."""
    found = defaults_named([MAIN, SHORTCUT, OTHER], {"f": 3})

    assert [(d.kind, d.layer, d.attribute, d.expected, d.received) for d in found] == [
        ("attribute", None, "s", 2, 1),
        ("missing", "main.bn2", None, None, None),
    ]
    assert found[0].message == "Called without s, the function uses 1, expected 2."


def test_default_at_its_one_layer_is_said_of_the_signature():
    """The layer is right and the default wrong: the sentence says what was left out."""
    units = Difference("attribute", "head.dense", "units", 6, 10, "…")
    shape = Difference("attribute", "input", "shape", [64, 64, 3], [32, 32, 3], "…")

    found = defaults_named([units, shape], {})

    assert [each.message for each in found] == [
        "Called without classes, the function uses 10, expected 6.",
        "Called without input_shape, the function uses (32, 32, 3), expected (64, 64, 3).",
    ]
    assert [each.place for each in found] == [units.place, shape.place]
    assert all(from_a_default(each) for each in found)
    assert defaults_named([units], {"classes": 6}) == (units,)


def test_stride_that_was_passed_is_no_default():
    """When the caller says s, both strides are mistakes of their own."""
    assert defaults_named([MAIN, SHORTCUT], {"s": 2}) == (MAIN, SHORTCUT)


def test_one_wrong_stride_is_no_default():
    """A default reaches both convolutions; one alone is a mistake in its line."""
    assert defaults_named([MAIN, OTHER], {"f": 3}) == (MAIN, OTHER)


def test_strides_that_differ_are_no_default():
    """One default cannot make two different strides."""
    shortcut = Difference("attribute", "shortcut.conv", "strides", [2, 2], [3, 3], "…")

    assert defaults_named([MAIN, shortcut], {"f": 3}) == (MAIN, shortcut)


def test_swap_is_told_once_whichever_of_the_two_is_named():
    """That A stands after B and that B stands before A is one mistake."""
    one = Difference("order", "main.conv3", None, "after main.relu2", "after main.bn3")
    other = Difference("order", "main.bn3", None, "after main.conv3", "before main.conv3")
    third = Difference("order", "main.relu1", None, "after main.bn1", "before main.bn1")

    assert other.repeats(one)
    assert one.repeats(other)
    assert not third.repeats(one)


def extra(number, near):
    """Return a layer that is one too many behind `near`."""
    layer = f"{near.split('.')[0]}.bn{number}"
    message = f"{layer} is one too many."
    return Difference("extra", layer, received=f"BatchNormalization after {near}", message=message)


def test_layer_put_in_behind_many_blocks_is_told_once():
    """One line of a helper that stands behind each block is one mistake."""
    found = [extra(1, "stem.pool"), extra(1, "stage1.block3"), OTHER, extra(1, "stage2.block4")]

    told, elsewhere = extras_told_once(found)

    assert [each.layer for each in told] == ["stem.bn1", "main.bn2"]
    assert told[0].message == "stem.bn1 is one too many, in this and 2 more places."
    assert elsewhere == {"stage1.block3", "stage2.block4"}


def test_layer_put_in_at_two_places_is_told_at_both():
    """Two lines may be two mistakes."""
    found = (extra(1, "stage1.block3"), extra(1, "stage2.block4"))

    assert extras_told_once(found) == (found, frozenset())


def test_same_stride_in_all_blocks_is_one_mistake():
    """What is expected is another stride in the first stage; what was written is the same one."""
    found = [
        FoundInBlock(
            f"stage{stage}.block1",
            Difference("attribute", "main.conv1", "strides", [step, step], [1, 2]),
            {},
        )
        for stage, step in ((1, 1), (2, 2), (3, 2))
    ]

    (told,), untold = told_once(found)

    assert told.message == (
        "stage1.block1.main.conv1: strides is (1, 2), expected (1, 1), in this and 2 more blocks."
    )
    assert untold == {"stage2.block1", "stage3.block1"}
