"""Addresses: what was found out is filed under all that it followed from.

Evidence follows from a program, a question and the environment that ran it; a result follows from
evidence, the assignment and the code that judges. Whatever changes, the address changes with it.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from reskit.course import Course
from reskit.fingerprint import fingerprint
from reskit.weights.reference import asked_files

BUILDERS = ("keras", "tensorflow", "numpy")  # what takes part when a network is built


@cache
def environment() -> str:
    """Return what evidence depends on besides the program: the code that gathers it, versions."""
    package = Path(__file__).resolve().parent
    gatherers = fingerprint(package / "probe", package / "network")
    versions = [f"{name} {version(name)}" for name in BUILDERS]
    return " ".join([gatherers, platform.python_version(), platform.machine(), *versions])


def judging(course: Course, *, public_only: bool) -> str:
    """Return what a result depends on besides evidence: the judge's code, and what is expected."""
    files = [course.manifest, course.outputs, course.hidden_outputs, *asked_files(course)]
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    return " ".join([_package(), *digests, "public" if public_only else "all"])


@cache
def _package() -> str:
    return fingerprint(Path(__file__).resolve().parent)


def evidence_address(question: Sequence[Mapping[str, Any]]) -> str:
    """Return where the answers to a question are filed: one job for each exercise."""
    return _address("evidence", environment(), question)


def slice_address(question: Sequence[Mapping[str, Any]], needed: str) -> str:
    """Return where the answers are filed that every program with the same slice would give.

    `needed` is the slice's text: what the exercises need of the program.
    """
    asked = [{**job, "cells": None} for job in question]
    return _address("evidence of a slice", environment(), asked, needed)


def result_address(evidence: str, judged_by: str) -> str:
    """Return where the result is filed that was judged from the evidence at an address."""
    return _address("result", evidence, judged_by)


def _address(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
