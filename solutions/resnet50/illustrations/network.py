"""The whole network, stage by stage."""

from illustrations.svg import QUIET, box, figure, path, text


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
