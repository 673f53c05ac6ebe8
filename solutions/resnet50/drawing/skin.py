"""The colours of a hand: melanin, blood, palms, nails, lines, and cloth.

All colours are linear light, red, green and blue from 0 to 1; skin is described by what it
absorbs, the negative logarithm of its colour, because pigments add up there.
"""

import itertools
from dataclasses import dataclass

import numpy as np

from drawing.exact import exp, ramp, soft_minimum
from drawing.skeleton import Bone
from drawing.solid import capsule

# Absorbance from the palest to the deepest skin, in equal steps of lightness for the eye.
TONES = (
    (0.10, 0.34, 0.47),
    (0.19, 0.54, 0.79),
    (0.34, 0.82, 1.17),
    (0.56, 1.15, 1.63),
    (0.92, 1.60, 2.12),
    (1.45, 2.18, 2.74),
    (2.08, 2.82, 3.28),
    (2.72, 3.38, 3.76),
)
BLOOD = (-0.02, 0.20, 0.14)
YELLOW = (0.0, 0.02, 0.16)


@dataclass(frozen=True)
class Skin:
    """Colours of one person, each (red, green, blue)."""

    back: tuple
    palm: tuple
    red: tuple  # factors where blood shines through
    nail: tuple
    polish: float
    gloss: float
    crease: float


def skin_of(chance):
    """A Skin from the whole human range, no depth seldom."""
    depth = chance.share()
    depth = depth * (0.75 + 0.25 * depth)
    blood, yellow = chance.usual(-0.5, 1.0), chance.usual(-0.6, 0.8)
    back = _tone(depth, blood, yellow)
    # The palms of dark hands are much lighter; those of pale hands a little redder.
    palm = _tone(
        depth * (1 - chance.number(0.15, 0.34) * depth), blood + chance.number(0.1, 0.7), yellow
    )
    shine = chance.number(0.4, 1.0)
    red = (1.0, 1 - 0.15 * shine, 1 - 0.11 * shine)
    nail = tuple(0.55 * b + 0.45 * w for b, w in zip(back, (0.72, 0.46, 0.42), strict=True))
    polish = 0.0
    if chance.happens(0.08):
        nail, polish = tuple(chance.number(0.02, 0.8) for _ in range(3)), 1.0
    gloss = chance.number(0.02, 0.13)
    return Skin(back, palm, red, nail, polish, gloss, chance.number(0.2, 0.55))


def _tone(depth, blood, yellow):
    place = min(max(depth, 0.0), 0.9999) * (len(TONES) - 1)
    low, share = TONES[int(place)], place - int(place)
    high = TONES[int(place) + 1]
    return tuple(
        0.006 + exp(-(a + (b - a) * share + blood * r + yellow * y))
        for a, b, r, y in zip(low, high, BLOOD, YELLOW, strict=True)
    )


def paint(chance, skin, surface, seen):
    """What share of each colour the hand gives back: (size, size, 3)."""
    known = surface.channels
    palm_side = ramp(-0.25, 0.45, known["palm_side"])
    # On the palm itself the border between the two skins runs along its edge.
    colour = _mix(_flat(skin.back), _flat(skin.palm), palm_side)
    red = np.minimum(np.maximum(known["red"], 0), 1) * (0.45 + 0.55 * palm_side)
    red = red + known["palm"] * palm_side * 0.35 * chance.cloud(len(palm_side), 7)
    colour = colour * (1 - red[..., np.newaxis] * (1 - _flat(skin.red)))
    mottle = 1 + 0.09 * (chance.cloud(len(palm_side), 9) - 0.5)
    fine = 1 + 0.07 * (chance.cloud(len(palm_side), 30) - 0.5)
    crease = np.minimum(np.maximum(known["crease"], 0), 1) * (0.35 + 0.5 * palm_side)
    lines = _lines(seen, len(palm_side)) * known["palm"] * palm_side
    dark = 1 - skin.crease * np.maximum(crease, lines * 0.9)
    colour = colour * (mottle * fine * dark)[..., np.newaxis]
    colour = _mix(colour, _flat(skin.nail), known["nail"] * (0.55 + 0.45 * skin.polish))
    return _mix(colour, _cloth(chance, surface), np.minimum(known["cloth"] * 1.5, 1))


def _lines(seen, size):
    """1 on the great lines of the palm, 0 away from them."""
    y, x = np.meshgrid(np.arange(size) + 0.5, np.arange(size) + 0.5, indexing="ij")
    flat = np.zeros_like(x)
    nearest = np.full_like(x, 1e4)
    for line in seen.lines:
        for a, b in itertools.pairwise(line):
            bone = Bone((*a, 0.0), (*b, 0.0), 0.0, 0.0)
            nearest = soft_minimum(nearest, capsule(bone, x, y, flat)[0], 0.5)[0]
    return ramp(0.028 * seen.unit, 0.0, nearest)


def _cloth(chance, surface):
    """A plain, striped or knitted cloth."""
    tone = chance.number(0.02, 0.7)
    one = _flat(tuple(tone * chance.number(0.5, 1.4) for _ in range(3)))
    size = len(surface.height)
    y, x = np.meshgrid(np.arange(size), np.arange(size), indexing="ij")
    weave = 0.8 + 0.4 * chance.cloud(size, 26)
    if chance.happens(0.3):
        width = chance.choose((6, 9, 14))
        stripe = ((x * chance.choose((0, 1)) + y + 2 * size) // width) % 2
        weave = weave * (1 - 0.45 * stripe)
    return np.minimum(one * weave[..., np.newaxis], 1)


def _flat(colour):
    return np.array(colour, np.float64)


def _mix(one, other, share):
    return one + (other - one) * share[..., np.newaxis]
