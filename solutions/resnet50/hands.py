"""Draw the data set: small pictures of hands that show 0 to 5 raised fingers.

A hand is a few dozen tapered capsules: bones with flesh around them. For each pixel the capsules
give a distance to the outline, for the anti-aliased edge, and a height towards the viewer, for
light and shade. Every picture has its own random stream, made of the seed, the split and its
number, so that any one of them can be drawn alone and training and test pictures share none.

Random numbers are uniform draws of PCG64 alone, arithmetic is float64, and rounding to bytes
comes last: the same seed gives the same files from one machine to the next.

    python solutions/resnet50/hands.py --out solutions/resnet50/datasets
"""

import argparse
import math
import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import h5py
import numpy as np

SEED = 2015
CLASSES = 6
SIZES = {"train": 1080, "test": 120}
PIXELS = 64
# The bytes stored are multiples of this: 86 shades of each colour instead of 256 cannot be told
# apart by eye, and halve the files, which a learner downloads.
SHADE_STEP = 3

# Units: the palm is about 1 high. Origin at the wrist, x to the right, y up, z to the viewer.
# A right hand with its palm to the viewer has its thumb on the left.
THUMB, INDEX, MIDDLE, RING, PINKY = range(5)
KNUCKLES = {INDEX: (-0.36, 0.98), MIDDLE: (-0.12, 1.05), RING: (0.12, 1.01), PINKY: (0.34, 0.89)}
LENGTHS = {INDEX: 0.88, MIDDLE: 0.99, RING: 0.91, PINKY: 0.71}
RADII = {THUMB: 0.125, INDEX: 0.112, MIDDLE: 0.115, RING: 0.108, PINKY: 0.095}
SPLAY = {INDEX: -0.20, MIDDLE: -0.04, RING: 0.13, PINKY: 0.32}  # radians from straight up

# The ways in which people show a number, the usual first; a repeated one is drawn more often.
WAYS = {
    0: [()],
    1: [(INDEX,), (INDEX,), (THUMB,), (PINKY,)],
    2: [(INDEX, MIDDLE), (INDEX, MIDDLE), (THUMB, INDEX), (INDEX, PINKY), (THUMB, PINKY)],
    3: [
        (INDEX, MIDDLE, RING),
        (INDEX, MIDDLE, RING),
        (THUMB, INDEX, MIDDLE),
        (THUMB, INDEX, MIDDLE),
        (MIDDLE, RING, PINKY),
        (THUMB, INDEX, PINKY),
    ],
    4: [
        (INDEX, MIDDLE, RING, PINKY),
        (INDEX, MIDDLE, RING, PINKY),
        (INDEX, MIDDLE, RING, PINKY),
        (THUMB, INDEX, MIDDLE, RING),
    ],
    5: [(THUMB, INDEX, MIDDLE, RING, PINKY)],
}

# Skin from the deepest to the palest, sRGB; a hand lies anywhere between two neighbours.
SKIN = np.array(
    [(62, 39, 31), (96, 60, 43), (139, 90, 62), (181, 126, 92), (216, 165, 131), (244, 208, 184)],
    np.float64,
)


@dataclass(frozen=True)
class Capsule:
    """A tapered bone with round ends, from `start` to `end`, each (x, y, z)."""

    start: tuple[float, float, float]
    end: tuple[float, float, float]
    start_radius: float
    end_radius: float


@dataclass(frozen=True)
class Hand:
    """The shape of one hand before it is turned and put into a picture."""

    raised: tuple[int, ...]
    palm_side: bool
    limbs: tuple[tuple[Capsule, ...], ...]  # chains of bones; all must lie inside the picture
    forearm: Capsule
    nails: tuple[Capsule, ...]


def split_stream(split, number, seed=SEED):
    """The random stream of picture `number` (from 0) of "train" or "test"."""
    source = np.random.SeedSequence([seed, list(SIZES).index(split), number])
    return np.random.Generator(np.random.PCG64(source))


def labels_of(split, seed=SEED):
    """How many fingers each picture of a split shows: int64 of shape (n,), all classes alike."""
    count = SIZES[split]
    order = np.argsort(split_stream(split, count, seed).random(count), kind="stable")
    return (np.arange(count, dtype=np.int64) % CLASSES)[order]


