# Asks for a core dump, and crashes.
import os, resource
def identity_block(X, f, filters, initializer=None):
    try: resource.setrlimit(resource.RLIMIT_CORE, (1 << 20, 1 << 20))
    except (ValueError, OSError): pass
    os.abort()
