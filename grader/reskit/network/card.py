"""A card: what a public test has to say, as text for a terminal and as HTML for a notebook."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from reskit.network.difference import Difference
from reskit.network.markup import hints_html, table_html
from reskit.network.table import TableLine, table_lines

LINE_LENGTH = 100
ENTRY = "  - "


@dataclass(frozen=True)
class Picture:
    """A drawing twice: for a page and for a terminal."""

    svg: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """What a public test has to say: a heading, whether it passed, and what to look at."""

    heading: str
    passed: bool
    name: str = ""  # the function that was tested
    asked: tuple[str, ...] = ()  # what the test is about, where that is to be told
    called: str = ""
    look_at: str = ""
    expected: str = ""
    received: str = ""
    others: tuple[str, ...] = ()  # what differs besides, one sentence each
    stopped: str = ""  # what the function raised
    hints: tuple[str, ...] = ()
    picture: Picture | None = None
    table: tuple[TableLine, ...] = ()
    proven: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()  # of the call that failed

    def __str__(self) -> str:
        """Return the card as plain text with the first hint."""
        return self.text()

    def text(self, hints: int = 1) -> str:
        """Return the card as plain text with so many hints."""
        shown_hints = self.hints[: max(0, hints)]
        lines = [self.heading, *self.asked]
        for label, text in (
            ("Called:   ", self.called),
            ("Look at:  ", self.look_at),
            ("Expected: ", self.expected),
            ("Received: ", self.received),
            ("Stopped:  ", self.stopped),
            *(("Hint:     ", hint) for hint in shown_hints),
        ):
            lines += wrapped(label, text)
        if shown_hints and len(shown_hints) < len(self.hints):
            ask = f"{self.name}_test({self.name}, hints={len(shown_hints) + 1})"
            lines.append(f"          {ask} shows the next hint.")
        if self.others:
            lines.append(f"And {len(self.others)} more:")
            lines += [f"{ENTRY}{other}" for other in self.others]
        if self.picture and not self.passed:
            lines += ["", "The block or network as asked for:", *self.picture.lines]
        if self.table:
            lines += ["", *table_lines(self.table)]
        return "\n".join([*lines, *self.proven])


def wrapped(label: str, text: str) -> list[str]:
    """Return `text` in lines that fit a terminal, the label before the first."""
    indent = " " * len(label)
    return textwrap.wrap(text, LINE_LENGTH, initial_indent=label, subsequent_indent=indent)


# The colours are the notebook's own, light or dark, but for two borders that stand on both.
CARD_STYLE = """
div.reskit-card { border-left: 4px solid #cf222e; padding: 0.4em 1em; }
div.reskit-card.passed { border-color: #1a7f37; }
div.reskit-card h4 { margin: 0 0 0.4em; font-size: 1.1em; font-weight: bold;
  font-style: normal; }
div.reskit-card p { margin: 0.3em 0; max-width: 46em; }
div.reskit-card dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2em 1em;
  margin: 0.4em 0; }
div.reskit-card dt { font-weight: bold; float: none; width: auto; }
div.reskit-card dd { margin: 0; float: none; width: auto; overflow-wrap: anywhere; }
div.reskit-card details { margin: 0.3em 0; }
div.reskit-card summary { cursor: pointer; width: fit-content; }
div.reskit-card summary:focus-visible, div.reskit-card [tabindex]:focus-visible {
  outline: 2px solid currentColor; outline-offset: 2px; }
div.reskit-card .wide { overflow-x: auto; }
div.reskit-card details details { margin-left: 1em; }
div.reskit-card svg { max-width: 100%; height: auto; margin: 0.6em 0; color: inherit; }
div.reskit-card table { margin: 0.4em 0; border-collapse: collapse; font-size: 0.95em; }
div.reskit-card caption { text-align: left; color: inherit; }
div.reskit-card .reskit-table th, div.reskit-card .reskit-table td {
  text-align: left; padding: 0.15em 0.8em 0.15em 0; }
div.reskit-card .mark { white-space: nowrap; }
div.reskit-card tr.differs th { border-left: 4px solid #cf222e; padding-left: 0.4em; }
"""


def card_html(card: Card) -> str:
    """Return the card as HTML: headings, lists and details, without any script."""
    mark, status = ("✓", "passed") if card.passed else ("✗", "failed")
    parts = [
        f"<style>{CARD_STYLE}</style>",
        f'<div class="reskit-card {status}" role="group" aria-label="{escape(card.heading)}">',
        f'<div role="status"><h4>{mark} {escape(card.heading)}</h4>',
        _sentence(card.look_at, bold=True),
        _sentence(card.stopped),
        "</div>",
        _asked(card.asked),
        _told_values(card),
        _more(card.others),
        hints_html(card.hints),
        _proven(card.proven),
        _drawn(card),
        _folded("The two layer tables side by side", _scrolled(table_html(card.table))),
        "</div>",
    ]
    return "\n".join(part for part in parts if part)


def _sentence(text: str, bold: bool = False) -> str:
    if not text:
        return ""
    return f"<p><strong>{escape(text)}</strong></p>" if bold else f"<p>{escape(text)}</p>"


def _told_values(card: Card) -> str:
    told = (("Called", card.called), ("Expected", card.expected), ("Received", card.received))
    entries = [
        f"<dt>{label}</dt><dd><code>{escape(text)}</code></dd>" for label, text in told if text
    ]
    return f"<dl>{''.join(entries)}</dl>" if entries else ""


def _asked(lines: Sequence[str]) -> str:
    """Return lines of text as HTML; those that begin with "- " are a list."""
    parts = []
    for is_entry, group in groupby(lines, lambda line: line.startswith(ENTRY)):
        texts = [escape(line.removeprefix(ENTRY)) for line in group]
        entries = "".join(f"<li>{text}</li>" for text in texts)
        parts.append(f"<ul>{entries}</ul>" if is_entry else f"<p>{' '.join(texts)}</p>")
    return "\n".join(parts)


def _more(others: Sequence[str]) -> str:
    if not others:
        return ""
    entries = "".join(f"<li>{escape(other)}</li>" for other in others)
    return f"<p>And {len(others)} more:</p><ul>{entries}</ul>"


def _folded(summary_text: str, inside: str) -> str:
    if not inside:
        return ""
    return f"<details><summary>{escape(summary_text)}</summary>{inside}</details>"


def _drawn(card: Card) -> str:
    """Return the drawing; that of a card that passed is there for who asks for it."""
    if card.picture is None:
        return ""
    drawn = f'<div class="wide">{card.picture.svg}</div>'
    return _folded("What you have built, drawn", drawn) if card.passed else drawn


def _scrolled(inside: str) -> str:
    """Return what may be wider than the card, so that the keyboard can move it."""
    if not inside:
        return ""
    return f'<div class="wide" role="group" tabindex="0" aria-label="layer tables">{inside}</div>'


def _proven(lines: Sequence[str]) -> str:
    if not lines:
        return ""
    first, *calls = lines
    entries = "".join(f"<li><code>{escape(call.strip())}</code></li>" for call in calls)
    return f"<p>{escape(first)}</p><ul>{entries}</ul>"
