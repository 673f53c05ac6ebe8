"""Call a learner's function as its signature asks, with stand-ins for the blocks it uses."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import keras

from reskit.network.graph import Graph
from reskit.network.tracing import graph_of, recording

BLOCKS = ("identity_block", "convolutional_block")
BLOCK_ORDER = ("X", "f", "filters", "s")  # what the positions mean, whatever the names are
NETWORK_ORDER = ("input_shape", "classes")
PLACEHOLDERS: Mapping[str, Any] = {"stage": 2, "block": "a"}  # parameters of an older form


class GivenInitializer(keras.initializers.Initializer):  # type: ignore[misc]  # keras is untyped
    """The initializer that a caller passes to a block; it takes any argument."""

    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__()

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """Return zeros; a recorded layer never draws its weights."""
        return keras.ops.zeros(shape, dtype=dtype)

    def get_config(self) -> dict[str, Any]:
        """Return no settings: which initializer it is says all."""
        return {}


class BlockCall(keras.layers.Layer):  # type: ignore[misc]  # keras is untyped
    """Stands in for a block: remembers how it was called, gives a tensor of the right shape."""

    def __init__(self, block: str, settings: dict[str, Any]) -> None:
        super().__init__()
        self.reskit_settings = {"block": block, **settings}

    def compute_output_spec(self, tensor: Any, **_: Any) -> Any:
        """Return the shape that the real block would have given."""
        _, height, width, *channels = tensor.shape
        stride = _whole(self.reskit_settings.get("s"), 1)
        filters = self.reskit_settings.get("filters")
        if not isinstance(filters, (list, tuple)):
            filters = self.reskit_settings.get("f")
        last = filters[-1] if isinstance(filters, (list, tuple)) and filters else channels[-1]
        size = tuple(None if side is None else -(-side // stride) for side in (height, width))
        return keras.KerasTensor((None, *size, _whole(last, channels[-1])), dtype="float32")

    reskit_block = "block"


def _whole(value: Any, otherwise: int) -> int:
    while isinstance(value, (list, tuple)) and value:
        value = value[0]
    return value if isinstance(value, int) and value > 0 else otherwise


def _meanings(function: Callable[..., Any], order: tuple[str, ...]) -> dict[str, str]:
    """Return {parameter name: what it means}; a name of one's own means what its place means."""
    names = [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    known = {*order, *PLACEHOLDERS, "training", "initializer"}
    taken = set(names) & known
    meanings = {}
    for place, name in enumerate(names):
        at_place = order[place] if place < len(order) else name
        free = name not in known and at_place not in taken
        meanings[name] = at_place if free else name
    return meanings


def call_function(function: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """Call `function` with those of the `given` values that its signature takes.

    `given` names values by their meaning: X, f, filters, s, initializer, training, input_shape,
    classes. Older forms of the blocks have `stage, block` or `training`, or no `initializer`.
    """
    order = BLOCK_ORDER if "X" in given else NETWORK_ORDER
    values = {**PLACEHOLDERS, **given}
    parameters = inspect.signature(function).parameters
    meanings = _meanings(function, order)
    arguments: list[Any] = []
    keywords: dict[str, Any] = {}
    skipped = False  # once one is left to its default, what follows goes by name
    for name, meaning in meanings.items():
        if meaning not in values:
            skipped = True
        elif skipped or parameters[name].kind is inspect.Parameter.KEYWORD_ONLY:
            keywords[name] = values[meaning]
        else:
            arguments.append(values[meaning])
    kinds = {parameter.kind for parameter in parameters.values()}
    if inspect.Parameter.VAR_KEYWORD in kinds:
        left = {*given} - {*meanings.values(), "training"}
        keywords |= {name: given[name] for name in given if name in left}
    elif inspect.Parameter.VAR_POSITIONAL in kinds and not meanings:
        arguments = [given[meaning] for meaning in order if meaning in given]
    return function(*arguments, **keywords)


def takes_training(function: Callable[..., Any]) -> bool:
    """Return whether the function has a `training` parameter, as an older form of it does."""
    return "training" in inspect.signature(function).parameters


def stand_in(block: str, function: Callable[..., Any] | None) -> Callable[..., Any]:
    """Return a function that takes the place of a block and records how it is called.

    It takes the arguments that the learner's own `function` takes; the contract's where
    there is none.
    """

    def contract_form(
        X: Any,  # noqa: N803 - the contract's name
        f: Any,
        filters: Any,
        s: Any = 2,
        initializer: Any = None,
        **_: Any,
    ) -> None: ...

    if function is None or not callable(function):
        function = contract_form
    signature = inspect.signature(function)
    meanings = _meanings(function, BLOCK_ORDER)

    def block_call(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        values = {meanings.get(name, name): value for name, value in bound.arguments.items()}
        settings = {"f": values.get("f"), "filters": _as_list(values.get("filters"))}
        if block == "convolutional_block":
            settings["s"] = values.get("s", 2)
        return BlockCall(block, settings)(values["X"])

    block_call.__name__ = block
    return block_call


def _as_list(value: Any) -> Any:
    return list(value) if isinstance(value, (list, tuple)) else value


@contextlib.contextmanager
def blocks_stood_in(function: Callable[..., Any]) -> Iterator[None]:
    """Let `function` see stand-ins under the names of the two blocks, for a while."""
    scope = getattr(function, "__globals__", None)
    if scope is None:
        yield
        return
    missing = object()
    before = {name: scope.get(name, missing) for name in BLOCKS}
    for name, real in before.items():
        scope[name] = stand_in(name, None if real is missing else real)
    try:
        yield
    finally:
        for name, real in before.items():
            if real is missing:
                del scope[name]
            else:
                scope[name] = real


def takes_initializer(function: Callable[..., Any]) -> bool:
    """Return whether a caller can choose the function's initializer."""
    kinds = {parameter.kind for parameter in inspect.signature(function).parameters.values()}
    named = "initializer" in _meanings(function, BLOCK_ORDER).values()
    return named or inspect.Parameter.VAR_KEYWORD in kinds


@dataclass(frozen=True)
class Built:
    """What one call of a learner's function left behind."""

    graph: Graph
    returned: str  # "tensor", "model", "NoneType" or another type's name
    error: BaseException | None  # what it raised; the graph then holds what was built until there
    training: bool | None  # the training flag that was passed, None where it takes none
    takes_initializer: bool


def build(exercise: str, function: Callable[..., Any], arguments: Mapping[str, Any]) -> Built:
    """Call `function` once with the manifest's `arguments` and return what it built.

    `input_shape` has no batch axis; a block is called on an input of that shape, with a marked
    initializer, and a network with stand-ins for its blocks.
    """
    given = {name: _fresh(name, value) for name, value in arguments.items()}
    given.setdefault("training", True)
    returned: Any = None
    error: BaseException | None = None
    with recording() as record, contextlib.ExitStack() as stack:
        try:
            if exercise in BLOCKS:
                given["X"] = keras.Input(given.pop("input_shape"))
                given["initializer"] = GivenInitializer
            else:
                stack.enter_context(blocks_stood_in(function))
            returned = call_function(function, given)
        except (Exception, SystemExit) as raised:
            error = raised
    outputs, kind = _outputs(returned)
    return Built(
        graph=graph_of(record, outputs, raised=error is not None),
        returned=kind,
        error=error,
        training=given["training"] if takes_training(function) else None,
        takes_initializer=takes_initializer(function),
    )


def _fresh(name: str, value: Any) -> Any:
    """Return a copy, so that a function which changes its arguments changes only its own."""
    if isinstance(value, (list, tuple)):
        return tuple(value) if name == "input_shape" else list(value)
    return value


def _outputs(returned: Any) -> tuple[list[Any], str]:
    if isinstance(returned, keras.KerasTensor):
        return [returned], "tensor"
    if isinstance(returned, keras.Model):
        inner = getattr(returned, "_functional", None) or returned
        return list(getattr(inner, "outputs", None) or []), "model"
    return [], type(returned).__name__
