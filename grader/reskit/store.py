"""The store: what was found out about submissions, so that nothing is found out twice.

One SQLite file in write-ahead mode: several graders may use it at once, and one that is killed
leaves every entry whole or absent. Deleting the file costs time, and nothing else.
"""

from __future__ import annotations

import sqlite3
import time
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from reskit.course import Course

FOLDER = ".reskit"  # in the course; git leaves it alone
LAYOUT = 2  # of the tables
PATIENCE = 60.0  # seconds to wait while another grader writes
SCHEMA = """CREATE TABLE IF NOT EXISTS entry
    (address TEXT PRIMARY KEY, value BLOB NOT NULL, used INTEGER NOT NULL)"""
DAY = 86_400  # seconds; `used` is the day, since 1970, on which an entry was last asked for


class StoreError(Exception):
    """The store cannot be used; the message says which file, why, and what to do."""


class Store:
    """Texts by address. Use it as a context manager."""

    def __init__(self, path: Path | None) -> None:
        """Open the store at `path`, and make it where there is none; None: in memory alone.

        Raises StoreError where the file cannot be made, or is no store.
        """
        self._path = path
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(
                ":memory:" if path is None else path, timeout=PATIENCE, isolation_level=None
            )
        except (sqlite3.Error, OSError) as error:
            raise self._error(str(error)) from error
        try:
            self._lay_out()
        except sqlite3.Error as error:
            self.close()
            raise self._error(str(error)) from error
        except StoreError:
            self.close()
            raise

    def _lay_out(self) -> None:
        if self._layout() not in (0, 1, LAYOUT):
            raise self._error(f"its layout is number {self._layout()}, this release knows {LAYOUT}")
        self._base.execute("PRAGMA journal_mode = WAL")
        self._base.execute("PRAGMA synchronous = NORMAL")
        if self._layout() == LAYOUT:
            return
        self._base.execute("BEGIN IMMEDIATE")  # of several graders that find an old one, one acts
        if self._layout() == 1:  # it did not note yet when an entry was used
            self._base.execute(f"ALTER TABLE entry ADD used INTEGER NOT NULL DEFAULT {_today()}")
        self._base.execute(SCHEMA)
        self._base.execute(f"PRAGMA user_version = {LAYOUT}")
        self._base.execute("COMMIT")

    def _layout(self) -> int:
        return int(self._base.execute("PRAGMA user_version").fetchone()[0])

    def get(self, address: str) -> str | None:
        """Return the text at an address, None where there is none or it is damaged."""
        try:
            row = self._base.execute(
                "SELECT value, used FROM entry WHERE address = ?", (address,)
            ).fetchone()
            if row is None:
                return None
            if row[1] != _today():  # once a day, so that reading stays cheap
                self._base.execute(
                    "UPDATE entry SET used = ? WHERE address = ?", (_today(), address)
                )
            return zlib.decompress(row[0]).decode("utf-8")
        except (zlib.error, ValueError, TypeError):
            return None
        except sqlite3.Error as error:
            raise self._error(str(error)) from error

    def put(self, entries: Mapping[str, str]) -> None:
        """Keep texts by their addresses, all or none, in the place of what stood there."""
        rows = [
            (address, zlib.compress(text.encode("utf-8"), level=1), _today())
            for address, text in entries.items()
        ]
        try:
            self._base.execute("BEGIN IMMEDIATE")
            try:
                self._base.executemany("INSERT OR REPLACE INTO entry VALUES (?, ?, ?)", rows)
                self._base.execute("COMMIT")
            except sqlite3.Error:
                self._base.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise self._error(str(error)) from error

    def count(self) -> int:
        """Return how many entries there are."""
        try:
            return int(self._base.execute("SELECT COUNT(*) FROM entry").fetchone()[0])
        except sqlite3.Error as error:
            raise self._error(str(error)) from error

    def prune(self, days: int) -> int:
        """Forget what no run has asked for in so many days; return how many entries that were."""
        try:
            gone = self._base.execute("DELETE FROM entry WHERE used < ?", (_today() - days,))
            self._base.execute("VACUUM")  # gives the room back to the disk
        except sqlite3.Error as error:
            raise self._error(str(error)) from error
        return gone.rowcount

    def _error(self, why: str) -> StoreError:
        return StoreError(
            f"The store {self._path} cannot be used: {why}. Make room for it, or move it away: "
            "the next run makes a new one."
        )

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def __enter__(self) -> Store:
        """Return the store."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the store."""
        self.close()


def place_of_store(course: Course) -> Path:
    """Return the file of a course's store."""
    return course.root / FOLDER / "store.sqlite3"


def store_of(course: Course) -> Store:
    """Return the store of a course."""
    return Store(place_of_store(course))


def _today() -> int:
    return int(time.time()) // DAY
