"""What an exercise came to, as a value and as data that can be stored and sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from reskit.report import ExerciseResult, Fault, PretrainedResult
from reskit.stored_report import result_from_dict


@dataclass(frozen=True)
class Judged:
    """What an exercise earned, and the fault it came to."""

    result: ExerciseResult
    fault: Fault | None
    pretrained: PretrainedResult | None = None  # of the network, where the manifest asks for it

    def to_data(self) -> dict[str, Any]:
        """Return this as data for JSON."""
        return asdict(self)


def judged_from_data(raw: Mapping[str, Any]) -> Judged:
    """Return what `Judged.to_data` gave."""
    fault = Fault(**raw["fault"]) if raw["fault"] else None
    pretrained = PretrainedResult(**raw["pretrained"]) if raw["pretrained"] else None
    return Judged(result_from_dict(raw["result"]), fault, pretrained)
