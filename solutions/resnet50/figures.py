"""Draw the course's figures as SVG files, with the roles of the layers written on the boxes.

`python solutions/resnet50/figures.py` writes them to `images/`; `--check` exits 1 if a file there
differs from what this module draws. Every figure has a panel of its own, so that it can be read on
any page; the panel is dark where the reader asks for dark pages.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from illustrations.blocks import convolutional_block, identity_block
from illustrations.cost import bottleneck, stride_place
from illustrations.degradation import degradation
from illustrations.gradient import gradient_flow
from illustrations.network import resnet50
from illustrations.normalisation import batch_normalisation

IMAGES = Path(__file__).resolve().parent / "images"
FIGURES: dict[str, Callable[[], str]] = {
    "identity_block.svg": identity_block,
    "convolutional_block.svg": convolutional_block,
    "resnet50.svg": resnet50,
    "gradient_flow.svg": gradient_flow,
    "degradation.svg": degradation,
    "bottleneck.svg": bottleneck,
    "batch_normalisation.svg": batch_normalisation,
    "stride_place.svg": stride_place,
}


def main(arguments: list[str] | None = None) -> int:
    """Write the figures, or with `--check` compare them; exit status 1 if a file differs."""
    parser = argparse.ArgumentParser(description="Draw the figures of the course.")
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    check = parser.parse_args(arguments).check
    stale = []
    for name, draw in FIGURES.items():
        file, drawn = IMAGES / name, draw().encode("utf-8")
        if not check:
            IMAGES.mkdir(exist_ok=True)
            file.write_bytes(drawn)
        elif not file.is_file() or file.read_bytes() != drawn:
            stale.append(name)
    if stale:
        print(f"differs from what figures.py draws: {', '.join(stale)}", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
