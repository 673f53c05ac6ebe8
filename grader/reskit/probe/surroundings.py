"""What the warm parent puts around itself before it imports anything: its children inherit it."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from reskit.probe.landlock import SYSTEM, outermost, python_folders
from reskit.probe.namespaces import enter
from reskit.probe.privileges import (
    become,
    can_read_as,
    end_with_parent,
    give_up_privileges,
    is_root,
    own_user,
)


@dataclass(frozen=True)
class Surroundings:
    """What is around the warm parent, and so around each of its children."""

    without: frozenset[str] = frozenset()  # layers that are left out, for tests and measurements
    bubblewrap: bool = False
    namespaces: tuple[str, ...] = ()
    user: int | None = None  # the user that root has become
    root: bool = False  # root, seen from outside, because it could not become another
    notes: dict[str, str] = field(default_factory=dict)  # {layer: why it is absent}
    readable: tuple[str, ...] = ()  # what the children may read

    @property
    def own_user(self) -> bool:
        """Whether the kernel counts no other processes to the user of the children."""
        return self.user is not None or "user" in self.namespaces

    @property
    def first_process(self) -> bool:
        """Whether this process is the first of its own namespace, and may end all others in it."""
        return os.getpid() == 1 and (self.bubblewrap or "pid" in self.namespaces)


def surround(without: Collection[str], *, bubblewrap: bool, home: Path) -> Surroundings:
    """Put around this process what this machine has, and return what that is.

    As root it becomes a user that owns nothing, if that user can read Python. `home` is the
    process's own folder. Only a process with one thread can do this; it may go on in a child.
    """
    user, notes, root = None, {}, is_root()
    if root and "user" not in without:
        user = own_user()
        needed = [*python_folders(), str(Path(__file__).resolve().parents[1]), str(home.parent)]
        if not can_read_as(user, needed):
            user = None
            notes["user"] = (
                "Python lies where only root can read it, so the code runs as root without any "
                "of root's rights; installing Python where all can read it mends that"
            )
    names: tuple[str, ...] = ()
    if not bubblewrap and "namespaces" not in without:
        names = enter(user=user is None)
        if not names:
            notes["namespaces"] = "the system does not let this user make any"
    if user is not None:
        become(user, home)
    if bubblewrap or "pid" in names:
        end_with_parent()
    if "privileges" not in without:
        give_up_privileges()
    root = root and user is None
    readable = tuple(outermost([*SYSTEM, *python_folders()]))
    return Surroundings(frozenset(without), bubblewrap, names, user, root, notes, readable)


def forks(without: frozenset[str]) -> bool:
    """Return whether children are forked here; elsewhere than on Linux that is not safe."""
    return sys.platform.startswith("linux") and "fork" not in without
