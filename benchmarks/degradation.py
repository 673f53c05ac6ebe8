"""Does depth hurt? Plain and residual networks of several depths, trained on the course's images.

`python benchmarks/degradation.py` trains small networks that differ in depth and shortcuts alone,
all with batch normalisation, and writes the loss on the images they were trained on to
benchmarks/results/, after each epoch. The figure `degradation.svg` of the course is drawn from it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
COURSE = HERE.parent / "solutions" / "resnet50"
COMMAND = "python benchmarks/degradation.py"
MADE = f"Made by `{COMMAND}` from `degradation.json`; change neither by hand."
DEPTHS = (6, 18, 50)  # 3 x 3 convolutions, beside the first one
WIDTH, BATCH = 16, 32


def main() -> None:
    """Measure, and write what was measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=2, help="how many trainings of each network")
    parser.add_argument("--depths", type=int, nargs="+", default=DEPTHS)
    parser.add_argument("--images", type=int, help="of the training set; by default all")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    options = parser.parse_args()
    figures = measured(options.depths, options.epochs, options.seeds, options.images)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "degradation.json").write_text(json.dumps(figures, indent=2) + "\n")
    text = table(figures)
    (options.out / "degradation.md").write_text(text, encoding="utf-8")
    print(text)


def measured(depths: Any, epochs: int, seeds: int, count: int | None) -> dict[str, Any]:
    """Return the loss of each network after each epoch, and what it was measured on."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.path.insert(0, str(COURSE))
    import keras
    import resnets_utils

    train_x, train_y, *_ = resnets_utils.load_dataset(COURSE / "datasets")
    # Half the size: four pixels become one.
    images = np.float32(train_x[:count]).reshape(-1, 32, 2, 32, 2, 3).mean((2, 4)) / 255
    labels = np.eye(6, dtype=np.float32)[train_y[0, : len(images)]]
    runs = []
    for shortcuts in (False, True):
        for depth in depths:
            for seed in range(1, seeds + 1):
                keras.utils.set_random_seed(seed)
                model = network(depth, shortcuts)
                model.compile(optimizer="adam", loss="categorical_crossentropy")
                began = time.monotonic()
                history = model.fit(images, labels, batch_size=BATCH, epochs=epochs, verbose=0)
                run = {"depth": depth, "shortcuts": shortcuts, "seed": seed}
                run |= {"loss": [round(value, 4) for value in history.history["loss"]]}
                run |= {"seconds": round(time.monotonic() - began, 1)}
                runs.append(run)
                print(json.dumps(run), file=sys.stderr, flush=True)
    return {
        "images": len(images),
        "epochs": epochs,
        "machine": {
            "cores": os.cpu_count(),
            "processor": platform.machine(),
            **{name: version(name) for name in ("tensorflow", "keras", "numpy")},
        },
        "runs": runs,
    }


def network(depth: int, shortcuts: bool) -> Any:
    """A chain of convolutions for images of 32 x 32 pixels; shortcuts pass two of them."""
    import keras
    from keras import layers

    x = image = keras.Input((32, 32, 3))
    x = layers.Conv2D(WIDTH, 5, strides=4, activation="relu")(x)
    for _ in range(depth // 2):
        y = layers.BatchNormalization()(layers.Conv2D(WIDTH, 3, padding="same")(x))
        y = layers.Conv2D(WIDTH, 3, padding="same")(layers.ReLU()(y))
        y = layers.BatchNormalization()(y)
        x = layers.ReLU()(layers.Add()([y, x]) if shortcuts else y)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(6, activation="softmax")(x))


def mean_losses(figures: dict[str, Any]) -> dict[tuple[bool, int], list[float]]:
    """Return the loss after each epoch by (shortcuts, depth), the mean over the seeds."""
    kinds = dict.fromkeys((run["shortcuts"], run["depth"]) for run in figures["runs"])
    return {
        kind: [
            mean(losses)
            for losses in zip(
                *(r["loss"] for r in figures["runs"] if (r["shortcuts"], r["depth"]) == kind),
                strict=True,
            )
        ]
        for kind in kinds
    }


def table(figures: dict[str, Any]) -> str:
    """Return the figures as a page."""
    machine = ", ".join(f"{name} {value}" for name, value in figures["machine"].items())
    seeds = len({run["seed"] for run in figures["runs"]})
    rows = [
        f"| {'residual' if shortcuts else 'plain'} | {depth} | "
        + " | ".join(f"{loss:.2f}" for loss in losses)
        + " |"
        for (shortcuts, depth), losses in mean_losses(figures).items()
    ]
    epochs = range(1, figures["epochs"] + 1)
    return "\n".join(
        [
            "# Does depth hurt?",
            "",
            MADE,
            "",
            f"Loss on the {figures['images']:,} images that each network is trained on, of 32 × 32 "
            f"pixels, in the course of each epoch; the mean of {seeds} trainings. Depth: 3×3 "
            f"convolutions with {WIDTH} filters, each with batch normalisation. A guess has a loss "
            "of 1.79.",
            "",
            "| network | depth | " + " | ".join(f"epoch {epoch}" for epoch in epochs) + " |",
            "| --- | --: |" + " --: |" * len(epochs),
            *rows,
            "",
            f"{machine}.",
            "",
        ]
    )


if __name__ == "__main__":
    main()
