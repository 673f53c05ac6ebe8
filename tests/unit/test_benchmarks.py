"""The benchmark's arithmetic and its table, on made-up figures: nothing is timed here."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "grade_beside_nbgrader.py"


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    """The script, loaded from its file: benchmarks/ is no package."""
    spec = importlib.util.spec_from_file_location("grade_beside_nbgrader", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, spec.name, module)  # dataclasses look their module up
        spec.loader.exec_module(module)
    return module


@pytest.fixture
def runs(benchmark):
    """Two rounds with 2 and with 12 submissions, seconds and CPU seconds made up."""
    figures = (
        ("reskit", 2, 6.0, 8.0),
        ("nbgrader", 2, 18.0, 18.0),
        ("reskit", 12, 11.0, 24.0),
        ("nbgrader", 12, 60.0, 72.0),
        ("reskit", 12, 13.0, 24.0),
        ("nbgrader", 12, 84.0, 72.0),
    )
    return [benchmark.Run("reduced", *figure, 0.5) for figure in figures]


def test_cost_is_median_per_submission(benchmark, runs):
    """A side's cost is its median over the large batches, divided by their size."""
    found = benchmark.costs(runs)

    assert found == [
        benchmark.Cost("reduced", "reskit", 2, 1.0, 2.0, 0.6),
        benchmark.Cost("reduced", "nbgrader", 2, 6.0, 6.0, 5.4),
    ]


def test_table_sets_nbgrader_beside_each_side(benchmark, runs):
    """Each row says how many times as long nbgrader took for the same notebooks."""
    lines = benchmark.table(benchmark.costs(runs)).splitlines()

    assert lines[2:] == [
        "| reduced | reskit | 2 | 1.00 | 2.00 | 0.60 | 6.0 | 3.0 |",
        "| reduced | nbgrader | 2 | 6.00 | 6.00 | 5.40 | 1.0 | 1.0 |",
    ]


def test_page_says_conditions_and_what_each_side_does(benchmark, runs):
    """No figure stands without the machine it was taken on and what was compared."""
    page = benchmark.page(benchmark.costs(runs), {"cores": 2, "load_before_a_run": "0.5"})

    assert "- cores: 2\n- load before a run: 0.5\n" in page
    assert all(f"- **{name}**: " in page for name in ("whole", "reduced", "reskit", "nbgrader"))


def test_sides_take_turns(benchmark):
    """In each round every side grades the same batch before the next batch comes."""
    steps = benchmark.plan({"reduced": 2, "whole": 1}, (2, 12))

    sides = list(benchmark.SIDES)
    assert [side for _, side, _ in steps] == sides * 6
    assert [step[0] for step in steps[:: len(sides)]] == ["reduced"] * 2 + ["whole"] * 2 + [
        "reduced"
    ] * 2


def test_reduced_notebook_only_grades(benchmark):
    """Of a notebook, the imports, answers and test cells are left, and the tests' import."""

    def cell(name):
        return {"metadata": {"nbgrader": {"grade_id": name}}, "source": name}

    names = ("intro", "imports", "load_data", "block", "block_test", "train")
    notebook = {"nbformat": 4, "cells": [*map(cell, names), {"metadata": {}, "source": "own"}]}

    small = benchmark.reduced(notebook, ["block"])

    assert [each["source"] for each in small["cells"]] == [
        benchmark.TEST_IMPORTS,
        "imports",
        "block",
        "block_test",
    ]


def test_arguments_have_defaults_and_limits(benchmark, capsys):
    """Without arguments 12 notebooks are graded; more than there are is refused."""
    options = benchmark.parser().parse_args([])

    assert (options.submissions, options.out) == (12, SCRIPT.parent / "results")
    with pytest.raises(SystemExit):
        benchmark.parser().parse_args(["--submissions", "1000"])
    assert "--submissions" in capsys.readouterr().err


def test_every_named_learner_is_in_the_sample_class(benchmark):
    """The batch is made of notebooks that are there."""
    submissions = SCRIPT.parents[1] / "tests" / "submissions"

    assert not [
        name for name in benchmark.LEARNERS if not (submissions / name / "ResNet50.ipynb").is_file()
    ]
