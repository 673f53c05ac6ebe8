"""The store: nothing is found out twice, and nothing in it is ever half-written."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reskit.store import Store, StoreError

WRITER = """
import sys
from pathlib import Path
from reskit.store import Store
with Store(Path(sys.argv[1])) as store:
    print("ready", flush=True)
    for number in range(int(sys.argv[3])):
        text = f"{sys.argv[2]} {number} " * 500
        store.put({f"{sys.argv[2]} {number} {half}": text for half in ("first", "second")})
"""


def writer(path: Path, name: str, count: int) -> subprocess.Popen[bytes]:
    """Start a process that writes pairs of entries, and wait until it has begun."""
    command = [sys.executable, "-c", WRITER, str(path), name, str(count)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout as said:
        assert said.readline() == b"ready\n"
    return process


def test_what_is_kept_is_found_by_the_next_run(tmp_path: Path) -> None:
    """A text is found at its address, and nothing at any other."""
    with Store(tmp_path / "deep" / "store") as store:
        store.put({"here": "ä text"})
    with Store(tmp_path / "deep" / "store") as again:
        found = again.get("here"), again.get("elsewhere")

    assert found == ("ä text", None)


def test_later_text_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    """Grading anew replaces what was known."""
    with Store(tmp_path / "store") as store:
        store.put({"here": "old"})
        store.put({"here": "new"})

        assert store.get("here") == "new"


def test_several_graders_write_at_once(tmp_path: Path) -> None:
    """Two processes that write into one store lose nothing."""
    path = tmp_path / "store"
    both = [writer(path, name, 40) for name in ("anna", "ben")]
    ends = [process.wait(60) for process in both]

    with Store(path) as store:
        found = [store.get(f"{name} {n} second") for name in ("anna", "ben") for n in range(40)]

    assert ends == [0, 0]
    assert None not in found


@pytest.mark.parametrize("delay", [0.0, 0.004, 0.02])
def test_killed_writer_leaves_entries_whole_or_absent(tmp_path: Path, delay: float) -> None:
    """Entries that belong together are both there or neither, wherever the writer was ended."""
    path = tmp_path / "store"
    process = writer(path, "anna", 100_000)
    time.sleep(delay)
    process.kill()
    process.wait()

    with Store(path) as store:
        pairs = [
            [store.get(f"anna {number} {half}") for half in ("first", "second")]
            for number in range(200)
        ]

    assert all(first == second for first, second in pairs)
    assert all(text in (None, f"anna {n} " * 500) for n, (text, _) in enumerate(pairs))


def test_damaged_entry_counts_as_absent(tmp_path: Path) -> None:
    """What cannot be read any more is found out anew."""
    path = tmp_path / "store"
    with Store(path) as store:
        store.put({"here": "a text"})
    with sqlite3.connect(path) as base:
        base.execute("UPDATE entry SET value = x'00'")
    base.close()

    with Store(path) as store:
        assert store.get("here") is None


def test_other_file_is_refused_by_name(tmp_path: Path) -> None:
    """A file that is no store is left alone; the message names it."""
    path = tmp_path / "store"
    path.write_text("my notes, longer than the head of a data base file " * 40, encoding="utf-8")

    with pytest.raises(StoreError, match=r"store cannot be used: .*move it away"):
        Store(path)

    assert path.read_text(encoding="utf-8").startswith("my notes")


def test_store_of_a_later_release_is_refused(tmp_path: Path) -> None:
    """A layout that this release does not know is not written into."""
    path = tmp_path / "store"
    Store(path).close()
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA user_version = 99")
    base.close()

    with pytest.raises(StoreError, match="layout is number 99"):
        Store(path)


FULL = """
import resource, signal, sys
from pathlib import Path
from reskit.store import Store, StoreError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with Store(Path(sys.argv[1])) as store:
    store.put({"before": "kept"})
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
    try:
        for number in range(1000):
            text = "".join(chr(33 + (number * place) % 90) for place in range(9_999))
            store.put({f"entry {number}": text})
    except StoreError as error:
        print(error)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits are set as on Linux")
def test_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    """When there is no more room, the message says so, and what was kept is still there."""
    path = tmp_path / "store"
    command = [sys.executable, "-c", FULL, str(path)]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)

    assert "Make room for it" in finished.stdout
    with Store(path) as store:
        assert store.get("before") == "kept"
