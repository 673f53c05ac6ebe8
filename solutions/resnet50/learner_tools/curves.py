"""Loss and accuracy over the epochs."""

from learner_tools.palette import _BLUE, _VERMILION


def plot_history(history):
    """Loss and accuracy over the epochs, side by side.

    Arguments:
    history -- what `model.fit` returned, or its `.history`: a dict of lists of numbers, with
        `loss` and, where they were measured, `accuracy`, `val_loss` and `val_accuracy`

    Returns:
    a matplotlib figure. In a notebook end the line with `;`, or it is shown twice.

    Raises:
    ValueError -- there is no `loss` in it
    """
    import matplotlib.pyplot as plt
    from matplotlib.ticker import MaxNLocator

    values = getattr(history, "history", history)
    if not isinstance(values, dict) or not values.get("loss"):
        found = sorted(values) if isinstance(values, dict) else type(values).__name__
        raise ValueError(
            f"There is no training to plot: found {found}. Expected what model.fit(...) returned, "
            "with at least one epoch of 'loss'. Run the training cell first."
        )
    accuracy = "accuracy" if "accuracy" in values else "acc"
    panels = [("loss", "loss (cross-entropy)")]
    if accuracy in values:
        panels.append((accuracy, "accuracy (share of images)"))
    figure, axes = plt.subplots(
        1, len(panels), figsize=(4.5 * len(panels), 3.4), squeeze=False, layout="constrained"
    )
    for axis, (key, label) in zip(axes[0], panels, strict=True):
        # Line style and marker repeat what the colour says.
        for name, title, colour, style, marker in (
            (key, "training", _BLUE, "-", "o"),
            (f"val_{key}", "validation", _VERMILION, "--", "s"),
        ):
            if name in values:
                epochs = range(1, len(values[name]) + 1)
                axis.plot(epochs, values[name], style, color=colour, marker=marker, label=title)
        axis.set_title(f"{label.split(' ')[0]}, epoch by epoch")
        axis.set_xlabel("epoch")
        axis.set_ylabel(label)
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.grid(alpha=0.3)
        axis.legend()
    if len(panels) == 2:
        axes[0, 1].set_ylim(0, 1.02)
    figure.description = "Over the epochs, from the first to the last: " + "; ".join(
        f"{key} from {values[key][0]:.3f} to {values[key][-1]:.3f}"
        for key in ("loss", "val_loss", accuracy, f"val_{accuracy}")
        if values.get(key)
    )
    return figure
