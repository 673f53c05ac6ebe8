"""A border of zeros that is put on in several steps."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from reskit.network.operation import Network

BORDER = "ZeroPadding2D"


def paddings_joined(network: Network, wanted: Network) -> Network:
    """Return the network with paddings in a row as one, where that is one of the wanted network's.

    Others stay, so that one that is too many can be told.
    """
    borders = [each.settings["padding"] for each in wanted.operations if each.kind == BORDER]
    users = Counter(source for each in network.operations for source in each.inputs)
    users.update(network.outputs)
    joined: dict[int, int] = {}
    operations = list(network.operations)
    for position, operation in enumerate(operations):
        if operation.kind != BORDER:
            continue
        run = [position]
        while len(operations[run[0]].inputs) == 1:
            (before,) = operations[run[0]].inputs
            if operations[before].kind != BORDER or users[before] > 1:
                break
            run.insert(0, before)
        total = _sum([operations[each].settings.get("padding") for each in run])
        if len(run) > 1 and total in borders:
            settings = {**operation.settings, "padding": total}
            first = operations[run[0]]
            operations[run[0]] = replace(operation, settings=settings, inputs=first.inputs)
            joined |= dict.fromkeys(run[1:], run[0])
    if not joined:
        return network
    return Network(tuple(operations), network.outputs).rewired(joined.get)


def _sum(paddings: list[Any]) -> list[list[int]] | None:
    """Return ((above, below), (left, right)) of all together; None where one is told otherwise."""
    total = [[0, 0], [0, 0]]
    for padding in paddings:
        try:
            (above, below), (left, right) = padding
            total = [
                [total[0][0] + above, total[0][1] + below],
                [total[1][0] + left, total[1][1] + right],
            ]
        except (TypeError, ValueError):
            return None
    return total
