"""Recordings and manifest belong together, and it is said when they do not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reskit.course import find_course
from reskit.manifest import Call, read_manifest
from reskit.network.roles import has_roles
from reskit.record import source_hash
from reskit.recording import RecordingError, read_expected, read_literals

COURSE = find_course()
ASSIGNMENT = read_manifest(COURSE.manifest)


def test_every_call_of_the_course_is_recorded() -> None:
    """What the reference builds is known for each call of the manifest, public and hidden."""
    found = read_expected(COURSE.outputs, COURSE.hidden_outputs, exercises=ASSIGNMENT.exercises)

    assert set(found) == {
        (exercise.name, call.name) for exercise in ASSIGNMENT.exercises for call in exercise.calls
    }


def test_call_that_was_never_recorded_is_named() -> None:
    """A call that an instructor has added says which command is missing."""
    exercise = ASSIGNMENT.exercises[0]
    added = replace(exercise, calls=(*exercise.calls, Call("larger", "public", {"f": 7})))

    with pytest.raises(RecordingError, match=r"identity_block.*'larger'.*`reskit record`"):
        read_expected(COURSE.outputs, COURSE.hidden_outputs, exercises=[added])


@pytest.mark.parametrize("path", [COURSE.outputs, COURSE.hidden_outputs], ids=lambda p: p.name)
def test_recordings_are_of_the_source_as_it_is(path: Path) -> None:
    """Whoever edits the course source hears within seconds that `reskit record` is due."""
    assert read_literals(path)["PROVENANCE"]["source_sha256"] == source_hash(COURSE)


def test_kinds_of_network_that_can_be_recorded() -> None:
    """A block around one addition and a network of blocks have names for what is in them."""
    found = read_expected(COURSE.outputs, COURSE.hidden_outputs, exercises=ASSIGNMENT.exercises)
    networks = [each.network for each in found.values()]
    block = found["identity_block", "small"].network
    chain = replace(block, operations=block.operations[:4], outputs=(3,))

    assert all(has_roles(network) for network in networks)
    assert not has_roles(chain)
