"""A classroom of real people: users of this system, each in a home, with an exchange between."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from open_folders import needed, way_in

from reskit.course import Course

COURSE_PARTS = ("assignments", "outputs", "public_tests", "solutions", "nbgrader_config.py")
PATIENCE = 300  # seconds for a command; the slowest starts TensorFlow on a busy machine

# Where the page for instructors says what to write for everyone on the machine.
PAGE = Path("docs") / "instructor.md"
SETTINGS = re.compile(r'nbgrader_config\.py" <<END\n(.*?)^END$', flags=re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Person:
    """A user of this system."""

    name: str
    home: Path
    settings: Path  # Jupyter's, for everyone
    way_in: tuple[str, ...]  # to our Python

    def environment(self) -> dict[str, str]:
        """Return what the person's commands find: a home, the programs, and nothing of ours."""
        programs = Path(sys.executable).parent
        return {
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "PATH": os.pathsep.join([str(programs), "/usr/local/bin", "/usr/bin", "/bin"]),
            "JUPYTER_CONFIG_PATH": str(self.settings),
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }

    def start(self, *command: str, cwd: Path | None = None) -> subprocess.Popen[str]:
        """Start a command as this person, in the home if no other folder is named."""
        become = ("setpriv", f"--reuid={self.name}", f"--regid={self.name}", "--clear-groups")
        return subprocess.Popen(
            [*self.way_in, *become, *command],
            cwd=cwd or self.home,
            env=self.environment(),
            umask=0o022,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *command: str, cwd: Path | None = None, status: int = 0) -> str:
        """Run a command as this person and return what it says; it has to end with `status`."""
        process = self.start(*command, cwd=cwd)
        said, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == status, f"{self.name}: {' '.join(command)}\n{said}"
        return said

    def nbgrader(self, *arguments: str, cwd: Path | None = None) -> str:
        """Run an nbgrader command as this person and return what it says."""
        return self.run(sys.executable, "-m", "nbgrader", *arguments, cwd=cwd)

    def puts(self, origin: Path, target: Path) -> None:
        """Lay a copy of a file that the person may not read into a place of theirs."""
        shutil.copyfile(origin, target)
        shutil.chown(target, self.name, self.name)


@dataclass(frozen=True)
class Classroom:
    """An instructor with a course, learners, and the exchange between them."""

    instructor: Person
    learners: Sequence[Person]
    root: Path  # the instructor's course
    exchange: Path

    def together(self, *arguments: str) -> dict[str, str]:
        """Let all learners run an nbgrader command at once; return what each was told."""
        command = (sys.executable, "-m", "nbgrader", *arguments)
        started = {person: person.start(*command) for person in self.learners}
        told = {}
        for person, process in started.items():
            said, _ = process.communicate(timeout=PATIENCE)
            assert process.returncode == 0, f"{person.name}: {' '.join(arguments)}\n{said}"
            told[person.name] = said
        return told

    def teach(self, *arguments: str) -> str:
        """Let the instructor run an nbgrader command in the course."""
        return self.instructor.nbgrader(*arguments, cwd=self.root)


@contextmanager
def classroom(course: Course, names: Sequence[str]) -> Iterator[Classroom]:
    """Add an instructor and learners to this system, give them a course; remove all afterwards.

    Skips the test where this process may not add users, or they cannot start our Python.
    """
    if os.geteuid() != 0 or shutil.which("useradd") is None:
        pytest.skip("only root can add users and act as them")
    # Not pytest's folder for temporary files, which is closed to other users.
    base = Path(tempfile.mkdtemp(prefix="reskit-class-"))
    base.chmod(0o755)
    exchange = base / "exchange"
    settings = base / "jupyter"
    settings.mkdir()
    text = settings_for_everyone(course, exchange)
    (settings / "nbgrader_config.py").write_text(text, encoding="utf-8")
    way = tuple(way_in(base / "opened", needed()))
    people: list[Person] = []
    try:
        for name in ("teacher", *names):
            people.append(_added(f"{name}{os.getpid()}", base, settings, way))
        teacher, *learners = people
        tried = teacher.start(sys.executable, "-c", "import nbgrader, reskit")
        said, _ = tried.communicate(timeout=PATIENCE)
        if tried.returncode != 0:
            pytest.skip(f"other users cannot start the Python of these tests: {said[-200:]}")
        exchange.mkdir()
        shutil.chown(exchange, teacher.name, teacher.name)
        exchange.chmod(0o777)
        yield Classroom(teacher, learners, _copied(course, teacher), exchange)
    finally:
        for person in people:
            subprocess.run(["userdel", person.name], check=False, capture_output=True)
        shutil.rmtree(base)


def settings_for_everyone(course: Course, exchange: Path) -> str:
    """Return the settings that the page for instructors asks for, with this exchange in them."""
    found = SETTINGS.search((course.root / PAGE).read_text(encoding="utf-8"))
    assert found is not None, "the page has no settings for everyone"
    return found[1].replace("$EXCHANGE", str(exchange))


def _added(name: str, base: Path, settings: Path, way: tuple[str, ...]) -> Person:
    """Add a user with a closed home."""
    home = base / name
    command = ["useradd", "--create-home", "--home-dir", str(home), "--user-group", name]
    subprocess.run(command, check=True, capture_output=True)
    assert pwd.getpwnam(name).pw_dir == str(home)
    home.chmod(0o700)
    return Person(name, home, settings, way)


def _copied(course: Course, owner: Person) -> Path:
    """Lay what a clone of the course holds into the owner's home."""
    root = owner.home / "course"
    root.mkdir()
    for part in COURSE_PARTS:
        origin = course.root / part
        if origin.is_dir():
            leftovers = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
            shutil.copytree(origin, root / part, ignore=leftovers)
        else:
            shutil.copyfile(origin, root / part)
    for folder, _, files in os.walk(root):
        for path in (folder, *(os.path.join(folder, file) for file in files)):  # noqa: PTH118
            shutil.chown(path, owner.name, owner.name)
    return root
