"""What learners and instructors read: pages, text and tables made from reports."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from reskit.course import find_course
from reskit.network.table import TableLine
from reskit.recording import read_expected
from reskit.render.drawings import drawings
from reskit.render.html import exercise_fragment, feedback_page
from reskit.render.learner_view import SeenDifference, seen_exercise
from reskit.render.table import grade_of, grades_csv
from reskit.render.text import first_problem, report_text
from reskit.report import SEEN_BEFORE, CaseResult, Difference, ExerciseResult, Fault, Report

PADDING = Difference(
    kind="attribute",
    layer="main.conv2",
    attribute="padding",
    expected="same",
    received="valid",
    message="identity_block(f=3): main.conv2 has padding valid.",
)
PASSED = CaseResult("addition and last activation", "public", "passed", 8, 8)
FAILED = CaseResult(
    "main path", "public", "failed", 0, 10, hint="Follow the main path.", differences=(PADDING,)
)
HIDDEN_DIFFERENCE = Difference(
    kind="attribute",
    layer="main.conv1",
    attribute="filters",
    expected=7531,
    received=8642,
    message="identity_block(filters=[7531]) was called.",
)
HIDDEN = CaseResult(
    "secret name",
    "hidden",
    "failed",
    0,
    6,
    cause="secret cause",
    hint="secret hint",
    differences=(HIDDEN_DIFFERENCE,),
)
HIDDEN_TEXT = ("secret name", "secret cause", "secret hint", "7531", "8642")


def exercise(*cases: CaseResult, name: str = "identity_block") -> ExerciseResult:
    score, max_score = sum(case.score for case in cases), sum(case.max_score for case in cases)
    return ExerciseResult(
        name, score, max_score, "passed" if score == max_score else "failed", cases
    )


def report(*exercises: ExerciseResult, student: str = "ada", fault: Fault | None = None) -> Report:
    score = sum(entry.score for entry in exercises)
    return Report("resnet50", "ResNet50.ipynb", student, "0" * 64, score, 100, fault, exercises)


class TagReader(HTMLParser):
    """Collects the tags and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def read_page(page: str) -> TagReader:
    reader = TagReader()
    reader.feed(page)
    reader.close()
    return reader


def test_page_says_what_was_expected_and_received() -> None:
    """A learner reads the score, the case, both values and the hint."""
    text = read_page(feedback_page(report(exercise(FAILED, PASSED)), "ResNet-50")).text

    for part in ("ada", "8 of 100 points", "main path: failed (0 of 10 points)", "same", "valid"):
        assert part in text
    assert "Hint: Follow the main path." in text


def test_page_holds_no_script_and_loads_nothing() -> None:
    """A feedback page is one file, without scripts, and asks the network for nothing."""
    reader = read_page(feedback_page(report(exercise(FAILED, HIDDEN)), "ResNet-50"))

    assert {"script", "link", "img", "iframe", "form"}.isdisjoint(tag for tag, _ in reader.tags)
    assert not [name for _, given in reader.tags for name in given if name.startswith("on")]
    assert not [given for _, given in reader.tags if {"src", "style"} & set(given)]
    links = [given["href"] or "" for _, given in reader.tags if "href" in given]
    assert links == ["#exercise-1"]
    assert ("html", {"lang": "en"}) in reader.tags
    assert [given for tag, given in reader.tags if tag == "meta"][1]["content"].startswith(  # type: ignore[union-attr]  # the page's second meta element has content
        "default-src 'none'"
    )


ATTACK = "</code></style><script>alert(1)</script><img src=x onerror=alert(1)>\"'&"


@pytest.mark.parametrize("field", ["student", "value", "message", "cause", "name", "fault"])
def test_markup_in_a_submission_stays_text(field: str) -> None:
    """Whatever a submission writes into a report, the page shows it and does not obey it."""
    difference = Difference(
        kind="attribute",
        layer="add",
        attribute="inputs",
        expected="same",
        received=ATTACK if field == "value" else "valid",
        message=ATTACK if field == "message" else "",
    )
    case = CaseResult(
        ATTACK if field == "name" else "main path",
        "public",
        "failed",
        0,
        10,
        cause=ATTACK if field == "cause" else None,
        differences=(difference,),
    )
    page = feedback_page(
        report(
            exercise(case),
            student=ATTACK if field == "student" else "ada",
            fault=Fault("exception", ATTACK) if field == "fault" else None,
        ),
        "ResNet-50",
    )
    reader = read_page(page)

    assert {"script", "img"}.isdisjoint(tag for tag, _ in reader.tags)
    assert "<script>alert(1)</script>" in reader.text


