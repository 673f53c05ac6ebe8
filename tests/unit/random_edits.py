"""Random edits: of the networks that were recorded, and of the text that a probe sends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from reskit.network.graph import Graph, Node
from reskit.network.operation import Network, Operation

BLOCKS = ("identity_block", "convolutional_block")
KINDS = (
    *("Conv2D", "BatchNormalization", "Activation", "Add", "Dense", "Flatten", "Input"),
    *("MaxPooling2D", "AveragePooling2D", "ZeroPadding2D", "Multiply", "Concatenate", "Dropout"),
    *(*BLOCKS, "ops.Add", "ops.Relu", "custom.Mine", "Nothing", ""),
)
SETTINGS = {
    "filters": (1, 5, [2, 4, 9], [2, 4], []),
    "kernel_size": ([1, 1], [2, 2], [5, 5], [0, 0], 3),
    "strides": ([1, 1], [2, 2], [1, 2], [0, 0]),
    "padding": ("same", "valid", "full", [[2, 2], [2, 2]], [[0, 0], [0, 0]]),
    "dilation_rate": ([1, 1], [2, 2]),
    "groups": (1, 2),
    "use_bias": (True, False),
    "kernel_initializer": ("the given initializer", "GlorotUniform", "Zeros"),
    "kernel_regularizer": (None, {"class": "L2", "l2": 0.01}),
    "data_format": ("channels_last", "channels_first"),
    "trainable": (True, False),
    "axis": (3, 1, -1, [3]),
    "epsilon": (0.001, 1e-5, 0),
    "center": (True, False),
    "scale": (True, False),
    "training": (None, True, False),
    "function": ("relu", "linear", "tanh", "softmax", "none"),
    "activation": ("softmax", "linear", None),
    "pool_size": ([1, 1], [2, 2], [3, 3]),
    "units": (6, 3, 1, 0),
    "f": (1, 3, 5),
    "s": (1, 2, 3),
    "shape": ([64, 64, 3], [5, 4, 6], [3], []),
}
LARGE = 10**7  # a size that no network of this kind has

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 8),
    st.sampled_from([LARGE, -LARGE, 2**70, 1e-300, 1e300]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=6),
    st.sampled_from(["same", "valid", "relu", "channels_first", "stage2.block3", "input"]),
)
garbage = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
shapes = st.one_of(
    st.none(),
    st.lists(st.one_of(st.none(), st.integers(0, 70)), max_size=5).map(tuple),
)

Edit = tuple[str, int, int, Any]  # what is done, where, from where, and with what


@st.composite
def an_edit(draw: st.DrawFn) -> Edit:
    """Draw one edit; its numbers are taken modulo what a network has."""
    what = draw(
        st.sampled_from(
            [
                *("setting", "setting", "setting", "garbage", "drop", "twin", "swap", "rewire"),
                *("rewire", "more", "fewer", "kind", "shape", "share", "parameters", "truncate"),
                *("result", "results", "dead"),
            ]
        )
    )
    value: Any = None
    if what == "setting":
        value = draw(
            st.sampled_from([(name, each) for name, known in SETTINGS.items() for each in known])
        )
    elif what == "garbage":
        value = (draw(st.one_of(st.sampled_from(sorted(SETTINGS)), st.text(max_size=5))), None)
        value = (value[0], draw(garbage))
    elif what == "kind":
        value = draw(st.sampled_from(KINDS))
    elif what == "shape":
        value = draw(shapes)
    elif what == "parameters":
        value = draw(st.integers(-1, 50))
    return what, draw(st.integers(0, 200)), draw(st.integers(0, 200)), value


def edited(network: Network, edits: list[Edit]) -> Network:
    """Return the network after the edits, one after the other."""
    for edit in edits:
        network = _edited(network, *edit)
    return network


def _edited(network: Network, what: str, where: int, source: int, value: Any) -> Network:
    operations = network.operations
    place = where % len(operations)
    operation = operations[place]
    inputs = operation.inputs
    slot = source % len(inputs) if inputs else 0
    if what in ("setting", "garbage"):
        name, given = value
        if what == "setting" and name not in operation.settings:
            place = next((p for p, o in enumerate(operations) if name in o.settings), place)
        settings = {**operations[place].settings, name: given}
        return _with(network, place, settings=settings)
    if what == "drop":
        return _without(network, place) if inputs else network
    if what == "twin":
        return _with_twin(network, place)
    if what == "dead":
        return replace(network, operations=(*operations, operation))
    if what == "swap":
        return _swapped(network, place)
    if what == "rewire" and inputs:
        return _with(network, place, inputs=(*inputs[:slot], source % place, *inputs[slot + 1 :]))
    if what == "more" and place:
        return _with(network, place, inputs=(*inputs, source % place))
    if what == "fewer" and inputs:
        return _with(network, place, inputs=(*inputs[:slot], *inputs[slot + 1 :]))
    if what == "kind":
        return _with(network, place, kind=value)
    if what == "shape":
        return _with(network, place, shape=value)
    if what == "share":
        return _with(network, place, layer=operations[source % len(operations)].layer)
    if what == "parameters":
        return _with(network, place, parameters=value)
    if what == "truncate":
        kept = operations[: place + 1]
        return Network(kept, tuple(min(output, place) for output in network.outputs))
    if what == "result":
        return replace(network, outputs=(place,))
    if what == "results":
        return replace(network, outputs=(() if source % 2 else (*network.outputs, place)))
    return network


def _with(network: Network, place: int, **fields: Any) -> Network:
    operations = list(network.operations)
    operations[place] = replace(operations[place], **fields)
    return replace(network, operations=tuple(operations))


def _without(network: Network, place: int) -> Network:
    """Return the network without one operation, its first input in its place."""
    bypass = network.operations[place].inputs[0]

    def moved(source: int) -> int:
        source = bypass if source == place else source
        return source - (source > place)

    kept = network.operations[:place] + network.operations[place + 1 :]
    return Network(
        tuple(replace(each, inputs=tuple(map(moved, each.inputs))) for each in kept),
        tuple(map(moved, network.outputs)),
    )


def _with_twin(network: Network, place: int) -> Network:
    """Return the network with a copy of one operation behind it, taking in what it gives."""
    operation = network.operations[place]
    layer = 1 + max(each.layer for each in network.operations)
    twin = replace(operation, inputs=(place,) * len(operation.inputs), layer=layer)

    def moved(source: int) -> int:
        return source + (source >= place)

    behind = network.operations[place + 1 :]
    return Network(
        (
            *network.operations[: place + 1],
            twin,
            *(replace(each, inputs=tuple(map(moved, each.inputs))) for each in behind),
        ),
        tuple(map(moved, network.outputs)),
    )


def _swapped(network: Network, place: int) -> Network:
    """Return the network in which an operation and the one behind it have changed places."""
    operations = list(network.operations)
    if place == 0 or place + 1 >= len(operations):
        return network
    here, behind = operations[place], operations[place + 1]
    if behind.inputs != (place,) or len(here.inputs) != 1:
        return network
    operations[place] = replace(behind, inputs=here.inputs)
    operations[place + 1] = replace(here, inputs=(place,))
    return replace(network, operations=tuple(operations))


def to_graph(network: Network) -> Graph:
    """Return a graph as Keras builds it, of which the network is the normal form."""
    nodes = tuple(map(_to_node, network.operations))
    return Graph(nodes, network.outputs)


def _to_node(operation: Operation) -> Node:
    op, config = operation.kind, dict(operation.settings)
    if op == "Input":
        op, config = "InputLayer", {}
    elif op in BLOCKS:
        op, config = "block", {"block": op, **config}
    elif op == "Activation":
        config = {"activation": config["function"]}
    elif op == "Conv2D" and config.get("kernel_initializer") == "the given initializer":
        config["kernel_initializer"] = {"class": "GivenInitializer"}
    return Node(
        op, config, operation.inputs, operation.shape, operation.parameters, operation.layer
    )


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of everything that stands in JSON data, the data itself left out."""
    entries = data.items() if isinstance(data, dict) else enumerate(data)
    found = []
    for key, value in entries:
        found.append((*path, key))
        if isinstance(value, (dict, list)):
            found += places(value, (*path, key))
    return found


