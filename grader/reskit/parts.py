"""The parts of an exercise: which of them tells a difference, and which of them stand."""

from __future__ import annotations

from reskit.manifest import Call, Case, Exercise
from reskit.network.comparison import Comparison
from reskit.network.difference import Difference
from reskit.network.layer_settings import GIVEN
from reskit.network.operation import Network
from reskit.network.roles import GRAPH_PARTS, name_roles, normalisations, part_of, telling_part

WHOLE_NETWORK = "ResNet50"


def belongs(difference: Difference, case: Case, exercise: Exercise, reference: Network) -> bool:
    """Return whether the case is the one that tells a difference found in its call."""
    if case.part == "whole":
        return True
    if difference.kind == "value":
        return case == next(other for other in exercise.cases if other.call == case.call)
    return case.part == telling_part(difference, _parts_of(exercise, case.call), reference)


def graph_part_stands(
    part: str, exercise: Exercise, reference: Network, comparison: Comparison
) -> bool:
    """Return whether all that the part of the graph asks for is there, and nothing differs in it.

    It holds for what was built up to an exception too.
    """
    parts = _parts_of(exercise)
    if any(telling_part(each, parts, reference) == part for each in comparison.differences):
        return False
    replaced = {each.layer for each in comparison.differences if each.attribute == "layer"}
    if part == "modes":
        return normalisations(reference) <= comparison.matched - replaced
    if part == "initializer":
        return _given_an_initializer(reference) <= comparison.matched - replaced
    return _is_there(part, exercise, reference, comparison.matched)


def any_part_is_there(exercise: Exercise, reference: Network, matched: frozenset[str]) -> bool:
    """Return whether one part of the graph has all its operations, right or wrong."""
    return any(
        _is_there(part, exercise, reference, matched)
        for part in _parts_of(exercise)
        if part in GRAPH_PARTS
    )


def _parts_of(exercise: Exercise, call: Call | None = None) -> list[str]:
    return [case.part for case in exercise.cases if call in (None, case.call)]


def _is_there(part: str, exercise: Exercise, reference: Network, matched: frozenset[str]) -> bool:
    parts = [each for each in _parts_of(exercise) if each in GRAPH_PARTS]
    roles = {role for role in name_roles(reference).values() if role != "input"}
    # A stem and a head with no stage between them are no part of a network, and an addition
    # with no path to add is none of a block.
    middle = {"merge": "main"} if exercise.name != WHOLE_NETWORK else dict.fromkeys(parts, "stage")
    if not any(role.startswith(middle.get(part, "")) for role in matched):
        return False
    return {role for role in roles if part_of(role, parts) == part} <= matched


def _given_an_initializer(reference: Network) -> set[str]:
    return {
        role
        for position, role in name_roles(reference).items()
        if reference.operations[position].settings.get("kernel_initializer") == GIVEN
    }
