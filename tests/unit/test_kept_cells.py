"""The cells of what was handed in, kept until the report is there."""

from __future__ import annotations

from pathlib import Path

from reskit.handed_in import KeptCells
from reskit.submission import Submission


def handed_in(*names: str) -> list[Path | Submission]:
    return [Submission(name, name, None, cells=(f"# {name}",)) for name in names]


def test_cells_are_found_for_each_report() -> None:
    """The page of a learner shows the code of that learner, also where one has no report."""
    kept = KeptCells(handed_in("a", "b", "c", "d"), "resnet50")
    submissions = list(kept)

    assert [each.student for each in submissions] == ["a", "b", "c", "d"]
    assert [kept.of(path) for path in ("a", "c", "d")] == [("# a",), ("# c",), ("# d",)]
    assert kept.of("d") == ()


def test_a_file_is_read_when_its_turn_comes(tmp_path: Path) -> None:
    """A class of thousands is not read at once."""
    path = tmp_path / "late.py"
    submissions = iter(kept := KeptCells([path], "resnet50"))
    path.write_text("x = 1", encoding="utf-8")

    assert next(submissions).cells == ("x = 1",)
    assert kept.of(str(path)) == ("x = 1",)
