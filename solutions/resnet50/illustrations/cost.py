"""What a bottleneck saves, and which pixels a stride skips."""

from illustrations.svg import FILL_AND_STROKE, QUIET, figure, path, text


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
