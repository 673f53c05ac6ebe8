"""The settings of layers with weights that matter, and their defaults: the Keras layer pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

GIVEN = "the given initializer"
RANDOM = "one that draws at random"  # what a block may choose that is given none
ALL_ALIKE = ("Constant", "Identity", "IdentityInitializer", "Ones", "Zeros")
WEIGHTED_SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "Conv2D": {
        "filters": None,
        "kernel_size": None,
        "strides": [1, 1],
        "padding": "valid",
        "dilation_rate": [1, 1],
        "groups": 1,
        "use_bias": True,
        "activation": None,
        "kernel_initializer": "GlorotUniform",
        "bias_initializer": "Zeros",
        "kernel_regularizer": None,
        "bias_regularizer": None,
        "activity_regularizer": None,
        "kernel_constraint": None,
        "bias_constraint": None,
        "data_format": "channels_last",
        "trainable": True,
        "compute_dtype": "float32",
    },
    "Dense": {
        "units": None,
        "use_bias": True,
        "activation": None,
        "kernel_initializer": "GlorotUniform",
        "bias_initializer": "Zeros",
        "kernel_regularizer": None,
        "bias_regularizer": None,
        "activity_regularizer": None,
        "kernel_constraint": None,
        "bias_constraint": None,
        "trainable": True,
        "compute_dtype": "float32",
    },
    "BatchNormalization": {
        "axis": -1,
        "epsilon": 0.001,
        "center": True,
        "scale": True,
        "beta_initializer": "Zeros",
        "gamma_initializer": "Ones",
        "moving_mean_initializer": "Zeros",
        "moving_variance_initializer": "Ones",
        "beta_regularizer": None,
        "gamma_regularizer": None,
        "beta_constraint": None,
        "gamma_constraint": None,
        "training": None,
        "trainable": True,
        "compute_dtype": "float32",
    },
}


def initializer(value: Any) -> Any:
    """Return one short text for an initializer: its class, and settings that are not defaults."""
    if not isinstance(value, dict):
        return value
    settings = {
        name: entry
        for name, entry in value.items()
        if name not in ("class", "seed", "input_axes", "output_axes")
        and (value.get("class"), name, entry) not in INITIALIZER_DEFAULTS
    }
    kind = str(value.get("class"))
    if kind == "GivenInitializer":
        return GIVEN
    if kind == "VarianceScaling" and settings == {"mode": "fan_avg", "distribution": "uniform"}:
        return "GlorotUniform"
    listed = ", ".join(f"{name}={entry}" for name, entry in sorted(settings.items()))
    return f"{kind}({listed})" if listed else kind


def draws_at_random(initializer: Any) -> bool:
    """Return whether an initializer, as told here, gives each weight a start of its own."""
    return str(initializer).partition("(")[0] not in ALL_ALIKE


INITIALIZER_DEFAULTS = (
    ("RandomUniform", "minval", -0.05),
    ("RandomUniform", "maxval", 0.05),
    ("RandomNormal", "mean", 0.0),
    ("RandomNormal", "stddev", 0.05),
    ("TruncatedNormal", "mean", 0.0),
    ("TruncatedNormal", "stddev", 0.05),
    ("VarianceScaling", "scale", 1.0),
)
