"""A wrong default in a signature: one mistake that shows in every layer the argument goes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reskit.network.difference import Difference

# argument: (layer, attribute) of all that follow from it
FOLLOWING = {"s": (("main.conv1", "strides"), ("shortcut.conv", "strides"))}


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
    return found


def _with_default(
    differences: tuple[Difference, ...], argument: str, places: tuple[tuple[str, str], ...]
) -> tuple[Difference, ...]:
    following = [d for d in differences if (d.layer, d.attribute) in places]
    values = {repr((d.expected, d.received)) for d in following}
    if len(following) < len(places) or len(values) != 1:
        return differences
    expected, received = (_side(value) for value in (following[0].expected, following[0].received))
    message = f"Called without {argument}, the function uses {received}, expected {expected}."
    named = Difference("attribute", None, argument, expected, received, message)
    others = [difference for difference in differences if difference not in following]
    return (named, *others)


def _side(value: Any) -> Any:
    """Return 2 for [2, 2]."""
    return value[0] if isinstance(value, (list, tuple)) and len(set(value)) == 1 else value
