"""A learner's own code as HTML: coloured by its grammar, with the lines marked that count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

from reskit.own_code.marked import MarkedCode
from reskit.render.plain import plain

LONGEST_LINE = 240  # characters; what is longer is no code that a person reads
CLASSES = (  # the first that fits
    (Comment, "remark"),
    (String, "text"),
    (Keyword, "word"),
    (Operator.Word, "word"),
    (Number, "number"),
    (Name.Function, "name"),
    (Name.Class, "name"),
)


def code_html(marked: MarkedCode, name: str) -> str:
    """Return the whole function with numbered lines, and each note below its line."""
    lines = _clean(marked)
    shown = [
        _line(number, coloured, number in marked.marked) + _notes(marked.notes.get(number, ()))
        for number, coloured in zip(marked.code.numbers, _coloured(lines), strict=True)
    ]
    more = '<p class="remark">The function goes on; this is its beginning.</p>'
    label = escape(f"{plain(name)} as you handed it in")
    return (
        f'<pre class="code" role="region" tabindex="0" aria-label="{label}"><code>'
        f"{''.join(shown)}</code></pre>{more if marked.code.is_cut else ''}"
    )


def marked_lines_html(marked: MarkedCode) -> str:
    """Return the marked lines alone, each with its note; an empty text where there are none."""
    texts = dict(zip(marked.code.numbers, _clean(marked), strict=True))
    entries = [
        f"<li>line {number}: <code>{escape(texts[number].strip())}</code><br>{escape(plain(note))}"
        "</li>"
        for number, notes in marked.notes.items()
        for note in notes
    ]
    return f"<ul>{''.join(entries)}</ul>" if entries else ""


def _clean(marked: MarkedCode) -> list[str]:
    return [plain(line, LONGEST_LINE).replace("\n", " ") for line in marked.code.lines]


def _line(number: int, coloured: str, is_marked: bool) -> str:
    kind, sign = ("line marked", "▶") if is_marked else ("line", " ")
    return (
        f'<span class="{kind}"><span class="at">{sign}{number:>4}  </span>'
        f"<bdi>{coloured}</bdi>\n</span>"
    )


def _notes(notes: Sequence[str]) -> str:
    return "".join(f'<span class="note">{escape(plain(note))}\n</span>' for note in notes)


def _coloured(lines: Sequence[str]) -> Iterator[str]:
    """Yield each line as HTML; what spans lines is coloured on each of them."""
    made = [""]
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    for kind, text in lexer.get_tokens("\n".join(lines)):
        for number, piece in enumerate(text.split("\n")):
            if number:
                made.append("")
            made[-1] += _piece(kind, piece)
    yield from made[: len(lines)]
    yield from [""] * (len(lines) - len(made))


def _piece(kind: _TokenType, text: str) -> str:
    if not text:
        return ""
    found = next((name for token, name in CLASSES if kind in token), "")
    return f'<span class="{found}">{escape(text)}</span>' if found else escape(text)
