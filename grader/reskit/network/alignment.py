"""The smallest edit: which operation of the learner stands for which of the reference.

The reference is walked from the input on. At each operation the learner's candidates of the same
family, and none at all, are tried best-first; what a choice costs is how many differences it
makes. It is a shortest-path search (Hart, Nilsson, Raphael 1968) over partial assignments.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count

from reskit.network.idle import idle_relus
from reskit.network.in_order import paired_in_order
from reskit.network.layer_settings import RANDOM, draws_at_random
from reskit.network.operation import UNASKED, Network, Operation
from reskit.network.pooling import in_place_of

MAX_STEPS = 3_000  # search steps; a one-edit mistake needs a few dozen
UNMATCHED = 0.5  # half a difference: a missing and an extra one may be one that was moved
NEVER = 99.0  # the price of what cannot stand for each other
REPEATED = 0.25  # the same setting wrong in the same way once more: likely one mistake

FAMILIES = {
    "MaxPooling2D": "pooling",
    "AveragePooling2D": "pooling",
    "identity_block": "block",
    "convolutional_block": "block",
    "Add": "merge",
    "Concatenate": "merge",
    "Multiply": "merge",
    "Average": "merge",
    "Subtract": "merge",
    "Maximum": "merge",
    "Minimum": "merge",
    "ops.Multiply": "merge",
    "ops.Subtract": "merge",
    "ops.Concatenate": "merge",
    "ops.Maximum": "merge",
    "ops.Minimum": "merge",
    "Conv2D": "convolution",
    "DepthwiseConv2D": "convolution",
    "SeparableConv2D": "convolution",
    "Conv2DTranspose": "convolution",
    "BatchNormalization": "normalisation",
    "LayerNormalization": "normalisation",
    "GroupNormalization": "normalisation",
}


def family(operation: Operation) -> str:
    """Return the family within which one operation may stand in another's place."""
    if len(operation.inputs) > 1:
        return "merge"
    return FAMILIES.get(operation.kind, operation.kind)


@dataclass(frozen=True)
class Attribute:
    """A setting that differs."""

    name: str
    expected: object
    received: object


def attribute_differences(
    reference: Operation, learner: Operation, judge_initializer: bool = True
) -> list[Attribute]:
    """Return the settings in which the learner's operation differs from the reference's.

    What follows from another setting is not told again: the step of a pooling that was given no
    step, the padding of a 1×1 kernel.
    """
    learner = in_place_of(learner, reference)
    if reference.kind != learner.kind:
        found = [Attribute("layer", reference.kind, learner.kind)]
        shared = reference.settings.keys() & learner.settings.keys()
        names = shared if family(reference) in SAME_SETTINGS else set()
    else:
        found = []
        names = reference.settings.keys() | learner.settings.keys()
    if not judge_initializer and draws_at_random(learner.settings.get("kernel_initializer")):
        names -= {"kernel_initializer"}
    for name in (*reference.settings, *(learner.settings.keys() - reference.settings.keys())):
        expected = reference.settings.get(name, USUALLY.get(name))
        received = learner.settings.get(name, USUALLY.get(name))
        if name == "kernel_initializer" and not judge_initializer:
            expected = RANDOM
        if name in names and expected != received and received != UNASKED:
            found.append(Attribute(name, expected, received))
    following = _following(reference.settings, learner.settings)
    return [attribute for attribute in found if attribute.name not in following]


USUALLY = {"dtype": "float32"}  # of an input, for which only another one is told
SAME_SETTINGS = ("pooling", "block")  # families whose kinds are told by the same settings


def _following(expected: Mapping[str, object], received: Mapping[str, object]) -> set[str]:
    """Return the settings whose difference follows from the difference in another one."""

    def differs(name: str) -> bool:
        return expected.get(name) != received.get(name)

    following = set()
    if differs("pool_size") and all(
        each.get("strides") == each.get("pool_size") for each in (expected, received)
    ):
        following.add("strides")
    windows = [each.get("kernel_size") for each in (expected, received)]
    if differs("kernel_size") and [1, 1] in windows:
        following.add("padding")
    if "f" in expected and expected["f"] == received.get("filters"):
        following.add("filters")  # the two are swapped
    return following


