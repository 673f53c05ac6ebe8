"""The figures of signal and gradient by depth."""

import numpy as np

from learner_tools.depth import gradient_norms, signal_sizes
from learner_tools.palette import _BLUE, _GREEN, _VERMILION


def plot_gradient_norms(images, labels, depth=50):
    """The size of the gradient at each layer of plain and of residual networks, measured.

    Arguments:
    images, labels, depth -- as for `gradient_norms`

    Returns:
    a matplotlib figure
    """
    return _plot_by_depth(
        [
            (name, gradient_norms(images, labels, depth, shortcuts, normalise), *look)
            for name, shortcuts, normalise, look in (
                ("plain", False, False, (_VERMILION, "--s")),
                ("plain, with batch normalisation", False, True, (_GREEN, ":^")),
                ("residual", True, False, (_BLUE, "-o")),
            )
        ],
        f"The gradient in untrained networks of {depth} layers",
        "norm of the gradient (a power of ten a line)",
    )


def plot_signal_sizes(images, depth=50):
    """The size of the signal in residual networks, with and without batch normalisation.

    Arguments:
    images, depth -- as for `gradient_norms`

    Returns:
    a matplotlib figure
    """
    return _plot_by_depth(
        [
            (name, signal_sizes(images, depth, True, normalise, factor), *look)
            for name, normalise, factor, look in (
                ("weights twice as large", False, 2.0, (_VERMILION, "--s")),
                ("weights as usual", False, 1.0, (_GREEN, ":^")),
                ("the same two, with batch normalisation", True, 2.0, (_BLUE, "-o")),
                (None, True, 1.0, (_BLUE, "-o")),
            )
        ],
        f"The signal in untrained residual networks of {depth} layers",
        "standard deviation (a power of ten a line)",
    )


def _plot_by_depth(curves, title, ylabel):
    """Curves on a logarithmic scale: (name, or None to leave it unnamed, values, colour, style)."""
    import matplotlib.pyplot as plt
    from matplotlib.ticker import LogLocator

    figure, axis = plt.subplots(figsize=(7, 3.6), layout="constrained")
    told = []
    for name, values, colour, style in curves:
        places = 1 + 2 * np.arange(len(values))
        axis.semilogy(places, values, style, color=colour, markersize=3, label=name)
        told.append(
            f"{name or 'and'} {values[0]:.1e} at the first layer, {values[-1]:.1e} at the last"
        )
    axis.yaxis.set_major_locator(LogLocator(numticks=20))
    axis.minorticks_off()
    axis.set(xlabel="layer, from the image to the answer", ylabel=ylabel, title=title)
    axis.grid(alpha=0.3)
    axis.legend()
    figure.description = f"{title}. {'; '.join(told)}."
    return figure
