"""What is installed: Python, packages and programs, and whether the kit supports them."""

from __future__ import annotations

import json
import platform
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata, version
from importlib.util import find_spec
from pathlib import Path

from reskit.missing import requirements

# What grading, releasing, evaluating and the notebook need.
SHOWN = (
    *("tensorflow", "keras", "numpy", "h5py", "pillow", "matplotlib"),
    *("nbgrader", "jupyter", "jupytext", "nbformat"),
)
FORMGRADER = "nbgrader.server_extensions.formgrader"
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
    needed = requirements()
    for name in SHOWN:
        wanted = needed.get(name, name).removeprefix(name)
        try:
            yield _version(name, version(name), wanted)
        except PackageNotFoundError:
            advice = f"pip install '{name}{wanted}'"
            yield Finding("versions", name, False, True, "not installed", advice=advice)


def _version(name: str, found: str, wanted: str) -> Finding:
    ready = all(meets(found, condition) for condition in wanted.split(",") if condition)
    install = "install such a one" if name == "Python" else f"pip install '{name}{wanted}'"
    advice = "" if ready else f"the kit needs {name} {wanted}: {install}"
    return Finding("versions", name, ready, True, found, wanted and f"{wanted} is needed", advice)


def meets(found: str, condition: str) -> bool:
    """Return whether a version meets one condition, ">=2.18" or "<3.14"."""
    match = re.match(r"(>=|<)\s*([\d.]+)", condition.strip())
    if match is None:
        return True
    bound = tuple(map(int, match[2].strip(".").split(".")))
    parts = tuple(map(int, re.findall(r"\d+", found)[: len(bound)]))
    return parts >= bound if match[1] == ">=" else parts < bound


def formgrader() -> Finding:
    """Return whether Jupyter is told to serve nbgrader's pages for grading by hand."""
    enabled = None
    for folder in _settings_of_jupyter():  # the first that says something counts
        files = sorted(Path(folder).glob("jupyter_server_config.d/*.json"))
        files.append(Path(folder) / "jupyter_server_config.json")
        told = [said for path in files if (said := _extensions(path).get(FORMGRADER)) is not None]
        if told and enabled is None:
            enabled = told[-1]
    return Finding(
        "optional",
        "formgrader",
        bool(enabled),
        False,
        "enabled" if enabled else "not enabled",
        "grading by hand in the browser",
        "" if enabled else "jupyter server extension enable --sys-prefix --py nbgrader",
    )


def _settings_of_jupyter() -> list[str]:
    try:
        from jupyter_core.paths import jupyter_config_path
    except ImportError:  # the doctor says so among the versions
        return []
    return list(jupyter_config_path())


def _extensions(path: Path) -> dict[str, bool]:
    """Return which extensions a file of Jupyter's settings turns on or off."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))["ServerApp"]["jpserver_extensions"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return said if isinstance(said, dict) else {}


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
