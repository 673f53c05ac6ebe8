"""A process of ours that parses what strangers wrote: source that breaks it breaks nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from reskit.probe.answering import AnsweringProcess, NoAnswerError

SECONDS = 5.0  # for one program; what people write takes some thousandths


class ParsingProcess:
    """A module of ours that answers; it starts when it is first asked, and anew when it is lost.

    Use it as a context manager.
    """

    def __init__(self, module: str) -> None:
        # -P: what lies in the folder that it starts in is never imported.
        self._command = [sys.executable, "-P", "-m", module]
        self._process: AnsweringProcess | None = None

    def ask(self, message: Mapping[str, object]) -> dict[str, Any] | None:
        """Return the answer; None where the message breaks the process, or takes too long."""
        if self._process is None:
            self._process = AnsweringProcess(self._command, Path.cwd(), os.environ)
        try:
            return self._process.exchange(message, SECONDS)
        except NoAnswerError:  # the next message gets a new process
            self.close()
            return None

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.close()
        self._process = None

    def __enter__(self) -> ParsingProcess:
        """Return this."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process."""
        self.close()
