# Takes back every limit that it was given.
import os, resource
for name in ("AS", "CPU", "FSIZE", "NOFILE", "NPROC", "CORE"):
    kind = getattr(resource, "RLIMIT_" + name)
    try: resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)); print("LEAK", name)
    except (ValueError, OSError): pass
try: os.setpriority(os.PRIO_PROCESS, 0, -20); print("LEAK nice")
except OSError: pass
