"""The averages of batch normalisation, measured anew."""


def _refresh_and_tell(model, images, labels, batch_size):
    """Measure the averages anew, and print what `evaluate` says before and after."""
    import keras

    if not any(isinstance(layer, keras.layers.BatchNormalization) for layer in model.layers):
        return
    print("The training images once more, in evaluation:")
    for averages in ("that training left", "measured anew"):
        if averages == "measured anew":
            refresh_averages(model, images, batch_size)
        found = model.evaluate(
            images, labels, batch_size=batch_size, verbose=0, return_dict=True
        ).items()
        told = ", ".join(f"{key} {value:.4f}" for key, value in found)
        print(f"  with the averages {averages + ':':<19} {told}", flush=True)


def refresh_averages(model, images, batch_size=32):
    """Measure the averages of every batch normalisation anew; no weight changes.

    In training each batch is normalised with its own mean and variance. `evaluate` and `predict`
    take moving averages, which lag behind weights that change fast.

    Arguments:
    model -- a Keras model
    images -- float32 images from 0 to 1, of the kind it was trained with
    batch_size -- as in training
    """
    import keras

    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    usual = [norm.momentum for norm in norms]
    try:
        for step, start in enumerate(range(0, len(images) if norms else 0, batch_size)):
            for norm in norms:
                norm.momentum = step / (step + 1)  # gives each batch the same weight
            model(images[start : start + batch_size], training=True)
    finally:
        for norm, momentum in zip(norms, usual, strict=True):
            norm.momentum = momentum
