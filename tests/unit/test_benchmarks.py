"""The benchmark's arithmetic and its tables, on made-up figures: nothing is timed here."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import grade_beside_others as script
import pytest
from grading import batch as classes
from grading.figures import SIDES, Cost, Run, costs, times_as_fast, two_workers
from grading.page import BEGIN, END, in_readme, page, readme_block, table
from grading.rounds import plan

from reskit.course import find_course

COURSE = find_course(Path(__file__))
FIGURES = (
    ("reskit", 2, 6.0, 8.0),
    ("nbgrader", 2, 18.0, 18.0),
    ("reskit", 12, 11.0, 24.0),
    ("nbgrader", 12, 60.0, 72.0),
    ("reskit", 12, 13.0, 24.0),
    ("nbgrader", 12, 84.0, 72.0),
    ("otter", 4, 40.0, 36.0),
)
RUNS = [Run("reduced", *figures, 0.5) for figures in FIGURES]


def test_cost_is_median_per_submission() -> None:
    """A side's cost is its median over the large batches, divided by their size."""
    found = costs(RUNS)

    assert found == [
        Cost("reduced", "reskit", 12, 2, 1.0, 2.0, 0.6),
        Cost("reduced", "nbgrader", 12, 2, 6.0, 6.0, 5.4),
        Cost("reduced", "otter", 4, 1, 10.0, 9.0, None),
    ]
    assert [cost.per_minute for cost in found] == [60.0, 10.0, 6.0]


def test_sides_with_batches_of_other_sizes_are_compared_by_the_submission() -> None:
    """A side that graded fewer notebooks is set beside ReSKit by what one of them took."""
    found = costs(RUNS)

    assert times_as_fast(found, "reduced", "otter") == 10.0
    assert times_as_fast(found, "whole", "otter") is None


def test_two_workers_are_compared_without_their_start() -> None:
    """Both start in six seconds; after that two take half of the time for each more."""
    runs = [
        Run("reduced", side, submissions, seconds, 1.0, 0.5)
        for side, submissions, seconds in (
            ("reskit_two", 8, 8.0),
            ("reskit_two", 48, 18.0),
            ("reskit_one", 8, 10.0),
            ("reskit_one", 48, 30.0),
        )
    ]

    assert two_workers(costs(runs), "reduced") == 2.0
    assert two_workers(costs(RUNS), "reduced") is None


def test_table_sets_reskit_beside_each_side() -> None:
    """Each row says how many it graded, how fast, and how much faster ReSKit was."""
    lines = table(costs(RUNS)).splitlines()

    assert lines[2:] == [
        "| reduced | reskit | 12 | 2 | 60.0 | 1.00 | 2.00 | 0.60 | 1.0 | 1.0 | 1.0 |",
        "| reduced | nbgrader | 12 | 2 | 10.0 | 6.00 | 6.00 | 5.40 | 6.0 | 9.0 | 3.0 |",
        "| reduced | otter | 4 | 1 | 6.0 | 10.00 | 9.00 | – | 10.0 | – | 4.5 |",
    ]


def test_page_says_conditions_and_what_each_side_does() -> None:
    """No figure stands without the machine it was taken on and what was compared."""
    text = page(RUNS, {"cores": 2})

    assert "- cores: 2\n- load before a run: 0.5 to 0.5\n" in text
    assert "- small batches: reskit 2, nbgrader 2\n" in text
    assert all(f"- **{name}**: " in text for name in ("whole", "reduced", *SIDES))


def test_readme_says_how_many_notebooks_each_side_graded() -> None:
    """The README's table gives submissions per minute, and tells which sides graded fewer."""
    lines = readme_block(RUNS).splitlines()

    assert lines[4:-2] == [
        "| imports, answers and tests alone | 60.0 | 10.0 | 6.0 | 6.0 times | 10.0 times |",
        "",
        "Notebooks graded in a run: reskit 12, nbgrader 12, otter 4.",
    ]


def test_readme_is_changed_between_its_marks_alone() -> None:
    """What people wrote around the table stays; a README without the marks is left as it is."""
    text = in_readme(f"before\n{BEGIN}\nold\n{END}\nafter\n", RUNS)

    assert text == f"before\n{readme_block(RUNS)}\nafter\n"
    with pytest.raises(ValueError, match="no table of costs"):
        in_readme("no marks", RUNS)


