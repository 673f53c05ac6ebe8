"""Many programs in one process: what one of them breaks stays its own."""

import sys

import pytest

from reskit.audit.worker import WorkerError, answers

CHILD = """
import os, signal, sys
from reskit.probe.frames import receive, send
answers = os.fdopen(os.dup(1), "wb")
send(answers, {"ready": True})
while (message := receive(sys.stdin.buffer)) is not None:
    if message["do"] == "crash":
        os._exit(7)
    if message["do"] == "hang":
        signal.pause()
    send(answers, {"done": message["do"], "process": os.getpid()})
"""
COMMAND = [sys.executable, "-c", CHILD]


def test_programs_share_one_process(tmp_path):
    """Starting Keras is paid for once."""
    found = dict(answers(COMMAND, tmp_path, {"a": {"do": "this"}, "b": {"do": "that"}}))

    assert [answer["done"] for answer in found.values()] == ["this", "that"]
    assert found["a"]["process"] == found["b"]["process"]


@pytest.mark.parametrize(
    ("deed", "why"),
    [
        ("crash", "The process ended with status 7."),
        ("hang", "It took longer than 2 seconds."),
    ],
)
def test_lost_program_costs_itself_alone(tmp_path, deed, why):
    """After a crash or an endless loop, the next program is asked as if nothing had been."""
    messages = {"bad": {"do": deed}, "good": {"do": "this"}}

    found = dict(answers(COMMAND, tmp_path, messages, seconds=2))

    assert found["bad"] == {"lost": why}
    assert found["good"]["done"] == "this"


def test_process_that_does_not_start_is_our_own_fault(tmp_path):
    """A missing Keras ends the audit; it is not counted against any program."""
    command = [sys.executable, "-c", "raise SystemExit('no Keras here')"]

    with pytest.raises(WorkerError, match="no Keras here"):
        list(answers(command, tmp_path, {"a": {"do": "this"}}))