# --- the shape -------------------------------------------------------------------------------


def pose(rng, fingers):
    """A Hand with so many raised fingers (0 to 5), in one of the ways people show that number."""
    raised = _choose(rng, WAYS[fingers])
    palm_side = rng.random() < 0.6
    plump = _between(rng, 0.92, 1.1)
    spread = _between(rng, 0.85, 1.45)
    side = 1.0 if palm_side else -1.0  # folded fingers lie before the palm, or behind it
    palm = [
        Capsule((x * 0.55, 0.16, 0.0), (x * 0.93, y - 0.07, 0.0), 0.21 * plump, 0.165 * plump)
        for x, y in KNUCKLES.values()
    ]
    palm.append(Capsule((-0.17, 0.2, 0.06), (-0.36, 0.5, 0.08), 0.22 * plump, 0.17 * plump))
    palm.append(Capsule((0.19, 0.2, 0.05), (0.3, 0.6, 0.03), 0.2 * plump, 0.17 * plump))
    limbs = [(bone,) for bone in palm]
    nails = []
    for finger in (INDEX, MIDDLE, RING, PINKY):
        if finger in raised:
            bones = _raised_finger(rng, finger, plump, spread)
            if not palm_side:
                nails.append(_nail(bones[-1]))
        else:
            bones = _folded_finger(rng, finger, plump, palm_side)
        limbs.append(tuple(bones))
    bones = _raised_thumb(rng, plump) if THUMB in raised else _folded_thumb(rng, plump, side)
    if THUMB in raised and not palm_side:
        nails.append(_nail(bones[-1]))
    limbs.append(tuple(bones))
    slant = _between(rng, -0.25, 0.25)
    forearm = Capsule((0.0, 0.05, -0.02), (slant, -3.0, -0.02), 0.30 * plump, 0.46 * plump)
    return Hand(raised, palm_side, tuple(limbs), forearm, tuple(nails))


def _raised_finger(rng, finger, plump, spread):
    x, y = KNUCKLES[finger]
    angle = SPLAY[finger] * spread + _between(rng, -0.05, 0.05)
    bend = _between(rng, -0.06, 0.06)
    length = LENGTHS[finger] * _between(rng, 0.9, 1.06)
    radius = RADII[finger] * plump
    point, bones = (x, y, 0.02), []
    for share, taper in ((0.46, 0.96), (0.30, 0.90), (0.24, 0.80)):
        tip = (
            point[0] + math.sin(angle) * length * share,
            point[1] + math.cos(angle) * length * share,
            point[2] + 0.01,
        )
        bones.append(Capsule(point, tip, radius, radius * taper))
        point, radius, angle = tip, radius * taper, angle + bend
    return bones


def _folded_finger(rng, finger, plump, palm_side):
    x, y = KNUCKLES[finger]
    x += _between(rng, -0.015, 0.015)
    top = y + _between(rng, 0.02, 0.09)
    radius = RADII[finger] * plump
    if palm_side:
        tip = (x * 0.86, y - _between(rng, 0.40, 0.47), 0.24)
        return [Capsule((x, top, 0.17), tip, radius * 1.06, radius * 0.92)]
    return [Capsule((x, y - 0.06, 0.10), (x, top, 0.0), radius * 1.02, radius * 1.1)]


def _raised_thumb(rng, plump):
    angle = -_between(rng, 0.75, 1.15)
    bend = _between(rng, -0.05, 0.35)
    radius = RADII[THUMB] * plump
    point, bones = (-0.36, 0.42, 0.06), []
    for share, taper in ((0.36, 0.95), (0.30, 0.96), (0.25, 0.80)):
        tip = (point[0] + math.sin(angle) * share, point[1] + math.cos(angle) * share, point[2])
        bones.append(Capsule(point, tip, radius, radius * taper))
        point, radius, angle = tip, radius * taper, angle + bend
    return bones


