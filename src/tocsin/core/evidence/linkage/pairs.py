"""Find the pairs of reports that are near enough in time and space to be one event.

Source: blocking by 7 days and 60 km, which keeps 99.9 % of the true pairs of the reports that this
was measured on; both are arguments.
"""

from __future__ import annotations

import numpy as np

from tocsin.core.evidence.linkage.types import Claims, Pairs, Real, Whole

DAYS = 7.0
KM = 60.0
_EARTH_KM = 6371.0088
_AT_ONCE = 4_000_000


def near_pairs(claims: Claims, *, days: float = DAYS, km: float = KM) -> Pairs:
    """Return every pair of reports at most `days` and `km` apart, of one source or of two, `one` < `other`."""
    order = np.argsort(claims.day, kind="stable")
    day = claims.day[order]
    points = _on_sphere(claims.lat[order], claims.lon[order])
    ends = np.searchsorted(day, day + days, side="right")
    found: list[tuple[Whole, Whole, Real, Real]] = []
    start = 0
    while start < len(day):
        stop = _as_many(ends, start)
        left = np.repeat(np.arange(start, stop), ends[start:stop] - np.arange(start, stop) - 1)
        right = _following(np.arange(start, stop), ends[start:stop])
        apart = _km(points[left], points[right])
        near = apart <= km
        left, right = left[near], right[near]
        found.append((order[left], order[right], day[right] - day[left], apart[near]))
        start = stop
    return _joined(found)


def pairs_with(claims: Claims, new: int, *, days: float = DAYS, km: float = KM) -> Pairs:
    """Return the pairs of one report (position `new`) with all others that are near enough."""
    gap = np.abs(claims.day - claims.day[new])
    close = np.flatnonzero(gap <= days)
    close = close[close != new]
    points = _on_sphere(claims.lat[close], claims.lon[close])
    mine = _on_sphere(claims.lat[new : new + 1], claims.lon[new : new + 1])
    apart = _km(np.broadcast_to(mine, points.shape), points)
    near = apart <= km
    close = close[near]
    one, other = np.minimum(close, new), np.maximum(close, new)
    return Pairs(one, other, gap[close], apart[near])


def _as_many(ends: Whole, start: int) -> int:
    """Return where to stop so that the block holds at most about `_AT_ONCE` pairs, and one report at least."""
    widths = np.cumsum(ends[start : start + 200_000] - np.arange(start, min(start + 200_000, len(ends))) - 1)
    return start + max(1, int(np.searchsorted(widths, _AT_ONCE, side="right")))


def _following(starts: Whole, ends: Whole) -> Whole:
    """Return, for each start, the positions after it up to its end, one after the other."""
    widths = ends - starts - 1
    if not widths.sum():
        return np.zeros(0, dtype=np.int64)
    before = np.repeat(np.cumsum(widths) - widths, widths)
    steps: Whole = np.arange(widths.sum()) - before + np.repeat(starts, widths) + 1
    return steps


def _on_sphere(lat: Real, lon: Real) -> Real:
    north, east = np.radians(lat), np.radians(lon)
    flat = np.cos(north)
    return np.stack([flat * np.cos(east), flat * np.sin(east), np.sin(north)], axis=1)


def _km(one: Real, other: Real) -> Real:
    chord = np.sqrt(((one - other) ** 2).sum(axis=1))
    apart: Real = 2 * _EARTH_KM * np.arcsin(np.minimum(chord / 2, 1.0))
    return apart


def _joined(found: list[tuple[Whole, Whole, Real, Real]]) -> Pairs:
    if not found:
        none = np.zeros(0)
        return Pairs(none.astype(np.int64), none.astype(np.int64), none, none)
    left, right, days, km = (np.concatenate(part) for part in zip(*found, strict=True))
    return Pairs(np.minimum(left, right), np.maximum(left, right), days, km)
