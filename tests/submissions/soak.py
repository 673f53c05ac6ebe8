"""A class of honest and hostile submissions, graded with an eye on what it takes as it goes."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from many import copies

from reskit.course import Course
from reskit.grading import Grader, Ungraded
from reskit.report import Report

HERE = Path(__file__).resolve().parent
ATTACKS = HERE.parent / "hostile" / "handed_in"
# They loop, wait, crash, print without end, use up files and memory, forge, and look around.
HOSTILE = (
    *("D21_pathological_repr.py", "D10_giant_result.py", "S38_segfault.py", "S07_os_exit_0.py"),
    *("S11_fd_scan_write.py", "S30_fork_answers_twice.py", "E05_other_submissions.py"),
    *("E07_write_outside.py", "S24_config_bomb.py", "D18_fd_exhaust.py"),
)
COURSE_FILES = (
    "solutions/resnet50/exercise.toml",
    "outputs/outputs.py",
    "outputs/hidden_outputs.py",
)


@dataclass(frozen=True)
class Handed:
    """One submission, and the score that is due; None where any will do but full marks."""

    path: Path
    due: float | None


@dataclass(frozen=True)
class Step:
    """One submission graded: when, in seconds from the start, and what the processes took."""

    handed: Handed
    outcome: Report | Ungraded
    at: float
    mebibytes: tuple[float, float]  # resident: the grader itself, and its examiners with parents

    @property
    def is_wrong(self) -> bool:
        """Return whether the score is not the one that is due."""
        if isinstance(self.outcome, Ungraded):
            return False
        if self.handed.due is None:
            return self.outcome.score == self.outcome.max_score
        return self.outcome.score != self.handed.due


def course_of_its_own(course: Course, root: Path) -> Course:
    """Return a copy of what grading needs of a course, with an empty store."""
    for name in COURSE_FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(course.root / name, root / name)
    return Course(root)


def make_class(total: int, folder: Path, every: int = 10) -> list[Handed]:
    """Return `total` submissions, none like another; one in `every` is hostile.

    The honest ones are of the sample class, as far as they need no limit to end.
    """
    honest = [
        path
        for path in sorted(HERE.glob("*/ResNet50.ipynb"))
        if path.parent.name not in ("infinite_loop", "memory_bomb")
    ]
    golden = {
        path: json.loads((path.parent / "report.json").read_text(encoding="utf-8"))["score"]
        for path in honest
    }
    made = copies(honest, total, folder / "honest")
    attacks = _attacks(total // every, folder / "hostile")
    handed = []
    for number in range(total):
        if number % every == every - 1:
            handed.append(next(attacks))
        else:
            copy, original = next(made)
            handed.append(Handed(copy, golden[original]))
    return handed


def _attacks(total: int, folder: Path) -> Iterator[Handed]:
    for number in range(total):
        name = HOSTILE[number % len(HOSTILE)]
        path = folder / f"{number:04d}_{name}"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = (ATTACKS / name).read_text(encoding="utf-8")
        path.write_text(f"{text}\nnumber_of_this_copy = {number}\n", encoding="utf-8")
        yield Handed(path, None)


def graded(grader: Grader, handed: Sequence[Handed]) -> Iterator[Step]:
    """Yield each submission as it is graded."""
    start = time.monotonic()
    for each, outcome in zip(handed, grader.grade_all([h.path for h in handed]), strict=True):
        yield Step(each, outcome, time.monotonic() - start, _resident())


def _resident() -> tuple[float, float]:
    """Return the resident memory, in MiB, of this process and of those that it started."""
    children: dict[int, list[int]] = {}
    pages: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        try:
            _, _, state = (entry / "stat").read_text(encoding="utf-8").rpartition(")")
            fields = state.split()
            pid = int(entry.name)
        except (OSError, ValueError, IndexError):
            continue  # no process, or one that has ended meanwhile
        children.setdefault(int(fields[1]), []).append(pid)
        pages[pid] = int(fields[21])
    own = int(Path("/proc/self/stat").read_text(encoding="utf-8").split()[0])
    total, stack = 0, list(children.get(own, ()))
    while stack:
        pid = stack.pop()
        if len(children.get(pid, ())) or pid in children.get(own, ()):
            total += pages.get(pid, 0)  # a child that is forked for one program is not counted
        stack.extend(children.get(pid, ()))
    mebibyte = 4096 / (1 << 20)
    return pages.get(own, 0) * mebibyte, total * mebibyte
