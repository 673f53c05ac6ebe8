"""The surface of a hand: where a line of sight meets the smooth union of its bones.

The union is a signed distance field. Each bone is computed only in the rectangle of the picture
where it can matter, which makes the field cheap enough to be followed step by step.
"""

from dataclasses import dataclass

import numpy as np

from drawing.exact import ramp, soft_minimum

FAR = 1e4
STEPS = 18
# Steps are up to so many pixels longer than the way that is surely free; who steps too far comes
# back. Lines of sight that graze an edge need it to get past in time.
LEAP = 1.5
EDGE = 2.0  # how far outside the hand, in pixels, its field has to be right
# What is known about the skin at a point: the normal, and what the bones say of it.
CHANNELS = ("x", "y", "z", "palm_side", "red", "crease", "nail", "cloth", "palm")


@dataclass(frozen=True)
class Surface:
    """What is seen of a hand, by pixel: arrays of shape (size, size)."""

    cover: np.ndarray  # the share of the pixel that the hand covers
    height: np.ndarray  # towards the viewer, in pixels
    channels: dict[str, np.ndarray]  # by the names of CHANNELS
    open_sky: np.ndarray  # 1 in the open, towards 0 in creases and between fingers


def surface(limbs, size, unit):
    """The Surface of limbs in pixels; unit: pixels of 10 cm."""
    y, x = np.meshgrid(np.arange(size) + 0.5, np.arange(size) + 0.5, indexing="ij")
    nearest, height = _followed(limbs, x, y)
    cover = np.minimum(np.maximum(1.15 - nearest, 0.0), 1.0)
    channels = dict(zip(CHANNELS, _skin(limbs, x, y, height, unit), strict=True))
    return Surface(cover, height, channels, _open_sky(limbs, x, y, height, channels, unit))


def _followed(limbs, x, y):
    """How near each line of sight comes to the hand, and at which height it ends or is nearest."""
    plan = [
        (
            limb,
            whole,
            [(place, _Sight(bone, x[whole][place], y[whole][place])) for bone, place in b],
        )
        for limb, whole, b in _plan(limbs, EDGE, len(x))
    ]
    z = _above(limbs, len(x))
    nearest, height = np.full_like(z, FAR), z
    for _ in range(STEPS):
        distance = np.full_like(z, FAR)
        for limb, whole, sights in plan:
            here, own = z[whole], np.full_like(z[whole], FAR)
            for place, sight in sights:
                own[place] = _melted(own[place], sight.distance(here[place]), limb.blend)
            distance[whole] = _melted(distance[whole], own, limb.joint)
        closer = distance < nearest
        height = np.where(closer, z, height)
        nearest = np.where(closer, distance, nearest)
        z = z - distance - np.minimum(np.maximum(distance, 0.0) * 0.4, LEAP)
    # Lines of sight that end on the surface end there, also where they grazed an edge before it.
    return nearest, np.where(distance < 0.5, z, height)


class _Sight:
    """The distance to a bone along lines of sight: what does not depend on the height, once."""

    def __init__(self, bone, x, y):
        (ax, ay, az), (bx, by, bz) = bone.start, bone.end
        x, y, dx, dy, dz = x - ax, y - ay, bx - ax, by - ay, bz - az
        self._start, self._slope = az, dz
        self._across, self._away = x * dx + y * dy, x * x + y * y
        self._square = max(dx * dx + dy * dy + dz * dz, 1e-9)
        self._radius, self._taper = bone.start_radius, bone.end_radius - bone.start_radius

    def distance(self, z):
        z = z - self._start
        along = self._across + z * self._slope
        place = np.minimum(np.maximum(along * (1 / self._square), 0.0), 1.0)
        away = self._away + z * z - place * (2 * along - place * self._square)
        return np.sqrt(np.maximum(away, 0.0)) - (self._radius + place * self._taper)


def _plan(limbs, reach, size):
    """(limb, its rectangle, [(bone, the bone's rectangle in it)]) within `reach` pixels."""
    plan = []
    for limb in limbs:
        places = [_rectangle(bone, reach + limb.blend + limb.joint, size) for bone in limb.bones]
        top, left = (min(place[axis].start for place in places) for axis in (0, 1))
        low, right = (max(place[axis].stop for place in places) for axis in (0, 1))
        bones = [
            (bone, (slice(r.start - top, r.stop - top), slice(c.start - left, c.stop - left)))
            for bone, (r, c) in zip(limb.bones, places, strict=True)
        ]
        plan.append((limb, (slice(top, low), slice(left, right)), bones))
    return plan


def _rectangle(bone, margin, size):
    """The rows and columns of the picture within `margin` pixels of a bone, as two slices."""
    slices = []
    for axis in (1, 0):
        low = min(bone.start[axis] - bone.start_radius, bone.end[axis] - bone.end_radius)
        high = max(bone.start[axis] + bone.start_radius, bone.end[axis] + bone.end_radius)
        low = min(max(int(low - margin), 0), size)
        slices.append(slice(low, max(min(int(high + margin) + 2, size), low)))
    return tuple(slices)


