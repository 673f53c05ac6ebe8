"""A mistake that shows in many blocks at once: told for the first of them, with how many."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reskit.network.difference import Difference
from reskit.network.operation import BLOCK_KINDS
from reskit.network.wording import common_mistake, worded

ELSEWHERE = ("stem.", "stage", "head.")  # how roles of the network begin, and of no block


@dataclass(frozen=True)
class FoundInBlock:
    """A difference inside a block, in the roles of a block that stands alone."""

    block: str  # the block's role in the network
    difference: Difference
    names: Mapping[str, str]  # roles that are not the block's own, as "input": role in the network

    def in_network(self) -> Difference:
        """Return the difference with the roles that the whole network gives."""
        kind = self.difference.kind
        expected, received = self.difference.expected, self.difference.received
        if kind == "wiring" or self.difference.attribute == "weights":
            expected, received = self._each(expected), self._each(received)
        elif kind in ("order", "extra"):
            expected, received = self._last_word(expected), self._last_word(received)
        layer = self._name(self.difference.layer or "")
        return replace(self.difference, layer=layer, expected=expected, received=received)

    def _name(self, role: str) -> str:
        if role.startswith(ELSEWHERE):
            return role
        return self.names.get(role) or ".".join(filter(None, (self.block, role)))

    def _each(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._name(role) for role in value]
        return value if value == "its own" else self._name(str(value))

    def _last_word(self, text: Any) -> Any:
        if text is None:
            return None
        before, _, role = str(text).rpartition(" ")
        return f"{before} {self._name(role)}"


def told_once(
    found: list[FoundInBlock],
) -> tuple[tuple[Difference, ...], frozenset[str]]:
    """Return each mistake once, for the first block that has it, and the blocks left untold."""
    groups: list[list[FoundInBlock]] = []
    for each in found:
        same = [group for group in groups if _same_mistake(group[0], each)]
        if same:
            same[0].append(each)
        else:
            groups.append([each])
    told = tuple(with_count(_worded_inside(group[0]), len(group)) for group in groups)
    return told, frozenset(each.block for group in groups for each in group[1:])


AT_ITS_END = re.compile(r"stage\d+\.block\d+|stem\.pool")  # after which a block begins
FEW = 3  # places from which on the same extra layer is likely one line in a loop or a helper


def extras_told_once(
    found: Sequence[Difference],
) -> tuple[tuple[Difference, ...], frozenset[str]]:
    """Return the differences with a layer put in behind many blocks told once.

    The blocks behind which it is not told are returned too. Of the same layer at two places, each
    is told: they may be two lines of their own.
    """
    groups: dict[str, list[Difference]] = {}
    for each in found:
        kind, after, near = str(each.received).partition(" after ")
        if (
            each.kind == "extra"
            and after
            and AT_ITS_END.fullmatch(near)
            and kind not in BLOCK_KINDS
        ):
            groups.setdefault(kind, []).append(each)
    many = {group[0].layer: group for group in groups.values() if len(group) >= FEW}
    left_out = [each for group in many.values() for each in group[1:]]
    told = tuple(
        with_count(each, len(many[each.layer]), "place") if each.layer in many else each
        for each in found
        if each not in left_out
    )
    return told, frozenset(str(each.received).rpartition(" ")[2] for each in left_out)


def _worded_inside(found: FoundInBlock) -> Difference:
    """Return the difference with its message; a common mistake is named inside a block too."""
    difference = worded(found.in_network())
    if difference.attribute == "output":
        expected, received = " and ".join(difference.expected), " and ".join(difference.received)
        message = f"{found.block} gives on {received or 'nothing'}, expected {expected}."
        return replace(difference, message=message)
    name = common_mistake(found.difference)
    if name is None or difference.message.startswith(name):
        return difference
    return replace(difference, message=f"{name}: {difference.message}")


def with_count(difference: Difference, blocks: int, word: str = "block") -> Difference:
    """Return the difference with a message that says how many blocks, or places, have it."""
    if blocks == 1:
        return difference
    others = f"1 more {word}" if blocks == 2 else f"{blocks - 1} more {word}s"
    message = f"{difference.message.rstrip('.')}, in this and {others}."
    return replace(difference, message=message)


def _same_mistake(first: FoundInBlock, second: FoundInBlock) -> bool:
    one, other = first.difference, second.difference
    if first.block == second.block:
        return False
    if (one.kind, one.layer, one.attribute) != (other.kind, other.layer, other.attribute):
        return False
    # What is expected is not the same in both kinds of block, or in the first stage.
    if one.kind == "wiring" or one.attribute == "strides":
        return bool(one.received == other.received)
    return _same_change((one.expected, one.received), (other.expected, other.received))


def _same_change(one: tuple[Any, Any], other: tuple[Any, Any]) -> bool:
    """Return whether two values were changed in the same way.

    The widths of blocks differ from stage to stage: the same factor, the same sum, or the same
    number in their place is the same change.
    """
    if one == other:
        return True
    (expected, received), (wanted, own) = one, other
    if all(isinstance(value, list) for value in (*one, *other)):
        lengths = {len(value) for value in (*one, *other)}
        return len(lengths) == 1 and all(
            (a == b) == (c == d) and (a == b or _same_change((a, b), (c, d)))
            for a, b, c, d in zip(expected, received, wanted, own, strict=True)
        )
    if not all(type(value) is int for value in (*one, *other)):
        return False
    return bool(
        received == own
        or expected * own == wanted * received
        or received - expected == own - wanted
    )
