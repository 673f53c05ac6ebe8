"""The reference ResNet-50 and the data beside it, as the course has them."""

from __future__ import annotations

from pathlib import Path

from reskit.course import Course
from reskit.manifest import read_manifest
from reskit.network.operation import Network
from reskit.parts import WHOLE_NETWORK
from reskit.recording import RecordingError, read_expected

INPUT = [64, 64, 3]


def reference_network(course: Course) -> Network:
    """Return the recorded network for images of 64×64 pixels. Raises RecordingError."""
    for (exercise, _), expected in read_expected(course.outputs).items():
        first = expected.network.operations[0]
        if exercise == WHOLE_NETWORK and first.settings.get("shape") == INPUT:
            return expected.network
    raise RecordingError(
        f"No call of {WHOLE_NETWORK} with the input {INPUT} is recorded; run `reskit record`."
    )


def asked_files(course: Course) -> list[Path]:
    """Return the files, besides manifest and recordings, that results depend on; mostly none."""
    assignment = read_manifest(course.manifest)
    files = []
    if assignment.pretrained is not None:
        files.append(course.solution / assignment.pretrained.weights)
    if files or assignment.model_file is not None:
        files.append(own_test_set(course))
    return files


def own_test_set(course: Course) -> Path:
    """Return where the test images of the course lie."""
    return course.solution / "datasets" / "test_signs.h5"
