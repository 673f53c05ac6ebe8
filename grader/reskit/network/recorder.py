"""The recorder: every symbolic Keras call made while it is open, and the one that raised."""

from __future__ import annotations

import contextlib
import functools
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import keras
from keras.src.models.functional import Functional
from keras.src.ops.node import Node as KerasNode
from keras.src.optimizers.base_optimizer import BaseOptimizer
from keras.src.trainers.trainer import Trainer

from reskit.network.own_layers import call_opened, can_be_opened, without_follower

NOT_CONNECTED = "An output of the model is not connected to its input."
MERGING_LAYERS = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate")
MERGING_OPS = (*MERGING_LAYERS, "Divide", "TrueDivide", "Power")
WINDOWS = {  # which setting of a layer has to fit into its map
    "Conv2D": "kernel_size",
    "MaxPooling2D": "pool_size",
    "AveragePooling2D": "pool_size",
}
MAPS = (*WINDOWS, "ZeroPadding2D", "GlobalAveragePooling2D", "GlobalMaxPooling2D", "BlockCall")


@dataclass(frozen=True)
class Attempt:
    """A call of a layer or an operation that raised."""

    operation: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    error: BaseException


@dataclass
class Recording:
    """What Keras built while the recorder was open, in order."""

    forgiving: bool = False
    made: list[Any] = field(default_factory=list)  # Keras nodes
    assumed: list[Any] = field(default_factory=list)  # those of them whose call raised
    attempt: Attempt | None = None  # the last call that raised, and was not gone past

    def failed(self, attempt: Attempt) -> Any:
        """Return the tensor that the call may have given; raise its error where none can be told.

        Only a forgiving recorder goes past a call that raised.
        """
        shape = assumed_shape(attempt) if self.forgiving else None
        if shape is None:
            self.attempt = attempt
            raise attempt.error
        tensor = keras.KerasTensor(shape, dtype="float32")
        KerasNode(
            operation=attempt.operation,
            call_args=attempt.args,
            call_kwargs=attempt.kwargs,
            outputs=tensor,
        )
        self.assumed.append(self.made[-1])
        return tensor

    def behind(self, error: BaseException | None) -> Attempt | None:
        """Return the call from which an exception came, None where it came from elsewhere."""
        seen: set[int] = set()  # a learner may raise exceptions that cause each other
        while error is not None and id(error) not in seen:
            if self.attempt is not None and error is self.attempt.error:
                return self.attempt
            seen.add(id(error))
            error = error.__cause__ or error.__context__
        return None


def assumed_shape(attempt: Attempt) -> tuple[int | None, ...] | None:
    """Return a shape with which to go on after shapes that do not fit, None for other failures.

    Tensors that cannot be merged give the first one's shape, and so does a tensor that is no
    map; a window that is larger than the map gives a map of one pixel.
    """
    name = type(attempt.operation).__name__
    shapes = [tuple(tensor.shape) for tensor in symbolic_leaves((attempt.args, attempt.kwargs))]
    is_layer = isinstance(attempt.operation, keras.layers.Layer)
    if name in (MERGING_LAYERS if is_layer else MERGING_OPS):
        return shapes[0] if len(shapes) > 1 and len(set(shapes)) > 1 else None
    if not is_layer or name not in MAPS or len(shapes) != 1:
        return None
    if len(shapes[0]) != 4:
        return shapes[0]
    channels = getattr(attempt.operation, "filters", shapes[0][3])
    return (shapes[0][0], 1, 1, channels) if name in WINDOWS else None


