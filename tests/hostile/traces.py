"""What a hostile submission might leave on this machine: looked for before and after."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

NAMES = ("reskit_hostile", "autograder_attack", "PWNED", "results.json")
FOLDERS = ("/tmp", "/var/tmp", "/dev/shm", "~", "~/.keras", ".")
CANARY = Path(f"/tmp/reskit_hostile_canary_{os.getpid()}")  # two runs may go side by side
PORT, SYSTEM_V_KEY = 47115, 0x5E510001  # those of the attacks
GONE_SECONDS = 8.0  # the attacks that stay stay for longer
TOKEN = "OPENBLAS_OF_THE_HOSTILE_SET"  # a child of the grader keeps what begins so


def processes(value: str) -> set[str]:
    """Return number and command of what was started, at any remove, with TOKEN set to `value`."""
    found = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            with contextlib.suppress(OSError):  # it ended, or is another user's
                if f"{TOKEN}={value}".encode() in (folder / "environ").read_bytes():
                    command = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                    found.add(f"{folder.name} {command.decode(errors='replace')}")
    return found


def survivors(value: str) -> set[str]:
    """Return what is still there of these processes once the killed ones had time to go.

    The kernel takes a moment to take apart a process of a gigabyte that was killed.
    """
    end = time.monotonic() + GONE_SECONDS
    while (found := processes(value)) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def left_behind() -> set[str]:
    """Return files, doors and objects of the kernel that bear the marks of the attacks."""
    return {*_files(), *_doors(), *_system_v()}


def _files() -> Iterator[str]:
    for folder in FOLDERS:
        place = Path(folder).expanduser()
        with contextlib.suppress(OSError):
            for entry in place.iterdir():
                is_canary = entry.name.startswith("reskit_hostile_canary_")
                if not is_canary and any(name in entry.name for name in NAMES):
                    yield str(entry)


def _doors() -> Iterator[str]:
    for table in ("tcp", "tcp6", "udp", "udp6", "unix"):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/net/{table}").read_text(errors="replace").splitlines():
                if f":{PORT:04X} " in line or "@reskit_hostile" in line:
                    yield f"{table}: {line.split()[1]}"


def _system_v() -> Iterator[str]:
    for table in ("shm", "sem", "msg"):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/sysvipc/{table}").read_text().splitlines()[1:]:
                if line.split()[0] == str(SYSTEM_V_KEY):
                    yield f"{table} {SYSTEM_V_KEY:#x}"


def canary() -> tuple[int, ...] | None:
    """Return rights, owner, size and time of the canary; None where it is gone."""
    try:
        about = CANARY.lstat()
    except OSError:
        return None
    return (about.st_mode, about.st_uid, about.st_gid, about.st_size, int(about.st_mtime))
