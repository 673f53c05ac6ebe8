"""A class in one archive: every student has a report, under their own name."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from archives import notebook, overlapping, special, tarred, zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from reskit.collection import Collection, _owner
from reskit.submission import Submission, read_submission


def read(path: Path) -> list[Submission]:
    """Return all submissions of a collection."""
    with Collection(path, "resnet50") as collection:
        return list(collection.submissions())


def told(path: Path) -> list[tuple[str, str]]:
    """Return (student, the code handed in or the sentence why there is none)."""
    return [
        (each.student, each.fault.message if each.fault else "\n".join(each.cells))
        for each in read(path)
    ]


LAYOUTS = {
    "nbgrader's folders": (
        {
            "submitted/anna/resnet50/ResNet50.ipynb": "a",
            "submitted/ben/resnet50/ResNet50.ipynb": "b",
        },
        ["anna", "ben"],
    ),
    "files that nbgrader collects": (
        {
            "ps1_anna_attempt_2026-01-30-15-30-10_ResNet50.ipynb": "a",
            "ps1_ben_attempt_2026-01-30-15-31-10_ResNet50.ipynb": "b",
        },
        ["anna", "ben"],
    ),
    "Moodle": (
        {
            "Anna Ada Abel_12345_assignsubmission_file_/ResNet50.ipynb": "a",
            "Ben O'Neil_12346_assignsubmission_file/ResNet50.ipynb": "b",
        },
        ["Anna Ada Abel", "Ben O'Neil"],
    ),
    "Moodle without folders": (
        {
            "Anna Abel_12345_assignsubmission_file_ResNet50.ipynb": "a",
            "Ben_12346_assignsubmission_file_my_work.ipynb": "b",
        },
        ["Anna Abel", "Ben"],
    ),
    "Gradescope": (
        {
            "assignment_7_export/submission_1001/ResNet50.ipynb": "a",
            "assignment_7_export/submission_1002/sub/ResNet50.ipynb": "b",
        },
        ["submission_1001", "submission_1002"],
    ),
    "Canvas": (
        {
            "abelanna_12345_678901_ResNet50.ipynb": "a",
            "oneilben_LATE_12346_678902_ResNet50-1.ipynb": "b",
        },
        ["abelanna", "oneilben"],
    ),
    "a folder each": (
        {"class/anna/ResNet50.ipynb": "a", "class/ben/ResNet50.ipynb": "b"},
        ["anna", "ben"],
    ),
    "a file each": ({"anna.ipynb": "a", "2026_11_12_ben.ipynb": "b"}, ["anna", "2026_11_12_ben"]),
}


@pytest.mark.parametrize("ending", ["zip", "tar.gz"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_students_are_named_as_each_desk_names_them(
    tmp_path: Path, layout: str, ending: str
) -> None:
    """Whoever hands in through a learning platform is found under their own name."""
    files, students = LAYOUTS[layout]
    made = {name: notebook(source) for name, source in files.items()}
    path = (zipped if ending == "zip" else tarred)(tmp_path / f"class.{ending}", made)

    assert told(path) == list(zip(students, "ab", strict=True))


def test_gradescopes_table_gives_the_names(tmp_path: Path) -> None:
    """Folders with numbers get the names that stand in the table beside them."""
    table = (
        "---\nsubmission_1:\n  :submitters:\n  - :name: Anna Abel\n    :sid: '7'\n"
        "  - :name: 'Ben O'\n  :score: 0.0\nsubmission_2:\n  :submitters:\n  - :name: Cleo\n"
    )
    files = {
        "e/submission_metadata.yml": table.encode(),
        "e/submission_1/ResNet50.ipynb": notebook("a"),
        "e/submission_2/ResNet50.ipynb": notebook("b"),
        "e/submission_3/ResNet50.ipynb": notebook("c"),
    }

    found = told(zipped(tmp_path / "export.zip", files))

    assert found == [("Anna Abel, Ben O", "a"), ("Cleo", "b"), ("submission_3", "c")]


def test_a_submission_is_what_it_is_as_a_file(tmp_path: Path) -> None:
    """The archive changes nothing of a notebook: same bytes, same cells; the path names both."""
    path = zipped(tmp_path / "class.zip", {"anna/ResNet50.ipynb": notebook("a")})
    file = tmp_path / "anna" / "ResNet50.ipynb"
    file.parent.mkdir()
    file.write_bytes(notebook("a"))

    (found,) = read(path)
    alone = read_submission(file, "resnet50")

    assert found.path == f"{path}/anna/ResNet50.ipynb"
    assert (found.student, found.sha256, found.cells) == (alone.student, alone.sha256, alone.cells)


def test_two_students_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """The number that the platform gave them stands behind the name."""
    files = {
        f"Anna Abel_{number}_assignsubmission_file_/ResNet50.ipynb": notebook(str(number))
        for number in (11, 12)
    }

    assert told(zipped(tmp_path / "class.zip", files)) == [
        ("Anna Abel (11)", "11"),
        ("Anna Abel (12)", "12"),
    ]


def test_the_notebook_of_the_assignment_is_the_submission(tmp_path: Path) -> None:
    """What else lies in a student's folder is not graded beside it."""
    folder = "Anna_12_assignsubmission_file_"
    files = {
        f"{folder}/.ipynb_checkpoints/ResNet50-checkpoint.ipynb": notebook("old"),
        f"{folder}/scratch.ipynb": notebook("scratch"),
        f"{folder}/ResNet50.ipynb": notebook("a"),
        f"{folder}/ResNet50.py": b"p = 1",
        "__MACOSX/._ResNet50.ipynb": b"",
        "grades.csv": b"",
    }

    assert told(zipped(tmp_path / "class.zip", files)) == [("Anna", "a")]


