"""What is installed: Python, packages and programs, and whether the kit supports them."""

from __future__ import annotations

import platform
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from importlib.util import find_spec

SHOWN = ("tensorflow", "keras", "numpy", "nbgrader", "jupyter")
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


def versions() -> Iterator[Finding]:
    """Yield whether Python and the packages are among those that the kit supports."""
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
    ready = all(meets(found, condition) for condition in wanted.split(",") if condition)
    advice = "" if ready else f"the kit needs {name} {wanted}"
    return Finding("versions", name, ready, True, found, wanted and f"{wanted} is needed", advice)


def meets(found: str, condition: str) -> bool:
    """Return whether a version meets one condition, ">=2.18" or "<3.14"."""
    match = re.match(r"(>=|<)\s*([\d.]+)", condition.strip())
    if match is None:
        return True
    bound = tuple(map(int, match[2].strip(".").split(".")))
    parts = tuple(map(int, re.findall(r"\d+", found)[: len(bound)]))
    return parts >= bound if match[1] == ">=" else parts < bound


def programs() -> Iterator[Finding]:
    """Yield what helps and is not needed."""
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
