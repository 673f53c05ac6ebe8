"""`reskit doctor`: what of this machine is ready for grading, and what to do where it is not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reskit.course import Course, CourseNotFoundError, find_course
from reskit.environment import Finding, formgrader, programs, versions
from reskit.probe.beginning import Wanted
from reskit.probe.isolation import MINIMUM, Isolation
from reskit.probe.pool import Parent, ProbeError

LEAST_FREE = 1 << 30  # bytes: reports of a class, the store, and room to work
# What each layer stops by itself, and what to do where it is absent.
STOPS = {
    "bubblewrap": ("seeing any file but Python's and the system's", "apt install bubblewrap"),
    "user namespace": ("rights over anything outside", ""),
    "network namespace": ("reaching any network", ""),
    "IPC namespace": ("sharing memory with other programs", ""),
    "UTS namespace": ("renaming the machine", ""),
    "process namespace": ("seeing, signalling and outliving other processes", ""),
    "not root": ("what root may do to files and processes", "install Python where all can read it"),
    "no rights of root": ("mounting, changing owners, becoming another user", ""),
    "no new rights": ("gaining rights by running a program", ""),
    "Landlock": ("reading the course and writing anywhere", "Linux 5.13 or newer"),
    "system calls": ("processes, programs, sockets, signals, changed files", "x86-64 or ARM Linux"),
    "limits": ("taking memory, time, disk and descriptors without end", "Linux or macOS"),
    "descriptors": ("using what the grader has open", ""),
    "session": ("signals by way of the terminal", ""),
}


def examine(start: Callable[[Wanted], Parent] = Parent) -> list[Finding]:
    """Look at all that grading needs. It starts a warm parent, which takes seconds."""
    try:
        course: Course | None = find_course()
        found = [Finding("course", "course", True, True, str(course and course.root))]
    except CourseNotFoundError as error:
        course = None
        found = [Finding("course", "course", False, True, "not found", advice=str(error))]
    place = course.root if course else Path.cwd()
    return [
        *_isolation(course, start),
        *versions(),
        *programs(),
        formgrader(),
        *found,
        _disk(place),
        _writable(place),
    ]


def can_grade(findings: Sequence[Finding]) -> bool:
    """Return whether nothing that is needed is absent."""
    return all(each.ready for each in findings if each.needed)


def to_data(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the findings as JSON's lists and objects."""
    return {
        "schema": "reskit.doctor/1",
        "can_grade": can_grade(findings),
        "findings": [asdict(each) for each in findings],
    }


def _isolation(course: Course | None, start: Callable[[Wanted], Parent]) -> Iterator[Finding]:
    secrets = (course.solution, course.hidden_outputs, course.sample_class) if course else ()
    try:
        parent = start(Wanted(secrets, allow_weak=True))
    except ProbeError as error:
        yield Finding("isolation", "warm parent", False, True, f"does not start: {error}")
        return
    parent.close()
    yield from isolation_findings(parent.isolation)


def isolation_findings(isolation: Isolation) -> Iterator[Finding]:
    """Yield a finding for each layer, and for each thing that must not work."""
    for layer in isolation.layers:
        purpose, advice = STOPS.get(layer.name, ("", ""))
        yield Finding(
            "isolation",
            layer.name,
            layer.held,
            False,
            layer.detail,
            purpose,
            "" if layer.held or "not needed" in layer.detail else advice,
        )
    for attempt in isolation.attempts:
        advice = "" if attempt.stopped else MINIMUM[attempt.name]
        yield Finding("tried", attempt.name, attempt.stopped, True, attempt.detail, advice=advice)


def _disk(place: Path) -> Finding:
    free = shutil.disk_usage(place).free
    ready = free >= LEAST_FREE
    found = f"{free / (1 << 30):.1f} GiB free"
    return Finding("course", "disk", ready, True, found, advice="" if ready else "make room")


def _writable(place: Path) -> Finding:
    """Return whether the store can be made beside the course; as root the mode tells nothing."""
    ready = os.access(place, os.W_OK)
    return Finding(
        "course",
        "store",
        ready,
        True,
        f"{place} can{'' if ready else 'not'} be written to",
        advice="" if ready else "grade in a copy of the course that you may write to",
    )