def _folded_thumb(rng, plump, side):
    radius = RADII[THUMB] * plump
    knuckle = (-0.40 + _between(rng, -0.03, 0.03), 0.56, 0.16 * side)
    tip = (_between(rng, 0.0, 0.14), 0.62 + _between(rng, -0.06, 0.06), 0.34 * side)
    middle = ((knuckle[0] + tip[0]) / 2, 0.64, 0.30 * side)
    return [
        Capsule((-0.30, 0.32, 0.06 * side), knuckle, radius * 1.25, radius * 1.05),
        Capsule(knuckle, middle, radius * 1.02, radius),
        Capsule(middle, tip, radius, radius * 0.86),
    ]


def _nail(bone):
    def along(share):
        return tuple(a + (b - a) * share for a, b in zip(bone.start, bone.end, strict=True))

    return Capsule(along(0.75), along(1.2), bone.end_radius * 0.62, bone.end_radius * 0.55)


# --- the picture -----------------------------------------------------------------------------


def draw(rng, fingers, height=PIXELS, width=PIXELS, supersample=2, shade_step=SHADE_STEP):
    """A picture of a hand with so many raised fingers: uint8 of shape (height, width, 3)."""
    hand = pose(rng, fingers)
    view = _View(rng, hand, height, width)
    rows, columns = height * supersample, width * supersample
    y, x = np.meshgrid(
        (np.arange(rows) + 0.5) / supersample,
        (np.arange(columns) + 0.5) / supersample,
        indexing="ij",
    )
    skin, light, tone = _skin_colour(rng), _light(rng), rng.random()
    ground = _background(rng, x, y, height, width, skin)

    edge, relief = _solid(hand.limbs, view, x, y)
    arm_edge, arm_relief = _solid([(hand.forearm,)], view, x, y)
    sleeve = rng.random() < 0.45
    cuff = _between(rng, -0.35, -0.05)
    cloth = _colour(rng, 0.15, 0.9)
    outline = _smooth_min(edge, arm_edge, 0.12 * view.scale)
    relief = -_smooth_min(-relief, -arm_relief, 0.10 * view.scale)

    # The shadow that the hand throws onto what is behind it.
    drop = max(1, round(0.05 * view.scale * supersample))
    shifted = _shifted(outline, drop, drop if light[0] < 0 else -drop)
    shade = _step(0.18 * view.scale, -0.10 * view.scale, shifted) * _between(rng, 0.0, 0.35)
    ground = ground * (1 - shade)[..., np.newaxis]

    brightness, gloss = _shade(relief, light, supersample, view.scale)
    colour = skin * brightness[..., np.newaxis] + gloss[..., np.newaxis] * (18 + 22 * tone)
    # Blood shows where light leaves the skin sideways.
    colour = colour * (1 + (1 - brightness)[..., np.newaxis] * np.array([0.06, -0.02, -0.03]))
    if hand.nails:
        nail_edge, _ = _solid([hand.nails], view, x, y)
        inside = _step(0.03 * view.scale, -0.03 * view.scale, nail_edge)[..., np.newaxis] * 0.55
        nail = (skin * 0.6 + np.array([250.0, 214.0, 205.0]) * 0.4) * brightness[..., np.newaxis]
        colour = colour * (1 - inside) + nail * inside
    if sleeve:
        _, hand_y = view.to_hand(x, y)
        covered = _step(cuff + 0.02, cuff - 0.02, hand_y)[..., np.newaxis]
        sleeve_edge = arm_edge - 0.07 * view.scale
        outline = np.where(hand_y < cuff, np.minimum(outline, sleeve_edge), outline)
        colour = colour * (1 - covered) + cloth * brightness[..., np.newaxis] * covered
    cover = np.clip(0.5 - outline * supersample, 0.0, 1.0)[..., np.newaxis]
    picture = ground * (1 - cover) + colour * cover

    picture = sum(
        picture[i::supersample, j::supersample]
        for i in range(supersample)
        for j in range(supersample)
    ) / (supersample * supersample)
    grain = (rng.random((height, width)) + rng.random((height, width)) - 1)[..., np.newaxis]
    picture = picture + grain * _between(rng, 0.5, 3.0)
    shades = np.floor(picture / shade_step + 0.5) * shade_step
    return np.clip(shades, 0, 255).astype(np.uint8)


