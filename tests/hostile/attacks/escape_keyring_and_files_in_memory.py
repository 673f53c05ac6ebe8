# Keeps things in the kernel: a memory file, a key, a watch on all that is opened.
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
try: os.write(os.memfd_create("reskit_hostile"), b"1"); print("LEAK memfd")
except OSError: pass
if libc.syscall(248, b"user", b"reskit_hostile", b"1", 1, -4) > 0: print("LEAK key")
if libc.inotify_add_watch(libc.inotify_init(), b"/tmp", 0xFFF) > 0: print("LEAK watch")
