"""Train the reference ResNet-50 on a data set of hands and pack it into a small `resnet50.h5`.

Twenty-three million weights are far more than six classes of small pictures need, and more than
two processor cores train in an hour. So a narrow ResNet-50 learns, built from the same blocks in
the same order with a quarter of the channels. Then it is placed in the wide one: its weights
come first, all others are zero, and the wide network computes the same function. The weights are
rounded to bfloat16 precision, so that two of their four bytes are zero, the BatchNormalization
statistics are measured anew, and the file is compressed. Any Keras 3 loads it like any other.

A checkpoint is written after every epoch: stop with Ctrl-C, run the same command, and it goes on.

    python solutions/resnet50/pretrain.py
    python solutions/resnet50/pretrain.py --data other/datasets --out other/resnet50.h5
"""

import argparse
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # for whoever loads this file from elsewhere

import numpy as np  # noqa: E402
from training.measuring import measure_accuracy, measure_statistics  # noqa: E402
from training.network import build, build_narrow, narrow_down, silence_main_paths, widen  # noqa: E402
from training.packing import round_to_bfloat16, round_weights, save_model  # noqa: E402
from training.pictures import as_input, augment, read_data, read_more  # noqa: E402
from training.plan import Plan  # noqa: E402
from training.run import finish, train  # noqa: E402

__all__ = [
    "Plan",
    "as_input",
    "augment",
    "build",
    "build_narrow",
    "finish",
    "main",
    "measure_accuracy",
    "measure_statistics",
    "narrow_down",
    "read_data",
    "round_to_bfloat16",
    "round_weights",
    "save_model",
    "silence_main_paths",
    "train",
    "widen",
]


def main(arguments=None):
    """Pre-train and pack; 0 when the file is written, 2 on wrong data, 130 after Ctrl-C."""
    options = _options(arguments)
    plan = Plan(
        epochs=options.epochs, rate=options.rate, divisor=options.divisor, seed=options.seed
    )
    try:
        (images, labels), test = read_data(options.data)
        if options.more:
            more_images, more_labels = read_more(options.more)
            images = np.concatenate([images, more_images])
            labels = np.concatenate([labels, more_labels])
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    options.work.mkdir(parents=True, exist_ok=True)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before the import: keeps the log quiet

    import keras

    keras.utils.set_random_seed(plan.seed)
    classes = 1 + int(max(labels.max(), test[1].max()))
    model = build_narrow(plan.divisor, classes)
    if options.start:
        narrow_down(keras.models.load_model(options.start, compile=False), model)
    else:
        silence_main_paths(model)

    def say(line):
        print(line, flush=True)

    try:
        train(model, ((images, labels), test), plan, options.work, say)
    except KeyboardInterrupt:
        say(f"stopped; the same command goes on from {options.work}")
        return 130
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    finish(model, ((images, labels), test), options.out, say)
    return 0


def _options(arguments):
    usual = Plan()
    parser = argparse.ArgumentParser(description="Train the reference ResNet-50 and pack it.")
    parser.add_argument("--data", type=Path, default=HERE / "datasets", help="two .h5 files")
    parser.add_argument("--more", type=Path, help="extra_signs.h5 of hands.py, to train with too")
    parser.add_argument("--out", type=Path, default=HERE / "resnet50.h5", help="file to write")
    parser.add_argument(
        "--work", type=Path, default=HERE.parents[1] / "build" / "pretrain", help="for checkpoints"
    )
    parser.add_argument("--epochs", type=int, default=usual.epochs)
    parser.add_argument("--divisor", type=int, default=usual.divisor, help="of the channels")
    parser.add_argument("--rate", type=float, default=usual.rate, help="highest step size of Adam")
    parser.add_argument("--start", type=Path, help="a .h5 that this recipe made, to go on from")
    parser.add_argument("--seed", type=int, default=usual.seed)
    options = parser.parse_args(arguments)
    if options.epochs < 1 or options.divisor < 1:
        parser.error("--epochs and --divisor take a number of at least 1")
    return options


if __name__ == "__main__":
    sys.exit(main())