def _above(limbs, size):
    """Heights from which to start: above every bone that may be met."""
    start = np.full((size, size), -FAR)
    for limb in limbs:
        for bone in limb.bones:
            place = _rectangle(bone, EDGE, size)
            top = max(bone.start[2] + bone.start_radius, bone.end[2] + bone.end_radius)
            start[place] = np.maximum(start[place], top + 0.25 * limb.joint + 0.5)
    return start


def _melted(a, b, width):
    """The lower of two fields with a rounded crease."""
    near = np.maximum(width - np.abs(a - b), 0.0)
    return np.minimum(a, b) - near * near * (0.25 / width)


def capsule(bone, x, y, z):
    """(distance, direction from the bone, length of it, place along it, the same from 0 to 1)."""
    (ax, ay, az), (bx, by, bz) = bone.start, bone.end
    dx, dy, dz = bx - ax, by - ay, bz - az
    inverse = 1 / max(dx * dx + dy * dy + dz * dz, 1e-9)
    x, y, z = x - ax, y - ay, z - az
    place = x * (dx * inverse) + y * (dy * inverse) + z * (dz * inverse)
    along = np.minimum(np.maximum(place, 0.0), 1.0)
    x, y, z = x - along * dx, y - along * dy, z - along * dz
    away = np.sqrt(x * x + y * y + z * z)
    radius = bone.start_radius + along * (bone.end_radius - bone.start_radius)
    return away - radius, (x, y, z), away, place, along


def _field(limbs, x, y, z, reach):
    """The distance to the hand at any points within `reach` pixels of their lines of sight."""
    total = np.full_like(x, FAR)
    for limb, whole, bones in _plan(limbs, reach, len(x)):
        near_x, near_y, near_z = x[whole], y[whole], z[whole]
        own = np.full_like(near_x, FAR)
        for bone, place in bones:
            distance = capsule(bone, near_x[place], near_y[place], near_z[place])[0]
            own[place] = _melted(own[place], distance, limb.blend)
        total[whole] = _melted(total[whole], own, limb.joint)
    return total


def _skin(limbs, x, y, z, unit):
    """The CHANNELS at points of the surface: (9, size, size); the first three have length 1."""
    total, known = np.full_like(x, FAR), np.zeros((len(CHANNELS), *x.shape))
    for limb, whole, bones in _plan(limbs, EDGE, len(x)):
        near_x, near_y, near_z = x[whole], y[whole], z[whole]
        own, traits = np.full_like(near_x, FAR), np.zeros((len(CHANNELS), *near_x.shape))
        for bone, place in bones:
            distance, new = _bone_skin(bone, near_x[place], near_y[place], near_z[place], unit)
            own[place], share = soft_minimum(own[place], distance, limb.blend)
            traits[:, *place] += (new - traits[:, *place]) * share
        total[whole], share = soft_minimum(total[whole], own, limb.joint)
        known[:, *whole] += (traits - known[:, *whole]) * share
    length = np.sqrt(known[0] * known[0] + known[1] * known[1] + known[2] * known[2])
    known[:3] /= np.maximum(length, 1e-6)
    return known


def _bone_skin(bone, x, y, z, unit):
    """(distance, CHANNELS) of one bone at points near it."""
    distance, direction, away, place, along = capsule(bone, x, y, z)
    away = np.maximum(away, 1e-6)
    nx, ny, nz = (part / away for part in direction)
    px, py, pz = bone.palm_side
    palm_side = nx * px + ny * py + nz * pz
    new = np.zeros((len(CHANNELS), *x.shape))
    new[0], new[1], new[2], new[3] = nx, ny, nz, palm_side
    new[4] = bone.start_red + along * (bone.end_red - bone.start_red)
    if bone.crease:
        dx, dy, dz = (b - a for a, b in zip(bone.start, bone.end, strict=True))
        off = place * np.sqrt(dx * dx + dy * dy + dz * dz) / (0.035 * unit)
        new[5] = bone.crease * np.maximum(1 - off * off, 0.0)
    if bone.nail:
        aside = np.sqrt(np.maximum(1 - palm_side * palm_side, 0.0))
        new[6] = ramp(0.30, 0.62, -palm_side) * ramp(0.92, 0.74, aside) * ramp(0.05, 0.35, place)
    new[7], new[8] = bone.cloth, bone.palm
    return distance, new


def _open_sky(limbs, x, y, z, channels, unit):
    """How much of the room a point sees, from the field at three distances along its normal."""
    hidden = 0.0
    for reach, weight in ((0.05, 0.45), (0.13, 0.35), (0.28, 0.30)):
        reach = reach * unit
        moved = (at + channels[axis] * reach for at, axis in ((x, "x"), (y, "y"), (z, "z")))
        distance = _field(limbs, *moved, reach * 2)
        hidden = hidden + weight * np.minimum(np.maximum(1 - distance / reach, 0.0), 1.0)
    return np.maximum(1 - hidden, 0.0)
