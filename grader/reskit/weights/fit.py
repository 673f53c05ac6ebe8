"""Which weight of a model file belongs to which layer of the reference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from reskit.network.comparison import compare_call
from reskit.network.normal_form import normal_form
from reskit.network.operation import Network
from reskit.weights.architecture import (
    Architecture,
    partners,
    settled,
    weight_shapes,
    with_classes,
    written_out,
)
from reskit.weights.config import ConfigError, Configured, LayerKey, configured
from reskit.weights.in_order import assigned_in_order
from reskit.weights.model_file import ModelFile, StoredWeight
from reskit.weights.problems import Problem, UnfitError

Shape = tuple[int, ...]
NAMES = {"moving_mean": "mean", "moving_variance": "variance"}


@dataclass(frozen=True)
class Fitted:
    """A network that can be run, with the weights of a file in it."""

    network: Network
    weights: Mapping[int, Mapping[str, Any]]  # by the position of the operation, then by name
    roles: Mapping[int, str]
    proof: str  # "graph", "numbers", or "order" where the file holds weights alone
    classes: int
    notes: tuple[str, ...] = ()  # what was met and left aside


def fit(file: ModelFile, reference: Network) -> Fitted:
    """Return the reference with the file's weights in it.

    `reference` is the recorded ResNet50. Where the file has another network that computes the
    same, it is that network. Raises UnfitError, which tells each layer that does not fit.
    """
    if file.config is None:
        return _of_weights_alone(file, reference)
    try:
        found = configured(file.config)
        if len(found.graph.nodes) > MOST_LAYERS:
            raise ConfigError(
                f"The file holds another network: it has {len(found.graph.nodes):,} layers, and "
                "the ResNet-50 of the exercise has 177."
            )
        network = normal_form(found.graph)
    except ConfigError as error:
        raise UnfitError(str(error)) from error
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise UnfitError(
            f"The model's configuration is not one that Keras writes ({error!s:.120})."
        ) from error
    network = replace(network, operations=tuple(map(settled, network.operations)))
    classes = _classes(network)
    wanted = with_classes(_settled(reference), classes)
    architecture = written_out(wanted)
    proof = _proof(wanted, architecture, network)
    pairs = partners(architecture.network, network)
    if proof == "graph" and pairs is not None:
        weights = _weights(file, found, architecture, pairs, network)
        return Fitted(
            architecture.network, weights, architecture.roles, proof, classes, _notes(found)
        )
    own = Architecture(network, {n: f"layer {n}" for n in range(len(network.operations))})
    pairs = {place: place for place in own.weight_shapes()}
    weights = _weights(file, found, own, pairs, network)
    return Fitted(network, weights, own.roles, proof, classes, _notes(found))


def _notes(found: Configured) -> tuple[str, ...]:
    return (TRAINS,) if found.trains else ()


TRAINS = (
    "The network was saved with normalisations that are fixed to training mode. Here they use "
    "their moving statistics, as Keras 3 has it in evaluate() and predict()."
)


def _settled(reference: Network) -> Network:
    return replace(reference, operations=tuple(map(settled, reference.operations)))


def _classes(network: Network) -> int:
    """Return how many classes the network tells apart; six where it cannot be told."""
    last = network.operations[network.outputs[0]] if network.outputs else None
    units = last.settings.get("units") if last is not None and last.kind == "Dense" else None
    return units if type(units) is int and 0 < units <= MOST_CLASSES else USUAL_CLASSES


MOST_CLASSES = 1_000
MOST_LAYERS = 400  # of a network that is compared with the reference; it takes seconds
USUAL_CLASSES = 6


def _proof(wanted: Network, architecture: Architecture, network: Network) -> str:
    """Return how the network is known to be a ResNet-50. Raises UnfitError where it is none."""
    if partners(architecture.network, network) is not None:
        return "graph"
    found = compare_call(wanted, network, returned="model", raised=False, takes_initializer=False)
    if found.proof is not None:
        return "numbers"
    raise UnfitError(
        "The file holds another network than the ResNet-50 of the exercise.",
        tuple(
            Problem(each.layer, each.message or f"{each.kind} {each.attribute or ''}".strip())
            for each in found.differences
        ),
        "Build the network as the notebook asks, and save it again.",
    )


def _weights(
    file: ModelFile,
    found: Configured,
    architecture: Architecture,
    pairs: Mapping[int, int],
    network: Network,
) -> dict[int, dict[str, Any]]:
    by_key = _by_key(file)
    weights: dict[int, dict[str, Any]] = {}
    problems: list[Problem] = []
    for place, shapes in architecture.weight_shapes().items():
        key = found.keys.get(network.operations[pairs[place]].layer)
        stored = [] if key is None else by_key.get(_lookup(file, key), [])
        role = architecture.roles[place]
        weights[place] = assigned(role, shapes, stored, problems, key.name if key else "")
    if problems:
        raise UnfitError(
            "The weights in the file do not fit the network that it describes.", tuple(problems)
        )
    return weights


def _lookup(file: ModelFile, key: LayerKey) -> tuple[str, str]:
    if file.layout == "paths":
        return "", key.path
    return key.group, "" if key.group == key.name else key.name


def _by_key(file: ModelFile) -> dict[tuple[str, str], list[StoredWeight]]:
    """Return the weights by layer; of one that is no model itself by its group alone.

    What old releases called the weights inside a group need not be the layer's name.
    """
    found: defaultdict[tuple[str, str], list[StoredWeight]] = defaultdict(list)
    for weight in file.weights:
        if file.layout == "paths":
            found["", weight.layer].append(weight)
        else:
            found[weight.group, ""].append(weight)
            found[weight.group, weight.layer].append(weight)
    return found


def assigned(
    role: str,
    shapes: Mapping[str, Shape],
    stored: Sequence[StoredWeight],
    problems: list[Problem],
    layer: str,
) -> dict[str, Any]:
    """Return a layer's weights by name; what does not fit goes to `problems`."""
    given = {NAMES.get(each.name, each.name): each.values for each in stored}
    if not given.keys() >= shapes.keys():  # numbered, or named by somebody: by their order
        given = dict(zip(shapes, (each.values for each in stored), strict=False))
    called = f" (in the file: {layer})" if layer else ""
    for name, shape in shapes.items():
        if name not in given:
            problems.append(Problem(role, f"{role}{called}: {name} {_told(shape)} is missing."))
        elif given[name].shape != shape:
            problems.append(
                Problem(
                    role,
                    f"{role}{called}: {name} has the shape {_told(given[name].shape)}, expected "
                    f"{_told(shape)}.",
                )
            )
        elif not np.isfinite(given[name]).all():
            count = int((~np.isfinite(given[name])).sum())
            problems.append(
                Problem(
                    role,
                    f"{role}{called}: {count:,} of the {given[name].size:,} numbers of {name} are "
                    "infinite or none at all; training has diverged.",
                )
            )
    if len(stored) > len(shapes):
        problems.append(
            Problem(
                role,
                f"{role}{called}: {len(stored)} weights, expected {len(shapes)} "
                f"({', '.join(shapes)}).",
            )
        )
    return {name: given[name] for name in shapes if name in given}


def _told(shape: Shape) -> str:
    return "×".join(map(str, shape)) or "()"


def _of_weights_alone(file: ModelFile, reference: Network) -> Fitted:
    kernels = [each for each in file.weights if each.values.ndim == 2]
    classes = kernels[-1].values.shape[1] if kernels else USUAL_CLASSES
    classes = classes if 0 < classes <= MOST_CLASSES else USUAL_CLASSES
    architecture = written_out(with_classes(_settled(reference), classes))
    order = assigned_in_order(file, architecture)
    problems: list[Problem] = []
    weights = {
        place: assigned(
            architecture.roles[place],
            weight_shapes(architecture.network, place),
            stored,
            problems,
            stored[0].layer if stored else "",
        )
        for place, stored in order.items()
    }
    if problems:
        raise UnfitError(
            "The file holds weights alone, and they are not those of the ResNet-50 of the "
            "exercise, layer by layer.",
            tuple(problems),
            "Was it saved from another network? model.save() writes the network too, and then "
            "more can be told.",
        )
    return Fitted(architecture.network, weights, architecture.roles, "order", classes)
