"""A hand as bones with flesh around them.

Units: 10 cm, about the length of a palm. Origin at the wrist; x towards the little finger, y
towards the fingertips, z out of the palm. A bone is a tapered capsule; the bones of a limb melt
into each other, and limbs melt into what stands before them in the list.
"""

import itertools
from dataclasses import dataclass

from drawing.exact import Point, add, between, cos, radians, sin, towards

THUMB, INDEX, MIDDLE, RING, PINKY = range(5)
FINGERS = (INDEX, MIDDLE, RING, PINKY)

KNUCKLES = {
    INDEX: (-0.285, 0.90, 0.0),
    MIDDLE: (-0.09, 0.94, -0.02),
    RING: (0.105, 0.89, -0.01),
    PINKY: (0.275, 0.80, 0.03),
}
PHALANGES = {
    THUMB: (0.42, 0.34, 0.24),
    INDEX: (0.43, 0.25, 0.17),
    MIDDLE: (0.47, 0.29, 0.18),
    RING: (0.44, 0.27, 0.18),
    PINKY: (0.35, 0.20, 0.16),
}
RADII = {
    THUMB: (0.120, 0.103, 0.098, 0.078),
    INDEX: (0.100, 0.088, 0.077, 0.064),
    MIDDLE: (0.102, 0.090, 0.079, 0.066),
    RING: (0.097, 0.085, 0.075, 0.062),
    PINKY: (0.085, 0.074, 0.065, 0.054),
}
SPLAY = {INDEX: -8.0, MIDDLE: -1.0, RING: 6.0, PINKY: 14.0}  # degrees, at rest
THUMB_ROOT = (-0.17, 0.17, 0.06)
PALM_SIDE = (0.0, 0.0, 1.0)
WRIST_SIDE = (0.0, 0.0, 0.12)  # the skin of an arm changes little from one side to the other

# The three great lines of a palm, from its edge inwards, just under the skin.
PALM_LINES = (
    ((0.36, 0.66), (0.16, 0.71), (-0.02, 0.76), (-0.14, 0.86)),
    ((-0.34, 0.70), (-0.14, 0.62), (0.08, 0.53), (0.22, 0.44)),
    ((-0.33, 0.67), (-0.16, 0.57), (-0.05, 0.40), (-0.06, 0.16)),
)


@dataclass(frozen=True)
class Bone:
    """A tapered capsule and what its skin looks like."""

    start: Point
    end: Point
    start_radius: float
    end_radius: float
    palm_side: Point = PALM_SIDE  # the direction in which the palm side of this bone looks
    start_red: float = 0.0
    end_red: float = 0.0
    crease: float = 0.0  # how deep the skin folds at its start
    nail: bool = False
    cloth: float = 0.0
    palm: float = 0.0


@dataclass(frozen=True)
class Limb:
    """Bones that melt into each other over `blend`, and into other limbs over `joint`."""

    bones: tuple[Bone, ...]
    blend: float
    joint: float
    in_frame: bool = True  # a forearm may leave the picture, a finger may not


@dataclass(frozen=True)
class Build:
    """What differs from person to person, as factors around 1."""

    plump: float
    length: float
    breadth: float
    knots: float  # how much wider joints are than what lies between them


@dataclass(frozen=True)
class Bend:
    """How one finger is held: degrees of splay, and of flexion at its three joints."""

    splay: float
    knuckle: float
    middle: float
    tip: float


def finger(which, bend, build):
    """The joints of a finger with its bones: ((4 points), Limb)."""
    x, y, z = KNUCKLES[which]
    point, flexion, side = (x * build.breadth, y, z), 0.0, radians(bend.splay)
    radii = [radius * build.plump for radius in RADII[which]]
    joints, bones = [point], []
    for number, (length, angle) in enumerate(
        zip(PHALANGES[which], (bend.knuckle, bend.middle, bend.tip), strict=True)
    ):
        flexion += radians(angle)
        across, along = sin(flexion), cos(flexion)
        direction = (sin(side) * along, cos(side) * along, across)
        palm_side = (-sin(side) * across, -cos(side) * across, along)
        end = add(point, direction, length * build.length)
        tip = number == 2
        bones += _phalanx(point, end, radii[number], radii[number + 1], palm_side, build, tip)
        joints.append(end)
        point = end
    # Folded at the knuckle, a finger is one with the palm there; its sides stay apart from it.
    return tuple(joints), Limb(tuple(bones), blend=0.016, joint=0.05)


