"""Learner code runs in a process of its own: whatever it does is a fault, never a loss."""

import json
from dataclasses import replace

import pytest

from reskit.evidence import decode_evidence
from reskit.grading import job
from reskit.manifest import Limits, read_manifest
from reskit.probe.child import no_such_function
from reskit.probe.landlock import version
from reskit.probe.pool import parents
from reskit.probe.prints import by_call
from reskit.probe.program import read_program

pytestmark = pytest.mark.keras

LIMITS = Limits(cpu_seconds=4, deadline_seconds=12, memory_mib=4096, evidence_mib=4, output_kib=4)
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
    "repr": "timeout",
}


@pytest.fixture(scope="module")
def pool():
    """Two warm parents."""
    with parents(2) as warm:
        yield warm


@pytest.fixture
def ask(pool, course):
    """Probe one program's identity_block and return (evidence, answer)."""
    calls = read_manifest(course.manifest).exercises[0].calls

    def asked(program, limits=LIMITS):
        answer = pool.submit([job("identity_block", [program], calls, limits)]).result()[0]
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


BOTH = GOOD + "def convolutional_block(X, f, filters, s=2):\n    return keras.layers.ReLU()(X)\n"
TOGETHER = {
    "both end well": (BOTH, [None, None]),
    "the second hangs": (
        GOOD + "def convolutional_block(X, f, filters, s=2):\n    while True:\n        pass\n",
        [None, "timeout"],
    ),
    "the first ends the process": (
        "import os\n" + BOTH.replace("    return", "    os._exit(0)\n    return", 1),
        ["crash", None],
    ),
    "the first spoils Keras": (
        BOTH.replace("    return", "    keras.layers.ReLU.__call__ = None\n    return", 1),
        [None, None],
    ),
    "the first speaks for the second": (
        "import json, os\n"
        + BOTH.replace(
            "    return",
            "    for pipe in range(3, 64):\n"
            "        try:\n"
            '            os.write(pipe, b\'{"exercise": "identity_block", "calls": []}\\n\')\n'
            "        except OSError:\n"
            "            pass\n"
            "    return",
            1,
        ),
        ["forbidden", None],
    ),
}


@pytest.mark.parametrize("name", TOGETHER)
def test_no_exercise_suffers_from_one_before_it(pool, course, name):
    """Exercises run in one process as far as that goes well, and each alone where it does not."""
    program, expected = TOGETHER[name]
    exercises = read_manifest(course.manifest).exercises[:2]
    jobs = [job(each.name, [program], each.calls, LIMITS) for each in exercises]

    found = [decode_evidence(answer, LIMITS) for answer in pool.submit(jobs).result()]

    assert [each.fault and each.fault.kind for each in found] == expected
    raised = [call.raised for each in found[1:] for call in each.calls.values()]
    assert raised == [None] * len(raised)


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
    """The process has a clean environment and no open descriptors but its own."""
    monkeypatch.setenv("SECRET_OF_THE_INSTRUCTOR", "1")
    evidence, _ = ask(
        "import os\ndef identity_block(X, f, filters):\n"
        "    print('SECRET_OF_THE_INSTRUCTOR' in os.environ,"
        " len(os.listdir('/proc/self/fd')))\n    return X\n"
    )

    # standard input, output and error, the pipe for evidence, and the listing itself
    assert by_call(evidence.printed)["identity_block", "small"].startswith("False 5\n")


@pytest.mark.skipif(version() == 0, reason="this kernel has no Landlock")
def test_learner_code_reads_no_course_and_writes_nothing(ask, course, tmp_path):
    """The solution, the recordings and other submissions are out of reach; nothing is written."""
    canary = tmp_path / "canary"
    tries = [
        f"open({str(course.hidden_outputs)!r})",
        f"open({str(course.source)!r})",
        f"os.listdir({str(course.sample_class)!r})",
        f"open({str(canary)!r}, 'w')",
        "open('/tmp/reskit-canary', 'w')",
        "open('here', 'w')",
        "socket.create_connection(('127.0.0.1', 9), 1)",
        "os.kill(os.getppid(), 9)",
        "open(f'/proc/{os.getppid()}/environ')",
        "os.listdir('.')",
    ]
    lines = [
        f"    try:\n        {each}\n        print('done', {number})\n"
        "    except (PermissionError, ProcessLookupError):\n        pass\n"
        for number, each in enumerate(tries)
    ]
    evidence, _ = ask(
        "import os, socket\ndef identity_block(X, f, filters):\n"
        + "".join(lines)
        + "    return X\n"
    )

    assert set(by_call(evidence.printed).values()) == {""}
    assert evidence.fault is None
    assert not canary.exists()


