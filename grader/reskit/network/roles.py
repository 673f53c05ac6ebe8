"""Roles: what each operation of the reference is called in every report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from reskit.network.difference import Difference
from reskit.network.operation import BLOCK_KINDS, Network

GRAPH_PARTS = ("main", "shortcut", "merge", "stem", "stage1", "stage2", "stage3", "stage4", "head")
MODES = ("training", "trainable")  # what decides whether a normalisation follows its caller
SHORT = {
    "Input": "input",
    "ZeroPadding2D": "pad",
    "Conv2D": "conv",
    "BatchNormalization": "bn",
    "Activation": "relu",
    "MaxPooling2D": "pool",
    "AveragePooling2D": "pool",
    "Flatten": "flatten",
    "Dense": "dense",
    "Add": "add",
}


def short_name(kind: str) -> str:
    """Return the word for a kind of operation inside a role: "conv" for Conv2D."""
    return SHORT.get(kind, kind.removeprefix("ops.").removeprefix("custom.").lower())


def name_roles(network: Network) -> dict[int, str]:
    """Return {position: role} for the reference network of an exercise."""
    if any(operation.kind in BLOCK_KINDS for operation in network.operations):
        return _network_roles(network)
    return _block_roles(network)


def has_roles(network: Network) -> bool:
    """Return whether the operations have names: in a network of blocks, or around one addition."""
    kinds = [operation.kind for operation in network.operations]
    return not {*BLOCK_KINDS}.isdisjoint(kinds) or kinds.count("Add") == 1


def _block_roles(network: Network) -> dict[int, str]:
    """Name the two paths that meet in the addition; the longer one is the main path."""
    operations = network.operations
    (meeting,) = (p for p, operation in enumerate(operations) if operation.kind == "Add")
    paths = sorted((_path_to_input(network, end) for end in operations[meeting].inputs), key=len)
    roles = {0: "input", meeting: "add"}
    for path, prefix in ((paths[-1], "main"), (paths[0], "shortcut")):
        numbered = prefix == "main"
        counts: Counter[str] = Counter()
        for position in path:
            word = short_name(operations[position].kind)
            counts[word] += 1
            roles[position] = f"{prefix}.{word}{counts[word] if numbered else ''}"
    for position in range(meeting + 1, len(operations)):
        roles.setdefault(position, short_name(operations[position].kind))
    return roles


def _path_to_input(network: Network, end: int) -> list[int]:
    path = []
    while network.operations[end].inputs:
        path.append(end)
        end = network.operations[end].inputs[0]
    return path[::-1]


def _network_roles(network: Network) -> dict[int, str]:
    """Name the stem, the blocks of each stage, and the head."""
    roles: dict[int, str] = {}
    stage = block = 0
    for position, operation in enumerate(network.operations):
        if operation.kind == "convolutional_block":
            stage, block = stage + 1, 1
            roles[position] = f"stage{stage}.block1"
        elif operation.kind == "identity_block":
            block += 1
            roles[position] = f"stage{stage}.block{block}"
        elif operation.kind == "Input":
            roles[position] = "input"
        else:
            roles[position] = f"{'head' if stage else 'stem'}.{short_name(operation.kind)}"
    return roles


def part_of(role: str | None, parts: Collection[str]) -> str:
    """Return which of an exercise's `parts` a role belongs to.

    What stands on no path, as the addition or the result as a whole, belongs to "merge", and in
    the network to "head"; its input to the first part there is.
    """
    if role == "input":
        return "stem" if "stem" in parts else "main"
    first = (role or "").split(".")[0]
    if first in parts:
        return first
    return "merge" if "merge" in parts else "head"


def telling_part(difference: Difference, parts: Collection[str], reference: Network) -> str:
    """Return the part that tells the difference; what has no case of its own is in its path."""
    attribute = difference.attribute
    if difference.kind == "shape" and "shape" in parts:
        return "shape"
    if attribute == "kernel_initializer" and "initializer" in parts:
        return "initializer"
    if attribute in MODES and "modes" in parts and difference.layer in normalisations(reference):
        return "modes"
    return part_of(difference.layer, [part for part in parts if part in GRAPH_PARTS])


def normalisations(reference: Network) -> set[str]:
    """Return the roles of the reference's normalisations."""
    return {
        role
        for position, role in name_roles(reference).items()
        if reference.operations[position].kind == "BatchNormalization"
    }
