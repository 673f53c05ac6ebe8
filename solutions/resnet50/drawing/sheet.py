"""Pictures to look at: an overview of the data set, and one large hand."""

from pathlib import Path

import numpy as np
from PIL import Image

from drawing.chance import Chance
from drawing.dataset import CLASSES, PIXELS, SEED
from drawing.picture import draw

GAP = 2


def write_contact_sheet(path, images, labels, columns=12):
    """A PNG with a row for each number of fingers, to look over the data set."""
    cell = PIXELS + GAP
    sheet = np.full((CLASSES * cell + GAP, columns * cell + GAP, 3), 255, np.uint8)
    for fingers in range(CLASSES):
        for column, image in enumerate(images[labels == fingers][:columns]):
            top, left = GAP + fingers * cell, GAP + column * cell
            sheet[top : top + PIXELS, left : left + PIXELS] = image
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    # 256 colours are enough to look at, and a third of the bytes.
    Image.fromarray(sheet).quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def write_sample(path, fingers=3, seed=SEED):
    """One large picture, 320 by 320 pixels, of a hand that is in neither file, as a JPEG."""
    large = draw(Chance(seed, "sample"), fingers, size=320, shade_step=1)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(large).save(path, quality=90)
