"""Located: the lines of a function that a difference speaks of, where they are certain.

The kinds of layers in the code, path by path, must be those of the reference with the reported
edit made; then each role has its line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reskit.network.defaults import from_a_default
from reskit.network.difference import Difference
from reskit.network.operation import Network
from reskit.network.places import near_of
from reskit.network.roles import name_roles
from reskit.own_code.steps import GIVEN, Step, Written

STRUCTURE = ("missing", "extra", "order")
ANY = ""  # stands for whatever kind a layer has
Path = list[tuple[str, str]]  # (role, kind), from the input on


@dataclass(frozen=True)
class Lines:
    """Lines of a function, counted from 1."""

    first: int
    last: int
    beside: str = ""  # "after" or "before" where what is meant stands beside them


def signature() -> Lines:
    """Return the line in which the defaults of a function stand."""
    return Lines(1, 1)


def located(
    written: Written, reference: Network, differences: Sequence[Difference]
) -> list[Lines | None]:
    """Return for each difference the lines that it speaks of, None where that is not certain."""
    edits = [each for each in differences if each.kind in STRUCTURE]
    if len(edits) > 1:  # which layer is which then is a guess
        return [None] * len(differences)
    order = [role for _, role in sorted(name_roles(reference).items())]
    steps = _only_ones(written, reference) | _roles(
        written, _edited(_paths(reference), differences)
    )
    return [_lines(each, written, steps, order) for each in differences]


def _lines(
    difference: Difference, written: Written, steps: Mapping[str, Step], order: Sequence[str]
) -> Lines | None:
    role = difference.layer
    if role is None or from_a_default(difference):
        return _of_the_whole(difference, written)
    if difference.kind == "missing":
        return _beside(role, steps, order)
    found = steps.get(role)
    return Lines(found.first, found.last) if found else None


def _of_the_whole(difference: Difference, written: Written) -> Lines | None:
    if difference.kind == "attribute":  # a default of the signature
        return signature()
    return Lines(*written.returns) if written.returns else Lines(*written.end, "after")


def _beside(role: str, steps: Mapping[str, Step], order: Sequence[str]) -> Lines | None:
    """Return the line after which a missing layer belongs, or before which."""
    path = [each for each in order if each.split(".")[0] == role.split(".")[0] or "." not in role]
    path = path if role in path else []
    for each in reversed(path[: path.index(role)] if path else []):
        if each in steps and steps[each].kind != "Input":
            return Lines(steps[each].first, steps[each].last, "after")
    for each in path[path.index(role) + 1 :] if path else []:
        if each in steps:
            return Lines(steps[each].first, steps[each].last, "before")
    return None


def _paths(reference: Network) -> dict[str, Path]:
    """Return the reference's main path, its shortcut, and what follows after both have met."""
    roles = name_roles(reference)
    kinds = {role: reference.operations[position].kind for position, role in roles.items()}
    inner = [role for role in kinds if role not in ("input", "add", "relu")]
    side = [role for role in inner if role.startswith("shortcut.")]
    main = [role for role in inner if role not in side]
    tail = [role for role in ("relu",) if role in kinds]
    merge = [role for role in ("add",) if role in kinds]
    named = {"main": main, "side": side, "merge": merge, "tail": tail}
    return {name: [(role, kinds[role]) for role in path] for name, path in named.items()}


def _edited(paths: dict[str, Path], differences: Sequence[Difference]) -> dict[str, Path]:
    """Return the paths as they are in a network with these differences."""
    made = {name: list(path) for name, path in paths.items()}
    for difference in differences:
        role = difference.layer or ""
        if difference.kind == "missing":
            made = {name: [each for each in path if each[0] != role] for name, path in made.items()}
        elif difference.kind == "extra":
            _insert(made, role, near_of(difference))
        elif difference.kind == "order":
            _move(made, role, str(difference.received))
        elif difference.attribute == "activation":  # its line makes two layers
            _insert(made, f"{role}.activation", role)
        elif difference.attribute == "layer":
            made = {
                name: [(each, ANY if each == role else kind) for each, kind in path]
                for name, path in made.items()
            }
    return made


def _insert(paths: dict[str, Path], role: str, near: str | None) -> None:
    for path in paths.values():
        roles = [each for each, _ in path]
        if near in roles:
            path.insert(roles.index(near) + 1, (role, ANY))
            return
    if near == "input":
        paths["main"].insert(0, (role, ANY))


def _move(paths: dict[str, Path], role: str, received: str) -> None:
    where, _, anchor = received.partition(" ")
    moved = [each for path in paths.values() for each in path if each[0] == role]
    for path in paths.values():
        path[:] = [each for each in path if each[0] != role]
    if anchor == "add" and where == "before":
        paths["main"] += moved
        return
    for path in paths.values():
        roles = [each for each, _ in path]
        if anchor in roles:
            place = roles.index(anchor) + (where == "after")
            path[place:place] = moved
            return
    if received == "at the beginning" or anchor == "input":
        paths["main"][0:0] = moved


def _roles(written: Written, expected: Mapping[str, Path]) -> dict[str, Step]:
    """Return {role: step} where the code's paths have the expected kinds; else nothing."""
    found: dict[str, Step] = {}
    for name, path in _own_paths(written, merges=bool(expected["merge"])).items():
        wanted = expected[name]
        if name == "main" and not expected["merge"]:
            wanted = [*wanted, *expected["tail"]]
        if name == "tail" and not expected["merge"]:
            continue
        if len(path) != len(wanted) or not all(
            kind in (ANY, step.kind) for step, (_, kind) in zip(path, wanted, strict=True)
        ):
            return {}
        found |= {role: step for step, (role, _) in zip(path, wanted, strict=True)}
    inputs = [step for step in written.steps if step.kind == "Input"]
    return found | ({"input": inputs[0]} if len(inputs) == 1 else {})


def _only_ones(written: Written, reference: Network) -> dict[str, Step]:
    """Return {role: step} for what there is once in the code and once in the reference."""
    found = {}
    for position, role in name_roles(reference).items():
        kind = reference.operations[position].kind
        alike = [step for step in written.steps if step.kind == kind]
        if len(alike) == 1 and sum(each.kind == kind for each in reference.operations) == 1:
            found[role] = alike[0]
    return found


def _own_paths(written: Written, merges: bool) -> dict[str, list[Step]]:
    """Return the paths of the code: those that meet in its last addition, and what follows."""
    end = written.result if written.result is not None else len(written.steps) - 1
    behind = _chain(written, end)
    meeting = next((n for n in reversed(behind) if written.steps[n].kind == "Add"), None)
    if not merges or meeting is None:
        return {"main": [written.steps[n] for n in behind], "side": [], "merge": [], "tail": []}
    inputs = written.steps[meeting].inputs
    chains = sorted((_chain(written, each) for each in inputs), key=len)
    side, main = chains[0], chains[-1]
    if side and main[: len(side)] == side:  # the shortcut was taken from the main path
        main, side = side, main[len(side) :]
    tail = behind[behind.index(meeting) + 1 :]
    numbers = {"main": main, "side": side, "merge": [meeting], "tail": tail}
    return {name: [written.steps[n] for n in path] for name, path in numbers.items()}


def _chain(written: Written, end: int) -> list[int]:
    """Return the steps from the input on that lead to `end`, along the first of their inputs."""
    found: list[int] = []
    while end != GIVEN and written.steps[end].kind != "Input":
        found.append(end)
        if not written.steps[end].inputs:
            break
        end = written.steps[end].inputs[0]
    return found[::-1]
