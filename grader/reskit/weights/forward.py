"""What a network gives for many images, quickly: float32 in NumPy, inference mode alone.

`network.numbers` is the slow and exact form that judging uses. This one runs a whole ResNet-50: a
1×1 convolution is one product of matrices, a normalisation one scale and one shift. It needs no
TensorFlow, and runs nothing that came with a model file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from reskit.network.operation import Network, Operation

Array = Any  # float32, (images, height, width, channels) or (images, units)
Weights = Mapping[int, Mapping[str, Array]]  # by the position of the operation, then by name

BATCH = 60  # images at a time: the windows of the stem then take up some 40 MB
MOST_NUMBERS = 64_000_000  # of one result or of the windows under a convolution


class NotRunnableError(ValueError):
    """The network holds an operation that is not run here; the message names it."""


def predictions(
    network: Network,
    weights: Weights,
    images: Array,
    advance: Callable[[int], None] = lambda _: None,
) -> Array:
    """Return the network's result for `images`, one row an image, as float32.

    Images are float from 0 to 1, or uint8, which are divided by 255.

    `advance` is told how many images are done, batch by batch. Raises NotRunnableError.
    """
    rows = []
    for start in range(0, len(images), BATCH):
        batch = np.asarray(images[start : start + BATCH], np.float32)
        if images.dtype == np.uint8:
            batch = batch / np.float32(255)
        rows.append(_run(network, weights, batch))
        advance(len(batch))
    return np.concatenate(rows)


def _run(network: Network, weights: Weights, images: Array) -> Array:
    used = sorted(network.used())
    last_use = {source: place for place in used for source in network.operations[place].inputs}
    results: dict[int, Array] = {}
    for place in used:
        operation = network.operations[place]
        inputs = [results[source] for source in operation.inputs]
        try:
            with np.errstate(all="ignore"):  # weights from anywhere may be huge, or no numbers
                results[place] = _step(operation, inputs, images, weights.get(place, {}))
        except (ValueError, TypeError, KeyError, IndexError, MemoryError) as error:
            raise NotRunnableError(f"{operation.kind}: {error}") from error
        for source in operation.inputs:
            if last_use[source] == place and source not in network.outputs:
                results.pop(source, None)
    if len(network.outputs) != 1:
        raise NotRunnableError("the network has no single result")
    return results[network.outputs[0]]


def _step(
    operation: Operation, inputs: list[Array], images: Array, own: Mapping[str, Array]
) -> Array:
    settings = operation.settings
    if settings.get("data_format", "channels_last") != "channels_last":
        raise NotRunnableError("channels first")
    if operation.kind == "Input":
        return images
    if operation.kind == "Add":
        return sum(inputs[1:], inputs[0])
    (value,) = inputs
    if operation.kind == "Conv2D":
        return _convolved(settings, value, own)
    if operation.kind == "Dense":
        result = value @ own["kernel"]
        result = result + own["bias"] if settings["use_bias"] else result
        return ACTIVATIONS[settings.get("activation", "linear")](result)
    if operation.kind == "BatchNormalization":
        return _normalised(settings, value, own)
    if operation.kind in ("MaxPooling2D", "AveragePooling2D"):
        return _pooled(operation.kind, settings, value)
    if operation.kind == "Activation":
        return ACTIVATIONS[settings["function"]](value)
    if operation.kind == "Flatten":
        return value.reshape(len(value), -1)
    if operation.kind == "ZeroPadding2D":
        borders = [(int(before), int(after)) for before, after in settings["padding"]]
        return _bordered(value, borders, 0.0)
    raise NotRunnableError(f"{operation.kind} is not known")


def _convolved(settings: Mapping[str, Any], value: Array, own: Mapping[str, Array]) -> Array:
    if list(settings["dilation_rate"]) != [1, 1] or settings["groups"] != 1:
        raise NotRunnableError("dilated or grouped convolution")
    kernel, strides = own["kernel"], settings["strides"]
    if kernel.shape[:2] == (1, 1):
        value = np.ascontiguousarray(value[:, :: strides[0], :: strides[1]])
        result = value.reshape(-1, value.shape[-1]) @ kernel[0, 0]
        result = result.reshape(*value.shape[:3], -1)
    else:
        padded = _padded(value, kernel.shape[:2], strides, settings["padding"], 0.0)
        patches = _windows(padded, kernel.shape[:2], strides)
        _allow(*patches.shape)
        rows = patches.transpose(0, 1, 2, 4, 5, 3).reshape(-1, kernel[..., 0].size)
        result = (rows @ kernel.reshape(-1, kernel.shape[-1])).reshape(*patches.shape[:3], -1)
    if settings["use_bias"]:
        result += own["bias"]
    return result


def _normalised(settings: Mapping[str, Any], value: Array, own: Mapping[str, Array]) -> Array:
    if settings["axis"] != value.ndim - 1:
        raise NotRunnableError("normalisation along another axis")
    scale = 1.0 / np.sqrt(own["variance"] + np.float32(settings["epsilon"]))
    scale = scale * own["gamma"] if settings["scale"] else scale
    shift = -own["mean"] * scale
    shift = shift + own["beta"] if settings["center"] else shift
    result = value * scale
    result += shift
    return result


def _padded(value: Array, window: Any, strides: Any, padding: str, fill: float) -> Array:
    """Return the images with the border that padding "same" adds: more behind than before."""
    if padding == "valid":
        return value
    borders = []
    for size, side, step in zip(value.shape[1:3], window, strides, strict=True):
        total = max((-(-size // step) - 1) * step + side - size, 0)
        borders.append((total // 2, total - total // 2))
    return _bordered(value, borders, fill)


def _bordered(value: Array, borders: list[tuple[int, int]], fill: float) -> Array:
    grown = [size + sum(border) for size, border in zip(value.shape[1:3], borders, strict=True)]
    _allow(len(value), *grown, value.shape[-1])
    return np.pad(value, [(0, 0), *borders, (0, 0)], constant_values=fill)


def _windows(value: Array, window: Any, strides: Any) -> Array:
    """Return views of shape (images, rows, columns, channels, window height, window width)."""
    views = np.lib.stride_tricks.sliding_window_view(value, tuple(window), axis=(1, 2))
    return views[:, :: strides[0], :: strides[1]]


def _pooled(kind: str, settings: Mapping[str, Any], value: Array) -> Array:
    window, strides, padding = (settings[name] for name in ("pool_size", "strides", "padding"))
    if kind == "MaxPooling2D":
        return _reduced(np.maximum, _padded(value, window, strides, padding, -np.inf), *(
            window, strides))  # fmt: skip
    total = _reduced(np.add, _padded(value, window, strides, padding, 0.0), window, strides)
    counted = np.ones((1, *value.shape[1:3], 1), np.float32)
    return total / _reduced(np.add, _padded(counted, window, strides, padding, 0.0), *(
        window, strides))  # fmt: skip


def _reduced(join: Callable[..., Array], value: Array, window: Any, strides: Any) -> Array:
    """Join the numbers under each window, one place of the window after the other."""
    views = _windows(value, window, strides)
    places = np.ndindex(*tuple(window))
    result = views[..., *next(places)].copy()
    for place in places:
        join(result, views[..., *place], out=result)
    return result


def _softmax(value: Array) -> Array:
    powers = np.exp(value - value.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def _relu(value: Array) -> Array:
    return np.maximum(value, np.float32(0))


ACTIVATIONS: Mapping[str, Callable[[Array], Array]] = {
    "linear": lambda value: value,
    "relu": _relu,
    "sigmoid": lambda value: 1.0 / (1.0 + np.exp(-value)),
    "softmax": _softmax,
    "tanh": np.tanh,
}


def _allow(*sides: int) -> None:
    total = 1
    for side in sides:
        total *= int(side)
    if total > MOST_NUMBERS:
        raise NotRunnableError(f"an array of {total:,} numbers")
