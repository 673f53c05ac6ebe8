"""A term through nbgrader's exchange: an instructor and three learners, each a user of this system.

The commands are those of the page for instructors. Each step is taken once, in the fixture; the
tests look at what it came to.
"""

from __future__ import annotations

import html
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from classroom import Classroom, Person, classroom
from nbgrader.api import Gradebook

from reskit.course import find_course

pytestmark = pytest.mark.nbgrader

COURSE = find_course(Path(__file__).parent)
NAMES = ("ada", "ben", "cleo")
FIRST = {"ada": "solved", "ben": "skip_cut", "cleo": "half_done"}
PRAISE = "Read the block once more, and come to see me."


@dataclass
class Term:
    """What the steps came to."""

    room: Classroom
    scores: dict[str, dict[str, float]] = field(default_factory=dict)  # by step, by learner
    late: dict[str, float] = field(default_factory=dict)  # seconds
    penalties: dict[str, dict[str, float]] = field(default_factory=dict)  # by step, by learner
    told: dict[str, str] = field(default_factory=dict)  # by step
    pages: dict[str, dict[str, list[str]]] = field(default_factory=dict)  # by step, by learner

    def person(self, name: str) -> Person:
        return self.room.learners[NAMES.index(name)]

    def full_name(self, name: str) -> str:
        return self.person(name).name

    def look(self, step: str) -> None:
        """Note what the gradebook says after a step."""
        names = {self.full_name(name): name for name in NAMES}
        with Gradebook(f"sqlite:///{self.room.root / 'gradebook.db'}", "reskit") as gradebook:
            submissions = gradebook.assignment_submissions("resnet50")
            self.scores[step] = {names[each.student.id]: each.score for each in submissions}
            self.penalties[step] = {
                names[each.student.id]: each.late_submission_penalty for each in submissions
            }
            self.late = {names[each.student.id]: each.total_seconds_late for each in submissions}

    def fetch_pages(self, step: str) -> None:
        """Let each learner fetch feedback, and note all pages that then lie in the home."""
        self.room.together("fetch_feedback", "resnet50")
        self.pages[step] = {
            name: [
                html.unescape(path.read_text(encoding="utf-8"))
                for path in sorted(self.person(name).home.glob("resnet50/feedback/*/*.html"))
            ]
            for name in NAMES
        }

    def hand_in(self, name: str, sample: str) -> None:
        """Lay a sample notebook over what the learner fetched."""
        origin = COURSE.sample_class / sample / "ResNet50.ipynb"
        self.person(name).puts(origin, self.person(name).home / "resnet50" / "ResNet50.ipynb")


@pytest.fixture(scope="module")
def term() -> Iterator[Term]:
    """A term, from the course's first release to feedback on what was handed in again."""
    with classroom(COURSE, NAMES) as room:
        term = Term(room)
        room.instructor.run("reskit", "release", cwd=room.root)
        room.teach("generate_assignment", "resnet50", "--force")
        room.teach("release_assignment", "resnet50")
        room.together("fetch_assignment", "resnet50")
        for name, sample in FIRST.items():
            term.hand_in(name, sample)
        leave_a_training(term.person("ada"))
        room.together("submit", "resnet50")
        due = datetime.now(UTC) + timedelta(seconds=1)
        room.teach("db", "assignment", "add", "resnet50", f"--duedate={due:%Y-%m-%d %H:%M:%S} UTC")
        room.teach("collect", "resnet50")
        term.told["first"] = room.teach("autograde", "resnet50")
        term.look("first")

        grade_by_hand(term)
        term.look("by hand")
        room.teach("generate_feedback", "resnet50")
        room.teach("release_feedback", "resnet50")
        term.fetch_pages("first")

        term.hand_in("cleo", "solved")
        cleo = term.person("cleo")
        cleo.nbgrader("submit", "resnet50")
        term.told["collected"] = room.teach("collect", "resnet50")
        term.told["updated"] = room.teach("collect", "resnet50", "--update")
        term.told["again"] = room.instructor.run(
            "reskit", "grade", "--nbgrader", cwd=room.root
        ) + room.teach("autograde", "resnet50")
        term.look("again")
        room.teach("generate_feedback", "resnet50")
        room.teach("release_feedback", "resnet50")
        term.fetch_pages("again")

        room.teach("autograde", "resnet50", "--force", "--LateSubmissionPlugin.penalty_method=zero")
        term.look("penalty")
        yield term


def leave_a_training(person: Person) -> None:
    """Leave what a training leaves beside the notebook: more than nbgrader would take."""
    person.run("mkdir", "resnet50/training")
    person.run("truncate", "--size=285M", "resnet50/training/checkpoint.h5")


def grade_by_hand(term: Term) -> None:
    """Give ben points and a comment of the instructor's own, as formgrader stores them."""
    with Gradebook(f"sqlite:///{term.room.root / 'gradebook.db'}", "reskit") as gradebook:
        place = ("ResNet50", "resnet50", term.full_name("ben"))
        grade = gradebook.find_grade("identity_block_test", *place)
        grade.manual_score, grade.extra_credit = 25.0, 1.0
        gradebook.find_comment("identity_block", *place).manual_comment = PRAISE
        gradebook.db.commit()
    # As root one may write the file under another user, who has to be able to go on.
    os.chown(term.room.root / "gradebook.db", *_ids(term.room.root))


