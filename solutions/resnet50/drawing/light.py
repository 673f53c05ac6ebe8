"""Light and shadow: a lamp or a window, the light of the room, and what hides from them."""

import math
from dataclasses import dataclass

import numpy as np

from drawing.exact import blurred, ramp, shifted


@dataclass(frozen=True)
class Light:
    """Where light comes from, and its colours (red, green, blue; 1 is neutral)."""

    towards: tuple  # from the hand to the lamp, of length 1: x right, y down, z to the viewer
    lamp: tuple
    room: tuple  # from above
    floor: tuple  # from below
    softness: float  # 0: a naked bulb; 1: a bright sky
    wall: float  # how far behind the hand the wall is, in units of 10 cm


def light_of(chance):
    """A Light as rooms and days have it."""
    x, y, z = chance.usual(-1.3, 1.3), chance.usual(-1.2, 0.35), chance.number(0.45, 1.3)
    length = math.sqrt(x * x + y * y + z * z)
    strength, ambient = chance.number(0.45, 1.15), chance.number(0.28, 0.62)
    warm = chance.usual(-0.13, 0.17)
    cold = chance.usual(-0.14, 0.14)
    lamp = tuple(strength * (1 + warm * s) for s in (0.8, 0.05, -1.0))
    room = tuple(ambient * (1 + cold * s) for s in (0.8, 0.05, -1.0))
    tint = [chance.number(0.7, 1.0) for _ in range(3)]
    floor = tuple(ambient * chance.number(0.45, 0.95) * t for t in tint)
    far = 8.0 if chance.happens(0.4) else chance.number(0.3, 2.5)
    return Light((x / length, y / length, z / length), lamp, room, floor, chance.share(), far)


def lit(light, skin, surface, colour, unit):
    """The light that comes from the hand: (size, size, 3), linear."""
    known = surface.channels
    lx, ly, lz = light.towards
    facing = known["x"] * lx + known["y"] * ly + known["z"] * lz
    open_lamp = 1 - _own_shadow(light, surface, unit)
    # Light enters skin and leaves it elsewhere: red light creeps farthest round into the shade.
    total = np.empty_like(colour)
    sky = 0.5 - 0.5 * known["y"]
    half = (lx, ly, lz + 1)
    length = math.sqrt(half[0] * half[0] + half[1] * half[1] + half[2] * half[2])
    shine = np.maximum(
        (known["x"] * half[0] + known["y"] * half[1] + known["z"] * half[2]) / length, 0.0
    )
    shine = shine * shine
    shine = shine * shine
    shine = shine * shine
    shine = shine * shine * (1 - 0.8 * np.minimum(known["cloth"], 1))
    nails = 1 + 1.3 * known["nail"]
    edge = 1 - np.minimum(np.maximum(known["z"], 0), 1)
    for band, creep in enumerate((0.30, 0.14, 0.10)):
        creep = creep + 0.25 * light.softness
        direct = np.maximum((facing + creep) / (1 + creep), 0.0)
        direct = direct * (open_lamp + (1 - open_lamp) * creep * 0.25)
        around = light.floor[band] + (light.room[band] - light.floor[band]) * sky
        hollow = surface.open_sky * (1 - (0.16 if band == 0 else 0.0)) + (
            0.16 if band == 0 else 0.0
        )
        total[..., band] = colour[..., band] * (
            light.lamp[band] * direct * (0.45 + 0.55 * surface.open_sky) + around * hollow
        )
        total[..., band] += (
            skin.gloss * (shine * open_lamp * light.lamp[band] * 1.6) * nails
            + skin.gloss * 0.5 * edge * edge * edge * around * surface.open_sky
        )
    return total


def _own_shadow(light, surface, unit):
    """1 where the lamp is hidden by the hand itself, 0 where it is seen."""
    lx, ly, lz = light.towards
    hidden = np.zeros_like(surface.height)
    solid = np.where(surface.cover > 0.5, surface.height, -1e4)
    for reach in (0.06, 0.11, 0.17, 0.24, 0.33, 0.45, 0.6):
        down, right = round(-ly * reach * unit), round(-lx * reach * unit)
        if not (down or right):
            continue
        over = shifted(solid, down, right) - surface.height - lz * reach * unit
        soft = (0.25 + 0.9 * light.softness) * reach * unit + 1.0
        near = ramp(0.0, soft, over) * ramp(0.9 * unit, 0.5 * unit, over)
        hidden = np.maximum(hidden, near * (1 - 0.3 * reach))
    return hidden


def on_wall(chance, light, surface, unit):
    """The light on what stands behind the hand: (size, size, 3), without its own colour."""
    size = len(surface.height)
    lx, ly, lz = light.towards
    y, x = np.meshgrid(
        (np.arange(size) + 0.5) / size, (np.arange(size) + 0.5) / size, indexing="ij"
    )
    slope = chance.number(0.0, 0.5)
    fall = 1 + slope * (0.5 - x) * (-lx) + slope * (0.5 - y) * (-ly)
    fall = fall * (1 + chance.number(0, 0.12) * (chance.cloud(size, 3) - 0.5))
    shadow = np.zeros_like(fall)
    if light.wall < 4:
        reach = light.wall * unit / max(lz, 0.4)
        down, right = round(-ly * reach), round(-lx * reach)
        blur = int(unit * light.wall * (0.05 + 0.16 * light.softness))
        shadow = blurred(shifted(surface.cover, down, right), min(blur, size // 3))
        shadow = shadow * chance.number(0.55, 0.95)
        # Close to the hand the wall sees less of the room.
        near = blurred(surface.cover, int(unit * (0.1 + 0.2 * light.wall)))
        shade = 1 - near * max(0.0, 0.30 - 0.12 * light.wall)
    else:
        shade = 1.0
    result = np.empty((size, size, 3))
    for band in range(3):
        lamp = light.lamp[band] * 0.75 * lz
        result[..., band] = (lamp * (1 - shadow) + light.room[band] * 0.85 * shade) * fall
    return result
