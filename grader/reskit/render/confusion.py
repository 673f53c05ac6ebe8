"""A confusion matrix: as a table of text, and as a picture with that text in it."""

from __future__ import annotations

import io

from reskit.render.plain import plain
from reskit.weights.evaluation import Evaluation

COLOURS = "cividis"  # told apart with any colour vision, and in grey
MOST_DRAWN = 30  # classes; the numbers of more would not be readable


def confusion_text(found: Evaluation) -> str:
    """Return the matrix as lines of text: a row for each label, a column for each answer."""
    names = [plain(name) for name in found.classes]
    counts = [[str(count or "·") for count in row] for row in found.confusion]
    width = max(len(text) for text in [*names, *(each for row in counts for each in row)])
    first = max([len("label"), *map(len, names)])
    lines = [
        "A row for each label, a column for each answer of the network:",
        "",
        f"{'label':>{first}}  {' '.join(f'{name:>{width}}' for name in names)}  images  right",
    ]
    for number, (name, row) in enumerate(zip(names, counts, strict=True)):
        images, right = found.of_class(number)
        share = f"{right / images:.1%}" if images else ""
        cells = " ".join(f"{count:>{width}}" for count in row)
        lines.append(f"{name:>{first}}  {cells}  {images:>6}  {share:>6}".rstrip())
    return "\n".join(lines)


def confusion_figure(found: Evaluation, title: str) -> bytes:
    """Return the matrix as a PNG picture; its text stands in the picture's description."""
    from matplotlib.figure import Figure

    count = len(found.classes)
    side = 2.2 + 0.55 * min(count, MOST_DRAWN)
    figure = Figure(figsize=(side + 1.0, side), layout="constrained")
    axes = figure.add_subplot()
    shares = [[cell / (sum(row) or 1) for cell in row] for row in found.confusion]
    drawn = axes.imshow(shares, cmap=COLOURS, vmin=0.0, vmax=1.0)
    axes.set_xticks(range(count), [plain(name) for name in found.classes])
    axes.set_yticks(range(count), [plain(name) for name in found.classes])
    axes.set_xlabel("answer of the network")
    axes.set_ylabel("label")
    axes.set_title(
        f"{plain(title.rsplit('/', 1)[-1])}: {found.right:,} of {found.images:,} right",
        fontsize=10,
        parse_math=False,
    )
    for number, row in enumerate(found.confusion if count <= MOST_DRAWN else ()):
        for place, cell in enumerate(row):
            light = shares[number][place] < 0.5
            axes.text(
                *(place, number, str(cell)),
                ha="center",
                va="center",
                color="white" if light else "black",
            )
    figure.colorbar(drawn, label="share of the label's images")
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=120, metadata={"Description": confusion_text(found)})
    return data.getvalue()
