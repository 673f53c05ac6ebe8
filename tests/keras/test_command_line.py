"""The commands as a person types them."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.keras

EXAMPLE = re.compile(r"```console\n\$ (reskit .*?)\n(.*?)\n```", flags=re.DOTALL)


def test_readme_shows_what_the_command_prints(run, course):
    """The report in the README is a real one."""
    readme = (course.root / "README.md").read_text(encoding="utf-8")
    command, shown = EXAMPLE.search(readme).groups()
    finished = run(*command.split()[1:])

    assert finished.stdout.rstrip() == shown.rstrip()
    assert finished.returncode == 1


def test_json_is_one_object_a_line_in_the_order_given(run, course):
    """Programs that read the grader's output get JSON and nothing else, with status 0."""
    names = ["stub", "solved", "broken_json"]
    paths = [course.sample_class / name / "ResNet50.ipynb" for name in names]
    finished = run("grade", "--json", *paths)
    reports = [json.loads(line) for line in finished.stdout.splitlines()]

    assert [report["submission"]["path"] for report in reports] == [str(path) for path in paths]
    assert [report["score"] for report in reports] == [0, 100, 0]
    assert finished.returncode == 0


def test_reports_and_pages_are_written_for_each(run, course, tmp_path):
    """`--out` leaves a report and a page for each submission, the grades of all, and a log."""
    sample = course.sample_class / "skip_cut"
    finished = run("grade", "--force", sample, "--out", tmp_path / "graded")
    written = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*"))

    assert finished.returncode == 0
    assert written == [
        "graded/grade.log",
        "graded/grades.csv",
        "graded/skip_cut/feedback.html",
        "graded/skip_cut/report.json",
    ]


@pytest.mark.parametrize("arguments", [["grade", "nowhere.ipynb"], ["grade"], ["check", "nowhere"]])
def test_wrong_use_is_told_and_ends_with_two(run, arguments):
    """A path that is not there, or none at all, is said so."""
    finished = run(*arguments)

    assert finished.returncode == 2
    assert "nowhere" in finished.stderr or "required" in finished.stderr


def test_check_is_silent_about_hidden_cases(run, course):
    """A learner's own run shows the public cases alone, and ends with 0 when all pass."""
    finished = run("check", course.sample_class / "solved" / "ResNet50.ipynb")

    assert finished.returncode == 0
    assert "no test shows" not in finished.stdout
    assert "90 of 90 points" in finished.stdout


def test_outside_a_course_the_program_says_what_to_do(tmp_path):
    """Without a course there is nothing to grade by: the message says how to name one."""
    finished = subprocess.run(
        [sys.executable, "-m", "reskit", "record", "--check"],
        cwd=tmp_path,
        env={"PATH": "", "RESKIT_COURSE": str(Path(tmp_path))},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert finished.returncode == 2
    assert "RESKIT_COURSE" in finished.stderr
