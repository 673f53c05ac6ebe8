"""Try forbidden things under chosen layers alone: `python layers_alone.py JSON`.

The argument is {"layers": [...], "user": number or null, "acts": [...], "folder": ...,
"secret": ..., "port": ...}. Each act runs in a process of its own, which takes on the user and
the layers before. Printed is {act: how it went}: "done", the name of the error, or the signal
that ended the process.
"""

import ctypes
import errno
import json
import mmap
import os
import resource
import signal
import socket
import sys
import threading
from pathlib import Path

from reskit.probe import limits, namespaces, privileges, seccomp
from reskit.probe.landlock import SYSTEM, give_up_files, python_folders
from reskit.probe.system_calls import call, control, machine, numbers

ASKED = json.loads(sys.argv[1])
FOLDER, SECRET, PORT = Path(ASKED["folder"]), Path(ASKED["secret"]), ASKED["port"]
PARENT = os.getpid()
NUMBERS = numbers(machine()) if machine() else {}


def raw(name, *arguments):
    """Make a system call; raises OSError."""
    if call(NUMBERS[name], *arguments) < 0:
        raise OSError(ctypes.get_errno(), name)


def start_process():
    if (child := os.fork()) == 0:
        os._exit(0)
    os.waitpid(child, 0)


def start_thread():
    found = []
    thread = threading.Thread(target=lambda: found.append(1))
    thread.start()
    thread.join()
    assert found == [1]


def write_file():
    (FOLDER / "written").write_text("x")


def connect():
    with socket.create_connection(("127.0.0.1", PORT), 2):
        pass


def old_calls():
    """Ask for the process id by the calls of 32-bit programs."""
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(bytes.fromhex("b814000000cd80c3"))  # mov eax, 20; int 0x80; ret
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    ctypes.CFUNCTYPE(ctypes.c_int)(address)()


def refused_calls():
    """Make each refused call with arguments that mean nothing; name those not refused."""
    wrong = {}
    for name in seccomp.refused():
        if name in NUMBERS:
            ctypes.set_errno(0)
            answer = call(NUMBERS[name], -1, -1, -1, -1, -1, -1)
            if (answer, ctypes.get_errno()) != (-1, errno.EPERM):
                wrong[name] = [answer, ctypes.get_errno()]
    assert not wrong, wrong


def write_much():
    with (FOLDER / "much").open("wb") as file:
        for _ in range(4):
            file.write(b"x" * (1 << 20))
            file.flush()


def open_many():
    kept = [os.open(os.devnull, os.O_RDONLY) for _ in range(limits.OPEN_FILES + 1)]
    for number in kept:
        os.close(number)


def many_threads():
    stop = threading.Event()
    threads = []
    try:
        for _ in range(limits.THREADS + 1):
            thread = threading.Thread(target=stop.wait)
            thread.start()
            threads.append(thread)
    except RuntimeError as error:
        raise OSError(errno.EAGAIN, str(error)) from error
    finally:
        stop.set()


def lock_memory():
    library = ctypes.CDLL(None, use_errno=True)
    if library.mlockall(1) != 0:
        raise OSError(ctypes.get_errno(), "mlockall")


def burn():
    while True:
        pass


def burn_deaf():
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    burn()


def raise_limit():
    resource.setrlimit(resource.RLIMIT_NOFILE, (1 << 19, 1 << 19))


def signal_by_pipe():
    import fcntl

    read, _ = os.pipe()
    fcntl.fcntl(read, 8, PARENT)  # F_SETOWN


def share_memory():
    found = call(NUMBERS["shmget"], 0, 4096, 0o1600)  # IPC_PRIVATE, IPC_CREAT
    if found < 0:
        raise OSError(ctypes.get_errno(), "shmget")
    raw("shmctl", found, 0, None)  # IPC_RMID: it would outlive the process


def see_parent():
    if os.getpid() != 1:
        raise OSError(errno.EPERM, "not the first")
    os.kill(PARENT, 0)


