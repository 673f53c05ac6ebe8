"""Who is likely to be near whom, from a small sketch of each.

Broder, On the resemblance and containment of documents, 1997: the least value that a random hash
takes on a set is the same for two sets with a chance that is their Jaccard similarity. Sketches
are cut into bands; who agrees in one is looked at. With these bands, two that are 80 % alike are
missed once in three thousand times, and of two that are 30 % alike one pair in twenty is looked
at for nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

import numpy as np

BANDS, ROWS = 20, 5
SEED = 1997


def buckets(sets: Mapping[int, frozenset[int]]) -> Iterator[list[int]]:
    """Yield the keys of sets that agree in a band, in order; a pair may come several times."""
    draw = random.Random(SEED)
    factors, terms = (
        np.array([draw.getrandbits(64) | 1 for _ in range(BANDS * ROWS)], dtype=np.uint64)
        for _ in range(2)
    )
    found: dict[tuple[int, bytes], list[int]] = {}
    for key, members in sorted(sets.items()):
        if members:
            values = np.fromiter(members, dtype=np.uint64, count=len(members))
            hashed = (factors[:, None] * values + terms[:, None]) >> np.uint64(20)
            sketch = hashed.min(axis=1).reshape(BANDS, ROWS)
            for band, row in enumerate(sketch):
                found.setdefault((band, row.tobytes()), []).append(key)
    yield from (keys for keys in found.values() if len(keys) > 1)
