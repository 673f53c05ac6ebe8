"""A child that was not forked: a process of its own from the start, see `spawning`."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace

from reskit.probe.frames import receive, send
from reskit.probe.surroundings import Surroundings


def main() -> None:
    """Be a child: import Keras, say so, run the jobs that are asked, end."""
    asked_for, evidence = sys.stdin.buffer, os.dup(1)
    printed = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)  # what TensorFlow tells of itself is not the learner's
    try:
        live = _imported()
    except BaseException:
        os.write(printed, traceback.format_exc().encode())
        raise
    with os.fdopen(os.dup(evidence), "wb") as ready:
        send(ready, {"ready": True})
    asked = receive(asked_for)
    if asked is None:
        return
    around = Surroundings(frozenset(asked["without"]), readable=tuple(asked["readable"]))
    if asked["own_user"]:
        around = replace(around, namespaces=("user",))
    live(asked["jobs"], evidence, printed, around)


def _imported() -> Callable[..., None]:
    import h5py  # noqa: F401 - a job must not pay for it
    import tensorflow  # noqa: F401 - the same

    from reskit.probe.child import live
    from reskit.probe.lean_keras import make_lean, warm_up

    make_lean()
    warm_up()
    return live


if __name__ == "__main__":
    main()
