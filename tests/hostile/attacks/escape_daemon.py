# Forks twice, leaves the session, and stays for a while.
import os, time
try:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0: time.sleep(20)
        os._exit(0)
    print("FORKED")
except OSError: pass