@pytest.mark.parametrize("status", ["failed", "not_run"])
def test_hidden_case_shows_its_outcome_only(status: str) -> None:
    """Of a hidden case a learner sees that it failed, its points and the place: no more."""
    hidden = replace(HIDDEN, status=status)
    given = report(exercise(FAILED, hidden, PASSED))
    shown = [
        feedback_page(given, "ResNet-50"),
        exercise_fragment(given.exercises[0]),
        report_text(given),
        grades_csv([grade_of(given)]),
    ]

    assert not [text for part in shown for text in HIDDEN_TEXT if text in part]
    assert all("hidden check 1 of 1" in part for part in shown[:3])
    assert all("main.conv1: filters is not as expected." in part for part in shown[:3])


def test_hidden_case_does_not_show_a_role_that_is_no_role() -> None:
    """A layer name that carries values is not shown for a hidden case."""
    odd = Difference(kind="extra", layer="conv with filters [3, 7, 10]")
    case = CaseResult("secret name", "hidden", "failed", 0, 6, differences=(odd,))

    (seen,) = seen_exercise(exercise(case)).cases

    assert seen.differences == (
        SeenDifference(
            "Called with other arguments: the result is there, but is not expected.",
        ),
    )


def test_common_cause_is_said_once() -> None:
    """When no case of an exercise could run, the reason stands once, above the cases."""
    cases = tuple(
        CaseResult(name, "public", "not_run", 0, 10, cause="identity_block is not defined.")
        for name in ("main path", "values")
    )
    text = report_text(report(ExerciseResult("identity_block", 0, 20, "not_run", cases)))

    assert text.count("identity_block is not defined.") == 1


def test_checks_that_did_not_run_are_named_in_one_line() -> None:
    """When no case of an exercise could run, their names stand in one line, hidden ones counted."""
    cause = "exception: ValueError: no"
    names = ("main path", "values")
    cases = [CaseResult(name, "public", "not_run", 0, 10, cause=cause) for name in names]
    cases += [CaseResult(f"secret {n}", "hidden", "not_run", 0, 5, cause=cause) for n in (1, 2)]
    given = report(ExerciseResult("identity_block", 0, 30, "not_run", tuple(cases)))

    for part in (report_text(given), feedback_page(given, "ResNet-50")):
        assert "Not checked: main path, values, 2 hidden checks." in part
        assert part.count("did not run") == ("<html" in part)  # once for the exercise as a whole
        assert "secret" not in part


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("exception: ValueError: no (cell 4)", "The function raised ValueError: no (cell 4)"),
        ("exception: The function was not called.", "The function was not called."),
        ("timeout: The function did not end.", "The function did not end."),
        ("syntax_error: '(' was never closed", "The code is not valid Python: '(' was never"),
        ("not written yet: put your code", "The function is not written yet: put your code"),
    ],
)
def test_cause_is_told_in_words(cause: str, words: str) -> None:
    """Why something did not run is told without the grader's own word for it."""
    case = CaseResult("main path", "public", "not_run", 0, 10, cause=cause)
    text = report_text(report(ExerciseResult("identity_block", 0, 10, "not_run", (case,))))

    assert f"  {words}" in text


HINTS = ("Follow the main path.", "Look at the second convolution.", "A window needs room.")


def test_further_hints_are_folded() -> None:
    """A page shows the first hint and folds the others; the text has the first."""
    given = report(exercise(replace(FAILED, hints=HINTS)))
    page = feedback_page(given, "ResNet-50")

    assert page.count("<details><summary>Hint") == 2
    assert all(hint in page for hint in HINTS)
    assert "hint: Follow the main path." in report_text(given)
    assert HINTS[1] not in report_text(given)


def test_case_that_passed_has_no_hints() -> None:
    """Hints are for what failed."""
    assert "Follow" not in feedback_page(report(exercise(replace(PASSED, hints=HINTS))), "t")


def test_notes_say_what_was_not_judged() -> None:
    """What was met and is not judged is said, in the text and on the page."""
    given = report(replace(exercise(PASSED), notes=("Layer names are not judged.",)))

    for part in (report_text(given), feedback_page(given, "ResNet-50")):
        assert "What was not judged" in part
        assert "Layer names are not judged." in part


