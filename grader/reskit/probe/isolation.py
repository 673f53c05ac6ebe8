"""What keeps a learner's code in: the layers of this machine, and what was tried against them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

# What must not work, by name, and what helps where it does. Below this no stranger's code is run.
MINIMUM = {
    "read the course": "It takes Landlock (Linux 5.13) or bubblewrap: install the package "
    "bubblewrap, and keep the course outside of the folders of Python and the system.",
    "write a file": "It takes Landlock (Linux 5.13) or the filter of system calls.",
    "reach the network": "It takes the filter of system calls, which Linux has on x86-64 and ARM.",
    "start a process": "It takes the filter of system calls.",
    "run another program": "It takes the filter of system calls.",
    "signal another process": "It takes the filter of system calls, or bubblewrap.",
    "read another process": "It takes Landlock (Linux 5.13) or bubblewrap.",
    "go beyond the limits": "It takes the limits of a Unix system.",
}
SWITCHABLE = ("bubblewrap", "namespaces", "user", "privileges", "limits", "landlock", "seccomp")


@dataclass(frozen=True)
class Layer:
    """One means of isolation: whether it holds here, and how, or why not."""

    name: str
    held: bool
    detail: str


@dataclass(frozen=True)
class Attempt:
    """One forbidden thing, tried in a process with all layers: whether it was stopped."""

    name: str
    stopped: bool
    detail: str


@dataclass(frozen=True)
class Isolation:
    """What was found out about the isolation of this machine, by trying."""

    layers: tuple[Layer, ...]
    attempts: tuple[Attempt, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """What the minimum asks for and was not stopped, or was not tried."""
        stopped = {attempt.name for attempt in self.attempts if attempt.stopped}
        return tuple(name for name in MINIMUM if name not in stopped)

    def line(self) -> str:
        """Return one line for a log: the layers that hold and those that do not."""
        held = ", ".join(layer.name for layer in self.layers if layer.held)
        absent = ", ".join(layer.name for layer in self.layers if not layer.held)
        return (
            f"isolation: {held or 'none'}; absent: {absent or 'none'}; "
            f"not stopped: {', '.join(self.missing) or 'nothing'}"
        )

    def to_data(self) -> dict[str, Any]:
        """Return this as JSON's lists and objects."""
        return {
            "layers": [asdict(layer) for layer in self.layers],
            "attempts": [asdict(attempt) for attempt in self.attempts],
        }

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> Isolation:
        """Return what `to_data` gave."""
        return Isolation(
            tuple(Layer(**layer) for layer in data["layers"]),
            tuple(Attempt(**attempt) for attempt in data["attempts"]),
        )


class WeakIsolationError(Exception):
    """Strangers' code would not be kept in; the message says what is missing and what to do."""

    def __init__(self, isolation: Isolation) -> None:
        self.isolation = isolation
        wants = "\n".join(f"  - {name}: {MINIMUM[name]}" for name in isolation.missing)
        super().__init__(
            "This machine does not keep a learner's code in well enough to grade strangers' work. "
            f"A learner's code could:\n{wants}\n"
            "`reskit doctor` shows every layer. If you trust the code you grade, allow it with "
            "--allow-weak-isolation, or for nbgrader with "
            "c.GradeWithReskit.allow_weak_isolation = True."
        )

    def __reduce__(self) -> tuple[type[WeakIsolationError], tuple[Isolation]]:
        """Return how it is made again on another machine, from what it was made of."""
        return WeakIsolationError, (self.isolation,)
