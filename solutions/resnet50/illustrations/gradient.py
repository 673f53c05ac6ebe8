"""How a gradient travels back."""

from illustrations.svg import INK, QUIET, SKIP, box, figure, path, text


def gradient_flow() -> str:
    """How a gradient travels back: through a plain chain, and through one with shortcuts."""
    count, width, step, left = 6, 72, 112, 104
    right = left + count * step - 20
    parts: list[str] = []
    for y, name, unit, rule in (
        (62, "plain", "layer", "every layer multiplies the gradient by its own slope, ∂F/∂x"),
        (300, "residual", "block", "every block multiplies it by 1 + ∂F/∂x: the 1 is the shortcut"),
    ):
        top = y - 30 if name == "plain" else y - 78
        parts += [
            text(24, top, name, anchor="start", bold=True, size=15),
            text(116, top, rule, anchor="start", color=QUIET),
            text(left - 34, y + 22, "input", anchor="end", bold=True),
            text(right + 14, y + 22, "loss", anchor="start", bold=True),
            path(f"M{left - 30},{y + 17} H{right + 8}", color="#8b8677", width=1.2),
        ]
        for index in range(count):
            x = left + index * step
            words = f"{unit} {index + 1}"
            parts += [box(x, y, width, 34, "conv"), text(x + width / 2, y + 22, words, size=12)]
            if name == "residual":
                near, far = x + width + 17, x - 17
                curve = f"M{near},{y + 13} C{near - 14},{y - 50} {far + 14},{y - 50} {far},{y + 10}"
                parts.append(path(curve, color=SKIP, width=5))
        wide = 12 if name == "plain" else 5
        middle = y + 60
        parts += [
            f'<polygon points="{right},{middle - wide} {right},{middle + wide} '
            f'{left - 14},{middle + 0.7} {left - 14},{middle - 0.7}" '
            f'fill="{SKIP if name == "plain" else QUIET}"/>',
            path(f"M{left - 10},{middle} H{left - 24}", color=SKIP if name == "plain" else INK),
        ]
    parts += [
        text(
            24,
            158,
            "What reaches the first layers is too small to learn from.",
            size=12,
            anchor="start",
            color=QUIET,
        ),
        text(
            24,
            396,
            "Through the blocks the same as above; along the shortcuts a copy that is not damped.",
            size=12,
            anchor="start",
            color=QUIET,
        ),
        text(
            816,
            428,
            "a sketch, not a measurement: thickness stands for the gradient's size",
            size=11,
            anchor="end",
            color=QUIET,
        ),
    ]
    return figure(
        840,
        444,
        "Gradients in a plain network and in a residual one",
        "Above, a plain chain of six layers: the gradient that starts at the loss becomes thinner "
        "with every layer and nearly nothing reaches the input. Below, the same chain with a "
        "shortcut around every block: beside the thin path through the layers, a path of constant "
        "thickness leads back along the shortcuts.",
        parts,
    )
