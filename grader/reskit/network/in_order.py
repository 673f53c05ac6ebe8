"""The cheapest pairing of two sequences that keeps the order of both (Needleman, Wunsch 1970)."""

from __future__ import annotations

from collections.abc import Callable

Pair = tuple[int | None, int | None]  # a place in the first, a place in the second


def paired_in_order(
    first: int, second: int, price: Callable[[int, int], float], alone: float
) -> list[Pair]:
    """Return the pairs, in order, of two sequences of the lengths `first` and `second`.

    `price` says what it costs that two entries stand beside each other, `alone` what it costs
    that one stands alone. Of equally cheap pairings, two entries stand beside each other as early
    as they can, and then the first sequence's stands alone.
    """
    never = float("inf")
    rest = [[0.0] * (second + 1) for _ in range(first + 1)]

    def choices(row: int, column: int) -> list[float]:
        has_row, has_column = row < first, column < second
        both = has_row and has_column
        return [
            price(row, column) + rest[row + 1][column + 1] if both else never,
            alone + rest[row + 1][column] if has_row else never,
            alone + rest[row][column + 1] if has_column else never,
        ]

    for row in reversed(range(first + 1)):
        for column in reversed(range(second + 1)):
            if row < first or column < second:
                rest[row][column] = min(choices(row, column))
    pairs: list[Pair] = []
    row = column = 0
    while row < first or column < second:
        costs = choices(row, column)
        choice = costs.index(min(costs))
        pairs.append((row if choice < 2 else None, column if choice != 1 else None))
        row, column = row + (choice < 2), column + (choice != 1)
    return pairs
