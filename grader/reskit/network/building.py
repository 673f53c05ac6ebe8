"""What one call of a learner's function built, also when it raised half-way."""

from __future__ import annotations

import contextlib
import inspect
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import keras

from reskit.network.calling import (
    BLOCK_ORDER,
    NETWORK_ORDER,
    call_function,
    is_block,
    meanings_of,
    takes_initializer,
    takes_training,
)
from reskit.network.failures import say_steadily
from reskit.network.graph import Graph
from reskit.network.recorder import assumed_shape, recording, symbolic_leaves
from reskit.network.stand_ins import blocks_stood_in, initializer_name
from reskit.network.tracing import graph_of, inner_model
from reskit.network.unjudged import COURSE_INITIALIZERS, unjudged


class GivenInitializer(keras.initializers.Initializer):  # type: ignore[misc]  # keras is untyped
    """The initializer that a caller passes to a block; it takes any argument."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__()
        self.seed = settings.get("seed", args[0] if args else None)

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """Return zeros; a recorded layer never draws its weights."""
        return keras.ops.zeros(shape, dtype=dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the seed alone: which initializer it is says all."""
        return {"seed": self.seed}


@dataclass(frozen=True)
class Built:
    """What one call of a learner's function left behind."""

    graph: Graph
    returned: str  # "tensor", "model", "NoneType" or another type's name
    error: BaseException | None  # what it raised; the graph then holds what was built until there
    training: bool | None  # the training flag that was passed, None where it takes none
    takes_initializer: bool  # a network needs none: its caller does not choose one
    default_initializer: str | None = None  # of the parameter, where it is not the course's

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what was met and is not judged."""
        return unjudged(
            self.graph,
            self.default_initializer,
            chooses_initializer=not self.takes_initializer,
        )


@dataclass(frozen=True)
class _Run:
    """One run of a function under the recorder."""

    graph: Graph
    returned: str
    error: BaseException | None
    stopped_for_shapes: bool


def build(
    exercise: str,
    function: Callable[..., Any],
    arguments: Mapping[str, Any],
) -> Built:
    """Call `function` with the manifest's `arguments` and return what it built.

    `input_shape` has no batch axis; a block is called on an input of that shape, with a marked
    initializer, and a network with stand-ins for its blocks.

    When the call raised because shapes did not fit, the function is called a second time, past
    that place, and the graph goes on as far as that went. What was returned and raised is told
    of the first call alone.
    """
    run = _run(function, arguments)
    graph = run.graph
    if run.stopped_for_shapes:
        with contextlib.redirect_stdout(io.StringIO()):
            again = _run(function, arguments, forgiving=True)
        if _goes_on(graph, again.graph):
            graph = again.graph
    return Built(
        graph=graph,
        returned=run.returned,
        error=run.error,
        training=_training(arguments) if takes_training(function) else None,
        takes_initializer=takes_initializer(function) or not is_block(arguments),
        default_initializer=_other_initializer(exercise, function),
    )


def _run(
    function: Callable[..., Any],
    arguments: Mapping[str, Any],
    forgiving: bool = False,
) -> _Run:
    given = {name: _fresh(name, value) for name, value in arguments.items()}
    given["training"] = _training(arguments)
    returned: Any = None
    error: BaseException | None = None
    with recording(forgiving) as record, contextlib.ExitStack() as stack:
        try:
            if is_block(arguments):
                given["X"] = keras.Input(given.pop("input_shape"))
                given["initializer"] = GivenInitializer
            else:
                stack.enter_context(blocks_stood_in(function))
            returned = call_function(function, given)
            outputs, kind = _outputs(returned, function, given)
        except (Exception, SystemExit) as raised:
            error = raised
            outputs, kind = [], type(returned).__name__
    graph = graph_of(record, outputs, error)
    if error is not None:
        say_steadily(error, graph)
    attempt = record.behind(error)
    stopped_for_shapes = attempt is not None and assumed_shape(attempt) is not None
    return _Run(graph, kind, error, stopped_for_shapes)


def _training(arguments: Mapping[str, Any]) -> Any:
    return arguments.get("training", True)


def _goes_on(first: Graph, second: Graph) -> bool:
    """Return whether the second graph begins as the first did, up to the call that raised."""
    begun = [(node.op, node.inputs) for node in first.nodes]
    return [(node.op, node.inputs) for node in second.nodes[: len(begun)]] == begun


def _fresh(name: str, value: Any) -> Any:
    """Return a copy, so that a function which changes its arguments changes only its own."""
    if isinstance(value, (list, tuple)):
        return tuple(value) if name == "input_shape" else list(value)
    return value


def _outputs(
    returned: Any, function: Callable[..., Any], given: Mapping[str, Any]
) -> tuple[list[Any], str]:
    """Return the symbolic tensors that a result stands for, and what kind of result it is.

    A model that is not made of Keras tensors is called on an input of the shape asked for.
    """
    if isinstance(returned, keras.KerasTensor):
        return [returned], "tensor"
    if not isinstance(returned, keras.Model):
        return [], type(returned).__name__
    inner = inner_model(returned)
    if inner is not None:
        inputs = len(inner.inputs)
        return list(inner.outputs), "model" if inputs == 1 else f"model with {inputs} inputs"
    shape = given.get("input_shape", _default_shape(function))
    return symbolic_leaves(returned(keras.Input(shape))), "model"


def _default_shape(function: Callable[..., Any]) -> Any:
    meanings = meanings_of(function, NETWORK_ORDER)
    for name, parameter in inspect.signature(function).parameters.items():
        if meanings.get(name) == "input_shape":
            return parameter.default
    return None


def _other_initializer(exercise: str, function: Callable[..., Any]) -> str | None:
    """Return the name of the default initializer of a block, None where it is the course's."""
    meanings = meanings_of(function, BLOCK_ORDER)
    for name, parameter in inspect.signature(function).parameters.items():
        default = parameter.default
        if meanings.get(name) != "initializer" or default is inspect.Parameter.empty:
            continue
        name = initializer_name(default)
        return None if name == COURSE_INITIALIZERS.get(exercise, name) else name
    return None
