"""A lean Keras leaves the same evidence as Keras as it comes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from equivalents import EQUIVALENTS
from golden_reports import wrong_programs

from reskit.grading import job
from reskit.manifest import read_manifest

pytestmark = pytest.mark.keras

ANSWERS = """
import json, sys, threading
from pathlib import Path
import keras
from reskit.probe.child import answers
from reskit.probe.lean_keras import make_lean, warm_up
if sys.argv[1] == "lean":
    make_lean()
    warm_up()
    tasks = Path("/proc/self/task")
    threads = len(list(tasks.iterdir())) if tasks.is_dir() else 1
    assert threads == threading.active_count() == 1, threads
told = {}
for name, job in json.load(sys.stdin).items():
    try:
        (told[name],) = answers([job])
    except Exception as error:
        told[name] = repr(error)
print(json.dumps(told), file=sys.__stdout__)
"""


def answers(jobs, which):
    """Return what a process with a lean or a plain Keras answers."""
    command = [sys.executable, "-c", ANSWERS, which]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "-1"}
    done = subprocess.run(
        command,
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_evidence_is_the_same(course, reference):
    """Graphs, notes, errors and their places are equal, whatever a program does."""
    programs = {each.name: each.applied(reference) for each in EQUIVALENTS[::4]}
    programs |= dict(list(wrong_programs(reference).items())[::4])
    for path in sorted(Path(__file__).parent.parent.joinpath("equivalents").glob("*.py")):
        programs[path.stem] = f"{reference}\n\n{path.read_text(encoding='utf-8')}"
    assignment = read_manifest(course.manifest)
    jobs = {
        f"{name} {exercise.name}": job(exercise.name, [text], exercise.calls[:1], assignment.limits)
        for name, text in programs.items()
        for exercise in assignment.exercises
    }

    plain, lean = answers(jobs, "plain"), answers(jobs, "lean")

    assert [name for name in jobs if plain[name] != lean[name]] == []
    assert len(plain) == len(jobs)
