"""How a warm parent begins: the command that starts it, and the first message to it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reskit.probe import bubblewrap
from reskit.probe.namespaces import inside


@dataclass(frozen=True)
class Wanted:
    """What is asked of the isolation of a warm parent."""

    secrets: tuple[Path, ...] = ()  # what a learner's code must not read: the course, its answers
    allow_weak: bool = False  # run strangers' code also where the minimum does not hold
    without: frozenset[str] = frozenset()  # layers to leave out, for tests and measurements


def begin(wanted: Wanted, home: Path, work: Path) -> tuple[list[str], dict[str, Any]]:
    """Return the command that starts a warm parent, and what it has to be told first.

    `home` is its own folder, `work` the one within that it begins in.
    """
    command = [sys.executable, "-P", "-m", "reskit.probe.parent"]
    command += [f"--without={name}" for name in sorted(wanted.without)]
    notes = {}
    if "bubblewrap" in wanted.without:
        notes["bubblewrap"] = "left out"
    elif (why := bubblewrap.why_not(home, work)) is not None:
        notes["bubblewrap"] = why
    else:
        command = bubblewrap.wrapped([*command, "--bubblewrap"], home, work)
    hello = {
        "secrets": [str(path) for path in wanted.secrets],
        "namespaces": inside(),
        "allow_weak": wanted.allow_weak,
        "notes": notes,
    }
    return command, hello
