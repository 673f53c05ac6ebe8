"""What a camera makes of light: focus, exposure, white balance, tone curve, noise, JPEG."""

import numpy as np

from drawing.exact import PI, cos

LUMA = (0.299, 0.587, 0.114)


def focused(chance, scene):
    """A scene with the sharpness of a lens and a sensor."""
    kind = chance.choose({"sharp": 5, "soft": 4, "blurred": 2})
    if kind == "sharp":
        return scene
    weights = (1, 2, 1) if kind == "soft" else (1, 4, 6, 4, 1)
    for axis in (0, 1):
        reach = len(weights) // 2
        widths = [(reach, reach) if a == axis else (0, 0) for a in range(3)]
        padded, total = np.pad(scene, widths, mode="edge"), 0.0
        for place, weight in enumerate(weights):
            part = (
                padded[place : place + len(scene)]
                if axis == 0
                else (padded[:, place : place + len(scene)])
            )
            total = total + part * (weight / (16 if len(weights) == 5 else 4))
        scene = total
    return scene


def exposed(chance, scene, middle):
    """Light becomes tones from 0 to 1 as the eye sees them.

    middle -- the brightness of what the camera exposes for
    """
    size = len(scene)
    gain = chance.usual(0.26, 0.76) / max(middle, 0.02)
    gain = min(max(gain, 0.55), 2.6)
    balance = [1 + chance.usual(-0.09, 0.09) for _ in range(3)]
    place = (np.arange(size) + 0.5) / size - 0.5
    dark = chance.number(0.0, 0.5) if chance.happens(0.5) else 0.0
    vignette = 1 - dark * (place * place + (place * place)[:, np.newaxis])
    light = np.maximum(scene * np.array(balance) * (gain * vignette)[..., np.newaxis], 0.0)
    # Highlights are rolled off, as every camera does.
    light = np.where(light > 0.7, 0.7 + (light - 0.7) / (1 + (light - 0.7) * 2.2), light)
    root = np.sqrt(np.minimum(light, 1.0))
    tone = root * (0.76 + 0.24 * np.sqrt(root))
    tone = np.minimum(tone + 0.0, 1.0)
    contrast, bend = chance.usual(-0.5, 0.7), chance.usual(-0.45, 0.45)
    tone = tone + contrast * tone * (1 - tone) * (2 * tone - 1)
    tone = tone + bend * tone * (1 - tone)
    colourful = chance.usual(0.55, 1.15)
    grey = tone[..., 0] * LUMA[0] + tone[..., 1] * LUMA[1] + tone[..., 2] * LUMA[2]
    tone = grey[..., np.newaxis] + (tone - grey[..., np.newaxis]) * colourful
    haze = chance.number(0.0, 0.06)
    return haze + tone * (1 - haze - chance.number(0.0, 0.05))


def noisy(chance, tones):
    """Tones with the grain of a sensor, stronger in the dark."""
    strength = chance.number(0.002, 0.012) if chance.happens(0.75) else chance.number(0.012, 0.03)
    size = len(tones)
    grain = chance.field(size, size) + chance.field(size, size) + chance.field(size, size) - 1.5
    colour = chance.field(size, size, 3) - 0.5
    grain = grain[..., np.newaxis] + colour * chance.number(0.2, 1.0)
    return tones + grain * (strength * 2.0) * (1.2 - 0.6 * np.minimum(np.maximum(tones, 0), 1))


_WAVES = np.array(
    [
        [(0.5 if k else 0.3535533905932738) * cos((2 * n + 1) * k * PI / 16) for n in range(8)]
        for k in range(8)
    ]
)


def packed(tones, coarse):
    """Tones (rows, columns, 3) after a JPEG with quantisation steps of `coarse` · (1 + u + v)."""
    red, green, blue = tones[..., 0], tones[..., 1], tones[..., 2]
    grey = red * LUMA[0] + green * LUMA[1] + blue * LUMA[2]
    planes = [_quantised(grey, coarse)]
    for colour in (blue - grey, red - grey):
        quarter = colour[::2, ::2] + colour[1::2, ::2] + colour[::2, 1::2] + colour[1::2, 1::2]
        small = _quantised(quarter / 4, coarse * 1.6)
        planes.append(np.repeat(np.repeat(small, 2, axis=0), 2, axis=1))
    grey, blue, red = planes[0], planes[0] + planes[1], planes[0] + planes[2]
    green = (grey - red * LUMA[0] - blue * LUMA[2]) / LUMA[1]
    return np.stack([red, green, blue], axis=-1)


def _quantised(plane, coarse):
    rows, columns = plane.shape
    blocks = plane.reshape(rows // 8, 8, columns // 8, 8)
    waves = _transformed(_transformed(blocks, 1, _WAVES), 3, _WAVES)
    order = np.arange(8)
    steps = coarse * (1 + order[:, np.newaxis, np.newaxis] + order)
    waves = np.floor(waves / steps + 0.5) * steps
    blocks = _transformed(_transformed(waves, 1, _WAVES.T), 3, _WAVES.T)
    return blocks.reshape(rows, columns)


def _transformed(blocks, axis, matrix):
    """The product with a matrix along an axis, added up in a fixed order."""
    total = 0.0
    for place in range(8):
        part = np.take(blocks, [place], axis=axis)
        shape = [1, 1, 1, 1]
        shape[axis] = 8
        total = total + part * matrix[:, place].reshape(shape)
    return total
