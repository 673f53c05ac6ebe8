"""What an epoch costs: the settings by which Keras can train the reference on a processor.

`python benchmarks/training_settings.py` trains the reference ResNet-50 in each setting, a few steps
at a time in turns, and writes seconds per epoch to benchmarks/results/ as JSON and as a table.
Each setting runs in a process of its own, because threads and oneDNN are set before TensorFlow
starts; a process waits while another one is measured.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
COMMAND = "python benchmarks/training_settings.py"
MADE = f"Made by `{COMMAND}` from `training_settings.json`; change neither by hand."
IMAGES, BATCH = 1080, 32
NAIVE = "plain"
# What differs from `model.fit(X, Y, batch_size=32)` of a compiled model.
SETTINGS: dict[str, dict[str, Any]] = {
    NAIVE: {},
    "train(...) of the course": {"course": True},
    "tf.data, prefetched": {"tfdata": True},
    "jit_compile=False": {"jit": False},
    "jit_compile=True": {"jit": True},
    "mixed_bfloat16": {"policy": "mixed_bfloat16"},
    "one thread": {"threads": 1},
    "oneDNN off": {"environment": {"TF_ENABLE_ONEDNN_OPTS": "0"}},
}


def main() -> None:
    """Measure, and write what was measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=34, help="in a turn; an epoch has 34")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", choices=[*SETTINGS], help="beside the plain one")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _serve(SETTINGS[options.child], options.steps)
        return
    names = [NAIVE, *(name for name in options.only or SETTINGS if name != NAIVE)]
    figures = measured(names, options.steps, options.rounds)
    results = HERE / "results"
    (results / "training_settings.json").write_text(json.dumps(figures, indent=2) + "\n")
    text = table(figures)
    (results / "training_settings.md").write_text(text)
    print(text)


def measured(names: Sequence[str], steps: int, rounds: int) -> dict[str, Any]:
    """Return the seconds that each setting took for its first step and for each turn."""
    children: dict[str, subprocess.Popen[str]] = {}
    runs: dict[str, dict[str, Any]] = {}
    load = os.getloadavg()[0]
    try:
        # One after the other: the start of one is not to slow the first step of another.
        for name in names:
            children[name] = _start(name, steps)
            runs[name] = {**_answer(children[name], name), "turns": []}
            print(f"{name}: first step {runs[name]['first']:.1f} s", file=sys.stderr)
        for number in range(rounds):
            for name, child in children.items():
                runs[name]["turns"].append(_ask(child, name))
                turn = runs[name]["turns"][-1]
                print(f"round {number + 1}, {name}: {turn['wall']:.1f} s", file=sys.stderr)
    finally:
        for child in children.values():
            child.terminate()
            child.wait()
    return {
        "steps": steps,
        "rounds": rounds,
        "machine": {
            "cores": os.cpu_count(),
            "processor": platform.machine(),
            "load before": round(load, 2),
            "load after": round(os.getloadavg()[0], 2),
            **{name: version(name) for name in ("tensorflow", "keras", "numpy")},
        },
        "runs": runs,
    }


