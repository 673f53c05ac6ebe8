"""Random numbers that a key decides, the same under every release of Python and NumPy.

A counter is scrambled by the SplitMix64 finaliser: integer arithmetic modulo 2^64, so the numbers
are the same on every machine. A branch has numbers of its own: drawing one more background
colour changes nothing in the hand.
"""

import numpy as np

from drawing.exact import ramp

_MASK = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15
_FIRST, _SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def _scramble(value):
    value = (value + _STEP) & _MASK
    value = ((value ^ (value >> 30)) * _FIRST) & _MASK
    value = ((value ^ (value >> 27)) * _SECOND) & _MASK
    return value ^ (value >> 31)


class Chance:
    """A stream of random draws, decided by its key: integers and texts."""

    def __init__(self, *key):
        state = 0
        for part in key:
            for byte in part.encode() if isinstance(part, str) else [part]:
                state = _scramble(state ^ _scramble(byte & _MASK))
        self._key, self._drawn = state, 0

    def branch(self, name):
        """Another stream, of the same key and a name."""
        return Chance(self._key, name)

    def share(self):
        """A float from 0 up to, and without, 1."""
        self._drawn += 1
        return (_scramble((self._key + self._drawn * _STEP) & _MASK) >> 11) * 2.0**-53

    def number(self, low, high):
        """A float between two bounds, each as likely as any other."""
        return low + (high - low) * self.share()

    def usual(self, low, high):
        """A float between two bounds, more often near the middle."""
        return low + (high - low) * (self.share() + self.share() + self.share()) / 3

    def happens(self, probability):
        """True with this probability."""
        return self.share() < probability

    def choose(self, options):
        """One of a list of options, or a key of a dict of weights, which are integers."""
        if not isinstance(options, dict):
            return options[int(self.share() * len(options))]
        place = int(self.share() * sum(options.values()))
        for option, weight in options.items():
            place -= weight
            if place < 0:
                return option
        raise ValueError("options without weight")

    def field(self, *shape):
        """Floats from 0 up to 1 in an array of this shape."""
        count = 1
        for size in shape:
            count *= size
        self._drawn += 1
        start = _scramble((self._key + self._drawn * _STEP) & _MASK)
        value = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(_STEP) + np.uint64(start)
        value = (value ^ (value >> np.uint64(30))) * np.uint64(_FIRST)
        value = (value ^ (value >> np.uint64(27))) * np.uint64(_SECOND)
        value = value ^ (value >> np.uint64(31))
        return ((value >> np.uint64(11)).astype(np.float64) * 2.0**-53).reshape(shape)

    def cloud(self, size, cells):
        """Smooth noise from 0 to 1, (size, size): `cells` draws a side, blended between."""
        grid = self.field(cells + 2, cells + 2)
        place = (np.arange(size) + 0.5) * (cells / size)
        whole = place.astype(np.int64)
        share = ramp(0.0, 1.0, place - whole)
        rows = grid[whole] + (grid[whole + 1] - grid[whole]) * share[:, np.newaxis]
        return rows[:, whole] + (rows[:, whole + 1] - rows[:, whole]) * share
