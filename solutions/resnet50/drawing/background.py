"""What stands behind a hand: mostly a plain wall, and whatever else rooms and gardens hold.

Every kind is a function of (chance, x, y) with x and y from 0 to 1 that gives the colours of the
surface: (size, size, 3), linear, before the light falls on it.
"""

import numpy as np

from drawing.exact import PI, blurred, cos, exp, ramp, sin
from drawing.skin import TONES


def background(chance, size):
    """The colours of a background: (size, size, 3), linear."""
    y, x = np.meshgrid(
        (np.arange(size) + 0.5) / size, (np.arange(size) + 0.5) / size, indexing="ij"
    )
    kind = chance.choose(KINDS)
    return np.minimum(np.maximum(kind(chance, x, y), 0.004), 1.0)


def _linear(tone):
    return tone * tone * (0.8 + 0.2 * tone)


def _colour(chance, low, high, strength=0.5):
    """A colour as bright as the eye puts between `low` and `high`; strength 0 is grey."""
    tone = chance.number(low, high)
    tint = [chance.share() - 0.5 for _ in range(3)]
    grey = tint[0] * 0.30 + tint[1] * 0.59 + tint[2] * 0.11
    factors = [1 + (t - grey) * strength for t in tint]
    return np.array([_linear(min(max(tone * f, 0.02), 0.99)) for f in factors])


def _blend(one, other, share):
    return one + (other - one) * share[..., np.newaxis]


def _light_wall(chance, x, _y):
    wall = _colour(chance, 0.68, 0.98, 0.14) + 0.0 * x[..., np.newaxis]
    rough = 1 + chance.number(0, 0.06) * (chance.cloud(len(x), 40) - 0.5)
    return wall * rough[..., np.newaxis]


def _plain_wall(chance, x, _y):
    wall = _colour(chance, 0.12, 0.9, 0.55) + 0.0 * x[..., np.newaxis]
    rough = 1 + chance.number(0, 0.25) * (chance.cloud(len(x), 24) - 0.5)
    rough = rough * (1 + chance.number(0, 0.3) * (chance.cloud(len(x), 5) - 0.5))
    return wall * rough[..., np.newaxis]


def _skin_wall(chance, x, _y):
    place = chance.number(0, len(TONES) - 2)
    tone = TONES[int(place)]
    wall = np.array([exp(-a) for a in tone])
    rough = 1 + 0.25 * (chance.cloud(len(x), 4) - 0.5)
    return wall * rough[..., np.newaxis]


def _turned(chance, x, y):
    angle = chance.number(0, PI)
    return x * cos(angle) + y * sin(angle), y * cos(angle) - x * sin(angle)


def _wood(chance, x, y):
    _along, across = _turned(chance, x, y)
    deep = chance.number(0.3, 1.0)
    one = np.array([exp(-deep * a) for a in (0.6, 1.2, 2.0)])
    other = one * chance.number(0.35, 0.75)
    size = len(x)
    bend = chance.cloud(size, 4) * 0.25
    grain = (across + bend) * chance.number(9, 26) + 20
    grain = np.abs(grain - np.floor(grain) - 0.5) * 2
    result = _blend(one, other, grain * (0.3 + 0.7 * chance.cloud(size, 12)))
    if chance.happens(0.6):
        width = chance.number(0.18, 0.4)
        board = (across + 3) / width
        rest = np.abs(board - np.floor(board) - 0.5)
        result = result * (1 - 0.6 * ramp(0.47, 0.5, rest))[..., np.newaxis]
        shade = chance.field(64)[np.floor(board).astype(np.int64) % 64]
        result = result * (0.75 + 0.5 * shade)[..., np.newaxis]
    return result


def _cloth(chance, x, y):
    along, across = _turned(chance, x, y)
    size = len(x)
    folds = across * chance.number(3, 9) + chance.cloud(size, 3) * 1.6 + 10
    folds = np.abs(folds - np.floor(folds) - 0.5) * 2
    folds = folds * folds * (3 - 2 * folds)
    one = _colour(chance, 0.15, 0.85, 0.65)
    result = _blend(one, one * chance.number(0.35, 0.7), folds)
    if chance.happens(0.3):
        stripe = along * chance.number(6, 14) + 20
        stripe = ramp(0.2, 0.28, np.abs(stripe - np.floor(stripe) - 0.5))
        result = _blend(result, result * _colour(chance, 0.4, 1.0, 0.8) * 1.4, stripe)
    return result


def _tiles(chance, x, y):
    along, across = _turned(chance, x, y) if chance.happens(0.4) else (x, y)
    width = chance.number(0.12, 0.35)
    height = width * chance.choose((1.0, 1.0, 0.5, 0.33))
    row = np.floor((across + 3) / height)
    column = (along + 3) / width + 0.5 * (row % 2) * chance.choose((0, 1))
    off = np.maximum(
        np.abs(column - np.floor(column) - 0.5),
        np.abs((across + 3) / height - row - 0.5),
    )
    one, joint = _colour(chance, 0.3, 0.95, 0.5), _colour(chance, 0.3, 0.9, 0.1)
    shade = chance.field(32, 32)
    shade = shade[row.astype(np.int64) % 32, np.floor(column).astype(np.int64) % 32]
    tiles = one * (0.8 + 0.4 * shade * chance.share())[..., np.newaxis]
    return _blend(tiles, joint + 0 * tiles, ramp(0.45, 0.49, off))


