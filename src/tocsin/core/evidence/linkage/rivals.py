"""Look a second time at a pair: has either report a better match, and do others vouch for the two."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tocsin.core.evidence.linkage.types import Pairs, Real, Whole

SAID = (-4.0, -3.0, -2.5, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
MARGIN = (-4.0, -2.5, -1.5, -0.7, 0.0, 0.7, 1.5, 2.5, 4.0, 6.0)
VOUCHED = (-5.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0)
# What stands where there is nobody: no rival, nobody who vouches.
NOBODY = -9.0
LEVELS: Mapping[str, int] = {
    "said": len(SAID) + 1,
    "nearer_rival": len(MARGIN) + 1,
    "farther_rival": len(MARGIN) + 1,
    "vouched": len(VOUCHED) + 1,
}
FIELDS = ("said", "nearer_rival", "farther_rival", "vouched", "said+vouched")


def second_look(source: Whole, pairs: Pairs, log_odds: Real) -> dict[str, Whole]:
    """Return the levels of the second look for every pair, shape (p,) each.

    A rival of a pair is a report of the same source as one of the two that the other of them goes
    with better. A third report vouches as strongly as the weaker of its two pairs.

    Parameters
    ----------
    source
        Number of who reports, shape (n,).
    pairs, log_odds
        The pairs and what the first look said of each.
    """
    if not len(pairs):
        return {name: np.zeros(0, dtype=np.int64) for name in LEVELS}
    # Each pair is seen from both of its reports.
    seen_from = np.concatenate([pairs.one, pairs.other])
    with_source = np.concatenate([source[pairs.other], source[pairs.one]])
    margins = np.sort(_margin(seen_from, with_source, np.tile(log_odds, 2)).reshape(2, -1), axis=0)
    return {
        "said": np.searchsorted(SAID, log_odds),
        "nearer_rival": np.searchsorted(MARGIN, margins[0]),
        "farther_rival": np.searchsorted(MARGIN, margins[1]),
        "vouched": np.searchsorted(VOUCHED, _vouched(source, pairs, log_odds)),
    }


def _margin(report: Whole, of_source: Whole, log_odds: Real) -> Real:
    """Return by how much each pair is better than the best other pair of the same report with the same source."""
    key = report * (int(of_source.max()) + 1) + of_source
    order = np.lexsort((-log_odds, key))
    keys, said = key[order], log_odds[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    widths = np.diff(np.r_[starts, len(keys)])
    best = np.repeat(said[starts], widths)
    second = np.full(len(starts), NOBODY)
    rivalled = widths > 1
    second[rivalled] = said[starts[rivalled] + 1]
    first = np.zeros(len(keys), dtype=bool)
    first[starts] = True
    margin = np.empty(len(keys))
    margin[order] = said - np.where(first, np.repeat(second, widths), best)
    return margin


def _vouched(source: Whole, pairs: Pairs, log_odds: Real) -> Real:
    """Return what the best third report, of a third source, says for each pair."""
    known: list[dict[int, float]] = [{} for _ in range(len(source))]
    whose = source.tolist()
    for one, other, said in zip(pairs.one.tolist(), pairs.other.tolist(), log_odds.tolist(), strict=True):
        known[one][other] = said
        known[other][one] = said
    found = np.full(len(pairs), NOBODY)
    for at, (one, other) in enumerate(zip(pairs.one.tolist(), pairs.other.tolist(), strict=True)):
        fewer, more = sorted((known[one], known[other]), key=len)
        for third, said in fewer.items():
            too = more.get(third)
            if too is not None and whose[third] not in (whose[one], whose[other]):
                found[at] = max(found[at], min(said, too))
    return found
