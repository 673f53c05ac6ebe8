"""The audit's programs: the reference taken apart, changed at one place, and written out again."""

import ast

import pytest

from reskit.audit.equivalents import generated, inline_network, written_by_hand
from reskit.audit.operators import edits
from reskit.audit.other_words import in_other_words
from reskit.audit.programs import one_edit, read_reference, sampled, two_edits
from reskit.course import find_course

FUNCTIONS = ("identity_block", "convolutional_block", "ResNet50")
COURSE = find_course()


@pytest.fixture(scope="module")
def reference():
    """The course's reference."""
    return read_reference(COURSE.source, FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_body_has_the_roles_of_the_recording(reference, function):
    """The operators speak of the same places as the reports."""
    from reskit.network.roles import name_roles
    from reskit.recording import read_expected

    recorded = read_expected(COURSE.outputs)
    call = "hand signs" if function == "ResNet50" else "small"
    roles = set(name_roles(recorded[function, call].network).values())

    assert {step.role for step in reference.body(function).steps} == roles - {"input"}


def test_dropped_step_is_passed_over(reference):
    """What used a step that is left out takes in what the step took in."""
    body = reference.body("identity_block").without("main.bn2")

    assert body.step("main.relu2").inputs == ("main.conv2",)
    assert "main_bn2" not in body.text()


def test_inserted_step_stands_before_all_that_used_the_result(reference):
    """A layer put in after the input of a block is on both paths."""
    body = reference.body("identity_block")
    step = body.step("main.relu1")
    changed = body.inserted("input", type(step)("new", "Dropout", ("0.5",), {}, ("input",)))

    assert changed.step("main.conv1").inputs == ("new",)
    assert changed.step("add").inputs == ("main.bn3", "new")


def test_live_steps_are_those_the_result_needs(reference):
    """A step whose result is thrown away is not live."""
    body = reference.body("identity_block")
    cut = body.with_step(type(body.step("add"))("add", "Add", (), {}, ("input", "input")))

    assert cut.live() == {"input", "add", "relu"}


def test_every_edit_changes_the_text_and_still_is_python(reference):
    """No operator makes a program that is the reference, or none."""
    for function in FUNCTIONS:
        body = reference.body(function)
        texts = [edit.apply(body).text() for edit in edits(body)]

        assert body.text() not in texts
        assert all(ast.parse(text) for text in texts)


def test_there_are_enough_programs(reference):
    """At least 250 single edits at every place, 60 equivalents and 100 pairs."""
    single, pairs = one_edit(reference), two_edits(reference, 100)
    right = [*generated(reference), *written_by_hand(reference, COURSE.equivalents)]

    assert (len(single) >= 250, len(pairs), len(right) >= 60) == (True, 100, True)
    assert len({program.text for program in single}) == len(single)


def test_every_step_and_operator_is_covered(reference):
    """Each step of the reference is dropped, set, and wired elsewhere by some edit."""
    for function in FUNCTIONS:
        body = reference.body(function)
        for operator in ("drop", "rewire", "insert"):
            places = {
                role for edit in edits(body) if edit.operator == operator for role in edit.places
            }

            assert {step.role for step in body.steps} - places <= {body.result}


def test_pairs_are_the_same_each_time(reference):
    """The pairs are drawn from a seed."""
    assert two_edits(reference, 12) == two_edits(reference, 12)
    assert two_edits(reference, 12) != two_edits(reference, 12, seed=1)


def test_inline_network_calls_no_block(reference):
    """Its blocks are written out, each with its own arguments."""
    program = inline_network(reference)
    body = next(
        node
        for node in ast.parse(program.text).body
        if isinstance(node, ast.FunctionDef) and node.name == "ResNet50"
    )

    assert "_block(" not in ast.unparse(body)
    assert ast.unparse(body).count("layers.Conv2D(") == 53


def test_sample_keeps_every_kind(reference):
    """A short audit has programs of each function and of nearly each operator."""
    programs = one_edit(reference)
    few = sampled(programs, 12)

    assert {program.function for program in few} == set(FUNCTIONS)
    assert len({program.operator for program in few}) >= 8


def test_mistakes_in_other_words_leave_their_own_line_alone(reference):
    """Each is Python, is drawn from a seed, and differs from the same mistake in plain words."""
    programs = in_other_words(reference, 30)
    plain = {program.text for program in one_edit(reference)}

    assert len({program.name for program in programs}) == len(programs) == 30
    assert {program.function for program in programs} == set(FUNCTIONS)
    assert all(ast.parse(program.text) and program.text not in plain for program in programs)
    assert programs == in_other_words(reference, 30)
