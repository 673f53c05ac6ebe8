"""The hostile set on each kind of machine, as this user and, for root, as an ordinary one too.

`python tests/hostile/machines.py` runs it six times as root, three times as anyone else.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from reskit.probe.landlock import python_folders
from reskit.probe.privileges import can_read_as

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
    """Run them one after the other; return 1 where a test failed, 2 where a user cannot run any."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--user", choices=("root", "ordinary"), help="as this one alone")
    asked = parser.parse_args().user
    users = [os.getuid(), ORDINARY] if os.getuid() == 0 else [os.getuid()]
    users = [user for user in users if asked is None or (user == 0) == (asked == "root")]
    failed = []
    for user in users:
        if user == ORDINARY and not can_read_as(user, [*python_folders(), str(HERE)]):
            print("An ordinary user cannot read this Python, or the tests: install it elsewhere.")
            return 2
        for machine in MACHINES:
            print(f"== {machine}, as {'root' if user == 0 else 'an ordinary user'}", flush=True)
            if run(machine, user) != 0:
                failed.append(f"{machine} as user {user}")
    print("failed:", ", ".join(failed) or "none")
    return int(bool(failed))


def run(machine: str, user: int) -> int:
    """Return the exit status of the tests on one kind of machine."""
    command = [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += [str(HERE), "--machine", machine]
    with tempfile.TemporaryDirectory() as home:
        whose: dict[str, Any] = {}
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
