"""Find out which layers hold: in a process that has shut itself in as a learner's would."""

from __future__ import annotations

import json
import os
import selectors
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reskit.probe import landlock
from reskit.probe.attempts import try_all
from reskit.probe.isolation import MINIMUM, Attempt, Isolation, Layer
from reskit.probe.namespaces import inside
from reskit.probe.shutting_in import shut_in
from reskit.probe.surroundings import Surroundings

MEMORY_MIB, CPU_SECONDS = 4096, 10
SECONDS = 30.0
NAMESPACES = {
    "user": "user namespace",
    "net": "network namespace",
    "ipc": "IPC namespace",
    "uts": "UTS namespace",
    "pid": "process namespace",
}


def inspect(around: Surroundings, secrets: Sequence[str], outside: Mapping[str, str]) -> Isolation:
    """Return which layers hold in a child of this process, and what it could do nevertheless.

    `secrets` are files and folders it must not read, `outside` the namespaces of the supervisor.
    Raises RuntimeError when the child does not answer.
    """
    if not hasattr(os, "fork"):
        return Isolation(
            (Layer("limits", False, f"{sys.platform} has none of the layers"),),
            tuple(Attempt(name, False, "not tried") for name in MINIMUM),
        )
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _answer(write, around, secrets, outside)
        finally:
            os._exit(1)
    os.close(write)
    answer = _received(read)
    os.close(read)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    if not answer.endswith(b"\n"):
        raise RuntimeError("The layers of isolation could not be tried: the trying process ended.")
    return Isolation.from_data(json.loads(answer))


def _received(pipe: int) -> bytes:
    """Return what comes out of a pipe until its end, or until time is up."""
    answer, end = b"", time.monotonic() + SECONDS
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while selector.select(max(0.0, end - time.monotonic())):
            data = os.read(pipe, 1 << 16)
            if not data:
                break
            answer += data
    return answer


def _answer(
    pipe: int, around: Surroundings, secrets: Sequence[str], outside: Mapping[str, str]
) -> None:
    held = shut_in(MEMORY_MIB, CPU_SECONDS, (pipe,), around)
    layers = tuple(_layers(held, around, outside, pipe))
    found = Isolation(layers, tuple(try_all(secrets, MEMORY_MIB)))
    data = json.dumps(found.to_data()).encode() + b"\n"
    while data:
        data = data[os.write(pipe, data) :]


def _layers(
    held: Mapping[str, bool], around: Surroundings, outside: Mapping[str, str], pipe: int
) -> list[Layer]:
    """Return the layers as the kernel itself tells of them, in the process they are around."""
    told = _status()
    notes = around.notes
    here = inside()
    version = landlock.version()
    found = [
        Layer("bubblewrap", around.bubblewrap, notes.get("bubblewrap", "around the warm parent")),
        *(
            Layer(name, apart, "its own" if apart else _why_shared(kind, around))
            for kind, name in NAMESPACES.items()
            for apart in [kind in here and here[kind] != outside.get(kind)]
        ),
        Layer("not root", not around.root and sys.platform != "win32", _user(around)),
        Layer("no rights of root", _zero(told, "CapEff", "CapPrm"), "no capability is left"),
        Layer("no new rights", told.get("NoNewPrivs") == "1", "no program can gain any"),
        Layer(
            "Landlock",
            held.get("landlock", False),
            f"version {version}: {landlock.holds(version)}" if version else "not in this kernel",
        ),
        Layer("system calls", told.get("Seccomp") == "2", "a filter refuses all but a few kinds"),
        Layer("limits", held.get("limits", False), "memory, processor time, files, descriptors"),
        Layer("descriptors", _descriptors_closed(pipe), "none of the grader's is open"),
        Layer("session", hasattr(os, "getsid") and os.getsid(0) == os.getpid(), "its own"),
    ]
    off = {"landlock": "Landlock", "seccomp": "system calls"}
    left_out = {off[name] for name in around.without if name in off}
    return [
        Layer(layer.name, layer.held, "left out") if layer.name in left_out else layer
        for layer in found
    ]


def _why_shared(kind: str, around: Surroundings) -> str:
    if kind == "user" and around.user is not None:
        return "not needed: root has become another user"
    if kind == "user" and around.bubblewrap:
        return "not needed: bubblewrap was started by root"
    return around.notes.get("namespaces", "left out" if around.without else "shared")


def _user(around: Surroundings) -> str:
    if "user" in around.notes:
        return around.notes["user"]
    if around.user is not None:
        return f"root has become user {around.user}, who owns nothing"
    return "left out" if around.root else "the user who grades"


def _status() -> dict[str, str]:
    """Return the kernel's own words on this process, {} where it tells nothing."""
    path = Path("/proc/self/status")
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _zero(told: Mapping[str, Any], *names: str) -> bool:
    return all(name in told and int(told[name], 16) == 0 for name in names)


def _descriptors_closed(pipe: int) -> bool:
    folder = Path("/proc/self/fd")
    if not folder.is_dir():
        return False
    # The last one is the listing of the folder itself.
    return len({entry.name for entry in folder.iterdir()} - {"0", "1", "2", str(pipe)}) <= 1
