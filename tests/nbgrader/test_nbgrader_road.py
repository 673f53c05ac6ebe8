"""The real nbgrader commands, on a small class, in a course made from the repository's settings."""

from __future__ import annotations

import html
import json
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from reskit.course import find_course
from reskit.course_notebook import read_course_notebook
from reskit.manifest import read_manifest
from reskit.nbgrader_course import NbgraderError, lay_out, run_nbgrader, store_reports
from reskit.report import ExerciseResult, Report

pytestmark = pytest.mark.nbgrader

COURSE = find_course(Path(__file__).parent)
EXERCISES = ("identity_block", "convolutional_block", "ResNet50")
FULL = {"identity_block_test": 30.0, "convolutional_block_test": 30.0, "ResNet50_test": 40.0}
NOTHING = dict.fromkeys(FULL, 0.0)
Notebook = dict[str, Any]


def answers() -> dict[str, list[str]]:
    """Return the reference's answer cells by grade id."""
    return {
        cell.metadata["nbgrader"]["grade_id"]: cell.source.splitlines(keepends=True)
        for cell in read_course_notebook(COURSE.source).cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }


def place(notebook: Notebook, grade_id: str) -> int:
    """Return the index of the cell with this grade id."""
    ids = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in notebook["cells"]]
    return ids.index(grade_id)


def solved() -> Notebook:
    """Return the released notebook with the reference filled in."""
    text = (COURSE.release / "ResNet50.ipynb").read_text(encoding="utf-8")
    notebook: Notebook = json.loads(text)
    for name, source in answers().items():
        notebook["cells"][place(notebook, name)]["source"] = source
    return notebook


def edited(grade_id: str, old: str, new: str) -> Notebook:
    """Return the solved notebook with one edit in one cell."""
    notebook = solved()
    cell = notebook["cells"][place(notebook, grade_id)]
    source = "".join(cell["source"])
    assert source.count(old) == 1
    cell["source"] = source.replace(old, new)
    return notebook


def with_own_cell(source: str) -> Notebook:
    """Return the solved notebook with a cell of the learner's own on top."""
    notebook = solved()
    cell = {
        "cell_type": "code",
        "execution_count": 1,
        "id": "own",
        "metadata": {},
        "outputs": [{"output_type": "stream", "name": "stderr", "text": "a warning"}],
        "source": source,
    }
    notebook["cells"].insert(0, cell)
    return notebook


def without_test_cell() -> Notebook:
    notebook = solved()
    del notebook["cells"][place(notebook, "identity_block_test")]
    return notebook


def with_copied_cell() -> Notebook:
    notebook = solved()
    notebook["cells"].append(notebook["cells"][place(notebook, "ResNet50")])
    return notebook


def with_cheat() -> Notebook:
    """Return an unsolved notebook whose test cells are changed so that they pass."""
    notebook: Notebook = json.loads((COURSE.release / "ResNet50.ipynb").read_text(encoding="utf-8"))
    for name in EXERCISES:
        cell = notebook["cells"][place(notebook, f"{name}_test")]
        cell["source"] = "30.0"
        cell["outputs"] = [
            {
                "output_type": "execute_result",
                "data": {"text/plain": "30.0"},
                "execution_count": 1,
                "metadata": {},
            }
        ]
    return notebook


def whole_class(trace: Path) -> dict[str, str]:
    """Return what each student hands in, as text."""
    noisy = edited(
        "identity_block",
        "F1, F2, F3 = filters",
        'import sys; print("careful", file=sys.stderr); F1, F2, F3 = filters',
    )
    notebooks = {
        "solved": solved(),
        "stub": json.loads((COURSE.release / "ResNet50.ipynb").read_text(encoding="utf-8")),
        "padding": edited("identity_block", 'padding="same"', 'padding="valid"'),
        "hard_coded": edited("identity_block", "layers.Conv2D(F2, f,", "layers.Conv2D(F2, 3,"),
        "noisy": noisy,
        "side_effect": with_own_cell(f"open({str(trace)!r}, 'w').write('I was run')"),
        "no_test_cell": without_test_cell(),
        "copied_cell": with_copied_cell(),
        "cheat": with_cheat(),
    }
    texts = {student: json.dumps(notebook) for student, notebook in notebooks.items()}
    return texts | {"broken": texts["solved"][:2000], "no_notebook": "Dear teacher, sorry."}


