"""Arithmetic that amounts to a ReLU, a softmax, an addition or nothing, and is named so.

`x * (x > 0)` is a ReLU that is written in other words, and `a - -b` an addition. Which one it is,
is told by numbers: for each operation the few before it are computed on numbers of both signs,
small and large, and compared with what the usual operations make of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import prod

import numpy as np

from reskit.network.elementwise import ACTIVATIONS, Array, elementwise, is_elementwise
from reskit.network.operation import Network, Operation

MOST_TOGETHER = 12  # operations that may stand for one
MOST_LOOKED_AT = 400  # in a network; one that writes each of its 49 ReLUs out in four has 200
LONGEST_SIDE = 8  # of a map that is computed: none of the usual operations depends on its size
SAME_RESULT = 1e-6  # relative and absolute; float64 in another order differs by about 1e-14
SMALL = (0.5, 3.0, 30.0, 0.1)  # how large the numbers are in each example of a batch
LARGE = (1e3, 3e4)  # a bound or a bend may lie far from zero
PHASES = (0.7, 1.3)  # of the two tensors that may be added
USUAL_FUNCTIONS: Mapping[str, Callable[[Array], Array]] = {
    "Identity": lambda value: value,
    **{name: ACTIVATIONS[name] for name in ("relu", "softmax", "sigmoid", "tanh")},
}
BOUNDED = ("softmax", "sigmoid", "tanh")  # tell nothing of large numbers, and overflow by hand
SUMS: Mapping[str, Callable[[Array, Array], Array]] = {"Add": np.add}


def arithmetic_named(network: Network) -> Network:
    """Return the network with each ReLU, addition … that is written out as one operation.

    What only served a part that was written out goes; what another operation needs stays. A network
    of far more arithmetic than one of this kind has is left as it is.
    """
    if sum(is_elementwise(each.kind) for each in network.operations) > MOST_LOOKED_AT:
        return network
    operations = list(network.operations)
    replaced: dict[int, int] = {}  # an operation that changes nothing: what it gives back
    spent: set[int] = set()  # what was only a part of something, and those that change nothing
    for position, operation in enumerate(operations):
        inputs = tuple(replaced.get(source, source) for source in operation.inputs)
        operations[position] = replace(operation, inputs=inputs)
        for sources, members in _cuts(operations, position):
            meaning = _meaning(operations, position, sources, members)
            if meaning is None:
                continue
            if meaning.kind == "Identity":
                replaced[position] = sources[0]
                spent.add(position)
            operations[position] = meaning
            spent |= members - {position}
            break
    outputs = tuple(replaced.get(output, output) for output in network.outputs)
    return _without_spent(operations, outputs, spent)


def _cuts(operations: list[Operation], end: int) -> Iterator[tuple[tuple[int, ...], set[int]]]:
    """Yield what may go in and what lies between that and `end`, the nearest first."""
    if not is_elementwise(operations[end].kind):
        return
    members, sources = {end}, set(operations[end].inputs)
    while sources and len(members) <= MOST_TOGETHER:
        yield tuple(sorted(sources)), set(members)
        inner = [source for source in sources if is_elementwise(operations[source].kind)]
        if not inner:
            return
        last = max(inner)
        members.add(last)
        sources = sources - {last} | set(operations[last].inputs)


def _meaning(
    operations: list[Operation], end: int, sources: tuple[int, ...], members: set[int]
) -> Operation | None:
    """Return the usual operation that gives the same; None where there is none, or just this."""
    whole = operations[end]
    if len(sources) > 2 or (whole.kind == "Add" and sorted(whole.inputs) == [*sources]):
        return None
    shapes = [operations[source].shape for source in sources]
    if whole.failed:
        shapes = shapes[:1] * len(shapes)  # shapes that do not fit; what was meant can be told
    candidates: Mapping[str, Callable[..., Array]] = SUMS if len(sources) == 2 else USUAL_FUNCTIONS
    for sizes in (SMALL, LARGE):
        values = _given_numbers(shapes, sizes)
        if values is None:
            return None
        received = _what_comes_out(operations, end, sources, values, members)
        if received is None:
            return None
        candidates = {
            name: function
            for name, function in candidates.items()
            if (sizes == LARGE and name in BOUNDED) or _same_result(received, function(*values))
        }
    name = next(iter(candidates), None)
    if name is None:
        return None
    if name in ("Add", "Identity"):
        return replace(whole, kind=name, settings={}, inputs=sources)
    return replace(whole, kind="Activation", settings={"function": name}, inputs=sources)


def _given_numbers(
    shapes: Sequence[tuple[int | None, ...] | None], sizes: Sequence[float]
) -> list[Array] | None:
    """Return numbers of both signs for tensors of these shapes; None where one is not known."""
    found = []
    for shape, wave in zip(shapes, PHASES, strict=False):
        if shape is None or len(shape) < 2 or not all(shape[1:]):
            return None
        sides = (len(sizes), *(min(side or 1, LONGEST_SIDE) for side in shape[1:]))
        steps = np.arange(prod(sides)).reshape(sides)
        each = np.reshape(sizes, (-1, *[1] * (len(sides) - 1)))
        found.append(np.sin(steps * steps * wave + wave) * each)
    return found


def _what_comes_out(
    operations: list[Operation],
    end: int,
    sources: tuple[int, ...],
    given: list[Array],
    members: set[int],
) -> Array | None:
    """Return what the members make of the numbers that their sources are given."""
    values = dict(zip(sources, given, strict=True))
    try:
        with np.errstate(all="ignore"):  # what is no number agrees with nothing
            for position in sorted(members):
                operation = operations[position]
                inputs = [values[source] for source in operation.inputs]
                found = elementwise(operation.kind, inputs, operation.settings)
                if found is None:
                    return None
                values[position] = found
    except (ValueError, TypeError, KeyError, IndexError, OverflowError):
        return None  # called in a way that it does not take
    return values[end]


def _same_result(received: Array, expected: Array) -> bool:
    same = received.shape == expected.shape
    return same and bool(np.allclose(received, expected, rtol=SAME_RESULT, atol=SAME_RESULT))


def _without_spent(
    operations: list[Operation], outputs: tuple[int, ...], spent: set[int]
) -> Network:
    """Return the network without those of the spent operations that nothing needs any more."""
    needed = set(outputs)
    for position in reversed(range(len(operations))):
        if position not in spent or position in needed:
            needed |= {position, *operations[position].inputs}
    place = {position: number for number, position in enumerate(sorted(needed))}
    kept = [
        replace(
            operations[position],
            inputs=tuple(place[source] for source in operations[position].inputs),
        )
        for position in sorted(needed)
    ]
    return Network(tuple(kept), tuple(place[output] for output in outputs))
