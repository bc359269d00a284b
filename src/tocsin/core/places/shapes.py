"""Shapes on the ground: rings of points, circles, and what is wrong with them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.core.places.types import Point

Ring = npt.NDArray[np.float64]
KM_PER_DEGREE: Final = 111.195
# Pairs of sides compared at one time, and in all: beyond it nobody drew the shape by hand.
_AT_ONCE: Final = 1_000_000
MOST_PAIRS: Final = 20_000_000


def ring_of(points: Sequence[Point]) -> Ring:
    """Return a ring: an array of shape (points, 2), columns latitude and longitude in degrees."""
    return np.array([(point.lat, point.lon) for point in points], dtype=np.float64).reshape(-1, 2)


def points_of(ring: Ring) -> tuple[Point, ...]:
    """Return the corners of a ring as points."""
    return tuple(Point(float(lat), float(lon)) for lat, lon in ring)


def is_closed(ring: Ring) -> bool:
    """Return whether a ring ends where it began, and has at least three corners."""
    return len(ring) >= 4 and bool(np.array_equal(ring[0], ring[-1]))


def closed(ring: Ring) -> Ring:
    """Return the ring without the same corner twice in a row, ending where it began."""
    if not len(ring):
        return ring
    kept = ring[np.r_[True, np.any(np.diff(ring, axis=0) != 0, axis=1)]]
    return kept if np.array_equal(kept[0], kept[-1]) else np.vstack([kept, kept[:1]])


def area_km2(ring: Ring) -> float:
    """Return the area of a closed ring in km², negative where it runs clockwise.

    Notes
    -----
    Limits: the ground is taken as flat around the middle of the ring, within 1 % up to some
    hundred kilometres; rings across the 180th meridian are not handled.

    Examples
    --------
    >>> square = np.array([(0, 0), (0, 1), (1, 1), (1, 0), (0, 0)], float)
    >>> round(area_km2(square), -1)
    12360.0
    """
    if len(ring) < 4:
        return 0.0
    x, y = _flat(ring)
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2)


def right_handed(ring: Ring) -> Ring:
    """Return the ring running counter-clockwise, with the area on its left hand."""
    return ring[::-1].copy() if area_km2(ring) < 0 else ring


def crossing(ring: Ring) -> Point | None:
    """Return where a closed ring crosses or touches itself, None where it is simple.

    Raises
    ------
    OverflowError
        When the sides lie over each other so often that the answer would take minutes.
    """
    sides = closed(ring)
    if len(sides) < 4:
        return None
    turned_back = _spike(sides)
    if turned_back is not None:
        return turned_back
    first, last = sides[:-1], sides[1:]
    for i, j in _near_pairs(first, last):
        met = _meet(first, last, i, j)
        if met is not None:
            return met
    return None


def simplified(ring: Ring, most: int) -> Ring:
    """Return the ring with at most about `most` corners, keeping its form; for drawing, never for judging.

    Notes
    -----
    Source: Douglas and Peucker (1973). The tolerance doubles until few enough corners are left.
    """
    if len(ring) <= most:
        return ring
    kept, extent = ring, float(np.max(np.ptp(ring, axis=0)))
    tolerance = extent / 4000
    while len(kept) > most and tolerance < extent:
        kept = ring[_keep(ring, tolerance)]
        tolerance *= 2
    return kept


def ring_around(centre: Point, radius_km: float, corners: int = 32) -> Ring:
    """Return the closed ring of a circle, running counter-clockwise.

    Examples
    --------
    >>> round(area_km2(ring_around(Point(6, 24), 10, 64)))
    314
    """
    turn = np.linspace(0.0, 2 * math.pi, corners + 1)
    # The corners lie a little outside, so that the ring has the area of the circle.
    reach = radius_km * math.sqrt(2 * math.pi / corners / math.sin(2 * math.pi / corners)) / KM_PER_DEGREE
    lat = centre.lat + reach * np.sin(turn)
    lon = centre.lon + reach * np.cos(turn) / max(math.cos(math.radians(centre.lat)), 0.01)
    ring = np.column_stack([lat, lon])
    ring[-1] = ring[0]
    return ring


def hull_around(points: Sequence[Point], margin_km: float) -> Ring:
    """Return one closed ring around all points with a margin, counter-clockwise."""
    cloud = np.vstack([ring_around(point, margin_km, 16)[:-1] for point in points])
    ordered = sorted({(float(lon), float(lat)) for lat, lon in cloud})
    outline = _half(ordered)[:-1] + _half(ordered[::-1])[:-1]
    return closed(np.array([(lat, lon) for lon, lat in outline]))


def contains(ring: Ring, lat: npt.ArrayLike, lon: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Return for each point whether it lies within a closed ring.

    Parameters
    ----------
    ring : ndarray of float, shape (corners, 2)
        Latitude and longitude in degrees.
    lat, lon : array of float, shape (points,)
        Degrees. NaN lies nowhere.

    Returns
    -------
    ndarray of bool, shape (points,)
    """
    y, x = np.atleast_1d(np.asarray(lat, float)), np.atleast_1d(np.asarray(lon, float))
    inside = np.zeros(len(x), dtype=bool)
    for (y0, x0), (y1, x1) in pairwise(ring):
        if y0 == y1:
            continue
        spans = (y0 > y) != (y1 > y)
        inside ^= spans & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
    return inside


