"""A file is written whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from reskit.writing import write_bytes, write_text


class StoppedError(BaseException):
    """Stands for Ctrl-C at a bad moment."""


def test_text_is_written_as_it_is(tmp_path: Path) -> None:
    """Text is written as UTF-8, its line ends untouched, in a folder that is made."""
    path = tmp_path / "new" / "folder" / "report.json"

    write_text(path, "Größe\r\n→\n")

    assert path.read_bytes() == "Größe\r\n→\n".encode()


def test_file_is_replaced(tmp_path: Path) -> None:
    """A file that is there is replaced, and no other file is left beside it."""
    path = tmp_path / "report.json"
    path.write_text("a longer text than the new one", encoding="utf-8")

    write_bytes(path, b"new")

    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_file_can_be_read_by_others(tmp_path: Path) -> None:
    """What is written can be read by everybody and changed by its owner alone."""
    path = tmp_path / "report.json"

    write_bytes(path, b"x")

    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize("moment", ["fdopen", "replace"])
def test_interruption_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Interrupted while writing or just before the end: the old file stays, and nothing else."""
    path = tmp_path / "report.json"
    path.write_bytes(b"old")
    handles: list[int] = []

    def interrupted(handle: object, *_: object, **__: object) -> None:
        if isinstance(handle, int):
            handles.append(handle)
        raise StoppedError

    with monkeypatch.context() as patch:
        patch.setattr(os if moment == "fdopen" else Path, moment, interrupted)
        with pytest.raises(StoppedError):
            write_bytes(path, b"new")
    for handle in handles:
        os.close(handle)

    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [
        ("report.json", b"old")
    ]


def test_interruption_leaves_no_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted before the end there is no file where there was none."""

    def interrupted(*_: object) -> None:
        raise StoppedError

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", interrupted)
        with pytest.raises(StoppedError):
            write_bytes(tmp_path / "report.json", b"new")

    assert list(tmp_path.iterdir()) == []


def test_text_that_cannot_be_written_leaves_the_old_file(tmp_path: Path) -> None:
    """Text that has no UTF-8 form changes nothing."""
    path = tmp_path / "report.json"
    path.write_bytes(b"old")

    with pytest.raises(UnicodeEncodeError):
        write_text(path, "half a character: \ud800")

    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [
        ("report.json", b"old")
    ]


def test_name_of_the_unfinished_file_is_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that a killed run left behind begins with a dot, so that it is never collected."""
    seen: list[str] = []
    real = Path.replace

    def watched(self: Path, target: Path) -> Path:
        seen.extend(each.name for each in tmp_path.iterdir())
        return real(self, target)

    monkeypatch.setattr(Path, "replace", watched)

    write_bytes(tmp_path / "report.json", b"x")

    assert [name[: len(".report.json.")] for name in seen] == [".report.json."]
