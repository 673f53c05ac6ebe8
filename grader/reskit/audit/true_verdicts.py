"""Which programs build what the reference builds, by Keras's own numbers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from reskit.audit.baselines import Calls
from reskit.audit.worker import PROGRAM_SECONDS, answers, child_command
from reskit.network.operation import BLOCK_KINDS


def _called(function: str, calls: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    if function in BLOCK_KINDS:
        return list(calls)
    others = [call for call in calls if call.get("classes") not in (None, calls[0]["classes"])]
    return [others[0], min(calls, key=len)]


def same_as_reference(
    programs: Mapping[str, tuple[str, str]],
    reference: str,
    calls: Calls,
    seconds: float = PROGRAM_SECONDS,
) -> Iterator[tuple[str, bool]]:
    """Yield (name, whether the function of the program builds the reference's network).

    `programs` is {name: (function, text)}, `reference` the text of the right program, `calls`
    {function: the arguments of each call}. A network is called twice, with arguments of its own
    and with its defaults: more would cost minutes. What crashes or takes too long is not the
    same.
    """
    messages = {
        name: {
            "function": function,
            "text": text,
            "reference": reference,
            "calls": [dict(call) for call in _called(function, calls[function])],
        }
        for name, (function, text) in programs.items()
    }
    with tempfile.TemporaryDirectory(prefix="reskit-audit-") as folder:
        for name, answer in answers(child_command("truth"), Path(folder), messages, seconds):
            yield name, bool(answer.get("same", False))
