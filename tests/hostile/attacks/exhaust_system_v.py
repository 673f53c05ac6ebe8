# Shared memory, semaphores and a queue of System V, which outlive their process.
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for call, *arguments in (("shmget", 0x5E510001, 4096, 0o1666), ("semget", 0x5E510001, 1, 0o1666), ("msgget", 0x5E510001, 0o1666)):
    if getattr(libc, call)(*arguments) >= 0: print("LEFT", call)