def _ids(path: Path) -> tuple[int, int]:
    return path.stat().st_uid, path.stat().st_gid


def test_learners_fetch_the_whole_release(term: Term) -> None:
    """What a learner fetches through the exchange is the released folder, data and networks too."""
    fetched = term.person("ada").home / "resnet50"
    released = {
        path.relative_to(COURSE.release)
        for path in COURSE.release.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert [path for path in sorted(released) if not (fetched / path).is_file()] == []


def test_a_training_is_no_hindrance_and_is_not_handed_in(term: Term) -> None:
    """What a training wrote beside the notebook, more than nbgrader takes, stays at home."""
    names = {path.name for path in (term.room.root / "submitted").rglob("*")}

    assert "ResNet50.ipynb" in names
    assert names & {"training", "datasets", "resnet50.h5"} == set()


def test_first_grading_gives_partial_credit(term: Term) -> None:
    """Each learner has the points of the notebook that was handed in."""
    assert term.scores["first"] == {"ada": 100.0, "ben": 86.0, "cleo": 30.0}


def test_points_given_by_hand_stay_when_graded_again(term: Term) -> None:
    """An instructor's own points take the place of ours, and no later run takes them away."""
    ours = term.scores["first"]["ben"]
    earned = {step: scores["ben"] for step, scores in term.scores.items()}

    assert earned == {"first": ours, **dict.fromkeys(("by hand", "again", "penalty"), 96.0)}


def test_points_given_by_hand_are_marked_for_a_look(term: Term) -> None:
    """As with nbgrader alone: graded again, a score given by hand waits for its instructor."""
    with Gradebook(f"sqlite:///{term.room.root / 'gradebook.db'}", "reskit") as gradebook:
        waiting = {
            submission.student.id: submission.needs_manual_grade
            for submission in gradebook.assignment_submissions("resnet50")
        }

    assert waiting == {term.full_name(name): name == "ben" for name in NAMES}


def test_feedback_comes_back_to_its_learner(term: Term) -> None:
    """Each learner fetches one page, with the message and the instructor's comment."""
    pages = term.pages["first"]

    assert {name: len(found) for name, found in pages.items()} == dict.fromkeys(NAMES, 1)
    assert "The skip connection is cut" in pages["ben"][0]
    assert PRAISE in pages["ben"][0]
    assert PRAISE not in pages["ada"][0] + pages["cleo"][0]


def test_second_submission_waits_for_update(term: Term) -> None:
    """As with nbgrader alone: what is collected stays, until `collect --update` takes the newer."""
    name = term.full_name("cleo")

    assert f"Submission already exists, use --update to update: {name}" in term.told["collected"]
    assert f"Updating submission: {name}" in term.told["updated"]


def test_second_submission_is_graded_alone(term: Term) -> None:
    """Of a class that is graded again, the newer submission's score changes and no other."""
    assert term.scores["again"] == {"ada": 100.0, "ben": 96.0, "cleo": 100.0}


def test_second_submission_has_a_page_of_its_own(term: Term) -> None:
    """A learner keeps the first page, and fetches a second one."""
    pages = term.pages["again"]

    assert {name: len(found) for name, found in pages.items()} == {"ada": 1, "ben": 1, "cleo": 2}
    assert pages["cleo"][0] == term.pages["first"]["cleo"][0]
    assert pages["cleo"][1] != pages["cleo"][0]


def test_late_submission_is_told_and_costs_nothing_by_default(term: Term) -> None:
    """nbgrader's rule for late work holds: by default it is noted, and takes no points."""
    assert {name: seconds > 0 for name, seconds in term.late.items()} == {
        "ada": False,
        "ben": False,
        "cleo": True,
    }
    assert term.penalties["again"] == dict.fromkeys(NAMES, 0.0)


def test_late_penalty_of_the_course_is_applied(term: Term) -> None:
    """Where the instructor sets nbgrader's penalty, late work has it, and nobody else."""
    assert term.penalties["penalty"] == {"ada": 0.0, "ben": 0.0, "cleo": 100.0}


def test_learner_cannot_read_the_course_nor_others_work(term: Term) -> None:
    """No learner reads the answers, a classmate's work, or lists what was handed in."""
    ada = term.person("ada")
    inbound = term.room.exchange / "reskit" / "inbound"

    for path in (term.room.root, term.person("ben").home, inbound):
        assert "Permission denied" in ada.run("ls", str(path), status=2)
    assert stat.S_IMODE(inbound.stat().st_mode) == 0o2733


def test_answers_are_not_in_the_exchange(term: Term) -> None:
    """Neither the source with its answers nor the hidden recordings leave the course."""
    names = {path.name for path in (term.room.exchange / "reskit" / "outbound").rglob("*")}
    notebook = term.room.exchange / "reskit" / "outbound" / "resnet50" / "ResNet50.ipynb"

    assert names & {"hidden_outputs.py", "exercise.toml", "ResNet50.py"} == set()
    assert "BEGIN SOLUTION" not in notebook.read_text(encoding="utf-8")