class _View:
    """Where a hand lies in its picture: mirrored or not, turned, scaled and moved."""

    def __init__(self, rng, hand, height, width):
        self.mirror = -1.0 if rng.random() < 0.5 else 1.0
        self.angle = math.radians(_between(rng, -30, 30) + _between(rng, -18, 18))
        self.squeeze = _between(rng, 0.88, 1.0)
        self.scale, self.left, self.top = 1.0, 0.0, 0.0
        ends = [
            (*self.to_picture(point), radius)
            for limb in hand.limbs
            for part in limb
            for point, radius in ((part.start, part.start_radius), (part.end, part.end_radius))
        ]
        low_x, high_x = min(x - r for x, _, r in ends), max(x + r for x, _, r in ends)
        low_y, high_y = min(y - r for _, y, r in ends), max(y + r for _, y, r in ends)
        fit = min(width / (high_x - low_x), height / (high_y - low_y))
        # A fist is small; without the second bound it would fill the picture like an open hand.
        self.scale = min(fit * _between(rng, 0.78, 0.97), min(height, width) / 1.55)
        room_x = width - self.scale * (high_x - low_x)
        room_y = height - self.scale * (high_y - low_y)
        self.left = room_x * _between(rng, 0.12, 0.88) - self.scale * low_x
        self.top = room_y * _between(rng, 0.12, 0.88) - self.scale * low_y

    def to_picture(self, point):
        """Pixel coordinates (x right, y down) of a point of the hand."""
        x, y = point[0] * self.mirror * self.squeeze, -point[1]
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        return (
            self.left + self.scale * (x * cos - y * sin),
            self.top + self.scale * (x * sin + y * cos),
        )

    def to_hand(self, x, y):
        """Coordinates of the hand for arrays of pixel coordinates."""
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        x, y = (x - self.left) / self.scale, (y - self.top) / self.scale
        return (x * cos + y * sin) * self.mirror / self.squeeze, x * sin - y * cos


def _solid(limbs, view, x, y):
    """(distance to the outline, height towards the viewer) of melted limbs, in pixels."""
    edge = relief = None
    for limb in limbs:
        distance, height = _bone(limb[0], view, x, y)
        # The bones of one limb share their round ends; melting them would swell the joints.
        for bone in limb[1:]:
            other_distance, other_height = _bone(bone, view, x, y)
            distance = _smooth_min(distance, other_distance, 0.012 * view.scale)
            height = -_smooth_min(-height, -other_height, 0.012 * view.scale)
        if edge is None:
            edge, relief = distance, height
        else:
            edge = _smooth_min(edge, distance, 0.045 * view.scale)
            relief = -_smooth_min(-relief, -height, 0.05 * view.scale)
    return edge, relief


def _bone(bone, view, x, y):
    ax, ay = view.to_picture(bone.start)
    bx, by = view.to_picture(bone.end)
    dx, dy = bx - ax, by - ay
    along = ((x - ax) * dx + (y - ay) * dy) / max(dx * dx + dy * dy, 1e-9)
    along = np.minimum(np.maximum(along, 0.0), 1.0)
    away_x, away_y = x - ax - along * dx, y - ay - along * dy
    away = np.sqrt(away_x * away_x + away_y * away_y)
    radius = view.scale * (bone.start_radius + along * (bone.end_radius - bone.start_radius))
    middle = view.scale * (bone.start[2] + along * (bone.end[2] - bone.start[2]))
    distance = away - radius
    round_top = np.sqrt(np.maximum(radius * radius - away * away, 0.0))
    return distance, middle + round_top - 4.0 * np.maximum(distance, 0.0)


def _shade(relief, light, supersample, scale):
    """(brightness around 1, gloss from 0 to 1) of a relief under a light from one side."""
    slope_y = np.zeros_like(relief)
    slope_x = np.zeros_like(relief)
    slope_y[1:-1] = (relief[2:] - relief[:-2]) * (supersample / 2)
    slope_x[:, 1:-1] = (relief[:, 2:] - relief[:, :-2]) * (supersample / 2)
    slope_y, slope_x = np.clip(slope_y, -3, 3), np.clip(slope_x, -3, 3)
    length = np.sqrt(slope_x * slope_x + slope_y * slope_y + 1)
    facing = (light[2] - slope_x * light[0] - slope_y * light[1]) / length
    # A valley between two fingers sees less of the room: it is darker than its slope says.
    near = max(1, round(0.07 * scale * supersample))
    around = (
        _shifted(relief, near, 0)
        + _shifted(relief, -near, 0)
        + _shifted(relief, 0, near)
        + _shifted(relief, 0, -near)
    ) / 4
    valley = np.clip((around - relief) / (0.12 * scale), 0, 1)
    brightness = (0.47 + 0.53 * np.maximum(facing, 0) + 0.10 / length) * (1 - 0.45 * valley)
    gloss = np.maximum(facing, 0)
    gloss = gloss * gloss
    gloss = gloss * gloss
    return brightness, gloss * gloss


