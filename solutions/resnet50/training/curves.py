"""Draw the curves of one training, or of several that went on from each other.

python solutions/resnet50/training/curves.py build/first build/second --out curves.png
"""

import argparse
import json
import sys
from pathlib import Path

import h5py

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # where resnets_utils lies

from resnets_utils import plot_history


def read_history(folders):
    """The figures of all epochs in the checkpoints of these folders, one after the other."""
    epochs = []
    for folder in folders:
        with h5py.File(Path(folder) / "checkpoint.h5", "r") as file:
            epochs += json.loads(file.attrs["history"])
    return {key: [epoch[key] for epoch in epochs] for key in epochs[0]}


def main(arguments=None):
    """Write the picture and print its text alternative; the exit status."""
    parser = argparse.ArgumentParser(description="Draw the curves of a training.")
    parser.add_argument("work", type=Path, nargs="+", help="the --work folders of pretrain.py")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    figure = plot_history(read_history(options.work))
    for axis in figure.axes:
        for line in axis.lines:
            line.set_markersize(3)
    figure.savefig(options.out, dpi=90)
    print(figure.description)
    return 0


if __name__ == "__main__":
    sys.exit(main())
