"""What an exercise might change in Keras for the one after it."""

from __future__ import annotations

from typing import Any

import keras

USED_LAYERS = (
    *(keras.layers.Layer, keras.layers.Conv2D, keras.layers.BatchNormalization),
    *(keras.layers.Activation, keras.layers.ReLU, keras.layers.Add, keras.layers.ZeroPadding2D),
    *(keras.layers.MaxPooling2D, keras.layers.AveragePooling2D, keras.layers.Flatten),
    *(keras.layers.Dense, keras.Model),
)


def fingerprint() -> list[Any]:
    """Return settings and layers as they are now, to be compared; it takes microseconds."""
    found: list[Any] = [
        keras.config.floatx(),
        keras.config.epsilon(),
        keras.config.image_data_format(),
        keras.config.dtype_policy().name,
    ]
    for kind in USED_LAYERS:
        found += [*map(id, vars(kind).values()), kind.__init__.__defaults__]
    return found
