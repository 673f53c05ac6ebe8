"""The tests of the pages can fail: a wrong page is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from blocks import Block, blocks
from typing_in import PageError, alike, type_in

PAGE = """
# A page

```sh
x=1
cd sub    # a place
```

<!-- not run: because it would take a year -->
```sh
false
```

```console
$ echo "x is $x"
x is 1
$ pwd | xargs basename
sub
```

```python
not_a_shell()
```
"""


def typed(text: str, folder: Path) -> list[str]:
    """Type a page in and return what each step printed."""
    page = folder / "page.md"
    page.write_text(text, encoding="utf-8")
    steps = [step for block in blocks(page) if not block.mark for step in block.steps()]
    return [each.printed.strip() for each in type_in(steps, folder, os.environ, 20)]


def test_blocks_are_typed_into_one_shell(tmp_path: Path) -> None:
    """What one block sets holds for the next, and marked ones are left out."""
    (tmp_path / "sub").mkdir()

    assert typed(PAGE, tmp_path) == ["", "x is 1", "sub"]


def test_blocks_know_their_place_and_mark(tmp_path: Path) -> None:
    """A block says where it stands and why it is left out."""
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    second = blocks(page)[1]

    assert second == Block(
        page, 10, "sh", "false\n", mark="not run", reason="because it would take a year"
    )


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ("```sh\ntrue\nfalse\ntrue\n```\n", "It ended with status 1."),
        ("```sh\nfalse | cat\n```\n", "It ended with status 1."),
        ("```sh\necho $unset\n```\n", "unbound variable"),
        ("```sh\nsleep 100\n```\n", "It ended with status 124."),
        ("```console\n$ echo one\ntwo\n```\n", "The page shows:\ntwo"),
    ],
)
def test_wrong_page_is_told(tmp_path: Path, block: str, told: str) -> None:
    """A command that fails, hangs, or prints something else fails the page."""
    page = tmp_path / "page.md"
    page.write_text(block, encoding="utf-8")
    steps = [step for each in blocks(page) for step in each.steps()]

    with pytest.raises(PageError, match=r"page\.md:1") as raised:
        type_in(steps, tmp_path, os.environ, 2)
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("shown", "printed", "expected"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n…\nd\n", "a\nb\nc\nd\n", True),
        ("a\n…\n", "a\nb\n", True),
        ("a\n…\nd\n", "a\nd\n", True),
        ("a\n…\nd\n", "a\nb\nx\n", False),
        ("a\n", "a\nb\n", False),
    ],
)
def test_dots_stand_for_any_lines(shown: str, printed: str, expected: bool) -> None:
    """A page may leave lines of an output out, and only where it says so."""
    assert alike(shown, printed) is expected
