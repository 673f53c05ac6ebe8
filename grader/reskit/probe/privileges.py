"""Rights: what root may and others may not, and how a process gives that up for good."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import struct
import sys
from collections.abc import Sequence
from pathlib import Path

from reskit.probe.system_calls import control

SET_DEATH_SIGNAL, SET_DUMPABLE, DROP_BOUNDING, SET_NO_NEW_PRIVS = 1, 4, 24, 38  # linux/prctl.h
AMBIENT, CLEAR_AMBIENT = 47, 4
CAPABILITIES_VERSION = 0x20080522  # linux/capability.h, version 3
FIRST_USER, USERS = 61_184, 4096  # where systemd, too, takes users from that last a while only


def is_root() -> bool:
    """Return whether this process runs as root, which is stopped by no file's mode."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def own_user() -> int:
    """Return the number of a user that owns nothing, another one for each process of a time."""
    return FIRST_USER + os.getpid() % USERS


def become(user: int, folder: Path) -> None:
    """Run on as `user`, in no group but its own; what is in `folder` becomes the user's.

    Raises OSError where the process may not.
    """
    for path in [*sorted(folder.rglob("*"), reverse=True), folder]:  # the outermost last
        os.chown(path, user, user, follow_symlinks=False)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def can_read_as(user: int, paths: Sequence[str]) -> bool:
    """Return whether `user` reads all of `paths` that are there: tried in a child."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
            status = 0 if all(_reads(path) for path in paths) else 1
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1] == 0


def _reads(path: str) -> bool:
    try:
        if Path(path).is_dir():
            list(Path(path).iterdir())
        else:
            Path(path).open("rb").close()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def give_up_privileges() -> bool:
    """Give up every capability, and gaining any by running a program; False off Linux."""
    if not sys.platform.startswith("linux"):
        return False
    control(SET_NO_NEW_PRIVS, 1)
    with contextlib.suppress(OSError):  # a kernel without ambient capabilities
        control(AMBIENT, CLEAR_AMBIENT)
    with contextlib.suppress(OSError):  # all of them done, or no right to: then there are none
        for number in range(64):
            control(DROP_BOUNDING, number)
    library = ctypes.CDLL(None, use_errno=True)
    none = struct.pack("=IIIIII", 0, 0, 0, 0, 0, 0)
    return int(library.capset(struct.pack("=Ii", CAPABILITIES_VERSION, 0), none)) == 0


def end_with_parent() -> None:
    """Have the kernel kill this process when the thread that started it ends.

    The kernel forgets it whenever a process gains rights or changes its user: call this after.
    """
    if sys.platform.startswith("linux"):
        control(SET_DEATH_SIGNAL, signal.SIGKILL)


def hide_memory() -> None:
    """Keep other processes of the same user from reading or tracing this one."""
    if sys.platform.startswith("linux"):
        control(SET_DUMPABLE, 0)
