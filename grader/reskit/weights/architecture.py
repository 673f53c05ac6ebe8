"""The reference as a model file has it: every layer of every block, with its role and weights."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from reskit.network.block_layers import LAYER_ROLES, layers_of_block
from reskit.network.layer_settings import WEIGHTED_SETTINGS
from reskit.network.operation import BLOCK_KINDS, Network, Operation
from reskit.network.roles import name_roles

Shape = tuple[int, ...]

COMPUTING = {  # the settings of a layer with weights that decide what it computes in inference
    "Conv2D": (
        *("filters", "kernel_size", "strides", "padding", "dilation_rate", "groups"),
        *("use_bias", "data_format"),
    ),
    "Dense": ("units", "use_bias", "activation"),
    "BatchNormalization": ("axis", "epsilon", "center", "scale"),
}


@dataclass(frozen=True)
class Architecture:
    """A network with every layer in it, and the role of each."""

    network: Network
    roles: Mapping[int, str]

    def weight_shapes(self) -> dict[int, dict[str, Shape]]:
        """Return {position: {"kernel": shape, …}} of the layers that have weights."""
        return {
            place: shapes
            for place in range(len(self.network.operations))
            if (shapes := weight_shapes(self.network, place))
        }


def written_out(reference: Network) -> Architecture:
    """Return the recorded reference with each call of a block as the layers it stands for."""
    told = name_roles(reference)
    made: list[Operation] = []
    roles: dict[int, str] = {}
    place: dict[int, int] = {}
    for position, operation in enumerate(reference.operations):
        sources = tuple(place[source] for source in operation.inputs)
        if operation.kind not in BLOCK_KINDS:
            roles[len(made)] = told[position]
            made.append(replace(operation, inputs=sources, layer=len(made)))
        else:
            inside = layers_of_block(operation, made[sources[0]].shape)
            start = len(made) - 1  # in `inside`, the input has the number 0
            for name, layer in zip(LAYER_ROLES[operation.kind], inside.operations[1:], strict=True):
                own = tuple(start + source if source else sources[0] for source in layer.inputs)
                roles[len(made)] = f"{told[position]}.{name}"
                made.append(replace(layer, inputs=own, layer=len(made)))
        place[position] = len(made) - 1
    outputs = tuple(place[output] for output in reference.outputs)
    return Architecture(Network(tuple(map(settled, made)), outputs), roles)


def settled(operation: Operation) -> Operation:
    """Return the operation with what matters in training alone as Keras has it by default."""
    names = COMPUTING.get(operation.kind)
    if names is None:
        return operation
    usual = dict(WEIGHTED_SETTINGS[operation.kind])
    if operation.kind == "Conv2D":
        usual.pop("activation")
    chosen = {name: operation.settings.get(name, usual.get(name)) for name in names}
    return replace(operation, settings={**usual, **chosen})


def with_classes(reference: Network, classes: int) -> Network:
    """Return the reference for another number of classes."""
    operations = list(reference.operations)
    (last,) = reference.outputs
    dense = operations[last]
    operations[last] = replace(
        dense,
        settings={**dense.settings, "units": classes},
        shape=(None, classes),
        parameters=dense.parameters // int(dense.settings["units"]) * classes,
    )
    return replace(reference, operations=tuple(operations))


def weight_shapes(network: Network, place: int) -> dict[str, Shape]:
    """Return the shapes of the weights of one operation, by name; {} where it has none."""
    operation = network.operations[place]
    settings = operation.settings
    if operation.kind not in COMPUTING or not operation.inputs:
        return {}
    before: Any = network.operations[operation.inputs[0]].shape or (None,)
    channels = before[-1] or 0
    if operation.kind == "BatchNormalization":
        asked = {"gamma": settings["scale"], "beta": settings["center"]}
        names = [name for name, there in asked.items() if there]
        return dict.fromkeys((*names, "mean", "variance"), (channels,))
    if operation.kind == "Dense":
        shapes: dict[str, Shape] = {"kernel": (channels, settings["units"])}
        count = settings["units"]
    else:
        count = settings["filters"]
        inner = channels // int(settings["groups"])
        shapes = {"kernel": (*settings["kernel_size"], inner, count)}
    return {**shapes, "bias": (count,)} if settings["use_bias"] else shapes


def parameter_count(shapes: Mapping[str, Shape]) -> int:
    """Return how many numbers the weights hold."""
    return sum(math.prod(shape) for shape in shapes.values())


def signatures(network: Network) -> dict[int, str]:
    """Return {position: text} of the operations in use: equal texts, equal all the way back.

    The order of addends does not count. A layer that is used twice has another text than two
    layers.
    """
    found: dict[int, str] = {}
    uses: dict[int, int] = {}
    for place in sorted(network.used()):
        operation = network.operations[place]
        before = [found[source] for source in operation.inputs]
        if operation.kind == "Add":
            before.sort()
        again = ""
        if operation.parameters:
            uses[operation.layer] = uses.get(operation.layer, 0) + 1
            again = str(uses[operation.layer])
        told = [operation.kind, sorted(operation.settings.items()), before, again]
        found[place] = hashlib.sha256(repr(told).encode()).hexdigest()
    return found


NEARBY = 4  # operations back: as far as tells the ends of the two paths of a block apart


def surroundings(network: Network) -> dict[int, str]:
    """Return {position: text} of the operations in use: equal texts, equal all the way on.

    Unlike `signatures`, it does not change with what differs farther before.
    """
    used = network.used()
    users: dict[int, list[str]] = {place: [] for place in used}
    found: dict[int, str] = {}
    for place in sorted(used, reverse=True):
        before = _nearby(network, place, NEARBY)
        told = repr([before, sorted(users[place]), place in network.outputs])
        found[place] = hashlib.sha256(told.encode()).hexdigest()
        for source in network.operations[place].inputs:
            users[source].append(found[place])
    return found


def _nearby(network: Network, place: int, reach: int) -> str:
    operation = network.operations[place]
    before = [_nearby(network, source, reach - 1) for source in operation.inputs if reach]
    return repr([operation.kind, sorted(operation.settings.items()), sorted(before)])


def partners(reference: Network, other: Network) -> dict[int, int] | None:
    """Return {position in `reference`: position in `other`} of equal graphs, else None."""
    wanted, own = signatures(reference), signatures(other)
    if len(reference.outputs) != 1 or len(other.outputs) != 1:
        return None
    if wanted[reference.outputs[0]] != own[other.outputs[0]]:
        return None
    places = {signature: place for place, signature in own.items()}
    return {place: places[signature] for place, signature in wanted.items()}
