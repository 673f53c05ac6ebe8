"""A stranger's code under all layers, and under fewer: what holds, and what is refused below."""

import json
import os
import subprocess
import sys
import time
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from machines import MACHINES

import reskit
from reskit.evidence import decode_evidence
from reskit.grading import job
from reskit.manifest import Limits, read_manifest
from reskit.probe import bubblewrap, landlock
from reskit.probe.beginning import Wanted
from reskit.probe.isolation import MINIMUM, WeakIsolationError
from reskit.probe.pool import Parent, parents
from reskit.probe.prints import by_call
from reskit.probe.system_calls import machine

pytestmark = [
    pytest.mark.keras,
    pytest.mark.skipif(
        landlock.version() == 0 or machine() is None, reason="the full set needs a newer Linux"
    ),
]

LIMITS = Limits(cpu_seconds=8, deadline_seconds=25, memory_mib=4096, evidence_mib=4, output_kib=4)
HOSTILE = """
import os, socket, subprocess, threading
import tensorflow as tf
import keras

def attempts():
    yield lambda: open({hidden!r})
    yield lambda: os.listdir({sample_class!r})
    yield lambda: os.listdir({kit!r})
    yield lambda: open("/etc/passwd")
    yield lambda: open("/tmp/reskit-canary", "w")
    yield lambda: open("reskit-canary", "w")
    yield lambda: os.chmod(".", 0o777)
    yield lambda: socket.socket()
    yield lambda: socket.socketpair()
    yield lambda: os.fork()
    yield lambda: subprocess.run(["true"])
    yield lambda: os.execv("/bin/true", ["true"])
    yield lambda: os.kill(os.getppid(), 9)
    yield lambda: os.kill(-1, 9)
    yield lambda: open(f"/proc/{{os.getppid()}}/environ")
    yield lambda: os.setuid(0)
    yield lambda: os.memfd_create("x")
    yield lambda: os.nice(-5)

def identity_block(X, f, filters, initializer=None):
    for number, attempt in enumerate(attempts()):
        try:
            attempt()
            print("done", number)
        except (PermissionError, FileNotFoundError):
            pass
    threads = [threading.Thread(target=lambda: None) for _ in range(3)]
    for thread in threads:
        thread.start()
        thread.join()
    image = tf.ones((2, 16, 16, 8))
    print("sum", float(tf.reduce_sum(tf.nn.conv2d(image, tf.ones((1, 1, 8, 4)), 1, "SAME"))))
    return keras.layers.Add()([keras.layers.Conv2D(X.shape[-1], 1)(X), X])
"""


@pytest.fixture(scope="module", params=MACHINES)
def parent(request, course):
    """A warm parent on each kind of machine."""
    without = MACHINES[request.param]
    if request.param == "bubblewrap" and (why := _no_bubblewrap()):
        pytest.skip(why)
    secrets = (course.hidden_outputs, course.source, course.sample_class)
    warm = Parent(Wanted(secrets, without=without))
    yield warm
    warm.close()


def _no_bubblewrap():
    return bubblewrap.why_not(Path("/tmp"), Path("/tmp"))


def test_nothing_of_the_minimum_is_missing(parent):
    """On every kind of machine what must not work was tried, and did not work."""
    assert parent.isolation.missing == ()
    assert {attempt.name for attempt in parent.isolation.attempts} == {*MINIMUM}


def test_layers_of_every_child_are_reported(parent):
    """The layers that need no right of the user hold on every kind of machine."""
    held = {layer.name for layer in parent.isolation.layers if layer.held}

    assert held >= {
        *("Landlock", "system calls", "limits", "descriptors", "session"),
        *("no new rights", "no rights of root"),
    }


def test_hostile_code_does_nothing_and_honest_code_runs(parent, course):
    """Each forbidden thing fails with a plain error; threads and TensorFlow's operations work."""
    program = HOSTILE.format(
        hidden=str(course.hidden_outputs),
        sample_class=str(course.sample_class),
        kit=str(course.root / "grader" / "reskit"),
    )
    calls = read_manifest(course.manifest).exercises[0].calls[:1]

    (answer,) = parent.ask([job("identity_block", [program], calls, LIMITS)])

    evidence = decode_evidence(answer, LIMITS)
    assert by_call(evidence.printed)["identity_block", "small"] == "sum 16384.0\n"
    assert evidence.fault is None
    assert not Path("/tmp/reskit-canary").exists()


def test_reference_is_right_under_all_layers(parent, course, reference):
    """Right work gives the same evidence whatever is around it."""
    exercises = read_manifest(course.manifest).exercises
    jobs = [job(each.name, [reference], each.calls, LIMITS) for each in exercises]

    found = [decode_evidence(answer, LIMITS) for answer in parent.ask(jobs)]

    assert [each.fault for each in found] == [None] * 3
    assert all(call.raised is None for each in found for call in each.calls.values())


SPAWNED = {
    "right": ("import keras\ndef identity_block(X, f, filters):\n    print('hello')\n"
              "    return keras.layers.ReLU()(X)\n", None),
    "hangs": ("def identity_block(X, f, filters):\n    while True:\n        pass\n", "timeout"),
    "sleeps": ("import time\ndef identity_block(X, f, filters):\n    time.sleep(600)\n", "timeout"),
    "exits": ("import os\ndef identity_block(X, f, filters):\n    os._exit(0)\n", "crash"),
    "memory": ("def identity_block(X, f, filters):\n    return bytearray(1 << 40)\n", "memory"),
    "forks": ("import os\ndef identity_block(X, f, filters):\n    os.fork()\n", None),
}  # fmt: skip