Assignment = tuple[int | None, ...]  # for each operation of the reference, the learner's
Left = tuple[tuple[int, ...], tuple[int, ...]]  # by family: all without a partner, those in use


@dataclass(frozen=True)
class Pairing:
    """The two networks to align, and what is asked of them."""

    reference: Network
    learner: Network
    judge_initializer: bool = True

    @cached_property
    def candidates(self) -> list[list[tuple[int, frozenset[str]]]]:
        """Return, for each operation of the reference, [(learner's position, edits)]."""
        return [
            [
                (position, self._edits(wanted, own))
                for position, own in enumerate(self.learner.operations)
                if family(own) == family(wanted)
            ]
            for wanted in self.reference.operations
        ]

    @cached_property
    def used(self) -> frozenset[int]:
        """Return the learner's operations that matter to the result."""
        return frozenset(self.learner.used())

    @cached_property
    def idle(self) -> frozenset[int]:
        """Return the learner's ReLUs that change nothing."""
        return idle_relus(self.learner)

    def _edits(self, wanted: Operation, own: Operation) -> frozenset[str]:
        found = attribute_differences(wanted, own, self.judge_initializer)
        return frozenset(repr(attribute) for attribute in found)


def follow(network: Network, start: int, known: dict[int, int]) -> frozenset[int | str]:
    """Return what `start` amounts to once operations outside `known` are passed over.

    An operation with several inputs that is passed over amounts to any of them.
    """
    ends: set[int | str] = set()
    stack = [start]
    seen: set[int] = set()
    while stack:
        position = stack.pop()
        if position in known:
            ends.add(known[position])
        elif position not in seen:
            seen.add(position)
            stack.extend(network.operations[position].inputs)
    return frozenset(ends)


def same_sources(
    expected: list[frozenset[int | str]], received: list[frozenset[int | str]]
) -> bool:
    """Return whether the two lists of sources can be paired, in any order."""
    if len(expected) != len(received):
        return False
    if not expected:
        return True
    first, *others = expected
    return any(
        first & source and same_sources(others, received[:place] + received[place + 1 :])
        for place, source in enumerate(received)
    )


@dataclass(frozen=True, order=True)
class _Partial:
    """An assignment of the first operations, ordered by how promising it is."""

    bound: float  # no completion costs less
    depth: int  # negative: of two equal ones the more complete goes first
    ticket: int
    cost: float = field(compare=False)
    chosen: Assignment = field(compare=False)
    edits: frozenset[str] = field(compare=False)
    left: Left = field(compare=False)


def assignments(
    pairing: Pairing, enough: Callable[[float], bool], *, complete: bool = True
) -> Iterator[Assignment]:
    """Yield complete assignments, the most promising first.

    The first is the plain one, in the order of the code. The search ends when `enough` says of
    the least cost still possible that it cannot help, or after MAX_STEPS. Where the learner's
    network is not `complete`, what has no partner in it may follow later, and costs nothing.
    """
    yield _in_order(pairing)
    reference, learner = pairing.reference.operations, pairing.learner.operations
    candidates = pairing.candidates
    alone = (UNMATCHED, UNMATCHED) if complete else (0.0, 1.0)
    used = (pairing.learner.used() or frozenset(range(len(learner)))) - pairing.idle
    names = sorted({family(operation) for operation in (*reference, *learner)})
    families = [names.index(family(operation)) for operation in learner]
    twins = _twins(learner)
    every, in_use = [0] * len(names), [0] * len(names)
    for own, place in enumerate(families):
        every[place] += 1
        in_use[place] += int(own in used)
    wanted = [names.index(family(operation)) for operation in reference]
    wanted_after = _families_after(wanted, len(names))
    ticket = count()
    queue = [_Partial(0.0, 0, next(ticket), 0.0, (), frozenset(), (tuple(every), tuple(in_use)))]
    for _ in range(MAX_STEPS):
        if not queue:
            return
        state = heapq.heappop(queue)
        if enough(state.bound):
            return
        here = len(state.chosen)
        if here == len(reference):
            yield state.chosen
            continue
        options: list[tuple[int | None, frozenset[str]]] = [*candidates[here], (None, frozenset())]
        alike: set[tuple[int, bool]] = set()
        sources = _sources(pairing, state.chosen)
        taken = frozenset(state.chosen)
        for position, edits in options:
            left = state.left
            cost = state.cost + alone[0]
            if position is not None:
                if position in taken:
                    continue
                left = _one_less(left, families[position], position in used)
                cost = state.cost + sum(REPEATED if e in state.edits else 1.0 for e in edits)
            least = _unmatched(wanted_after[here + 1], left, alone)
            if enough(cost + least):
                continue
            if position is not None:
                rewired = sources.cost(position)
                twin = (twins[position], position in used)
                if not rewired and twin in alike:
                    continue  # the earlier of two that are alike will do
                if not rewired:
                    alike.add(twin)
                cost += rewired
            heapq.heappush(
                queue,
                _Partial(
                    cost + least,
                    -(here + 1),
                    next(ticket),
                    cost,
                    (*state.chosen, position),
                    state.edits | edits,
                    left,
                ),
            )


