"""Operators that make one mistake at one place of the reference, and know which mistake it is.

Each operator is a function from a body to the edits that it can make there: after the mutation
operators of DeMillo, Lipton and Sayward (1978), in the terms of a Keras network.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from reskit.audit.steps import MERGES, Body, Step
from reskit.network.operation import BLOCK_KINDS

Accepted = tuple[str, str | None, str | None]  # kind, pattern for the role, attribute


@dataclass(frozen=True)
class Edit:
    """One mistake: how to make it, which roles it touches, and what may be said of it."""

    name: str
    operator: str
    places: frozenset[str]
    apply: Callable[[Body], Body]
    accepted: tuple[Accepted, ...] = ()  # any one of these is exact; empty: only to be caught
    hidden: frozenset[str] = frozenset()  # places that need not be in use afterwards
    added: frozenset[str] = frozenset()

    @property
    def shows(self) -> frozenset[str]:
        """Return the roles that have to matter to the result for the edit to be seen."""
        return (self.places - self.hidden) | self.added


def edits(body: Body) -> list[Edit]:
    """Return every edit that the operators can make in a body."""
    return [edit for operator in OPERATORS for edit in operator(body)]


def _path(role: str) -> str:
    """Return the pattern for what may be one too many beside a role."""
    return f"{role.split('.')[0]}.*" if "." in role else "*"


def _missing(body: Body, role: str) -> Accepted:
    """A stage with a block too few lacks its last one, where the blocks are all alike."""
    step = body.step(role)
    if step.layer == "identity_block":
        stage = role.split(".")[0]
        role = [other.role for other in body.steps if other.role.startswith(f"{stage}.")][-1]
    return ("missing", role, None)


def drops(body: Body) -> Iterator[Edit]:
    """Leave a step out."""
    for step in body.steps:
        yield Edit(
            f"drop {step.role}",
            "drop",
            frozenset({step.role}),
            lambda b, role=step.role: b.without(role),  # type: ignore[misc]  # mypy on lambdas
            (_missing(body, step.role),),
            hidden=frozenset({step.role}),
        )


def duplicates(body: Body) -> Iterator[Edit]:
    """Write a step a second time, on its own result."""
    for step in body.steps:
        if step.layer in MERGES:
            continue
        yield _insertion(f"duplicate {step.role}", "duplicate", step.role, step)


INSERTED = (
    Step("", "Dropout", ("0.5",), {}, ()),
    Step("", "Activation", ("'relu'",), {}, ()),
    Step("", "BatchNormalization", (), {"axis": "3"}, ()),
    Step("", "LeakyReLU", (), {}, ()),
    Step("", "MaxPooling2D", ("3",), {"strides": "1", "padding": "'same'"}, ()),
    Step("", "ZeroPadding2D", ("1",), {}, ()),
)
OF_MAPS = ("MaxPooling2D", "ZeroPadding2D")


def insertions(body: Body) -> Iterator[Edit]:
    """Put in a layer that does not belong there."""
    for place in ("input", *(step.role for step in body.steps)):
        for new in INSERTED:
            if place in ("head.flatten", "head.dense"):
                if new.layer in OF_MAPS:
                    continue
                if new.layer == "BatchNormalization":
                    new = replace(new, settings={})
            yield _insertion(f"{new.layer} after {place}", "insert", place, new)


def _insertion(name: str, operator: str, after: str, step: Step) -> Edit:
    def apply(body: Body) -> Body:
        source = after
        return body.inserted(source, replace(step, role=f"{after}.extra", inputs=(source,)))

    near = _path(after)
    accepted: tuple[Accepted, ...] = (("extra", near, None),)
    if after == "input":
        accepted = (("extra", "*", None),)
    elif "." in after:
        accepted += (("extra", "relu*", None), ("extra", "add*", None))
    return Edit(
        name, operator, frozenset({after}), apply, accepted, added=frozenset({f"{after}.extra"})
    )


def swaps(body: Body) -> Iterator[Edit]:
    """Change the order of two steps that follow each other."""
    for first in body.steps:
        for second in body.steps:
            if first.role not in second.inputs or _alike(first, second):
                continue
            yield Edit(
                f"swap {first.role} and {second.role}",
                "swap",
                frozenset({first.role, second.role}),
                lambda b, one=first.role, two=second.role: _swapped(b, one, two),  # type: ignore[misc]
                _order(first, second),
            )


def _order(first: Step, second: Step) -> tuple[Accepted, ...]:
    """Of blocks that are alike, any may be the one that stands elsewhere."""
    roles = [first.role, second.role]
    if "identity_block" in (first.layer, second.layer):
        roles = [f"{role.split('.')[0]}.block?" for role in roles]
    return tuple(("order", role, None) for role in roles)


def _alike(one: Step, other: Step) -> bool:
    return (one.layer, one.arguments, one.settings) == (
        other.layer,
        other.arguments,
        other.settings,
    )


def _swapped(body: Body, first: str, second: str) -> Body:
    one, two = body.step(first), body.step(second)
    earlier = replace(two, inputs=tuple(one.inputs[0] if s == first else s for s in two.inputs))
    later = replace(one, inputs=(second, *one.inputs[1:]))
    steps = []
    for step in body.steps:
        if step.role == first:
            continue
        if step.role == second:
            steps += [earlier, later]
            continue
        steps.append(replace(step, inputs=tuple(first if s == second else s for s in step.inputs)))
    if len(one.inputs) > 1:  # an addition comes after what used its result: that takes one path
        later_inputs = tuple(second if n == 0 else s for n, s in enumerate(one.inputs))
        steps[steps.index(later)] = replace(later, inputs=later_inputs)
    return replace(body, steps=tuple(steps), result=first if body.result == second else body.result)


def rewirings(body: Body) -> Iterator[Edit]:
    """Let a step take in another earlier result."""
    for number, step in enumerate(body.steps):
        earlier = ["input", *(other.role for other in body.steps[:number])]
        if len(body.steps) > 20:  # of a network, the ends and the neighbours
            earlier = sorted({earlier[0], *earlier[-4:]}, key=earlier.index)
        for place, source in enumerate(step.inputs):
            for other in earlier:
                if other == source or (len(step.inputs) > 1 and other in step.inputs[:place]):
                    continue
                inputs = tuple(other if n == place else s for n, s in enumerate(step.inputs))
                yield Edit(
                    f"{step.role} takes in {other} for {source}",
                    "rewire",
                    frozenset({step.role, source}),
                    lambda b, role=step.role, i=inputs: b.with_step(
                        replace(b.step(role), inputs=i)
                    ),  # type: ignore[misc]
                    (("wiring", step.role, "inputs"),),
                    hidden=frozenset({source}),
                )


def _rewired(body: Body, role: str, inputs: tuple[str, ...]) -> Body:
    return body.with_step(replace(body.step(role), inputs=inputs))


def results(body: Body) -> Iterator[Edit]:
    """Give back an earlier result, or something else than a result."""
    for role in ["input", *(step.role for step in body.steps[:-1])]:
        accepted: tuple[Accepted, ...] = (("wiring", None, "output"),)
        if role == "input":
            accepted += (("value", None, "returned"),)
        yield Edit(
            f"give back {role}",
            "result",
            frozenset({role}),
            lambda b, result=role: replace(b, result=result),  # type: ignore[misc]
            accepted,
        )
    for name, text in (("a list", "return [{x}]"), ("None", "return None")):
        yield Edit(
            f"give back {name}",
            "result",
            frozenset({"result"}),
            lambda b, ending=text: replace(b, ending=ending),  # type: ignore[misc]
            (("value", None, "returned"),),
        )
    if "Model" in body.ending:
        yield Edit(
            "give back the tensor",
            "result",
            frozenset({"result"}),
            lambda b: replace(b, ending="return {x}"),
            (("value", None, "returned"),),
        )


@dataclass(frozen=True)
class Setting:
    """Other texts for one setting of a layer: at a position, or under a name."""

    attribute: str
    where: int | str
    texts: tuple[str | None, ...]  # None: left out


SETTINGS: dict[str, tuple[Setting, ...]] = {
    "Conv2D": (
        Setting("filters", 0, ("F1", "F2", "F3", "{} + 1", "2 * ({})")),
        Setting("kernel_size", 1, ("1", "3", "f", "{} + 2", "(1, 3)")),
        Setting("strides", "strides", ("1", "2", "3", "s", "(1, 2)")),
        Setting("padding", "padding", ("'same'", "'valid'")),
        Setting("kernel_initializer", "kernel_initializer", (None, "'zeros'", "'he_normal'")),
        Setting("bias_initializer", "bias_initializer", ("'ones'",)),
        Setting("use_bias", "use_bias", ("False",)),
        Setting("dilation_rate", "dilation_rate", ("2",)),
        Setting("kernel_regularizer", "kernel_regularizer", ("'l2'",)),
        Setting("bias_regularizer", "bias_regularizer", ("'l1'",)),
        Setting("activity_regularizer", "activity_regularizer", ("'l2'",)),
        Setting("kernel_constraint", "kernel_constraint", ("'non_neg'",)),
        Setting("trainable", "trainable", ("False",)),
    ),
    "BatchNormalization": (
        Setting("axis", "axis", ("1", "2")),
        Setting("epsilon", "epsilon", ("1e-5", "0.1")),
        Setting("center", "center", ("False",)),
        Setting("scale", "scale", ("False",)),
        Setting("gamma_initializer", "gamma_initializer", ("'zeros'",)),
        Setting("beta_initializer", "beta_initializer", ("'ones'",)),
        Setting("moving_variance_initializer", "moving_variance_initializer", ("'zeros'",)),
        Setting("gamma_regularizer", "gamma_regularizer", ("'l2'",)),
        Setting("trainable", "trainable", ("False",)),
    ),
    "Activation": (
        Setting(
            "function",
            0,
            ("'sigmoid'", "'tanh'", "'elu'", "'gelu'", "'softmax'", "'relu6'", "'leaky_relu'"),
        ),
    ),
    "ZeroPadding2D": (Setting("padding", 0, ("0", "1", "2", "4", "(3, 2)", "((3, 2), (3, 3))")),),
    "MaxPooling2D": (
        Setting("pool_size", 0, ("2", "4")),
        Setting("strides", "strides", ("1", "3", None)),
        Setting("padding", "padding", ("'same'",)),
    ),
    "AveragePooling2D": (Setting("pool_size", 0, ("1", "(1, 2)", "(2, 1)", "3")),),
    "Dense": (
        Setting("units", 0, ("6", "{} + 1", "10")),
        Setting("activation", "activation", (None, "'sigmoid'", "'relu'", "'log_softmax'")),
        Setting("use_bias", "use_bias", ("False",)),
        Setting("kernel_initializer", "kernel_initializer", ("'zeros'", "'he_normal'")),
        Setting("bias_initializer", "bias_initializer", ("'ones'",)),
        Setting("kernel_regularizer", "kernel_regularizer", ("'l2'",)),
    ),
    "convolutional_block": (
        Setting("f", 0, ("5", "1", "7")),
        Setting("s", "s", ("1", "2", "3", None)),
    ),
    "identity_block": (Setting("f", 0, ("5", "1", "2")),),
}
USUAL = {"strides": "1", "padding": "'valid'", "s": "2"}  # what leaving a setting out means


def settings(body: Body) -> Iterator[Edit]:
    """Set one argument of one layer to something else."""
    for step in body.steps:
        for setting in SETTINGS.get(step.layer, ()):
            for text in setting.texts:
                changed = _changed(step, setting, text)
                if changed is None or not _names_known(body, text) or _refused(changed):
                    continue
                yield _step_edit("setting", f"{step.role} {setting.attribute} {text}", changed,
                                 setting.attribute)  # fmt: skip
        if step.layer in BLOCK_KINDS:
            yield from _block_filters(step)
        if step.layer == "BatchNormalization":
            for flag in ("False", "True"):
                changed = replace(step, call={"training": flag})
                yield _step_edit("setting", f"{step.role} training {flag}", changed, "training")
        if step.layer == "Conv2D":
            yield _with_activation(step)


def _changed(step: Step, setting: Setting, text: str | None) -> Step | None:
    """Return the step with another text in the setting, None where that is what it has."""
    if isinstance(setting.where, int):
        before = step.arguments[setting.where]
        assert text is not None
        text = text.format(before)
        return None if text == before else step.with_argument(setting.where, text)
    before_or_not = step.settings.get(setting.where, USUAL.get(setting.attribute))
    after = USUAL.get(setting.attribute) if text is None else text
    if before_or_not == after or (text is None and setting.where not in step.settings):
        return None
    return step.with_setting(setting.where, text)


def _refused(step: Step) -> bool:
    """Return whether Keras makes no such layer: strides and dilation exclude each other."""
    strided = step.settings.get("strides", "1") != "1"
    return strided and step.settings.get("dilation_rate", "1") != "1"


def _names_known(body: Body, text: str | None) -> bool:
    """Return whether the names in the text are names of this function."""
    names = {"F1": "filters", "F2": "filters", "F3": "filters", "f": "f", "s": "s"}
    return text not in names or re.search(rf"\b{names[text]}\b", body.head) is not None


def _step_edit(operator: str, name: str, changed: Step, attribute: str, *others: Accepted) -> Edit:
    return Edit(
        name,
        operator,
        frozenset({changed.role}),
        lambda b: b.with_step(replace(changed, inputs=b.step(changed.role).inputs)),
        (("attribute", changed.role, attribute), *others),
    )


def _block_filters(step: Step) -> Iterator[Edit]:
    numbers = [int(text) for text in step.arguments[1].strip("[]").split(",")]
    for place, number in enumerate(numbers):
        for other in (number // 2, number - 2):
            wrong = [other if n == place else each for n, each in enumerate(numbers)]
            changed = step.with_argument(1, str(wrong))
            yield _step_edit("setting", f"{step.role} filters {wrong}", changed, "filters")
    swapped = replace(step, arguments=step.arguments[::-1])
    yield _step_edit("setting", f"{step.role} f and filters swapped", swapped, "f")


def _with_activation(step: Step) -> Edit:
    changed = step.with_setting("activation", "'relu'")
    return _step_edit("setting", f"{step.role} activation 'relu'", changed, "activation")


OTHER_LAYERS = {
    "Add": ("Multiply", "Subtract", "Average", "Maximum", "Concatenate"),
    "BatchNormalization": ("LayerNormalization",),
    "MaxPooling2D": ("AveragePooling2D",),
    "AveragePooling2D": ("MaxPooling2D",),
    "identity_block": ("convolutional_block",),
    "convolutional_block": ("identity_block",),
}


def other_layers(body: Body) -> Iterator[Edit]:
    """Take a layer of another class."""
    for step in body.steps:
        for layer in OTHER_LAYERS.get(step.layer, ()):
            changed = replace(step, layer=layer)
            if layer == "identity_block":
                changed = changed.with_setting("s", None)
            if layer == "convolutional_block":
                changed = changed.with_setting("s", "1")
            yield _step_edit("layer", f"{step.role} {layer}", changed, "layer")


def shared_layers(body: Body) -> Iterator[Edit]:
    """Use a normalisation a second time, where each place needs weights of its own."""
    norms = [step for step in body.steps if step.layer == "BatchNormalization"]
    for number, second in enumerate(norms):
        for first in norms[:number]:
            changed = replace(second, owner=first.role)
            yield _step_edit("share", f"{second.role} is {first.role}", changed, "weights",
                             ("attribute", first.role, "weights"))  # fmt: skip


HEADS = {
    "convolutional_block": (
        ("s=2", "s=1", (("attribute", None, "s"),)),
        ("s=2", "s=3", (("attribute", None, "s"),)),
    ),
    "ResNet50": (
        ("classes=6", "classes=10", (("attribute", "head.dense", "units"),)),
        ("classes=6", "classes=5", (("attribute", "head.dense", "units"),)),
        ("(64, 64, 3)", "(64, 64, 1)", (("attribute", "input", "shape"),)),
        ("(64, 64, 3)", "(224, 224, 3)", (("attribute", "input", "shape"),)),
    ),
}


def defaults(body: Body) -> Iterator[Edit]:
    """Promise another default in the signature."""
    for old, new, accepted in HEADS.get(body.name, ()):
        yield Edit(
            f"default {new}",
            "default",
            frozenset({"input"}),
            lambda b, old=old, new=new: replace(b, head=b.head.replace(old, new)),  # type: ignore[misc]
            accepted,
        )


PROLOGUES = (
    ("shape=input_shape", "shape=(64, 64, 3)", (("attribute", "input", "shape"),)),
    ("F1, F2, F3 = filters", "F1, F2, F3 = (2, 4, 6)", ()),
    ("F1, F2, F3 = filters", "F2, F1, F3 = filters", ()),
    ("F1, F2, F3 = filters", "F1, F3, F2 = filters", ()),
    ("F1, F2, F3 = filters", "F3, F2, F1 = filters", ()),
)


def fixed_numbers(body: Body) -> Iterator[Edit]:
    """Write a number where an argument belongs, or mix up the arguments."""
    for old, new, accepted in PROLOGUES:
        if not any(old in line for line in body.prologue):
            continue
        yield Edit(
            new,
            "fixed",
            frozenset({"input"}),
            lambda b, old=old, new=new: replace(  # type: ignore[misc]
                b, prologue=tuple(line.replace(old, new) for line in b.prologue)
            ),
            accepted,
        )


OPERATORS: tuple[Callable[[Body], Iterator[Edit]], ...] = (
    drops,
    duplicates,
    insertions,
    swaps,
    rewirings,
    results,
    settings,
    other_layers,
    shared_layers,
    defaults,
    fixed_numbers,
)
