"""A picture of any kind as 64×64 pixels; read in the reader's process.

The rules are those of `load_image` in the learner's `resnets_utils.py`; a test holds them side by
side: the camera's rotation is applied, what is transparent becomes white, grey becomes RGB, of
several frames the first counts, and the whole picture is squeezed into the square.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from reskit.weights.refusal import RefusedError

SIDE = 64
MOST_PIXELS = 90_000_000
FORMATS = ("PNG", "JPEG", "MPO", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "PPM")
HEIC = (b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypmif1", b"ftypmsf1")


def read_picture(file: Any) -> tuple[dict[str, Any], Iterator[Any]]:
    """Return a header (`size` as it was stored, `format`) and one array, uint8 (64, 64, 3)."""
    beginning = file.read(32)
    file.seek(0)
    known = [name for name in FORMATS if name in Image.OPEN]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file, formats=known) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise RefusedError(
                        f"The picture has {picture.width:,} × {picture.height:,} pixels; at most "
                        f"{MOST_PIXELS:,} are read. Save it smaller."
                    )
                header = {
                    "size": [picture.width, picture.height],
                    "format": str(picture.format),
                    "arrays": [{"shape": [SIDE, SIDE, 3]}],
                }
                seen = _seen(picture)
    except UnidentifiedImageError as error:
        raise RefusedError(_no_picture(beginning)) from error
    except Image.DecompressionBombError as error:
        raise RefusedError(
            f"The picture is too large ({error}); at most {MOST_PIXELS:,} pixels are read."
        ) from error
    except MemoryError:
        raise
    except Exception as error:  # the decoders raise whatever a damaged file leads them to
        raise RefusedError(
            f"The picture is damaged or cut short ({type(error).__name__}: {error!s:.100}). Open "
            "it in a viewer and save it again as PNG or JPEG."
        ) from error
    return header, iter((seen,))


def _seen(picture: Any) -> Any:
    if picture.mode == "F":
        raise RefusedError(
            "The picture holds fractions for pixels, and how bright 1.0 is cannot be told. Save "
            "it with 8 bits per channel."
        )
    picture = ImageOps.exif_transpose(picture)
    if picture.mode.startswith("I"):  # 16 bits a pixel: Pillow would cut them off, not scale
        grey = np.clip(np.asarray(picture, np.float64) / 257.0, 0, 255)
        picture = Image.fromarray(np.round(grey).astype(np.uint8))
    if "A" in picture.getbands() or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    picture = picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return np.ascontiguousarray(picture, np.uint8)


def _no_picture(beginning: bytes) -> str:
    if beginning[4:12] in HEIC:
        return (
            "This is a HEIC picture, as telephones take them, and is not read here. Save or export "
            "it as JPEG."
        )
    if not beginning:
        return "The file is empty."
    return (
        f"This is no picture that can be read (it begins with {beginning[:8]!r}). Expected PNG, "
        "JPEG, WebP, GIF, BMP, TIFF or AVIF."
    )
