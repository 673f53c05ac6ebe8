"""`reskit pretrain`: the course's own recipe, run on its data or on yours."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from reskit.course import Course

STOPPED = 130  # how a shell says: ended by Ctrl-C


def pretrain(course: Course, options: argparse.Namespace, console: Console) -> int:
    """Train the reference and pack it; the exit status of the recipe.

    The recipe runs in a process of its own, because it imports Keras, which the kit's commands
    do not.
    """
    out = model_file(options.out)
    command = [sys.executable, str(course.solution / "pretrain.py")]
    command += ["--out", str(out), "--work", str(out.parent / "checkpoint")]
    for name in ("data", "more", "epochs"):
        value = getattr(options, name)
        if value is not None:
            command += [f"--{name}", str(value)]
    with subprocess.Popen(command, env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}) as recipe:
        while True:
            try:
                return STOPPED if recipe.wait() < 0 else recipe.returncode
            except KeyboardInterrupt:
                # Ctrl-C reaches both processes; the recipe keeps its checkpoint and ends.
                console.print("Stopping; what was learnt is kept. A moment, please.")


def model_file(out: Path) -> Path:
    """Return the file to write: `out` itself if it is named like one, else one in that folder."""
    return out if out.suffix == ".h5" else out / "resnet50.h5"
