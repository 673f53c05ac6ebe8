"""Batch normalisation in training and in evaluation."""

from illustrations.svg import INK, QUIET, SKIP, box, figure, path, text


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
            text(x + 112, 173, source, size=10, bold=True),
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
