"""Which values a setting may have in a configuration that Keras wrote."""

from __future__ import annotations

from typing import Any

COUNTS = ("filters", "units", "groups")
PAIRS = ("kernel_size", "strides", "pool_size", "dilation_rate")
TRUTHS = ("use_bias", "center", "scale", "keepdims")
LARGEST = 1 << 16  # of any whole number
MOST_ENTRIES = 16
MOST_AXES = 8


def is_fit(kind: str, name: str, value: Any) -> bool:
    """Return whether a layer of class `kind` may have `value` for the setting `name`."""
    if kind == "Rescaling":
        return _is_plain(value)
    if name in COUNTS:
        return is_count(value)
    if name in PAIRS:
        if value is None:
            return name == "strides" and kind != "Conv2D"  # then it is the window of the pooling
        return isinstance(value, list) and len(value) == 2 and all(map(is_count, value))
    if name == "padding" and kind == "ZeroPadding2D":
        return isinstance(value, list) and len(value) == 2 and all(map(_is_border, value))
    if name in ("padding", "data_format", "activation"):
        return isinstance(value, str)
    if name in TRUTHS:
        return isinstance(value, bool)
    if name == "epsilon":
        return isinstance(value, float) and 0 < value < 1
    if name == "axis":
        whole = value[0] if isinstance(value, list) and len(value) == 1 else value
        return type(whole) is int and -MOST_AXES <= whole < MOST_AXES
    return _is_plain(value)


def is_count(value: Any) -> bool:
    """Return whether a value is a whole number from 1 to LARGEST."""
    return type(value) is int and 0 < value <= LARGEST


def _is_border(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(type(side) is int and 0 <= side <= LARGEST for side in value)
    )


def _is_plain(value: Any) -> bool:
    """Return whether a value is a number, a text, nothing, or a short list of these."""
    if isinstance(value, list):
        return len(value) <= MOST_ENTRIES and all(map(_is_plain, value))
    if isinstance(value, (int, float)):
        return abs(value) <= LARGEST
    return value is None or isinstance(value, str)
