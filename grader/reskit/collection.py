"""A class in one archive: which file of it is whose submission, by the layout of each desk."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from reskit.archive import Archive, is_archive
from reskit.archive_member import ArchiveError, Member
from reskit.report import Fault
from reskit.submission import Submission, read_bytes, student_of

LARGEST_METADATA = 4 << 20
GRADESCOPE_METADATA = "submission_metadata.yml"
SUBMISSION_KEY = re.compile(r"^(submission_\d+):\s*$")
SUBMITTER_NAME = re.compile(r"^\s*-?\s*:name:\s*(.+?)\s*$")
FOLDERS = (  # of one student each
    re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?"),  # Moodle
    re.compile(r"(?P<name>submission_(?P<id>\d+))"),  # Gradescope
)
CANVAS_FILE = re.compile(
    r"(?P<name>[^\W\d_][^_]*)(?:_LATE)?_(?P<id>\d{2,})_\d{2,}_(?P<file>.+)"  # the student's ID
)
FILES = (  # what a desk puts before the name that the learner gave
    re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_file_(?P<file>.+)"),  # Moodle, flat
    CANVAS_FILE,
    re.compile(r".*_(?P<name>\w+)_attempt_[0-9-]+_(?P<file>.+)"),  # as nbgrader collects them
)
AGAIN = re.compile(r"(?:-\d+| \(\d+\))$")  # what is put behind the name when one hands in again
NESTED = "This is an archive in an archive; it was not opened. Hand in the notebook itself."


@dataclass(frozen=True)
class Entry:
    """One submission of a collection: whose it is, and the file, or why there is none."""

    student: str
    name: str  # of the file, in the archive
    member: Member | None
    problem: str | None = None


@dataclass(frozen=True)
class _Owner:
    """Who handed a file in, as far as its name tells."""

    name: str
    key: str  # tells two of the same name apart
    file: str  # the name that the learner gave to it


class Collection:
    """The submissions in an archive. Use it as a context manager.

    Nothing is unpacked to disk: each file is read when its turn comes.
    """

    def __init__(self, path: Path, assignment: str) -> None:
        """Find the submissions; an archive that cannot be read has one entry that says why."""
        self.path = path
        self._archive: Archive | None = None
        try:
            self._archive = Archive(path)
            self.entries = tuple(_entries(self._archive, path, assignment))
        except ArchiveError as error:
            self.entries = (Entry(_stem(path), "", None, str(error)),)

    def shown(self, entry: Entry) -> str:
        """Return the path that a report tells of an entry: the archive's, then the file's."""
        return f"{self.path}/{entry.name}" if entry.name else str(self.path)

    def submissions(self) -> Iterator[Submission]:
        """Yield the submission of each entry, in their order."""
        for entry in self.entries:
            yield self._submission(entry)

    def _submission(self, entry: Entry) -> Submission:
        shown, problem = self.shown(entry), entry.problem
        if self._archive is not None and entry.member is not None and problem is None:
            try:
                data = self._archive.read(entry.member)
            except ArchiveError as error:
                problem = str(error)
            else:
                return read_bytes(data, shown, entry.student)
        fault = Fault("unreadable", problem or "There is no file.")
        return Submission(shown, entry.student, None, fault=fault)

    def close(self) -> None:
        """Close the archive."""
        if self._archive is not None:
            self._archive.close()

    def __enter__(self) -> Collection:
        """Return the collection."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the collection."""
        self.close()


def _stem(path: Path) -> str:
    return path.name.split(".")[0] or path.name


def _entries(archive: Archive, path: Path, assignment: str) -> Iterator[Entry]:
    """Yield what each student handed in, in the order of the archive."""
    names = _gradescope_names(archive)
    groups: dict[str, list[tuple[Member, _Owner]]] = {}
    for member in archive.members:
        if not _is_hidden(member.name):
            owner = _owner(member.name, path, assignment, names)
            groups.setdefault(owner.key, []).append((member, owner))
    students = Counter(group[0][1].name for group in groups.values())
    told = 0
    for key, group in groups.items():
        owner = group[0][1]
        student = owner.name if students[owner.name] == 1 else f"{owner.name} ({key})"
        for entry in _of_one_student(group, student, assignment):
            told += 1
            yield entry
    if archive.ends_early:
        yield Entry(_stem(path), "", None, archive.ends_early)
    elif not told:
        yield Entry(_stem(path), "", None, "There is no notebook in this archive.")


def _is_hidden(name: str) -> bool:
    """Return whether a file is one that Jupyter or macOS keeps for itself."""
    parts = PurePosixPath(name).parts
    return any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts)


def _owner(name: str, archive: Path, assignment: str, names: dict[str, str]) -> _Owner:
    path = PurePosixPath(name)
    for part in path.parts[:-1]:
        for pattern in FOLDERS:
            if found := pattern.fullmatch(part):
                known = names.get(part, found["name"])
                return _Owner(known, found["id"], path.name)
    for pattern in FILES:
        if found := pattern.fullmatch(path.name):
            key = found.groupdict().get("id") or found["name"]
            return _Owner(found["name"], key, found["file"])
    student = student_of(path, assignment) or _stem(archive)
    return _Owner(student, f"{path.parent}/{student}", path.name)


def _of_one_student(
    group: list[tuple[Member, _Owner]], student: str, assignment: str
) -> Iterator[Entry]:
    """Yield the notebook that is the submission; each, where that cannot be told."""
    notebooks = [pair for pair in group if pair[1].file.lower().endswith(".ipynb")]
    programs = [pair for pair in group if _is_called(pair[1].file, assignment, ".py")]
    found = notebooks or programs
    called_so = [pair for pair in found if _is_called(pair[1].file, assignment, ".ipynb")]
    for member, _ in called_so or found:
        yield Entry(student, member.name, member, member.problem)
    if not found:
        yield from _without_notebook(group, student)


def _is_called(file: str, assignment: str, ending: str) -> bool:
    path = PurePosixPath(file.lower())
    return path.suffix == ending and AGAIN.sub("", path.stem) == assignment.lower()


def _without_notebook(group: list[tuple[Member, _Owner]], student: str) -> Iterator[Entry]:
    """Yield why a student has no submission; files that are nobody's tell nothing."""
    for member, _ in group:
        if is_archive(PurePosixPath(member.name)):
            yield Entry(student, member.name, None, NESTED)
            return
    first, owner = group[0]
    if owner.key.isdigit():
        told = ", ".join(sorted(each.file for _, each in group)[:5])
        yield Entry(student, first.name, None, f"There is no notebook here, but {told:.200}.")


def _gradescope_names(archive: Archive) -> dict[str, str]:
    """Return {"submission_1": "Ada Lovelace"} from the table that Gradescope puts beside them.

    Only the two kinds of lines that are needed are read; it may come from anywhere.
    """
    found: dict[str, list[str]] = {}
    for member in archive.members:
        named = PurePosixPath(member.name).name == GRADESCOPE_METADATA
        if named and member.problem is None and member.size <= LARGEST_METADATA:
            key = ""
            for line in archive.read(member).decode("utf-8", "replace").splitlines():
                if start := SUBMISSION_KEY.match(line):
                    key = start[1]
                elif key and (name := SUBMITTER_NAME.match(line)):
                    found.setdefault(key, []).append(name[1].strip("'\""))
    return {key: ", ".join(names)[:200] for key, names in found.items()}