@contextlib.contextmanager
def recording(forgiving: bool = False) -> Iterator[Recording]:
    """Record every symbolic Keras call made inside the `with` block.

    A layer of the learner's own is opened: its inner layers are recorded in its place, where
    they can be told. A `forgiving` recorder goes on after tensors that cannot be merged. Keras
    is restored on leaving, whatever happens inside.
    """
    record = Recording(forgiving)
    operation_class = keras.Operation
    make_node, call_layer = KerasNode.__init__, keras.layers.Layer.__call__
    call_operation, make_model = operation_class.symbolic_call, Functional.__init__
    compile_model, make_optimizer = Trainer.compile, BaseOptimizer.__init__

    @functools.wraps(make_node)
    def remember_node(node: Any, *args: Any, **kwargs: Any) -> None:
        _refuse_empty(kwargs.get("outputs"))
        make_node(node, *args, **kwargs)
        record.made.append(node)

    @functools.wraps(call_operation)
    def remember_operation(operation: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(operation, keras.layers.Layer):
            return call_operation(operation, *args, **kwargs)
        try:
            return call_operation(operation, *args, **kwargs)
        except Exception as error:
            return record.failed(Attempt(operation, args, kwargs, error))

    @functools.wraps(call_layer)
    def remember_layer(layer: Any, *args: Any, **kwargs: Any) -> Any:
        kwargs = without_follower(kwargs)
        _refuse_made_wrong(layer)
        if can_be_opened(layer) and symbolic_leaves(args):
            return _open(record, layer, args, kwargs, call_layer)
        before = len(record.made)
        try:
            return call_layer(layer, *args, **kwargs)
        except Exception as error:
            if type(layer) is keras.Sequential and len(args) == 1 and not kwargs:
                record.made[before:] = []
                return _one_by_one(layer, args[0])
            return record.failed(Attempt(layer, args, kwargs, error))

    @functools.wraps(make_model)
    def refuse_disconnected(model: Any, *args: Any, **kwargs: Any) -> None:
        make_model(model, *args, **kwargs)
        if not _connected(model.inputs, model.outputs):
            raise ValueError(NOT_CONNECTED)

    # Variables for training have no place where no weights are made.
    def leave_uncompiled(*_: Any, **__: Any) -> None: ...

    def leave_empty(optimizer: Any, *_: Any, **__: Any) -> None:
        optimizer._lock = False  # by which Keras knows that this was called

    KerasNode.__init__, Functional.__init__ = remember_node, refuse_disconnected
    Trainer.compile, BaseOptimizer.__init__ = leave_uncompiled, leave_empty
    operation_class.symbolic_call = remember_operation
    keras.layers.Layer.__call__ = remember_layer
    try:
        yield record
    finally:
        KerasNode.__init__, Functional.__init__ = make_node, make_model
        Trainer.compile, BaseOptimizer.__init__ = compile_model, make_optimizer
        operation_class.symbolic_call = call_operation
        keras.layers.Layer.__call__ = call_layer


def _one_by_one(layers: Any, tensor: Any) -> Any:
    """Call the layers of a Sequential that cannot be called as one, up to the one that raises."""
    for layer in layers.layers:
        tensor = layer(tensor)
    return tensor


def _open(record: Recording, layer: Any, args: Any, kwargs: Any, call_layer: Any) -> Any:
    """Call what is inside the layer; where it cannot be told, the layer as one."""
    before, attempt = len(record.made), record.attempt
    try:
        outputs = call_opened(layer, args, kwargs)
        if symbolic_leaves(outputs):
            return outputs
    except Exception as error:  # a learner's code may raise anything
        found = record.behind(error)
        if found is not None and assumed_shape(found) is not None:
            raise
    inside, record.made[before:] = record.made[before:], []
    inner_attempt, record.attempt = record.attempt, attempt
    try:
        with warnings.catch_warnings(action="ignore"):  # Keras warns that the layer cannot be told
            return call_layer(layer, *args, **kwargs)
    except Exception as error:
        record.made[before:] = inside
        inner = None if inner_attempt is attempt else inner_attempt
        record.attempt = replace(inner or Attempt(layer, args, kwargs, error), error=error)
        raise


def _refuse_made_wrong(layer: Any) -> None:
    """Raise for what newer releases of Keras refuse when a layer is made, and older ones do not."""
    units = getattr(layer, "units", None)
    if type(layer) is keras.layers.Dense and not (isinstance(units, int) and units > 0):
        raise ValueError(
            "Received an invalid value for `units`, expected a positive integer. "
            f"Received: units={units}"
        )
    shape = getattr(layer, "target_shape", None)
    if type(layer) is keras.layers.Reshape and shape is not None and shape.count(-1) > 1:
        raise ValueError(
            "There must be at most one unknown dimension (-1) in `target_shape`. "
            f"Received: target_shape={shape}."
        )


def _refuse_empty(outputs: Any) -> None:
    """Raise for a map without pixels, as newer releases of Keras do and older ones do not."""
    for tensor in symbolic_leaves(outputs):
        if 0 in tensor.shape:
            raise ValueError("Computed output size would be zero or negative.")


def _connected(inputs: list[Any], outputs: list[Any]) -> bool:
    """Return whether the outputs come from these inputs alone; older releases do not ask."""
    seen = {id(tensor) for tensor in inputs}
    stack = list(outputs)
    while stack:
        tensor = stack.pop()
        if id(tensor) not in seen:
            seen.add(id(tensor))
            node = node_of(tensor)
            if node is None or node.is_input:
                return False
            stack.extend(node.arguments.keras_tensors)
    return True


def node_of(tensor: Any) -> Any:
    """Return the Keras node that made a tensor, None where there is none."""
    history = getattr(tensor, "_keras_history", None)
    if history is None or history.operation is None:
        return None
    return history.operation._inbound_nodes[history.node_index]


def symbolic_leaves(value: Any) -> list[Any]:
    """Return the Keras tensors in nested lists, tuples and tables."""
    return [leaf for leaf in leaves(value) if isinstance(leaf, keras.KerasTensor)]


def leaves(value: Any) -> Iterator[Any]:
    """Yield what stands in nested lists, tuples and tables."""
    if isinstance(value, dict):
        for entry in value.values():
            yield from leaves(entry)
    elif isinstance(value, (list, tuple)):
        for entry in value:
            yield from leaves(entry)
    else:
        yield value
