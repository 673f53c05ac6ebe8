"""What notebooks for older releases of Keras and TensorFlow use that is gone, and what replaced it.

Checked against Keras 3.6 and 3.15; see https://keras.io/guides/migrating_to_keras_3/ and
https://www.tensorflow.org/guide/migrate.
"""

from __future__ import annotations

import re

import keras

MODULES = {  # what their names are found in now
    "keras.utils.vis_utils": "keras.utils",
    "keras.utils.data_utils": "keras.utils",
    "keras.utils.np_utils": "keras.utils",
    "keras.utils.generic_utils": "keras.utils and keras.saving",
    "keras.utils.layer_utils": "the methods summary() and count_params() of a model",
    "keras.engine": "keras and keras.layers",
    "keras.layers.merge": "keras.layers",
    "keras.layers.normalization": "keras.layers",
    "keras.layers.convolutional": "keras.layers",
    "keras.layers.core": "keras.layers",
    "keras.layers.pooling": "keras.layers",
    "keras.layers.advanced_activations": "keras.layers",
    "keras.layers.wrappers": "keras.layers",
    "keras.layers.recurrent": "keras.layers",
    "keras.layers.embeddings": "keras.layers",
    "keras.layers.experimental": "keras.layers",
    "keras.objectives": "keras.losses",
    "scipy.misc": "PIL.Image, for reading and resizing images,",
    "tensorflow.contrib": "keras",
    "tensorflow.layers": "keras.layers",
    "tensorflow.python.keras": "keras",
}
UNFIT = "tensorflow.python.keras"  # can still be imported, and does not fit the Keras of today
PROPER_NAMES = {"keras": "Keras", "tensorflow": "TensorFlow", "scipy": "SciPy"}
NAMES = {
    "keras.layers.Merge": "keras.layers.Add()",
    "keras.layers.merge": "keras.layers.add([...])",
    "keras.initializers.normal": "keras.initializers.RandomNormal",
    "keras.initializers.uniform": "keras.initializers.RandomUniform",
    "keras.backend.int_shape": "the attribute `shape` of the tensor",
    "keras.backend.set_learning_phase": "the argument `training` of a call",
    "keras.backend.learning_phase": "the argument `training` of a call",
    "keras.backend.image_dim_ordering": "keras.config.image_data_format()",
    "keras.backend.set_image_dim_ordering": "keras.config.set_image_data_format(...)",
    "keras.backend.get_session": "no session: there are none any more",
    "keras.backend": "keras.ops",  # any other name in it
    "tensorflow.Session": "no session: there are none any more",
    "tensorflow.placeholder": "keras.Input",
    "tensorflow.get_variable": "the layers of keras.layers, which make their own weights",
    "tensorflow.set_random_seed": "keras.utils.set_random_seed",
    "tensorflow.random_uniform": "keras.initializers.RandomUniform for the weights of a layer",
    "tensorflow.truncated_normal": "keras.initializers.TruncatedNormal for the weights of a layer",
    "tensorflow.reset_default_graph": "keras.utils.clear_session()",
    "tensorflow.train.AdamOptimizer": "keras.optimizers.Adam",
}
ARGUMENTS = {  # of layers and models, and what they are called since Keras 2
    "nb_filter": "filters",
    "nb_row": "kernel_size",
    "nb_col": "kernel_size",
    "subsample": "strides",
    "border_mode": "padding",
    "dim_ordering": "data_format",
    "init": "kernel_initializer",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
    "output_dim": "units",
    "gamma_init": "gamma_initializer",
    "beta_init": "beta_initializer",
    "input": "inputs",
    "output": "outputs",
}
ATTRIBUTES = {  # of tensors, layers and shapes
    (keras.KerasTensor, "get_shape"): "the attribute `shape`",
    (keras.KerasTensor, "_keras_shape"): "the attribute `shape`",
    (keras.layers.Layer, "output_shape"): "`output.shape`",
    (keras.layers.Layer, "input_shape"): "`input.shape`",
    (tuple, "as_list"): "`list(...)`: a shape is a plain tuple",
    (int, "value"): "the size itself: it is a plain integer",
}
ABOUT_ARGUMENTS = ("Unrecognized keyword arguments", "unexpected keyword", "missing")


def plain_name(name: str) -> str:
    """Return a dotted name as the tables have it: tensorflow.keras, and inner names, as keras."""
    name = re.sub(r"^keras(\.api)?\._tf_keras\.keras\b|^keras\.api\b", "keras", name)
    return re.sub(r"^tensorflow\.(?=keras\b)|^tensorflow\._api\.v2\b", _outer, name)


def _outer(found: re.Match[str]) -> str:
    return "" if found[0] == "tensorflow." else "tensorflow"


def replacement(name: str) -> str | None:
    """Return what to tell of a dotted name that is gone: "keras.layers.merge is gone: …".

    None for a name of which nothing is known.
    """
    name = plain_name(name)
    parts = name.split(".")
    if name in NAMES:
        return _gone(name, f"use {NAMES[name]}")
    for length in range(len(parts), 0, -1):
        module = ".".join(parts[:length])
        if module == UNFIT:
            return f"{module} does not fit today's Keras; import from {MODULES[module]}."
        if module in MODULES:
            return _gone(module, f"its place has been taken by {MODULES[module]}")
        if module in NAMES:
            return _gone(name, f"use {NAMES[module]}")
    return None


def _gone(name: str, instead: str) -> str:
    home = PROPER_NAMES.get(name.split(".")[0], "libraries")
    return f"{name} is gone from today's {home}; {instead}."


def is_unfit(module: str | None) -> bool:
    """Return whether a module can be imported, but must not be used with the Keras of today."""
    return module is not None and f"{module}.".startswith(f"{UNFIT}.")


def old_form(error: BaseException, source: str) -> str | None:
    """Return what to tell of an exception that comes from code for an older release.

    `source` is the learner's line, or lines, from which it came. None for any other exception.
    """
    if isinstance(error, AttributeError) and error.name is not None:
        home = getattr(error.obj, "__name__", None)
        if isinstance(home, str) and type(error.obj).__name__.endswith(("module", "Loader")):
            return replacement(f"{home}.{error.name}")
        for (kind, name), instead in ATTRIBUTES.items():
            if isinstance(error.obj, kind) and name == error.name:
                return f"`{name}` is gone from today's Keras; use {instead}."
        return None
    message = str(error)
    if isinstance(error, (TypeError, ValueError)) and any(
        each in message for each in ABOUT_ARGUMENTS
    ):
        if "AveragePooling2D" in message and "pool_size" in message:
            return "AveragePooling2D needs its `pool_size` since Keras 3; it was (2, 2) by default."
        found = [name for name in ARGUMENTS if re.search(rf"\b{name}\s*=(?!=)", source)]
        told = [f"`{name}` is called `{ARGUMENTS[name]}`" for name in found]
        return f"Since Keras 2 {', '.join(told)}." if told else None
    return None
