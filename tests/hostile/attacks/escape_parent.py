# Stops, traces and reads the process that started it.
import ctypes, os, signal
parent = os.getppid()
try: os.kill(parent, 0); print("LEAK signal")
except OSError: pass
if ctypes.CDLL(None, use_errno=True).ptrace(16, parent, 0, 0) == 0: print("LEAK ptrace"); ctypes.CDLL(None).ptrace(17, parent, 0, 0)
for name in ("mem", "environ", "maps", "auxv", "stack", "syscall", "fd", "task"):
    try: (os.listdir if name in ("fd", "task") else open)(f"/proc/{parent}/{name}"); print("LEAK", name)
    except OSError: pass
