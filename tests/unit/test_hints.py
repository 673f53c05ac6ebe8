"""Hints: a nudge, then the place, then the concept; specific for all that the reference has."""

from __future__ import annotations

import re

import pytest

from reskit.course import find_course
from reskit.network.concepts import CONCEPTS, WITHOUT_CONCEPT, concept
from reskit.network.difference import Difference
from reskit.network.hints import hints
from reskit.network.places import place_words
from reskit.network.roles import name_roles
from reskit.network.wording import worded
from reskit.recording import read_expected

NUDGE = "Follow the main path."
EXAMPLES = [
    Difference("attribute", "main.conv2", "padding", "same", "valid"),
    Difference("missing", "main.bn2"),
    Difference("missing", "stage3.block6"),
    Difference("extra", "main.dropout1", received="Dropout after main.bn3"),
    Difference("extra", "stage3.block7", received="identity_block after stage3.block6"),
    Difference("wiring", "add", "inputs", ["main.bn3", "input"], ["main.bn3", "main.bn3"]),
    Difference("wiring", "shortcut.conv", "inputs", ["input"], ["main.bn3"]),
    Difference("wiring", None, "output", ["relu"], ["add"]),
    Difference("order", "relu", None, "after add", "before add"),
    Difference("order", "main.relu2", None, "after main.bn2", "before main.bn2"),
    Difference("shape", None, "shape", [5, 5, 6], [3, 3, 6]),
    Difference("value", None, "returned", "a tensor", "None"),
]
GENERAL = {WITHOUT_CONCEPT, CONCEPTS["missing", "*", "*"], CONCEPTS["attribute", "*", "*"]}


def reference_roles() -> dict[str, dict[str, str]]:
    """Return {exercise: {role: settings}} for the public calls of the course."""
    return {
        exercise: {
            role: each.network.operations[position].settings
            for position, role in name_roles(each.network).items()
        }
        for (exercise, _), each in read_expected(find_course().outputs).items()
    }


ROLES = reference_roles()


@pytest.mark.parametrize("difference", EXAMPLES, ids=lambda each: f"{each.kind} {each.layer}")
def test_every_kind_of_difference_has_three_hints(difference: Difference) -> None:
    """A learner can ask three times, and reads something new each time."""
    told = hints(worded(difference), NUDGE)

    assert len(told) == len(set(told)) == 3
    assert all(len(hint.split()) > 2 for hint in told)
    assert told[0] == NUDGE


@pytest.mark.parametrize("most", [0, 1, 2, 3, 7])
def test_instructor_caps_the_hints(most: int) -> None:
    """No more hints are given than the manifest allows."""
    assert len(hints(EXAMPLES[0], NUDGE, most)) == min(most, 3)


def test_without_a_nudge_the_place_comes_first() -> None:
    """A case without a hint of its own still has the place and the concept."""
    assert hints(EXAMPLES[0], "") == hints(EXAMPLES[0], NUDGE)[1:]


@pytest.mark.parametrize(
    ("difference", "place"),
    [
        (EXAMPLES[0], "Look at the second convolution of the main path"),
        (EXAMPLES[1], "It belongs straight after the second convolution."),
        (EXAMPLES[2], "Count the calls that make stage 3."),
        (EXAMPLES[3], "right after the third batch normalisation of the main path"),
        (EXAMPLES[6], "Look at the convolution on the shortcut."),
        (
            Difference("attribute", "stage2.block3", "f", 3, 5),
            "Look at the call that makes block 3 of stage 2",
        ),
        (
            Difference("attribute", "stage2.block3.main.conv2", "padding", "same", "valid"),
            "Look at the second convolution of the main path, in block 3 of stage 2",
        ),
    ],
)
def test_second_hint_says_where_to_look(difference: Difference, place: str) -> None:
    """The place is told in words, not in the grader's names."""
    assert place in hints(difference, NUDGE)[1]


@pytest.mark.parametrize("exercise", ROLES)
def test_missing_layers_have_their_own_concept(exercise: str) -> None:
    """Whichever layer of the reference is left out, the third hint is about that layer."""
    roles = [role for role in ROLES[exercise] if role != "input"]

    general = [role for role in roles if concept(Difference("missing", role)) in GENERAL]

    assert general == []


@pytest.mark.parametrize("exercise", ROLES)
def test_settings_have_their_own_concept(exercise: str) -> None:
    """Whichever setting of the reference is wrong, the third hint is about that setting."""
    settings = [(role, name) for role, names in ROLES[exercise].items() for name in names]

    general = [
        (role, name)
        for role, name in settings
        if concept(Difference("attribute", role, name, "this", "that")) in GENERAL
    ]

    assert general == []


@pytest.mark.parametrize("exercise", ROLES)
def test_every_role_has_words(exercise: str) -> None:
    """The place of each layer of the reference can be told without its role."""
    told = {role: place_words(role) for role in ROLES[exercise]}

    assert len(set(told.values())) == len(told)
    assert [role for role, words in told.items() if "." in words or role == words] == []


@pytest.mark.parametrize("text", CONCEPTS.values())
def test_concepts_are_two_to_four_sentences_and_no_code(text: str) -> None:
    """A concept explains; it is not the line to type."""
    assert 2 <= len(re.findall(r"[.?!](?: |$)", text)) <= 4
    assert not re.search(r"\w=|\w\(|[_\[\]{}]", text.replace("F(x)", "F of x").replace("y = ", ""))


def test_unknown_difference_has_a_general_concept() -> None:
    """A kind of difference that nobody has thought of gets hints too."""
    told = hints(Difference("strange", "main.thing4"), NUDGE)

    assert told == (NUDGE, "Look at the fourth thing of the main path.", WITHOUT_CONCEPT)
