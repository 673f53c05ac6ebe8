"""A table of the class report."""

from __future__ import annotations

from collections.abc import Sequence


def class_table(caption: str, columns: Sequence[tuple[str, bool]], rows: str) -> str:
    """Return a table that scrolls by itself where it is too wide; the keyboard can reach it."""
    heads = "".join(
        f'<th scope="col"{" class=number" if is_number else ""}>{name}</th>'
        for name, is_number in columns
    )
    return (
        f'<div class="wide" role="region" aria-label="{caption}" tabindex="0"><table>'
        f"<caption>{caption}</caption><thead><tr>{heads}</tr></thead>\n"
        f"<tbody>{rows}</tbody></table></div>"
    )
