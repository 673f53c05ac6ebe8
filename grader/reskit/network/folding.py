"""A network that writes its blocks out, folded: each block one call, and what differs inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reskit.network.block_layers import is_usual_call
from reskit.network.difference import Difference
from reskit.network.inline import Recognised
from reskit.network.operation import Network, Operation
from reskit.network.placed_blocks import PlacedBlocks, tensor_from
from reskit.network.repeated import FoundInBlock
from reskit.network.stretches import lay_out
from reskit.network.written_block import (
    WHOLE_BLOCK,
    BlockEdit,
    block_edit,
    differences_of_calls,
)


@dataclass(frozen=True)
class Folded:
    """The two networks to compare block by block, and what was found inside blocks."""

    reference: Network
    learner: Network
    roles: Mapping[int, str]
    found: tuple[FoundInBlock, ...] = ()
    by_numbers: bool = False  # whether a block took numbers to be proven right


def fold(reference: Network, roles: Mapping[int, str], learner: Recognised, built: bool) -> Folded:
    """Return the learner's network with each block that it writes out as one call.

    What a network takes from inside a block, past its result, stands in both networks as an
    operation of its own, so that it can be named.
    """
    if not _has_written_blocks(reference, learner):
        return Folded(reference, learner.network, roles)
    complete = built or bool(learner.network.outputs)
    layout = lay_out(reference, learner.network, complete)
    placed = PlacedBlocks(reference, roles, learner.network, layout, complete)
    found, by_numbers = _found_inside(placed)
    calls, found_in_calls = _called_right(placed, learner.blocks)
    folded = _with_calls(placed, calls)
    return replace(folded, found=(*found, *found_in_calls), by_numbers=by_numbers)


def _has_written_blocks(reference: Network, learner: Recognised) -> bool:
    convolutions = [
        sum(operation.kind == "Conv2D" for operation in network.operations)
        for network in (reference, learner.network)
    ]
    return bool(learner.blocks) or convolutions[1] > convolutions[0]


def _found_inside(placed: PlacedBlocks) -> tuple[list[FoundInBlock], bool]:
    """Return what differs inside the blocks, and whether one took numbers to be proven right."""
    found: list[FoundInBlock] = []
    edits: dict[str, BlockEdit] = {}
    by_numbers = False
    for stretch in placed.layout.stretches:
        block = placed.written(stretch)
        signature = block.signature()
        edit = edits.get(signature) or block_edit(block)
        if not any(difference.attribute == "filters" for difference in edit.differences):
            edits[signature] = edit  # else its numbers are those of this stage alone
        by_numbers = by_numbers or edit.by_numbers
        names = {"input": placed.name(placed.entry(stretch))}
        names |= {role: role for role in block.elsewhere}
        wanted = placed.reference.operations[stretch.block]
        role = placed.role(stretch)
        found += [
            FoundInBlock(role, difference, names)
            for difference in (*differences_of_calls(wanted, stretch.call), *edit.differences)
        ]
        found += _weights_of_others(role, placed.shared_layers(stretch))
    return found, by_numbers


def _weights_of_others(block: str, shared: Mapping[str, str]) -> list[FoundInBlock]:
    """Return a difference for each layer that uses another's weights, one for a whole block."""
    owners = {owner.removesuffix(f".{layer}") for layer, owner in shared.items()}
    if len(owners) == 1 and {layer.split(".")[-1] for layer in shared} >= WEIGHTED:
        shared = {WHOLE_BLOCK: owners.pop()}
    return [
        FoundInBlock(
            block, Difference("attribute", layer, "weights", "its own", owner), {owner: owner}
        )
        for layer, owner in shared.items()
    ]


WEIGHTED = frozenset({"conv1", "bn1", "conv2", "bn2", "conv3", "bn3"})


def _called_right(
    placed: PlacedBlocks, written: frozenset[int]
) -> tuple[dict[int, Operation], list[FoundInBlock]]:
    """Return {position: the right call} of blocks that follow from a wrong one, and what is wrong.

    `written` are those of the learner's calls that were written out, layer by layer.
    """
    calls = {}
    found: list[FoundInBlock] = []
    for here, there in placed.layout.partner.items():
        wanted = placed.reference.operations[here]
        if there in written and is_usual_call(wanted):
            calls[there] = wanted
            differences = differences_of_calls(wanted, placed.learner.operations[there])
            found += [FoundInBlock(placed.roles[here], each, {}) for each in differences]
    return calls, found


def _with_calls(placed: PlacedBlocks, calls: Mapping[int, Operation]) -> Folded:
    """Return both networks with a call in the place of each block that is written out."""
    made: list[Operation] = []
    place: dict[int, int] = {}
    elsewhere: list[Operation] = []
    names: list[str] = []
    for position, operation in enumerate(placed.learner.operations):
        stretch = placed.block_of.get(position)
        kept, sources = calls.get(position, operation), operation.inputs
        if position in placed.results:
            stretch = placed.results[position]
            kept = placed.reference.operations[stretch.block]
            sources = (placed.entry(stretch),)
        elif stretch is not None:
            if placed.users[position] <= placed.block_of.keys():
                continue  # nothing but blocks takes it in
            kept, sources = tensor_from(placed.name(position), operation.shape), ()
            elsewhere.append(kept)
            names.append(placed.name(position))
        inputs = tuple(place.get(source, 0) for source in sources)
        place[position] = len(made)
        # Whose weights a block uses has been told; no layer outside has the number of a block.
        written = position in placed.results or position in calls
        layer = -1 - position if written else operation.layer
        made.append(replace(kept, inputs=inputs, shape=operation.shape, layer=layer))
    count = len(placed.reference.operations)
    return Folded(
        replace(placed.reference, operations=(*placed.reference.operations, *elsewhere)),
        Network(tuple(made), tuple(place[output] for output in placed.learner.outputs)),
        {**placed.roles, **{count + number: name for number, name in enumerate(names)}},
    )