def test_without_a_fork_each_program_has_a_new_process(course):
    """Where nothing can be forked the same faults have the same kinds, and the layers hold."""
    calls = read_manifest(course.manifest).exercises[0].calls[:1]
    limits = replace(LIMITS, cpu_seconds=2, deadline_seconds=5)
    own = Parent(Wanted((course.source,), without=frozenset({"fork"})))

    found = {}
    for name, (program, _) in SPAWNED.items():
        (answer,) = own.ask([job("identity_block", [program], calls, limits)])
        found[name] = decode_evidence(answer, limits)
    own.close()

    kinds = {name: each.fault and each.fault.kind for name, each in found.items()}
    assert kinds == {name: kind for name, (_, kind) in SPAWNED.items()}
    assert by_call(found["right"].printed)["identity_block", "small"] == "hello\n"
    assert [call.raised.type for call in found["forks"].calls.values()] == ["PermissionError"]


def test_weak_isolation_is_refused_and_says_what_to_do(course):
    """Where the course could be read nothing is graded, and the message says how to go on."""
    wanted = Wanted((course.source,), without=frozenset({"bubblewrap", "landlock"}))

    with parents(1, wanted) as pool, pytest.raises(WeakIsolationError) as refused:
        pool.submit([]).result()

    assert refused.value.isolation.missing == ("read the course", "read another process")
    for words in ("read the course", "bubblewrap", "--allow-weak-isolation", "reskit doctor"):
        assert words in str(refused.value)


GONE_SECONDS = 10.0  # the survivor would sleep for 600

SURVIVOR = """
import os, keras

def identity_block(X, f, filters):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execv("/bin/sleep", [{mark!r}, "600"])
        os._exit(0)
    return keras.layers.ReLU()(X)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="needs a process namespace for sure")
def test_no_process_survives_its_submission(course):
    """Even if every other layer failed, what a submission starts ends with it."""
    mark = f"reskit-survivor-{uuid.uuid4().hex}"
    without = frozenset({"bubblewrap", "landlock", "seccomp"})
    calls = read_manifest(course.manifest).exercises[0].calls[:1]

    with parents(1, Wanted(allow_weak=True, without=without)) as pool:
        asked = [job("identity_block", [SURVIVOR.format(mark=mark)], calls, LIMITS)]
        (answer,) = pool.submit(asked).result()
        deadline = time.monotonic() + GONE_SECONDS
        while (found := _running(mark)) and time.monotonic() < deadline:
            time.sleep(0.05)  # a busy kernel takes a moment to take a killed process apart

    assert decode_evidence(answer, LIMITS).fault is None
    assert found == []


def _running(mark):
    """Return the processes of which the command line holds `mark`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if mark.encode() in words:
            found.append(folder.name)
    return found


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can look into all processes")
def test_nothing_of_a_closed_parent_is_left(parent):
    """Closing ends all its processes and removes its folder, in namespaces or without."""
    own = Parent(Wanted(without=parent.wanted.without))
    before = _running_in(own.folder)

    own.close()

    assert before != []
    assert _until_gone(own.folder) == []
    assert not own.folder.exists()


def _until_gone(folder):
    """Return which processes still run in `folder` when they have had time to end."""
    end = time.monotonic() + 10
    while (found := _running_in(folder)) and time.monotonic() < end:
        pass
    return found


def _running_in(folder_of_parent):
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            variables = (folder / "environ").read_bytes()
        except OSError:
            continue
        if f"HOME={folder_of_parent}\0".encode() in variables:
            found.append(folder.name)
    return found


ORDINARY = """
import json, sys
from pathlib import Path
from reskit.course import Course
from reskit.manifest import read_manifest
from reskit.probe.beginning import Wanted
from reskit.probe.pool import Parent
from reskit.grading import job
from reskit.manifest import Limits

limits = Limits(8, 25, 4096, 4, 4)
program = sys.stdin.read()
course = Course(Path(sys.argv[1]))
calls = read_manifest(course.manifest).exercises[0].calls[:1]
for without in ({"bubblewrap"}, {"bubblewrap", "namespaces"}):
    parent = Parent(Wanted((course.source, course.hidden_outputs), without=frozenset(without)))
    (answer,) = parent.ask([job("identity_block", [program], calls, limits)])
    isolation = parent.isolation
    held = [layer.name for layer in isolation.layers if layer.held]
    print(json.dumps([held, isolation.missing, answer["outcome"], answer["printed"]]), flush=True)
    parent.close()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs all of these tests as such")
def test_ordinary_user_is_as_safe_as_root(course, tmp_path):
    """An instructor without any right on the machine gets the same isolation."""
    sys.path.append(str(Path(__file__).parents[1] / "unit"))
    from readable_python import readable

    program = HOSTILE.format(
        hidden=str(course.hidden_outputs),
        sample_class=str(course.sample_class),
        kit=str(course.root / "grader" / "reskit"),
    )
    command = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups", sys.executable]
    also = [Path(reskit.__file__).parent, course.root / "solutions", course.root / "outputs"]
    done = subprocess.run(
        readable([*command, "-c", ORDINARY, str(course.root)], tmp_path, also),
        input=program,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
        env={**os.environ, "HOME": "/tmp"},
    )

    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    for held, missing, outcome, printed in answers:
        assert {"Landlock", "system calls", "limits", "not root", "no rights of root"} <= {*held}
        assert (missing, outcome) == ([], "ended")
        assert "done" not in printed
    assert "process namespace" in answers[0][0]
