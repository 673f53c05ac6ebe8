"""What is never negative in a network, and the activations that change nothing there."""

from __future__ import annotations

from reskit.network.operation import BLOCK_KINDS, POOLINGS, Network


def idle_relus(network: Network) -> frozenset[int]:
    """Return the ReLUs, leaky or not, on what is never negative.

    They change no number. They stay in the network, because a ReLU that is wired to the wrong
    place may be one of them.
    """
    return frozenset(
        position
        for position in range(len(network.operations))
        if _keeps_what_is_positive(network, position)
        and any(is_never_negative(network, each) for each in network.operations[position].inputs)
    )


def is_never_negative(network: Network, position: int) -> bool:
    """Return whether an operation is a ReLU, a block (which ends in one), or a pooling of these."""
    operation = network.operations[position]
    while operation.kind in POOLINGS and operation.inputs:
        position = operation.inputs[0]
        operation = network.operations[position]
    return operation.kind in BLOCK_KINDS or _is_relu(network, position)


def _keeps_what_is_positive(network: Network, position: int) -> bool:
    operation = network.operations[position]
    function = str(operation.settings.get("function"))
    return operation.kind == "Activation" and (
        function == "relu" or function.startswith(("leaky_relu", "elu"))
    )


def _is_relu(network: Network, position: int) -> bool:
    operation = network.operations[position]
    return operation.kind == "Activation" and operation.settings["function"] == "relu"
