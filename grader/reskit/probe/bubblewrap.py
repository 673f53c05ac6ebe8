"""Bubblewrap: the warm parent sees Python, the system's libraries, and no other file.

https://github.com/containers/bubblewrap; a program of its own, used where it is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from reskit.probe.landlock import SYSTEM, outermost, python_folders
from reskit.probe.privileges import is_root

SECONDS = 20.0
KEPT_BY_ROOT = ("CAP_SETUID", "CAP_SETGID", "CAP_CHOWN", "CAP_SETPCAP")  # to become nobody with


def wrapped(command: Sequence[str], home: Path, folder: Path) -> list[str]:
    """Return the command that runs `command` in `folder`, with nothing writable but `home`.

    The first process of its own namespace is the command itself; it ends with the thread that
    starts this.
    """
    program = shutil.which("bwrap") or "bwrap"
    words = [program, "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-pid"]
    words += ["--die-with-parent", "--as-pid-1", "--cap-drop", "ALL"]
    if is_root():
        for name in KEPT_BY_ROOT:
            words += ["--cap-add", name]
    else:
        words.append("--unshare-user")
    words += ["--tmpfs", "/tmp", "--proc", "/proc", "--dev", "/dev"]
    readable = _readable()
    for path in _above(readable):  # made for all to pass; by itself bubblewrap makes them for root
        words += ["--dir", path]
    for path in readable:
        if Path(path).is_symlink():
            words += ["--symlink", str(Path(path).readlink()), path]
        elif Path(path).exists():
            words += ["--ro-bind", path, path]
    return [*words, "--bind", str(home), str(home), "--chdir", str(folder), "--", *command]


def _readable() -> list[str]:
    """Return what Python needs to start, without what lies within another of them."""
    system = [path for path in SYSTEM if not path.startswith(("/proc", "/dev"))]
    programs = [str(Path(prefix) / "bin") for prefix in (sys.prefix, sys.base_prefix)]
    kit = str(Path(__file__).resolve().parents[1])
    return outermost([*system, *python_folders(), *programs, kit])


def _above(paths: Sequence[str]) -> list[str]:
    """Return the folders that lie above some paths, outermost first, without the root."""
    return sorted({str(folder) for path in paths for folder in Path(path).parents} - {"/"})


def why_not(home: Path, folder: Path) -> str | None:
    """Return why bubblewrap cannot be used here, None where it can: tried with Python's start."""
    if not sys.platform.startswith("linux"):
        return "it is a program for Linux"
    if shutil.which("bwrap") is None:
        return "the program bwrap is not installed"
    command = wrapped([sys.executable, "-I", "-S", "-c", ""], home, folder)
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=SECONDS, env=_environment()
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bwrap does not run: {error}"
    words = done.stderr.strip().split("\n")[0]
    return None if done.returncode == 0 else f"bwrap does not run: {words[:200]}"


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath)}
