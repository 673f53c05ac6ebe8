"""Run an nbgrader command, and write how long each of its steps took: FILE COMMAND….

Only a clock is put around nbgrader's own methods; what they do stays the same.
"""

from __future__ import annotations

import functools
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbgrader.apps import NbGraderApp
from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter

seconds: Counter[str] = Counter()


def clocked(owner: type, method: str, name: Callable[[Any], str]) -> None:
    """Count the time of a method under the name of its object."""
    plain = getattr(owner, method)

    @functools.wraps(plain)
    def timed(self: Any, *arguments: Any, **options: Any) -> Any:
        begun = time.perf_counter()
        try:
            return plain(self, *arguments, **options)
        finally:
            seconds[name(self)] += time.perf_counter() - begun

    setattr(owner, method, timed)


def main() -> None:
    """Run the command and write the seconds, by step."""
    out, *command = sys.argv[1:]
    clocked(Preprocessor, "__call__", lambda step: type(step).__name__)
    clocked(Autograde, "init_assignment", lambda _: "entering the submission")
    clocked(Autograde, "convert_single_notebook", lambda _: "both conversions")
    clocked(BaseConverter, "convert_notebooks", lambda _: "all")
    try:
        NbGraderApp.launch_instance(command)
    finally:
        Path(out).write_text(json.dumps(seconds), encoding="utf-8")


if __name__ == "__main__":
    main()
