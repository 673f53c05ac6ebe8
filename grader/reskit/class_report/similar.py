"""Submissions of nearly the same structure: information for a person, and never a verdict.

Everybody solves the same small task after the same pages, so most of what two submissions share
says nothing. What counts here is a learner's own: fingerprints that stand neither in what was
handed out nor in the reference solution. Two submissions are near when they share far more of it
than two of this class usually do.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

from reskit.class_report.sketches import buckets
from reskit.class_report.winnowing import grams, winnowed

LEAST_OWN = 20  # fingerprints of a learner's own, about eight lines; with fewer, chance would speak
LEAST_SIMILARITY = 0.8
MOST_LEADERS = 8  # forms that a submission is compared with, of those that a sketch finds alike
HIGH = 0.9  # of the pairs: a small class with one group of copies has up to a tenth of them
PAIRS = 4_000  # drawn for the baseline, where there are more
MANY = 10  # learners with one form, from whom on a common source is likelier than each other


@dataclass(frozen=True)
class Cluster:
    """Submissions that are near each other."""

    members: tuple[int, ...]  # places in the class
    similarity: float  # the least of the pairs that hold it together, 1 for the same structure
    identical: bool  # token for token, after renaming


@dataclass(frozen=True)
class Similar:
    """What the structures of a class come to."""

    compared: int  # with enough of their own
    like_reference: int  # written token for token as the reference, or as handed out
    too_little: int  # with less of their own than can be compared
    usual: float  # the median similarity of two that were compared
    usual_high: float  # nine of ten pairs are below it
    clusters: tuple[Cluster, ...]


def similar(
    tokens: Sequence[Mapping[str, Sequence[str]] | None], given: Collection[Sequence[str]]
) -> Similar:
    """Return the clusters of a class.

    `tokens` has those of each submission's functions by name, None where they are not known;
    `given` those of what was handed out and of the reference, a sequence for each function.
    Time grows with the class and not with its square: only those are compared of which a sketch
    says that they are likely to be near.
    """
    base = {gram for sequence in given for gram in grams(sequence)}
    known = {place: each for place, each in enumerate(tokens) if each}
    own = {
        place: frozenset(gram for sequence in each.values() for gram in winnowed(grams(sequence)))
        - base
        for place, each in known.items()
    }
    like_reference = sum(not fingerprints for fingerprints in own.values())
    enough = {place: each for place, each in own.items() if len(each) >= LEAST_OWN}
    usual, high = _baseline(enough)
    near = _near(enough, max(LEAST_SIMILARITY, (1 + high) / 2))
    clusters = _same(known, enough) + _joined(near)
    return Similar(
        compared=len(enough),
        like_reference=like_reference,
        too_little=len(own) - like_reference - len(enough),
        usual=usual,
        usual_high=high,
        clusters=tuple(
            sorted(_without_repeats(clusters), key=lambda each: (-each.similarity, each.members))
        ),
    )


def similarity(one: frozenset[int], other: frozenset[int]) -> float:
    """Return the share of fingerprints that two have in common (Jaccard), from 0 to 1."""
    return len(one & other) / len(one | other)


def _baseline(own: Mapping[int, frozenset[int]]) -> tuple[float, float]:
    """Return the median similarity of two of the class, and what nine of ten pairs are below.

    Of many pairs a sample is drawn, always the same one.
    """
    places = sorted(own)
    if len(places) < 2:
        return 0.0, 0.0
    if len(places) * (len(places) - 1) // 2 <= PAIRS:
        pairs = list(combinations(places, 2))
    else:
        draw = random.Random(2003)
        pairs = [tuple(draw.sample(places, 2)) for _ in range(PAIRS)]  # type: ignore[misc]  # two
    values = sorted(similarity(own[one], own[other]) for one, other in pairs)
    return median(values), values[int(HIGH * (len(values) - 1))]


def _near(own: Mapping[int, frozenset[int]], least: float) -> dict[tuple[int, int], float]:
    """Return pairs that are at least this similar, enough of them to join all that are near."""
    near = {}
    for alike in buckets(own):
        leaders: list[int] = []
        for place in alike:
            for leader in leaders:
                value = similarity(own[leader], own[place])
                if value >= least:
                    near[leader, place] = value
                    break
            else:
                leaders = [*leaders, place][:MOST_LEADERS]
    return near


def _same(
    known: Mapping[int, Mapping[str, Sequence[str]]], enough: Collection[int]
) -> list[Cluster]:
    """Return those that are the same token for token, and have enough of their own."""
    groups: dict[tuple[tuple[str, tuple[str, ...]], ...], list[int]] = {}
    for place in sorted(enough):
        form = tuple((name, tuple(each)) for name, each in sorted(known[place].items()))
        groups.setdefault(form, []).append(place)
    return [Cluster(tuple(group), 1.0, True) for group in groups.values() if len(group) > 1]


def _joined(near: Mapping[tuple[int, int], float]) -> list[Cluster]:
    """Return the near pairs, those with a member in common as one cluster."""
    leader: dict[int, int] = {}

    def find(place: int) -> int:
        while leader.setdefault(place, place) != place:
            leader[place] = place = leader[leader[place]]
        return place

    for one, other in near:
        leader[find(other)] = find(one)
    members: dict[int, set[int]] = {}
    least: dict[int, float] = {}
    for (one, other), value in near.items():
        first = find(one)
        members.setdefault(first, set()).update((one, other))
        least[first] = min(least.get(first, 1.0), value)
    return [Cluster(tuple(sorted(each)), least[first], False) for first, each in members.items()]


def _without_repeats(clusters: Sequence[Cluster]) -> list[Cluster]:
    """Return the clusters, those left out that lie inside another one of the same likeness."""
    return [
        each
        for each in clusters
        if not any(
            other is not each
            and set(each.members) <= set(other.members)
            and (other.identical or not each.identical)
            for other in clusters
        )
    ]
