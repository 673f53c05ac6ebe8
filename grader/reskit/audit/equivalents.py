"""Right programs in other words: every way of writing each step that the kit knows of.

A form is a text in which {x} stands for the input of the step, {made} for the layer as the
reference makes it, and {0}, {1} … for the arguments it is made with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from reskit.audit.programs import Program, Reference
from reskit.audit.steps import Body, Step
from reskit.network.operation import BLOCK_KINDS

ANY_LAYER = (
    "keras.Sequential([{made}])({x})",
    "layers.Identity()({made}({x}))",
    "{made}(layers.Activation('linear')({x}))",
    "{made}(layers.Dropout(0.0)({x}))",
    "{made}({x} * 1)",
    "{made}(0 + {x})",
    "(lambda own_layer: own_layer({x}))({made})",
)
FORMS: dict[str, tuple[str, ...]] = {
    "Activation": (
        "layers.ReLU()({x})",
        "layers.Activation(keras.activations.relu)({x})",
        "layers.Activation(tf.nn.relu)({x})",
        "layers.Activation(activation='relu', name='own_' + str(id({x})))({x})",
        "keras.activations.relu({x})",
        "keras.ops.relu({x})",
        "keras.ops.maximum({x}, 0)",
        "keras.ops.maximum(0.0, {x})",
        "layers.ReLU(max_value=None, negative_slope=0.0)({x})",
        "layers.LeakyReLU(negative_slope=0.0)({x})",
        "tf.keras.layers.Activation('relu')({x})",
        "keras.ops.where({x} > 0, {x}, 0.0)",
        "{x} * keras.ops.cast({x} > 0, {x}.dtype)",
        "({x} + keras.ops.abs({x})) / 2",
    ),
    "BatchNormalization": (
        "layers.BatchNormalization()({x})",
        "layers.BatchNormalization(-1)({x})",
        "layers.BatchNormalization(axis=3, momentum=0.9)({x})",
        "layers.BatchNormalization(axis=3, epsilon=1e-3, center=True, scale=True)({x})",
        "layers.BatchNormalization(axis=3, name='own_' + str(id({x})))({x})",
        "tf.keras.layers.BatchNormalization(axis=3)({x})",
    ),
    "Add": (
        "layers.Add()([{second}, {first}])",
        "layers.add([{first}, {second}])",
        "{first} + {second}",
        "{second} + {first}",
        "keras.ops.add({first}, {second})",
        "sum([{first}, {second}])",
        "{first} - -{second}",
        "layers.Add(name='own_' + str(id({first})))(({first}, {second}))",
    ),
    "ZeroPadding2D": (
        "layers.ZeroPadding2D((3, 3))({x})",
        "layers.ZeroPadding2D(padding=((3, 3), (3, 3)))({x})",
        "layers.ZeroPadding2D(1)(layers.ZeroPadding2D(2)({x}))",
    ),
    "MaxPooling2D": (
        "layers.MaxPooling2D((3, 3), (2, 2))({x})",
        "layers.MaxPool2D(pool_size=3, strides=2, padding='valid')({x})",
        "keras.ops.max_pool({x}, 3, 2)",
    ),
    "AveragePooling2D": (
        "layers.AveragePooling2D((2, 2))({x})",
        "layers.AvgPool2D(pool_size=2, strides=2)({x})",
        "layers.AveragePooling2D(2, padding='same')({x})",
        "layers.AveragePooling2D(2, strides=1)({x})",
        "layers.GlobalAveragePooling2D()({x})",
        "layers.GlobalAveragePooling2D(keepdims=True)({x})",
        "keras.ops.average_pool({x}, 2)",
    ),
    "Flatten": (
        "layers.Reshape((-1,))({x})",
        "layers.Flatten(data_format='channels_last')({x})",
        "layers.GlobalAveragePooling2D()({x})",
        "keras.ops.reshape({x}, (-1, 2048))",
        "keras.ops.squeeze({x}, (1, 2))",
        "layers.Flatten()(layers.Flatten()({x}))",
    ),
    "Dense": (
        "layers.Dense(units=classes, activation='softmax')({x})",
        "layers.Dense(classes, activation=keras.activations.softmax)({x})",
        "layers.Activation('softmax')(layers.Dense(classes)({x}))",
        "layers.Softmax()(layers.Dense(classes)({x}))",
        "keras.ops.softmax(layers.Dense(classes)({x}))",
        "keras.ops.softmax(layers.Dense(classes)({x}), axis=-1)",
        "keras.activations.softmax(layers.Dense(classes, activation='linear')({x}))",
        "layers.Dense(classes, activation='softmax', kernel_initializer='glorot_uniform',"
        " name='fc' + str(classes))({x})",
    ),
}
OF_A_CONVOLUTION: tuple[tuple[str, dict[str, str | None]], ...] = (
    ("capitals", {"padding": "{padding}.upper()"}),
    ("pair of strides", {"strides": "({strides}, {strides})"}),
    ("list of strides", {"strides": "[{strides}, {strides}]"}),
    ("defaults written out", {"use_bias": "True", "groups": "1", "dilation_rate": "1"}),
    ("plain activation", {"activation": "None", "bias_initializer": "'zeros'"}),
    ("linear activation", {"activation": "'linear'", "data_format": "'channels_last'"}),
    ("another seed", {"kernel_initializer": "{kernel_initializer}.__class__(seed=12)"}),
    ("no seed", {"kernel_initializer": "{kernel_initializer}.__class__()"}),
)
OF_A_BLOCK = (
    "{layer}(X={x}, f={0}, filters={1}{s})",
    "{layer}({x}, filters={1}, f={0}{s})",
    "{layer}({x}, {0}, tuple({1}){s})",
    "{layer}({x}, {0}, list({1}){s}, initializer=glorot_uniform)",
)


def generated(reference: Reference) -> Iterator[Program]:
    """Yield the reference with one step written in another form, for each step and form."""
    for function in reference.functions:
        body = reference.body(function)
        for step in body.steps:
            for name, changed in rewritten(step):
                yield _program(reference, body.with_step(changed), f"{step.role} as {name}")
        yield from _rearranged(reference, body)


def _program(reference: Reference, body: Body, name: str) -> Program:
    text = reference.program(body.name, body.text())
    return Program(f"{body.name}: {name}", body.name, text, "equivalent", "generated")


def rewritten(step: Step) -> Iterator[tuple[str, Step]]:
    """Yield (name, the step in another form) for each form that the kit knows of."""
    if step.layer in BLOCK_KINDS:
        given = f", s={step.settings['s']}" if "s" in step.settings else ""
        for form in OF_A_BLOCK:
            text = _filled(form, step, s=given, layer=step.layer)
            yield text, replace(step, form=text)
        if step.settings.get("s") == "2":
            yield "no stride", step.with_setting("s", None)
        return
    if step.layer == "Conv2D":
        yield from _convolutions(step)
        named = step.with_setting("name", "'own_' + str(id({x}))")
        yield "named", replace(step, form=_filled("{made}({x})", named))
    for form in (*FORMS.get(step.layer, ()), *(ANY_LAYER if step.layer != "Add" else ())):
        text = _filled(form, step)
        yield text, replace(step, form=text)


def _filled(form: str, step: Step, **more: str) -> str:
    """Return the form with everything but the inputs filled in."""
    options = [*step.arguments, *(f"{name}={text}" for name, text in step.settings.items())]
    known = {**more, "made": f"layers.{step.layer}({', '.join(options)})"}
    known |= {str(n): text for n, text in enumerate(step.arguments)}
    return re.sub(r"\{(\w+)\}", lambda match: known.get(match[1], match[0]), form)


def _convolutions(step: Step) -> Iterator[tuple[str, Step]]:
    usual = {"padding": "'valid'", "strides": "1"}
    known = {**usual, **step.settings}
    for name, changes in OF_A_CONVOLUTION:
        changed = step
        for key, text in changes.items():
            changed = changed.with_setting(key, text and text.format(**known))
        yield name, changed
    kernel = step.arguments[1]
    for text in (f"({kernel}, {kernel})", f"[{kernel}, {kernel}]"):
        yield f"kernel {text}", step.with_argument(1, text)
    named = {"filters": step.arguments[0], "kernel_size": kernel, **step.settings}
    yield "keywords", replace(step, arguments=(), settings=named)
    if kernel == "1":
        other = "'same'" if step.settings["padding"] == "'valid'" else "'valid'"
        yield "other padding", step.with_setting("padding", other)
        yield "dilated point", step.with_setting("dilation_rate", "1")


def _rearranged(reference: Reference, body: Body) -> Iterator[Program]:
    """Yield the body with its independent steps in another order: the shortcut first."""
    shortcut = [step for step in body.steps if step.role.startswith("shortcut.")]
    if shortcut:
        others = [step for step in body.steps if step not in shortcut]
        moved = replace(body, steps=(*shortcut, *others))
        yield _program(reference, moved, "shortcut first")
        moved = replace(body, steps=(others[0], *shortcut, *others[1:]))
        yield _program(reference, moved, "shortcut in between")
    idle = Step("idle", "Conv2D", ("3", "1"), {}, ("input",))
    yield _program(reference, replace(body, steps=(idle, *body.steps)), "a layer that is not used")


def written_by_hand(reference: Reference, folder: Path) -> Iterator[Program]:
    """Yield the programs of a folder: each file holds one of the functions, with its helpers."""
    for path in sorted(folder.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        function = next(name for name in reference.functions if path.stem.startswith(name))
        name = path.stem.removeprefix(function).strip("_").replace("_", " ")
        yield Program(
            f"{function}: {name}",
            function,
            reference.program(function, text),
            "equivalent",
            "written by hand",
        )


def inline_network(reference: Reference) -> Program:
    """Return the network with all its blocks written out in its own body, loops undone."""
    body = reference.body("ResNet50")
    blocks = {kind: reference.body(kind) for kind in BLOCK_KINDS}
    lines = [body.head, *(f"    {line}" for line in body.prologue)]
    value = "X_input"
    for step in body.steps:
        if step.layer not in BLOCK_KINDS:
            single = replace(body, steps=(replace(step, inputs=("input",)),), result=step.role)
            lines.append("    " + single.text().split("\n")[-3].strip().replace("X_input", value))
        else:
            lines += [f"    {line}" for line in _inlined(blocks[step.layer], step, value)]
        value = "x_" + step.role.replace(".", "_")
    lines.append("    " + body.ending.format(x=value))
    text = reference.program("ResNet50", "\n".join(lines) + "\n")
    return Program("ResNet50: every block inline", "ResNet50", text, "equivalent", "generated")


def _inlined(block: Body, step: Step, value: str) -> list[str]:
    """Return the lines of a block with its arguments filled in."""
    target = "x_" + step.role.replace(".", "_")
    initializer = "random_uniform" if block.name == "identity_block" else "glorot_uniform"
    inner = block.text().split("\n")[1:-2]
    lines = [
        f"f, filters, s = {step.arguments[0]}, {step.arguments[1]}, {step.settings.get('s', 2)}"
    ]
    lines += [re.sub(r"\bX\b", value, line.strip()) for line in inner]
    lines = [line.replace("initializer(seed", f"{initializer}(seed") for line in lines]
    return [*lines, f"{target} = x_relu"]