ACTS = {
    "start a process": start_process,
    "start a thread": start_thread,
    "run a program": lambda: os.execv("/bin/true", ["true"]),
    "internet socket": lambda: socket.socket().close(),
    "local socket": lambda: socket.socket(socket.AF_UNIX).close(),
    "pair of sockets": lambda: [each.close() for each in socket.socketpair()],
    "connect": connect,
    "bind": lambda: socket.create_server(("127.0.0.1", 0)).close(),
    "signal the parent": lambda: os.kill(PARENT, 0),
    "signal all": lambda: os.kill(-1, 0),
    "signal oneself": lambda: os.kill(os.getpid(), 0),
    "abort": os.abort,
    "signal by a pipe": signal_by_pipe,
    "limits of the parent": lambda: resource.prlimit(PARENT, resource.RLIMIT_CORE),
    "limits of oneself": lambda: resource.prlimit(os.getpid(), resource.RLIMIT_CORE),
    "read a file": lambda: Path(os.__file__).read_bytes(),
    "read oneself": lambda: Path("/proc/self/cmdline").read_bytes(),
    "read the secret": SECRET.read_bytes,
    "list the secret": lambda: os.listdir(SECRET.parent),
    "read the parent": lambda: Path(f"/proc/{PARENT}/cmdline").read_bytes(),
    "read passwords": lambda: Path("/etc/passwd").read_bytes(),
    "list the exchange": lambda: os.listdir("/usr/local/share"),
    "write a file": write_file,
    "write a device": lambda: Path("/dev/null").write_text("x"),
    "make a folder": (FOLDER / "folder").mkdir,
    "change a mode": lambda: SECRET.chmod(0o644),
    "change an owner": lambda: os.chown(SECRET, 1, 1),
    "change a time": lambda: os.utime(SECRET),
    "rename": lambda: SECRET.rename(SECRET.with_name("renamed")),
    "remove": SECRET.unlink,
    "link": lambda: os.link(SECRET, FOLDER / "link"),
    "truncate": lambda: os.truncate(SECRET, 0),
    "named pipe": lambda: os.mkfifo(FOLDER / "pipe"),
    "memory file": lambda: os.close(os.memfd_create("x")),
    "shared memory": share_memory,
    "trace": lambda: raw("ptrace", 16, PARENT, 0, 0),  # PTRACE_ATTACH
    "become root": lambda: os.setuid(0),
    "become another": lambda: os.setresuid(54321, 54321, 54321),
    "own namespaces": lambda: raw("unshare", 0x10000000),
    "mount": lambda: raw("mount", b"none", bytes(FOLDER), b"tmpfs", 0, None),
    "change the root": lambda: os.chroot(FOLDER),
    "program of the kernel": lambda: raw("bpf", 0, None, 0),
    "io_uring": lambda: raw("io_uring_setup", 1, None),
    "outlive the parent": lambda: control(1, 0),
    "new clone": lambda: raw("clone3", None, 0),
    "new open": lambda: raw("openat2", -100, None, None, 0),
    "newer call": lambda: raw_number(462),
    "x32 call": lambda: raw_number(0x40000000 + 39),
    "32-bit call": old_calls,
    "refused calls": refused_calls,
    "much memory": lambda: mmap.mmap(-1, 1 << 32).close(),
    "write much": write_much,
    "open many files": open_many,
    "many threads": many_threads,
    "lock memory": lock_memory,
    "burn time": burn,
    "burn time, deaf": burn_deaf,
    "raise a limit": raise_limit,
    "see the parent": see_parent,
    "name the machine": lambda: socket.sethostname("reskit-test"),
}


def raw_number(number):
    """Make a system call by its number; raises OSError."""
    if call(number, 0, 0, 0) < 0:
        raise OSError(ctypes.get_errno(), str(number))


LAYERS = {
    "privileges": privileges.give_up_privileges,
    "limits": lambda: limits.set_limits(1024, 1, own_user=True),
    "landlock": lambda: give_up_files([*SYSTEM, *python_folders()]),
    "seccomp": seccomp.filter_calls,
    "namespaces": lambda: bool(namespaces.enter(user=os.geteuid() != 0)),
    "user": lambda: privileges.become(privileges.own_user(), FOLDER) is None,
}


def outcome(act):
    """Return how an act went in a process under the layers."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(read)
            os.write(write, tried(act).encode())
        finally:
            os._exit(0)
    os.close(write)
    told = os.read(read, 4096).decode()
    os.close(read)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    return told or "program ran"


def tried(act):
    """Take on the user and the layers, and do it."""
    if ASKED["user"] is not None:
        os.setgroups([])
        os.setresgid(ASKED["user"], ASKED["user"], ASKED["user"])
        os.setresuid(ASKED["user"], ASKED["user"], ASKED["user"])
        control(privileges.SET_DUMPABLE, 1)  # as a process that has been that user from its start
    for layer in ASKED["layers"]:
        if layer in ("landlock", "seccomp"):
            control(privileges.SET_NO_NEW_PRIVS, 1)
        if not LAYERS[layer]():
            return f"no {layer}"
    try:
        ACTS[act]()
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error))
    except (MemoryError, AssertionError, ValueError) as error:
        return f"{type(error).__name__} {error}".strip()
    return "done"


print(json.dumps({act: outcome(act) for act in ASKED["acts"]}))
