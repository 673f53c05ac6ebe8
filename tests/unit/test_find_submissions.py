"""What `reskit grade FOLDER` takes for a submission."""

from pathlib import Path

import pytest
from archives import notebook, zipped

from reskit.course import find_course
from reskit.grading import find_submissions
from reskit.handed_in import HandedIn
from reskit.manifest import Assignment, read_manifest
from reskit.submission import Submission


@pytest.fixture
def assignment() -> Assignment:
    """The committed assignment."""
    return read_manifest(find_course(Path(__file__)).manifest)


def lay(root: Path, *names: str) -> None:
    """Make empty files."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def test_every_notebook_below_a_folder_is_found_in_order(
    tmp_path: Path, assignment: Assignment
) -> None:
    """Notebooks are found at any depth, sorted by path; copies that Jupyter keeps are not."""
    lay(tmp_path, "b/ResNet50.ipynb", "a/ResNet50.ipynb", "a/.ipynb_checkpoints/ResNet50.ipynb")

    found = find_submissions(assignment, tmp_path)

    assert found == [tmp_path / "a" / "ResNet50.ipynb", tmp_path / "b" / "ResNet50.ipynb"]


def test_folder_above_or_hidden_may_hold_the_class(
    tmp_path: Path, assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How the folder itself is called, "../class" or ".class", hides nothing in it."""
    lay(tmp_path, ".class/anna.ipynb", "here/note.txt")
    monkeypatch.chdir(tmp_path / "here")

    found = find_submissions(assignment, Path("../.class"))

    assert found == [Path("../.class/anna.ipynb")]


def test_plain_python_counts_where_there_is_no_notebook(
    tmp_path: Path, assignment: Assignment
) -> None:
    """A folder with ResNet50.py and no notebook holds one submission."""
    lay(tmp_path, "anna/ResNet50.py", "anna/helper.py")

    assert find_submissions(assignment, tmp_path) == [tmp_path / "anna" / "ResNet50.py"]


def test_file_is_taken_as_it_is_named(tmp_path: Path, assignment: Assignment) -> None:
    """A file that is named is graded, whatever its name."""
    lay(tmp_path, "homework.txt")

    assert find_submissions(assignment, tmp_path / "homework.txt") == [tmp_path / "homework.txt"]


def test_archives_count_where_there_is_no_notebook(tmp_path: Path, assignment: Assignment) -> None:
    """A folder of archives is a class; a data set packed beside a notebook is not."""
    lay(tmp_path, "packed/b.zip", "packed/a.tar.gz", "plain/ResNet50.ipynb", "plain/data.zip")

    packed = find_submissions(assignment, tmp_path / "packed")
    plain = find_submissions(assignment, tmp_path / "plain")

    assert packed == [tmp_path / "packed" / "a.tar.gz", tmp_path / "packed" / "b.zip"]
    assert plain == [tmp_path / "plain" / "ResNet50.ipynb"]


def test_what_was_handed_in_keeps_its_order(tmp_path: Path) -> None:
    """Files and archives are graded in the order given, and each is named as its report says."""
    (tmp_path / "anna.ipynb").write_bytes(notebook("a"))
    zipped(tmp_path / "class.zip", {"ben.ipynb": notebook("b"), "cleo.ipynb": notebook("c")})
    paths = [tmp_path / "anna.ipynb", tmp_path / "class.zip", tmp_path / "dora.py"]

    with HandedIn(paths, "resnet50") as handed_in:
        names = handed_in.names
        found = [
            each.path if isinstance(each, Submission) else str(each)
            for each in handed_in.submissions()
        ]

    inside = [f"{tmp_path}/class.zip/ben.ipynb", f"{tmp_path}/class.zip/cleo.ipynb"]
    assert names == found == [str(paths[0]), *inside, str(paths[2])]
