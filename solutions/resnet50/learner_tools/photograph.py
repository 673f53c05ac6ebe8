"""A picture of the learner's own, as the network wants it."""

import os
import warnings
from pathlib import Path

import numpy as np

_FORMATS = ("PNG", "JPEG", "MPO", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "PPM")
_MOST_PIXELS = 90_000_000


def load_image(path, size=(64, 64)):
    """A picture of yours as a batch of one, ready for `model.predict`.

    The camera's rotation (EXIF) is applied, transparent parts become white, greyscale becomes
    RGB, and of an animation the first frame counts. The whole picture is kept: one that is not
    square is stretched, not cropped. `reskit predict` has the same rules.

    Arguments:
    path -- a PNG, JPEG, WebP, GIF, BMP, TIFF or AVIF file of at most 90 million pixels
    size -- (height, width) of the result in pixels

    Returns:
    float32 of shape (1, height, width, 3), values 0.0 to 1.0

    Raises:
    FileNotFoundError -- no file at this path
    ValueError -- the file is not an image, or a damaged one
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    height, width = size
    if not Path(path).is_file():
        raise FileNotFoundError(
            f"There is no image file {os.fspath(path)!r} (looked from {Path.cwd()}). Put the "
            "picture into the images folder and pass its path, such as 'images/my_image.jpg'."
        )
    Image.init()
    try:
        # Named formats only: others would start a program on this computer (EPS does).
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(path, formats=[name for name in _FORMATS if name in Image.OPEN]) as picture,
        ):
            if picture.width * picture.height > _MOST_PIXELS:
                raise ValueError(
                    f"it has {picture.width:,} × {picture.height:,} pixels, and at most "
                    f"{_MOST_PIXELS:,} are read"
                )
            if picture.mode == "F":
                raise ValueError("its pixels are fractions; save it with 8 bits per channel")
            picture = ImageOps.exif_transpose(picture)
            if picture.mode.startswith("I"):  # 16 bits per pixel; Pillow would clip, not scale
                grey = np.clip(np.asarray(picture, np.float64) / 257.0, 0, 255)
                picture = Image.fromarray(np.round(grey).astype(np.uint8))
            if "A" in picture.getbands() or "transparency" in picture.info:
                picture = picture.convert("RGBA")
                white = Image.new("RGBA", picture.size, "white")
                picture = Image.alpha_composite(white, picture)
            picture = picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    except UnidentifiedImageError as error:
        raise ValueError(
            f"{os.fspath(path)!r} ({Path(path).stat().st_size:,} bytes) cannot be read as an "
            "image: it is not PNG, JPEG, WebP, GIF, BMP, TIFF or AVIF. A telephone may have saved "
            "it as HEIC: open it in a viewer and save it again as JPEG."
        ) from error
    except Exception as error:  # the decoders raise whatever a damaged file leads them to
        raise ValueError(
            f"{os.fspath(path)!r} ({Path(path).stat().st_size:,} bytes) cannot be read as an "
            f"image: {error}. Expected a picture file such as JPEG or PNG; open it in a viewer and "
            "save it again as one of these."
        ) from error
    return np.asarray(picture, np.float32)[np.newaxis] / np.float32(255)