def _flat(ring: Ring) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    middle = (ring.min(axis=0) + ring.max(axis=0)) / 2
    y = (ring[:, 0] - middle[0]) * KM_PER_DEGREE
    x = (ring[:, 1] - middle[1]) * KM_PER_DEGREE * math.cos(math.radians(float(middle[0])))
    return x, y


def _spike(sides: Ring) -> Point | None:
    """Find a corner where the ring turns straight back on itself."""
    step = np.diff(sides, axis=0)
    after = np.roll(step, -1, axis=0)
    across = step[:, 0] * after[:, 1] - step[:, 1] * after[:, 0]
    along = np.sum(step * after, axis=1)
    found = np.flatnonzero((across == 0) & (along < 0))
    return Point(*map(float, sides[found[0] + 1])) if len(found) else None


def _near_pairs(first: Ring, last: Ring) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Yield the pairs of sides that may meet: those whose spans overlap along the better axis."""
    low, high = np.minimum(first, last), np.maximum(first, last)
    sweeps = [_overlaps(low[:, axis], high[:, axis]) for axis in (0, 1)]
    order, counts = min(sweeps, key=lambda sweep: int(sweep[1].sum()))
    ends, start = np.cumsum(counts), 0
    while start < len(counts):
        if start and ends[start - 1] > MOST_PAIRS:
            raise OverflowError("too many sides of the ring lie side by side to be compared")
        before = int(ends[start - 1]) if start else 0
        stop = max(int(np.searchsorted(ends, before + _AT_ONCE, "right")), start + 1)
        rows = np.repeat(np.arange(start, stop), counts[start:stop])
        offset = np.arange(len(rows)) - np.repeat(ends[start:stop] - counts[start:stop] - before, counts[start:stop])
        i, j = order[rows], order[rows + offset + 1]
        is_close = np.all((low[i] <= high[j]) & (low[j] <= high[i]), axis=1)
        apart = np.abs(i - j)
        is_close &= (apart > 1) & (apart < len(first) - 1)
        yield i[is_close], j[is_close]
        start = stop


def _overlaps(low: npt.NDArray[np.float64], high: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.int64], ...]:
    """Return the sides in their order along an axis, and how many of the following each overlaps."""
    order = np.argsort(low, kind="stable")
    reach = np.searchsorted(low[order], high[order], "right")
    return order, reach - np.arange(len(order)) - 1


def _meet(first: Ring, last: Ring, i: npt.NDArray[np.int64], j: npt.NDArray[np.int64]) -> Point | None:
    a, b, c, d = first[i], last[i], first[j], last[j]
    sides = _side(a, b, c) * _side(a, b, d) <= 0
    found = np.flatnonzero(sides & (_side(c, d, a) * _side(c, d, b) <= 0))
    if not len(found):
        return None
    one = found[0]
    ab, cd = b[one] - a[one], d[one] - c[one]
    across = float(ab[0] * cd[1] - ab[1] * cd[0])
    if across == 0:  # they lie on one line and share a stretch of it
        return Point(*map(float, c[one]))
    gap = c[one] - a[one]
    share = float(gap[0] * cd[1] - gap[1] * cd[0]) / across
    return Point(*map(float, a[one] + share * ab))


def _side(a: Ring, b: Ring, c: Ring) -> npt.NDArray[np.float64]:
    """Return on which side of each line a-b the point c lies, as -1, 0 or 1."""
    return np.sign((b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0]))


def _keep(ring: Ring, tolerance: float) -> npt.NDArray[np.bool_]:
    kept = np.zeros(len(ring), dtype=bool)
    kept[[0, -1]] = True
    waiting = [(0, len(ring) - 1)]
    while waiting:
        start, stop = waiting.pop()
        if stop - start < 2:
            continue
        away = _away(ring[start + 1 : stop], ring[start], ring[stop])
        farthest = int(np.argmax(away))
        if away[farthest] > tolerance:
            middle = start + 1 + farthest
            kept[middle] = True
            waiting += [(start, middle), (middle, stop)]
    return kept


def _away(points: Ring, start: Ring, stop: Ring) -> npt.NDArray[np.float64]:
    """Return how far points lie from the line between two others, in degrees."""
    line = stop - start
    length = float(np.hypot(*line))
    if length == 0:
        return np.asarray(np.hypot(*(points - start).T))
    return np.asarray(np.abs((points[:, 0] - start[0]) * line[1] - (points[:, 1] - start[1]) * line[0]) / length)


def _half(ordered: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    outline: list[tuple[float, float]] = []
    for x, y in ordered:
        while len(outline) > 1:
            (x0, y0), (x1, y1) = outline[-2:]
            if (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) > 0:
                break
            outline.pop()
        outline.append((x, y))
    return outline
