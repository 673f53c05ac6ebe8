"""A wrong default in a signature: one mistake that shows in every layer the argument goes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from reskit.network.difference import Difference
from reskit.network.wording import shown

# argument: (layer, attribute) of all that follow from it
FOLLOWING = {"s": (("main.conv1", "strides"), ("shortcut.conv", "strides"))}
AT_ONE_LAYER = {"classes": ("head.dense", "units"), "input_shape": ("input", "shape")}
CALLED_WITHOUT = "Called without {}, the function uses {}, expected {}."


def defaults_named(
    differences: Sequence[Difference], arguments: Mapping[str, Any]
) -> tuple[Difference, ...]:
    """Return the differences with those that a wrong default explains said as one.

    `arguments` are those of the call: a default only counts where the caller left it out.
    """
    found = tuple(differences)
    for argument, places in FOLLOWING.items():
        if argument not in arguments:
            found = _with_default(found, argument, places)
    return tuple(_at_its_layer(difference, arguments) for difference in found)


def from_a_default(difference: Difference) -> bool:
    """Return whether it is said of the difference that it comes from a default."""
    return difference.message.startswith(CALLED_WITHOUT.partition("{}")[0])


def _at_its_layer(difference: Difference, arguments: Mapping[str, Any]) -> Difference:
    """Return a difference of the one layer that gets a default, said of the default."""
    for argument, place in AT_ONE_LAYER.items():
        if argument not in arguments and (difference.layer, difference.attribute) == place:
            values = shown(difference.received), shown(difference.expected)
            return replace(difference, message=CALLED_WITHOUT.format(argument, *values))
    return difference


def _with_default(
    differences: tuple[Difference, ...], argument: str, places: tuple[tuple[str, str], ...]
) -> tuple[Difference, ...]:
    following = [d for d in differences if (d.layer, d.attribute) in places]
    values = {repr((d.expected, d.received)) for d in following}
    if len(following) < len(places) or len(values) != 1:
        return differences
    expected, received = (_side(value) for value in (following[0].expected, following[0].received))
    message = CALLED_WITHOUT.format(argument, received, expected)
    named = Difference("attribute", None, argument, expected, received, message)
    others = [difference for difference in differences if difference not in following]
    return (named, *others)


def _side(value: Any) -> Any:
    """Return 2 for [2, 2]."""
    return value[0] if isinstance(value, (list, tuple)) and len(set(value)) == 1 else value