def table(figures: dict[str, Any]) -> str:
    """Return the figures as a page, the fastest setting first."""
    rows, runs = [], figures["runs"]
    epoch = -(-IMAGES // BATCH) / figures["steps"]
    walls = {name: epoch * median(t["wall"] for t in run["turns"]) for name, run in runs.items()}
    for name in sorted(runs, key=walls.__getitem__):
        run = runs[name]
        cpu = epoch * median(turn["cpu"] for turn in run["turns"])
        rows.append(
            f"| {name} | {walls[name]:.1f} | {cpu:.1f} | {walls[name] / walls[NAIVE]:.2f} "
            f"| {run['first']:.1f} | {run['turns'][-1]['loss']:.3f} |"
        )
    machine = "; ".join(f"{key} {value}" for key, value in figures["machine"].items())
    return "\n".join(
        [
            "# Seconds per epoch of ResNet-50, by setting",
            "",
            MADE,
            "",
            f"{IMAGES:,} images in batches of {BATCH}; {figures['rounds']} turns of "
            f"{figures['steps']} steps in each setting, medians, scaled to an epoch. Ratio: to "
            "plain `model.fit`. First: until the first step is done, which is mostly tracing.",
            "",
            "| setting | s per epoch | CPU s | ratio | first s | loss at the end |",
            "| --- | --- | --- | --- | --- | --- |",
            *rows,
            "",
            f"{machine}.",
            "",
        ]
    )


def _start(name: str, steps: int) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        **SETTINGS[name].get("environment", {}),
    }
    command = [sys.executable, __file__, "--child", name, "--steps", str(steps)]
    return subprocess.Popen(
        command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def _ask(child: subprocess.Popen[str], name: str) -> dict[str, Any]:
    assert child.stdin is not None
    child.stdin.write("turn\n")
    child.stdin.flush()
    return _answer(child, name)


def _answer(child: subprocess.Popen[str], name: str) -> dict[str, Any]:
    assert child.stdout is not None
    for line in child.stdout:
        if line.startswith("{"):
            found: dict[str, Any] = json.loads(line)
            return found
    raise SystemExit(f"The setting {name!r} ended with status {child.wait()}.")


def _serve(setting: dict[str, Any], steps: int) -> None:
    """In a process of its own: build, train one step, then a turn for each line that comes in."""
    import keras
    import tensorflow as tf

    if threads := setting.get("threads"):
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
    sys.path.insert(0, str(HERE.parent / "solutions" / "resnet50"))
    import resnets_utils
    from training.network import build

    keras.utils.set_random_seed(1)
    keras.config.set_dtype_policy(setting.get("policy", "float32"))
    train_x, train_y, *_ = resnets_utils.load_dataset(HERE.parent / "solutions/resnet50/datasets")
    # Whole batches, so that no second shape is traced within a turn.
    images = np.float32(train_x[: BATCH * min(steps, IMAGES // BATCH)]) / 255
    labels = np.eye(6, dtype=np.float32)[train_y[0, : len(images)]]
    model = build()
    model.compile(
        optimizer="adam",
        loss="categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=setting.get("jit", "auto"),
    )

    def fit(x: Any, y: Any) -> tuple[float, float]:
        """(loss, seconds to leave out)."""
        if setting.get("course"):
            # Its writing counts; the averages do not: it measures them once, after all epochs.
            loss, averages = _course_epoch(resnets_utils, model, x, y)
            return loss, 2 * averages
        if setting.get("tfdata"):
            data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(x)).batch(BATCH)
            history = model.fit(data.prefetch(tf.data.AUTOTUNE), verbose=0).history
        else:
            history = model.fit(x, y, batch_size=BATCH, verbose=0).history
        return float(history["loss"][-1]), 0.0

    began = time.monotonic()
    model.fit(images[:BATCH], labels[:BATCH], batch_size=BATCH, verbose=0)
    print(json.dumps({"first": time.monotonic() - began}), flush=True)
    for _ in sys.stdin:
        began, spent = time.monotonic(), time.process_time()
        loss, aside = fit(images, labels)
        # A turn may have fewer images than steps ask for; it counts as the share it is.
        scale = steps * BATCH / len(images)
        turn = {
            "wall": (time.monotonic() - began - aside) * scale,
            "cpu": (time.process_time() - spent) * scale,
            "loss": loss,
        }
        print(json.dumps(turn), flush=True)


def _course_epoch(resnets_utils: Any, model: Any, x: Any, y: Any) -> tuple[float, float]:
    """(loss, seconds that measuring the averages takes) of `train` with one epoch."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        history = resnets_utils.train(model, x, y, epochs=1, batch_size=BATCH, folder=folder)
    began = time.monotonic()
    resnets_utils.refresh_averages(model, x, BATCH)
    return history["loss"][-1], time.monotonic() - began


if __name__ == "__main__":
    main()
