"""The two blocks, with the roles of the layers written on the boxes."""

from illustrations.svg import QUIET, SKIP, box, figure, layer, path, text

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
