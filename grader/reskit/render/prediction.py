"""What a network says of one picture: in words, and as bars beside the picture as it saw it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from reskit.render.plain import plain

BLUE, VERMILION = "#0072B2", "#D55E00"  # Okabe and Ito: told apart with any colour vision
BAR = 24  # characters of a bar for a probability of 1


@dataclass(frozen=True)
class Prediction:
    """The probabilities that a network gives one picture."""

    path: str
    size: tuple[int, int]  # width and height in the file
    pixels: Any  # uint8 (64, 64, 3): what the network saw
    chances: tuple[float, ...]

    @property
    def best(self) -> int:
        """Return the class with the highest probability."""
        return max(range(len(self.chances)), key=self.chances.__getitem__)


def prediction_text(found: Prediction) -> str:
    """Return the picture's name, the answer, and a line for each class."""
    width, height = found.size
    seen_height, seen_width = found.pixels.shape[:2]
    digits = len(str(len(found.chances) - 1))
    lines = [
        f"{plain(found.path)} ({width}×{height}, seen as {seen_width}×{seen_height}): "
        f"class {found.best}, probability {found.chances[found.best]:.3f}"
    ]
    for number, chance in enumerate(found.chances):
        bar = "█" * round(BAR * chance)
        lines.append(f"  {number:>{digits}}  {chance:.4f}  {bar}".rstrip())
    return "\n".join(lines)


def prediction_figure(found: Prediction) -> bytes:
    """Return a PNG: the picture as the network saw it, and the probabilities as bars beside it.

    Its description says the same in words.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.0, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.4))
    left.imshow(found.pixels, interpolation="nearest")
    left.set_title("what the network sees", fontsize=10)
    left.axis("off")
    classes = range(len(found.chances))
    colours = [VERMILION if number == found.best else BLUE for number in classes]
    bars = right.bar(classes, found.chances, color=colours)
    right.bar_label(bars, [f"{chance:.2f}" for chance in found.chances], fontsize=8)
    right.set_xticks(classes)
    right.set(xlabel="class", ylabel="probability", ylim=(0, 1.08))
    right.set_title(f"what it answers: {found.best}", fontsize=10)
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=120, metadata={"Description": prediction_text(found)})
    return data.getvalue()
