"""A picture of any kind is seen alike by `reskit predict` and by the notebook, or refused."""

from __future__ import annotations

import importlib.util
import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from reskit.course import find_course
from reskit.weights.opened import UnreadableFileError
from reskit.weights.picture import read_picture
from reskit.weights.refusal import RefusedError
from reskit.weights.stored_picture import read_picture as decode

Image.init()
SOLUTION = find_course().solution
SIDE = 80  # neither 64 nor a multiple, so that all is resized
NEAR = 4 / 255  # rounding of 16 bits to 8, and what JPEG loses


def notebook_helpers() -> ModuleType:
    """Return the learner's own `resnets_utils`."""
    spec = importlib.util.spec_from_file_location("helpers", SOLUTION / "resnets_utils.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LEARNERS = notebook_helpers()


def gradient() -> Any:
    """Return pixels that differ from corner to corner and in each colour."""
    rows, columns = np.indices((SIDE, SIDE))
    blue = (rows + columns) // 2
    return np.stack([rows * 3, columns * 3, blue], axis=-1).astype(np.uint8)


def saved(picture: Any, form: str, **settings: Any) -> bytes:
    """Return a picture as the bytes of a file."""
    data = io.BytesIO()
    picture.save(data, form, **settings)
    return data.getvalue()


def plain() -> Any:
    """Return the picture that all others are forms of."""
    return Image.fromarray(gradient())


def over_white(alpha: int) -> Any:
    """Return what is seen of the picture through this opacity, on white."""
    return np.round(gradient() * (alpha / 255.0) + 255.0 * (1 - alpha / 255.0))


def with_alpha(alpha: int) -> Any:
    """Return the picture, everywhere as opaque as this."""
    layer = np.full((SIDE, SIDE, 1), alpha, np.uint8)
    return Image.fromarray(np.concatenate([gradient(), layer], axis=-1))


def grey() -> Any:
    """Return one channel of the picture."""
    return gradient()[..., 0]


def three(channel: Any) -> Any:
    """Return a grey picture in colours."""
    return np.repeat(channel[..., None], 3, axis=-1)


def turned() -> bytes:
    """Return the picture as a camera held on its side stores it, with the note that it was."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    return saved(plain().transpose(Image.Transpose.ROTATE_90), "PNG", exif=exif)


def animated(form: str) -> bytes:
    """Return an animation that begins with the picture and goes on in black."""
    black = Image.new("RGB", (SIDE, SIDE))
    settings = {"lossless": True} if form == "WEBP" else {}
    return saved(plain(), form, save_all=True, append_images=[black], duration=50, **settings)


def palette_with_hole() -> bytes:
    """Return a picture of two colours, of which one is transparent."""
    picture = Image.fromarray((np.indices((SIDE, SIDE))[0] // 40).astype(np.uint8), "P")
    picture.putpalette([255, 0, 0, 0, 0, 255])
    return saved(picture, "PNG", transparency=0)


def hole() -> Any:
    """Return what is seen of that picture: white above, blue below."""
    seen = np.full((SIDE, SIDE, 3), 255)
    seen[SIDE // 2 :] = (0, 0, 255)
    return seen


def sixteen_bits() -> bytes:
    """Return the grey picture with 16 bits a pixel."""
    return saved(Image.fromarray(grey().astype(np.uint16) * 257), "PNG")


def colours_of_16_bits() -> bytes:
    """Return the picture with 16 bits for each colour, written by hand: Pillow cannot."""
    rows = (gradient().astype(">u2") * 257).reshape(SIDE, -1)
    data = b"".join(b"\0" + row.tobytes() for row in rows)
    pieces = [
        (b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 16, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(data)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in pieces
    )


PICTURES: dict[str, tuple[Callable[[], bytes], Callable[[], Any]]] = {
    "PNG": (lambda: saved(plain(), "PNG"), gradient),
    "JPEG": (lambda: saved(plain(), "JPEG", quality=100, subsampling=0), gradient),
    "WebP": (lambda: saved(plain(), "WEBP", lossless=True), gradient),
    "BMP": (lambda: saved(plain(), "BMP"), gradient),
    "TIFF": (lambda: saved(plain(), "TIFF"), gradient),
    "turned by the camera": (turned, gradient),
    "animated WebP": (lambda: animated("WEBP"), gradient),
    "animated PNG": (lambda: animated("PNG"), gradient),
    "half transparent": (lambda: saved(with_alpha(128), "PNG"), lambda: over_white(128)),
    "all transparent": (lambda: saved(with_alpha(0), "PNG"), lambda: over_white(0)),
    "grey": (lambda: saved(Image.fromarray(grey()), "PNG"), lambda: three(grey())),
    "grey, half transparent": (
        lambda: saved(with_alpha(128).convert("LA"), "PNG"),
        lambda: three(np.round(np.asarray(plain().convert("L")) * (128 / 255) + 127)),
    ),
    "grey of 16 bits": (sixteen_bits, lambda: three(grey())),
    "colours of 16 bits": (colours_of_16_bits, gradient),
    "palette with a hole": (palette_with_hole, hole),
    "black and white": (
        lambda: saved(Image.fromarray(grey() > 100), "PNG"),
        lambda: three((grey() > 100) * 255),
    ),
    "CMYK": (
        lambda: saved(plain().convert("CMYK"), "TIFF"),
        lambda: np.asarray(plain().convert("CMYK").convert("RGB")),
    ),
}


def squeezed(pixels: Any) -> Any:
    """Return pixels as the network sees them, float from 0 to 1."""
    picture = Image.fromarray(np.asarray(pixels).astype(np.uint8))
    return np.asarray(picture.resize((64, 64), Image.Resampling.LANCZOS)) / 255


@pytest.mark.parametrize("name", PICTURES)
def test_every_kind_of_picture_is_seen_as_a_person_sees_it(name: str, tmp_path: Path) -> None:
    """The command and the notebook see the same, and it is what the picture shows."""
    make, shows = PICTURES[name]
    path = tmp_path / "picture"
    path.write_bytes(make())
    with path.open("rb") as file:
        _, arrays = decode(file)
        commands = next(arrays)

    notebooks = LEARNERS.load_image(path)[0]

    assert np.array_equal(commands / np.float32(255), notebooks)
    assert np.abs(notebooks - squeezed(shows())).max() <= NEAR


def test_animated_gif_shows_its_first_frame(tmp_path: Path) -> None:
    """A GIF has few colours, so the picture is like the original and not equal to it."""
    path = tmp_path / "picture.gif"
    path.write_bytes(animated("GIF"))

    seen = LEARNERS.load_image(path)[0]

    assert np.abs(seen - squeezed(gradient())).mean() < 0.05
    assert np.array_equal(read_picture(path).pixels / np.float32(255), seen)


def test_the_picture_comes_with_its_size() -> None:
    """What is read in a process of its own is the picture that the notebook reads."""
    path = SOLUTION / "images" / "my_image.jpg"

    found = read_picture(path)

    with Image.open(path) as picture:
        assert found.size == picture.size
    assert np.array_equal(found.pixels / np.float32(255), LEARNERS.load_image(path)[0])


def bomb() -> bytes:
    """Return a PNG of 40,000 × 40,000 pixels in a few hundred bytes."""
    pieces = [(b"IHDR", struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)), (b"IDAT", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in pieces
    )


def large() -> bytes:
    """Return a PNG of 100 million white pixels."""
    return saved(Image.new("1", (10_000, 10_000), 1), "PNG")


def fractions() -> bytes:
    """Return a picture of floating-point pixels."""
    return saved(Image.fromarray(np.ones((4, 4), np.float32)), "TIFF")


def postscript() -> bytes:
    """Return a picture that another program would have to draw."""
    return saved(plain(), "EPS")


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "empty"),
    "text": (lambda: b"three fingers", "no picture"),
    "HEIC": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40, "HEIC"),
    "cut short": (lambda: saved(plain(), "JPEG")[:900], "damaged or cut short"),
    "bomb": (bomb, "too large"),
    "large": (large, "10,000 × 10,000 pixels"),
    "fractions": (fractions, "fractions"),
    "PostScript": (postscript, "no picture"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_seen_is_refused_with_a_reason(name: str, tmp_path: Path) -> None:
    """A file that is no picture, is damaged or is too large says so, in command and notebook."""
    make, told = REFUSED[name]
    path = tmp_path / "picture"
    path.write_bytes(make())

    with path.open("rb") as file, pytest.raises(RefusedError) as caught:
        decode(file)
    with pytest.raises(ValueError, match="cannot be read as an image") as notebooks:
        LEARNERS.load_image(path)

    assert told in str(caught.value)
    assert "picture" in str(notebooks.value)


def test_a_refusal_reaches_the_caller(tmp_path: Path) -> None:
    """The message that the reader gives is the one that a person reads."""
    path = tmp_path / "picture"
    path.write_bytes(b"three fingers")

    with pytest.raises(UnreadableFileError, match="no picture that can be read"):
        read_picture(path)


def test_notes_in_a_picture_do_no_harm(tmp_path: Path) -> None:
    """A picture whose text blocks unpack to megabytes is refused or read, and nothing hangs."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("comment", "x" * (2 << 20), zip=True)
    path = tmp_path / "picture.png"
    path.write_bytes(saved(plain(), "PNG", pnginfo=notes))

    with path.open("rb") as file, pytest.raises(RefusedError, match="damaged"):
        decode(file)
