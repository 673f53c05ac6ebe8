"""The training loss of networks of several depths, as it was measured."""

import json
import math
from pathlib import Path

from illustrations.svg import QUIET, SKIP, figure, path, text

DEGRADATION = Path(__file__).resolve().parents[3] / "benchmarks" / "results" / "degradation.json"


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