class Road:
    """The class after `nbgrader autograde` and `nbgrader generate_feedback`."""

    def __init__(self, root: Path, trace: Path, log: str) -> None:
        self.root, self.trace, self.log = root, trace, log

    def scores(self, student: str) -> dict[str, float | None]:
        """Return the automatic score of each graded cell in gradebook.db."""
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}", "reskit") as gradebook:
            submission = gradebook.find_submission("resnet50", student)
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            return {grade.name: grade.auto_score for grade in grades}

    def page(self, student: str) -> str:
        path = self.root / "feedback" / student / "resnet50" / "ResNet50.html"
        return path.read_text(encoding="utf-8")

    def cells(self, student: str) -> list[Any]:
        path = self.root / "autograded" / student / "resnet50" / "ResNet50.ipynb"
        return list(json.loads(path.read_text(encoding="utf-8"))["cells"])


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory) -> Road:
    """A class that went down the whole road."""
    scratch = tmp_path_factory.mktemp("road")
    trace = scratch / "trace.txt"
    submissions = {}
    for student, text in whole_class(trace).items():
        submissions[student] = scratch / f"{student}.ipynb"
        submissions[student].write_text(text, encoding="utf-8")
    root = scratch / "course"
    lay_out(COURSE, root, submissions)
    run_nbgrader(COURSE, root, "generate_assignment", "resnet50")
    log = run_nbgrader(COURSE, root, "autograde", "resnet50")
    run_nbgrader(COURSE, root, "generate_feedback", "resnet50")
    return Road(root, trace, log)


def test_nbgrader_makes_the_same_release(road: Road) -> None:
    """`nbgrader generate_assignment` writes, byte for byte, what `reskit release` writes."""

    def contents(folder: Path) -> dict[Path, bytes]:
        files = (path for path in folder.rglob("*") if path.is_file())
        return {
            path.relative_to(folder): path.read_bytes()
            for path in files
            if "__pycache__" not in path.parts
        }

    assert contents(road.root / "assignments" / "resnet50") == contents(COURSE.release)


@pytest.mark.parametrize(
    "student", ["solved", "noisy", "side_effect", "no_test_cell", "copied_cell"]
)
def test_right_answers_earn_all_points(road: Road, student: str) -> None:
    """Neither warnings nor own cells nor a lost or copied cell cost a right solution anything."""
    assert road.scores(student) == FULL


@pytest.mark.parametrize("student", ["stub", "broken", "no_notebook", "cheat"])
def test_no_answer_earns_nothing(road: Road, student: str) -> None:
    """No evidence, no points; and the student is in the gradebook all the same."""
    assert road.scores(student) == NOTHING


@pytest.mark.parametrize("student", ["padding", "hard_coded"])
def test_half_right_earns_part_of_the_points(road: Road, student: str) -> None:
    """One mistake in one function costs a part of that exercise, and no other exercise."""
    scores = road.scores(student)

    assert 0 < (scores.pop("identity_block_test") or 0) < 30
    assert scores == {name: FULL[name] for name in scores}


def test_no_score_waits_for_a_person(road: Road) -> None:
    """Every submission is graded to the end: none needs manual grading."""
    with Gradebook(f"sqlite:///{road.root / 'gradebook.db'}", "reskit") as gradebook:
        assignment = gradebook.find_assignment("resnet50")

        assert len(assignment.submissions) == 11
        assert not [each.student.id for each in assignment.submissions if each.needs_manual_grade]


def test_feedback_page_shows_our_message(road: Road) -> None:
    """The page that a learner gets names the mistake in the test cell."""
    assert 'main.conv2: padding is "valid", expected "same".' in html.unescape(road.page("padding"))


def test_feedback_page_says_why_a_file_is_no_notebook(road: Road) -> None:
    """Who hands in something else gets a page that says so."""
    assert "This is not what was submitted" in road.page("no_notebook")
    assert "The file could not be read" in road.page("no_notebook")


