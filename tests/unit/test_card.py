"""A card: one thing to look at, hints one by one, as text and as HTML."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from reskit.network.card import Card, Picture, card_html
from reskit.network.table import TableLine

RED = Card(
    "identity_block: not yet",
    False,
    name="identity_block",
    called="identity_block(f=3)",
    look_at='main.conv2: padding is "valid", expected "same".',
    expected='padding = "same"',
    received='padding = "valid"',
    others=("main.bn3 is missing.",),
    hints=("Follow the main path.", "Look at the second convolution.", "A window needs room."),
    picture=Picture("<svg><title>drawn</title></svg>", ("  input", "→ main.conv2")),
    table=(TableLine("differs", "Conv2D valid", "Conv2D same"),),
)
GREEN = Card("f: all public tests passed", True, "f", proven=("It is the one.", "  f(x=1)"))


class Outline(HTMLParser):
    """Collects tags, and how deep the details are nested."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.depth = self.deepest = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.depth += tag == "details"
        self.deepest = max(self.deepest, self.depth)

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "details"

    def handle_data(self, data: str) -> None:
        self.text += data


def outline(card: Card) -> Outline:
    """Return what a browser would make of a card."""
    reader = Outline()
    reader.feed(card_html(card))
    reader.close()
    return reader


def test_text_shows_the_first_hint_and_how_to_see_the_next() -> None:
    """In a terminal a card has one hint, and says how to ask for another."""
    text = str(RED)

    assert "Hint:     Follow the main path." in text
    assert "Look at the second convolution." not in text
    assert "identity_block_test(identity_block, hints=2) shows the next hint." in text


@pytest.mark.parametrize("asked", [0, 1, 2, 3, 9])
def test_as_many_hints_as_asked_for(asked: int) -> None:
    """A learner who asks for more hints sees them all, one after another."""
    text = RED.text(asked)

    assert text.count("Hint:") == min(asked, 3)
    assert ("shows the next hint" in text) == (0 < asked < 3)


def test_text_has_one_thing_to_look_at_and_the_rest_below() -> None:
    """What differs first stands at the top, with both values; the others are listed."""
    lines = str(RED).split("\n")

    assert lines[:5] == [
        "identity_block: not yet",
        "Called:   identity_block(f=3)",
        'Look at:  main.conv2: padding is "valid", expected "same".',
        'Expected: padding = "same"',
        'Received: padding = "valid"',
    ]
    assert "  - main.bn3 is missing." in lines
    assert "→ main.conv2" in lines


def test_difference_stands_before_the_exception_that_follows_from_it() -> None:
    """When the function raised and a difference is known, the difference comes first."""
    card = replace(RED, stopped="The function raised ValueError: no (line 3: X = add(X))")

    for told in (str(card), outline(card).text):
        assert told.index("padding is") < told.index("The function raised ValueError")


def test_further_hints_are_folded_one_inside_the_other() -> None:
    """On a page each hint has to be asked for; the tables are folded too."""
    reader = outline(RED)

    assert reader.tags.count("details") == reader.tags.count("summary") == 3
    assert reader.deepest == 2
    assert all(hint in reader.text for hint in RED.hints)


def test_page_needs_no_script_and_no_colour() -> None:
    """A card is plain HTML; passed and not passed are told by a word and a sign."""
    red, green = outline(RED), outline(GREEN)

    assert "script" not in red.tags
    assert red.attributes <= {"class", "role", "scope", "tabindex", "aria-label"}
    assert "✗ identity_block: not yet" in red.text
    assert "✓ f: all public tests passed" in green.text
    assert {"h4", "table", "caption", "svg"} <= set(red.tags)


def test_status_is_announced_without_the_tables() -> None:
    """A screen reader is told the outcome and what to look at, and finds the rest below."""
    page = card_html(RED)

    status = page[page.index('role="status"') : page.index("</div>")]
    assert "not yet" in status
    assert "main.conv2" in status
    assert "<table" not in status


def test_green_card_says_what_was_proven() -> None:
    """A card that passed names what was shown, and with which calls."""
    assert str(GREEN) == "f: all public tests passed\nIt is the one.\n  f(x=1)"
    assert "It is the one." in card_html(GREEN)
    assert "<code>f(x=1)</code>" in card_html(GREEN)


EVIL = "<script>alert(1)</script>"


@pytest.mark.parametrize("field", ["heading", "called", "look_at", "expected", "received"])
def test_markup_in_what_a_learner_wrote_stays_text(field: str) -> None:
    """Whatever a function's values hold, the card shows it and does not obey it."""
    page = card_html(replace(RED, **{field: EVIL}))

    assert EVIL not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("field", ["asked", "others", "hints", "proven"])
def test_markup_in_lists_stays_text(field: str) -> None:
    """The same holds for what is told in several lines."""
    page = card_html(replace(RED, **{field: (EVIL, EVIL)}))

    assert EVIL not in page


def test_what_is_asked_is_a_list() -> None:
    """Before the work begins, the card lists what the test looks at."""
    page = card_html(replace(RED, asked=("The test looks at:", "  - main path", "  - shortcut")))

    assert "<ul><li>main path</li><li>shortcut</li></ul>" in page
