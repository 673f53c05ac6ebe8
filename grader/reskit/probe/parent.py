"""The warm parent: imports Keras once, runs no operation, forks a child for each submission.

A process that has run a TensorFlow operation has threads, and a fork of it may hang; so the
parent only imports, and makes a few layers that it never runs. It holds no reference, no expected
value and no test.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import selectors
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from reskit.probe.frames import receive, send
from reskit.probe.inspection import inspect
from reskit.probe.isolation import Isolation
from reskit.probe.privileges import hide_memory
from reskit.probe.spawning import Spawner
from reskit.probe.surroundings import Surroundings, forks, surround

CLOCK_SECONDS = 0.5  # by which the kernel's limit and its account of the time may differ
SLACK_SECONDS = 0.5  # between the end of the evidence and the end of the process


def main(arguments: Sequence[str]) -> None:
    """Answer jobs from standard input until it ends.

    The first message says what the process must not reach; the first answer, which layers of
    isolation hold. Where they are too few, that is all, unless the message allows it.
    """
    options = _options(arguments)
    around = surround(options.without, bubblewrap=options.bubblewrap, home=Path(os.environ["HOME"]))
    hide_memory()
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    asked = receive(jobs)
    if asked is None:
        return
    around.notes.update(asked["notes"])
    isolation = inspect(around, asked["secrets"], asked["namespaces"])
    if isolation.missing and not asked["allow_weak"]:
        send(answers, {"ready": False, "isolation": isolation.to_data()})
        return
    if not forks(around.without):
        _answer_spawning(jobs, answers, around, isolation)
        return
    import h5py  # noqa: F401 - imported here so that no child has to
    import tensorflow  # noqa: F401 - the same

    from reskit.probe.child import live
    from reskit.probe.lean_keras import make_lean, warm_up

    make_lean()
    warm_up()
    gc.collect()
    gc.freeze()
    send(answers, {"ready": True, "isolation": isolation.to_data()})
    while (asked := receive(jobs)) is not None:
        if (threads := _threads()) != 1:
            raise RuntimeError(f"The warm parent has {threads} threads; a fork would not be safe.")
        send(answers, _run(asked["jobs"], live, around))


def _answer_spawning(
    jobs: IO[bytes], answers: IO[bytes], around: Surroundings, isolation: Isolation
) -> None:
    spawner = Spawner(around)
    try:
        send(answers, {"ready": True, "isolation": isolation.to_data()})
        while (asked := receive(jobs)) is not None:
            send(answers, spawner.run(asked["jobs"]))
    finally:
        spawner.close()


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="reskit.probe.parent")
    parser.add_argument("--bubblewrap", action="store_true", help="it is around this process")
    parser.add_argument("--without", action="append", default=[], help="a layer to leave out")
    return parser.parse_args(arguments)


def _threads() -> int:
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else 1


def _run(jobs: list[dict[str, Any]], live: Any, around: Surroundings) -> dict[str, Any]:
    """Return what a child sent for the jobs, all of one program, and how it ended."""
    limits = jobs[0]
    evidence_read, evidence_write = os.pipe()
    output_read, output_write = os.pipe()
    deadline = time.monotonic() + float(limits["deadline_seconds"])
    child = os.fork()
    if child == 0:
        live(jobs, evidence_write, output_write, around)
    os.close(evidence_write)
    os.close(output_write)
    caps = {
        evidence_read: int(limits["evidence_mib"]) << 20,
        output_read: int(limits["output_kib"]) << 10,
    }
    received, overflow = _drain(child, caps, evidence_read, deadline)
    late = time.monotonic() >= deadline
    status, used = _end(child)
    if around.first_process:
        _end_all_others()
    late = late or used >= float(limits["cpu_seconds"]) - CLOCK_SECONDS
    os.close(evidence_read)
    os.close(output_read)
    return {
        "evidence": received[evidence_read].decode("utf-8", "replace"),
        "printed": received[output_read].decode("utf-8", "replace"),
        "outcome": _outcome(overflow, late, status),
    }


def _drain(
    child: int, caps: dict[int, int], evidence: int, deadline: float
) -> tuple[dict[int, bytes], bool]:
    """Read both pipes until the child closes them, sends too much, or time is up."""
    received = dict.fromkeys(caps, b"")
    with selectors.DefaultSelector() as selector:
        for pipe in caps:
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map() and (left := deadline - time.monotonic()) > 0:
            if _has_ended(child):
                left = 0.0
            ready = selector.select(min(left, 0.05))
            if not ready and _has_ended(child):
                break
            for key, _ in ready:
                pipe = key.fd
                data = os.read(pipe, 1 << 16)
                room = caps[pipe] - len(received[pipe])
                received[pipe] += data[:room]
                if not data:
                    selector.unregister(pipe)
                elif len(data) > room and pipe == evidence:
                    return received, True
    return received, False


def _has_ended(child: int) -> bool:
    """Return whether the child is a zombie, without collecting it."""
    found = os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    return found is not None


def _end(child: int) -> tuple[int, float]:
    """Kill the child and what it started in its session; return its status and CPU seconds."""
    wait_until = time.monotonic() + SLACK_SECONDS
    while not _has_ended(child) and time.monotonic() < wait_until:
        time.sleep(0.002)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    return status, usage.ru_utime + usage.ru_stime


def _end_all_others() -> None:
    """Kill whatever else is in this process's own namespace, and collect it."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _outcome(overflow: bool, late: bool, status: int) -> str:
    if overflow:
        return "output_limit"
    if late or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU):
        return "timeout"
    if os.WIFSIGNALED(status):
        return "crash"
    return {0: "ended", 3: "memory"}.get(os.WEXITSTATUS(status), "crash")


if __name__ == "__main__":
    main(sys.argv[1:])
