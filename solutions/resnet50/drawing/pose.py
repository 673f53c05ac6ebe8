"""How people show a number with one hand: which fingers, and how all of them are held."""

from dataclasses import dataclass

from drawing.exact import add, cos, radians, sin
from drawing.skeleton import (
    FINGERS,
    INDEX,
    MIDDLE,
    PINKY,
    RING,
    SPLAY,
    THUMB,
    Bend,
    Build,
    Limb,
    finger,
    forearm,
    palm,
    sleeve,
    thumb,
    thumb_web,
)

# The ways to show a number, with how often each is drawn.
WAYS = {
    0: {(): 1},
    1: {(INDEX,): 12, (THUMB,): 4, (PINKY,): 2},
    2: {(INDEX, MIDDLE): 12, (THUMB, INDEX): 5, (INDEX, PINKY): 1, (THUMB, PINKY): 2},
    3: {
        (INDEX, MIDDLE, RING): 9,
        (THUMB, INDEX, MIDDLE): 7,
        (MIDDLE, RING, PINKY): 3,
        (THUMB, INDEX, PINKY): 1,
    },
    4: {(INDEX, MIDDLE, RING, PINKY): 14, (THUMB, INDEX, MIDDLE, RING): 1},
    5: {(THUMB, INDEX, MIDDLE, RING, PINKY): 1},
}


@dataclass(frozen=True)
class Pose:
    """A hand before it is turned towards the viewer."""

    raised: tuple[int, ...]
    limbs: tuple[Limb, ...]
    joints: dict[int, tuple]  # the four points of each finger
    breadth: float


def pose(chance, fingers):
    """A Pose with so many raised fingers, 0 to 5."""
    raised = chance.choose(WAYS[fingers])
    build = Build(
        plump=chance.usual(0.84, 1.16),
        length=chance.usual(0.88, 1.10),
        breadth=chance.usual(0.92, 1.08),
        knots=chance.number(0.99, 1.035),
    )
    bends = _bends(chance, raised)
    made = {which: finger(which, bends[which], build) for which in FINGERS}
    thumb_joints, thumb_limb = _thumb(chance, raised, made, build)
    direction = _arm_direction(chance)
    limbs = [
        palm(build, [(made[which][0], which in raised) for which in FINGERS]),
        forearm(build, direction),
        thumb_web(thumb_joints, build),
        *(made[which][1] for which in FINGERS),
        thumb_limb,
    ]
    if chance.happens(0.42):
        start = chance.number(0.12, 0.9)
        limbs.append(sleeve(build, direction, start, 3.0, chance.number(0.015, 0.07)))
    elif chance.happens(0.12):  # a bracelet or a watch
        start = chance.number(0.2, 0.45)
        width = chance.number(0.05, 0.22)
        limbs.append(sleeve(build, direction, start, start + width, chance.number(-0.03, 0.0)))
    joints = {THUMB: thumb_joints, **{which: made[which][0] for which in FINGERS}}
    return Pose(raised, tuple(limbs), joints, build.breadth)


def _bends(chance, raised):
    spread = chance.usual(0.3, 1.9)
    curl = chance.usual(-4, 14)
    fist = Bend(0, chance.number(72, 90), chance.number(88, 108), chance.number(45, 75))
    ok_sign = raised == (MIDDLE, RING, PINKY) and chance.happens(0.5)
    bends = {}
    for which in FINGERS:
        jitter = [chance.usual(-5, 5) for _ in range(4)]
        if which in raised:
            bends[which] = Bend(
                SPLAY[which] * spread + jitter[0],
                curl * 0.6 + jitter[1] - 3,
                max(curl + jitter[2], 0),
                max(curl * 0.6 + jitter[3], 0),
            )
        elif which == INDEX and ok_sign:
            bends[which] = Bend(-2 + jitter[0], 55 + jitter[1], 62 + jitter[2], 30 + jitter[3])
        else:
            bends[which] = Bend(
                SPLAY[which] * 0.25 + jitter[0] * 0.5,
                fist.knuckle + jitter[1],
                fist.middle + jitter[2],
                fist.tip + jitter[3],
            )
    return bends


def _thumb(chance, raised, made, build):
    """The joints and the limb of the thumb."""
    if THUMB in raised:
        return _raised_thumb(chance, raised, build)
    wobble = [[chance.usual(-0.05, 0.05) for _ in range(3)] for _ in range(3)]
    held = [which for which in FINGERS if which not in raised]
    index_tip = made[INDEX][0][3]
    if raised == (MIDDLE, RING, PINKY) and index_tip[2] > 0.3:
        # The tips of thumb and index finger meet in a ring.
        targets = ((-0.36, 0.46, 0.30), add(index_tip, (-0.10, -0.20, 0.02)), index_tip)
        wobble = [[0.0] * 3] * 3
    elif not held:
        targets = ((-0.30, 0.47, 0.20), (-0.05, 0.62, 0.26), (0.17, 0.68, 0.21))
    elif not raised and chance.happens(0.3):
        targets = ((-0.40, 0.50, 0.14), (-0.41, 0.76, 0.30), (-0.34, 0.92, 0.36))
    else:
        # Over the middle phalanges of the first one or two folded fingers.
        last = made[held[min(1, len(held) - 1)]][0]
        middle = add(last[1], add(last[2], last[1], -1), 0.55)
        tip = (middle[0] + 0.03, middle[1], middle[2] + 0.17)
        targets = ((-0.36, 0.46, 0.24), (tip[0] * 0.5 - 0.16, tip[1] - 0.02, tip[2] - 0.04), tip)
    targets = [add(point, shift) for point, shift in zip(targets, wobble, strict=True)]
    return thumb(targets, build, (0.25, -0.2, -0.95), joint=0.035)


def _raised_thumb(chance, raised, build):
    away = chance.usual(28, 58) if raised != (THUMB,) else chance.usual(30, 62)
    forward = chance.number(0.0, 0.45)
    angles = (away + 4, away + chance.usual(-22, 8), away + chance.usual(-30, 22))
    point, targets = (-0.17, 0.17, 0.06), []
    for angle, lift in zip(angles, (forward, forward * 0.6, forward * 0.3), strict=True):
        point = add(point, (-sin(radians(angle)), cos(radians(angle)), lift), 0.35)
        targets.append(point)
    # A thumb's nail looks sideways: its palm side looks at the palm, not to the front.
    return thumb(targets, build, (0.62, 0.25, 0.74))


def _arm_direction(chance):
    aside, back = radians(chance.usual(-32, 32)), radians(chance.usual(-28, 28))
    return (sin(aside) * cos(back), -cos(aside) * cos(back), sin(back))
