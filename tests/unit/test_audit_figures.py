"""The figures of an audit, from outcomes written by hand."""

import json
from dataclasses import replace

from reskit.audit.figures import Miss, Share, figures
from reskit.audit.outcome import Outcome
from reskit.audit.outcomes import Outcomes
from reskit.audit.programs import Program
from reskit.network.difference import Difference

BN = Difference("missing", "main.bn2", message="main.bn2 is missing.")
EXTRA = Difference("extra", "main.dropout1", message="main.dropout1 is one too many.")
MISSING = (("missing", "main.bn2", None),)
ADDED = (("extra", "main.*", None),)


def program(name: str, kind: str = "one edit", accepted=(MISSING,)) -> Program:
    """Return a program of that name."""
    return Program(name, "identity_block", f"text of {name}", kind, "drop", accepted)


def test_caught_and_exact():
    """A wrong program that is told by its own difference counts in both shares."""
    found = figures("judge", [program("a")], {"a": False}, {"a": Outcome(False, "", (BN,))})

    assert (found.killed, found.exact, found.rejected) == (Share(1, 1), Share(1, 1), Share(0, 0))
    assert found.reached


def test_second_difference_is_not_exact():
    """One edit has to give one difference."""
    found = figures("judge", [program("a")], {"a": False}, {"a": Outcome(False, "", (BN, EXTRA))})

    assert found.exact == Share(0, 1)
    assert found.misses == (
        Miss("a", "not exact", "main.bn2 is missing. · main.dropout1 is one too many."),
    )


def test_survivor_misses_the_bar():
    """A wrong program that passes is listed, and no bar is met."""
    found = figures("judge", [program("a")], {"a": False}, {"a": Outcome(True)})

    assert found.killed == Share(0, 1)
    assert not found.reached


def test_edit_that_changes_nothing_counts_as_right():
    """What builds the reference's network has to pass; refused, it is a false rejection."""
    programs = [program("same"), program("refused")]
    outcomes = {"same": Outcome(True), "refused": Outcome(False, "", (BN,))}
    found = figures("judge", programs, {"same": True, "refused": True}, outcomes)

    assert found.rejected == Share(1, 2)
    assert found.killed == Share(0, 0)


def test_both_edits_need_a_difference_each():
    """One difference cannot stand for two edits."""
    pair = program("pair", "two edits", (MISSING, MISSING))
    once = figures("judge", [pair], {"pair": False}, {"pair": Outcome(False, "", (BN,))})
    twice = figures("judge", [pair], {"pair": False}, {"pair": Outcome(False, "", (BN, BN))})

    assert once.both == Share(0, 1)
    assert twice.both == Share(1, 1)


def test_edit_that_changes_nothing_makes_no_pair():
    """Beside it the other edit is the only mistake there is to tell."""
    pair = replace(
        program("pair", "two edits", (MISSING, ADDED)), alone=(program("a"), program("b"))
    )
    outcomes = {"pair": Outcome(False, "", (BN,))}
    one_right = figures("judge", [pair], {"pair": False, "a": False, "b": True}, outcomes)
    none_right = figures("judge", [pair], {"pair": False, "a": False, "b": False}, outcomes)

    assert one_right.both == Share(0, 0)
    assert one_right.killed == Share(1, 1)
    assert none_right.both == Share(0, 1)


def test_role_of_an_extra_layer_is_a_pattern():
    """What an extra layer is called depends on what else is there."""
    pair = program("pair", "two edits", (MISSING, ADDED))
    found = figures("judge", [pair], {"pair": False}, {"pair": Outcome(False, "", (BN, EXTRA))})

    assert found.both == Share(1, 1)


def test_outcomes_are_gone_on_with(tmp_path):
    """What is on disk is known to the next run; half a line and another version are not."""
    path = tmp_path / "outcomes.jsonl"
    Outcomes(path, "v1").add("judge", program("a"), Outcome(False, "said", (BN,)))
    with path.open("a") as file:
        file.write(json.dumps({"version": "v1"})[:-4])

    Outcomes(path, "v1").add("judge", program("c"), Outcome(True))

    known = Outcomes(path, "v1").known("judge", program("a"))

    assert Outcomes(path, "v1").known("judge", program("c")) == Outcome(True)
    assert known == Outcome(False, "said", (BN,))
    assert Outcomes(path, "v2").known("judge", program("a")) is None
    assert Outcomes(path, "v1").known("judge", program("b")) is None


def test_page_tells_figures_and_every_miss():
    """The written page has a row for each test, and lists what was missed."""
    from reskit.audit.run import Audit
    from reskit.audit_command import markdown

    found = figures("judge", [program("a")], {"a": False}, {"a": Outcome(True)})
    page = markdown(Audit({"one edit": 1}, ("b",), (found,)), every=4)

    assert "Made by `reskit audit --every 4`; do not edit." in page
    assert "| judge | 0 of 1 (0.0 %) | none | 0 of 1 (0.0 %) | none |" in page
    assert "- a (not caught): " in page
    assert "- b\n" in page
