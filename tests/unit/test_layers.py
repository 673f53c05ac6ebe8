"""Each layer of isolation alone: what it refuses is tried, call by call, in a real process."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from readable_python import readable

import reskit
from reskit.probe import landlock, seccomp
from reskit.probe.system_calls import NUMBERS, machine, numbers

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="these layers are Linux's"
)

RUNNER = Path(__file__).with_name("layers_alone.py")
ORDINARY = 54_321  # a user that is nobody else here
USERS = [
    pytest.param(None, id="as root" if os.geteuid() == 0 else "as an ordinary user"),
    pytest.param(
        ORDINARY,
        id="as an ordinary user too",
        marks=pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user"),
    ),
]
NEEDS_FILTER = pytest.mark.skipif(machine() is None, reason="the filter knows x86-64 and ARM")
NEEDS_LANDLOCK = pytest.mark.skipif(landlock.version() == 0, reason="this kernel has no Landlock")


@pytest.fixture
def tried(tmp_path):
    """Do acts under some layers alone and return {act: how it went}."""
    secret = tmp_path / "secret" / "answers"
    secret.parent.mkdir()
    secret.write_text("42")
    for path in tmp_path.parents:  # pytest's own folders are closed to others
        if path.stat().st_uid == os.geteuid() and not path.stat().st_mode & 0o001:
            path.chmod(0o711)
    for path in (tmp_path, secret.parent):
        path.chmod(0o777)
    secret.chmod(0o666)
    listening = socket.create_server(("127.0.0.1", 0))

    def run(acts, layers=(), user=None):
        asked = {
            "layers": list(layers),
            "user": user,
            "acts": list(acts),
            "folder": str(tmp_path),
            "secret": str(secret),
            "port": listening.getsockname()[1],
        }
        command = [sys.executable, str(RUNNER), json.dumps(asked)]
        if user is not None:
            stage = tmp_path / "stage"
            stage.mkdir()
            command = readable(command, stage, [RUNNER.parent, Path(reskit.__file__).parent])
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    yield run
    listening.close()


FILTERED = {
    **dict.fromkeys(
        (
            *("start a process", "run a program", "internet socket", "local socket"),
            *("pair of sockets", "connect", "bind", "signal the parent", "signal all"),
            *("signal by a pipe", "limits of the parent", "write a file", "write a device"),
            *("make a folder", "change a mode", "change an owner", "change a time", "rename"),
            *("remove", "link", "truncate", "named pipe", "memory file", "shared memory", "trace"),
            *("become root", "become another", "own namespaces", "mount", "change the root"),
            *("program of the kernel", "io_uring", "outlive the parent"),
        ),
        "EPERM",
    ),
    **dict.fromkeys(("new clone", "new open", "newer call"), "ENOSYS"),
    "x32 call": "SIGSYS",
    "32-bit call": "SIGSYS",
    "abort": "SIGABRT",
    **dict.fromkeys(
        (
            *("start a thread", "signal oneself", "limits of oneself", "read a file"),
            *("read oneself", "refused calls"),
        ),
        "done",
    ),
}
ON_X86 = ("x32 call", "32-bit call")


@NEEDS_FILTER
@pytest.mark.parametrize("user", USERS)
def test_filter_refuses_each_forbidden_call(tried, user):
    """The filter of system calls alone refuses what is forbidden and nothing that is needed."""
    expected = {
        act: answer
        for act, answer in FILTERED.items()
        if act not in ON_X86 or machine() == "x86_64"
    }

    assert tried(expected, ["seccomp"], user) == expected


def test_without_layers_forbidden_things_work(tried):
    """The acts really do what they say: without a layer, they succeed."""
    acts = [
        *("start a process", "run a program", "internet socket", "local socket"),
        *("pair of sockets", "connect", "bind", "signal the parent", "signal by a pipe"),
        *("limits of the parent", "read the secret", "list the secret", "read the parent"),
        *("read passwords", "list the exchange", "write a file", "write a device"),
        *("make a folder", "change a mode", "change a time", "named pipe", "memory file"),
        *("shared memory", "outlive the parent", "much memory", "open many files", "write much"),
        *("link", "truncate", "rename"),
    ]

    expected = dict.fromkeys(acts, "done") | {"run a program": "program ran"}
    assert tried(acts) == expected


@NEEDS_FILTER
def test_numbers_of_the_calls_are_the_kernels():
    """A wrong number would refuse another call than the one that is meant."""
    header = next(Path("/usr/include").glob("*/asm/unistd_64.h"), None)
    if header is None or machine() != "x86_64":
        pytest.skip("the C library's headers are not installed")
    found = dict(re.findall(r"__NR_(\w+) (\d+)", header.read_text(encoding="ascii")))
    generic = Path("/usr/include/asm-generic/unistd.h").read_text(encoding="ascii")
    on_arm = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", generic))

    assert numbers("x86_64") == {name: int(found[name]) for name in numbers("x86_64")}
    assert numbers("aarch64") == {name: int(on_arm[name]) for name in numbers("aarch64")}


def test_every_refused_call_has_a_number():
    """No name in the list of refused calls is misspelt."""
    known = {entry.partition("=")[0] for entry in NUMBERS.split()}
    named = {*seccomp.refused(), *seccomp.UNSEEN, *(rule.name for rule in seccomp.rules(1))}

    assert named - known == set()


@pytest.mark.parametrize("kind", ["x86_64", "aarch64"])
def test_every_jump_of_the_filter_stays_inside(kind):
    """The filter's program is sound on every kind of machine, also where it cannot run."""
    steps = [
        seccomp.program(kind, 7)[place : place + 8]
        for place in range(0, len(seccomp.program(kind, 7)), 8)
    ]
    ends = [
        place + 1 + max(step[2], step[3])
        for place, step in enumerate(steps)
        if step[0] & 7 == 5  # a jump
    ]

    assert len(steps) < 4096
    assert max(ends) < len(steps)
    assert steps[-1][0] == seccomp.RETURN


