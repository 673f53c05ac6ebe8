"""An environment that lacks some packages: all that is installed here, and not those."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import reskit


def environment_without(folder: Path, *packages: str) -> Path:
    """Make a virtual environment at `folder` and return its Python.

    Its packages are links to those of this environment, except `packages` and what tells of them.
    """
    venv.create(folder, with_pip=False, symlinks=True)
    here = Path(sysconfig.get_path("purelib"))
    places = [Path(place) for place in sys.path if place.endswith("site-packages")]
    there = next(folder.glob("lib/python*/site-packages"))
    for origin in (path for place in [*places, here] for path in place.iterdir()):
        name = origin.name.split("-")[0].split(".")[0].lower()
        target = there / origin.name
        if name not in packages and origin.suffix != ".pth" and not target.exists():
            target.symlink_to(origin)
    if not (there / "reskit").exists():  # installed in place
        (there / "reskit").symlink_to(Path(reskit.__file__).parent)
    return folder / "bin" / "python"


def run_reskit(python: Path, course: Path, *arguments: str) -> tuple[int, str]:
    """Run the command in such an environment; return its status and all that it said."""
    done = subprocess.run(
        [python, "-m", "reskit", *arguments],
        env=os.environ | {"RESKIT_COURSE": str(course), "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout
