"""Submissions of nearly the same structure: copies are told, and chance is not."""

from __future__ import annotations

import time

import pytest
from graded_class import COURSE
from hypothesis import given
from hypothesis import strategies as st
from writing_styles import program, renamed

from reskit.class_command import handout_of
from reskit.class_report.similar import Similar, similar
from reskit.class_report.winnowing import WINDOW, K, grams, winnowed
from reskit.probe.structure import outlines

NAMES = ("identity_block", "convolutional_block", "ResNet50")
TOKENS = st.lists(st.sampled_from("abcd"), max_size=60)


def tokens(*cells: str) -> dict[str, list[str]]:
    """Return the tokens of each function."""
    return {name: each["tokens"] for name, each in outlines(cells, NAMES).items()}


GIVEN = [each for cells in handout_of(COURSE).cells for each in tokens(*cells).values()]


def compared(programs: list[str]) -> Similar:
    """Return what a class of programs comes to."""
    return similar([tokens(each) for each in programs], GIVEN)


@given(TOKENS, TOKENS, st.lists(st.sampled_from("abcd"), min_size=K + WINDOW - 1, max_size=40))
def test_what_is_shared_is_found(before: list[str], after: list[str], shared: list[str]) -> None:
    """The promise of winnowing: a run of w + k - 1 tokens in both is never missed."""
    one = winnowed(grams([*before, *shared]))
    other = winnowed(grams([*shared, *after]))

    assert one & other


@given(TOKENS)
def test_fingerprints_are_of_what_is_there(sequence: list[str]) -> None:
    """Nothing shorter than k tokens counts, and each fingerprint is that of a run."""
    hashes = grams(sequence)

    assert winnowed(hashes) <= set(hashes)
    assert len(hashes) == max(0, len(sequence) - K + 1)


def test_copies_are_told_and_others_are_not() -> None:
    """Of sixty learners of whom three hand in one work and one changes a line, these are told."""
    programs = [program(number) for number in range(60)]
    programs[5] = renamed(programs[4], 5)
    programs[50] = renamed(programs[4], 50)
    edited = (
        programs[30]
        .replace("strides=2", "strides=(2, 2)")
        .replace("MaxPooling2D(3", "MaxPooling2D(pool_size=3")
    )
    programs[31] = renamed(edited, 31)
    assert edited != programs[30]

    found = compared(programs)

    assert [(each.members, each.identical) for each in found.clusters] == [
        ((4, 5, 50), True),
        ((30, 31), False),
    ]
    assert found.clusters[1].similarity > 0.8
    assert found.usual < 0.1
    assert found.usual_high < 0.3


def test_class_without_copies_has_no_clusters() -> None:
    """Learners who work on their own are left in peace, though all write the same network."""
    assert compared([program(number) for number in range(100, 160)]).clusters == ()


def test_what_was_handed_out_and_the_reference_are_nobodys_own() -> None:
    """Those who hand in the release, or write as the reference does, are not compared."""
    release, reference = handout_of(COURSE).cells
    class_of = [tokens(*release), tokens(*reference)] * 3

    found = similar(class_of, GIVEN)

    assert (found.compared, found.like_reference, found.clusters) == (0, 6, ())


def test_reference_with_one_edit_is_not_compared() -> None:
    """Two who changed one number of the reference have too little of their own."""
    reference = "\n".join(handout_of(COURSE).cells[1])
    edited = reference.replace('padding="valid"', 'padding="VALID"', 1)
    assert edited != reference

    found = similar([tokens(edited), tokens(edited)], GIVEN)

    assert (found.compared, found.too_little, found.clusters) == (0, 2, ())


@pytest.mark.parametrize("size", [0, 1, 2])
def test_smallest_classes_have_a_report(size: int) -> None:
    """A class of none, of one, or of two is no reason to fail."""
    assert compared([program(number) for number in range(size)]).clusters == ()


def test_unknown_structure_is_left_out() -> None:
    """Where a file is gone, there is nothing to compare."""
    one = tokens(program(1))

    assert similar([None, one, None, one], GIVEN).clusters[0].members == (1, 3)


def test_a_thousand_take_seconds() -> None:
    """Time grows with the class and not with its square: few pairs are compared."""
    sequences = [tokens(program(number)) for number in range(50)]
    class_of = [
        {name: [*each[:200], f"own {place}"] * 3 for name, each in sequences[place % 50].items()}
        for place in range(1_000)
    ]
    begun = time.process_time()
    similar(class_of, GIVEN)

    assert time.process_time() - begun < 10
