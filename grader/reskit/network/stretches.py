"""Which of a learner's operations stand for which block of the reference, layer by layer.

The reference is read as a sequence in which each block may stand as one call or as its layers,
and is aligned in order with the learner's operations (Needleman, Wunsch 1970). It is quick and
rough: it tells where a block begins and ends, not what is wrong inside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from reskit.network.alignment import attribute_differences, family
from reskit.network.block_layers import LAYER_ROLES, is_usual_call, layers_of_block
from reskit.network.operation import BLOCK_KINDS, Network, Operation

# Prices are whole numbers, so that sums can be compared.
LEFT_OUT = 10  # an operation of one side that has no partner
OF_A_FAMILY = {"merge": 16, "convolution": 12, "Activation": 8}  # what marks a place costs more
OTHER_SETTING = 6
MOST_FOR_SETTINGS = 15  # less than to leave out both
NO_PARTNER = 10_000
OTHER_BLOCK = 8  # a block of the other kind in a block's place
ONE_MORE_BLOCK = 12


@dataclass(frozen=True)
class Stretch:
    """The learner's operations that stand for one block, written out."""

    block: int  # the position of its call in the reference
    extra: bool  # one block more than the reference has, like that one and behind it
    call: Operation  # the call that they stand for, right or of the other kind
    members: tuple[int, ...]  # the learner's positions, in reading order
    layers: Mapping[str, int]  # role in the block: one of them


@dataclass(frozen=True)
class Layout:
    """Where the reference's operations, and the blocks that are written out, stand."""

    partner: Mapping[int, int]  # the reference's operation, or called block: the learner's
    stretches: tuple[Stretch, ...]


def lay_out(reference: Network, learner: Network, complete: bool) -> Layout:
    """Return where the reference's operations and blocks stand in the learner's network.

    When it is not `complete`, what would follow after its last operation is not looked for.
    """
    return _Reading(reference, learner, complete).layout()


def reading_order(network: Network) -> list[int]:
    """Return all operations, inputs first; of two paths that meet the longer one first.

    It is the same whichever of the two paths was written first.
    """
    depth: list[int] = []
    used: set[int] = set()
    for operation in network.operations:
        depth.append(1 + max((depth[source] for source in operation.inputs), default=0))
        used.update(operation.inputs)
    ends = [place for place in range(len(depth)) if place not in used or place in network.outputs]
    order: list[int] = []
    seen: set[int] = set()
    stack = [(end, False) for end in reversed(ends)]
    while stack:
        position, ready = stack.pop()
        if ready:
            order.append(position)
        elif position not in seen:
            seen.add(position)
            stack.append((position, True))
            inputs = network.operations[position].inputs
            stack += [(s, False) for s in sorted(inputs, key=lambda source: depth[source])]
    return order


@dataclass(frozen=True)
class _Form:
    """One form in which a step of the reference may stand: one operation, or layer by layer."""

    rows: tuple[Operation, ...]
    price: int = 0
    call: Operation | None = None  # the block whose layers they are
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Step:
    """One step of the reference, in all its forms."""

    position: int
    forms: tuple[_Form, ...]
    extra: bool = False


def _steps(reference: Network) -> list[_Step]:
    """Return the steps in order; after each run of equal blocks comes one that may be left out."""
    found = []
    for position, operation in enumerate(reference.operations):
        written = _written_forms(operation)
        found.append(_Step(position, (_Form((operation,)), *written)))
        following = reference.operations[position + 1 : position + 2]
        ends_run = not following or following[0].settings != operation.settings
        if operation.kind == "identity_block" and ends_run:
            more = [replace(form, price=ONE_MORE_BLOCK) for form in written]
            found.append(_Step(position, (_Form(()), *more), extra=True))
    return found


def _written_forms(block: Operation) -> list[_Form]:
    """Return the forms of a block that is written out; its two paths may be in either order."""
    if block.kind not in BLOCK_KINDS or not is_usual_call(block):
        return []
    forms = [_written(block)]
    if block.kind == "convolutional_block":
        settings = {name: value for name, value in block.settings.items() if name != "s"}
        other = replace(block, kind="identity_block", settings=settings)
        forms += [_shortcut_first(forms[0]), replace(_written(other), price=OTHER_BLOCK)]
    return forms


def _written(block: Operation) -> _Form:
    rows = layers_of_block(block, None).operations[1:]
    return _Form(rows, 0, block, LAYER_ROLES[block.kind])


