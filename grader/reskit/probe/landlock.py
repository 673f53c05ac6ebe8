"""Landlock: a process gives up every file but those it needs to read, for good.

Linux 5.13 and newer, without privileges. See the kernel's userspace-api/landlock page for the
calls and their numbers.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # system calls, all architectures
VERSION_FLAG = 1
PATH_BENEATH = 1
EXECUTE, READ_FILE, READ_DIR = 1 << 0, 1 << 2, 1 << 3
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # how many rights each version of the interface knows
FILE_RIGHTS_LATER = 16
NETWORK_RIGHTS = 0b11  # bind and connect over TCP, from version 4
SCOPES = 0b11  # abstract sockets of, and signals to, processes outside, from version 6

SYSTEM = (
    *("/usr", "/lib", "/lib64", "/bin", "/etc", "/sys/devices/system"),
    *("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/filesystems"),
    *("/dev/null", "/dev/urandom", "/dev/random"),
)


def version() -> int:
    """Return the version of the kernel's Landlock interface, 0 where there is none."""
    if not sys.platform.startswith("linux"):
        return 0
    return max(0, _system_call(CREATE_RULESET, None, 0, VERSION_FLAG))


def python_folders() -> list[str]:
    """Return what Python itself reads: its standard library and its installed packages."""
    folders = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    folders |= {entry for entry in sys.path if "site-packages" in entry or "lib-dynload" in entry}
    return sorted(folders)


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
    ruleset = _system_call(CREATE_RULESET, attributes[:size], size, 0)
    if ruleset < 0:
        return False
    for path in readable:
        _allow_reading(ruleset, path)
    held = _system_call(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
    return held == 0


def _allow_reading(ruleset: int, path: str) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there need not be read
    rights = READ_FILE | EXECUTE | (READ_DIR if Path(path).is_dir() else 0)
    _system_call(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", rights, handle), 0)
    os.close(handle)


def _system_call(number: int, *arguments: object) -> int:
    library = ctypes.CDLL(None, use_errno=True)
    given = [
        ctypes.c_char_p(each) if isinstance(each, bytes) else ctypes.c_void_p(each)  # type: ignore[arg-type]  # numbers and None
        for each in arguments
    ]
    return int(library.syscall(ctypes.c_long(number), *given))
