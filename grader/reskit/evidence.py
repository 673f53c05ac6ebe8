"""Evidence: what the probe sent back for one exercise, decoded once and true from then on."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from reskit.claims import contradiction
from reskit.manifest import Limits
from reskit.network.graph import GraphError, decode_graph
from reskit.network.normal_form import normal_form
from reskit.network.operation import Network
from reskit.network.unjudged import unjudged
from reskit.report import Fault

FAULT_KINDS = frozenset({"syntax_error", "missing_function", "import_error", "exception"})
LONGEST_TEXT = 1_500


@dataclass(frozen=True)
class Raised:
    """An exception in the learner's code, and where."""

    type: str
    message: str
    cell: int | None
    line: int | None
    text: str | None

    @property
    def place(self) -> str:
        """Return "cell 4, line 7: X = …" as far as it is known."""
        if self.cell is None:
            return ""
        where = f"cell {self.cell}" + ("" if self.line is None else f", line {self.line}")
        return f"{where}: {self.text}" if self.text else where


@dataclass(frozen=True)
class CallEvidence:
    """What one call of the function built, gave back, or raised."""

    network: Network
    returned: str
    raised: Raised | None
    takes_initializer: bool
    notes: tuple[str, ...] = ()  # what was met and is not judged


@dataclass(frozen=True)
class Evidence:
    """What is known about one exercise: calls by name, or the fault that it came to."""

    calls: dict[str, CallEvidence]
    fault: Fault | None = None
    printed: str = ""


FAULT_SENTENCES = {
    "timeout": "{It} did not come to an end in its time, {seconds:g} seconds of computing or "
    "{deadline:g} by the clock. Is there a loop that never stops, or something that waits?",
    "memory": "{It} asked for more than {memory} MiB of memory.",
    "crash": "The process that ran {it} ended before it gave an answer: "
    "it crashed, or the code left Python, as os._exit() does.",
    "output_limit": "What {it} built is far larger than a network of this kind.",
}
NO_ANSWER = "What came back is no answer of the grader's: the code may have written it itself"
IN_WHOLE_CELLS = "Taken by itself the function builds no layer, so its whole cell was run. "


def _stopped(kind: str, limits: Limits, *, in_whole_cells: bool = False) -> Fault:
    """Return the fault of a process that was ended, or ended itself."""
    it = "the cell" if in_whole_cells else "the function"
    sentence = FAULT_SENTENCES[kind].format(
        It=it.capitalize(),
        it=it,
        seconds=limits.cpu_seconds,
        deadline=limits.deadline_seconds,
        memory=limits.memory_mib,
    )
    return Fault(kind, IN_WHOLE_CELLS + sentence if in_whole_cells else sentence)


def decode_evidence(answer: dict[str, Any], limits: Limits) -> Evidence:
    """Return the evidence in a parent's answer; what cannot be one is a fault, never an error."""
    printed = str(answer.get("printed", ""))
    outcome = str(answer.get("outcome"))
    in_whole_cells = answer.get("in_whole_cells") is True
    if outcome in FAULT_SENTENCES:
        return Evidence({}, _stopped(outcome, limits, in_whole_cells=in_whole_cells), printed)
    try:
        data = json.loads(
            answer.get("evidence") or "null", parse_float=_finite, parse_constant=_finite
        )
        if not isinstance(data, dict):
            return Evidence({}, _stopped("crash", limits, in_whole_cells=in_whole_cells), printed)
        if "fault" in data:
            return Evidence({}, _fault(data["fault"]), printed)
        calls = {str(entry["name"]): _call(entry) for entry in data["calls"]}
        fault = _common_fault(list(calls.values()), limits)
        return Evidence({}, fault, printed) if fault else Evidence(calls, None, printed)
    except GraphError as error:
        message = f"What the function built cannot be judged: {error!s:.200}"
        return Evidence({}, Fault("forbidden", f"{message.rstrip('.')}."), printed)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        message = f"{NO_ANSWER} ({type(error).__name__}: {error!s:.120})."
        return Evidence({}, Fault("forbidden", message), printed)


def _finite(text: str) -> float:
    """Return the number; a report could not hold one that is infinite, or none."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not a finite number")
    return number


def _common_fault(calls: list[CallEvidence], limits: Limits) -> Fault | None:
    """Return the fault that every call came to in the same way, before it built anything."""
    raised = [call.raised for call in calls if call.raised and len(call.network.operations) < 2]
    types = {each.type for each in raised}
    if not raised or len(raised) < len(calls) or len(types) != 1:
        return None
    if types == {"MemoryError"}:
        return _stopped("memory", limits)
    if types <= {"ImportError", "ModuleNotFoundError"}:
        place = f" ({raised[0].place})" if raised[0].place else ""
        return Fault("import_error", f"{raised[0].message}{place}")
    return None


def _fault(data: dict[str, Any]) -> Fault:
    kind = data["kind"] if data["kind"] in FAULT_KINDS else "exception"
    message = str(data["message"])[:LONGEST_TEXT] or "(no message)"
    where = _raised(data)
    if kind == "exception" or kind == "import_error":
        message = f"{where.type}: {message}"
    return Fault(kind, f"{message} ({where.place})" if where.place else message)


def _raised(data: dict[str, Any]) -> Raised:
    return Raised(
        type=str(data.get("type", "Error"))[:80],
        message=str(data.get("message", ""))[:LONGEST_TEXT],
        cell=data["cell"] if type(data.get("cell")) is int else None,
        line=data["line"] if type(data.get("line")) is int else None,
        text=str(data["text"])[:200] if data.get("text") else None,
    )


def _call(data: dict[str, Any]) -> CallEvidence:
    training, default = data.get("training"), data.get("default_initializer")
    takes_initializer = data.get("takes_initializer") is True
    graph = decode_graph(data["graph"])
    if (told := contradiction(graph)) is not None:
        raise GraphError(told)
    return CallEvidence(
        network=normal_form(graph, training if isinstance(training, bool) else None),
        returned=str(data["returned"])[:80],
        raised=None if data["error"] is None else _raised(data["error"]),
        takes_initializer=takes_initializer,
        notes=unjudged(
            graph,
            default[:80] if isinstance(default, str) else None,
            chooses_initializer=not takes_initializer,
        ),
    )
