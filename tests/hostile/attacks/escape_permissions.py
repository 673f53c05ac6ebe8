# Changes the rights, the owner, the times and the attributes of a file that is not its own.
import glob, os
for change in (lambda p: os.chmod(p, 0o777), lambda p: os.chown(p, 65534, 65534), lambda p: os.utime(p, (1, 1)), lambda p: os.setxattr(p, "user.hostile", b"1"), lambda p: os.rename(p, p + "2"), lambda p: os.truncate(p, 0), lambda p: os.link(p, p + "3"), os.unlink):
    for canary in glob.glob("/tmp/reskit_hostile_canary*") or ["/tmp/reskit_hostile_canary"]:
        try: change(canary); print("LEAK changed")
        except OSError: pass
