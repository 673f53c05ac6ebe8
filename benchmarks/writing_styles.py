"""Learners who solve the exercise on their own: each writes as is their way, drawn by chance."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """The habits of one learner."""

    layers: str  # what stands before the name of a layer
    keywords: bool
    pairs: bool  # (1, 1) for 1
    axis: bool
    relu: str
    names: bool
    add: str
    loop: bool
    stages: str  # table, calls, helper
    shape: str
    head: str
    unpack: str
    words: tuple[str, ...]  # for what the learner calls things


WORDS = ("X", "x", "out", "h", "y", "tensor", "current", "net", "value", "t", "a", "feature")
SKIPS = ("shortcut", "skip", "res", "identity", "X_shortcut")


def drawn(number: int) -> Style:
    """Return the style of learner `number`; the same number has the same style."""
    draw = random.Random(number)
    return Style(
        draw.choice(["layers.", "", "tf.keras.layers.", "keras.layers.", "L."]),
        draw.random() < 0.6,
        draw.random() < 0.5,
        draw.random() < 0.5,
        draw.choice(["Activation('relu')", "ReLU()", "Activation(keras.activations.relu)"]),
        draw.random() < 0.3,
        draw.choice(["Add()([{a}, {b}])", "Add()([{b}, {a}])", "add([{a}, {b}])", "{a} + {b}"]),
        draw.random() < 0.25,
        draw.choice(["table", "calls", "helper", "while"]),
        draw.choice(
            ["keras.Input(shape=input_shape)", "Input(input_shape)", "Input(shape=input_shape)"]
        ),
        draw.choice(["flat", "flatten_call", "chained"]),
        draw.choice(["tuple", "index", "direct"]),
        (draw.choice(WORDS), draw.choice(SKIPS)),
    )


def program(number: int) -> str:
    """Return the three functions as learner `number` writes them."""
    style, draw = drawn(number), random.Random(1_000_003 * number + 1)
    blocks = [_block(style, draw, has_shortcut=each) for each in (False, True)]
    return "\n\n".join([*blocks, _network(style, draw)])


def renamed(source: str, number: int) -> str:
    """Return a copy as a learner makes it who hides it: other names, comments and layout."""
    for word in (*WORDS, *SKIPS):
        source = re.sub(rf"(?<![\w.'])\b{word}\b(?!['=(])", f"{word}{number}_mine", source)
    return source.replace("    return", "    # all done, by copy\n\n    return")


def _layer(style: Style, name: str, *arguments: str) -> str:
    return f"{style.layers}{name}({', '.join(each for each in arguments if each)})"


def _conv(style: Style, draw: random.Random, filters: str, size: str, stride: str, pad: str) -> str:
    size = f"({size}, {size})" if style.pairs else size
    stride = f"({stride}, {stride})" if style.pairs else stride
    first = [f"filters={filters}", f"kernel_size={size}"] if style.keywords else [filters, size]
    strides = f"strides={stride}" if stride not in ("1",) or draw.random() < 0.5 else ""
    padding = f"padding='{pad}'" if pad == "same" or draw.random() < 0.6 else ""
    rest = [strides, padding]
    draw.shuffle(rest)
    named = f"name='conv_{draw.randrange(99)}'" if style.names else ""
    return _layer(style, "Conv2D", *first, *rest, "kernel_initializer=initializer(seed=0)", named)


def _norm(style: Style) -> str:
    return _layer(style, "BatchNormalization", "axis=3" if style.axis else "")


def _block(style: Style, draw: random.Random, *, has_shortcut: bool) -> str:
    x, skip = style.words
    name = "convolutional_block" if has_shortcut else "identity_block"
    lines = [
        f"def {name}({x}, f, filters, {'s=2, ' if has_shortcut else ''}initializer=glorot_uniform):"
    ]
    one, two, three = "F1", "F2", "F3"
    if style.unpack == "tuple":
        lines.append("    F1, F2, F3 = filters")
    elif style.unpack == "index":
        lines += [f"    F{place + 1} = filters[{place}]" for place in range(3)]
    else:
        one, two, three = (f"filters[{place}]" for place in range(3))
    lines.append(f"    {skip} = {x}")
    stride = "s" if has_shortcut else "1"
    convs = [(one, "1", stride, "valid"), (two, "f", "1", "same"), (three, "1", "1", "valid")]
    if style.loop:
        rows = ", ".join(f"({a}, {b}, {c}, '{d}')" for a, b, c, d in convs)
        settings = ("n", "k", "strides=step", "padding=pad")
        conv = _layer(style, "Conv2D", *settings, "kernel_initializer=initializer(seed=0)")
        lines += [
            f"    for number, (n, k, step, pad) in enumerate([{rows}]):",
            f"        {x} = {conv}({x})",
            f"        {x} = {_norm(style)}({x})",
            "        if number < 2:",
            f"            {x} = {style.layers}{style.relu}({x})",
        ]
    else:
        for place, conv in enumerate(convs):
            relu = f"{style.layers}{style.relu}"
            written = [_conv(style, draw, *conv), _norm(style), *([relu] if place < 2 else [])]
            if draw.random() < 0.3:
                inner = x
                for each in written:
                    inner = f"{each}({inner})"
                lines.append(f"    {x} = {inner}")
            else:
                lines += [f"    {x} = {each}({x})" for each in written]
    if has_shortcut:
        lines.append(f"    {skip} = {_conv(style, draw, three, '1', 's', 'valid')}({skip})")
        lines.append(f"    {skip} = {_norm(style)}({skip})")
    added = style.add.format(a=x, b=skip)
    prefix = "" if "+" in added else style.layers
    last = f"{style.layers}{style.relu}"
    if draw.random() < 0.5:
        lines += [f"    {x} = {prefix}{added}", f"    {x} = {last}({x})", f"    return {x}"]
    else:
        lines.append(f"    return {last}({prefix}{added})")
    return "\n".join(lines)


STAGES = ((64, 1, 3), (128, 2, 4), (256, 2, 6), (512, 2, 3))


def _network(style: Style, draw: random.Random) -> str:
    x, _ = style.words
    first = _conv(style, draw, "64", "7", "2", "valid").replace("initializer(", "glorot_uniform(")
    lines = [
        "def ResNet50(input_shape=(64, 64, 3), classes=6):",
        f"    inputs = {style.shape}",
        f"    {x} = {_layer(style, 'ZeroPadding2D', '(3, 3)' if style.pairs else '3')}(inputs)",
        f"    {x} = {first}({x})",
        f"    {x} = {_norm(style)}({x})",
        f"    {x} = {style.layers}{style.relu}({x})",
        f"    {x} = {_layer(style, 'MaxPooling2D', '3', 'strides=2')}({x})",
    ]
    if style.stages == "table":
        lines += [
            f"    for width, step, count in {[list(each) for each in STAGES]}:",
            f"        {x} = convolutional_block({x}, 3, [width, width, 4 * width], s=step)",
            "        for _ in range(count - 1):",
            f"            {x} = identity_block({x}, 3, [width, width, 4 * width])",
        ]
    elif style.stages == "helper":
        lines += [
            "    def stage(inside, width, step, count):",
            "        sizes = [width, width, width * 4]",
            "        inside = convolutional_block(inside, f=3, filters=sizes, s=step)",
            "        for again in range(1, count):",
            "            inside = identity_block(inside, f=3, filters=sizes)",
            "        return inside",
            *(f"    {x} = stage({x}, {a}, {b}, {c})" for a, b, c in STAGES),
        ]
    elif style.stages == "while":
        lines += [
            "    width, left = 64, [3, 4, 6, 3]",
            "    while left:",
            "        blocks = left.pop(0)",
            "        sizes, step = (width, width, width * 4), 1 if width == 64 else 2",
            f"        {x} = convolutional_block({x}, 3, sizes, step)",
            "        while blocks > 1:",
            f"            {x} = identity_block({x}, 3, sizes)",
            "            blocks -= 1",
            "        width *= 2",
        ]
    else:
        s, f = ("s=", "f=") if style.keywords else ("", "")
        for width, step, count in STAGES:
            sizes = f"[{width}, {width}, {4 * width}]"
            given = f"{f}3, {'filters=' if f else ''}{sizes}, {s}{step}"
            lines.append(f"    {x} = convolutional_block({x}, {given})")
            lines += [f"    {x} = identity_block({x}, 3, {sizes})"] * (count - 1)
    dense = _layer(
        style,
        "Dense",
        "classes",
        "activation='softmax'",
        "kernel_initializer=glorot_uniform(seed=0)",
    )
    pool = _layer(style, "AveragePooling2D", "(2, 2)" if style.pairs else "2")
    if style.head == "chained":
        lines.append(f"    {x} = {dense}({_layer(style, 'Flatten')}({pool}({x})))")
    else:
        lines += [f"    {x} = {each}({x})" for each in (pool, _layer(style, "Flatten"), dense)]
    models = {
        "flat": f"keras.Model(inputs, {x})",
        "flatten_call": f"Model(inputs=inputs, outputs={x})",
        "chained": f"tf.keras.Model(inputs, {x}, name='ResNet50')",
    }
    lines.append(f"    return {models[style.head]}")
    return "\n".join(lines)