Mutation = tuple[str, int, Any]  # what is done, at which place, and with what


def mutations() -> st.SearchStrategy[list[Mutation]]:
    """Draw one to four changes of JSON data."""
    what = st.sampled_from(["replace", "replace", "delete", "twin", "nested", "moved"])
    return st.lists(st.tuples(what, st.integers(0, 10**6), garbage), min_size=1, max_size=4)


def mutated(data: Any, changes: list[Mutation]) -> Any:
    """Return JSON data after the changes."""
    data = json.loads(json.dumps(data))
    for what, where, value in changes:
        found = places(data)
        if not found:
            return data
        *parents, key = found[where % len(found)]
        holder = data
        for parent in parents:
            holder = holder[parent]
        _mutate(holder, key, what, value)
    return data


def _mutate(holder: Any, key: Any, what: str, value: Any) -> None:
    if what == "replace":
        holder[key] = value
    elif what == "delete":
        del holder[key]
    elif what == "nested":
        holder[key] = [holder[key]]
    elif what == "twin" and isinstance(holder, list):
        holder.insert(key, holder[key])
    elif what == "moved" and isinstance(holder, list):
        holder.append(holder.pop(key))
    elif isinstance(holder, Mapping):
        holder[str(value)[:8]] = holder.pop(key)
