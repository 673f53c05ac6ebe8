"""What was handed in: files by their paths, and collections in archives, in the order given."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from reskit.archive import is_archive
from reskit.collection import Collection
from reskit.submission import Submission, read_submission


class HandedIn:
    """The submissions at `paths`, archives opened. Use it as a context manager."""

    def __init__(self, paths: Sequence[Path], assignment: str) -> None:
        self._stack = contextlib.ExitStack()
        self._sources: list[Path | Collection] = [
            self._stack.enter_context(Collection(path, assignment)) if is_archive(path) else path
            for path in paths
        ]

    @property
    def names(self) -> list[str]:
        """Return the path of each submission, as its report will tell it."""
        return [
            name
            for source in self._sources
            for name in (
                map(source.shown, source.entries)
                if isinstance(source, Collection)
                else [str(source)]
            )
        ]

    def submissions(self) -> Iterator[Path | Submission]:
        """Yield each submission: a path that is still to be read, or what an archive held."""
        for source in self._sources:
            if isinstance(source, Collection):
                yield from source.submissions()
            else:
                yield source

    def __enter__(self) -> HandedIn:
        """Return what was handed in."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the archives."""
        self._stack.close()


class KeptCells:
    """Submissions as they are iterated over, and the code cells of those without a report yet."""

    def __init__(self, submissions: Iterable[Path | Submission], assignment: str) -> None:
        self._submissions = submissions
        self._assignment = assignment
        self._kept: deque[Submission] = deque()

    def __iter__(self) -> Iterator[Submission]:
        """Read each submission when its turn comes, and keep it until it is asked for."""
        for each in self._submissions:
            read = read_submission(each, self._assignment) if isinstance(each, Path) else each
            self._kept.append(read)
            yield read

    def of(self, path: str) -> tuple[str, ...]:
        """Return the cells of the submission at `path`; those before it are dropped.

        Reports come in the order of the submissions, though not each has one.
        """
        while self._kept:
            submission = self._kept.popleft()
            if submission.path == path:
                return submission.cells
        return ()
