"""Boxes: what is drawn of a reference network, and what is marked in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from reskit.network.difference import Difference
from reskit.network.operation import Network, Operation
from reskit.network.table import told_settings
from reskit.network.wording import a_kind, shown, spoken

RETURNED_PLACE = "result"  # what the function gives back, as a place that can be marked
MISSING = "missing"
MOST_MARKS = 12  # more in one picture is more than a person looks at
MOST_EXTRAS = 3  # layers too many after one layer


@dataclass(frozen=True)
class Box:
    """One layer of a drawing."""

    role: str
    settings: str  # in few words
    kind: str = ""
    note: str = ""  # what is wrong with it, empty where nothing is
    extra: bool = False  # the learner has it, the reference has not

    @property
    def path(self) -> str:
        """Return the first part of the role: main, shortcut, stem, stage1, head; or nothing."""
        return self.role.split(".")[0] if "." in self.role else ""

    @property
    def name(self) -> str:
        """Return the role without its path."""
        return self.role.partition(".")[2] or self.role

    @property
    def is_missing(self) -> bool:
        """Return whether the learner has left it out."""
        return self.note.startswith(MISSING)


def marks(differences: Iterable[Difference]) -> dict[str, str]:
    """Return {role: what is wrong there, in few words} for a drawing, for the first of many."""
    found: dict[str, str] = {}
    for difference in islice(differences, MOST_MARKS):
        role = difference.layer or RETURNED_PLACE
        text = MARK_TEXTS[difference.kind](difference)
        found[role] = f"{found[role]}; {text}" if role in found else text
    return found


def _mark_of_attribute(difference: Difference) -> str:
    if difference.attribute == "weights":
        return f"shares the weights of {difference.received}"
    if difference.attribute == "layer":
        return f"is {a_kind(difference.received)}, expected {a_kind(difference.expected)}"
    expected, received = shown(difference.expected), shown(difference.received)
    return f"{difference.attribute} is {received}, expected {expected}"


def _mark_of_place(difference: Difference) -> str:
    expected, received = spoken(difference)
    verb = "gives back" if difference.attribute == "output" else MARK_VERBS[difference.kind]
    return f"{verb} {received}, expected {expected}"


MARK_VERBS = {"wiring": "takes in", "order": "stands", "shape": "has the shape", "value": "is"}
MARK_TEXTS: dict[str, Callable[[Difference], str]] = {
    "missing": lambda _: MISSING,
    "extra": lambda difference: f"one too many: {difference.received}",
    "attribute": _mark_of_attribute,
    "wiring": _mark_of_place,
    "order": _mark_of_place,
    "shape": _mark_of_place,
    "value": _mark_of_place,
}


def boxes(network: Network, roles: Mapping[int, str], marked: Mapping[str, str]) -> list[Box]:
    """Return what to draw, in the order of the network.

    A marked role that the network has not is a layer too many: it stands after the layer that
    its text names. A role inside a block that is drawn as one box marks that box.
    """
    drawn = {role: position for position, role in sorted(roles.items())}
    if RETURNED_PLACE in marked:
        drawn[RETURNED_PLACE] = len(network.operations)
    notes: dict[str, list[str]] = {}
    extras: dict[str, list[Box]] = {}
    for role, text in marked.items():
        home, is_extra = _home(role, text, list(drawn))
        if is_extra:
            extras.setdefault(home, []).append(Box(_beside(home, role), "", "", text, extra=True))
        else:
            notes.setdefault(home, []).append(text if role == home else f"{role}: {text}")
    found = []
    for role, position in drawn.items():
        note = "; ".join(notes.get(role, []))
        if position < len(network.operations):
            operation = network.operations[position]
            settings = told_settings(operation) or _shape_of(operation)
            found.append(Box(role, settings, operation.kind, note))
        else:
            found.append(Box(role, "", "", note))
        found += extras.get(role, [])[:MOST_EXTRAS]
    return found


def _shape_of(operation: Operation) -> str:
    """Return the shape of an input in few letters."""
    return "×".join(map(str, (operation.shape or ())[1:])) if operation.kind == "Input" else ""


def _home(role: str, text: str, drawn: list[str]) -> tuple[str, bool]:
    """Return the drawn role that a marked one belongs to, and whether it is a layer too many."""
    if role in drawn:
        return role, False
    after = text.rpartition(" after ")[2].split(";")[0]
    if after in drawn:
        return after, True
    parts = role.split(".")
    prefixes = [".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]
    for prefix in prefixes:
        if prefix in drawn:
            return prefix, False
    in_block = ".".join(after.split(".")[:2])
    if in_block in drawn:
        return in_block, False
    siblings = [each for each in drawn if each.startswith(f"{parts[0]}.")]
    return (siblings or drawn)[-1], True


def _beside(home: str, role: str) -> str:
    """Return the role of a layer too many, on the path on which it stands."""
    path = home.split(".")[0] if "." in home else ""
    name = role.rpartition(".")[2]
    return f"{path}.{name}" if path else name
