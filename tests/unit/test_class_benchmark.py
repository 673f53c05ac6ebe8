"""The benchmark of the class report, on the smallest class it takes."""

from __future__ import annotations

from class_report import COPIED, measured, page
from graded_class import COURSE


def test_benchmark_finds_the_copies_it_hides() -> None:
    """Of twelve learners three have the work of another; they are named, and nobody else is."""
    figures = measured(COURSE, 12)

    assert figures["submissions"] == 12 > max(COPIED)
    assert figures["copies_found"]
    assert figures["named_by_chance"] == 0
    assert 0 < figures["cpu_seconds"] < 60
    assert "| groups named by chance, of 66 pairs | 0 |" in page(figures)
    assert "all were named" in page(figures)
