"""A mistake that shows in several places or calls is told once."""

from reskit.network.defaults import defaults_named
from reskit.network.difference import Difference

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
