"""What the kit says of versions is one story: pyproject.toml, both sets of pins, and tox."""

from __future__ import annotations

import configparser
import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from reskit.course import find_course

ROOT = find_course().root
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NEEDED = [Requirement(text) for text in PROJECT["dependencies"]]
PINS = ("constraints.txt", "constraints-oldest.txt")
AT_LOWER_BOUND = ("tensorflow", "keras", "numpy", "h5py")  # what networks are built and judged with


def pins(name: str) -> dict[str, Version]:
    """Return {package: version} of a file of pins."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    found = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {each.name.lower(): Version(str(each.specifier).removeprefix("==")) for each in found}


def lower_bound(requirement: Requirement) -> Version:
    """Return the oldest version that a requirement allows."""
    (bound,) = [each for each in requirement.specifier if each.operator == ">="]
    return Version(bound.version)


@pytest.mark.parametrize("name", PINS)
def test_pins_fit_what_is_needed(name: str) -> None:
    """Each set of pins has every package that the kit needs, in a version that it allows."""
    known = pins(name)

    wrong = [str(each) for each in NEEDED if known[each.name] not in each.specifier]

    assert wrong == []


def test_oldest_pins_are_the_lower_bounds() -> None:
    """The oldest environment has the oldest release series that pyproject.toml allows."""
    known = pins("constraints-oldest.txt")
    bounds = {each.name: lower_bound(each) for each in NEEDED if each.name in AT_LOWER_BOUND}

    assert {name: known[name].release[:2] for name in bounds} == {
        name: bound.release[:2] for name, bound in bounds.items()
    }


def test_every_supported_python_has_an_environment() -> None:
    """Tox can run the newest versions under each Python that pyproject.toml allows."""
    allowed = SpecifierSet(PROJECT["requires-python"])
    supported = [minor for minor in range(9, 30) if allowed.contains(f"3.{minor}.0")]
    tox = configparser.ConfigParser()
    tox.read(ROOT / "tox.ini", encoding="utf-8")

    (newest,) = [name for name in tox.sections() if name.startswith("testenv:newest-py")]

    assert re.findall(r"3(\d+)", newest) == [str(minor) for minor in supported]
