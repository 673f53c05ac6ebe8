"""Findings: what the store knows of a program, what it answered and what that earned."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from reskit.addresses import result_address
from reskit.judged import Judged, judged_from_data
from reskit.probe.pool import Answer
from reskit.store import Store


class Findings:
    """What is known, and what is kept, under one way of judging; without a store, nothing."""

    def __init__(self, store: Store | None, judged_by: str, *, force: bool = False) -> None:
        self._store = store
        self._judged_by = judged_by
        self._force = force  # nothing counts as known, but everything is kept

    def judged(self, address: str) -> list[Judged] | None:
        """Return what the answers at an address earned, where they were judged this way before."""
        text = self._get(result_address(address, self._judged_by))
        return None if text is None else [judged_from_data(raw) for raw in json.loads(text)]

    def answers(self, address: str) -> list[Answer] | None:
        """Return the answers at an address, where the question was asked before."""
        text = self._get(address)
        return None if text is None else json.loads(text)

    def _get(self, address: str) -> str | None:
        return None if self._store is None or self._force else self._store.get(address)

    def keep(
        self, addresses: Iterable[str], answers: Sequence[Answer], judged: Sequence[Judged]
    ) -> None:
        """Keep answers, and what they earned, at each of the addresses."""
        if self._store is None:
            return
        told = json.dumps(list(answers))
        earned = json.dumps([each.to_data() for each in judged])
        entries = dict.fromkeys(addresses, told)
        entries |= {result_address(address, self._judged_by): earned for address in entries}
        self._store.put(entries)
