"""Landlock: a process gives up every file but those it needs to read, for good.

Linux 5.13 and newer, without privileges. See the kernel's userspace-api/landlock page for the
calls and their numbers.
"""

from __future__ import annotations

import os
import stat
import struct
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from reskit.probe.system_calls import call

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # system calls, all architectures
VERSION_FLAG = 1
PATH_BENEATH = 1
READ_FILE, READ_DIR = 1 << 2, 1 << 3
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # how many rights each version of the interface knows
FILE_RIGHTS_LATER = 16
NETWORK_RIGHTS = 0b11  # bind and connect over TCP, from version 4
SCOPES = 0b11  # abstract sockets of, and signals to, processes outside, from version 6

# What Python and TensorFlow's libraries read of a system. Not all of /etc, where root would read
# password hashes; not all of /usr, where nbgrader keeps what learners handed in
# (/usr/local/share/nbgrader).
SYSTEM = (
    *("/usr/lib", "/usr/lib64", "/usr/share", "/usr/local/lib", "/usr/local/lib64"),
    *("/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/mime.types"),
    *("/etc/nsswitch.conf", "/sys/devices/system"),
    *("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/filesystems"),
    *("/dev/null", "/dev/urandom", "/dev/random"),
)


def version() -> int:
    """Return the version of the kernel's Landlock interface, 0 where there is none."""
    if not sys.platform.startswith("linux"):
        return 0
    return max(0, call(CREATE_RULESET, None, 0, VERSION_FLAG))


def python_folders() -> list[str]:
    """Return what Python itself reads: its standard library and its installed packages.

    Not the whole folder it is installed in, which may be a home or the course itself.
    """
    found = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    for prefix in {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}:
        found |= {str(Path(prefix) / name) for name in ("lib", "lib64", "pyvenv.cfg")}
    marks = ("site-packages", "dist-packages", "lib-dynload")
    found |= {entry for entry in sys.path if any(mark in entry for mark in marks)}
    return sorted(found)


def outermost(paths: Iterable[str]) -> list[str]:
    """Return the paths without those that lie within another of them, the shortest first."""
    every = set(paths)
    within = {path for path in every if any(str(above) in every for above in Path(path).parents)}
    return sorted(every - within, key=lambda path: (len(path), path))


def holds(known: int) -> str:
    """Return in words what a version of the interface keeps a process from."""
    parts = ["reading, writing, making and removing files"] if known else []
    parts += ["truncating"] if known >= 3 else []
    parts += ["TCP"] if known >= 4 else []
    parts += ["control of devices"] if known >= 5 else []
    parts += ["abstract sockets and signals to processes outside"] if known >= 6 else []
    return ", ".join(parts)


def give_up_files(readable: Iterable[str]) -> bool:
    """Leave this process, and all it starts, nothing but reading below `readable`.

    Nothing can be written, no TCP connection made, no process outside signalled, as far as the
    kernel knows how. Returns whether that holds; False where the kernel has no Landlock. The
    process must have given up gaining privileges before (PR_SET_NO_NEW_PRIVS).
    """
    known = version()
    if known == 0:
        return False
    rights = (1 << FILE_RIGHTS.get(known, FILE_RIGHTS_LATER)) - 1
    attributes = struct.pack(
        "=QQQ", rights, NETWORK_RIGHTS if known >= 4 else 0, SCOPES if known >= 6 else 0
    )
    size = 8 if known < 4 else 16 if known < 6 else 24
    ruleset = call(CREATE_RULESET, attributes[:size], size, 0)
    if ruleset < 0:
        return False
    for path in readable:
        _allow_reading(ruleset, path)
    held = call(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
    return held == 0


def _allow_reading(ruleset: int, path: str) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there need not be read
    rights = READ_FILE | (READ_DIR if stat.S_ISDIR(os.fstat(handle).st_mode) else 0)
    call(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", rights, handle), 0)
    os.close(handle)
