"""From an assignment to the differences it means, in the words of a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from reskit.network.alignment import (
    REPEATED,
    Assignment,
    Pairing,
    assignments,
    attribute_differences,
    follow,
    same_sources,
)
from reskit.network.difference import Difference, Where
from reskit.network.operation import BLOCK_KINDS, Operation
from reskit.network.roles import short_name


@dataclass(frozen=True)
class Alignment:
    """A pairing with one complete assignment, and the names to speak of it."""

    pairing: Pairing
    chosen: Assignment
    roles: Mapping[int, str]
    built_to_the_end: bool = True

    @cached_property
    def partner(self) -> dict[int, int]:
        """Return {position in the reference: position in the learner's network}."""
        return {here: there for here, there in enumerate(self.chosen) if there is not None}

    @cached_property
    def place(self) -> dict[int, int]:
        """Return {position in the learner's network: position in the reference}."""
        return {there: here for here, there in self.partner.items()}

    @cached_property
    def missing(self) -> list[int]:
        """Return the operations of the reference that have no partner and were reached."""
        absent = [here for here, there in enumerate(self.chosen) if there is None]
        if self.built_to_the_end:
            return absent
        needed: set[int] = set()
        for here in self.partner:
            needed |= _upstream(self.pairing.reference.operations, here)
        return [here for here in absent if here in needed]

    @cached_property
    def extra(self) -> list[int]:
        """Return the learner's operations that matter to the result and have no partner.

        Where there is no result yet, all may matter but an input that nothing takes in.
        """
        used = self.pairing.used if self.built_to_the_end else self._begun()
        explained = self.place.keys() | self.pairing.idle
        return [each for each in sorted(used) if each not in explained]

    def _begun(self) -> list[int]:
        """Return the learner's operations, but for inputs that nothing takes in."""
        operations = self.pairing.learner.operations
        taken = {source for operation in operations for source in operation.inputs}
        return [n for n, each in enumerate(operations) if each.inputs or n in taken]

    @cached_property
    def moved(self) -> dict[int, int]:
        """Return {missing operation: an equal extra one}: it was not left out but moved."""
        return _moved(self)

    def expected_sources(self, here: int) -> list[frozenset[int | str]]:
        """Return what the reference's operation takes in, missing ones passed over."""
        known = {position: position for position in self.partner}
        operation = self.pairing.reference.operations[here]
        return [follow(self.pairing.reference, source, known) for source in operation.inputs]

    def received_sources(self, there: int) -> list[frozenset[int | str]]:
        """Return what the learner's operation takes in, extra ones passed over."""
        operation = self.pairing.learner.operations[there]
        return [follow(self.pairing.learner, source, self.place) for source in operation.inputs]

    def named(self, sources: list[frozenset[int | str]]) -> list[str]:
        """Return the roles of the sources."""
        return [self.roles[min(int(end) for end in ends)] if ends else "?" for ends in sources]


@dataclass
class _Count:
    """Hands out names to extra operations: the next free number of their path."""

    roles: Mapping[int, str]
    given: set[str] = field(default_factory=set)

    def name(self, near: str, word: str, block: bool) -> str:
        prefix = near.rpartition(".")[0]
        stem = f"{prefix}.{word}" if prefix else word
        if block:
            stage = near.split(".")[0] if near.startswith("stage") else "stage1"
            stem = f"{stage}.block"
        taken = {*self.roles.values(), *self.given}
        number = 1
        while f"{stem}{number}" in taken or (number == 1 and stem in taken):
            number += 1
        self.given.add(f"{stem}{number}")
        return f"{stem}{number}"


@dataclass(frozen=True)
class Edit:
    """The differences, and the roles for which the learner's network has an operation."""

    differences: tuple[Difference, ...]
    matched: frozenset[str]
    blocks: Mapping[Where, int] = field(default_factory=dict)  # that have the same difference


def smallest_edit(pairing: Pairing, roles: Mapping[int, str], built: bool) -> Edit:
    """Return the fewest differences that turn the reference into the learner's network.

    `built` says whether the learner's function came to its end; what would follow after the
    place where it stopped is not called missing.
    """
    best = Edit((), frozenset())
    rank = (float("inf"), 0)  # cost, then how many operations have no partner

    def enough(bound: float) -> bool:
        return bound >= rank[0]

    for looked, chosen in enumerate(assignments(pairing, enough, complete=built)):
        if rank[0] < SINGLE and looked > LOOKED:
            break
        alignment = Alignment(pairing, chosen, roles, built)
        found = differences(alignment)
        here = _cost(found) + _failed_extra(alignment), -len(alignment.partner)
        if here < rank:
            rank = here
            matched = frozenset(roles[position] for position in alignment.partner)
            best = Edit(tuple(found), matched)
    return _once_per_stage(best)


def _failed_extra(alignment: Alignment) -> int:
    """Return how many calls that raised have no partner: such a call is rather a wrong one."""
    operations = alignment.pairing.learner.operations
    extra = set(alignment.extra) - set(alignment.moved.values())
    return sum(operations[there].failed for there in extra)


SINGLE = 1.5  # less than two differences
LOOKED = 24  # once one difference explains all, so many readings are enough to choose among


def _cost(found: list[Difference]) -> float:
    """Return how much the differences count; of equally many, the likelier cause counts less."""
    total = 0.0
    edits: set[str] = set()
    for difference in found:
        edit = f"{difference.attribute} {difference.expected} {difference.received}"
        if difference.kind == "attribute" and edit in edits:
            total += REPEATED
        else:
            total += _weight(difference)
        edits.add(edit)
    return total


def _weight(difference: Difference) -> float:
    if difference.kind == "order":
        return 1.0 if "relu" in str(difference.layer) else 1.05
    return {"attribute": 1.0, "wiring": 1.005, "missing": 1.01}.get(difference.kind, 1.02)


def _once_per_stage(edit: Edit) -> Edit:
    """Say once what all identity blocks of a stage have in common: it is one line of code."""
    found = edit.differences
    kept: list[Difference] = []
    alike: dict[Where, int] = {}
    for difference in found:
        if difference.kind == "attribute" and str(difference.layer).startswith("stage"):
            twins = [other for other in found if _is_twin(difference, other)]
            blocks = [str(twin.layer).split(".")[1] for twin in twins]
            first = "block2"
            if len(twins) > 1 and first in blocks:
                if difference is not twins[0]:
                    continue
                alike[difference.place] = len(twins)
        kept.append(difference)
    return replace(edit, differences=tuple(kept), blocks=alike)


def _is_twin(one: Difference, other: Difference) -> bool:
    """Return whether two differences are the same one in two blocks of a stage."""
    return (
        other.kind == "attribute"
        and str(one.layer).split(".")[0] == str(other.layer).split(".")[0]
        and not str(one.layer).endswith(".block1")
        and not str(other.layer).endswith(".block1")
        and (one.attribute, one.expected, one.received)
        == (other.attribute, other.expected, other.received)
    )


def differences(alignment: Alignment) -> list[Difference]:
    """Return every difference that the alignment means, in the order of the reference."""
    moved = alignment.moved
    gone = [here for here in alignment.missing if here not in moved]
    added = [there for there in alignment.extra if there not in moved.values()]
    found: list[tuple[int, Difference]] = []
    for here, there in moved.items():
        found.append((here, _order(alignment, here, there)))
    for here in gone:
        found.append((here, Difference("missing", alignment.roles[here])))
    count = _Count(alignment.roles)
    for there in added:
        found.append(_extra(alignment, there, count))
    for here, there in alignment.partner.items():
        found.extend((here, each) for each in _at(alignment, here, there))
    if alignment.built_to_the_end:
        found.extend(_result(alignment))
    found.extend(_shared(alignment))
    return [difference for _, difference in sorted(found, key=lambda entry: entry[0])]


def _moved(alignment: Alignment) -> dict[int, int]:
    """Pair each missing operation with an equal extra one: it was not left out but moved."""
    reference, learner = alignment.pairing.reference, alignment.pairing.learner
    moved: dict[int, int] = {}
    for here in alignment.missing:
        if not reference.operations[here].inputs:
            continue
        for there in alignment.extra:
            if there in moved.values():
                continue
            own, wanted = learner.operations[there], reference.operations[here]
            if own.kind == wanted.kind and not attribute_differences(
                wanted, own, alignment.pairing.judge_initializer
            ):
                moved[here] = there
                break
    return moved


def _order(alignment: Alignment, here: int, there: int) -> Difference:
    """Return that an operation stands elsewhere; of several alike, the first is named."""
    learner = alignment.pairing.learner.operations
    for place in (_first_alike(alignment, here), here):
        before = _partnered_before(alignment, place)
        anchor = alignment.roles[before]
        partner = alignment.partner.get(before)
        if partner is not None and there in _upstream(learner, partner):
            return Difference(
                "order", alignment.roles[place], None, f"after {anchor}", f"before {anchor}"
            )
    sources = alignment.named(alignment.received_sources(there))
    expected = f"after {anchor}"
    received = f"after {sources[0]}" if sources else "at the beginning"
    if received == expected:  # only the other path differs
        expected = f"after {' and '.join(alignment.named(alignment.expected_sources(here)))}"
        received = f"after {' and '.join(sources)}"
    return Difference("order", alignment.roles[here], None, expected, received)


def _first_alike(alignment: Alignment, here: int) -> int:
    """Return the first of a chain of operations that are made alike, as the blocks of a stage."""
    operations = alignment.pairing.reference.operations
    before = operations[here].inputs[0]
    while (operations[before].kind, operations[before].settings) == (
        operations[here].kind,
        operations[here].settings,
    ):
        here, before = before, operations[before].inputs[0]
    return here


def _partnered_before(alignment: Alignment, here: int) -> int:
    """Return the nearest operation of the reference before `here` that the learner has too."""
    operations = alignment.pairing.reference.operations
    before = operations[here].inputs[0]
    while before not in alignment.partner and operations[before].inputs:
        before = operations[before].inputs[0]
    return before


def _upstream(operations: tuple[Operation, ...], position: int) -> set[int]:
    found: set[int] = set()
    stack = list(operations[position].inputs)
    while stack:
        source = stack.pop()
        if source not in found:
            found.add(source)
            stack.extend(operations[source].inputs)
    return found


def _extra(alignment: Alignment, there: int, count: _Count) -> tuple[int, Difference]:
    operation = alignment.pairing.learner.operations[there]
    sources = alignment.received_sources(there)
    after = max((min(int(end) for end in ends) for ends in sources if ends), default=0)
    near = alignment.roles[after]
    if operation.argument and operation.inputs[0] == alignment.partner.get(after):
        function = operation.settings["function"]
        return after, Difference("attribute", near, "activation", "linear", function)
    layer = count.name(near, short_name(operation.kind), operation.kind in BLOCK_KINDS)
    difference = Difference("extra", layer, received=f"{operation.kind} after {near}")
    return after, difference


def _at(alignment: Alignment, here: int, there: int) -> list[Difference]:
    """Return the differences between two partners: settings, then what they take in."""
    reference, learner = alignment.pairing.reference, alignment.pairing.learner
    wanted, own = reference.operations[here], learner.operations[there]
    role = alignment.roles[here]
    found = [
        Difference("attribute", role, each.name, each.expected, each.received)
        for each in attribute_differences(wanted, own, alignment.pairing.judge_initializer)
    ]
    expected, received = alignment.expected_sources(here), alignment.received_sources(there)
    if own.failed and len(received) < len(expected):
        return found
    if not same_sources(expected, received):
        found.append(
            Difference(
                "wiring", role, "inputs", alignment.named(expected), alignment.named(received)
            )
        )
    return found


def _result(alignment: Alignment) -> list[tuple[int, Difference]]:
    """Return a difference where the function gives back something else than the last step."""
    reference, learner = alignment.pairing.reference, alignment.pairing.learner
    known = {position: position for position in alignment.partner}
    expected = [follow(reference, output, known) for output in reference.outputs]
    received = [follow(learner, output, alignment.place) for output in learner.outputs]
    if same_sources(expected, received):
        return []
    names = alignment.named(expected), alignment.named(received)
    return [(len(reference.operations), Difference("wiring", None, "output", *names))]


def _shared(alignment: Alignment) -> list[tuple[int, Difference]]:
    """Return a difference for each layer with weights that is used a second time."""
    learner = alignment.pairing.learner
    first: dict[int, int] = {}
    found = []
    for there in sorted(alignment.place):
        operation = learner.operations[there]
        if not operation.has_weights:
            continue
        here = alignment.place[there]
        if operation.layer in first:
            owner = alignment.roles[alignment.place[first[operation.layer]]]
            role = alignment.roles[here]
            found.append((here, Difference("attribute", role, "weights", "its own", owner)))
        else:
            first[operation.layer] = there
    return found