def _phalanx(start, end, start_radius, end_radius, palm_side, build, tip):
    """A bone in two parts, narrow in the middle: the red is in joints and fingertip."""
    waist = between(start, end, 0.5)
    narrow = (start_radius + end_radius) / 2 * (2 - build.knots)
    return [
        Bone(start, waist, start_radius, narrow, palm_side, 0.55, 0.1, crease=1.0),
        Bone(waist, end, narrow, end_radius, palm_side, 0.1, 0.9 if tip else 0.55, nail=tip),
    ]


def thumb(joints, build, palm_side, joint=0.09):
    """The thumb through joints at or near three points: ((4 points), Limb).

    The directions of the points count; the lengths of the bones are those of the hand.
    """
    point, bones, made = THUMB_ROOT, [], [THUMB_ROOT]
    radii = [radius * build.plump for radius in RADII[THUMB]]
    for number, target in enumerate(joints):
        direction = towards(point, target)
        end = add(point, direction, PHALANGES[THUMB][number] * build.length)
        if number == 0:
            bones.append(Bone(point, end, radii[0] * 1.15, radii[1], PALM_SIDE, 0, 0.4))
        else:
            bones += _phalanx(
                point, end, radii[number], radii[number + 1], palm_side, build, number == 2
            )
        made.append(end)
        point = end
    return tuple(made), Limb(tuple(bones), blend=0.02, joint=joint)


def palm(build, fingers):
    """The flesh between wrist and knuckles, with the webs between fingers that are raised.

    fingers -- for each finger its joints and whether it is raised
    """
    wide, thick = build.breadth, build.plump
    bones = []
    for x, y, z in KNUCKLES.values():
        bones.append(
            Bone(
                (x * 0.5, 0.1, 0.0),
                (x * wide, y - 0.04, z),
                0.135,
                0.108 * thick,
                end_red=0.45,
                palm=1.0,
            )
        )
    for start, end, start_radius, end_radius in (
        ((-0.17, 0.19, 0.08), (-0.25, 0.50, 0.085), 0.145, 0.12),  # the ball of the thumb
        ((0.16, 0.17, 0.05), (0.26, 0.60, 0.05), 0.13, 0.105),
        ((-0.25, 0.80, 0.005), (0.21, 0.74, 0.015), 0.10, 0.095),
    ):
        low = (start[0] * wide, start[1], start[2])
        high = (end[0] * wide, end[1], end[2])
        bones.append(Bone(low, high, start_radius * thick, end_radius * thick, palm=1.0))
    for (one, one_raised), (other, other_raised) in itertools.pairwise(fingers):
        if one_raised and other_raised:
            start, end = between(one[0], one[1], 0.26), between(other[0], other[1], 0.26)
            bones.append(Bone(start, end, 0.055, 0.055, palm=0.6))
    return Limb(tuple(bones), blend=0.11, joint=0.05)


def thumb_web(thumb_joints, build):
    """The skin between thumb and index finger."""
    x, y, z = KNUCKLES[INDEX]
    start = between(thumb_joints[0], thumb_joints[1], 0.75)
    end = (x * build.breadth * 0.85, y * 0.62, z + 0.03)
    bone = Bone(start, end, 0.085 * build.plump, 0.08 * build.plump, palm=0.5)
    return Limb((bone,), blend=0.05, joint=0.11)


def forearm(build, direction):
    """Wrist and forearm, towards a direction (a vector of length 1)."""
    bones = []
    for side in (-1.0, 1.0):
        start = (side * 0.085 * build.breadth, 0.08, -0.01)
        wrist = add(add((0.0, 0.0, -0.01), direction, 0.28), (side * 0.10, 0.0, 0.0))
        elbow = add(add((0.0, 0.0, -0.01), direction, 3.0), (side * 0.19, 0.0, 0.0))
        bones.append(Bone(start, wrist, 0.160 * build.plump, 0.172 * build.plump, WRIST_SIDE))
        bones.append(Bone(wrist, elbow, 0.172 * build.plump, 0.315 * build.plump, WRIST_SIDE))
    return Limb(tuple(bones), blend=0.16, joint=0.06, in_frame=False)


def sleeve(build, direction, start, stop, thickness):
    """Cloth around the forearm from `start` to `stop`, in units from the wrist."""
    bones = []
    for side in (-1.0, 1.0):
        ends = [
            add(add((0.0, 0.0, -0.01), direction, at), (side * (0.10 + 0.032 * at), 0.0, 0.0))
            for at in (start, stop)
        ]
        radii = [(0.165 + 0.052 * (at - 0.28)) * build.plump + thickness for at in (start, stop)]
        bones.append(Bone(ends[0], ends[1], radii[0], radii[1], cloth=1.0))
    return Limb(tuple(bones), blend=0.16, joint=0.012, in_frame=False)
