"""What is not installed, in a sentence, with what to type."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, requires

NAMED = re.compile(r"(?:No module named|No package metadata was found for) '?([\w.]+)")
OTHER_NAMES = {"PIL": "pillow"}  # what is imported, where the package has another name


def told_missing(words: str) -> str | None:
    """Return which package an import failed for, and what helps; None where `words` tell of none.

    Only packages that the kit needs count: what a learner's code imports is a learner's matter.
    """
    needed = requirements()
    for name in reversed(NAMED.findall(words)):
        package = OTHER_NAMES.get(top := name.split(".")[0], top).lower()
        if package in needed:
            return (
                f"{package} is not installed here. Type: pip install '{needed[package]}'. "
                "`reskit doctor` says what else is missing."
            )
    return None


def requirements() -> dict[str, str]:
    """Return {package: "package>=1.2"} of all that the kit needs or can use."""
    try:
        lines = requires("reskit") or []
    except PackageNotFoundError:  # started from a folder, without being installed
        return {}
    found: dict[str, str] = {}
    for line in lines:
        text = line.split(";")[0].strip()
        found.setdefault(re.split(r"[^\w-]", text)[0].lower(), text)
    return found
