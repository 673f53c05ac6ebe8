"""The shape that each layer gives, from the shapes that go in."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

Shape = tuple[int | None, ...] | None


def shape_after(op: str, settings: Mapping[str, Any], before: Sequence[Shape]) -> Shape:
    """Return the shape with the batch axis, None where it cannot be told."""
    if not before or any(shape is None for shape in before):
        return None
    try:
        return _shape(op, settings, [shape for shape in before if shape is not None])
    except (TypeError, ValueError, KeyError, IndexError, OverflowError, ZeroDivisionError):
        return None


def _shape(op: str, settings: Mapping[str, Any], before: list[tuple[int | None, ...]]) -> Shape:
    first = before[0]
    if op in ("Conv2D", "MaxPooling2D", "AveragePooling2D"):
        window = settings["kernel_size" if op == "Conv2D" else "pool_size"]
        strides = settings.get("strides") or (window if op != "Conv2D" else [1, 1])
        reach = settings.get("dilation_rate", [1, 1])
        sides = [
            _side(size, (side - 1) * spread + 1, step, settings.get("padding", "valid"))
            for size, side, step, spread in zip(
                first[1:3], _pair(window), _pair(strides), _pair(reach), strict=True
            )
        ]
        return (first[0], *sides, settings["filters"] if op == "Conv2D" else first[3])
    if op == "ZeroPadding2D":
        borders = _borders(settings["padding"])
        sides = [
            None if size is None else size + sum(border)
            for size, border in zip(first[1:3], borders, strict=True)
        ]
        return (first[0], *sides, first[3])
    if op.startswith("Global"):
        channels = first[-1]
        return (first[0], 1, 1, channels) if settings.get("keepdims") else (first[0], channels)
    if op == "Flatten":
        total = 1
        for size in first[1:]:
            if size is None:
                return (first[0], None)
            total *= size
        return (first[0], total)
    if op == "Dense":
        return (*first[:-1], settings["units"])
    if op == "Reshape":
        return _reshaped(first, settings["target_shape"])
    same = (
        *("BatchNormalization", "Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "Identity"),
        *("Add", "ops.Add", "ops.Relu", "ops.Softmax", "Dropout", "SpatialDropout2D"),
        *("GaussianNoise", "GaussianDropout", "ActivityRegularization", "LayerNormalization"),
        *("GroupNormalization", "Multiply", "Subtract", "Average", "Maximum", "Minimum"),
        *("Rescaling", "Normalization", "PReLU"),
    )
    return first if op in same or op.startswith("Random") else None


def _pair(value: Any) -> list[int]:
    return [value, value] if isinstance(value, int) else list(value)


def _side(size: int | None, window: int, step: int, padding: Any) -> int | None:
    if size is None:
        return None
    return -(-size // step) if padding == "same" else (size - window) // step + 1


def _borders(padding: Any) -> list[list[int]]:
    return [[side, side] if isinstance(side, int) else list(side) for side in _pair(padding)]


def _reshaped(before: tuple[int | None, ...], target: Any) -> Shape:
    target = list(target)
    if -1 in target:
        whole = math.prod(size or 0 for size in before[1:])
        target[target.index(-1)] = whole // -math.prod(target)
    return (before[0], *target)
