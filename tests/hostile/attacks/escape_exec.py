# Puts a shell in its own place, which would leave a file.
import os
def identity_block(X, f, filters, initializer=None): os.execv("/bin/sh", ["sh", "-c", "touch /tmp/reskit_hostile_exec && echo LEFT"])