def _twins(operations: Sequence[Operation]) -> list[int]:
    """Return, for each operation, the position of the first that is made as it is."""
    first: dict[str, int] = {}
    return [
        first.setdefault(f"{operation.kind} {sorted(operation.settings.items())!r}", position)
        for position, operation in enumerate(operations)
    ]


def _in_order(pairing: Pairing) -> Assignment:
    """Return the cheapest assignment that keeps the order of both."""
    own = sorted(pairing.learner.used()) or list(range(len(pairing.learner.operations)))
    prices = [
        {position: min(0.4 * len(edits), 0.9) for position, edits in row}
        for row in pairing.candidates
    ]

    def price(here: int, there: int) -> float:
        return prices[here].get(own[there], NEVER)

    chosen: list[int | None] = [None] * len(prices)
    for here, there in paired_in_order(len(prices), len(own), price, UNMATCHED):
        if here is not None and there is not None:
            chosen[here] = own[there]
    return tuple(chosen)


def _one_less(left: Left, place: int, used: bool) -> Left:
    """Return the counts with one operation of a family less."""
    every, in_use = left
    every = (*every[:place], every[place] - 1, *every[place + 1 :])
    if used:
        in_use = (*in_use[:place], in_use[place] - 1, *in_use[place + 1 :])
    return every, in_use


def _families_after(families: list[int], count_of_families: int) -> list[tuple[int, ...]]:
    """Return, for each place, how many operations of each family come from there on."""
    counts = [(0,) * count_of_families]
    for place in reversed(families):
        counts.append(tuple(n + (i == place) for i, n in enumerate(counts[-1])))
    return counts[::-1]


def _unmatched(wanted: tuple[int, ...], left: Left, alone: tuple[float, float]) -> float:
    """Return the least cost of what must stay without a partner.

    `alone` says what that costs of the reference, and what of the learner's network.
    """
    total = 0.0
    for need, every, in_use in zip(wanted, *left, strict=True):
        total += alone[0] * max(0, need - every) + alone[1] * max(0, in_use - need)
    return total


@dataclass(frozen=True)
class _Sources:
    """What the next operation of the reference takes in, as far as a partial assignment goes."""

    pairing: Pairing
    partner_of: dict[int, int]
    expected: list[frozenset[int | str]]

    def cost(self, position: int) -> float:
        """Return 1 when the learner's operation does not take in what the reference's does."""
        received = [
            follow(self.pairing.learner, source, self.partner_of)
            for source in self.pairing.learner.operations[position].inputs
        ]
        return 0.0 if same_sources(self.expected, received) else 1.0


def _sources(pairing: Pairing, chosen: Assignment) -> _Sources:
    own = {place: place for place, partner in enumerate(chosen) if partner is not None}
    partner_of = {partner: place for place, partner in enumerate(chosen) if partner is not None}
    operation = pairing.reference.operations[len(chosen)]
    expected = [follow(pairing.reference, source, own) for source in operation.inputs]
    return _Sources(pairing, partner_of, expected)
