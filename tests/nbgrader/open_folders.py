"""A way for other users to the Python of these tests, where it lies in a closed folder.

Python in root's home is closed to everyone else. The command made here shows one program, and
what that starts, the same paths without the closed folders around them: in a mount namespace of
its own, so that nothing changes for anybody else.
"""

from __future__ import annotations

import shlex
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

import reskit


def needed() -> set[Path]:
    """Return the folders that a program in this environment reads its code from."""
    return {Path(sys.base_prefix).resolve(), Path(sys.prefix), Path(reskit.__file__).parents[1]}


def closed_around(folder: Path) -> Path | None:
    """Return the outermost folder around `folder` that others may not enter, None if all may."""
    for around in (*reversed(folder.parents), folder):
        if not around.stat().st_mode & stat.S_IXOTH:
            return around
    return None


def way_in(stash: Path, folders: Iterable[Path]) -> list[str]:
    """Return what to put before a command so that other users can read `folders`."""
    closed = {folder: around for folder in folders if (around := closed_around(folder))}
    if not closed:
        return []
    lines = ["set -e", "mount --make-rprivate /"]
    for number, folder in enumerate(closed):
        place = shlex.quote(str(stash / str(number)))
        lines += [f"mkdir -p {place}", f"mount --rbind {shlex.quote(str(folder))} {place}"]
    for around in {shlex.quote(str(each)) for each in closed.values()}:
        lines.append(f"mount -t tmpfs -o mode=755 none {around}")
    for number, folder in enumerate(closed):
        place, target = shlex.quote(str(stash / str(number))), shlex.quote(str(folder))
        lines += [f"mkdir -p {target}", f"mount --rbind {place} {target}"]
    return ["unshare", "--mount", "sh", "-c", "\n".join([*lines, 'exec "$@"']), "sh"]
