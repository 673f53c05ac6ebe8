"""Draw the course's figures as SVG files, with the roles of the layers written on the boxes.

`python solutions/resnet50/figures.py` writes them to `images/`; `--check` exits 1 if a file there
differs from what this module draws. Every figure has a panel of its own, so that it can be read on
any page; the panel is dark where the reader asks for dark pages.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable
from html import escape
from pathlib import Path

IMAGES = Path(__file__).resolve().parent / "images"
DEGRADATION = Path(__file__).resolve().parents[2] / "benchmarks" / "results" / "degradation.json"

INK, QUIET, SKIP = "#1f2328", "#57534a", "#b83c0a"
FILL_AND_STROKE = {
    "conv": ("#d3e6f8", "#2563a8"),
    "bn": ("#e6dff6", "#6a4ca3"),
    "relu": ("#fbe6c8", "#a8620f"),
    "add": ("#d5edd8", "#2c7a3b"),
    "plain": ("#eceae2", "#6b6759"),
}
# What takes the place of each colour on a dark page.
DARK = {
    INK: "#ece9e1",
    QUIET: "#bdb8aa",
    SKIP: "#ff9a66",
    "#fdfcf8": "#1f2023",
    "#ffffff": "#282a2e",
    "#a39d8e": "#6b675c",
    "#8b8677": "#8f8a7c",
    "#d3e6f8": "#1d3a57",
    "#2563a8": "#7db4ea",
    "#e6dff6": "#352a52",
    "#6a4ca3": "#b49be8",
    "#fbe6c8": "#4d3615",
    "#a8620f": "#e0a458",
    "#d5edd8": "#1f4527",
    "#2c7a3b": "#7cc98b",
    "#eceae2": "#37362f",
    "#6b6759": "#a8a392",
}
MONO = "'DejaVu Sans Mono', Menlo, Consolas, monospace"
SANS = "'DejaVu Sans', Verdana, Helvetica, Arial, sans-serif"


def text(
    x: float, y: float, words: str, *, size=13, anchor="middle", color=INK, bold=False, mono=False
) -> str:
    """One line of text whose baseline is at `y`."""
    weight = ' font-weight="bold"' if bold else ""
    family = f' font-family="{MONO}"' if mono else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" '
        f'fill="{color}"{weight}{family}>{escape(words)}</text>'
    )


def box(x: float, y: float, width: float, height: float, kind: str) -> str:
    """A rounded box in the colours of one kind of layer."""
    fill, stroke = FILL_AND_STROKE[kind]
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="1.5"/>'
    )


def path(d: str, *, color=INK, width: float = 1.6, head=True) -> str:
    """A line along the SVG path `d`, with an arrowhead at its end unless `head` is false."""
    marker = f' marker-end="url(#{"skip" if color == SKIP else "ink"})"' if head else ""
    return f'<path d="{d}" fill="none" stroke="{color}" stroke-width="{width:g}"{marker}/>'


def arrowhead(name: str, color: str) -> str:
    """The definition of an arrowhead, 9 units long however thick its line is."""
    return (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" '
        f'markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">'
        f'<path d="M0,0 L8,4 L0,8 z" fill="{color}"/></marker>'
    )


def figure(width: int, height: int, title: str, desc: str, parts: list[str]) -> str:
    """A whole SVG document: panel, title and description for screen readers, then the parts."""
    rules = "".join(
        f'[{part}="{light}"]{{{part}:{dark}}}'
        for light, dark in DARK.items()
        for part in ("fill", "stroke")
    )
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-labelledby="title desc" font-family="{SANS}">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(desc)}</desc>',
        f"<style>@media (prefers-color-scheme: dark){{{rules}}}</style>",
        f"<defs>{arrowhead('ink', INK)}{arrowhead('skip', SKIP)}</defs>",
        f'<rect x="1" y="1" width="{width - 2}" height="{height - 2}" rx="12" fill="#fdfcf8" '
        'stroke="#a39d8e"/>',
    ]
    return "\n".join([*head, *parts, "</svg>"]) + "\n"


def layer(x: float, y: float, width: float, role: str, setting: str, kind: str) -> list[str]:
    """A layer's box, 30 high: its role on the left, what it is on the right."""
    return [
        box(x, y, width, 30, kind),
        text(x + 12, y + 20, role, anchor="start", bold=True, mono=True),
        text(x + width - 12, y + 20, setting, size=12, anchor="end", color=QUIET),
    ]


