"""A filter of system calls: what a learner's process asks of the kernel, and what is refused.

The filter lists what is refused. A list of what is allowed would be tighter, but TensorFlow, its
libraries and Python decide anew with each release which calls they make, and right work must not
fail after an update. So that the list does not go stale, every call that is newer than the list
is answered as a kernel answers that does not have it. What is refused is answered with EPERM and
does not end the process: the learner reads PermissionError with the line that caused it.

Files stay readable here, because a filter cannot look at paths; Landlock does that.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from dataclasses import dataclass

from reskit.probe.system_calls import call, machine, numbers

REFUSED = {
    "other programs": "fork vfork execve execveat",
    "the network": """socket socketpair bind listen accept accept4 connect sendto sendmsg sendmmsg
        recvfrom recvmsg recvmmsg shutdown setsockopt getsockopt getsockname getpeername""",
    "other processes": """tkill pidfd_open pidfd_getfd pidfd_send_signal ptrace process_vm_readv
        process_vm_writev process_madvise process_mrelease kcmp migrate_pages move_pages
        get_robust_list setpriority sched_setparam sched_setscheduler sched_setattr ioprio_set""",
    "changing files": """creat truncate mkdir mkdirat mknod mknodat rmdir unlink unlinkat rename
        renameat renameat2 link linkat symlink symlinkat chmod fchmod fchmodat chown fchown lchown
        fchownat utime utimes futimesat utimensat setxattr lsetxattr fsetxattr removexattr
        lremovexattr fremovexattr name_to_handle_at open_by_handle_at fanotify_init
        fanotify_mark""",
    "what others open": "inotify_init inotify_init1 inotify_add_watch",
    "what outlives the process": """memfd_create memfd_secret shmget shmat shmctl shmdt msgget
        msgsnd msgrcv msgctl semget semop semtimedop semctl mq_open mq_unlink mq_timedsend
        mq_timedreceive mq_notify mq_getsetattr""",
    "other rights": """setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid
        setgroups capset seccomp""",
    "another view of the machine": """mount umount2 mount_setattr move_mount open_tree fsopen
        fsconfig fsmount fspick pivot_root chroot unshare setns swapon swapoff quotactl
        quotactl_fd""",
    "parts of the kernel that often had holes": """bpf perf_event_open userfaultfd keyctl add_key
        request_key io_uring_setup io_uring_enter io_uring_register io_setup io_destroy io_submit
        io_cancel io_getevents vmsplice""",
    "the machine itself": """init_module finit_module delete_module kexec_load kexec_file_load
        reboot acct syslog sethostname setdomainname settimeofday clock_settime adjtimex
        clock_adjtime vhangup lookup_dcookie nfsservctl iopl ioperm modify_ldt uselib ustat
        sysfs""",
}
# Both are answered "there is no such call", and the C library uses the older call instead, of
# which the filter can see the arguments.
UNSEEN = ("clone3", "openat2")
NEWEST = 450  # the last call that was looked at: Linux 6.2

CLONE_THREAD, CLONE_NEW = 0x10000, 0x7E020080  # linux/sched.h; CLONE_NEW: every new namespace
WRITING = 0o3 | 0o100 | 0o1000  # O_ACCMODE, O_CREAT, O_TRUNC
FCNTL_SIGNALS = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX: a signal to another by way of a pipe
IOCTL_FILES = (0x40086602, 0x401C5820)  # FS_IOC_SETFLAGS, FS_IOC_FSSETXATTR
IOCTL_OTHERS = (0x5412, 0x541C, 0x8901, 0x8902)  # TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP
# PR_SET_NAME and reading; not PR_SET_PDEATHSIG, by which a child could outlive its parent.
PRCTL_ALLOWED = (2, 3, 15, 16, 21, 23, 30, 39, 40, 42, 0x53564D41)
ANY, QUERY = 0xFFFFFFFF, 0xFFFFFFFF

LOAD, AND, EQUAL, ABOVE, FROM, RETURN = 0x20, 0x54, 0x15, 0x25, 0x35, 0x06  # linux/filter.h
ALLOW, KILL, ANSWER = 0x7FFF0000, 0x80000000, 0x00050000  # linux/seccomp.h
ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7, "arm64": 0xC00000B7}
X32 = 0x40000000
AT_NUMBER, AT_ARCHITECTURE, AT_ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
SET_MODE_FILTER, ALL_THREADS = 1, 1


@dataclass(frozen=True)
class Rule:
    """A call of which one argument decides: `values`, under `mask`, are allowed or refused."""

    name: str
    argument: int
    values: tuple[int, ...]
    mask: int = ANY
    allowed: bool = True


def rules(own: int) -> list[Rule]:
    """Return the calls that are partly allowed to the process with the id `own`."""
    return [
        Rule("clone", 0, (CLONE_THREAD,), CLONE_THREAD | CLONE_NEW),
        Rule("kill", 0, (own,)),
        Rule("tgkill", 0, (own,)),
        Rule("rt_sigqueueinfo", 0, (own,)),
        Rule("rt_tgsigqueueinfo", 0, (own,)),
        Rule("prlimit64", 0, (0, own)),
        Rule("sched_setaffinity", 0, (0, own)),
        Rule("open", 1, (0,), WRITING),
        Rule("openat", 2, (0,), WRITING),
        Rule("prctl", 0, PRCTL_ALLOWED),
        Rule("personality", 0, (QUERY,)),
        Rule("fcntl", 1, FCNTL_SIGNALS, allowed=False),
        Rule("ioctl", 1, IOCTL_FILES + IOCTL_OTHERS, allowed=False),
    ]


def refused() -> list[str]:
    """Return the names of the calls that are refused whatever their arguments."""
    return [name for names in REFUSED.values() for name in names.split()]


def program(kind: str, own: int) -> bytes:
    """Return the filter for a kind of machine and the process with the id `own`."""
    known = numbers(kind)
    steps = [
        _step(LOAD, AT_ARCHITECTURE),
        _step(EQUAL, ARCHITECTURE[kind], 1, 0),
        _step(RETURN, KILL),
        _step(LOAD, AT_NUMBER),
    ]
    if kind == "x86_64":  # the same architecture's calls with 32-bit pointers
        steps += [_step(FROM, X32, 0, 1), _step(RETURN, KILL)]
    steps += [_step(ABOVE, NEWEST, 0, 1), _step(RETURN, ANSWER | errno.ENOSYS)]
    for name in UNSEEN:
        steps += [_step(EQUAL, known[name], 0, 1), _step(RETURN, ANSWER | errno.ENOSYS)]
    for name in refused():
        if name in known:
            steps += [_step(EQUAL, known[name], 0, 1), _step(RETURN, ANSWER | errno.EPERM)]
    for rule in rules(own):
        if rule.name in known:
            steps += _decide(known[rule.name], rule)
    return b"".join([*steps, _step(RETURN, ALLOW)])


def _decide(number: int, rule: Rule) -> list[bytes]:
    """Return the steps for one rule; every way through them ends in an answer."""
    refuse = ANSWER | errno.EPERM
    listed, other = (ALLOW, refuse) if rule.allowed else (refuse, ALLOW)
    count = len(rule.values)
    inner = [
        _step(LOAD, AT_ARGUMENTS + 8 * rule.argument),
        _step(AND, rule.mask),
        *(_step(EQUAL, value, count - place, 0) for place, value in enumerate(rule.values)),
        _step(RETURN, other),
        _step(RETURN, listed),
    ]
    return [_step(EQUAL, number, 0, len(inner)), *inner]


def _step(code: int, value: int, when_true: int = 0, when_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, when_true, when_false, value)


def filter_calls() -> bool:
    """Put the filter on every thread of this process, for good; return whether that holds.

    The process must have given up gaining privileges before (PR_SET_NO_NEW_PRIVS). False on a
    machine of another kind, or where the kernel has no such filters.
    """
    kind = machine()
    if kind is None:
        return False
    steps = program(kind, os.getpid())
    buffer = ctypes.create_string_buffer(steps, len(steps))
    filled = struct.pack("=HxxxxxxQ", len(steps) // 8, ctypes.addressof(buffer))
    return call(numbers(kind)["seccomp"], SET_MODE_FILTER, ALL_THREADS, filled) == 0
