"""Walk the instructor's page as a newcomer does: a fresh clone, a new environment, every command.

    python tests/docs/walk_instructor.py [--keep FOLDER]

clones the last commit of this repository into an empty folder and types in every block of
docs/instructor.md that is not marked "not run", installation and demo among them. It takes some
minutes, most of them for TensorFlow. At its end three learners have their feedback. Prints how
long each step took.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from blocks import NOT_RUN, blocks
from typing_in import Done, PageError, type_in

ROOT = Path(__file__).resolve().parents[2]
PAGE = Path("docs") / "instructor.md"
PATIENCE = 3600  # seconds for all; the installation depends on the network
KEPT = ("PATH", "LANG", "TMPDIR", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")  # and PIP_*
LEARNERS = {"ada": ("100",), "ben": ("86", "100"), "cleo": ("30",)}  # a page for each hand-in


def main() -> int:
    """Return 0 when every learner has the feedback, 1 when a step failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--keep", type=Path, help="clone into this folder, and leave it there")
    options = parser.parse_args()
    if options.keep is not None:
        return walk(options.keep)
    with tempfile.TemporaryDirectory(prefix="reskit-walk-") as scratch:
        return walk(Path(scratch) / "clone")


def walk(clone: Path) -> int:
    """Clone into a folder that is not there, type everything in, and look at what came of it."""
    command = ["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(clone)]
    subprocess.run(command, check=True)
    home = clone.parent / f"{clone.name}-home"
    home.mkdir()
    steps = [
        step for block in blocks(clone / PAGE) if block.mark != NOT_RUN for step in block.steps()
    ]
    try:
        done = type_in(steps, clone, surroundings(home), PATIENCE)
    except PageError as error:
        print(error)
        return 1
    tell(done)
    return problems(clone)


def surroundings(home: Path) -> dict[str, str]:
    """Return the environment of somebody who has just logged in."""
    kept = {
        name: value for name, value in os.environ.items() if name in KEPT or name.startswith("PIP_")
    }
    return kept | {"HOME": str(home)}


def tell(done: list[Done]) -> None:
    """Print how long each step took, and all together."""
    for each in done:
        first = each.step.script.splitlines()[0]
        print(f"{each.seconds:7.1f} s  {each.step.place:20} {first}")
    print(f"{sum(each.seconds for each in done):7.1f} s  all of {PAGE}")


def problems(clone: Path) -> int:
    """Look at the learners' pages; return 1 where one is missing or has another score."""
    wrong = 0
    for learner, scores in LEARNERS.items():
        folder = clone / "build" / "learners" / learner / "resnet50" / "feedback"
        pages = sorted(folder.glob("*/ResNet50.html"))
        texts = [page.read_text(encoding="utf-8") for page in pages]
        right = len(texts) == len(scores) and all(
            f"(Score: {float(score)} / 100.0)" in text
            for score, text in zip(scores, texts, strict=True)
        )
        print(f"{learner}: {len(pages)} pages of feedback, {'right' if right else 'WRONG'}")
        wrong |= not right
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
