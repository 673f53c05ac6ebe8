"""From handed-in notebooks to the class report and to Gradescope, with the real commands."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.keras

FORGED = '{"score": 100, "output": "forged"}'
FORGER = """
import os
for folder in {places!r}:
    for name in ("results/results.json", "source/course/outputs/outputs.py"):
        try:
            with open(os.path.join(folder, name), "w") as file:
                file.write({forged!r})
        except OSError:
            pass
def identity_block(X, f, filters, initializer=None):
    for folder in {places!r}:
        try:
            return open(os.path.join(folder, "source/course/outputs/hidden_outputs.py")).read()
        except OSError:
            pass
    return X
"""


def test_class_that_was_graded_has_its_report(run, course, tmp_path):
    """Grade, then report: mistakes, cases, the code of an example, and what the run took."""
    names = ["solved", "wrong_padding", "skip_cut", "solved_other_style", "not_utf8"]
    paths = [course.sample_class / name / "ResNet50.ipynb" for name in names]
    out = tmp_path / "graded"

    graded = run("grade", "--force", *paths, "--out", out)
    reported = run("class", out)

    assert (graded.returncode, reported.returncode) == (0, 0), graded.stderr + reported.stderr
    page = (out / "class.html").read_text(encoding="utf-8")
    assert "main.conv2: padding is &quot;valid&quot;, expected &quot;same&quot;." in page
    assert "padding=&#x27;valid&#x27;" in page
    assert "processor time" in page
    assert "5 of 5" in page
    cases = list(csv.DictReader((out / "class.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["submissions"] for row in cases} == {"4"}


@pytest.fixture(scope="module")
def autograder(course, tmp_path_factory):
    """A folder laid out as Gradescope's /autograder, with the bundle in it."""
    from reskit.exports.gradescope_bundle import gradescope_bundle

    root = tmp_path_factory.mktemp("gradescope") / "autograder"
    bundle = root.parent / "bundle.zip"
    bundle.write_bytes(gradescope_bundle(course))
    for name in ("submission", "results"):
        (root / name).mkdir(parents=True)
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(root / "source")
    _make_python(root / "source")
    shutil.copy(root / "source" / "run_autograder", root / "run_autograder")
    (root / "run_autograder").chmod(0o755)
    return root


def _make_python(source: Path) -> None:
    """Make what setup.sh makes; the packages are those of this Python, and not fetched again."""
    venv.create(source / "venv", with_pip=False)
    python = source / "venv" / "bin" / "python"
    asked = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(
        subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    )
    folders = [each for each in sys.path if Path(each).name == "site-packages"]
    (packages / "packages.pth").write_text("\n".join(folders) + "\n", encoding="utf-8")
    place = source / "package" / "reskit" / "exports" / "gradescope_place.py"
    subprocess.run([python, place, source], check=True)


def run_autograder(root: Path, files: dict[str, bytes]) -> dict[str, object]:
    """Hand files in, and run what Gradescope would run; return results.json."""
    shutil.rmtree(root / "submission")
    for name, data in files.items():
        path = root / "submission" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    inherited = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    finished = subprocess.run(
        [root / "run_autograder"],
        cwd="/",
        env=inherited | {"AUTOGRADER_ROOT": str(root)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return dict(json.loads((root / "results" / "results.json").read_text(encoding="utf-8")))


def test_bundle_grades_in_a_folder_like_gradescopes(autograder, course):
    """A submission with a stray notebook in it: the one with the assignment's name counts."""
    sample = course.sample_class / "skip_cut"
    golden = json.loads((sample / "report.json").read_text(encoding="utf-8"))
    notebook = (sample / "ResNet50.ipynb").read_bytes()

    results = run_autograder(autograder, {"a_draft.ipynb": b"{}", "work/ResNet50.ipynb": notebook})

    assert results["score"] == golden["score"]
    earned = [test["score"] for test in results["tests"]]
    assert earned == [case["score"] for each in golden["exercises"] for case in each["cases"]]
    assert 0 < results["execution_time"] < 300


def test_submission_cannot_write_its_own_results(autograder):
    """What runs in the container is kept in there too: no forged results, no look at answers."""
    source = FORGER.format(places=[str(autograder), "/autograder"], forged=FORGED)
    before = (autograder / "source/course/outputs/outputs.py").read_bytes()

    results = run_autograder(autograder, {"ResNet50.py": source.encode()})

    assert results["score"] == 0
    assert "forged" not in json.dumps(results)
    assert "hidden_outputs" not in json.dumps([test["output"] for test in results["tests"]])
    assert (autograder / "source/course/outputs/outputs.py").read_bytes() == before
