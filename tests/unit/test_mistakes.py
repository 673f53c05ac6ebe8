"""The mistakes of a class by their cause, and nothing that points at a learner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from graded_class import sample_report

from reskit.class_report.anonymous import HIDDEN, may_be_shown, shared_words
from reskit.class_report.causes import NOT_RUN, Cause, general, mistakes_in
from reskit.class_report.faults import faults
from reskit.class_report.mistakes import Mistake, mistakes, shown_values
from reskit.report import Report
from reskit.stored_report import report_from_dict

NOBODY = shared_words([], [])


def class_of(*names: str) -> list[Report]:
    """Return the reports of a class; the same case may stand for several learners."""
    return [report_from_dict(sample_report(name, f"s{n}")) for n, name in enumerate(names)]


def told(reports: Sequence[Report]) -> list[tuple[str, str, int]]:
    """Return (exercise, message, learners) of each mistake."""
    return [(m.cause.exercise, m.message, m.learners) for m in mistakes(reports, NOBODY)]


def changed(name: str, exercise: int, **fields: Any) -> Report:
    """Return a report with its first difference, or each cause, written otherwise."""
    raw = sample_report(name)
    for case in raw["exercises"][exercise]["cases"]:
        if "cause" in fields and case["cause"]:
            case["cause"] = fields["cause"]
        for difference in case["differences"]:
            difference.update({k: v for k, v in fields.items() if k != "cause"})
    return report_from_dict(raw)


def test_most_frequent_mistake_comes_first() -> None:
    """Three wrong paddings, two cut shortcuts and a right solution, in whatever order."""
    names = ("skip_cut", "wrong_padding", "solved", "wrong_padding", "skip_cut", "wrong_padding")
    cut = (
        "The skip connection is cut: add takes in main.bn3 and main.bn3, "
        "expected main.bn3 and input."
    )

    assert told(class_of(*names)) == [
        ("identity_block", 'main.conv2: padding is "valid", expected "same".', 3),
        ("identity_block", cut, 2),
    ]


def test_what_follows_from_a_mistake_is_not_another_one() -> None:
    """A wrong padding makes Keras raise in the addition; the padding is the mistake."""
    (padding,) = class_of("wrong_padding")

    assert any(case.status == "not_run" for case in padding.exercises[0].cases)
    assert [each.cause.attribute for each in mistakes_in(padding.exercises[0])] == ["padding"]


def test_points_of_a_mistake_are_what_it_cost() -> None:
    """Two mistakes in one function share its points equally; in all they are the class's loss."""
    reports = class_of("filters_swapped", "wrong_padding", "half_done", "infinite_loop")
    lost = sum(report.max_score - report.score for report in reports)

    assert sum(each.points for each in mistakes(reports, NOBODY)) == pytest.approx(lost)


@pytest.mark.parametrize(
    ("role", "other"),
    [
        ("stage3.block6", "stage2.block4"),
        ("stage2.block1", "stage4.block1"),
        ("stage3.block2.main.conv2", "stage1.block3.main.conv2"),
    ],
)
def test_stages_are_the_same_where_the_mistake_is(role: str, other: str) -> None:
    """Who leaves a block out in stage 3 does what another does in stage 2."""
    assert general(role) == general(other)


@pytest.mark.parametrize(
    ("role", "other"),
    [("stage2.block1", "stage2.block2"), ("main.conv1", "main.conv2"), ("stem.conv", "add")],
)
def test_other_places_are_other_mistakes(role: str, other: str) -> None:
    """The convolutional block of a stage is not an identity block."""
    assert general(role) != general(other)


def test_missing_blocks_of_two_stages_are_one_mistake() -> None:
    """Two learners, two stages, one cause."""
    reports = [
        changed("block_too_few", 2),
        changed("block_too_few", 2, layer="stage2.block4", message="stage 2 has 2 …"),
    ]

    assert [each.learners for each in mistakes(reports, NOBODY)] == [2]


def test_one_cause_in_two_places_of_one_learner_counts_once() -> None:
    """Learners are counted, and not lines."""
    raw = sample_report("filters_typo")
    case = next(c for c in raw["exercises"][2]["cases"] if c["differences"])
    again = dict(case["differences"][0], layer="stage4.block1")
    case["differences"].append(again)

    (found,) = mistakes([report_from_dict(raw)], NOBODY)
    assert (found.learners, found.places) == (1, 2)


SECRET = "Ada_Lovelace_4711"


