"""Namespaces: a process that sees no network, no other process, and none of their memory."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from reskit.probe.system_calls import call, machine, numbers

KINDS = {  # linux/sched.h, and the names under /proc/self/ns
    "user": 0x10000000,
    "net": 0x40000000,
    "ipc": 0x08000000,
    "uts": 0x04000000,
    "pid": 0x20000000,
}
NOBODY = 65_534
# Without "pid" there is no second process to keep; both are tried, the better one first.
TRIED = (("net", "ipc", "uts", "pid"), ("net", "ipc", "uts"))


def enter(*, user: bool) -> tuple[str, ...]:
    """Put this process into namespaces of its own, and return which; () where none can be had.

    With `user` a user namespace too, in which nobody has a right over what lies outside; without
    privileges there is no other way. Only a process with one thread can do this. In a namespace
    for processes the caller goes on as its first process, and what called this waits for it: when
    that one ends, the kernel ends whatever it has left.
    """
    kind = machine()
    if kind is None:
        return ()
    for names in TRIED:
        wanted = (*(("user",) if user else ()), *names)
        if _works(wanted, kind):
            break
    else:
        return ()
    _unshare(wanted, kind)
    if "pid" in wanted:
        _go_on_as_first()
    return wanted


def _works(wanted: tuple[str, ...], kind: str) -> bool:
    """Return whether a process can have these namespaces: tried in a child, for half is no good."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            _unshare(wanted, kind)
            status = 0
        except OSError:
            pass
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1] == 0


def _unshare(wanted: tuple[str, ...], kind: str) -> None:
    """Move this process into the namespaces. Raises OSError where the system does not allow it."""
    outer = (os.geteuid(), os.getegid())
    if call(numbers(kind)["unshare"], sum(KINDS[name] for name in wanted)) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    if "user" in wanted:
        _map(*outer)


def _map(user: int, group: int) -> None:
    """Let the user be itself in the namespace; root is nobody there."""
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    for name, outer in (("uid_map", user), ("gid_map", group)):
        Path(f"/proc/self/{name}").write_text(f"{outer or NOBODY} {outer} 1", encoding="ascii")


def _go_on_as_first() -> None:
    """Return in a child, the first process of the namespace; end as it ends."""
    child = os.fork()
    if child == 0:
        return
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):  # so that whoever reads sees the child's end
        os.dup2(null, number)
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def inside() -> dict[str, str]:
    """Return {kind: identity} of the namespaces that this process is in; {} off Linux."""
    folder = Path("/proc/self/ns")
    if not sys.platform.startswith("linux") or not folder.is_dir():
        return {}
    return {name: str((folder / name).readlink()) for name in KINDS if (folder / name).is_symlink()}
