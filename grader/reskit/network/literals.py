"""A network in normal form as literals, as recordings keep it, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reskit.network.layer_settings import WEIGHTED_SETTINGS
from reskit.network.operation import POOLINGS, Network, Operation


def network_to_data(network: Network) -> dict[str, Any]:
    """Return the network as literals, for a recording."""
    return {
        "operations": [
            {
                "kind": operation.kind,
                "settings": _told_settings(operation),
                "inputs": list(operation.inputs),
                "shape": None if operation.shape is None else list(operation.shape),
                "parameters": operation.parameters,
                "layer": operation.layer,
                **({"defaulted": [*operation.defaulted]} if operation.defaulted else {}),
            }
            for operation in network.operations
        ],
        "outputs": list(network.outputs),
    }


def network_from_data(data: Mapping[str, Any]) -> Network:
    """Return the network of a recording."""
    operations: list[Operation] = []
    for entry in data["operations"]:
        inputs = tuple(entry["inputs"])
        operations.append(
            Operation(
                kind=entry["kind"],
                settings={**_usual_settings(entry["kind"]), **entry["settings"]},
                inputs=inputs,
                shape=None if entry["shape"] is None else tuple(entry["shape"]),
                parameters=entry["parameters"],
                layer=entry["layer"],
                defaulted=tuple(entry.get("defaulted", ())),
                over=operations[inputs[0]].shape if entry["kind"] in POOLINGS else None,
            )
        )
    return Network(tuple(operations), tuple(data["outputs"]))


def _usual_settings(kind: str) -> dict[str, Any]:
    """Return what a recording leaves out: the defaults of layers with weights."""
    usual = dict(WEIGHTED_SETTINGS.get(kind, {}))
    if kind == "Conv2D":
        usual.pop("activation")
    return usual


def _told_settings(operation: Operation) -> dict[str, Any]:
    usual = _usual_settings(operation.kind)
    return {
        name: value
        for name, value in operation.settings.items()
        if name not in usual or usual[name] != value
    }