MAIN_X, MAIN_WIDTH, MAIN_MIDDLE = 150, 350, 325
TOP, BOTTOM = 84, 462


def main_path(first_stride: str, size: str) -> list[str]:
    """The three convolutions that both blocks share; `size` names the output's height and width."""
    rows = [
        (TOP, "main.conv1", f"Conv2D F1, 1×1, {first_stride}, valid", "conv"),
        (TOP + 38, "main.bn1", "BatchNormalization", "bn"),
        (TOP + 76, "main.relu1", "ReLU", "relu"),
        (TOP + 130, "main.conv2", "Conv2D F2, f×f, stride 1, same", "conv"),
        (TOP + 168, "main.bn2", "BatchNormalization", "bn"),
        (TOP + 206, "main.relu2", "ReLU", "relu"),
        (TOP + 260, "main.conv3", "Conv2D F3, 1×1, stride 1, valid", "conv"),
        (TOP + 298, "main.bn3", "BatchNormalization", "bn"),
    ]
    parts = [text(22, TOP + 44, "main path", anchor="start", bold=True, size=14)]
    for y, role, setting, kind in rows:
        parts += layer(MAIN_X, y, MAIN_WIDTH, role, setting, kind)
    ends = [y for y, *_ in rows[1:]] + [BOTTOM]
    for (y, *_), end in zip(rows, ends, strict=True):
        parts.append(path(f"M{MAIN_MIDDLE},{y + 30} V{end}"))
    for y, channels in ((TOP + 121, "F1"), (TOP + 251, "F2"), (TOP + 350, "F3")):
        parts.append(text(22, y, f"({size}, {channels})", size=12, anchor="start", color=QUIET))
    return parts


def ends(size: str, size_after: str, last_note: str) -> list[str]:
    """The block's input on top; the addition, the last ReLU and the output at the bottom."""
    return [
        text(MAIN_MIDDLE, 38, "input", bold=True, mono=True, size=14),
        text(22, 38, f"({size}, c)", size=12, anchor="start", color=QUIET),
        path(f"M{MAIN_MIDDLE},46 V{TOP}"),
        *layer(MAIN_X, BOTTOM, MAIN_WIDTH, "add", "Add: main path + shortcut", "add"),
        path(f"M{MAIN_MIDDLE},{BOTTOM + 30} V{BOTTOM + 46}"),
        *layer(MAIN_X, BOTTOM + 46, MAIN_WIDTH, "relu", "ReLU, after the addition", "relu"),
        path(f"M{MAIN_MIDDLE},{BOTTOM + 76} V{BOTTOM + 98}"),
        text(MAIN_MIDDLE, BOTTOM + 116, "output", bold=True, mono=True, size=14),
        text(22, BOTTOM + 116, f"({size_after}, F3)", size=12, anchor="start", color=QUIET),
        text(778, BOTTOM + 116, last_note, size=12, anchor="end", color=QUIET),
    ]


def identity_block() -> str:
    """The block whose shortcut is its input, unchanged."""
    shortcut = [
        path(f"M{MAIN_MIDDLE},62 H640 V{BOTTOM + 15} H{MAIN_X + MAIN_WIDTH}", color=SKIP, width=3),
        text(656, 240, "shortcut", anchor="start", bold=True, size=14, color=SKIP),
        text(656, 262, "the input itself,", size=12, anchor="start", color=QUIET),
        text(656, 279, "no layer at all", size=12, anchor="start", color=QUIET),
    ]
    parts = main_path("stride 1", "h, w") + shortcut + ends("h, w", "h, w", "fits only when c = F3")
    return figure(
        800,
        600,
        "Identity block",
        "The main path runs down through conv1, bn1, relu1, conv2, bn2, relu2, conv3 and bn3. The "
        "shortcut carries the unchanged input past them. Add sums the two, and a last ReLU follows "
        "the addition. Height and width stay as they are; the input must have F3 channels.",
        parts,
    )


