"""The model file: weights rounded to bfloat16 precision, and compressed HDF5."""

import os

import h5py
import numpy as np


def round_to_bfloat16(values):
    """The nearest float32 values whose lower 16 bits are zero, ties to even."""
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
    half = np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))
    return ((bits + half) & np.uint32(0xFFFF0000)).view(np.float32)


def round_weights(model):
    """Round every trained weight to bfloat16, and set the useless biases to zero."""
    import keras

    for layer in model.layers:
        for variable in layer.trainable_weights:
            variable.assign(round_to_bfloat16(np.asarray(variable)))
        if isinstance(layer, keras.layers.Conv2D):
            # BatchNormalization subtracts the mean and with it the bias before it.
            layer.bias.assign(np.zeros(layer.bias.shape, np.float32))


def save_model(model, path):
    """Save a full Keras model as compressed HDF5; the file appears whole or not at all."""
    import keras

    plain, packed = (path.with_name(f".{os.getpid()}.{step}.{path.name}") for step in "ab")
    # A fresh optimizer: its settings are saved, and it has no state yet that would take space.
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    try:
        keras.saving.save_model(model, plain)
        # The oldest HDF5 layout, h5py's default, adds some 3 kB to each of the 300 small arrays.
        with (
            h5py.File(plain, "r") as source,
            h5py.File(packed, "w", libver="v110") as target,
        ):
            target.attrs.update(source.attrs)
            source.visititems(lambda name, entry: _copy_packed(name, entry, target))
        packed.replace(path)
    finally:
        plain.unlink(missing_ok=True)
        packed.unlink(missing_ok=True)


def _copy_packed(name, entry, target):
    if name.startswith("optimizer_weights"):
        return
    if isinstance(entry, h5py.Group):
        copy = target.require_group(name)
    elif entry.ndim == 0:  # a scalar has no chunks to compress
        copy = target.create_dataset(name, data=entry[()], track_times=False)
    else:
        copy = target.create_dataset(
            name,
            data=entry[()],
            chunks=entry.shape,
            compression="gzip",
            compression_opts=9,
            shuffle=True,  # puts the bytes that rounding has made zero side by side
            track_times=False,
        )
    copy.attrs.update(entry.attrs)
