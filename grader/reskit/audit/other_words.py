"""One mistake in a program that is otherwise right, and written in other words.

Learners do not write as the reference does. A mistake has to be named by itself also where every
other line has a form of its own.
"""

from __future__ import annotations

import random
from dataclasses import replace

from reskit.audit.equivalents import rewritten
from reskit.audit.operators import Edit, edits
from reskit.audit.programs import SEED, Program, Reference
from reskit.audit.steps import Body, Step

REWRITTEN = 0.6  # how many of the other steps, of all
AT_ONE_SIZE = ("2048", "ops.squeeze")  # a Flatten only where nothing before it is wrong


def in_other_words(reference: Reference, count: int, seed: int = SEED) -> list[Program]:
    """Return `count` programs of one edit each, drawn evenly from the functions."""
    draw = random.Random(seed)
    found: dict[str, Program] = {}
    for function in reference.functions:
        body = reference.body(function)
        possible = [edit for edit in edits(body) if edit.accepted[:1]]
        wanted = len(found) + -(-count // len(reference.functions))
        while len(found) < wanted:
            edit = draw.choice(possible)
            text = _restyled(edit.apply(body), edit, draw).text()
            found.setdefault(text, _program(reference, function, edit, text, len(found)))
    return list(found.values())[:count]


def _program(reference: Reference, function: str, edit: Edit, text: str, number: int) -> Program:
    return Program(
        f"{function}: {edit.name}, in other words ({number})",
        function,
        reference.program(function, text),
        "one edit",
        f"{edit.operator}, in other words",
        (edit.accepted,),
    )


def _restyled(body: Body, edit: Edit, draw: random.Random) -> Body:
    """Return the body with most steps that the edit does not touch in another form each."""
    owners = {step.owner for step in body.steps}
    steps = tuple(
        _in_some_form(step, draw)
        if step.role not in edit.places | edit.added | owners
        and not (step.owner or step.call or step.form)
        and draw.random() < REWRITTEN
        else step
        for step in body.steps
    )
    return replace(body, steps=steps)


def _in_some_form(step: Step, draw: random.Random) -> Step:
    forms = [
        changed
        for _, changed in rewritten(step)
        if not any(text in changed.form for text in AT_ONE_SIZE)
        and not (step.layer == "Flatten" and "GlobalAverage" in changed.form)
    ]
    return draw.choice(forms) if forms else step
