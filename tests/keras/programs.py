"""Programs made from the reference by one change: mutants to catch, equivalents to accept."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """One replacement in the body of one function: the `nth` time that `old` stands there."""

    name: str
    function: str
    old: str
    new: str
    nth: int = 0
    differences: tuple[tuple[str, str | None, str | None], ...] = ()  # kind, layer, attribute

    def applied(self, reference: str) -> str:
        """Return the reference with this change; asserts that there is something to change."""
        start = reference.index(f"def {self.function}(")
        rest = re.search(r"\n(?=\S)", reference[start + 4 :])
        end = start + 4 + rest.start() if rest else len(reference)
        body = reference[start:end]
        pieces = body.split(self.old)
        assert len(pieces) > self.nth + 1, f"{self.name}: nothing to change"
        left = self.old.join(pieces[: self.nth + 1])
        right = self.old.join(pieces[self.nth + 1 :])
        return reference[:start] + left + self.new + right + reference[end:]
