"""A flag that blocks of an older form have by default, in networks that write their blocks out."""

from __future__ import annotations

from dataclasses import replace

from reskit.network.operation import Network

FEWEST = 3  # normalisations that show that the flag is a habit and not a slip
UNFLAGGED = 1  # the normalisation of the stem, which stands in no block


def older_flag_left_out(network: Network) -> Network:
    """Return a network whose blocks are all made with `training=True`, without this flag.

    The older form of the blocks has it as a default, and it costs nothing there: whoever calls the
    network decides all the same. Blocks by names of a learner's own mean no more by it. A flag that
    only some of the normalisations have is a mistake, and stays.
    """
    norms = [each for each in network.operations if each.kind == "BatchNormalization"]
    flagged = [each for each in norms if each.settings["training"] is True]
    if len(flagged) < FEWEST or len(norms) - len(flagged) > UNFLAGGED:
        return network
    operations = (
        replace(each, settings={**each.settings, "training": None}) if each in flagged else each
        for each in network.operations
    )
    return replace(network, operations=tuple(operations))