def convolutional_block() -> str:
    """The block whose shortcut brings its input to the main path's new shape."""
    middle = 645
    shortcut = [
        path(f"M{MAIN_MIDDLE},62 H{middle} V{TOP + 130}", color=SKIP, width=3),
        text(middle + 16, TOP + 48, "shortcut", anchor="start", bold=True, size=14, color=SKIP),
        text(middle + 16, TOP + 70, "brought to", anchor="start", size=12, color=QUIET),
        text(middle + 16, TOP + 87, "the new shape", anchor="start", size=12, color=QUIET),
        box(528, TOP + 130, 234, 48, "conv"),
        text(middle, TOP + 150, "shortcut.conv", bold=True, mono=True),
        text(middle, TOP + 168, "Conv2D F3, 1×1, stride s, valid", size=12, color=QUIET),
        path(f"M{middle},{TOP + 178} V{TOP + 196}", color=SKIP, width=3),
        box(528, TOP + 196, 234, 48, "bn"),
        text(middle, TOP + 216, "shortcut.bn", bold=True, mono=True),
        text(middle, TOP + 234, "BatchNormalization", size=12, color=QUIET),
        path(f"M{middle},{TOP + 244} V{BOTTOM + 15} H{MAIN_X + MAIN_WIDTH}", color=SKIP, width=3),
        text(middle + 12, TOP + 300, "(h′, w′, F3)", size=12, anchor="start", color=QUIET),
    ]
    parts = main_path("stride s", "h′, w′") + shortcut
    parts += ends("h, w", "h′, w′", "h′ = h / s, rounded up; w′ likewise")
    return figure(
        800,
        600,
        "Convolutional block",
        "As in the identity block, the main path runs through three convolutions, but the first "
        "has stride s. The shortcut is no longer the bare input: a 1 by 1 convolution with F3 "
        "filters and stride s, then batch normalisation, bring it to the same shape. Add sums "
        "the two, and a last ReLU follows the addition.",
        parts,
    )


def resnet50() -> str:
    """The whole network from left to right, a column for each part."""
    stem = ["stem.pad", "stem.conv", "stem.bn", "stem.relu", "stem.pool"]
    head = ["head.pool", "head.flatten", "head.dense"]
    columns: list[tuple[str, str, list[tuple[str, str]], str]] = [
        ("stem", "pad 3, 7×7 / 2", [(role, "plain") for role in stem], "15×15×64")
    ]
    stages = [
        ("64, 64, 256", 3, 1, "15×15×256"),
        ("128, 128, 512", 4, 2, "8×8×512"),
        ("256, 256, 1024", 6, 2, "4×4×1024"),
        ("512, 512, 2048", 3, 2, "2×2×2048"),
    ]
    for number, (filters, depth, stride, shape) in enumerate(stages, start=1):
        blocks = [(f"block1  s={stride}", "relu")]
        blocks += [(f"block{n}", "add") for n in range(2, depth + 1)]
        columns.append((f"stage{number}", filters, blocks, shape))
    columns.append(("head", "mean, then vote", [(role, "plain") for role in head], "6"))

    parts = [
        text(14, 150, "image", bold=True, anchor="start"),
        text(14, 168, "64×64×3", size=12, anchor="start", color=QUIET),
    ]
    width, step, top = 122, 144, 24
    for index, (name, note, boxes, shape) in enumerate(columns):
        x = 96 + index * step
        middle = x + width / 2
        parts += [
            f'<rect x="{x}" y="{top}" width="{width}" height="272" rx="8" fill="#ffffff" '
            'stroke="#a39d8e"/>',
            path(f"M{x - (22 if index else 16)},160 H{x}", width=2),
            text(middle, top + 22, name, bold=True, mono=True, size=14),
            text(middle, top + 40, note, size=11, color=QUIET),
            text(middle, top + 262, shape, size=12, bold=True),
        ]
        for row, (label, kind) in enumerate(boxes):
            y = top + 52 + row * 32
            parts += [
                box(x + 8, y, width - 16, 25, kind),
                text(middle, y + 17, label, size=12, mono=True),
            ]
    for x, kind, words in (
        (240, "relu", "convolutional block: changes the shape"),
        (560, "add", "identity block: keeps the shape"),
    ):
        parts += [box(x, 311, 26, 18, kind), text(x + 36, 325, words, size=12, anchor="start")]
    return figure(
        970,
        346,
        "ResNet-50 for images of 64 by 64 pixels and 6 classes",
        "From left to right: the stem pads, convolves with 7 by 7 and stride 2, normalises, "
        "applies ReLU and max-pools to 15 by 15 by 64. Stage 1 has 3 blocks and gives 15 by "
        "15 by 256, stage 2 has 4 and gives 8 by 8 by 512, stage 3 has 6 and gives 4 by 4 by "
        "1024, stage 4 has 3 and gives 2 by 2 by 2048. The first block of a stage is "
        "convolutional, the others are identity blocks. The head pools, flattens and ends in "
        "a softmax over 6 classes.",
        parts,
    )


