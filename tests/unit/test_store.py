"""The store: nothing is found out twice, and nothing in it is ever half-written."""

from __future__ import annotations

import argparse
import random
import sqlite3
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest
from rich.console import Console

from reskit import store_command
from reskit.course import Course
from reskit.store import DAY, Store, StoreError, store_of

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


def of_day(path: Path, day: int) -> None:
    """Let all entries of a store be of this day."""
    with sqlite3.connect(path) as base:
        base.execute("UPDATE entry SET used = ?", (day,))
    base.close()


def test_what_nobody_asked_for_is_forgotten(tmp_path: Path) -> None:
    """Pruning takes what no run has used for so many days, and nothing else."""
    path = tmp_path / "store"
    today = int(time.time()) // DAY
    with Store(path) as store:
        store.put({"old": "a text", "asked for": "another"})
    of_day(path, today - 91)
    with Store(path) as store:
        store.get("asked for")
        store.put({"new": "a third"})
        gone = store.prune(90)

        found = [store.get(address) for address in ("old", "asked for", "new")]
        assert (gone, store.count(), found) == (1, 2, [None, "another", "a third"])


def test_what_is_used_within_the_days_stays(tmp_path: Path) -> None:
    """What was used exactly so many days ago is kept."""
    path = tmp_path / "store"
    with Store(path) as store:
        store.put({"here": "a text"})
    of_day(path, int(time.time()) // DAY - 90)

    with Store(path) as store:
        assert store.prune(90) == 0


def test_pruning_gives_the_room_back(tmp_path: Path) -> None:
    """The file is smaller afterwards."""
    path = tmp_path / "store"
    with Store(path) as store:
        noise = random.Random(0)
        store.put({str(number): noise.randbytes(2500).hex() for number in range(200)})
    before = path.stat().st_size
    of_day(path, 0)

    with Store(path) as store:
        store.prune(1)
    assert path.stat().st_size < before / 10


def test_store_of_the_first_layout_is_taken_over(tmp_path: Path) -> None:
    """What an earlier release found out is still known, and counts as used today."""
    path = tmp_path / "store"
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE entry (address TEXT PRIMARY KEY, value BLOB NOT NULL)")
        base.execute("INSERT INTO entry VALUES ('here', ?)", (zlib.compress(b"a text"),))
        base.execute("PRAGMA user_version = 1")
    base.close()

    with Store(path) as store:
        assert store.prune(1) == 0
        assert store.get("here") == "a text"
    with Store(path) as again:
        assert again.get("here") == "a text"


def test_command_says_how_large_the_store_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`reskit store` counts the entries, and says so where there is no store."""
    course = Course(tmp_path)
    options = argparse.Namespace(prune=None)
    store_command.store(course, options, Console())
    with store_of(course) as store:
        store.put({"here": "a text"})
    status = store_command.store(course, argparse.Namespace(prune=3), Console())
    nothing, forgot, size = capsys.readouterr().out.splitlines()

    assert status == 0
    assert nothing.startswith("There is no store at")
    assert forgot == "Forgot 0 entries that no run has asked for in 3 days."
    assert size.startswith(str(tmp_path)) and ": 1 entries, " in size


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
from reskit import store_command
from reskit.course import Course
from reskit.store import DAY, Store, StoreError, store_of
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
