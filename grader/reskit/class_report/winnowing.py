"""Fingerprints of a sequence of tokens, by winnowing.

Schleimer, Wilkerson and Aiken, Winnowing: Local Algorithms for Document Fingerprinting, SIGMOD
2003: of the hashes of all k-grams, the least one in each window of w is kept, the rightmost of
equal ones. Every match of at least w + k - 1 tokens is found, and none shorter than k.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

K = 12  # tokens; a call of one layer with its arguments has about as many
WINDOW = 6


def grams(tokens: Sequence[str], k: int = K) -> list[int]:
    """Return the hash of each run of `k` tokens; the same in every process and on every machine."""
    encoded = [token.encode("utf-8", "replace") for token in tokens]
    return [
        zlib.crc32(b"\0".join(encoded[start : start + k])) for start in range(len(encoded) - k + 1)
    ]


def winnowed(hashes: Sequence[int], window: int = WINDOW) -> frozenset[int]:
    """Return the hashes that are kept; all there are, where they fill no window."""
    if len(hashes) < window:
        return frozenset(hashes)
    return frozenset(
        min(hashes[start : start + window]) for start in range(len(hashes) - window + 1)
    )
