# Plants links for whoever writes there next.
import os
for place in ("/tmp", "/var/tmp", "/dev/shm", ".", os.path.expanduser("~"), os.path.dirname(os.__file__)):
    for make in (lambda p: os.symlink("/etc/passwd", p), lambda p: os.mkdir(p), lambda p: os.mkfifo(p), lambda p: os.mknod(p)):
        try: make(place + "/reskit_hostile_link"); print("LEFT", place)
        except OSError: pass
