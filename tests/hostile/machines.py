"""The hostile set on each kind of machine, as this user and, for root, as an ordinary one too.

`python tests/hostile/machines.py` runs it six times as root, three times as anyone else.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ORDINARY = 64321  # a number that no user has
# A machine with bubblewrap, one that lets users make namespaces, and a container that forbids both.
MACHINES = {
    "bubblewrap": frozenset[str](),
    "namespaces": frozenset({"bubblewrap"}),
    "container": frozenset({"bubblewrap", "namespaces"}),
}
LIMIT_SECONDS = 1200


def main() -> int:
    """Run them one after the other; return 1 where a test failed."""
    failed = []
    users = [os.getuid(), ORDINARY] if os.getuid() == 0 else [os.getuid()]
    for user in users:
        for machine in MACHINES:
            print(f"== {machine}, as {'root' if user == 0 else 'an ordinary user'}", flush=True)
            if run(machine, user) != 0:
                failed.append((machine, user))
    print("failed:", ", ".join(f"{machine} as user {user}" for machine, user in failed) or "none")
    return int(bool(failed))


def run(machine: str, user: int) -> int:
    """Return the exit status of the tests on one kind of machine."""
    command = [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += [str(HERE), "--machine", machine]
    with tempfile.TemporaryDirectory() as home:
        whose: dict[str, object] = {}
        if user != os.getuid():
            os.chown(home, user, user)
            whose = {"user": user, "group": user, "extra_groups": []}
        environment = {**os.environ, "HOME": home, "PYTHONDONTWRITEBYTECODE": "1"}
        environment["TMPDIR"] = home
        try:
            return subprocess.run(
                command, env=environment, cwd=home, timeout=LIMIT_SECONDS, check=False, **whose
            ).returncode
        except subprocess.TimeoutExpired:
            return 1


if __name__ == "__main__":
    sys.exit(main())
