"""What a learner's program printed, as its learner may see it."""

from __future__ import annotations

import re

from reskit.manifest import Exercise
from reskit.probe.prints import by_call

MOST_CHARACTERS = 2_000
CUT = "\n… (cut)"
# Colours, movements of the cursor, titles of windows (ECMA-48: CSI, OSC and other strings, and
# single escapes), then whatever else controls a terminal. Tab and newline stay.
CONTROL_SEQUENCES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_].*?(?:\x07|\x1b\\|$)|\x1b[ -/]*[0-~]|"
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]",
    re.DOTALL,
)
ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")  # of an object, another one each time


def prints_shown(printed: str, exercise: Exercise) -> str:
    """Return what the exercise printed in its public calls, and before any call.

    What a hidden call printed stays hidden: it may tell the arguments. Control sequences are taken
    out, a line that was written over again is shown as it was left, and the text is cut.
    """
    parts = by_call(printed)
    public = [(exercise.name, call.name) for call in exercise.calls if call.visibility == "public"]
    text = "".join(parts.get(key, "") for key in [("", ""), *public])
    clean = CONTROL_SEQUENCES.sub("", text.replace("\r\n", "\n"))
    clean = ADDRESS.sub("0x…", clean)
    lines = [line.rstrip("\r").rpartition("\r")[2].rstrip() for line in clean.split("\n")]
    told = "\n".join(lines).strip("\n")
    return told if len(told) <= MOST_CHARACTERS else told[:MOST_CHARACTERS].rstrip() + CUT