def test_plain_python_counts_where_there_is_no_notebook(tmp_path: Path) -> None:
    """Who hands in ResNet50.py is graded too; a helper beside it is not."""
    files = {"anna_123_4567_ResNet50.py": b"a = 1", "anna_123_4568_helper.py": b"h = 1"}

    assert told(zipped(tmp_path / "class.zip", files)) == [("anna", "a = 1")]


def test_student_without_a_notebook_has_a_report(tmp_path: Path) -> None:
    """A PDF in the place of a notebook is told; nobody drops out of the list."""
    files = {
        "Anna_12_assignsubmission_file_/report.pdf": b"%PDF",
        "Ben_13_assignsubmission_file_/all.zip": b"PK",
        "Cleo_14_assignsubmission_file_/ResNet50.ipynb": notebook("c"),
        "dora.tar.gz": b"",
    }

    found = dict(told(zipped(tmp_path / "class.zip", files)))

    assert found == {
        "Anna": "There is no notebook here, but report.pdf.",
        "Ben": "This is an archive in an archive; it was not opened. Hand in the notebook itself.",
        "Cleo": "c",
        "dora.tar": "This is an archive in an archive; it was not opened. "
        "Hand in the notebook itself.",
    }


def test_one_bad_member_costs_nobody_else(tmp_path: Path) -> None:
    """Links, wrong names and broken notebooks each have their report; the others are graded."""
    files = {
        "anna.ipynb": special("anna.ipynb", tarfile.SYMTYPE, "/etc/passwd"),
        "../ben.ipynb": notebook(),
        "cleo.ipynb": b"{",
        "dora.ipynb": notebook("d"),
    }

    found = read(tarred(tmp_path / "class.tar", files))

    assert [each.student for each in found] == ["anna", "ben", "cleo", "dora"]
    assert [each.fault and each.fault.kind for each in found] == ["unreadable"] * 3 + [None]


@pytest.mark.parametrize("data", [b"", b"PK", b"no archive at all"])
def test_archive_that_cannot_be_read_has_one_report(tmp_path: Path, data: bytes) -> None:
    """Where nothing can be told apart, one sentence stands for all."""
    path = tmp_path / "class.zip"
    path.write_bytes(data)

    (found,) = read(path)

    assert (found.student, found.path, found.sha256) == ("class", str(path), None)
    assert found.fault is not None
    assert (found.fault.kind, "cannot be read" in found.fault.message) == ("unreadable", True)


def test_archive_without_a_notebook_says_so(tmp_path: Path) -> None:
    """A wrong file in the right place is told."""
    assert told(zipped(tmp_path / "data.zip", {"train.h5": b""})) == [
        ("data", "There is no notebook in this archive.")
    ]


def test_archive_that_is_cut_off_grades_what_is_there_and_says_so(tmp_path: Path) -> None:
    """The first of a class keep their reports, and one more says that others may be missing."""
    files = {f"student{number:03}.ipynb": notebook(str(number)) for number in range(99)}
    path = tarred(tmp_path / "class.tar", files)
    path.write_bytes(path.read_bytes()[:40_000])

    found = told(path)

    assert len(found) == 40
    assert found[0] == ("student000", "0")
    assert "cut off" in found[-1][1]


def test_bombs_have_a_report_each(tmp_path: Path) -> None:
    """A hundred names for one piece of an archive are a hundred refusals, and no memory."""
    names = [f"student{number}.ipynb" for number in range(100)]

    found = read(overlapping(tmp_path / "class.zip", names, bytes(1 << 20)))

    assert {each.fault and each.fault.kind for each in found} == {"unreadable"}
    assert len(found) == 100


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.text(min_size=1, max_size=40), st.dictionaries(st.text(max_size=5), st.text(max_size=5)))
def test_any_name_has_an_owner(name: str, names: dict[str, str]) -> None:
    """Whatever a file is called, it is somebody's."""
    owner = _owner(name, Path("class.zip"), "resnet50", names)

    assert isinstance(owner.name, str)
    assert isinstance(owner.key, str)
