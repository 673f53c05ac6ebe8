"""Weights without a network, assigned to the reference's layers by their order and shapes.

Keras saves layers by their distance from the result. The shortcut of a convolutional block lies as
far from it as the end of the main path, so which of the two comes first depends on how the block
was written. Both shapes tell: in three of the four stages the two convolutions differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from reskit.weights.architecture import Architecture, weight_shapes
from reskit.weights.model_file import ModelFile, StoredWeight

SHORTCUT_STANDS = ("after main.{}3", "before main.{}3", "before main.{}1")
WORDS = {"Conv2D": "conv", "BatchNormalization": "bn", "Dense": "dense"}

Layer = list[StoredWeight]


def assigned_in_order(file: ModelFile, architecture: Architecture) -> dict[int, Layer]:
    """Return {position: the stored weights of one layer}, by the order that fits best.

    A layer for which nothing is left has an empty list; what is left over is put to the last one.
    """
    stored = _by_kind(file)
    orders = [
        {
            place: layer
            for kind in WORDS
            for place, layer in _zipped(_places(architecture, kind, stands), stored[kind])
        }
        for stands in SHORTCUT_STANDS
    ]
    return min(orders, key=lambda order: _misfits(architecture, order))


def _by_kind(file: ModelFile) -> dict[str, list[Layer]]:
    layers: dict[tuple[str, str], Layer] = {}
    for weight in file.weights:
        layers.setdefault((weight.group, weight.layer), []).append(weight)
    found = list(layers.values())
    if file.layout == "paths":  # HDF5 gives them by the alphabet
        found.sort(key=lambda layer: _natural(layer[0].layer))
    kinds: dict[str, list[Layer]] = {kind: [] for kind in WORDS}
    for layer in found:
        kinds[_kind(layer)].append(layer)
    return kinds


def _natural(path: str) -> list[Any]:
    """Return what sorts conv2d, conv2d_1, conv2d_2, conv2d_10, and what lies deeper behind."""
    parts = []
    for part in path.split("/"):
        found = re.fullmatch(r"(.*?)(?:_(\d+))?", part)
        name, number = (found[1], found[2]) if found else (part, None)
        parts.append((name, int(number or 0)))
    return [len(parts), *parts]


def _kind(layer: Layer) -> str:
    ranks = {each.values.ndim for each in layer}
    return "Conv2D" if 4 in ranks else "Dense" if 2 in ranks else "BatchNormalization"


def _places(architecture: Architecture, kind: str, stands: str) -> list[int]:
    """Return the positions of the layers of a kind, in the order in which a file may have them."""
    operations = architecture.network.operations
    places = [place for place, each in enumerate(operations) if each.kind == kind]
    word = WORDS[kind]
    names = {architecture.roles[place]: place for place in places}
    for role in [role for role in names if role.endswith(f".shortcut.{word}")]:
        side, anchor = stands.format(word).split()
        neighbour = names[role.replace(f"shortcut.{word}", anchor)]
        places.remove(names[role])
        places.insert(places.index(neighbour) + (side == "after"), names[role])
    return places


def _zipped(places: Sequence[int], layers: Sequence[Layer]) -> Iterator[tuple[int, Layer]]:
    for number, place in enumerate(places):
        yield place, layers[number] if number < len(layers) else []
    for layer in layers[len(places) :]:
        layers[len(places) - 1].extend(layer)


def _misfits(architecture: Architecture, order: dict[int, Layer]) -> int:
    """Return how many weights do not have the shape that their place asks for."""
    return sum(
        [each.values.shape for each in layer]
        != list(weight_shapes(architecture.network, place).values())
        for place, layer in order.items()
    )