def gradient_flow() -> str:
    """How a gradient travels back: through a plain chain, and through one with shortcuts."""
    count, width, step, left = 6, 72, 112, 104
    right = left + count * step - 20
    parts: list[str] = []
    for y, name, unit, rule in (
        (62, "plain", "layer", "every layer multiplies the gradient by its own slope, ∂F/∂x"),
        (300, "residual", "block", "every block multiplies it by 1 + ∂F/∂x: the 1 is the shortcut"),
    ):
        top = y - 30 if name == "plain" else y - 78
        parts += [
            text(24, top, name, anchor="start", bold=True, size=15),
            text(116, top, rule, anchor="start", color=QUIET),
            text(left - 34, y + 22, "input", anchor="end", bold=True),
            text(right + 14, y + 22, "loss", anchor="start", bold=True),
            path(f"M{left - 30},{y + 17} H{right + 8}", color="#8b8677", width=1.2),
        ]
        for index in range(count):
            x = left + index * step
            words = f"{unit} {index + 1}"
            parts += [box(x, y, width, 34, "conv"), text(x + width / 2, y + 22, words, size=12)]
            if name == "residual":
                near, far = x + width + 17, x - 17
                curve = f"M{near},{y + 13} C{near - 14},{y - 50} {far + 14},{y - 50} {far},{y + 10}"
                parts.append(path(curve, color=SKIP, width=5))
        wide = 12 if name == "plain" else 5
        middle = y + 60
        parts += [
            f'<polygon points="{right},{middle - wide} {right},{middle + wide} '
            f'{left - 14},{middle + 0.7} {left - 14},{middle - 0.7}" '
            f'fill="{SKIP if name == "plain" else QUIET}"/>',
            path(f"M{left - 10},{middle} H{left - 24}", color=SKIP if name == "plain" else INK),
        ]
    parts += [
        text(
            24,
            158,
            "What reaches the first layers is too small to learn from.",
            size=12,
            anchor="start",
            color=QUIET,
        ),
        text(
            24,
            396,
            "Through the blocks the same as above; along the shortcuts a copy that is not damped.",
            size=12,
            anchor="start",
            color=QUIET,
        ),
        text(
            816,
            428,
            "a sketch, not a measurement: thickness stands for the gradient's size",
            size=11,
            anchor="end",
            color=QUIET,
        ),
    ]
    return figure(
        840,
        444,
        "Gradients in a plain network and in a residual one",
        "Above, a plain chain of six layers: the gradient that starts at the loss becomes thinner "
        "with every layer and nearly nothing reaches the input. Below, the same chain with a "
        "shortcut around every block: beside the thin path through the layers, a path of constant "
        "thickness leads back along the shortcuts.",
        parts,
    )


def bottleneck() -> str:
    """Two paths that do the same kind of work: two wide convolutions, and a bottleneck."""
    parts: list[str] = []
    paths = (
        (30, "two 3×3 convolutions", [(256, 256, 3), (256, 256, 3)]),
        (480, "the bottleneck", [(256, 64, 1), (64, 64, 3), (64, 256, 1)]),
    )
    for left, name, layers in paths:
        middle, top = left + 130, 70
        parts.append(text(middle, 36, name, bold=True, size=15))
        for number, (before, after, kernel) in enumerate(layers):
            y, next_y = top + number * 94, top + (number + 1) * 94
            wide, next_wide = before * 0.9, after * 0.9
            # The trapezoid is as wide as there are channels before and after it.
            parts += [
                f'<polygon points="{middle - wide / 2:g},{y + 24} {middle + wide / 2:g},{y + 24} '
                f'{middle + next_wide / 2:g},{next_y} {middle - next_wide / 2:g},{next_y}" '
                f'fill="{FILL_AND_STROKE["conv"][0]}" stroke="{FILL_AND_STROKE["conv"][1]}" '
                'stroke-width="1.5"/>',
                text(middle, y + 16, f"{before} channels", size=12, color=QUIET),
                text(
                    left + 262,
                    y + 58,
                    f"{kernel}×{kernel}, {after} filters",
                    size=13,
                    bold=True,
                    anchor="start",
                    mono=True,
                ),
                text(
                    left + 262,
                    y + 77,
                    f"{kernel * kernel * before * after:,} weights",
                    size=12,
                    anchor="start",
                    color=QUIET,
                ),
            ]
        end = top + len(layers) * 94
        total = sum(kernel * kernel * before * after for before, after, kernel in layers)
        parts += [
            text(middle, end + 18, f"{layers[-1][1]} channels", size=12, color=QUIET),
            text(left + 14, 410, f"together {total:,} weights", anchor="start", bold=True, size=14),
        ]
    return figure(
        930,
        432,
        "The cost of two 3 by 3 convolutions and of a bottleneck",
        "On the left, two 3 by 3 convolutions from 256 to 256 channels: 589,824 weights each, "
        "1,179,648 together. On the right, 1 by 1 from 256 to 64 channels with 16,384 weights, "
        "3 by 3 from 64 to 64 with 36,864, and 1 by 1 from 64 back to 256 with 16,384: 69,632 "
        "weights together. The drawing is as wide as there are channels: a bottle's neck.",
        parts,
    )


