"""What a single block of a trained network is worth."""

import numpy as np

from learner_tools.palette import _BLUE, _VERMILION


def plot_without_blocks(model, images, labels):
    """How well a residual network still answers when the main path of one block is silenced.

    The last normalisation on the main path gets a scale and a shift of zero, so that the block is
    its shortcut alone; afterwards its weights are put back. (A. Veit, M. Wilber, S. Belongie,
    Residual Networks Behave Like Ensembles of Relatively Shallow Networks, 2016,
    arXiv:1605.06431, section 4.1.)

    Arguments:
    model -- a trained network of identity and convolutional blocks
    images -- float32 of shape (n, height, width, 3), from 0 to 1
    labels -- their true classes, integers of shape (n,) or (1, n)

    Returns:
    a matplotlib figure

    Raises:
    ValueError -- the model has no identity block
    """
    import matplotlib.pyplot as plt

    labels = np.asarray(labels).reshape(-1)
    norms = _last_norms_of_identity_blocks(model)
    if not norms:
        raise ValueError(
            "The model has no identity block: no addition of a main path to a bare input."
        )

    def right():
        return float(np.mean(model.predict(images, verbose=0).argmax(axis=1) == labels))

    whole, shares = right(), []
    for norm in norms.values():
        kept = norm.get_weights()
        norm.set_weights([0 * kept[0], 0 * kept[1], *kept[2:]])
        shares.append(right())
        norm.set_weights(kept)
    figure, axis = plt.subplots(figsize=(7, 3.2), layout="constrained")
    axis.bar(range(len(norms)), shares, color=_BLUE)
    axis.axhline(whole, color=_VERMILION, linestyle="--", label=f"whole network: {whole:.3f}")
    axis.axhline(1 / model.output_shape[-1], color="black", linestyle=":", label="a guess")
    axis.set_xticks(range(len(norms)), norms, rotation=30, ha="right", fontsize=8)
    axis.set(ylim=(0, 1.3), ylabel="accuracy (share of images)")
    axis.set_yticks(np.linspace(0, 1, 6))
    axis.set(title="One block at a time reduced to its shortcut")
    axis.legend(loc="upper right", ncols=2)
    figure.description = f"Accuracy of the whole network {whole:.3f}; without " + ", ".join(
        f"{name} {share:.3f}" for name, share in zip(norms, shares, strict=True)
    )
    return figure


def _last_norms_of_identity_blocks(model):
    """{"block 2": the normalisation before its addition, ...}, blocks counted from the image."""
    import keras

    found = {}
    blocks = [layer for layer in model.layers if isinstance(layer, keras.layers.Add)]
    for number, block in enumerate(blocks, 1):
        before = [tensor._keras_history.operation for tensor in block.input]
        norms = [each for each in before if isinstance(each, keras.layers.BatchNormalization)]
        if len(norms) == 1:  # two in a convolutional block
            found[f"block {number}"] = norms[0]
    return found
