"""From the hand's own space to the picture: turned, mirrored, seen in perspective, placed."""

import itertools
import math
from dataclasses import dataclass, replace

from drawing.exact import cos, radians, sin
from drawing.skeleton import PALM_LINES, THUMB, Limb

ATTEMPTS = 20


@dataclass(frozen=True)
class View:
    """Rotation (rows of a matrix), mirroring, distance in hand units, scale and place in pixels."""

    rows: tuple
    mirror: float
    distance: float
    palm: bool
    scale: float = 1.0
    left: float = 0.0
    top: float = 0.0

    def turned(self, vector):
        """A direction as the viewer sees it: x to the right, y down, z towards the viewer."""
        x, y, z = (r[0] * vector[0] + r[1] * vector[1] + r[2] * vector[2] for r in self.rows)
        return (x * self.mirror, -y, z)

    def placed(self, point):
        """(x, y, z, size of a unit) of a point, in pixels; z is the height towards the viewer."""
        x, y, z = self.turned((point[0], point[1] - 0.7, point[2]))
        size = self.scale * self.distance / (self.distance - z)
        return (self.left + x * size, self.top + y * size, z * size, size)


@dataclass(frozen=True)
class Seen:
    """A hand in the picture: the limbs and the lines of the palm in pixels."""

    limbs: tuple[Limb, ...]
    lines: tuple
    view: View
    unit: float  # pixels of 10 cm


def look(chance, pose, size):
    """A Pose seen by a camera: Seen, in a square picture of `size` pixels.

    None if the raised fingers could be counted in none of the views that were tried.
    """
    palm = chance.happens(0.58)
    for attempt in range(ATTEMPTS):
        # Ever more frontal, so that the search ends.
        view = _view(chance, pose, palm, ease=1 - attempt / ATTEMPTS)
        if _countable(pose, view):
            break
    else:
        return None
    view = _framed(chance, pose, view, size)
    limbs = tuple(
        replace(
            limb,
            bones=tuple(_placed_bone(bone, view) for bone in limb.bones),
            blend=limb.blend * view.scale,
            joint=limb.joint * view.scale,
        )
        for limb in pose.limbs
    )
    lines = tuple(
        tuple(view.placed((x * pose.breadth, y, 0.12))[:2] for x, y in line) for line in PALM_LINES
    )
    return Seen(limbs, lines, view, view.scale)


def _placed_bone(bone, view):
    *start, start_size = view.placed(bone.start)
    *end, end_size = view.placed(bone.end)
    return replace(
        bone,
        start=tuple(start),
        end=tuple(end),
        start_radius=bone.start_radius * start_size,
        end_radius=bone.end_radius * end_size,
        palm_side=view.turned(bone.palm_side),
    )


def _view(chance, pose, palm, ease):
    yaw = chance.usual(-46, 46) * ease + (0 if palm else 180)
    pitch = chance.usual(-34, 34) * ease
    roll = chance.usual(-32, 32) if chance.happens(0.8) else chance.usual(-75, 75)
    if pose.raised == (THUMB,):
        # A thumb alone is mostly shown upright, the fist on its side.
        roll += (-1 if palm else 1) * chance.number(10, 75)
    mirror = -1.0 if chance.happens(0.5) else 1.0
    distance = chance.choose((3.2, 4.5, 6.0, 9.0))
    return View(_rotation(radians(yaw), radians(pitch), radians(roll)), mirror, distance, palm)


def _rotation(yaw, pitch, roll):
    """Rows of the matrix that turns about the hand's y, the viewer's x and the line of sight."""
    cy, sy, cp, sp, cr, sr = cos(yaw), sin(yaw), cos(pitch), sin(pitch), cos(roll), sin(roll)
    rows = ((cy, 0.0, sy), (sp * sy, cp, -sp * cy), (-cp * sy, sp, cp * cy))
    return (
        tuple(cr * a - sr * b for a, b in zip(rows[0], rows[1], strict=True)),
        tuple(sr * a + cr * b for a, b in zip(rows[0], rows[1], strict=True)),
        rows[2],
    )


def _countable(pose, view):
    """Whether raised fingers are seen at length and apart, and folded ones do not stick out."""
    flat = {which: [view.placed(point) for point in pose.joints[which]] for which in pose.joints}
    for which, points in flat.items():
        if which not in pose.raised:
            # Seen from aside, a fist is an open hand with short fingers.
            closed = pose.joints[which][2][1] < pose.joints[which][1][1]
            if which != THUMB and closed and _length(points[0], points[1]) > 0.27:
                return False
            continue
        length = _distance(pose.joints[which][1], pose.joints[which][3])
        if _length(points[1], points[3]) < length * (0.74 if which == THUMB else 0.80):
            return False
        for other, others in flat.items():
            if other == which:
                continue
            near = 0.15 if other in pose.raised else 0.17
            if THUMB in (which, other):
                near = 0.30 if pose.raised == (THUMB,) else 0.20
            if min(_gap(points[3], a, b) for a, b in itertools.pairwise(others)) < near:
                return False
            middle = tuple((a + b) / 2 for a, b in zip(points[2], points[3], strict=True))
            gaps = [_gap(middle, a, b) for a, b in itertools.pairwise(others)]
            if min(gaps) < near - 0.015:
                return False
    return True


def _distance(a, b):
    x, y, z = a[0] - b[0], a[1] - b[1], a[2] - b[2]
    return math.sqrt(x * x + y * y + z * z)


def _length(a, b):
    return math.sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]))


def _gap(point, a, b):
    """Distance in the picture from a point to the line from a to b."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    along = ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / max(dx * dx + dy * dy, 1e-9)
    along = min(max(along, 0.0), 1.0)
    return _length(point, (a[0] + along * dx, a[1] + along * dy))


def _framed(chance, pose, view, size):
    """The view with scale and place such that hand and fingers lie in the picture."""
    ends = [
        (*view.placed(point)[:2], radius * view.placed(point)[3])
        for limb in pose.limbs
        if limb.in_frame
        for bone in limb.bones
        for point, radius in ((bone.start, bone.start_radius), (bone.end, bone.end_radius))
    ]
    low_x, high_x = min(x - r for x, _, r in ends), max(x + r for x, _, r in ends)
    low_y, high_y = min(y - r for _, y, r in ends), max(y + r for _, y, r in ends)
    fit = size / max(high_x - low_x, high_y - low_y)
    fill = chance.number(0.82, 0.97) if chance.happens(0.75) else chance.number(0.68, 0.86)
    # A fist is small; without the second bound it would fill the picture like an open hand.
    scale = min(fit * fill, size * chance.number(0.50, 0.72))
    room_x, room_y = size - scale * (high_x - low_x), size - scale * (high_y - low_y)
    left = room_x * chance.usual(0.08, 0.92) - scale * low_x
    top = room_y * chance.usual(0.08, 0.92) - scale * low_y
    return replace(view, scale=scale, left=left, top=top)
