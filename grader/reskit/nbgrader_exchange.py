"""nbgrader's exchange: what is released is the whole folder that learners need."""

from __future__ import annotations

import shutil
from typing import Any

from nbgrader.exchange.default import ExchangeReleaseAssignment

LEFT_OUT = ("__pycache__", "*.pyc", ".ipynb_checkpoints")  # made by using a release


class ReleaseWholeFolder(ExchangeReleaseAssignment):  # type: ignore[misc]  # no types there
    """Releases data and networks too, which `CourseDirectory.ignore` keeps out of submissions.

    nbgrader knows one list of what to ignore, for what goes out and for what comes back.
    """

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:  # noqa: ARG002 - nbgrader's
        """Copy the released folder into the exchange."""
        shutil.copytree(src, dest, ignore=shutil.ignore_patterns(*LEFT_OUT))