def test_committed_pages_are_made_from_the_committed_figures(tmp_path: Path) -> None:
    """The page of results and the README's table say what was measured last, and nothing else."""
    name = f"{script.NAME}.json"
    (tmp_path / name).write_bytes((script.RESULTS / name).read_bytes())
    runs = [Run(**run) for run in json.loads((tmp_path / name).read_bytes())["runs"]]
    readme = (COURSE.root / "README.md").read_text(encoding="utf-8")

    text = script.write_pages(tmp_path)

    assert (script.RESULTS / f"{script.NAME}.md").read_text(encoding="utf-8") == text
    assert in_readme(readme, runs) == readme


def test_sides_take_turns() -> None:
    """In each round every side grades its small batch before the large ones come."""
    sides = ("reskit", "nbgrader", "otter")

    steps = plan({"reduced": 2, "whole": 1}, sides, 48, 12)

    turn = [("reskit", 8), ("nbgrader", 2), ("reskit", 48), ("nbgrader", 12), ("otter", 12)]
    assert steps == [
        (variant, side, size) for variant in ("reduced", "whole", "reduced") for side, size in turn
    ]


def test_short_form_is_one_batch_for_the_slow_sides() -> None:
    """With one notebook there is no smaller batch, and a variant without rounds is left out."""
    steps = plan({"reduced": 1, "whole": 0}, ("reskit", "nbgrader"), 4, 1)

    assert steps == [("reduced", "reskit", 2), ("reduced", "reskit", 4), ("reduced", "nbgrader", 1)]


LEFT_BEHIND = """
import os, time
if not os.fork():
    os.setsid()
    while time.process_time() < 0.3:
        pass
"""
COUNTING = """
import sys
from pathlib import Path
from grading.commands import HERE, Command, adopting, children_cpu, run
folder, program = Path(sys.argv[1]), sys.argv[2]
with adopting():
    run(Command(HERE, ["-S", "-c", program]), folder, folder / "log.txt")
    print(children_cpu())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans to a forebear")
def test_processes_that_a_grader_leaves_behind_are_counted(tmp_path: Path) -> None:
    """A grader that ends before what it has started is not cheaper for it."""
    done = subprocess.run(
        [sys.executable, "-c", COUNTING, tmp_path, LEFT_BEHIND],
        cwd=script.HERE,
        stdout=subprocess.PIPE,
        check=True,
        timeout=60,
    )

    assert float(done.stdout) >= 0.3


def _cell(name: str) -> dict[str, object]:
    return {"metadata": {"nbgrader": {"grade_id": name}}, "source": name}


def test_reduced_notebook_only_grades() -> None:
    """Of a notebook, the imports, answers and test cells are left, and the tests' import."""
    names = ("intro", "imports", "load_data", "block", "block_test", "train")
    notebook = {"nbformat": 4, "cells": [*map(_cell, names), {"metadata": {}, "source": "own"}]}

    small = classes.reduced(notebook, ["block"])

    assert [each["source"] for each in small["cells"]] == [
        classes.TEST_IMPORTS,
        "imports",
        "block",
        "block_test",
    ]


def test_otter_runs_each_test_once() -> None:
    """otter brings the public tests itself, so its notebooks come without the test cells."""
    notebook = {"cells": [*map(_cell, ("block", "block_test")), {"metadata": {}, "source": "own"}]}

    left = classes.without_tests(notebook, ["block"])

    assert [each["source"] for each in left["cells"]] == ["block", "own"]


def test_no_two_answers_of_the_class_are_the_same(tmp_path: Path) -> None:
    """Nothing is graded once for two: every answer in the class is a program of its own."""
    batch = classes.make_batch(COURSE, tmp_path, 2 * len(classes.LEARNERS) + 1)

    answers = Counter(
        "".join(cell["source"])
        for student in batch.students
        for cell in json.loads(batch.handed_in("reduced", student).read_bytes())["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") in batch.exercises
    )
    assert len(answers) == len(batch.students) * len(batch.exercises)
    assert batch.students[0] == "solved_0000"


def test_arguments_have_defaults_and_limits(capsys: pytest.CaptureFixture[str]) -> None:
    """Without arguments 48 notebooks are graded, 12 by the others; no batch may be empty."""
    options = script.parser().parse_args([])

    assert (options.submissions, options.others, options.out) == (48, 12, script.RESULTS)
    with pytest.raises(SystemExit):
        script.parser().parse_args(["--others", "0"])
    assert "--others" in capsys.readouterr().err
