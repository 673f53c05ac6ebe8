"""What the first convolution looks for."""

import numpy as np


def plot_filters(model):
    """The filters of the first convolution, each as the small coloured image it looks for.

    Arguments:
    model -- a network whose first convolution sees three colours

    Returns:
    a matplotlib figure; grey is a weight of zero, and each filter has its own scale
    """
    import matplotlib.pyplot as plt

    kernel = next(
        (
            np.asarray(weight)
            for layer in model.layers
            for weight in layer.weights[:1]
            if len(weight.shape) == 4 and weight.shape[2] == 3
        ),
        None,
    )
    if kernel is None:
        raise ValueError("The model has no convolution on three colours, so there is no filter.")
    count = kernel.shape[3]
    columns = min(16, count)
    rows = -(-count // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(columns * 0.5, rows * 0.52), squeeze=False, layout="constrained"
    )
    for number, axis in enumerate(axes.flat):
        axis.set_axis_off()
        if number < count:
            one = kernel[..., number]
            axis.imshow(0.5 + 0.5 * one / max(np.abs(one).max(), 1e-12))
    height, width = kernel.shape[:2]
    figure.suptitle(
        f"The {count} filters of the first convolution, {height}×{width} pixels", fontsize=10
    )
    figure.description = (
        f"The {count} filters of the first convolution, {height} by {width} pixels each: where a "
        "pattern in one is bright, dark or coloured, the image has to be so to excite it."
    )
    return figure
