"""The zip file that makes a Gradescope autograder of this course.

Gradescope unpacks it to /autograder/source in an image of its own, runs setup.sh there once, and
run_autograder for each submission. The grader in it is this package as it stands, with the
versions that it runs with here.
"""

from __future__ import annotations

import io
import platform
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from reskit.course import Course
from reskit.weights.reference import asked_files

NEEDED = (
    "tensorflow",
    "keras",
    "numpy",
    "h5py",
    "pillow",
    "pygments",
    "rich",
)  # what grading imports
PYTHONS = ("3.13", "3.12", "3.11")  # what Ubuntu may have, the newest first
OLDEST = (1980, 1, 1, 0, 0, 0)  # the time of each entry: the same course gives the same bytes
PLAIN, PROGRAM = 0o100644, 0o100755

SETUP = """\
#!/usr/bin/env bash
# Made by `reskit export --gradescope-bundle`. Gradescope runs it once, as root, when the image is
# built: Python, the packages, and a look at which layers keep learners' code in.
set -euo pipefail
source="${{AUTOGRADER_ROOT:-/autograder}}/source"
export DEBIAN_FRONTEND=noninteractive
apt-get update
for version in {pythons}; do
  if apt-get install -y "python$version" "python$version-venv"; then
    python="python$version"
    break
  fi
done
if [ -z "${{python:-}}" ]; then
  echo "This image has no Python from 3.11 on. Choose Ubuntu 22.04 or later as base image." >&2
  exit 1
fi
apt-get install -y bubblewrap || true  # one layer more, where the container allows it
"$python" -m venv "$source/venv"
"$source/venv/bin/pip" install --no-cache-dir -r "$source/requirements.txt"
"$source/venv/bin/python" "$source/package/reskit/exports/gradescope_place.py" "$source"
RESKIT_COURSE="$source/course" "$source/venv/bin/python" -P -m reskit doctor ||
  echo "Not all is ready; what is missing stands above."
"""

RUN = """\
#!/usr/bin/env bash
# Made by `reskit export --gradescope-bundle`. Gradescope runs it for each submission.
set -euo pipefail
root="${{AUTOGRADER_ROOT:-/autograder}}"
export RESKIT_COURSE="$root/source/course" TF_CPP_MIN_LOG_LEVEL=3
cd "$root"
exec "$root/source/venv/bin/python" -P -m reskit.exports.gradescope_run "$root"{options}
"""


def gradescope_bundle(course: Course, *, allow_weak: bool = False) -> bytes:
    """Return the zip file; `allow_weak` grades also where learners' code is not kept in well."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data, mode in _entries(course, allow_weak=allow_weak):
            entry = zipfile.ZipInfo(name, OLDEST)
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, data)
    return target.getvalue()


def _entries(course: Course, *, allow_weak: bool) -> Iterator[tuple[str, bytes, int]]:
    """Yield (name, content, mode) of each file; no answer cell and no submission is among them."""
    options = " --allow-weak-isolation" if allow_weak else ""
    yield "setup.sh", SETUP.format(pythons=" ".join(_pythons())).encode(), PROGRAM
    yield "run_autograder", RUN.format(options=options).encode(), PROGRAM
    yield "requirements.txt", _requirements().encode(), PLAIN
    package = Path(__file__).resolve().parents[1]
    for path in sorted(package.rglob("*.py")):
        yield f"package/reskit/{path.relative_to(package).as_posix()}", path.read_bytes(), PLAIN
    needed = (course.manifest, course.outputs, course.hidden_outputs, *asked_files(course))
    for path in needed:
        yield f"course/{path.relative_to(course.root).as_posix()}", path.read_bytes(), PLAIN


def _pythons() -> list[str]:
    """Return the versions of Python to try, the one that runs here first."""
    here = ".".join(platform.python_version_tuple()[:2])
    return [here, *(each for each in PYTHONS if each != here)]


def _requirements() -> str:
    return "".join(f"{name}=={version(name)}\n" for name in NEEDED)