def batch_normalisation() -> str:
    """Where the mean and the variance come from in training, and where in evaluation."""
    parts: list[str] = []
    for x, name, source, note, color in (
        (24, "in training", "mean and variance of this batch", "each channel for itself", INK),
        (
            446,
            "in evaluation",
            "moving averages",
            "the same answer in any batch",
            SKIP,
        ),
    ):
        parts += [
            text(x + 10, 36, name, anchor="start", bold=True, size=15),
            box(x + 10, 60, 120, 34, "plain"),
            text(x + 70, 82, "one channel", size=12),
            path(f"M{x + 130},77 H{x + 236}"),
            box(x + 240, 52, 132, 50, "bn"),
            text(x + 306, 73, "subtract mean,", size=12),
            text(x + 306, 91, "divide by √variance", size=12),
            box(x + 240, 152, 132, 50, "bn"),
            text(x + 306, 173, "× γ, + β", size=14, bold=True),
            text(x + 306, 191, "learnt", size=12, color=QUIET),
            path(f"M{x + 306},102 V150"),
            path(f"M{x + 306},202 V232"),
            box(x + 10, 152, 204, 50, "add" if color == INK else "relu"),
            text(x + 112, 173, source, size=11, bold=True),
            text(
                x + 112,
                191,
                "measured now" if color == INK else "collected in training",
                size=11,
                color=QUIET,
            ),
            path(
                f"M{x + 150},152 C{x + 160},112 {x + 190},98 {x + 236},92", color=color, width=2.4
            ),
            text(x + 130, 36, note, anchor="start", size=12, color=QUIET),
        ]
    parts += [
        path("M70,94 V150"),
        path("M124,202 C150,320 470,320 534,206", color=SKIP, width=2.4),
        text(
            330,
            314,
            "at each step the averages move by one hundredth of the way",
            size=12,
            bold=True,
            color=SKIP,
        ),
    ]
    return figure(
        860,
        334,
        "Batch normalisation in training and in evaluation",
        "In training, each channel of a batch is normalised with its own mean and variance, then "
        "scaled by gamma and shifted by beta, which are learnt. At each step moving averages of "
        "mean and variance move by one hundredth of the way towards those of the batch. In "
        "evaluation these averages take the place of the batch's own mean and variance.",
        parts,
    )


