"""Compare what a learner built with the reference: proven equal, or the smallest edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reskit.network.alignment import Pairing
from reskit.network.difference import Difference
from reskit.network.edits import smallest_edit
from reskit.network.folding import Folded, fold
from reskit.network.inline import blocks_recognised
from reskit.network.null_steps import null_steps_left_out
from reskit.network.older_form import older_flag_left_out
from reskit.network.operation import BLOCK_KINDS, Network
from reskit.network.paddings import paddings_joined
from reskit.network.proof import identical, same_numbers
from reskit.network.repeated import FoundInBlock, extras_told_once, told_once, with_count
from reskit.network.roles import name_roles
from reskit.network.wording import count_identity_blocks, worded


@dataclass(frozen=True)
class Comparison:
    """What the comparison of two networks came to."""

    proof: str | None  # "graph" or "numbers" where the networks are equal, None where not
    differences: tuple[Difference, ...] = ()
    matched: frozenset[str] = frozenset()  # the roles that the learner's network has
    gives_network: bool = True  # False where the function gave back something else
    # the learner's network, with each block that it writes out as one call, for the table
    in_blocks: Network | None = field(default=None, compare=False)

    @property
    def equal(self) -> bool:
        """Return whether the learner's network computes what the reference computes."""
        return self.proof is not None


def compare(
    reference: Network, learner: Network, *, built: bool = True, judge_initializer: bool = True
) -> Comparison:
    """Return whether the two networks are the same, and the smallest edit where they are not.

    `built` is False when the learner's function raised: `learner` then holds what there was.
    """
    roles = name_roles(reference)
    everything = frozenset(roles.values())
    learner = paddings_joined(null_steps_left_out(learner, reference), reference)
    folded = Folded(reference, learner, roles)
    if any(operation.kind in BLOCK_KINDS for operation in reference.operations):
        recognised = blocks_recognised(older_flag_left_out(learner))
        folded = Folded(reference, recognised.network, roles)
        if not (built and identical(Pairing(reference, recognised.network, judge_initializer))):
            folded = fold(reference, roles, recognised, built)
    pairing = Pairing(folded.reference, folded.learner, judge_initializer)
    right_outside = built and identical(pairing)
    if right_outside and not folded.found:
        return Comparison("numbers" if folded.by_numbers else "graph", matched=everything)
    if built and not folded.found and same_numbers(pairing):
        return Comparison("numbers", matched=everything)
    inside, spoiled = told_once(_by_block(folded.found, roles))
    if right_outside:
        return Comparison(None, inside, everything - spoiled, in_blocks=folded.learner)
    to_its_end = built or bool(learner.outputs)  # a second run may have gone past what failed
    edit = smallest_edit(pairing, folded.roles, to_its_end)
    found = list(edit.differences)
    if built and edit.matched <= {"input"}:
        received = ITS_INPUT if _gives_its_input_back(learner) else NOTHING_ALIKE
        found = [Difference("value", None, "returned", "the result of its layers", received)]
    if built and not found and not inside:
        found = [
            Difference("shape", None, "shape", _result_shape(reference), _result_shape(learner))
        ]
    outside = tuple(
        with_count(
            worded(
                difference,
                defaulted=_defaulted(difference, reference, roles, learner),
                identity_blocks=count_identity_blocks(difference, everything, found),
            ),
            edit.blocks.get(difference.place, 1),
        )
        for difference in found
    )
    outside, spoiled_outside = extras_told_once(outside)
    return Comparison(
        None,
        _by_place((*outside, *inside), roles),
        (edit.matched & everything) - spoiled - spoiled_outside,
        in_blocks=folded.learner,
    )


def _defaulted(
    difference: Difference, reference: Network, roles: Mapping[int, str], learner: Network
) -> tuple[str, ...]:
    """Return the arguments that were left out of the call of a block that differs in one."""
    wanted = [reference.operations[n] for n, role in roles.items() if role == difference.layer]
    if difference.kind != "attribute" or not wanted:
        return ()
    wrong = {**wanted[0].settings, str(difference.attribute): difference.received}
    same = [own for own in learner.operations if own.defaulted and own.settings == wrong]
    return same[0].defaulted if same else ()


def _by_block(found: Sequence[FoundInBlock], roles: Mapping[int, str]) -> list[FoundInBlock]:
    """Return what was found inside blocks in the order of the blocks."""
    place = {role: position for position, role in roles.items()}
    return sorted(found, key=lambda each: place.get(each.block, len(place)))


def _by_place(
    differences: Sequence[Difference], roles: Mapping[int, str]
) -> tuple[Difference, ...]:
    """Return the differences in the order of the reference, a block's own before those inside."""
    place = {role: position for position, role in roles.items()}
    last = len(place)

    def position(difference: Difference) -> int:
        if difference.layer is None:
            return last + 1
        block = ".".join(difference.layer.split(".")[:2])
        if block in place:
            return place[block]
        part = f"{difference.layer.split('.')[0]}."
        return max((n for role, n in place.items() if role.startswith(part)), default=last)

    return tuple(sorted(differences, key=position))


def compare_call(
    reference: Network,
    learner: Network,
    *,
    returned: str,
    raised: bool,
    takes_initializer: bool,
) -> Comparison:
    """Return what a call of a learner's function comes to beside the reference.

    `returned` is what it gave back: "tensor", "model", or another type's name. An older form of a
    block has no initializer parameter; it can only choose its own, and that is not judged.
    """
    is_network = any(operation.kind in BLOCK_KINDS for operation in reference.operations)
    if not raised:
        wrong = wrong_return("model" if is_network else "tensor", returned, len(learner.outputs))
        if wrong is None and not is_network and _starts_elsewhere(learner):
            wrong = worded(Difference("value", None, "returned", FROM_INPUT, FROM_ELSEWHERE))
        if wrong is not None:
            return Comparison(None, (wrong,), gives_network=False)
    judged = is_network or takes_initializer
    return compare(reference, learner, built=not raised, judge_initializer=judged)


RETURNED = {"NoneType": "None", "model": "a Model", "tensor": "a tensor"}
ITS_INPUT = "its own input"
NOTHING_ALIKE = "the result of other layers, none of them as in the reference"
FROM_INPUT = "the result of its layers on the input that it was given"
FROM_ELSEWHERE = "a result of layers on an input of its own"


def _gives_its_input_back(network: Network) -> bool:
    return all(network.operations[position].kind == "Input" for position in network.outputs)


def _starts_elsewhere(network: Network) -> bool:
    """Return whether the result comes from another input alone than the first, which was given."""
    used = network.used()
    kinds = [operation.kind for operation in network.operations]
    return 0 not in used and any(kinds[position] == "Input" for position in used)


def wrong_return(wanted: str, returned: str, outputs: int) -> Difference | None:
    """Return the difference where a function gives back something else than it should.

    `wanted` is "tensor" for a block and "model" for a network, which have one output.
    """
    if returned == wanted and outputs == 1:
        return None
    expected = RETURNED[wanted]
    received = RETURNED.get(returned, f"a value of type {returned}")
    if returned.startswith("model with "):  # several inputs
        expected, received = "a Model with one input", returned.replace("model", "a Model")
    if returned == wanted == "tensor" and outputs == 0:
        received = "a tensor that no layer of this call has made"
    elif returned == wanted:
        expected, received = f"{expected} with one output", f"{received} with {outputs} outputs"
    return worded(Difference("value", None, "returned", expected, received))


def _result_shape(network: Network) -> list[int | None]:
    """Return the shape of the result, without the batch axis."""
    if not network.outputs:
        return []
    return list((network.operations[network.outputs[0]].shape or ())[1:])
