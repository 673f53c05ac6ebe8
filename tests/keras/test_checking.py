"""What a card says: the call that fails first, its own hint, and nothing of the other calls."""

from __future__ import annotations

import copy

import keras
import pytest

from reskit.network.checking import check, comparator, red_card, summary
from reskit.recording import read_literals

pytestmark = pytest.mark.keras


@pytest.fixture
def exercise(course):
    """The identity block's public calls: a small one, and one with other arguments."""
    return copy.deepcopy(read_literals(course.outputs)["EXERCISES"]["identity_block"])


def block(kernel=None, padding="same", training=None, own_initializer=None):
    """Return an identity block; with `kernel` it has a number where `f` belongs."""

    def identity_block(X, f, filters, initializer=None):
        start, made = X, own_initializer or initializer
        wanted = ((filters[0], 1), (filters[1], kernel or f), (filters[2], 1))
        for number, (width, window) in enumerate(wanted):
            X = keras.layers.Conv2D(
                width, window, padding=padding, kernel_initializer=made(seed=0)
            )(X)
            X = keras.layers.BatchNormalization(axis=3)(X, training=training)
            X = X if number == 2 else keras.layers.ReLU()(X)
        return keras.layers.ReLU()(X + start)

    return identity_block


def hint_of(exercise, part):
    """Return the manifest's hint for a part."""
    return next(case["hint"] for case in exercise["cases"] if case["part"] == part)


def test_right_block_passes_every_call(exercise):
    """A green card names all calls that were made."""
    card = check("identity_block", block(), exercise)

    assert card.passed
    assert len(card.proven) == 1 + len(exercise["calls"])
    assert card.differences == ()


def test_second_call_has_its_own_hint(exercise):
    """A number in the place of an argument shows in the second call, with the hint of that call."""
    card = check("identity_block", block(kernel=3), exercise)

    assert [each.attribute for each in card.differences] == ["kernel_size"]
    assert card.hints[0] == hint_of(exercise, "whole")
    assert "f=2" in card.called


def test_first_failing_call_is_the_only_one_told(exercise):
    """A mistake that shows in every call is told of the first."""
    card = check("identity_block", block(padding="valid"), exercise)

    assert "f=3" in card.called
    assert card.hints[0] == hint_of(exercise, "main")


def test_hints_are_capped_by_the_exercise(exercise):
    """The instructor's cap holds in the card too; without one there are three hints."""
    del exercise["most_hints"]
    assert len(check("identity_block", block(padding="valid"), exercise).hints) == 3

    capped = {**exercise, "most_hints": 1}
    assert len(check("identity_block", block(padding="valid"), capped).hints) == 1
    none = check("identity_block", block(padding="valid"), {**exercise, "most_hints": 0})
    assert none.hints == ()
    assert "Hint" not in none.text()


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        ("initializer", {"own_initializer": keras.initializers.RandomNormal}),
        ("modes", {"training": False}),
        ("main", {"padding": "valid"}),
    ],
)
def test_hint_is_that_of_the_part(exercise, part, wrong):
    """Each difference leads to the hint of the part that it belongs to."""
    card = check("identity_block", block(**wrong), exercise)

    assert card.hints[0] == hint_of(exercise, part)


def test_what_is_no_function_is_said_to_be_none(exercise):
    """A name that holds something else gets a card, not an exception."""
    assert "None is not a function." in str(check("identity_block", None, exercise))


def test_nothing_given_back_is_asked_for(exercise):
    """A block without a return is told what it gives back."""
    card = check("identity_block", lambda *_, **__: None, exercise)

    assert card.look_at == "The function gives back None, expected a tensor."
    assert len(card.hints) == 3


def test_red_card_says_what_is_asked(exercise):
    """Before the work begins a card lists what the test looks at, and what it calls."""

    def empty(*_, **__):
        raise NotImplementedError

    text = str(red_card("identity_block", empty, exercise))

    assert "not written yet" in text
    assert all(f"  - {case['name']}" in text for case in exercise["cases"])
    assert "  - identity_block(f=3" in text


def test_comparator_raises_with_the_first_row_that_differs():
    """Two models that differ in one layer: the row is named; equal ones pass."""
    models = [keras.Sequential([keras.Input((4,)), keras.layers.Dense(n)]) for n in (2, 2, 3)]
    same, again, other = map(summary, models)

    comparator(same, again)
    with pytest.raises(AssertionError, match=r"The two tables differ\. Row 2: expected Dense"):
        comparator(other, same)
    for learner, instructor in ((same[:1], same), (same, same[:1]), ([], same), (None, same)):
        with pytest.raises(AssertionError, match=r"The two tables differ\."):
            comparator(learner, instructor)