def stride_place() -> str:
    """Which pixels a block with stride 2 looks at, by where its main path has the stride."""
    parts: list[str] = []
    cell, size = 22, 7
    for left, name, note, kernel in (
        (40, "stride in the 1×1 convolution", "here, and in the paper: 1 pixel of 4 is read", 1),
        (470, "stride in the 3×3 convolution", "in several libraries: every pixel is read", 3),
    ):
        parts.append(text(left, 36, name, anchor="start", bold=True, size=15))
        read = {
            (row + up, column + aside)
            for row in range(0, size, 2)
            for column in range(0, size, 2)
            for up in range(-(kernel // 2), kernel // 2 + 1)
            for aside in range(-(kernel // 2), kernel // 2 + 1)
        }
        for row in range(size):
            for column in range(size):
                fill, stroke = FILL_AND_STROKE["conv" if (row, column) in read else "plain"]
                center = row % 2 == 0 and column % 2 == 0
                parts.append(
                    f'<rect x="{left + column * cell}" y="{58 + row * cell}" width="{cell - 2}" '
                    f'height="{cell - 2}" rx="3" fill="{fill}" stroke="{stroke}" '
                    f'stroke-width="{2.6 if center else 1}"/>'
                )
        right = left + size * cell + 70
        parts += [
            path(f"M{left + size * cell + 8},132 H{right - 8}", width=2),
            *(
                f'<rect x="{right + column * cell}" y="{90 + row * cell}" width="{cell - 2}" '
                f'height="{cell - 2}" rx="3" fill="{FILL_AND_STROKE["add"][0]}" '
                f'stroke="{FILL_AND_STROKE["add"][1]}" stroke-width="1.5"/>'
                for row in range(4)
                for column in range(4)
            ),
            text(left, 236, note, anchor="start", size=12, color=QUIET),
        ]
    parts.append(
        text(
            40,
            262,
            "blue: pixels that the result depends on; a thick frame: where a kernel is centred",
            anchor="start",
            size=12,
            color=QUIET,
        )
    )
    return figure(
        880,
        282,
        "Two places for the stride of the main path",
        "Both blocks turn 7 by 7 pixels into 4 by 4. With the stride in the first 1 by 1 "
        "convolution, 16 of the 49 pixels are read, every second one in both directions. With the "
        "stride in the 3 by 3 convolution, all 49 are read.",
        parts,
    )


def degradation() -> str:
    """The loss of plain and residual networks of several depths, as the benchmark measured it."""
    runs = json.loads(DEGRADATION.read_text(encoding="utf-8"))["runs"]
    depths = sorted({run["depth"] for run in runs})
    epochs = len(runs[0]["loss"])
    low, high = 1.1, 2.8
    parts: list[str] = []

    def place(left: float, epoch: int, loss: float) -> str:
        return (
            f"{left + (epoch - 1) * 300 / (epochs - 1):g},"
            f"{270 - 220 * (loss - low) / (high - low):.1f}"
        )

    guess = math.log(6)
    told = []
    for left, name, shortcuts in ((80, "plain", False), (490, "residual", True)):
        parts += [
            text(left, 34, f"{name} networks", anchor="start", bold=True, size=15),
            path(f"M{left},50 V270 H{left + 312}", head=False, width=1.2),
            text(left + 150, 308, "epoch", size=12, color=QUIET),
        ]
        parts += [
            text(left + (n - 1) * 300 / (epochs - 1), 288, str(n), size=12, color=QUIET)
            for n in range(1, epochs + 1)
        ]
        for tick in (1.2, 1.6, 2.0, 2.4, 2.8):
            y = float(place(left, 1, tick).split(",")[1])
            parts += [
                text(left - 8, y + 4, f"{tick:.1f}", size=11, anchor="end", color=QUIET),
                f'<path d="M{left},{y:g} H{left + 312}" stroke="#a39d8e" stroke-width="0.5"/>',
            ]
        dots = " L".join(place(left, n, guess) for n in (1, epochs))
        parts.append(
            f'<path d="M{dots}" fill="none" stroke="{QUIET}" stroke-width="1.4" '
            'stroke-dasharray="2 4"/>'
        )
        for depth, color, dash in zip(
            depths, ("#2c7a3b", "#2563a8", SKIP), ("", "7 4", "12 3 2 3"), strict=True
        ):
            losses = [
                sum(values) / len(values)
                for values in zip(
                    *(
                        run["loss"]
                        for run in runs
                        if run["depth"] == depth and run["shortcuts"] is shortcuts
                    ),
                    strict=True,
                )
            ]
            line = " L".join(place(left, n, loss) for n, loss in enumerate(losses, 1))
            parts.append(
                f'<path d="M{line}" fill="none" stroke="{color}" stroke-width="2.4" '
                f'stroke-dasharray="{dash}"/>'
            )
            end = float(place(left, epochs, losses[-1]).split(",")[1])
            parts.append(
                text(
                    left + 318,
                    end + 4,
                    f"{depth} layers",
                    size=12,
                    anchor="start",
                    color=color,
                    bold=True,
                )
            )
            told.append(f"{name}, {depth} layers, from {losses[0]:.2f} to {losses[-1]:.2f}")
    parts.append(
        text(
            24,
            332,
            "loss on the images that are trained on; dotted: a guess",
            size=12,
            anchor="start",
            color=QUIET,
        )
    )
    return figure(
        890,
        346,
        "Training loss of plain and residual networks of several depths",
        f"Loss on the training images over {epochs} epochs, where a guess has {guess:.2f}: "
        + "; ".join(told)
        + ".",
        parts,
    )


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
