"""How a process that is about to run a learner's code shuts itself in, layer by layer."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection

from reskit.probe.landlock import give_up_files
from reskit.probe.limits import set_limits
from reskit.probe.privileges import end_with_parent, give_up_privileges, hide_memory
from reskit.probe.seccomp import filter_calls
from reskit.probe.surroundings import Surroundings


def shut_in(
    memory_mib: int, cpu_seconds: int, keep: Collection[int], around: Surroundings
) -> dict[str, bool]:
    """Leave this process no descriptors but 0 to 2 and `keep`, no rights, tight limits.

    Returns which layers hold. The order matters: what takes rights comes before giving them up,
    and the filter of system calls, which refuses what the others need, comes last.
    """
    held = {}
    with contextlib.suppress(AttributeError, PermissionError):  # Windows; it has one already
        os.setsid()
    close_all_but(keep)
    if "privileges" not in around.without:
        held["privileges"] = give_up_privileges()
    end_with_parent()
    hide_memory()
    if "limits" not in around.without:
        held["limits"] = set_limits(memory_mib, cpu_seconds, own_user=around.own_user)
    if "landlock" not in around.without:
        held["landlock"] = give_up_files(around.readable)
    if "seccomp" not in around.without:
        held["seccomp"] = filter_calls()
    return held


def close_all_but(keep: Collection[int]) -> None:
    """Close every descriptor from 3 on that is not in `keep`."""
    first = 3
    for number in sorted(keep):
        os.closerange(first, number)
        first = max(first, number + 1)
    os.closerange(first, max(first, 4096))