LOCKED = {
    **dict.fromkeys(
        (
            *("read the secret", "list the secret", "read the parent", "read passwords"),
            *("list the exchange", "write a file", "write a device", "make a folder", "rename"),
            *("remove", "named pipe", "run a program"),
        ),
        "EACCES",
    ),
    **dict.fromkeys(("read a file", "read oneself"), "done"),
    **({"truncate": "EACCES"} if landlock.version() >= 3 else {}),
    **(dict.fromkeys(("connect", "bind"), "EACCES") if landlock.version() >= 4 else {}),
    **({"signal the parent": "EPERM"} if landlock.version() >= 6 else {}),
}


@NEEDS_LANDLOCK
@pytest.mark.parametrize("user", USERS)
def test_landlock_leaves_nothing_but_python_readable(tried, user):
    """Landlock alone keeps from the course and from writing, as far as its version goes."""
    assert tried(LOCKED, ["landlock"], user) == LOCKED


LIMITED = {
    "much memory": "ENOMEM",
    "write much": "EFBIG",
    "open many files": "EMFILE",
    "burn time": "SIGXCPU",
    "burn time, deaf": "SIGKILL",
}


def test_limits_end_what_takes_too_much(tried):
    """Memory, time, file size and descriptors are limited, by the kernel alone."""
    assert tried(LIMITED, ["limits"]) == LIMITED


@pytest.mark.skipif(os.geteuid() != 0, reason="root's own rights are given up here")
def test_limits_cannot_be_raised_again(tried):
    """Root without its rights cannot lift a limit, and an ordinary user never could."""
    acts = ("raise a limit", "lock memory")
    layers = ["limits", "privileges"]

    refused = [tried(acts, layers), tried(acts, ["limits"], ORDINARY)]

    assert (
        refused
        == [
            {
                "raise a limit": "ValueError not allowed to raise maximum limit",
                "lock memory": "EPERM",
            }
        ]
        * 2
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="root's own rights are given up here")
def test_threads_are_limited_for_another_user(tried):
    """A process of a user of its own cannot start threads without end."""
    assert tried(["many threads"], ["user", "limits"]) == {"many threads": "EAGAIN"}


@pytest.mark.skipif(os.geteuid() != 0, reason="root's own rights are given up here")
def test_root_without_rights_is_no_root(tried):
    """With its capabilities gone, root changes no owner, mounts nothing, becomes no one else."""
    expected = dict.fromkeys(
        ("change an owner", "become another", "mount", "change the root", "name the machine"),
        "EPERM",
    )

    assert tried(expected, ["privileges"]) == expected


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_does_not_touch_the_graders_processes(tried):
    """As a user of its own the process cannot signal, limit or trace the grader's."""
    expected = dict.fromkeys(
        ("signal the parent", "limits of the parent", "trace", "become root", "mount"), "EPERM"
    )

    assert tried(expected, ["user"]) == expected


@pytest.mark.parametrize("user", USERS)
def test_namespaces_hide_network_and_processes(tried, user):
    """In namespaces of its own a process reaches no network and sees no other process."""
    expected = {"connect": "ENETUNREACH", "see the parent": "ESRCH", "start a process": "done"}

    found = tried(expected, ["namespaces"], user)

    if set(found.values()) == {"no namespaces"}:
        pytest.skip("this system gives no namespaces to this user")
    assert found == expected