def _shortcut_first(form: _Form) -> _Form:
    by_path = sorted(zip(form.roles, form.rows, strict=True), key=lambda row: _path(row[0]))
    roles, rows = zip(*by_path, strict=True)
    return replace(form, rows=rows, roles=roles)


def _path(role: str) -> int:
    return ("shortcut", "main", "add", "relu").index(role.split(".")[0])


@dataclass
class _Reading:
    reference: Network
    learner: Network
    complete: bool
    prices: dict[str, Any] = field(default_factory=dict)

    def layout(self) -> Layout:
        self.order = reading_order(self.learner)
        self.kinds = [_key(self.learner.operations[place]) for place in self.order]
        self.examples = dict(zip(self.kinds, self.order, strict=True))
        steps = _steps(self.reference)
        left_out = [_left_out(self.learner.operations[place]) for place in self.order]
        self.before = np.cumsum([0, *left_out])
        rest = self.before[-1] - self.before
        tables: list[list[list[Any]]] = []
        for step in reversed(steps):
            tables.append([self.table(form.rows, rest + form.price) for form in step.forms])
            rest = np.min([table[0] for table in tables[-1]], axis=0)
        return self.trace(list(zip(steps, reversed(tables), strict=True)))

    def table(self, rows: Sequence[Operation], rest: Any) -> list[Any]:
        """Return, from each row on, the least price for what is left from each column on."""
        found = [rest]
        for row in reversed(rows):
            least = found[-1] + _left_out(row)
            least[:-1] = np.minimum(least[:-1], self.price(row) + found[-1][1:])
            if not self.complete:
                least[-1] = 0
            least = np.minimum.accumulate((least + self.before)[::-1])[::-1] - self.before
            found.append(least)
        return found[::-1]

    def price(self, wanted: Operation) -> Any:
        """Return the price of each of the learner's operations in the place of `wanted`."""
        key = _key(wanted)
        if key not in self.prices:
            known = {
                kind: _price(wanted, self.learner.operations[place])
                for kind, place in self.examples.items()
            }
            self.prices[key] = np.array([known[kind] for kind in self.kinds], dtype=int)
        return self.prices[key]

    def trace(self, tables: list[tuple[_Step, list[list[Any]]]]) -> Layout:
        partner: dict[int, int] = {}
        stretches: list[Stretch] = []
        column = last = 0  # `last`: behind the last operation that has a partner
        for step, options in tables:
            chosen = int(np.argmin([table[0][column] for table in options]))
            form = step.forms[chosen]
            pairs, column = self.trace_rows(form.rows, options[chosen], column)
            if not pairs:
                continue
            begin, last = last, pairs[max(pairs)] + 1
            if form.call is None:
                partner[step.position] = self.order[pairs[0]]
                continue
            layers = {form.roles[row]: self.order[place] for row, place in pairs.items()}
            members = tuple(self.order[begin:last])
            stretches.append(Stretch(step.position, step.extra, form.call, members, layers))
        return Layout(partner, tuple(stretches))

    def trace_rows(
        self, rows: Sequence[Operation], table: list[Any], column: int
    ) -> tuple[dict[int, int], int]:
        """Return {row: column of its partner}, and where the rows behind these begin."""
        pairs = {}
        row = 0
        while row < len(rows):
            here, below = table[row], table[row + 1]
            left = column < len(self.order)
            if left and here[column] == self.price(rows[row])[column] + below[column + 1]:
                pairs[row] = column
                row, column = row + 1, column + 1
            elif not left or here[column] == below[column] + _left_out(rows[row]):
                row += 1
            else:
                column += 1
        return pairs, column


def _key(operation: Operation) -> str:
    """Return a text that is the same for operations that cost the same."""
    told = sorted(
        (name, value) for name, value in operation.settings.items() if name != "kernel_initializer"
    )
    return f"{operation.kind} {min(len(operation.inputs), 2)} {told}"


def _left_out(operation: Operation) -> int:
    return OF_A_FAMILY.get(family(operation), LEFT_OUT)


def _price(wanted: Operation, own: Operation) -> int:
    if family(wanted) != family(own):
        return NO_PARTNER
    edits = attribute_differences(wanted, own, False)
    return min(OTHER_SETTING * len(edits), MOST_FOR_SETTINGS)
