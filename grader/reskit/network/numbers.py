"""What a network computes, in NumPy alone: the same weights in, numbers out.

Runs nothing that a learner wrote and needs no TensorFlow. The operations follow the Keras layer
pages; `tests/keras/test_numbers_beside_keras.py` holds each of them against Keras.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from reskit.network.elementwise import Array, activated, elementwise
from reskit.network.operation import Network, Operation

Weigher = Callable[[str, tuple[int, ...], str], Array]
Own = Callable[[str, tuple[int, ...]], Array]

TOLD_APART = 64  # channels of what stands in for a block; the stem has as many
MAX_ELEMENTS = 5_000_000  # of one weight or intermediate result
PATCHES = 10  # times as many for the windows under a convolution


class NotComputableError(ValueError):
    """The network holds an operation that is not computed here; the message names it."""


def constant_weights(value: float) -> Weigher:
    """Return weights as they are after building with a constant kernel initializer."""

    def weigh(name: str, shape: tuple[int, ...], near: str) -> Array:  # noqa: ARG001 - all alike
        starts = {"kernel": value, "gamma": 1.0, "variance": 1.0}
        return np.full(shape, starts.get(name, 0.0))

    return weigh


def varied_weights(scale: float = 1.0) -> Weigher:
    """Return weights that depend on name, shape, what stands before, and how many came before.

    They come from a formula and not from a random stream, so that they are the same everywhere.
    Normalised values become about as large as `scale`.
    """
    seen: dict[tuple[str, tuple[int, ...], str], int] = {}

    def weigh(name: str, shape: tuple[int, ...], near: str) -> Array:
        turn = seen[name, shape, near] = seen.get((name, shape, near), 0) + 1
        size = int(np.prod(shape))
        phase = zlib.crc32(f"{name} {near}".encode()) % 1000 / 100
        wave = np.sin(np.arange(1, size + 1) * (1.0 + 0.37 * turn) + phase).reshape(shape)
        fan_in = max(1, size // max(1, shape[-1]))
        if name == "kernel":
            return 2.0 * wave / np.sqrt(fan_in)
        if name in ("gamma", "variance"):
            return (1.0 + 0.4 * wave) * (scale if name == "gamma" else 1.0)
        return 0.3 * wave

    return weigh


def compute(network: Network, image: Array, weigh: Weigher, *, training: bool = False) -> Array:
    """Return the network's result for a batch of images (float, channels last).

    Raises NotComputableError for an operation that is not known here or is too large.
    """
    results: dict[int, Array] = {}
    weights: dict[tuple[int, str], Array] = {}
    anchors = _anchors(network)
    for position in sorted(network.used()):
        operation = network.operations[position]
        inputs = [results[source] for source in operation.inputs]

        def own(
            name: str, shape: tuple[int, ...], layer: int = operation.layer, place: int = position
        ) -> Array:
            _allow(*shape)
            if (layer, name) not in weights:
                near = _kernels_before(network, anchors, place)
                weights[layer, name] = weigh(name, shape, near)
            if weights[layer, name].shape != shape:
                raise NotComputableError("a layer is used with two shapes")
            return weights[layer, name]

        try:
            with np.errstate(all="ignore"):  # a wrong setting may lead to what is not a number
                results[position] = _step(operation, inputs, image, own, training)
        except (ValueError, TypeError, KeyError, IndexError, OverflowError, MemoryError) as error:
            raise NotComputableError(f"{operation.kind}: {error}") from error
    if len(network.outputs) != 1:
        raise NotComputableError("the network has no single result")
    return results[network.outputs[0]]


def _allow(*sides: Any) -> None:
    """Raise NotComputableError where an array of these sides would have too many elements."""
    total = 1.0
    for side in sides:
        total *= float(side)
    if not total <= MAX_ELEMENTS:
        raise NotComputableError(f"an array of {total:g} elements")


def _allow_padded(value: Array, borders: list[tuple[int, int]]) -> None:
    grown = [size + sum(border) for size, border in zip(value.shape[1:3], borders, strict=True)]
    _allow(len(value), *grown, value.shape[-1])


def _anchors(network: Network) -> list[int]:
    """Return, for each operation, the last one before it that has weights or merges two paths.

    That is the operation itself where it does so. A path that is split and merged again without
    weights in between, as in `x * (x > 0)`, is one path.
    """
    anchors: list[int] = []
    for position, operation in enumerate(network.operations):
        before = {anchors[source] for source in operation.inputs}
        anchors.append(position if operation.parameters or len(before) != 1 else before.pop())
    return anchors


def _kernels_before(network: Network, anchors: list[int], position: int) -> str:
    """Return the shapes around each convolution before, to tell layers of one shape apart.

    The normalisations of the two paths of a block have one shape, in whichever order they were
    written; the paths before them are not alike.
    """
    told = []
    before = {anchors[source] for source in network.operations[position].inputs}
    while len(before) == 1:
        operation = network.operations[before.pop()]
        if operation.kind in ("Conv2D", "Dense") and operation.inputs:
            behind = network.operations[operation.inputs[0]].shape or (None,)
            told.append(f"{operation.settings.get('kernel_size')} {behind[-1]} {operation.shape}")
        before = {anchors[source] for source in operation.inputs}
    return " ".join(told)


def _step(
    operation: Operation, inputs: list[Array], image: Array, own: Own, training: bool
) -> Array:
    settings = operation.settings
    if settings.get("data_format", "channels_last") != "channels_last":
        raise NotComputableError("channels first")
    if operation.kind == "Input":
        return image
    if not inputs:
        raise NotComputableError(f"{operation.kind} of no tensors")
    merged = elementwise(operation.kind, inputs, settings)
    if merged is not None:
        return merged
    if len(inputs) > 1:
        raise NotComputableError(f"{operation.kind} of {len(inputs)} tensors")
    (value,) = inputs
    if operation.kind in ("Conv2D", "Dense"):
        return _with_weights(operation, value, own)
    if operation.kind == "BatchNormalization":
        return _normalised(settings, value, own, training)
    if operation.kind in ("MaxPooling2D", "AveragePooling2D"):
        return _pooled(operation.kind, settings, value)
    simple = SIMPLE.get(operation.kind)
    if simple is None:
        raise NotComputableError(f"{operation.kind} is not known")
    return simple(value, settings)


def _with_weights(operation: Operation, value: Array, own: Own) -> Array:
    settings = operation.settings
    if operation.kind == "Dense":
        units = int(settings["units"])
        result = value @ own("kernel", (value.shape[-1], units))
    else:
        result = _convolved(settings, value, own)
    if settings["use_bias"]:
        result = result + own("bias", (result.shape[-1],))
    return activated(settings.get("activation", "linear"), result)


def _convolved(settings: Mapping[str, Any], value: Array, own: Own) -> Array:
    if list(settings["dilation_rate"]) != [1, 1] or settings["groups"] != 1:
        raise NotComputableError("dilated or grouped convolution")
    window, strides = settings["kernel_size"], settings["strides"]
    kernel = own("kernel", (*window, value.shape[-1], int(settings["filters"])))
    patches = _windows(_padded(value, window, strides, settings["padding"], 0.0), window, strides)
    _allow(patches.size / PATCHES)
    _allow(*patches.shape[:3], kernel.shape[-1])
    return np.tensordot(patches, kernel, axes=((3, 4, 5), (2, 0, 1)))


def _padded(value: Array, window: Any, strides: Any, padding: str, fill: float) -> Array:
    """Return the images with the border that padding "same" adds: more behind than before."""
    if padding == "valid":
        return value
    borders = [(0, 0)]
    for size, side, step in zip(value.shape[1:3], window, strides, strict=True):
        total = max((-(-size // step) - 1) * step + side - size, 0)
        borders.append((total // 2, total - total // 2))
    _allow_padded(value, borders[1:])
    return np.pad(value, [*borders, (0, 0)], constant_values=fill)


def _windows(value: Array, window: Any, strides: Any) -> Array:
    """Return views of shape (batch, rows, columns, channels, window height, window width)."""
    views = np.lib.stride_tricks.sliding_window_view(value, tuple(window), axis=(1, 2))
    return views[:, :: strides[0], :: strides[1]]


def _normalised(settings: Mapping[str, Any], value: Array, own: Own, training: bool) -> Array:
    if settings["axis"] != value.ndim - 1:
        raise NotComputableError("normalisation along another axis")
    channels = (value.shape[-1],)
    fixed = settings.get("training")
    axes = tuple(range(value.ndim - 1))
    mean, variance = own("mean", channels), own("variance", channels)
    if training if fixed is None else fixed:
        mean, variance = value.mean(axes), value.var(axes)
    result = (value - mean) / np.sqrt(variance + settings["epsilon"])
    if settings["scale"]:
        result = result * own("gamma", channels)
    return result + own("beta", channels) if settings["center"] else result


def _pooled(kind: str, settings: Mapping[str, Any], value: Array) -> Array:
    window, strides = settings["pool_size"], settings["strides"]
    if kind == "MaxPooling2D":
        padded = _padded(value, window, strides, settings["padding"], -np.inf)
        return _windows(padded, window, strides).max((4, 5))
    counted = _padded(np.ones_like(value), window, strides, settings["padding"], 0.0)
    padded = _padded(value, window, strides, settings["padding"], 0.0)
    total = _windows(padded, window, strides).sum((4, 5))
    return total / _windows(counted, window, strides).sum((4, 5))


def _bordered(value: Array, settings: Mapping[str, Any]) -> Array:
    borders = [(int(before), int(after)) for before, after in settings["padding"]]
    _allow_padded(value, borders)
    return np.pad(value, [(0, 0), *borders, (0, 0)])


def _block(value: Array, settings: Mapping[str, Any]) -> Array:
    """Return some function of the input that every other way of calling a block changes.

    Each result depends on the whole image, as far as its border, and on how the block is called.
    Two networks of blocks that agree here agree for every block. At most TOLD_APART channels are
    computed; the others repeat them.
    """
    salt = zlib.crc32(repr(sorted(settings.items())).encode()) % 1009
    stride, filters = int(settings.get("s", 1)), int(settings["filters"][-1])
    _allow(*value.shape[:3], filters)
    seen = value[..., :TOLD_APART]
    seen = seen[:, ::stride, ::stride] + 0.5 * seen.mean((1, 2), keepdims=True)
    channels = np.arange(min(filters, TOLD_APART))
    turned = 1.0 + np.sin(  # a block ends in a ReLU: it gives nothing negative
        seen[..., channels % seen.shape[-1]] * (1.0 + salt / 1009) + channels * 0.01 + salt
    )
    return turned[..., np.arange(filters) % len(channels)]


SIMPLE: Mapping[str, Callable[[Array, Mapping[str, Any]], Array]] = {
    "Activation": lambda value, settings: activated(settings["function"], value),
    "identity_block": lambda value, settings: _block(value, {"block": "identity", **settings}),
    "convolutional_block": lambda value, settings: _block(value, {"block": "conv", **settings}),
    "Flatten": lambda value, _: value.reshape(len(value), -1),
    "ZeroPadding2D": _bordered,
}
