"""Learner code runs in a process of its own: whatever it does is a fault, never a loss."""

import json

import pytest

from reskit.evidence import decode_evidence
from reskit.grading import job
from reskit.manifest import Limits, read_manifest
from reskit.probe.pool import Pool

pytestmark = pytest.mark.keras

LIMITS = Limits(cpu_seconds=4, deadline_seconds=12, memory_mib=6144, evidence_mib=4, output_kib=4)
GOOD = "import keras\ndef identity_block(X, f, filters):\n    return keras.layers.ReLU()(X)\n"
FAULTS = {
    "timeout": "def identity_block(X, f, filters):\n    while True:\n        pass\n",
    "sleeps": "import time\ndef identity_block(X, f, filters):\n    time.sleep(600)\n",
    "ignores_signals": "import signal\ndef identity_block(X, f, filters):\n"
    "    for number in (1, 2, 14, 15, 24):\n        signal.signal(number, signal.SIG_IGN)\n"
    "    while True:\n        pass\n",
    "exits": "import os\ndef identity_block(X, f, filters):\n    os._exit(0)\n",
    "segfault": "import ctypes\ndef identity_block(X, f, filters):\n    ctypes.string_at(0)\n",
    "memory": "def identity_block(X, f, filters):\n    return bytearray(1 << 40)\n",
    "giant": "import keras\ndef identity_block(X, f, filters):\n    for _ in range(2100):\n"
    "        X = keras.layers.ReLU()(X)\n    return X\n",
    "repr": "class Boom(Exception):\n    def __str__(self):\n        while True: pass\n"
    "def identity_block(X, f, filters):\n    raise Boom()\n",
}
EXPECTED = {
    "timeout": "timeout",
    "sleeps": "timeout",
    "ignores_signals": "timeout",
    "exits": "crash",
    "segfault": "crash",
    "memory": "memory",
    "giant": "forbidden",
    "repr": "timeout",
}


@pytest.fixture(scope="module")
def pool():
    """Two warm parents."""
    with Pool(2) as warm:
        yield warm


@pytest.fixture
def ask(pool, course):
    """Probe one program's identity_block and return (evidence, answer)."""
    calls = read_manifest(course.manifest).exercises[0].calls

    def asked(program, limits=LIMITS):
        answer = pool.submit(job("identity_block", [program], calls, limits)).result()
        return decode_evidence(answer, limits), answer

    return asked


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_fault_has_its_kind_and_the_next_program_runs(ask, name):
    """A program that misbehaves gets its kind of fault, and the one after it is not touched."""
    fault = ask(FAULTS[name])[0].fault
    after, _ = ask(GOOD)

    assert fault is not None
    assert fault.kind == EXPECTED[name]
    assert after.fault is None


def test_exit_in_a_function_is_an_exception(ask):
    """exit() ends the learner's function, not the grader."""
    evidence, _ = ask("import sys\ndef identity_block(X, f, filters):\n    sys.exit(0)\n")

    assert {call.raised.type for call in evidence.calls.values()} == {"SystemExit"}


def test_prints_are_kept_up_to_the_limit(ask):
    """What a learner prints comes back, but never more than the limit."""
    program = GOOD.replace("    return", "    print('z' * 100_000)\n    return")
    evidence, _ = ask(program)

    assert len(evidence.printed) == LIMITS.output_kib << 10
    assert evidence.fault is None


def test_training_cell_is_not_run(ask):
    """What the functions do not need never runs, even if it would take hours."""
    evidence, _ = ask(GOOD + "model = None\nmodel.fit()\nimport time\ntime.sleep(600)\n")

    assert evidence.fault is None


def test_exception_is_told_with_the_line_of_the_learner(ask):
    """A learner reads the line of their own cell, not our frames or those of Keras."""
    evidence, _ = ask("import keras\ndef identity_block(X, f, filters):\n    return X.nothing\n")
    raised = evidence.calls["small"].raised

    assert (raised.type, raised.cell, raised.line) == ("AttributeError", 1, 3)
    assert raised.text == "return X.nothing"


def test_forged_evidence_is_no_evidence(ask):
    """Writing to every open descriptor forges nothing: what comes back must be a graph."""
    forged = json.dumps({"calls": [{"name": "small", "score": 100}]})
    evidence, _ = ask(
        "import os\ndef identity_block(X, f, filters):\n"
        f"    forged = {forged!r}.encode()\n"
        "    for number in range(3, 256):\n        try:\n            os.write(number, forged)\n"
        "        except OSError:\n            pass\n    os._exit(0)\n"
    )

    assert evidence.calls == {}
    assert evidence.fault is not None


def test_learner_process_sees_neither_environment_nor_other_files(ask, monkeypatch):
    """The process has a clean environment, an empty working folder and no open descriptors."""
    monkeypatch.setenv("SECRET_OF_THE_INSTRUCTOR", "1")
    evidence, _ = ask(
        "import os\ndef identity_block(X, f, filters):\n"
        "    print('SECRET_OF_THE_INSTRUCTOR' in os.environ, os.listdir('.'),"
        " len(os.listdir('/proc/self/fd')))\n    return X\n"
    )

    assert evidence.printed.split("\n")[0] in ("False [] 5", "False [] 6")
