"""Compare two reports field by field: each field becomes one of a few levels that a person can read.

Levels, not numbers, so that the weight of each can be shown and argued with, and so that "not said" is
a level of its own and never a zero.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tocsin.core.evidence.linkage.types import UNKNOWN, Claims, Pairs, Real, Whole

# Upper bounds of the levels; what is above the last is one level more.
DAYS = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)
KM = (1.0, 3.0, 6.0, 10.0, 15.0, 20.0, 30.0, 45.0)
# Ratio of the two numbers of deaths, as a logarithm.
DEATHS = (0.0, 0.1, 0.25, 0.45, 0.7, 1.1, 1.6)
NAMES = (35.0, 55.0, 70.0, 80.0, 90.0, 99.0)
# How many other reports chance alone would put as near: the local rate times the area and the days between.
CHANCE = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_RATE_DAYS, _WEEK = 365.0, 7.0
_RATE_KM, _NEAR_KM = 50.0, 5.0

LEVELS: Mapping[str, int] = {
    "days": len(DAYS) + 1,
    "km": len(KM) + 1,
    "deaths": len(DEATHS) + 3,
    "names": len(NAMES) + 2,
    "kind": 3,
    "sides": 6,
    "chance": len(CHANCE) + 1,
}
# Fields that say more together than one by one.
TOGETHER = (
    "days+km", "names+km", "names+chance", "kind+sides", "deaths+days", "deaths+chance",
)  # fmt: skip


def compared(claims: Claims, pairs: Pairs, rate: Real) -> dict[str, Whole]:
    """Return the level of each field of `LEVELS` for every pair, shape (p,) each; `rate` as `local_rate` tells it."""
    return {
        "days": np.searchsorted(DAYS, pairs.days),
        "km": np.searchsorted(KM, pairs.km),
        "deaths": _deaths(claims, pairs),
        "names": _names(claims, pairs),
        "kind": _kinds(claims, pairs),
        "sides": _sides(claims, pairs),
        "chance": np.searchsorted(CHANCE, _by_chance(pairs, rate)),
    }


def _deaths(claims: Claims, pairs: Pairs) -> Whole:
    """Levels by ratio; the same number of five and more says more than the same small one; the last is not said."""
    one, other = claims.deaths[pairs.one], claims.deaths[pairs.other]
    unknown = np.isnan(one) | np.isnan(other)
    with np.errstate(invalid="ignore"):
        ratio = np.abs(np.log1p(np.where(unknown, 0, one)) - np.log1p(np.where(unknown, 0, other)))
    level: Whole = np.searchsorted(DEATHS, ratio) + 1
    level[(ratio == 0) & (np.where(unknown, 0, one) >= 5)] = 0
    level[unknown] = len(DEATHS) + 2
    return level


def _names(claims: Claims, pairs: Pairs) -> Whole:
    """Levels by likeness of the names of places; the last is not said."""
    from rapidfuzz import fuzz, process

    folded = [name.casefold().strip() for name in claims.place]
    left = [folded[position] for position in pairs.one]
    right = [folded[position] for position in pairs.other]
    if not left:
        return np.zeros(0, dtype=np.int64)
    alike = np.asarray(process.cpdist(left, right, scorer=fuzz.token_set_ratio, dtype=np.float64))
    level = np.searchsorted(NAMES, alike)
    level[[not (one and other) for one, other in zip(left, right, strict=True)]] = len(NAMES) + 1
    return level


def _kinds(claims: Claims, pairs: Pairs) -> Whole:
    one, other = claims.kind[pairs.one], claims.kind[pairs.other]
    unknown = (one == UNKNOWN) | (other == UNKNOWN)
    level: Whole = np.where(unknown, 2, (one == other).astype(np.int64))
    return level


def _sides(claims: Claims, pairs: Pairs) -> Whole:
    """Levels: nothing said, none shared, one differs, one shared and one not said, both crosswise, both."""
    a, b = claims.side_a[pairs.one], claims.side_b[pairs.one]
    c, d = claims.side_a[pairs.other], claims.side_b[pairs.other]
    straight = _agree(a, c) + _agree(b, d)
    crossed = _agree(a, d) + _agree(b, c)
    against = np.minimum(_differ(a, c) + _differ(b, d), _differ(a, d) + _differ(b, c))
    agreed = np.maximum(straight, crossed)
    level = np.zeros(len(a), dtype=np.int64)
    level[(agreed == 0) & (against > 0)] = 1
    level[(agreed == 1) & (against > 0)] = 2
    level[(agreed == 1) & (against == 0)] = 3
    level[(agreed == 2) & (crossed > straight)] = 4
    level[(agreed == 2) & (crossed <= straight)] = 5
    return level


def _agree(one: Whole, other: Whole) -> Whole:
    agree: Whole = ((one == other) & (one != UNKNOWN)).astype(np.int64)
    return agree


def _differ(one: Whole, other: Whole) -> Whole:
    differ: Whole = ((one != other) & (one != UNKNOWN) & (other != UNKNOWN)).astype(np.int64)
    return differ


def _by_chance(pairs: Pairs, rate: Real) -> Real:
    """Return how many unrelated reports would stand as near by chance alone, by the busier of the two places."""
    higher = np.maximum(rate[pairs.one], rate[pairs.other])
    expected: Real = higher * np.maximum(pairs.km, _NEAR_KM) ** 2 / _RATE_KM**2 * (2 * pairs.days + 1)
    return expected


def local_rate(claims: Claims) -> Real:
    """Return how many reports a day come from around each, in the year before it and the week after; shape (n,).

    Counted in cells of half a degree with their neighbours (about 80 km to each side), which is near
    enough for a rate. A report is not near itself by chance.
    """
    rows, columns = np.floor(claims.lat * 2).astype(np.int64), np.floor(claims.lon * 2).astype(np.int64)
    held = _by_cell(rows, columns, claims.day)
    counts = np.zeros(len(claims))
    for (row, column), (positions, _) in held.items():
        days = claims.day[positions]
        around = [(row + north, column + east) for north in (-1, 0, 1) for east in (-1, 0, 1)]
        for cell in around:
            if cell in held:
                known = held[cell][1]
                counts[positions] += np.searchsorted(known, days + _WEEK, "right")
                counts[positions] -= np.searchsorted(known, days - _RATE_DAYS, "left")
    return np.maximum(counts - 1, 0.5) / (_RATE_DAYS + _WEEK)


def _by_cell(rows: Whole, columns: Whole, day: Real) -> dict[tuple[int, int], tuple[Whole, Real]]:
    """Return cell to the positions of its reports and their days in order."""
    order = np.lexsort((day, columns, rows))
    if not len(order):
        return {}
    changes = np.flatnonzero((np.diff(rows[order]) != 0) | (np.diff(columns[order]) != 0)) + 1
    parts = np.split(order, changes)
    return {(int(rows[part[0]]), int(columns[part[0]])): (part, day[part]) for part in parts}
