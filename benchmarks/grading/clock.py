"""The clock: one batch graded by one side, in a fresh folder."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from grading.commands import BenchmarkError, children_cpu, run
from grading.figures import Run
from grading.ground import Ground
from grading.sides import TASKS


def measure(ground: Ground, variant: str, side: str, size: int) -> Run:
    """Grade the first `size` notebooks of a variant in a fresh folder, and time the commands.

    Raises BenchmarkError where a command fails, a submission is left without its result, or the
    first one, which is right, is not accepted: a side that cannot grade would be fast.
    """
    with tempfile.TemporaryDirectory(dir=ground.root) as scratch:
        work = Path(scratch) / "work"
        task = TASKS[side](ground, variant, ground.batch.students[:size], work)
        load = os.getloadavg()[0]
        cpu_begun, begun = children_cpu(), time.perf_counter()
        for command in task.commands:
            run(command, work, Path(scratch) / "log.txt")
        seconds = time.perf_counter() - begun
        cpu = children_cpu() - cpu_begun
        made = sum(result.is_file() for result in task.results)
        if made != size:
            raise BenchmarkError(f"{side} graded {made} of {size} submissions.")
        if not task.accepts(task.results[0]):
            raise BenchmarkError(f"{side} did not accept {ground.batch.students[0]}.")
    return Run(variant, side, size, round(seconds, 2), round(cpu, 2), round(load, 2))
