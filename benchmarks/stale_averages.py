"""Do the averages of batch normalisation lag behind? The reference, measured after each epoch.

`python benchmarks/stale_averages.py` trains ResNet-50 as the notebook does and writes to
benchmarks/results/, after each epoch, how many of the same images are right in four ways: as
training saw them, with the averages that training left, with averages measured anew, and, of the
test images, with both.
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
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
COURSE = HERE.parent / "solutions" / "resnet50"
COMMAND = "python benchmarks/stale_averages.py"
MADE = f"Made by `{COMMAND}` from `stale_averages.json`; change neither by hand."
BATCH, SEED = 32, 1  # as in the notebook


def main() -> None:
    """Measure, and write what was measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--images", type=int, help="of the training set; by default all")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    options = parser.parse_args()
    figures = measured(options.epochs, options.images)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "stale_averages.json").write_text(json.dumps(figures, indent=2) + "\n")
    text = table(figures)
    (options.out / "stale_averages.md").write_text(text, encoding="utf-8")
    print(text)


def measured(epochs: int, count: int | None) -> dict[str, Any]:
    """Return the accuracies after each epoch, and what they were measured on."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.path.insert(0, str(COURSE))
    import keras
    import resnets_utils
    from training.network import build

    train_x, train_y, test_x, test_y, _ = resnets_utils.load_dataset(COURSE / "datasets")
    images, test = np.float32(train_x[:count]) / 255, np.float32(test_x) / 255
    labels = np.eye(6, dtype=np.float32)[train_y[0, : len(images)]]
    test_labels = np.eye(6, dtype=np.float32)[test_y[0]]
    keras.utils.set_random_seed(SEED)
    model = build()
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    averages = [weight for weight in model.non_trainable_weights if "moving" in weight.path]
    rows = []
    for epoch in range(epochs):
        began = time.monotonic()
        # The order in which `train` of the course shows the images.
        order = np.random.Generator(np.random.PCG64([SEED, epoch])).permutation(len(images))
        history = model.fit(
            images[order], labels[order], batch_size=BATCH, shuffle=False, verbose=0
        ).history
        row = {"epoch": epoch + 1, "seconds": round(time.monotonic() - began, 1)}
        row |= {"training": history["accuracy"][0]}
        row |= {"left": _accuracy(model, images, labels)}
        row |= {"left_test": _accuracy(model, test, test_labels)}
        kept = [weight.numpy() for weight in averages]
        began = time.monotonic()
        resnets_utils.refresh_averages(model, images, BATCH)
        row |= {"refresh_seconds": round(time.monotonic() - began, 1)}
        row |= {"fresh": _accuracy(model, images, labels)}
        row |= {"fresh_test": _accuracy(model, test, test_labels)}
        for weight, value in zip(averages, kept, strict=True):  # training goes on as it would have
            weight.assign(value)
        rows.append(row)
        print(json.dumps(row), file=sys.stderr, flush=True)
    return {
        "images": len(images),
        "test images": len(test),
        "machine": {
            "cores": os.cpu_count(),
            "processor": platform.machine(),
            "load after": round(os.getloadavg()[0], 2),
            **{name: version(name) for name in ("tensorflow", "keras", "numpy")},
        },
        "epochs": rows,
    }


def table(figures: dict[str, Any]) -> str:
    """Return the figures as a page."""
    machine = ", ".join(f"{name} {value}" for name, value in figures["machine"].items())
    rows = [
        f"| {row['epoch']} | {row['training']:.3f} | {row['left']:.3f} | {row['fresh']:.3f} "
        f"| {row['left_test']:.3f} | {row['fresh_test']:.3f} |"
        for row in figures["epochs"]
    ]
    return "\n".join(
        [
            "# Averages that lag behind",
            "",
            MADE,
            "",
            f"ResNet-50, trained as in the notebook; {figures['images']:,} training images, "
            f"{figures['test images']} test images. Accuracy after each epoch: of the training "
            "images as training saw them (each batch normalised with its own mean and variance, "
            "weights still changing), in `evaluate` with the moving averages that training left, "
            "and in `evaluate` with averages measured anew; then the test images in `evaluate`.",
            "",
            "| epoch | training images, in training | averages of training | averages anew "
            "| test images, averages of training | averages anew |",
            "| --: | --: | --: | --: | --: | --: |",
            *rows,
            "",
            f"A guess is right in 0.167 of all cases. {machine}.",
            "",
        ]
    )


def _accuracy(model: Any, images: Any, labels: Any) -> float:
    return float(
        model.evaluate(images, labels, batch_size=120, verbose=0, return_dict=True)["accuracy"]
    )


if __name__ == "__main__":
    main()
