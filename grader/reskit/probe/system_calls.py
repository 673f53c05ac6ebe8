"""Linux's system calls by name: their numbers on this machine, and a way to make them.

The numbers are the kernel's (arch/x86/entry/syscalls/syscall_64.tbl and asm-generic/unistd.h); a
test holds them against the C library's headers where these are installed.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys

MACHINES = {"x86_64": 0, "aarch64": 1, "arm64": 1}  # which of the two numbers below
NUMBERS = """
clone=56/220 clone3=435/435 fork=57/- vfork=58/- execve=59/221 execveat=322/281
socket=41/198 socketpair=53/199 bind=49/200 listen=50/201 accept=43/202 accept4=288/242
connect=42/203 sendto=44/206 sendmsg=46/211 sendmmsg=307/269 recvfrom=45/207 recvmsg=47/212
recvmmsg=299/243 shutdown=48/210 setsockopt=54/208 getsockopt=55/209 getsockname=51/204
getpeername=52/205
kill=62/129 tkill=200/130 tgkill=234/131 rt_sigqueueinfo=129/138 rt_tgsigqueueinfo=297/240
pidfd_open=434/434 pidfd_getfd=438/438 pidfd_send_signal=424/424
ptrace=101/117 process_vm_readv=310/270 process_vm_writev=311/271 process_madvise=440/440
process_mrelease=448/448 kcmp=312/272 migrate_pages=256/238 move_pages=279/239
get_robust_list=274/100 setpriority=141/140 sched_setparam=142/118 sched_setscheduler=144/119
sched_setattr=314/274 sched_setaffinity=203/122 ioprio_set=251/30 prlimit64=302/261
open=2/- openat=257/56 openat2=437/437 creat=85/- truncate=76/45 mkdir=83/- mkdirat=258/34
mknod=133/- mknodat=259/33 rmdir=84/- unlink=87/- unlinkat=263/35 rename=82/- renameat=264/38
renameat2=316/276 link=86/- linkat=265/37 symlink=88/- symlinkat=266/36
chmod=90/- fchmod=91/52 fchmodat=268/53 chown=92/- fchown=93/55 lchown=94/- fchownat=260/54
utime=132/- utimes=235/- futimesat=261/- utimensat=280/88 setxattr=188/5 lsetxattr=189/6
fsetxattr=190/7 removexattr=197/14 lremovexattr=198/15 fremovexattr=199/16
memfd_create=319/279 memfd_secret=447/447 shmget=29/194 shmat=30/196 shmctl=31/195 shmdt=67/197
msgget=68/186 msgsnd=69/189 msgrcv=70/188 msgctl=71/187 semget=64/190 semop=65/193
semtimedop=220/192 semctl=66/191 mq_open=240/180 mq_unlink=241/181 mq_timedsend=242/182
mq_timedreceive=243/183 mq_notify=244/184 mq_getsetattr=245/185
inotify_init=253/- inotify_init1=294/26 inotify_add_watch=254/27
name_to_handle_at=303/264 open_by_handle_at=304/265 fanotify_init=300/262 fanotify_mark=301/263
setuid=105/146 setgid=106/144 setreuid=113/145 setregid=114/143 setresuid=117/147
setresgid=119/149 setfsuid=122/151 setfsgid=123/152 setgroups=116/159 capset=126/91
prctl=157/167 seccomp=317/277 personality=135/92 fcntl=72/25 ioctl=16/29
mount=165/40 umount2=166/39 mount_setattr=442/442 move_mount=429/429 open_tree=428/428
fsopen=430/430 fsconfig=431/431 fsmount=432/432 fspick=433/433 pivot_root=155/41 chroot=161/51
unshare=272/97 setns=308/268 swapon=167/224 swapoff=168/225 quotactl=179/60 quotactl_fd=443/443
bpf=321/280 perf_event_open=298/241 userfaultfd=323/282 keyctl=250/219 add_key=248/217
request_key=249/218 io_uring_setup=425/425 io_uring_enter=426/426 io_uring_register=427/427
io_setup=206/0 io_destroy=207/1 io_submit=209/2 io_cancel=210/3 io_getevents=208/4
init_module=175/105 finit_module=313/273 delete_module=176/106 kexec_load=246/104
kexec_file_load=320/294 reboot=169/142 acct=163/89 syslog=103/116 sethostname=170/161
setdomainname=171/162 settimeofday=164/170 clock_settime=227/112 adjtimex=159/171
clock_adjtime=305/266 vhangup=153/58 lookup_dcookie=212/18 nfsservctl=180/42 iopl=172/-
ioperm=173/- modify_ldt=154/- uselib=134/- ustat=136/- sysfs=139/- vmsplice=278/75
landlock_create_ruleset=444/444 landlock_add_rule=445/445 landlock_restrict_self=446/446
"""


def machine() -> str | None:
    """Return the name of this machine's kind, None where its calls are not known here."""
    found = platform.machine()
    known = sys.platform.startswith("linux") and sys.byteorder == "little" and found in MACHINES
    return found if known and sys.maxsize > 1 << 32 else None


def numbers(kind: str) -> dict[str, int]:
    """Return {name: number} of the calls that a kind of machine has."""
    column = MACHINES[kind]
    found = {}
    for entry in NUMBERS.split():
        name, _, both = entry.partition("=")
        number = both.split("/")[column]
        if number != "-":
            found[name] = int(number)
    return found


def call(number: int, *arguments: int | bytes | None) -> int:
    """Make a system call and return what it returns; −1 with `ctypes.get_errno()` on failure."""
    library = ctypes.CDLL(None, use_errno=True)
    given = [
        ctypes.c_char_p(each) if isinstance(each, bytes) else ctypes.c_void_p(each)
        for each in arguments
    ]
    library.syscall.restype = ctypes.c_long
    return int(library.syscall(ctypes.c_long(number), *given))


def control(option: int, *arguments: int) -> None:
    """Call prctl(2). Raises OSError."""
    library = ctypes.CDLL(None, use_errno=True)
    given = [ctypes.c_ulong(each) for each in (*arguments, 0, 0, 0, 0)[:4]]
    if library.prctl(ctypes.c_int(option), *given) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
