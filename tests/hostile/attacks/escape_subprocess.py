# Runs programs, by four ways.
import os, subprocess
for way in (lambda: subprocess.run(["/bin/true"], check=True), lambda: os.system("true") and 1 / 0, lambda: os.posix_spawn("/bin/true", ["true"], {}), lambda: os.popen("echo LEAK").read()):
    try: way(); print("RAN")
    except Exception: pass