def _garden(chance, x, y):
    size = len(x)
    green = _colour(chance, 0.15, 0.5, 0.2) * np.array([0.8, 1.3, 0.45])
    pale = np.array([0.55, 0.72, 0.9]) * chance.number(0.5, 1.0)
    leaves = chance.cloud(size, 6) * 0.5 + chance.cloud(size, 13) * 0.5
    result = _blend(green * 0.4, green * 1.9, ramp(0.25, 0.75, leaves))
    sky = ramp(0.05, -0.05, y - chance.number(-0.2, 0.6) + 0.2 * (chance.cloud(size, 5) - 0.5))
    result = _blend(result, pale + 0 * result, sky)
    for _ in range(int(chance.number(0, 14))):
        # A glint out of focus is a disc.
        away = _away(x, y, chance.share(), chance.share(), 1.0)
        disc = ramp(1.0, 0.8, away / chance.number(0.03, 0.1)) * chance.number(0.1, 0.5)
        result = _blend(result, _colour(chance, 0.7, 1.0, 0.3) + 0 * result, disc)
    return blurred(result, int(size * chance.number(0.0, 0.05)))


def _away(x, y, left, top, ratio):
    dx, dy = x - left, (y - top) * ratio
    return np.sqrt(dx * dx + dy * dy)


def _corner(chance, x, y):
    size = len(x)
    one = _colour(chance, 0.35, 0.97, 0.35)
    lean = chance.number(-0.25, 0.25)
    place = chance.number(0.1, 0.9)
    across = x - place + lean * (y - 0.5)
    sharp = chance.number(0.006, 0.05)
    result = _blend(one, one * chance.number(0.6, 0.92), ramp(-sharp, sharp, across))
    if chance.happens(0.6):
        floor = y - chance.number(0.55, 0.95) - chance.number(-0.3, 0.3) * (x - place)
        result = _blend(
            result, _colour(chance, 0.15, 0.7, 0.5) + 0 * result, ramp(-sharp, sharp, floor)
        )
    if chance.happens(0.3):
        frame = np.maximum(np.abs(x - chance.share()) / 0.18, np.abs(y - 0.3) / 0.2)
        result = _blend(result, _colour(chance, 0.1, 0.9, 0.7) + 0 * result, ramp(1.0, 0.95, frame))
    return result * (1 + 0.1 * (chance.cloud(size, 4) - 0.5))[..., np.newaxis]


def _shelf(chance, x, y):
    result = _colour(chance, 0.1, 0.7, 0.4) + 0 * x[..., np.newaxis]
    height = chance.number(0.25, 0.5)
    for row in range(-1, 5):
        top, left = row * height + chance.number(-0.02, 0.02), -0.05
        while left < 1.05:
            width, tall = chance.number(0.03, 0.13), height * chance.number(0.5, 0.88)
            inside = (
                (x > left) & (x < left + width) & (y > top + height - tall) & (y < top + height)
            )
            book = _colour(chance, 0.1, 0.9, 0.8)
            round_back = 1 - 0.5 * np.abs((x - left) / width - 0.5)
            result = np.where(inside[..., np.newaxis], book * round_back[..., np.newaxis], result)
            left += width + chance.choose((0.002, 0.002, 0.05))
        board = np.abs(y - top - height) < 0.015
        result = np.where(board[..., np.newaxis], _colour(chance, 0.3, 0.7, 0.4), result)
    return blurred(result, int(len(x) * chance.number(0.0, 0.035)))


def _clutter(chance, x, y):
    result = _colour(chance, 0.15, 0.85, 0.5) + 0 * x[..., np.newaxis]
    for _ in range(int(chance.number(3, 14))):
        along, across = _turned(chance, x - chance.share(), y - chance.share())
        wide, tall = chance.number(0.05, 0.4), chance.number(0.05, 0.4)
        if chance.happens(0.5):
            away = np.maximum(np.abs(along) / wide, np.abs(across) / tall)
        else:
            away = _away(along / wide, across / tall, 0.0, 0.0, 1.0)
        thing = _colour(chance, 0.05, 0.95, 0.7) * (1 + 0.5 * along)[..., np.newaxis]
        result = _blend(result, thing, ramp(1.02, 0.96, away))
    return blurred(result, int(len(x) * chance.number(0.0, 0.06)))


def _person(chance, x, y):
    """Somebody who shows their hand before themselves: a shirt, a neck, a head, out of focus."""
    result = _corner(chance, x, y) if chance.happens(0.5) else _light_wall(chance, x, y)
    skin = np.array([exp(-a) for a in chance.choose(TONES)])
    left, top = chance.number(0.1, 0.9), chance.number(-0.1, 0.45)
    shirt = _colour(chance, 0.05, 0.95, 0.8) * (0.8 + 0.4 * chance.cloud(len(x), 7))[..., None]
    body = np.maximum(_away(x, y, left, top + 1.05, 1.0) / 0.62, (top + 0.3 - y) * 4 + 1)
    result = _blend(result, shirt, ramp(1.03, 0.97, body))
    neck = np.maximum(np.abs(x - left) / 0.10, np.abs(y - top - 0.25) / 0.2)
    result = _blend(result, skin * 0.7 + 0 * result, ramp(1.1, 0.95, neck))
    head = _away(x, y, left, top, 0.8) / 0.22
    hair = _away(x, y, left, top - 0.05, 0.8) / 0.25
    dark = _colour(chance, 0.05, 0.5, 0.3)
    result = _blend(result, dark + 0 * result, ramp(1.04, 0.96, hair) * ramp(0.12, 0.02, y - top))
    result = _blend(
        result, skin + 0 * result, ramp(1.04, 0.96, np.maximum(head, (top - 0.1 - y) * 9 + 1))
    )
    return blurred(result, int(len(x) * chance.number(0.008, 0.05)))


KINDS = {
    _light_wall: 52,
    _plain_wall: 14,
    _skin_wall: 3,
    _corner: 8,
    _wood: 5,
    _cloth: 5,
    _tiles: 4,
    _garden: 5,
    _shelf: 3,
    _clutter: 5,
    _person: 5,
}
