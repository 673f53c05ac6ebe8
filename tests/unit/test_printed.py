"""What a learner printed is shown to them: cleaned, cut, and nothing of a hidden call."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reskit.course import find_course
from reskit.evidence import Evidence
from reskit.judge import judge
from reskit.manifest import read_manifest
from reskit.printed import CONTROL_SEQUENCES, MOST_CHARACTERS, prints_shown
from reskit.probe.prints import by_call
from reskit.recording import read_expected
from reskit.render.html import exercise_fragment
from reskit.render.text import exercise_text
from reskit.report import Fault

COURSE = find_course()
BLOCK = read_manifest(COURSE.manifest).exercises[0]
HIDDEN = next(call.name for call in BLOCK.calls if call.visibility == "hidden")


def printed(**texts: str) -> str:
    """What comes back from a child that printed these texts in its calls."""
    return "".join(f"\x1e{BLOCK.name}\x1f{call}\n{text}" for call, text in texts.items())


def test_marks_are_written_between_what_is_printed() -> None:
    """What Python still holds back is written before the mark of the next call."""
    program = (
        "from reskit.probe.prints import begin_call\n"
        "print('top'); begin_call('a', 'one'); print('1'); begin_call('a', 'two'); print('2')"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, env={**os.environ}
    ).stdout.decode()

    assert by_call(told) == {("", ""): "top\n", ("a", "one"): "1\n", ("a", "two"): "2\n"}


def test_public_calls_and_the_top_are_shown() -> None:
    """A learner sees what their code printed where they could have run it themselves."""
    told = "top\n" + printed(small="5\n") + "\x1eResNet50\x1fsmall\nother exercise\n"

    assert prints_shown(told, BLOCK) == "top\n5"


def test_hidden_calls_are_not_shown() -> None:
    """A print of the arguments would tell what is hidden."""
    told = printed(**{"small": "[2, 4, 6]\n", HIDDEN: "[3, 7, 10]\n"})

    assert prints_shown(told, BLOCK) == "[2, 4, 6]"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;owned\x07title", "title"),
        ("\x1b]8;;http://127.0.0.1/\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bcreset", "reset"),
        ("a\x00\x08b\x9bc", "abc"),
        ("10 %\r20 %\r30 %\nend\r\n", "30 %\nend"),
        ("\n\n  kept\t|\n\n", "  kept\t|"),
    ],
)
def test_control_sequences_are_taken_out(raw: str, shown: str) -> None:
    """A terminal does not obey what a learner printed, and a progress bar is one line."""
    assert prints_shown(raw, BLOCK) == shown


def test_long_text_is_cut() -> None:
    """A page holds no more than a person reads."""
    told = prints_shown("z" * 100_000, BLOCK)

    assert told == "z" * MOST_CHARACTERS + "\n… (cut)"


def test_prints_stand_in_report_text_and_page() -> None:
    """What was printed is in all that a learner reads, harmless in each."""
    expected = read_expected(COURSE.outputs, COURSE.hidden_outputs)
    evidence = Evidence({}, Fault("crash", "It ended."), printed(small="<b>here\u202e\n"))
    tolerance = read_manifest(COURSE.manifest).tolerance

    result = judge(BLOCK, expected, evidence, tolerance)

    assert result.printed == "<b>here\u202e"
    assert "What it printed:\n    | <b>here\\u202e" in exercise_text(result)
    assert ">&lt;b&gt;here\\u202e</pre>" in exercise_fragment(result)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.text(alphabet=st.sampled_from("ab\x1b[];\x07\\m0\x1e\x1f\n\r\t\x9b:small"), max_size=60))
def test_whatever_is_printed_is_harmless(text: str) -> None:
    """No text leaves a control character behind, or stops the report."""
    told = prints_shown(text, BLOCK)

    assert CONTROL_SEQUENCES.search(told) is None
    assert "\r" not in told
