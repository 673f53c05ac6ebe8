"""One picture: a hand, its light, what is behind it, and the camera."""

import numpy as np

from drawing.background import background
from drawing.camera import look
from drawing.exact import blurred, halved
from drawing.lens import exposed, focused, noisy, packed
from drawing.light import light_of, lit, on_wall
from drawing.pose import pose
from drawing.skin import paint, skin_of
from drawing.solid import surface

FINER = 2  # a picture is drawn with so many times its pixels in each direction
# The bytes stored are multiples of this: 86 shades of each colour instead of 256 cannot be told
# apart by eye, and make the files, which a learner downloads, smaller.
SHADE_STEP = 3
# A hand that differs from what is behind it by less than this factor, in every colour, is lost.
ENOUGH = 1.5


def draw(chance, fingers, size=64, shade_step=SHADE_STEP):
    """A picture of a hand with so many raised fingers, 0 to 5: uint8 of shape (size, size, 3)."""
    fine = size * FINER
    seen = _shown(chance, fingers, fine)
    skin, light = skin_of(chance.branch("skin")), light_of(chance.branch("light"))
    solid = surface(seen.limbs, fine, seen.unit)
    colour = paint(chance.branch("paint"), skin, solid, seen)
    hand = lit(light, skin, solid, colour, seen.unit)

    camera = chance.branch("camera")
    behind = background(chance.branch("background"), fine)
    behind = _set_apart(camera, behind, skin.palm if seen.view.palm else skin.back)
    if light.wall >= 4 or camera.happens(0.3):
        behind = blurred(behind, int(fine * camera.number(0.0, 0.03)))
    behind = behind * on_wall(chance.branch("wall"), light, solid, seen.unit)

    scene = behind + (hand - behind) * solid.cover[..., np.newaxis]
    scene = halved(focused(camera, scene), FINER)
    tones = noisy(camera, exposed(camera, scene, _middle(hand, solid.cover, behind)))
    if camera.happens(0.4):
        tones = packed(tones, camera.number(0.005, 0.022))
    shades = np.floor(tones * (255 / shade_step) + 0.5) * shade_step
    return np.minimum(np.maximum(shades, 0), 255).astype(np.uint8)


def _shown(chance, fingers, size):
    """A hand in a pose and a view in which its fingers can be counted."""
    for attempt in range(100):
        posed = pose(chance.branch(f"pose {attempt}"), fingers)
        seen = look(chance.branch(f"view {attempt}"), posed, size)
        if seen:
            return seen
    raise AssertionError("a hundred poses, and in none of them could the fingers be counted")


def _middle(hand, cover, behind):
    """The brightness that a camera meters: the hand's and the background's, the hand's twice."""
    inside = cover > 0.5
    return (2 * _brightness(hand, inside) + _brightness(behind, ~inside)) / 3


def _brightness(light, where):
    grey = light[..., 0] * 0.30 + light[..., 1] * 0.59 + light[..., 2] * 0.11
    # Whole numbers add up to the same sum in any order.
    parts = np.floor(np.minimum(grey[where], 4.0) * 4096).astype(np.int64)
    return int(parts.sum()) / (4096 * max(len(parts), 1))


def _set_apart(chance, behind, skin):
    """The background, made brighter or darker where it could not be told from the hand."""
    whole = np.ones(behind.shape[:2], bool)
    bands = [_brightness(behind[..., [band] * 3], whole) for band in range(3)]
    ratios = [(here + 0.02) / (hand + 0.02) for here, hand in zip(bands, skin, strict=True)]
    if max(ratios) > ENOUGH or min(ratios) < 1 / ENOUGH:
        return behind
    ratio = ratios[1]
    apart = chance.number(ENOUGH, 2.4)
    wanted = apart if ratio > 1 and skin[1] < 0.35 else 1 / apart
    return np.minimum(behind * (wanted / ratio), 1.0)
