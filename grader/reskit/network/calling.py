"""Call a learner's function as its signature asks, whatever form it has."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

BLOCK_ORDER = ("X", "f", "filters", "s")  # what the positions mean, whatever the names are
NETWORK_ORDER = ("input_shape", "classes")
PLACEHOLDERS: Mapping[str, Any] = {"stage": 2, "block": "a"}  # parameters of an older form
OTHER_NAMES = {  # that parameters often have, and what they mean
    "input_tensor": "X",
    "kernel_size": "f",
    "stride": "s",
    "strides": "s",
    "init": "initializer",
    "kernel_initializer": "initializer",
    "num_classes": "classes",
    "n_classes": "classes",
}


def is_block(arguments: Mapping[str, Any]) -> bool:
    """Return whether the manifest's `arguments` are those of a block, which takes in a tensor.

    A network is asked for with what its input and its result are, and with nothing else.
    """
    return not {*arguments} <= {*NETWORK_ORDER, "training"}


def meanings_of(function: Callable[..., Any], order: tuple[str, ...]) -> dict[str, str]:
    """Return {parameter name: what it means}; a name of one's own means what its place means.

    Parameters of an older form, as `stage`, take no place.
    """
    names = [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    known = {*order, *PLACEHOLDERS, "training", "initializer"}
    taken = set(names) & known
    placed = [name for name in names if name not in PLACEHOLDERS]
    meanings = {}
    for name in names:
        other = OTHER_NAMES.get(name)
        place = placed.index(name) if name in placed else len(order)
        at_place = order[place] if place < len(order) else name
        means = other if other in known - taken else at_place
        free = name not in known and means not in taken
        meanings[name] = means if free else name
        taken.add(meanings[name])
    return meanings


def call_function(function: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """Call `function` with those of the `given` values that its signature takes.

    `given` names values by their meaning: X, f, filters, s, initializer, training, input_shape,
    classes. Older forms of the blocks have `stage, block` or `training`, or no `initializer`.
    """
    order = BLOCK_ORDER if "X" in given else NETWORK_ORDER
    values = {**PLACEHOLDERS, **given}
    parameters = inspect.signature(function).parameters
    meanings = meanings_of(function, order)
    arguments: list[Any] = []
    keywords: dict[str, Any] = {}
    skipped = False  # once one is left to its default, what follows goes by name
    for name, meaning in meanings.items():
        if meaning not in values:
            skipped = True
        elif skipped or parameters[name].kind is inspect.Parameter.KEYWORD_ONLY:
            keywords[name] = values[meaning]
        else:
            arguments.append(values[meaning])
    kinds = {parameter.kind for parameter in parameters.values()}
    if inspect.Parameter.VAR_KEYWORD in kinds:
        left = {*given} - {*meanings.values(), "training"}
        keywords |= {name: given[name] for name in given if name in left}
    elif inspect.Parameter.VAR_POSITIONAL in kinds and not meanings:
        arguments = [given[meaning] for meaning in order if meaning in given]
    return function(*arguments, **keywords)


def takes_training(function: Callable[..., Any]) -> bool:
    """Return whether the function has a `training` parameter, as an older form of it does."""
    return "training" in inspect.signature(function).parameters


def takes_initializer(function: Callable[..., Any]) -> bool:
    """Return whether a caller can choose the function's initializer."""
    kinds = {parameter.kind for parameter in inspect.signature(function).parameters.values()}
    named = "initializer" in meanings_of(function, BLOCK_ORDER).values()
    return named or inspect.Parameter.VAR_KEYWORD in kinds
