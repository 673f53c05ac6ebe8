"""The tests are tested: every wrong program is caught and named, every right one is accepted."""

import difflib

import pytest
from equivalents import EQUIVALENTS
from mutants import MUTANTS
from programs import Change

from reskit.learner_pages import LearnerPages

pytestmark = pytest.mark.keras


@pytest.fixture(scope="module")
def mutant_reports(graded, reference):
    """The report of every mutant."""
    return graded({mutant.name: mutant.applied(reference) for mutant in MUTANTS})


def test_every_mutant_loses_points_and_is_named_exactly(mutant_reports):
    """A program with one mistake gets the one difference that the mistake is, and no other."""
    misses = []
    for mutant in MUTANTS:
        report = mutant_reports[mutant.name]
        found = [
            (difference.kind, difference.layer, difference.attribute)
            for exercise in report.exercises
            for case in exercise.cases
            for difference in case.differences
        ]
        if report.score >= report.max_score or sorted(found, key=str) != sorted(
            mutant.differences, key=str
        ):
            misses.append((mutant.name, report.score, found))
    assert misses == []


def edited_lines(before, after):
    """Return the lines of `after` that an edit changed, or beside which it took lines away."""
    old, new = before.split("\n"), after.split("\n")
    found = set()
    for kind, _, _, first, last in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if kind == "delete":
            found |= {first, first + 1}
        elif kind != "equal":
            found |= set(range(first + 1, last + 1))
    return found


def test_the_line_that_is_marked_is_the_one_that_was_changed(mutant_reports, reference, course):
    """On the feedback page a mark stands at the mistake, or there is none."""
    wrong, unmarked = [], []
    texts = {mutant.name: mutant.applied(reference) for mutant in MUTANTS}
    with LearnerPages(course) as pages:
        marked = {name: pages.code(mutant_reports[name], [text]) for name, text in texts.items()}
    for mutant in MUTANTS:
        text = texts[mutant.name]
        code = marked[mutant.name][mutant.function]
        found = [
            line
            for line, notes in code.notes.items()
            if any(note != "It stopped here." for note in notes)
        ]
        if not found:
            unmarked.append(mutant.name)
        elif not any(
            abs(line - each) <= 2 for line in found for each in edited_lines(reference, text)
        ):
            wrong.append((mutant.name, found, sorted(edited_lines(reference, text))))

    assert wrong == []
    assert len(unmarked) <= len(MUTANTS) // 20, unmarked


def test_a_mistake_costs_only_its_own_exercise(mutant_reports):
    """A wrong block takes nothing from the network, and the other way round."""
    misses = [
        (mutant.name, exercise.name)
        for mutant in MUTANTS
        for exercise in mutant_reports[mutant.name].exercises
        if exercise.name != mutant.function and exercise.status != "passed"
    ]
    assert misses == []


def test_every_equivalent_earns_full_marks(graded, reference):
    """However a right network is written, it loses nothing."""
    reports = graded({each.name: each.applied(reference) for each in EQUIVALENTS})

    rejected = {
        name: [
            case.cause or [difference.message for difference in case.differences]
            for exercise in report.exercises
            for case in exercise.cases
            if case.status != "passed"
        ]
        for name, report in reports.items()
        if report.score != report.max_score
    }
    assert rejected == {}


def test_reference_earns_full_marks(graded, reference):
    """The course's own solution is right by the course's own judge."""
    report = graded({"reference": reference})["reference"]

    assert (report.score, report.fault) == (100, None)
    assert {case.status for exercise in report.exercises for case in exercise.cases} == {"passed"}


def test_layer_with_a_dtype_of_its_own_is_named(graded, reference):
    """Fewer digits are another network; older releases of Keras add casts to it."""
    coarse = Change("coarse", "identity_block", "F2, f,", "F2, f, dtype='bfloat16',")

    report = graded({"coarse": coarse.applied(reference)})["coarse"]
    found = [
        (difference.layer, difference.attribute)
        for case in report.exercises[0].cases
        for difference in case.differences
    ]

    assert report.score < report.max_score
    assert ("main.conv2", "compute_dtype") in found


LOOK_ALIKES = {
    "what is negative is kept": "keras.ops.where(X > 0, 0.0, X)",
    "six at most": "keras.ops.clip(X, 0.0, 6.0)",
    "a thousand at most": "keras.ops.minimum(keras.ops.relu(X), 1000.0)",
    "a bend at one": "keras.ops.maximum(X, 1.0)",
    "the other half": "(X - keras.ops.abs(X)) / 2",
    "the sign alone": "keras.ops.cast(X > 0, X.dtype)",
    "softmax along the rows": "layers.Activation(lambda x: keras.ops.softmax(x, axis=1))(X)",
    "relu in a function, too high": "layers.Activation(lambda x: tf.nn.relu(x) + 1e-3)(X)",
}


def test_what_only_looks_like_a_relu_is_refused(graded, reference):
    """What is close to the right function in how it is written is not taken for it."""
    relu = 'layers.Activation("relu")(X)'
    programs = {
        name: Change(name, "identity_block", relu, text).applied(reference)
        for name, text in LOOK_ALIKES.items()
    }

    scores = {name: report.score for name, report in graded(programs).items()}

    assert [name for name, score in scores.items() if score == 100] == []
