"""The slice of a program: what its exercises need, in one form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reskit.examiner_process import LONGEST_SLICED, Slicer

BLOCK = "def identity_block(X, f, filters):\n    return X\n"
ASKED = ["identity_block"]


@pytest.fixture
def slicer() -> Iterator[Slicer]:
    """A slicer."""
    made = Slicer()
    yield made
    made.close()


def test_what_an_exercise_does_not_need_is_not_in_it(slicer: Slicer) -> None:
    """Training cells, comments and layout make no other program of it."""
    plain = slicer.needed([BLOCK], ASKED)
    other = slicer.needed(
        ["# mine", BLOCK.replace("X, f", "X,  f") + "# end", "model.fit(1)"], ASKED
    )

    assert plain == other
    assert plain is not None
    assert "identity_block" in plain


def test_constant_that_a_function_needs_makes_a_difference(slicer: Slicer) -> None:
    """What the function uses belongs to the program."""
    block = BLOCK.replace("return X", "return X * SIZE")
    found = {slicer.needed([f"SIZE = {size}", block], ASKED) for size in (1, 2)}

    assert len(found) == 2


@pytest.mark.parametrize(
    "bomb",
    ["x = " + "(" * 20_000 + ")" * 20_000, "x = " + "-" * 150_000 + "1", "x" * LONGEST_SLICED],
)
def test_program_that_breaks_the_parser_breaks_nothing_else(slicer: Slicer, bomb: str) -> None:
    """Where no slice can be told there is none, and the next program gets its own."""
    slicer.needed([bomb, BLOCK], ASKED)
    after = slicer.needed([BLOCK], ASKED)

    assert after is not None


def test_lost_process_is_replaced(slicer: Slicer) -> None:
    """A slicer that was ended from outside costs one slice."""
    slicer.needed([BLOCK], ASKED)
    assert slicer._parsing._process is not None
    slicer._parsing._process._process.kill()
    found = [slicer.needed([BLOCK], ASKED) for _ in range(2)]

    assert found[0] is None
    assert found[1] is not None
