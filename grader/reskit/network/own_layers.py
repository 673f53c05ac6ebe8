"""Layers of the learner's own: which Keras class decides for them, and what is inside them.

Inside a layer, other than in a function that builds a model, functions of TensorFlow may be
called on tensors. The usual ones are taken for what they are in Keras.
"""

from __future__ import annotations

import contextlib
import inspect
import sys
from collections.abc import Iterator
from typing import Any

import keras

CONTAINERS = (keras.layers.Layer, keras.Model, keras.Sequential)
SAME_BEHAVIOUR = frozenset(
    {"__init__", "get_config", "from_config", "__module__", "__doc__", "__qualname__"}
    | {"__annotations__", "__annotate__", "__annotate_func__", "__annotations_cache__"}
    | {"__dict__", "__weakref__", "__static_attributes__", "__firstlineno__"}
)


TENSORFLOW_NAMES = (  # where it stands in TensorFlow, and its name in keras.ops
    ("nn.relu", "relu"),
    ("nn.softmax", "softmax"),
    ("nn.sigmoid", "sigmoid"),
    ("nn.tanh", "tanh"),
    ("add", "add"),
    ("math.add", "add"),
    ("maximum", "maximum"),
    ("math.maximum", "maximum"),
    ("reduce_mean", "mean"),
    ("math.reduce_mean", "mean"),
)


class FollowsCaller:
    """Stands for a training flag that nobody has set; it refuses to be asked for its value."""

    def __bool__(self) -> bool:
        raise TypeError("What a layer does must not be decided while it is traced.")

    def __eq__(self, other: object) -> bool:
        return bool(self)

    __hash__ = object.__hash__


def is_kerass_own(kind: type) -> bool:
    """Return whether Keras itself defines the class under this name."""
    home = sys.modules.get(kind.__module__)
    known = kind.__module__.startswith("keras.src.") and home is not None
    return known and vars(home).get(kind.__name__) is kind


def nearest_keras_class(kind: type) -> type | None:
    """Return the first of the class's ancestors, itself included, that is Keras's own."""
    return next((each for each in kind.__mro__ if is_kerass_own(each)), None)


def keras_class(kind: type) -> type | None:
    """Return the Keras class that alone decides what the class does, None where there is none.

    A learner's subclass that changes nothing but how it is made does what its Keras class does.
    """
    base = nearest_keras_class(kind)
    return base if base is not None and not _overridden(kind, base) else None


def _overridden(kind: type, base: type) -> set[str]:
    """Return the names by which the learner's classes change what the Keras class does."""
    names: set[str] = set()
    for each in kind.__mro__[: kind.__mro__.index(base)]:
        names |= {name for name in vars(each) if name.startswith("__") or hasattr(base, name)}
    return names - SAME_BEHAVIOUR


def can_be_opened(layer: Any) -> bool:
    """Return whether the layer is a Lambda, or a class of the learner's with a `call` of its own.

    A subclass of a layer with weights, as Conv2D, that changes its `call` cannot be opened: what
    it computes with its weights has no layer to stand for it.
    """
    kind = type(layer)
    if kind is keras.layers.Lambda:
        return True
    base = nearest_keras_class(kind)
    if base is None or base is kind or "call" not in _overridden(kind, base):
        return False
    return base in CONTAINERS or base.__name__ == "Functional"


class InBothWorlds:
    """A function of TensorFlow that takes Keras tensors too."""

    def __init__(self, original: Any, for_keras: Any) -> None:
        self.original, self.for_keras = original, for_keras
        self.__name__ = str(getattr(original, "__name__", "function"))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        symbolic = any(isinstance(value, keras.KerasTensor) for value in args)
        return (self.for_keras if symbolic else self.original)(*args, **kwargs)


@contextlib.contextmanager
def tensorflow_on_keras_tensors() -> Iterator[None]:
    """Let the usual functions of TensorFlow take Keras tensors, for a while."""
    replaced: list[tuple[Any, str, Any]] = []
    for place, name in TENSORFLOW_NAMES:
        *path, last = place.split(".")
        module = sys.modules.get("tensorflow")
        for part in path:
            module = getattr(module, part, None)
        original = getattr(module, last, None)
        if original is not None:
            replaced.append((module, last, original))
            setattr(module, last, InBothWorlds(original, getattr(keras.ops, name)))
    try:
        yield
    finally:
        for module, last, original in reversed(replaced):
            setattr(module, last, original)


def call_opened(layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return what the layer's `call` gives for Keras tensors, so that its inner layers are seen.

    Raises whatever the code of the layer raises on symbolic tensors.
    """
    base = nearest_keras_class(type(layer)) or keras.layers.Layer
    if not layer.built and "build" in _overridden(type(layer), base):
        layer.build(_shapes(args[0]))
    parameters = inspect.signature(layer.call).parameters
    own = {**kwargs}
    if type(layer) is not keras.layers.Lambda and "training" in parameters:
        own.setdefault("training", FollowsCaller())
    with tensorflow_on_keras_tensors():
        return layer.call(*args, **own)


def without_follower(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the keyword arguments without a training flag that only follows its caller."""
    return {name: value for name, value in kwargs.items() if not isinstance(value, FollowsCaller)}


def _shapes(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_shapes(entry) for entry in value]
    return tuple(value.shape)
