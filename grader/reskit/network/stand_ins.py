"""Stand-ins: what takes the place of the two blocks while a network is built."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import keras

from reskit.network.calling import BLOCK_ORDER, meanings_of
from reskit.network.operation import BLOCK_KINDS, UNASKED
from reskit.network.own_layers import is_kerass_own
from reskit.network.unjudged import COURSE_INITIALIZERS

NO_TENSOR = (
    "{block} is given None in the place of a tensor: is a placeholder left, or does a helper "
    "return nothing?"
)


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

    if function is None or not callable(function) or not _names_its_input(function):
        function = contract_form
    signature = inspect.signature(function)
    meanings = meanings_of(function, BLOCK_ORDER)

    def block_call(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        passed = {meanings.get(name, name) for name in bound.arguments}
        bound.apply_defaults()
        values = {meanings.get(name, name): value for name, value in bound.arguments.items()}
        settings = {"f": values.get("f", UNASKED), "filters": _as_list(values.get("filters"))}
        if block == "convolutional_block":
            settings["s"] = values.get("s", 2)
        if "initializer" in passed and (other := other_initializer(values.get("initializer"))):
            settings["initializer"] = other
        settings["defaulted"] = [name for name in settings if name in values and name not in passed]
        if values["X"] is None:
            raise TypeError(NO_TENSOR.format(block=block))
        return BlockCall(block, settings)(values["X"])

    block_call.__name__ = block
    return block_call


def other_initializer(given: Any) -> str | None:
    """Return the name of an initializer, None for one that the course's blocks have by default."""
    made = given
    if callable(given) and not isinstance(given, (type, keras.initializers.Initializer)):
        with contextlib.suppress(Exception):  # a learner's function may raise anything
            made = given(seed=0)
    name = initializer_name(made)
    return None if name in COURSE_INITIALIZERS.values() else name


def initializer_name(given: Any) -> str:
    """Return the name of an initializer: of its class, or of what a learner gave instead."""
    if isinstance(given, str):
        with contextlib.suppress(ValueError):  # no initializer has this name
            given = keras.initializers.get(given)
    kind = given if isinstance(given, type) else type(given)
    if is_kerass_own(kind) or isinstance(given, keras.initializers.Initializer):
        return kind.__name__[:80]
    return str(getattr(given, "__name__", given))[:80]


def _names_its_input(function: Callable[..., Any]) -> bool:
    """Return whether a signature says what is what; that of a plain decorator takes anything."""
    anything = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    try:
        kinds = [each.kind for each in inspect.signature(function).parameters.values()]
        named = {*meanings_of(function, BLOCK_ORDER).values()}
        if any(kind in anything for kind in kinds):
            return named >= {"X", "f", "filters"}
        return "X" in named
    except BaseException:  # it has no signature, or raises what it likes when it is asked
        return False


def _as_list(value: Any) -> Any:
    """Return a list of plain numbers for a list, a tuple or an array; others as they are."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    return list(value) if isinstance(value, (list, tuple)) else value


@contextlib.contextmanager
def blocks_stood_in(function: Callable[..., Any]) -> Iterator[None]:
    """Let `function` see stand-ins under the names of the two blocks, for a while."""
    scope = getattr(function, "__globals__", None)
    if scope is None:
        yield
        return
    missing = object()
    before = {name: scope.get(name, missing) for name in BLOCK_KINDS}
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
