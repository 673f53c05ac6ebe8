"""Run Python as an ordinary user, also where it lies in root's own home."""

from __future__ import annotations

import os
import shlex
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

from reskit.probe.landlock import python_folders


def closed_to_others(path: Path) -> Path | None:
    """Return the outermost folder above a path that other users cannot pass, if there is one."""
    for folder in reversed(path.parents):
        if not folder.stat().st_mode & stat.S_IXOTH:
            return folder
    return None


def readable(command: Sequence[str], stage: Path, also: Sequence[Path] = ()) -> list[str]:
    """Return `command` in a view of the files in which every user can read Python and `also`.

    The view is a mount namespace that ends with the command; nothing is copied and no mode
    changed. `stage` is an empty folder. Only root can do this.
    """
    assert os.geteuid() == 0
    programs = [Path(prefix) / "bin" for prefix in (sys.prefix, sys.base_prefix)]
    needed = [Path(path) for path in python_folders()] + programs + list(also)
    hidden = {path: closed_to_others(path) for path in needed if path.exists()}
    kept = sorted({path.resolve() for path, folder in hidden.items() if folder is not None})
    kept = [path for path in kept if not any(other in path.parents for other in kept)]
    lines = ["set -e"]
    for number, path in enumerate(kept):
        held = stage / str(number)
        lines.append(f"mkdir {held}" if path.is_dir() else f"touch {held}")
        lines.append(f"mount --bind {shlex.quote(str(path))} {held}")
    closed = sorted({str(folder) for folder in hidden.values() if folder is not None})
    lines += [f"mount -t tmpfs -o mode=755 none {shlex.quote(folder)}" for folder in closed]
    for number, path in enumerate(kept):
        held, place = stage / str(number), shlex.quote(str(path))
        lines.append(f"mkdir -p {place}" if path.is_dir() else f"touch {place}")
        lines.append(f"mount --bind {held} {place}")
    lines.append('exec "$@"')
    return ["unshare", "--mount", "sh", "-c", "\n".join(lines), "sh", *command]