def test_table_stands_beside_the_reference() -> None:
    """Where the layer tables differ, both are shown, as a table with headings on the page."""
    lines = (TableLine("differs", "Conv2D valid", "Conv2D same"), TableLine("", "Add", "Add"))
    given = report(replace(exercise(FAILED), table=lines))

    page = feedback_page(given, "ResNet-50")
    assert "<caption>" in page
    assert "Conv2D valid" in page
    assert "→   Conv2D valid   Conv2D same" in report_text(given)


EXPECTED = read_expected(find_course().outputs)


def test_public_difference_is_drawn() -> None:
    """The page shows the block with the differing layer marked."""
    given = report(exercise(FAILED, PASSED))

    page = feedback_page(given, "ResNet-50", drawings(given, EXPECTED))

    assert page.count("<svg xmlns") == 1
    assert "Marked: main.conv2: padding is" in page


@pytest.mark.parametrize(
    "case",
    [PASSED, HIDDEN, replace(FAILED, visibility="hidden", name="secret name", hint="secret hint")],
)
def test_nothing_is_drawn_of_hidden_cases(case: CaseResult) -> None:
    """Of a hidden case there is no drawing, no hint and no value; nor of one that passed."""
    given = report(exercise(replace(case, hints=tuple(f"secret {each}" for each in HINTS))))

    assert drawings(given, EXPECTED) == {}
    assert "secret" not in feedback_page(given, "ResNet-50", drawings(given, EXPECTED))


def test_drawing_of_another_exercise_is_not_made() -> None:
    """An exercise without a recording has no drawing."""
    assert drawings(report(exercise(FAILED, name="other")), EXPECTED) == {}


def test_fault_of_the_whole_file_is_said_once() -> None:
    """When nothing could run at all, the page says why at the top and not again below."""
    cause = "unreadable: The file is empty."
    case = CaseResult("main path", "public", "not_run", 0, 30, cause=cause, hint="Later.")
    exercises = [ExerciseResult(name, 0, 30, "not_run", (case,)) for name in ("one", "two")]
    given = report(*exercises, fault=Fault("unreadable", "The file is empty."))

    page = feedback_page(given, "ResNet-50")
    assert page.count("The file is empty.") == 1
    assert "Not checked" not in page
    assert report_text(given).count("The file is empty.") == 1
    assert "Later." not in report_text(given)


def test_first_problem_is_one_line() -> None:
    """The class table shows the first thing that is wrong, in one line."""
    other = CaseResult("x", "public", "failed", 0, 1, hint="later")

    assert first_problem(report(exercise(PASSED))) == ""
    assert (
        first_problem(report(exercise(PASSED), exercise(FAILED, other, name="ResNet50")))
        == "ResNet50: identity_block(f=3): main.conv2 has padding valid."
    )
    assert (
        first_problem(report(fault=Fault("unreadable", "This is\nno notebook.")))
        == "This is no notebook."
    )


def test_values_stand_once() -> None:
    """Values that the sentence holds already are not repeated below it."""
    told = replace(PADDING, message='main.conv2: padding is "valid", expected "same".')
    (seen,) = seen_exercise(exercise(replace(FAILED, differences=(told,)))).cases

    assert seen.differences == (SeenDifference('main.conv2: padding is "valid", expected "same".'),)


def test_text_carries_no_terminal_commands() -> None:
    """Escape sequences and reversed text from a submission reach no terminal and no page."""
    evil = "\x1b[2J\x1b]0;title\x07 \u202egnp.exe \x9b31m \ud800"
    case = CaseResult("main path", "public", "failed", 0, 10, cause=evil)
    given = report(exercise(case), student=evil)

    for part in (report_text(given), feedback_page(given, "t"), grades_csv([grade_of(given)])):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", part)
        part.encode("utf-8")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "\n@"])
def test_spreadsheet_computes_nothing(start: str) -> None:
    """No cell of the table of grades begins like a formula."""
    evil = f"{start}HYPERLINK(0)"
    given = report(exercise(FAILED), student=evil, fault=Fault("exception", evil))
    cells = [cell for row in csv.reader(io.StringIO(grades_csv([grade_of(given)]))) for cell in row]

    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_table_has_one_line_per_submission() -> None:
    """The table of grades lists each student with score, exercises, fault and first problem."""
    table = grades_csv(
        [
            grade_of(report(exercise(PASSED), exercise(FAILED, name="ResNet50"))),
            grade_of(report(student="bob", fault=Fault("unreadable", "This is no notebook."))),
        ]
    )

    assert table == (
        "student,score,max_score,identity_block,ResNet50,fault,first problem\n"
        "ada,8,100,8,0,,ResNet50: identity_block(f=3): main.conv2 has padding valid.\n"
        "bob,0,100,,,unreadable,This is no notebook.\n"
    )