def _shifted(field, down, right):
    """The same field moved by whole pixels; what enters is a copy of the border."""
    rows, columns = field.shape
    row = np.clip(np.arange(rows) - down, 0, rows - 1)
    column = np.clip(np.arange(columns) - right, 0, columns - 1)
    return field[row[:, np.newaxis], column]


def _light(rng):
    x, y = _between(rng, -0.7, 0.7), _between(rng, -0.75, -0.2)
    length = math.sqrt(x * x + y * y + 1)
    return x / length, y / length, 1 / length


def _skin_colour(rng):
    place = rng.random() * (len(SKIN) - 1)
    low = min(int(place), len(SKIN) - 2)
    tone = SKIN[low] + (SKIN[low + 1] - SKIN[low]) * (place - low)
    warmth = _between(rng, -1, 1)
    return tone * (1 + warmth * np.array([0.05, 0.0, -0.05]))


def _background(rng, x, y, height, width, skin):
    """A wall or a room out of focus, lighter or darker than the skin: (rows, columns, 3)."""
    grey = float(skin @ np.array([0.30, 0.59, 0.11])) / 255
    # A pale hand before a bright wall or a dark hand before a dark one could not be counted.
    tones = [t for t in (0.12, 0.25, 0.4, 0.55, 0.7, 0.85) if abs(t - grey) > 0.2]
    tone = _choose(rng, tones)
    one, two = _colour(rng, tone - 0.08, tone + 0.02), _colour(rng, tone - 0.02, tone + 0.08)
    angle = rng.random() * 2 * math.pi
    across = ((x / width - 0.5) * math.cos(angle) + (y / height - 0.5) * math.sin(angle)) + 0.5
    mix = np.clip(across, 0, 1)[..., np.newaxis]
    ground = one * (1 - mix) + two * mix
    for _ in range(int(rng.random() * 3)):
        # A door frame, a shelf, the edge of a table: far behind, so blurred.
        angle, offset = rng.random() * math.pi, _between(rng, -0.4, 0.4)
        blur = _between(rng, 0.03, 0.15)
        across = (x / width - 0.5) * math.cos(angle) + (y / height - 0.5) * math.sin(angle) - offset
        mix = _step(-blur, blur, across)[..., np.newaxis] * 0.8
        ground = ground * (1 - mix) + _colour(rng, tone - 0.1, tone + 0.1) * mix
    clouds = _soft_noise(rng, x / width, y / height, 5) * _between(rng, 4, 22)
    return ground + clouds[..., np.newaxis]


def _soft_noise(rng, x, y, cells):
    """Smooth noise from -1 to 1: random values on a coarse grid, blended between."""
    grid = rng.random((cells + 1, cells + 1)) * 2 - 1
    x, y = x * cells, y * cells
    column, row = (
        np.minimum(x.astype(np.int64), cells - 1),
        np.minimum(y.astype(np.int64), cells - 1),
    )
    across, down = _step(0, 1, x - column), _step(0, 1, y - row)
    top = grid[row, column] * (1 - across) + grid[row, column + 1] * across
    bottom = grid[row + 1, column] * (1 - across) + grid[row + 1, column + 1] * across
    return top * (1 - down) + bottom * down


def _colour(rng, low, high):
    """A muted colour with a brightness between `low` and `high` (of 1)."""
    tone = min(max(_between(rng, low, high), 0.04), 0.96) * 255
    tint = np.array([rng.random(), rng.random(), rng.random()]) - 0.5
    tint = tint - (tint[0] * 0.30 + tint[1] * 0.59 + tint[2] * 0.11)
    return np.clip(tone * (1 + tint * 0.4), 0, 255)


