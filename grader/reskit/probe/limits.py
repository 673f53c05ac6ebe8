"""Limits of a process, set by the process itself; what Windows does not have is left out."""

from __future__ import annotations

import contextlib
import math
import sys
import time

if sys.platform != "win32":
    import resource

OPEN_FILES = 128
WRITTEN_BYTES = 1 << 20  # what a file could grow to, if one could be opened
THREADS = 1024  # TensorFlow starts a few for each core when an operation runs


def set_limits(memory_mib: int, cpu_seconds: int, *, own_user: bool = False) -> bool:
    """Limit this process, for good; return whether memory and processor time are limited.

    `cpu_seconds` count from now. The number of threads is limited where the process's user has
    no other processes (`own_user`): the kernel counts them by user.
    """
    if sys.platform == "win32":
        return False
    seconds = cpu_seconds + math.ceil(time.process_time() - 0.5)
    # The first CPU limit ends the process with a signal of its own, which tells what happened;
    # the second one ends a process that has shut its ears to it.
    held = _limit(resource.RLIMIT_CPU, seconds, seconds + 2)
    memory = memory_mib << 20
    held &= _limit(resource.RLIMIT_AS, memory, memory)
    for name, value in (
        ("RLIMIT_FSIZE", WRITTEN_BYTES),
        ("RLIMIT_NOFILE", OPEN_FILES),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_MEMLOCK", 0),
        ("RLIMIT_MSGQUEUE", 0),
        ("RLIMIT_RTPRIO", 0),
        *([("RLIMIT_NPROC", THREADS)] if own_user else []),
    ):
        if hasattr(resource, name):  # some are Linux's alone
            _limit(getattr(resource, name), value, value)
    return held


def _limit(which: int, soft: int, hard: int) -> bool:
    """Set a limit; where a lower one is in force already, that one stays."""
    with contextlib.suppress(ValueError, OSError):
        _, most = resource.getrlimit(which)
        if most != resource.RLIM_INFINITY:
            soft, hard = min(soft, most), min(hard, most)
        resource.setrlimit(which, (soft, hard))
        return True
    return False
