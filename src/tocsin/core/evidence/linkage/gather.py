"""Put pairs together: reports that tell of one event, and at most one of each source where a source tells once.

Average linkage over the log-odds of the pairs: two groups become one while the mean over all their
pairs speaks for it, the strongest first. A pair that was never near speaks against it.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable

import numpy as np

from tocsin.core.evidence.linkage.types import Pairs, Real, Whole

# What a pair that was not near enough to be compared says.
APART = -6.0


def gathered(source: Whole, pairs: Pairs, log_odds: Real, *, least: float = 0.0, one_per_source: bool = True) -> Whole:
    """Return the group of every report, numbered by its first report; shape (n,).

    Parameters
    ----------
    source
        Number of who reports, shape (n,).
    pairs, log_odds
        The pairs that were compared, and what each says.
    least
        Mean log-odds from which two groups become one.
    one_per_source
        Whether a source tells of an event only once, as the holders of datasets do; people repeat themselves.
    """
    groups = _Groups(source, one_per_source=one_per_source)
    groups.begin(pairs, log_odds, least)
    groups.join_all(least)
    return groups.numbers()


class _Groups:
    def __init__(self, source: Whole, *, one_per_source: bool) -> None:
        self._members: dict[int, list[int]] = {at: [at] for at in range(len(source))}
        self._sources: list[frozenset[int]] = [frozenset((int(one),)) for one in source]
        self._sums: dict[int, dict[int, tuple[float, int]]] = {}
        self._heap: list[tuple[float, int, int, int, int]] = []
        self._version = [0] * len(source)
        self._alone = one_per_source

    def begin(self, pairs: Pairs, log_odds: Real, least: float) -> None:
        """Take in the pairs that could ever be joined or stand against it."""
        for one, other, said in zip(pairs.one.tolist(), pairs.other.tolist(), log_odds.tolist(), strict=True):
            self._sums.setdefault(one, {})[other] = (said, 1)
            self._sums.setdefault(other, {})[one] = (said, 1)
            if said > least:
                self._offer(one, other)

    def join_all(self, least: float) -> None:
        """Join the strongest two until none is left whose mean is above `least`."""
        while self._heap:
            said, one, other, first, second = heapq.heappop(self._heap)
            if self._version[one] != first or self._version[other] != second:
                continue
            if -said <= least:
                break
            self._join(one, other, least)

    def numbers(self) -> Whole:
        """Return the group of each report."""
        found = np.empty(len(self._version), dtype=np.int64)
        for members in self._members.values():
            found[members] = min(members)
        return found

    def _mean(self, one: int, other: int) -> float:
        total, count = self._sums[one].get(other, (0.0, 0))
        most = len(self._members[one]) * len(self._members[other])
        return (total + (most - count) * APART) / most

    def _offer(self, one: int, other: int) -> None:
        if self._alone and self._sources[one] & self._sources[other]:
            return
        entry = (-self._mean(one, other), one, other, self._version[one], self._version[other])
        heapq.heappush(self._heap, entry)

    def _join(self, kept: int, gone: int, least: float) -> None:
        self._members[kept] += self._members.pop(gone)
        self._sources[kept] |= self._sources[gone]
        self._version[kept] += 1
        self._version[gone] = -1
        mine, theirs = self._sums[kept], self._sums.pop(gone)
        mine.pop(gone, None)
        theirs.pop(kept, None)
        for other, (said, count) in theirs.items():
            before = mine.get(other, (0.0, 0))
            mine[other] = (before[0] + said, before[1] + count)
        for other in theirs:
            row = self._sums[other]
            row.pop(gone, None)
            row[kept] = mine[other]
        self._offer_all(kept, mine, least)

    def _offer_all(self, kept: int, others: Iterable[int], least: float) -> None:
        for other in others:
            if self._mean(kept, other) > least:
                self._offer(kept, other)