def test_evidence_beyond_its_limit_is_refused(ask):
    """Nothing that a learner's process sends is read without end."""
    evidence, _ = ask(GOOD, replace(LIMITS, evidence_mib=0))

    assert evidence.fault is not None
    assert evidence.fault.kind == "output_limit"


def test_renamed_function_is_recognised_in_the_message(ask):
    """Who calls it identityBlock is told which name is looked for."""
    evidence, _ = ask(GOOD.replace("identity_block", "identityBlock"))

    assert evidence.fault is not None
    assert evidence.fault.kind == "missing_function"
    assert "There is one called identityBlock" in evidence.fault.message


@pytest.mark.parametrize(
    ("exercise", "written", "told"),
    [
        ("convolutional_block", ["IdentityBlock", "ConvBlock"], "ConvBlock"),
        ("convolutional_block", ["identity_block", "conv_block"], "conv_block"),
        ("identity_block", ["id_block", "conv_block"], "id_block"),
        ("ResNet50", ["identity_block", "ResNet"], "ResNet"),
        ("ResNet50", ["identity_block", "build_resnet50"], "build_resnet50"),
        ("identity_block", ["conv_block", "plot"], None),
        ("convolutional_block", ["identityBlock"], None),
    ],
)
def test_the_function_that_is_meant_is_found_by_its_words(exercise, written, told):
    """A shortened name is recognised, and that of another function is not proposed."""
    program = read_program(["".join(f"def {name}(X):\n    return X\n" for name in written)])

    message = no_such_function(exercise, program)

    assert message == f"There is no function called {exercise}." + (
        f" There is one called {told}: if it is meant, rename it." if told else ""
    )


def test_exceptions_that_cause_each_other_are_told(ask):
    """Two exceptions, each the cause of the other, are no loop without end."""
    evidence, _ = ask(
        "def identity_block(X, f, filters):\n    one, two = ValueError('one'), ValueError('two')\n"
        "    one.__cause__, two.__cause__ = two, one\n    raise one\n"
    )

    assert {call.raised.message for call in evidence.calls.values()} == {"one"}


def test_decorator_without_a_signature_costs_nothing_in_the_network(pool, course, reference):
    """Blocks behind a plain decorator take anything; the network is judged by how it calls them."""
    exercise = read_manifest(course.manifest).exercises[2]
    plain = (
        "\ndef plainly(function):\n    return lambda *args, **kwargs: function(*args, **kwargs)\n"
    )
    program = f"{reference}{plain}identity_block = plainly(identity_block)\n"

    (answer,) = pool.submit([job(exercise.name, [program], exercise.calls, LIMITS)]).result()

    evidence = decode_evidence(answer, LIMITS)
    assert [call.raised for call in evidence.calls.values()] == [None] * len(exercise.calls)


def test_loop_around_a_function_of_no_effect_is_told(ask):
    """A function that builds nothing is looked at again with the cell in which it stands."""
    evidence, _ = ask("while True:\n    pass\ndef identity_block(X, f, filters):\n    return X\n")

    assert evidence.fault is not None
    assert evidence.fault.kind == "timeout"
    assert "its whole cell was run" in evidence.fault.message


def test_loop_around_a_function_that_builds_is_left_out(ask):
    """What the function does not need is never run, as long as the function builds something."""
    evidence, _ = ask("while True:\n    pass\n" + GOOD)

    assert evidence.fault is None


def test_message_does_not_tell_the_folder_of_the_process(ask):
    """The folder has another name each time, and a report has the same bytes each time."""
    evidence, _ = ask(
        "import os\ndef identity_block(X, f, filters):\n"
        "    raise ValueError(os.path.expanduser('~/x'))\n"
    )

    assert {call.raised.message for call in evidence.calls.values()} == {"~/x"}
