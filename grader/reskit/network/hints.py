"""Progressive hints: a nudge, then the place to look, then the concept explained."""

from __future__ import annotations

from reskit.network.concepts import concept
from reskit.network.difference import Difference
from reskit.network.places import place_sentence

MOST_HINTS = 3


def hints(difference: Difference, nudge: str, most: int = MOST_HINTS) -> tuple[str, ...]:
    """Return at most `most` hints for a difference, each telling more than the one before.

    `nudge` comes from the manifest and leads the way; none of them is the line to type.
    """
    told = (nudge, place_sentence(difference), concept(difference))
    return tuple(hint for hint in told if hint)[: max(0, most)]
