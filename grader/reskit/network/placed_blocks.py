"""Blocks that are written out, in their places: what each takes in, gives on, and is called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from reskit.network.idle import is_never_negative
from reskit.network.operation import Network, Operation
from reskit.network.roles import short_name
from reskit.network.stretches import Layout, Stretch, reading_order
from reskit.network.written_block import WrittenBlock

CALLER = -1  # stands for the caller among those that take something in


@dataclass(frozen=True)
class PlacedBlocks:
    """A learner's network, and where the reference's operations and blocks stand in it."""

    reference: Network
    roles: Mapping[int, str]
    learner: Network
    layout: Layout
    complete: bool  # whether the network goes on to a result

    @cached_property
    def users(self) -> list[set[int]]:
        """Return, for each of the learner's operations, who takes it in."""
        users: list[set[int]] = [set() for _ in self.learner.operations]
        for position, operation in enumerate(self.learner.operations):
            for source in operation.inputs:
                users[source].add(position)
        for output in self.learner.outputs:
            users[output].add(CALLER)
        return users

    @cached_property
    def block_of(self) -> dict[int, Stretch]:
        """Return {learner's position: the block that it is written in}."""
        return {place: each for each in self.layout.stretches for place in each.members}

    @cached_property
    def results(self) -> dict[int, Stretch]:
        """Return {learner's position: the block whose result it is}."""
        return {self.result(each): each for each in self.layout.stretches}

    @cached_property
    def names(self) -> dict[int, str]:
        """Return {learner's position: role}, as far as known."""
        names = {there: self.roles[here] for here, there in self.layout.partner.items()}
        for each in self.layout.stretches:
            block = self.role(each)
            names |= {place: f"{block}.{layer}" for layer, place in each.layers.items()}
        return names | {place: self.role(each) for place, each in self.results.items()}

    def name(self, place: int) -> str:
        """Return the role of one of the learner's operations, its kind where it has none."""
        return self.names.get(place, short_name(self.learner.operations[place].kind))

    def role(self, block: Stretch) -> str:
        """Return the role of a block; one too many has the next number of its stage."""
        role = self.roles[block.block]
        if not block.extra:
            return role
        stage = role.split(".")[0]
        return f"{stage}.block{1 + sum(r.startswith(f'{stage}.') for r in self.roles.values())}"

    def leaving(self, block: Stretch) -> list[int]:
        """Return the operations of a block that something outside takes in, in reading order."""
        members = set(block.members)
        return [place for place in block.members if self.users[place] - members]

    def result(self, block: Stretch) -> int:
        """Return the operation that a block gives on."""
        leaving = self.leaving(block)
        last = block.layers.get("relu", block.members[-1])
        return last if last in leaving or not leaving else leaving[-1]

    def entry(self, block: Stretch) -> int:
        """Return what a block takes in: what it should, if it takes that in at all."""
        sources = Counter(
            source
            for place in block.members
            for source in self.learner.operations[place].inputs
            if source not in block.members
        )
        wanted = self._expected_entry(block)
        if wanted in sources or not sources:
            return wanted
        return max(sources, key=lambda source: (sources[source], source))

    def _expected_entry(self, block: Stretch) -> int:
        known = {
            **self.layout.partner,
            **{each.block: place for place, each in self.results.items() if not each.extra},
        }
        here = block.block
        if not block.extra:
            here = self.reference.operations[here].inputs[0]
        while here not in known and self.reference.operations[here].inputs:
            here = self.reference.operations[here].inputs[0]
        return known.get(here, 0)

    def written(self, block: Stretch) -> WrittenBlock:
        """Return a block's layers behind an input of their own."""
        operations = self.learner.operations
        entry, members = self.entry(block), sorted(block.members)
        outside = {source for place in members for source in operations[place].inputs}
        elsewhere = sorted(outside - {entry, *members})
        shape = operations[entry].shape
        settings: dict[str, Any] = {"shape": list((shape or ())[1:])}
        if is_never_negative(self.learner, entry):
            settings["after"] = operations[entry].kind
        made = [Operation("Input", settings, (), shape)]
        place = {entry: 0}
        for position in elsewhere:
            place[position] = len(made)
            made.append(tensor_from(self.name(position), operations[position].shape))
        for position in members:
            place[position] = len(made)
            inputs = tuple(place[source] for source in operations[position].inputs)
            made.append(replace(operations[position], inputs=inputs))
        complete = self.complete or bool(self.leaving(block))
        outputs = (place[self.result(block)],) if complete else ()
        roles = tuple(self.name(position) for position in elsewhere)
        return WrittenBlock(block.call, Network(tuple(made), outputs), roles, complete)

    def shared_layers(self, block: Stretch) -> dict[str, str]:
        """Return {role in the block: role of the layer elsewhere whose weights it uses}."""
        operations = self.learner.operations
        found = {}
        for layer, place in block.layers.items():
            owner = self._first_use.get(operations[place].layer, place)
            if operations[place].has_weights and owner not in block.members:
                found[layer] = self.name(owner)
        return found

    @cached_property
    def _first_use(self) -> dict[int, int]:
        first: dict[int, int] = {}
        for place in reading_order(self.learner):
            if self.learner.operations[place].has_weights:
                first.setdefault(self.learner.operations[place].layer, place)
        return first


def tensor_from(role: str, shape: tuple[int | None, ...] | None) -> Operation:
    """Return an operation that stands for what comes from elsewhere in the network."""
    return Operation(f"tensor {role}", {}, (), shape)
