"""What is told of the isolation, what the minimum is, and that no answer lies within reach."""

import copy
import os
import subprocess
import sys
from pathlib import Path

import pytest

import reskit
from reskit.course import find_course
from reskit.probe import attempts, bubblewrap
from reskit.probe.isolation import MINIMUM, Attempt, Isolation, Layer, WeakIsolationError
from reskit.probe.landlock import SYSTEM, holds, outermost, python_folders

COURSE = find_course(Path(__file__))


def isolation(*missing: str) -> Isolation:
    """Return what a machine would tell on which all but `missing` was stopped."""
    return Isolation(
        (Layer("Landlock", True, "version 7"), Layer("bubblewrap", False, "not installed")),
        tuple(Attempt(name, name not in missing, "told") for name in MINIMUM),
    )


def test_isolation_comes_back_from_json_as_it_was():
    """What a warm parent found out is the same on the grader's side of the pipe."""
    found = isolation("write a file")

    assert Isolation.from_data(found.to_data()) == found


def test_what_was_not_tried_is_missing():
    """Silence is no proof: something that nobody tried counts as possible."""
    found = Isolation((), ())

    assert found.missing == tuple(MINIMUM)


def test_log_line_names_what_holds_and_what_does_not():
    """The run's log says in one line which layers held."""
    assert isolation("write a file").line() == (
        "isolation: Landlock; absent: bubblewrap; not stopped: write a file"
    )


@pytest.mark.parametrize("name", MINIMUM)
def test_refusal_says_what_is_missing_and_what_to_do(name):
    """An instructor reads which thing a learner could do here, and what helps."""
    message = str(WeakIsolationError(isolation(name)))

    assert f"- {name}: {MINIMUM[name]}" in message
    assert message.count("\n  - ") == 1
    assert "--allow-weak-isolation" in message


def test_refusal_of_a_worker_reaches_the_grader_whole():
    """A worker on another machine refuses in the same words."""
    refused = WeakIsolationError(isolation("write a file"))

    again = copy.copy(refused)  # by the same means as sending it

    assert (str(again), again.isolation) == (str(refused), refused.isolation)


def test_every_attempt_works_where_nothing_stops_it(tmp_path):
    """The attempts try for real: with no layer around them, each one succeeds."""
    secret = tmp_path / "answers"
    secret.write_text("42")
    code = (
        "import sys\nfrom reskit.probe.attempts import try_all\n"
        "print([each.name for each in try_all([sys.argv[1]], 4096) if each.stopped])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, str(secret)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )

    assert done.stdout.strip() == "[]"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers"]


def test_attempts_are_those_of_the_minimum(monkeypatch):
    """What must not work and what is tried are the same list."""
    for name in ("_run_program", "_signal", "_start_process", "_reach_network", "_write"):
        monkeypatch.setattr(attempts, name, lambda: None)

    assert [each.name for each in attempts.try_all((), 4096)] == [*MINIMUM]


def test_nothing_that_children_may_read_holds_the_course():
    """No readable folder lies above the course, its answers or other submissions."""
    readable = [Path(path).resolve() for path in (*SYSTEM, *python_folders())]
    secrets = (COURSE.source, COURSE.hidden_outputs, COURSE.sample_class, COURSE.manifest)

    within = [
        (str(folder), str(secret))
        for folder in readable
        for secret in secrets
        if folder in secret.resolve().parents
    ]

    assert within == []


def test_package_holds_no_answer():
    """What is installed, and so readable, has no line of the reference solution."""
    text = COURSE.source.read_text(encoding="utf-8")
    answers = text.split("### BEGIN SOLUTION")[1:]
    lines = {
        line.strip()
        for answer in answers
        for line in answer.split("### END SOLUTION")[0].splitlines()
        if len(line.strip()) > 45 and "(" in line
    }
    package = Path(reskit.__file__).parent
    files = [path.read_text(encoding="utf-8") for path in package.rglob("*.py")]

    assert len(lines) > 10
    assert [line for line in sorted(lines) if any(line in each for each in files)] == []


def test_outermost_folders_cover_all():
    """What lies within another readable folder need not be named."""
    assert outermost(["/usr/lib/python3", "/usr/lib", "/usr/library", "/etc/fonts"]) == [
        "/usr/lib",
        "/etc/fonts",
        "/usr/library",
    ]


def test_each_version_of_landlock_is_told_for_what_it_holds():
    """Nothing is promised that an older kernel does not keep."""
    assert holds(0) == ""
    assert "TCP" not in holds(3)
    assert "signals" not in holds(5)
    assert "signals" in holds(6)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="bubblewrap is Linux's")
def test_without_its_program_bubblewrap_is_absent_and_says_why(monkeypatch, tmp_path):
    """Where bwrap is not installed nothing breaks; the reason is told."""
    monkeypatch.setenv("PATH", str(tmp_path))

    assert bubblewrap.why_not(tmp_path, tmp_path) == "the program bwrap is not installed"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="bubblewrap is Linux's")
def test_a_bubblewrap_that_does_not_run_is_absent_and_says_why(monkeypatch, tmp_path):
    """Where the kernel or the container forbids it, its own words are the reason."""
    program = tmp_path / "bwrap"
    program.write_text(
        "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    assert bubblewrap.why_not(tmp_path, tmp_path) == (
        "bwrap does not run: bwrap: No permissions to create new namespace"
    )
