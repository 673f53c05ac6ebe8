"""`reskit store`: how much was kept of what was found out, and how to forget what is old."""

from __future__ import annotations

import argparse

from rich.console import Console

from reskit.course import Course
from reskit.store import StoreError, place_of_store, store_of


def store(course: Course, options: argparse.Namespace, console: Console) -> int:
    """Say how large the course's store is, after forgetting what is old where that is asked for.

    Returns 0, or 1 where the store cannot be used.
    """
    place = place_of_store(course)
    if not place.is_file():
        print(f"There is no store at {place}: nothing has been graded here.")
        return 0
    try:
        with store_of(course) as kept:
            if options.prune is not None:
                gone = kept.prune(options.prune)
                print(f"Forgot {gone} entries that no run has asked for in {options.prune} days.")
            entries = kept.count()
    except StoreError as error:
        console.print(str(error), style="red", markup=False)
        return 1
    print(f"{place}: {entries} entries, {place.stat().st_size / 1e6:.1f} MB.")
    return 0