def test_hidden_cases_are_on_no_page(road: Road) -> None:
    """Neither feedback nor the autograded copy show a hidden case's name, hint or arguments."""
    exercises = read_manifest(COURSE.manifest).exercises
    public = {case.hint for each in exercises for case in each.cases if case.visibility == "public"}
    hidden = [
        case
        for each in exercises
        for case in each.cases
        if case.visibility == "hidden" and case.hint not in public
    ]
    secrets = [case.hint for case in hidden]
    secrets += [
        str(value).strip("[]")
        for case in hidden
        for value in case.call.arguments.values()
        if isinstance(value, list)
    ]
    texts = [
        path.read_text(encoding="utf-8")
        for folder in ("feedback", "autograded")
        for path in (road.root / folder).rglob("*.*")
        if path.suffix in (".html", ".ipynb")
    ]

    assert len(texts) == 22
    assert not [secret for secret in secrets for text in texts if secret in text]
    assert "hidden check 1 of" in road.page("hard_coded")


def test_no_kernel_runs_the_notebook(road: Road) -> None:
    """A cell outside the three functions is never run, and no kernel is started."""
    assert not road.trace.exists()
    assert "Executing notebook with kernel" not in road.log


def test_outputs_of_the_learner_are_cleared(road: Road) -> None:
    """Only test cells have outputs: what stood in the file was not checked by anyone."""
    for student in ("side_effect", "cheat"):
        with_output = [cell for cell in road.cells(student) if cell.get("outputs")]

        assert [cell["metadata"]["nbgrader"]["grade_id"] for cell in with_output] == list(FULL)


def test_instructor_reads_one_line_per_submission(road: Road) -> None:
    """The log of the command says for each student what was earned."""
    assert "ReSKit: solved earns 100 of 100 points." in road.log
    assert road.log.count("ReSKit: ") == 11


def test_submitted_files_stay_untouched(road: Road) -> None:
    """What was handed in is kept as it was handed in."""
    path = road.root / "submitted" / "no_notebook" / "resnet50" / "ResNet50.ipynb"

    assert path.read_text(encoding="utf-8") == "Dear teacher, sorry."


def test_data_is_not_copied_for_each_student(road: Road) -> None:
    """An autograded folder holds the notebook and nothing large."""
    folder = road.root / "autograded" / "solved" / "resnet50"

    assert [path.name for path in folder.iterdir()] == ["ResNet50.ipynb"]


def test_our_own_failure_is_nobody_s_zero(tmp_path: Path) -> None:
    """Where grading fails for a reason of ours, that student has no score, the others have."""
    texts = {student: json.dumps(with_own_cell(f"# {student}")) for student in ("ada", "bob")}
    for student, text in texts.items():
        (tmp_path / f"{student}.ipynb").write_text(text, encoding="utf-8")
    root = tmp_path / "course"
    lay_out(COURSE, root, {student: tmp_path / f"{student}.ipynb" for student in texts})
    digests = {student: sha256(text.encode()).hexdigest() for student, text in texts.items()}
    exercises = tuple(
        ExerciseResult(name.removesuffix("_test"), points / 4, points, "failed", ())
        for name, points in FULL.items()
    )
    report = Report("resnet50", "x", "bob", digests["bob"], 25, 100, None, exercises, {})
    store_reports(root, [report])
    (root / "reports" / f"{digests['ada']}.json").write_text("half a rep", encoding="utf-8")
    run_nbgrader(COURSE, root, "generate_assignment", "resnet50")

    with pytest.raises(NbgraderError, match="holds no report"):
        run_nbgrader(COURSE, root, "autograde", "resnet50")
    graded = Road(root, tmp_path, "")
    assert graded.scores("ada") == dict.fromkeys(FULL)
    assert graded.scores("bob") == {name: points / 4 for name, points in FULL.items()}


@pytest.fixture
def validate(tmp_path: Path) -> Callable[[Notebook], str]:
    """Lay a notebook into a copy of the released folder, and run `nbgrader validate` on it."""

    def run(notebook: Notebook) -> str:
        for path in COURSE.release.iterdir():
            if path.name != "ResNet50.ipynb":
                (tmp_path / path.name).symlink_to(path)
        (tmp_path / "ResNet50.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        command = [sys.executable, "-m", "nbgrader", "validate", "ResNet50.ipynb"]
        done = subprocess.run(
            [*command, "--Execute.timeout=300"],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
        )
        return done.stdout

    return run


def test_filled_notebook_validates(validate: Callable[[Notebook], str]) -> None:
    """A learner who presses Validate on a right solution is told that it passes."""
    assert "Success! Your notebook passes all the tests." in validate(solved())