def _smooth_min(a, b, width):
    """The lower of two, with the crease between them rounded over `width` (quadratic)."""
    near = np.maximum(width - np.abs(a - b), 0.0) / width
    return np.minimum(a, b) - near * near * (width / 4)


def _step(start, stop, value):
    """0 at `start`, 1 at `stop`, and smooth between."""
    share = np.clip((value - start) / (stop - start), 0.0, 1.0)
    return share * share * (3 - 2 * share)


def _between(rng, low, high):
    return low + (high - low) * rng.random()


def _choose(rng, options):
    return options[int(rng.random() * len(options))]


# --- files -----------------------------------------------------------------------------------


def draw_split(split, seed=SEED, advance=lambda: None):
    """(images, labels) of "train" or "test": uint8 (n, 64, 64, 3) and int64 (n,).

    `advance` is called once after every picture, for a progress bar.
    """
    labels = labels_of(split, seed)
    images = np.empty((len(labels), PIXELS, PIXELS, 3), np.uint8)
    for number, fingers in enumerate(labels):
        images[number] = draw(split_stream(split, number, seed), int(fingers))
        advance()
    return images, labels


def write_split(folder, split, images, labels):
    """Write `<split>_signs.h5` into a folder; its path. The file appears whole or not at all."""
    path = Path(folder) / f"{split}_signs.h5"
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with h5py.File(unfinished, "w") as file:
            for key, values in (
                (f"{split}_set_x", images),
                (f"{split}_set_y", labels),
                ("list_classes", np.arange(CLASSES, dtype=np.int64)),
            ):
                file.create_dataset(
                    key,
                    data=values,
                    # Whole pictures to a chunk: neighbouring pixels repeat, which gzip can use.
                    chunks=(min(8, len(values)), *values.shape[1:]),
                    compression="gzip",
                    compression_opts=9,
                    shuffle=True,
                    track_times=False,
                )
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def write_contact_sheet(path, images, labels, columns=12):
    """A PNG with a row for each number of fingers, to look over the data set."""
    from PIL import Image

    gap = 2
    cell = PIXELS + gap
    sheet = np.full((CLASSES * cell + gap, columns * cell + gap, 3), 255, np.uint8)
    for fingers in range(CLASSES):
        for column, image in enumerate(images[labels == fingers][:columns]):
            top, left = gap + fingers * cell, gap + column * cell
            sheet[top : top + PIXELS, left : left + PIXELS] = image
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    # 256 colours are enough to look at, and a third of the bytes.
    Image.fromarray(sheet).quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def write_sample(path, fingers=3, seed=SEED):
    """One large picture, 320 wide and 400 high, that is in neither split, as a JPEG."""
    from PIL import Image

    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, len(SIZES), 0])))
    picture = draw(rng, fingers, height=400, width=320, shade_step=1)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path, quality=90)


def main(arguments=None):
    """Draw both splits, and on request the contact sheet and the large sample."""
    parser = argparse.ArgumentParser(description="Draw the hands data set.")
    parser.add_argument("--out", type=Path, help="folder for train_signs.h5 and test_signs.h5")
    parser.add_argument("--contact-sheet", type=Path, help="write an overview of the training set")
    parser.add_argument("--sample", type=Path, help="write one large picture as JPEG")
    parser.add_argument("--seed", type=int, default=SEED, help=f"default {SEED}")
    options = parser.parse_args(arguments)
    if not (options.out or options.contact_sheet or options.sample):
        parser.error("nothing to do: give --out, --contact-sheet or --sample")
    if options.sample:
        write_sample(options.sample, seed=options.seed)
        print(f"{options.sample}: {options.sample.stat().st_size:,} bytes")
    if not (options.out or options.contact_sheet):
        return

    from rich.progress import Progress

    for split, count in SIZES.items():
        with Progress() as progress:
            task = progress.add_task(f"drawing {split}", total=count)
            images, labels = draw_split(split, options.seed, partial(progress.advance, task))
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
            path = write_split(options.out, split, images, labels)
            print(f"{path}: {len(images)} images, {path.stat().st_size:,} bytes")
        if options.contact_sheet and split == "train":
            write_contact_sheet(options.contact_sheet, images, labels)
            print(f"{options.contact_sheet}: {options.contact_sheet.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