def test_a_hint_is_told_once() -> None:
    """Where two cases have the same first hint, the second says whose it is, and goes on."""
    first = replace(FAILED, hints=HINTS)
    second = replace(FAILED, name="values", hints=(HINTS[0], "Elsewhere."), differences=())
    page = feedback_page(report(exercise(first, second)), "ResNet-50")

    assert page.count(HINTS[0]) == 1
    assert "The hint of “main path” holds here too." in page
    assert "Elsewhere." in page


def test_code_in_a_sentence_is_set_as_code() -> None:
    """What stands between backticks is code on a page, and what it holds stays text."""
    noted = replace(exercise(FAILED), notes=("The parameter `s` and `<b>`.",))

    page = feedback_page(report(noted), "t")

    assert "The parameter <code>s</code> and <code>&lt;b&gt;</code>." in page


def test_one_sentence_stands_once_for_all_that_it_says() -> None:
    """A stage without its five identity blocks is five differences and one sentence."""
    missing = tuple(
        Difference("missing", f"stage3.block{n}", message="stage 3 has 0 blocks, expected 5.")
        for n in range(2, 7)
    )
    given = report(exercise(replace(FAILED, differences=missing)))

    for part in (report_text(given), feedback_page(given, "t")):
        assert part.count("stage 3 has 0 blocks, expected 5.") == 1


def test_what_follows_from_another_case_is_said_in_its_line() -> None:
    """A case that failed because of what was found before has no hint and no part of its own."""
    follows = CaseResult("values", "public", "failed", 0, 2, hint=SEEN_BEFORE)
    given = report(exercise(FAILED, follows))

    assert "values (0 of 2 points), because of what was found above" in report_text(given)
    assert feedback_page(given, "t").count("<article") == 1
    for part in (report_text(given), feedback_page(given, "t")):
        assert SEEN_BEFORE not in part


def test_the_same_error_with_other_sizes_is_told_once() -> None:
    """What the same line raised for another call is not a second thing to read."""
    told = "exception: ValueError: shapes {} and {}; no (cell 1, line 3: X = add(X))"
    cases = [
        CaseResult("values", "public", "not_run", 0, 2, told.format("(None, 3)", "(None, 5)")),
        CaseResult("other", "public", "not_run", 0, 2, told.format("(None, 4)", "(None, 6)")),
    ]
    page = feedback_page(report(exercise(PASSED, *cases)), "ResNet-50")

    assert page.count("The function raised ValueError") == 1
    assert "for the same reason" in page


def test_a_passed_exercise_says_what_was_proven() -> None:
    """All its checks are named; hidden ones are counted."""
    page = feedback_page(report(exercise(PASSED, replace(HIDDEN, status="passed", score=6))), "t")
    text = read_page(page).text

    assert "in every check: addition and last activation, 1 hidden." in " ".join(text.split())


def test_overview_leads_to_each_exercise() -> None:
    """The first thing on a page is what each exercise earned, with a way there."""
    page = feedback_page(report(exercise(PASSED), exercise(FAILED, name="ResNet50")), "t")

    assert page.index('href="#exercise-1"') < page.index('href="#exercise-2"')
    assert page.index('href="#exercise-2"') < page.index('id="exercise-1"')
    assert "not yet" in page


@pytest.mark.parametrize("kind", ["unreadable", "import_error", "timeout", "exception"])
def test_a_fault_is_told_in_words(kind: str) -> None:
    """Nobody has to know the grader's own word for what went wrong."""
    page = feedback_page(report(fault=Fault(kind, "ValueError: no")), "t")

    assert f"{kind}:" not in page
    assert page.count("ValueError: no") == 1


def test_a_pile_of_accents_covers_nothing() -> None:
    """Marks that stand on one letter by the hundred are cut."""
    page = feedback_page(report(student="a" + "\u0300" * 500), "t")

    assert "\u0300" * 3 + "…" in page
    assert "\u0300" * 4 not in page
