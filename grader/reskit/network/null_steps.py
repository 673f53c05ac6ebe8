"""Steps that change nothing: left out, unless one may stand for what the network lacks.

A pooling over single points, or a border of no zeros, is no step. Where the network has too few
poolings, it is likely the one that was meant, with a wrong setting.
"""

from __future__ import annotations

from collections import Counter

from reskit.network.operation import POOLINGS, Network, Operation

NO_BORDER = ([[0, 0], [0, 0]], [0, 0], 0)


def null_steps_left_out(network: Network, wanted: Network) -> Network:
    """Return the network without steps that change nothing, but for kinds of which it lacks one."""
    null = {
        position
        for position, operation in enumerate(network.operations)
        if len(operation.inputs) == 1 and changes_nothing(operation)
    }
    if not null:
        return network
    wanted_kinds = Counter(operation.kind for operation in wanted.operations)
    own_kinds = Counter(
        operation.kind
        for position, operation in enumerate(network.operations)
        if position not in null
    )

    def gives_back(position: int) -> int | None:
        operation = network.operations[position]
        lacking = own_kinds[operation.kind] < wanted_kinds[operation.kind]
        return None if position not in null or lacking else operation.inputs[0]

    return network.rewired(gives_back)


def changes_nothing(operation: Operation) -> bool:
    """Return whether a pooling or padding gives its input back at the size that it has."""
    settings = operation.settings
    if operation.kind in POOLINGS:
        single = settings["pool_size"] == [1, 1]
        return single and (settings["strides"] == [1, 1] or operation.over == operation.shape)
    return operation.kind == "ZeroPadding2D" and settings["padding"] in NO_BORDER
