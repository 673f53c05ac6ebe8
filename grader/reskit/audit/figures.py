"""The figures of an audit: what was caught, what was refused, and what was named exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import permutations

from reskit.audit.operators import Accepted
from reskit.audit.outcome import Outcome
from reskit.audit.programs import Program
from reskit.network.difference import Difference


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    def __str__(self) -> str:
        """Return "117 of 118 (99.2 %)"."""
        return f"{self.part} of {self.whole} ({self.percent:.1f} %)" if self.whole else "none"

    @property
    def percent(self) -> float:
        """Return the share in percent; of nothing, everything."""
        return 100.0 * self.part / self.whole if self.whole else 100.0


@dataclass(frozen=True)
class Miss:
    """A program on which a test did not do what it should."""

    program: str
    what: str  # "not caught", "refused", "not exact", "not both"
    said: str


@dataclass(frozen=True)
class Figures:
    """What one test came to on the programs of an audit."""

    test: str
    killed: Share  # wrong programs that did not pass
    rejected: Share  # right programs that did not pass
    exact: Share | None  # one-edit mutants told by exactly their difference
    both: Share | None  # two-edit mutants of which both differences were told
    misses: tuple[Miss, ...]

    @property
    def reached(self) -> bool:
        """Return whether the bars are met: all killed, none rejected, 99 % exact, 95 % both."""
        return (
            self.killed.part == self.killed.whole
            and self.rejected.part == 0
            and (self.exact is None or self.exact.percent >= EXACT_BAR)
            and (self.both is None or self.both.percent >= BOTH_BAR)
        )


EXACT_BAR, BOTH_BAR = 99.0, 95.0  # percent


def figures(
    test: str,
    programs: Sequence[Program],
    right: Mapping[str, bool],
    outcomes: Mapping[str, Outcome],
    *,
    diagnoses: bool = True,
) -> Figures:
    """Return the figures of one test.

    `right` says of each program, by its name, whether it builds the reference's network. Two edits
    of which one changes nothing on its own are one mistake, not two. Programs without an outcome
    were not given to the test. `diagnoses` says whether the test names differences at all.
    """
    asked = [program for program in programs if program.name in outcomes]
    wrong = [program for program in asked if not right[program.name]]
    good = [program for program in asked if right[program.name]]
    misses = [_miss(p, "not caught", outcomes) for p in wrong if outcomes[p.name].passed]
    refused = [p for p in good if not outcomes[p.name].passed]
    misses += [_miss(p, "refused", outcomes) for p in refused]
    exact = both = None
    if diagnoses:
        single = [p for p in wrong if p.kind == "one edit" and p.accepted[0]]
        inexact = [p for p in single if not is_exact(p, outcomes[p.name].differences)]
        pairs = [p for p in wrong if p.kind == "two edits"]
        pairs = [p for p in pairs if not any(right[one.name] for one in p.alone)]
        partly = [p for p in pairs if not are_both(p, outcomes[p.name].differences)]
        misses += [_miss(p, "not exact", outcomes) for p in inexact]
        misses += [_miss(p, "not both", outcomes) for p in partly]
        exact = Share(len(single) - len(inexact), len(single))
        both = Share(len(pairs) - len(partly), len(pairs))
    caught = sum(not outcomes[p.name].passed for p in wrong)
    return Figures(
        test, Share(caught, len(wrong)), Share(len(refused), len(good)), exact, both, tuple(misses)
    )


def is_exact(program: Program, told: Sequence[Difference]) -> bool:
    """Return whether exactly one difference was told, and it is the edit."""
    return len(told) == 1 and _fits(told[0], program.accepted[0])


def are_both(program: Program, told: Sequence[Difference]) -> bool:
    """Return whether each of the two edits was told, by a difference of its own."""
    first, second = program.accepted
    return any(
        _fits(told[here], first) and _fits(told[there], second)
        for here, there in permutations(range(len(told)), 2)
    )


def _fits(difference: Difference, accepted: Sequence[Accepted]) -> bool:
    return any(
        difference.kind == kind
        and difference.attribute == attribute
        and (difference.layer is None) == (layer is None)
        and fnmatchcase(difference.layer or "", layer or "")
        for kind, layer, attribute in accepted
    )


def _miss(program: Program, what: str, outcomes: Mapping[str, Outcome]) -> Miss:
    outcome = outcomes[program.name]
    told = " · ".join(difference.message for difference in outcome.differences)
    return Miss(program.name, what, told or outcome.said)
