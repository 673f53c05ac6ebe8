"""Put the grader of a bundle in its place: run once by setup.sh, with the Python of the bundle.

`python gradescope_place.py /autograder/source`
"""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path


def place(source: Path) -> None:
    """Make the package importable, and the course readable for nobody but its owner.

    A learner's process sees the folders of Python, so the package has one without the course.
    """
    packages = Path(sysconfig.get_path("purelib"))
    (packages / "reskit.pth").write_text(f"{source / 'package'}\n", encoding="utf-8")
    for path in (source / "course", *(source / "course").rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)


if __name__ == "__main__":
    place(Path(sys.argv[1]).resolve())
