"""Progressive hints: a nudge, then the place to look, then the concept explained."""

from __future__ import annotations

from reskit.network.concepts import concept
from reskit.network.defaults import from_a_default
from reskit.network.difference import Difference
from reskit.network.places import SPECIAL_SENTENCES, place_sentence

MOST_HINTS = 3
DEFAULT_CONCEPT = (
    "A default is a promise in the signature: whoever leaves the argument out gets this value. A "
    "wrong one is wrong wherever it is relied on, though each line of the body is right."
)


def hints(difference: Difference, nudge: str, most: int = MOST_HINTS) -> tuple[str, ...]:
    """Return at most `most` hints for a difference, each telling more than the one before.

    `nudge` comes from the manifest and leads the way; none of them is the line to type.
    """
    told = (nudge, place_sentence(difference), concept(difference))
    if from_a_default(difference):
        told = (nudge, SPECIAL_SENTENCES["attribute", "result"], DEFAULT_CONCEPT)
    return tuple(hint for hint in told if hint)[: max(0, most)]