@pytest.mark.parametrize(
    "report",
    [
        changed("wrong_padding", 0, received=SECRET, message=f"padding is {SECRET}"),
        changed("wrong_padding", 0, received=["same", SECRET], message=f"is (same, {SECRET})"),
        changed("wrong_padding", 0, layer=SECRET, message=f"{SECRET} is one too many"),
        changed("infinite_loop", 0, cause=f"exception: ValueError: I am {SECRET}"),
        changed("infinite_loop", 0, cause=f"exception: ValueError: no (cell 4, line 2: {SECRET})"),
        changed("infinite_loop", 0, cause=f"syntax_error: bad (cell 4, line 2: {SECRET}('(')"),
        changed("infinite_loop", 0, cause=f"syntax_error: name '{SECRET}' is parameter and global"),
        changed("infinite_loop", 0, cause=f"missing_function: No f. There is {SECRET}: rename it."),
        changed("infinite_loop", 0, cause=f"forbidden: It opened /home/{SECRET}."),
        changed("infinite_loop", 0, cause=f"import_error: No module named '{SECRET}' (line 1: x)"),
    ],
    ids=[
        "value",
        "in a list",
        "layer",
        "message",
        "line",
        "syntax",
        "name",
        "alike",
        "path",
        "import",
    ],
)
def test_words_of_one_learner_are_not_shown(report: Report) -> None:
    """Whatever a learner wrote into a layer or an error, a message to all does not repeat it."""
    (found,) = mistakes([report], NOBODY)

    assert SECRET not in found.message
    assert SECRET not in "".join(shown_values(found.cause, NOBODY))
    assert found.message


def test_error_that_many_have_is_told() -> None:
    """What three learners meet alike is nobody's secret, whatever its numbers are."""
    causes = [f"exception: ValueError: shapes ({n}, 3) do not fit (line {n}: x)" for n in (4, 5, 6)]
    reports = [changed("infinite_loop", 0, cause=cause) for cause in causes]

    (found,) = mistakes(reports, NOBODY)
    assert found.learners == 3
    assert found.message == "The function raised ValueError: shapes (n, n) do not fit"
    assert HIDDEN in mistakes(reports[:2], NOBODY)[0].message


def test_lecture_has_a_question_and_the_idea() -> None:
    """What to say is the manifest's question and the concept, whatever learners may see of it."""
    raw = sample_report("wrong_padding")
    for case in raw["exercises"][0]["cases"]:
        case["hints"] = case["hints"][:1]

    (found,) = mistakes([report_from_dict(raw)], NOBODY)
    assert found.lecture[0] == raw["exercises"][0]["cases"][0]["hint"]
    assert "without padding" in found.lecture[1]


def test_words_of_three_are_shown_and_of_two_are_not() -> None:
    """A name that three learners use points at none of them."""
    used = [["mine", "ours"], ["ours", "both"], ["ours", "both", "both"]]
    shown = shared_words(used, ["released words"])

    assert {"ours", "released", "Conv2D", "lambda", "print"} <= shown
    assert not {"mine", "both"} & shown
    assert may_be_shown("stage3.block2.main.conv2", shown)
    assert may_be_shown("(7, 7)", shown)
    assert not may_be_shown("20231234", shown)


def test_faults_are_told_by_kind() -> None:
    """What an instructor has to look at, most urgent first; a raised exception is no fault here."""
    reports = class_of("infinite_loop", "segfault", "not_utf8", "exit_in_function", "wrong_padding")

    assert [(each.kind, each.hit) for each in faults(reports)] == [
        ("crash", (("s1", "ResNet50"), ("s3", "convolutional_block"))),
        ("timeout", (("s0", "identity_block"),)),
        ("unreadable", (("s2", "whole submission"),)),
    ]


def test_file_that_is_no_notebook_is_a_fault_and_no_mistake() -> None:
    """There is nothing to say about it in a lecture."""
    assert mistakes(class_of("not_utf8", "empty_file"), NOBODY) == ()


def test_unwritten_functions_are_told_apart() -> None:
    """A function left as it was handed out is counted, and is no mistake to explain."""
    found: Sequence[Mistake] = mistakes(class_of("stub", "half_done"), NOBODY)

    assert all(each.unwritten for each in found)
    assert {(each.cause.exercise, each.learners) for each in found} == {
        ("identity_block", 1),
        ("convolutional_block", 2),
        ("ResNet50", 2),
    }
    assert found[0].cause == Cause(
        found[0].cause.exercise, NOT_RUN, None, found[0].cause.attribute, "null", '""'
    )
