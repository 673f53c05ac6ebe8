"""What a pooling does to a map of a given size, however it is written: the Keras layer pages.

Two poolings that are written otherwise may do the same at one size and not at another: padding
"same" may find nothing to pad, and the mean over the whole map is a pooling with a window of its
size. A learner's pooling is compared with the reference's at the size that the reference's has
before it, so that an earlier mistake does not show here again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reskit.network.operation import Operation

WHOLE_MAP: Mapping[str, Any] = {"pool_size": None}  # what a global pooling asks for
MapShape = tuple[int | None, ...]


def pooling_settings(asked: Mapping[str, Any], source: MapShape | None) -> dict[str, Any]:
    """Return the settings by which a pooling is told that takes in a map of shape `source`.

    `asked` holds `pool_size`, `strides` and `padding` as they were written; WHOLE_MAP stands for a
    global pooling.
    """
    size = source[1:3] if source and len(source) == 4 else (None, None)
    window = pair([*size]) if asked.get("pool_size") is None else pair(asked["pool_size"])
    strides = pair(asked.get("strides")) or window
    padding = str(asked.get("padding", "valid")).lower()
    if padding == "same" and not _pads(size, window, strides):
        padding = "valid"
    if padding == "valid" and _fits_once(size, window, strides):
        strides = window  # there is no step to take
    return {
        "pool_size": list(window) if window else asked.get("pool_size"),
        "strides": list(strides) if strides else asked.get("strides"),
        "padding": padding,
        "data_format": asked.get("data_format", "channels_last"),
    }


def pads_nothing(asked: Mapping[str, Any], source: MapShape | None) -> bool:
    """Return whether a pooling with padding "same" gives at this size what "valid" gives."""
    settings = pooling_settings(asked, source)
    return str(asked.get("padding")).lower() == "same" and settings["padding"] == "valid"


def in_place_of(own: Operation, reference: Operation) -> Operation:
    """Return a pooling as it would be told in the reference's place; others as they are."""
    if own.asked is None or reference.over is None or own.over == reference.over:
        return own
    return replace(own, settings=pooling_settings(own.asked, reference.over))


def pair(value: Any) -> tuple[int, int] | None:
    """Return both sides of a window or step, which may be given as one number; None for others."""
    if type(value) is int:
        return value, value
    if isinstance(value, list) and len(value) == 2 and all(type(side) is int for side in value):
        return value[0], value[1]
    return None


def _pads(size: MapShape, window: tuple[int, int] | None, strides: tuple[int, int] | None) -> bool:
    """Return whether padding "same" adds a border, or may do so."""
    if window == (1, 1):
        return False
    if window is None or strides is None:
        return True
    return any(
        side is None or step < 1 or (-(-side // step) - 1) * step + reach > side
        for side, reach, step in zip(size, window, strides, strict=True)
    )


def _fits_once(
    size: MapShape, window: tuple[int, int] | None, strides: tuple[int, int] | None
) -> bool:
    if window is None or strides is None:
        return False
    return all(
        side is not None and step > 0 and 0 <= side - reach < step
        for side, reach, step in zip(size, window, strides, strict=True)
    )
