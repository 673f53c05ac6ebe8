"""`reskit doctor`: what of this machine is ready for grading, and what to do where it is not."""

from __future__ import annotations

import os
import platform
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from reskit.course import Course, CourseNotFoundError, find_course
from reskit.probe.beginning import Wanted
from reskit.probe.isolation import MINIMUM, Isolation
from reskit.probe.pool import Parent, ProbeError

SHOWN = ("tensorflow", "keras", "numpy", "nbgrader", "jupyter")
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
# Programs that help and are not needed.
PROGRAMS = {
    "dot": ("draws a network with keras.utils.plot_model", "apt install graphviz"),
    "bwrap": ("one more layer of isolation", "apt install bubblewrap"),
    "chromium": ("pictures of pages, for the documentation", "apt install chromium"),
}
MODULES = {"distributed": ("grading on other machines", "pip install distributed")}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: ready, or absent and needed or not."""

    group: str
    name: str
    ready: bool
    needed: bool
    found: str
    purpose: str = ""
    advice: str = ""


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
        *_versions(),
        *_programs(),
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


def _versions() -> Iterator[Finding]:
    wanted = metadata("reskit")["Requires-Python"] or ""
    yield _version("Python", platform.python_version(), wanted)
    by_name = {
        match[1]: match[2]
        for line in requires("reskit") or []
        if (match := re.match(r"([\w-]+)\s*([<>=!~][^;]*)", line)) and "extra" not in line
    }
    for name in SHOWN:
        try:
            yield _version(name, version(name), by_name.get(name, ""))
        except PackageNotFoundError:
            yield Finding("versions", name, False, True, "not installed", advice="pip install -e .")


def _version(name: str, found: str, wanted: str) -> Finding:
    ready = all(_meets(found, condition) for condition in wanted.split(",") if condition)
    advice = "" if ready else f"the kit needs {name} {wanted}"
    return Finding("versions", name, ready, True, found, wanted and f"{wanted} is needed", advice)


def _meets(found: str, condition: str) -> bool:
    """Return whether a version meets one condition, ">=2.18" or "<3.14"."""
    match = re.match(r"(>=|<)\s*([\d.]+)", condition.strip())
    if match is None:
        return True
    bound = tuple(map(int, match[2].strip(".").split(".")))
    parts = tuple(map(int, re.findall(r"\d+", found)[: len(bound)]))
    return parts >= bound if match[1] == ">=" else parts < bound


def _programs() -> Iterator[Finding]:
    for name, (purpose, advice) in PROGRAMS.items():
        place = shutil.which(name)
        yield Finding(
            "optional",
            name,
            place is not None,
            False,
            place or "not installed",
            purpose,
            "" if place else advice,
        )
    for name, (purpose, advice) in MODULES.items():
        there = find_spec(name) is not None
        yield Finding(
            "optional",
            name,
            there,
            False,
            version(name) if there else "not installed",
            purpose,
            "" if there else advice,
        )


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
