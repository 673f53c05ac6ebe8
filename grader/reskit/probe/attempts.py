"""The forbidden things, tried for real: the only proof that a layer holds.

Each is harmless where it works, and takes back what it did. A thing counts as stopped when the
system refused it.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from reskit.probe.isolation import Attempt

NOWHERE = "192.0.2.1"  # RFC 5737: an address that belongs to nobody; nothing is sent to it
MISSING_PROGRAM = "/reskit-there-is-no-such-program"


def try_all(secrets: Sequence[str], memory_mib: int) -> list[Attempt]:
    """Try every forbidden thing and return how it went; `secrets` are files and folders."""
    tries: dict[str, Callable[[], str | None]] = {
        "read the course": lambda: _read(secrets),
        "write a file": _write,
        "reach the network": _reach_network,
        "start a process": _start_process,
        "run another program": _run_program,
        "signal another process": _signal,
        "read another process": _read_process,
        "go beyond the limits": lambda: _go_beyond(memory_mib),
    }
    found = []
    for name, attempt in tries.items():
        worked = attempt()
        found.append(Attempt(name, worked is None, worked or "refused"))
    return found


def _read(paths: Sequence[str]) -> str | None:
    for path in paths:
        with contextlib.suppress(OSError):
            if Path(path).is_dir():
                list(Path(path).iterdir())
            else:
                Path(path).open("rb").close()
            return f"{path} was opened"
    return None


def _write() -> str | None:
    name = f"reskit-written-{os.getpid()}"
    for folder in (".", os.environ.get("HOME", "."), "/tmp", "/dev/shm", "/var/tmp", sys.prefix):
        path = Path(folder) / name
        with contextlib.suppress(OSError):
            path.touch()
            path.unlink()
            return f"a file was made in {folder}"
    with contextlib.suppress(OSError):
        Path().chmod(0o700)
        return "the mode of a folder was changed"
    return None


def _reach_network() -> str | None:
    kinds = [("local", socket.AF_UNIX)] if hasattr(socket, "AF_UNIX") else []
    for name, kind in (("internet", socket.AF_INET), *kinds):
        with contextlib.suppress(OSError), socket.socket(kind, socket.SOCK_DGRAM) as opened:
            if kind == socket.AF_INET:
                opened.connect((NOWHERE, 9))  # a datagram socket: this sends nothing
            return f"a socket of kind {name} was opened"
    return None


def _start_process() -> str | None:
    if not hasattr(os, "fork"):
        return "this system starts processes in its own way; nothing here stops it"
    try:
        child = os.fork()
    except OSError:
        return None
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return "a process was started"


def _run_program() -> str | None:
    try:
        os.execv(MISSING_PROGRAM, [MISSING_PROGRAM])
    except PermissionError:
        return None
    except OSError:
        return "a program would have been run"


def _signal() -> str | None:
    if sys.platform == "win32":  # where os.kill would do more than ask
        return "nothing here stops it"
    with contextlib.suppress(OSError):
        os.kill(os.getppid(), 0)
        return "a signal was sent"
    return None


def _read_process() -> str | None:
    if not Path("/proc/self").exists():
        return "nothing here stops it"
    for number in (os.getppid(), 1):
        for name in ("environ", "mem", "cmdline"):
            with contextlib.suppress(OSError):
                Path(f"/proc/{number}/{name}").open("rb").close()
                return f"/proc/{number}/{name} was opened"
    return None


def _go_beyond(memory_mib: int) -> str | None:
    if sys.platform == "win32":
        return "this system has no such limits"
    import resource

    for name, most in ((resource.RLIMIT_AS, memory_mib << 20), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(name)
        if hard == resource.RLIM_INFINITY or hard > most:
            return "memory is not limited"
    with contextlib.suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (hard + 1, hard + 1))
        return "the limit of memory was lifted"
    return None
