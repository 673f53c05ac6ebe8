"""The layers and operations that may stand in a model file, and what of their settings counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reskit.weights.setting_values import is_fit

WINDOWED = ("strides", "padding", "data_format")
KEPT: Mapping[str, tuple[str, ...]] = {  # class of layer: the settings that are read
    "InputLayer": (),
    "Conv2D": (
        *("filters", "kernel_size", "dilation_rate", "groups", "use_bias", "activation"),
        *WINDOWED,
    ),
    "Dense": ("units", "use_bias", "activation"),
    "BatchNormalization": ("axis", "epsilon", "center", "scale"),
    "Activation": ("activation",),
    "ReLU": ("max_value", "negative_slope", "threshold"),
    "LeakyReLU": ("negative_slope", "alpha"),
    "ELU": ("alpha",),
    "Softmax": ("axis",),
    "MaxPooling2D": ("pool_size", *WINDOWED),
    "AveragePooling2D": ("pool_size", *WINDOWED),
    "GlobalAveragePooling2D": ("keepdims", "data_format"),
    "GlobalMaxPooling2D": ("keepdims", "data_format"),
    "ZeroPadding2D": ("padding", "data_format"),
    "Add": (),
    "Flatten": ("data_format",),
    "Reshape": ("target_shape",),
    "Identity": (),
    # What no reference has, but what is Keras's own: told as a difference, not as a danger.
    "Concatenate": ("axis",),
    "Multiply": (),
    "Subtract": (),
    "Average": (),
    "Maximum": (),
    "Minimum": (),
    "Dropout": ("rate",),
    "SpatialDropout2D": ("rate",),
    "GaussianNoise": ("stddev",),
    "GaussianDropout": ("rate",),
    "ActivityRegularization": (),
    "LayerNormalization": ("axis", "epsilon", "center", "scale"),
    "GroupNormalization": ("groups", "axis", "epsilon", "center", "scale"),
    "DepthwiseConv2D": ("kernel_size", "depth_multiplier", *WINDOWED),
    "SeparableConv2D": ("filters", "kernel_size", *WINDOWED),
    "Conv2DTranspose": ("filters", "kernel_size", *WINDOWED),
    "UpSampling2D": ("size",),
    "Cropping2D": ("cropping",),
    "Permute": ("dims",),
    "Rescaling": ("scale", "offset"),
    "Normalization": ("axis",),
    "Resizing": ("height", "width"),
    "RandomFlip": ("mode",),
    "RandomRotation": ("factor",),
    "RandomZoom": ("height_factor",),
    "RandomTranslation": ("height_factor", "width_factor"),
    "RandomContrast": ("factor",),
    "RandomBrightness": ("factor",),
    "PReLU": (),
}
MERGES = ("Add", "Concatenate", "Multiply", "Subtract", "Average", "Maximum", "Minimum")
OTHER_NAMES = {"SyncBatchNormalization": "BatchNormalization", "MaxPool2D": "MaxPooling2D"}
RENAMED = {("LeakyReLU", "alpha"): "negative_slope"}  # settings that Keras 2 called otherwise

# What Keras 2 writes where an operator or a function of TensorFlow stood: the same as operations.
FUNCTIONS = {
    "math.add": "ops.Add",
    "__operators__.add": "ops.Add",
    "add": "ops.Add",
    "math.add_n": "ops.Add",
    "add_n": "ops.Add",
    "AddV2": "ops.Add",
    "Add": "ops.Add",
    "AddN": "ops.Add",
    "nn.relu": "ops.Relu",
    "keras.activations.relu": "ops.Relu",
    "Relu": "ops.Relu",
    "nn.softmax": "ops.Softmax",
    "Softmax": "ops.Softmax",
    "identity": "Identity",
    "Identity": "Identity",
    "reshape": "ops.Reshape",
}
NEEDED = {  # what a layer cannot be without
    "Conv2D": ("filters", "kernel_size"),
    "Dense": ("units",),
    "MaxPooling2D": ("pool_size",),
    "AveragePooling2D": ("pool_size",),
    "ZeroPadding2D": ("padding",),
    "Activation": ("activation",),
}
CONTAINERS = ("Functional", "Model", "Sequential")
CODE = ("Lambda", "TensorFlowOpLayer", "TFOpLambda")


def settings_of(kind: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a layer that count, as a graph has them.

    Raises ValueError for a value that Keras would not have written.
    """
    found = {RENAMED.get((kind, name), name): config[name] for name in KEPT[kind] if name in config}
    if "activation" in found:
        found["activation"] = activation_name(found["activation"])
    for name in dict.fromkeys((*found, *NEEDED.get(kind, ()))):
        if not is_fit(kind, name, found.get(name)):
            raise ValueError(f"{name} is {found.get(name)!r:.60}")
    return found


def activation_name(value: Any) -> Any:
    """Return the name of an activation: of Keras's own, or "custom.name" for a function."""
    if not isinstance(value, dict):
        return "linear" if value is None else value
    name = value.get("config", value.get("class_name"))
    if isinstance(name, dict):  # an activation written as a layer
        name = value.get("class_name")
    known = str(value.get("module", "")).startswith("keras")
    known = known or (value.get("module") == "builtins" and name in PLAIN_FUNCTIONS)
    return str(name).lower() if known else f"custom.{name}"


PLAIN_FUNCTIONS = ("linear", "relu", "softmax", "sigmoid", "tanh", "elu", "selu", "gelu", "swish")
