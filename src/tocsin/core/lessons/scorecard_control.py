"""The matched control: how often areas of the same size saw harm where no warning led us to look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from tocsin.core.lessons.scorecard_values import Attack, Control, Drawn, Issued, Settlement, Terms
from tocsin.core.places.distance import box_around, distances_km
from tocsin.core.places.types import Point

_HOUR_S = 3600.0


class Grounds:
    """All areas of one size around settlements, and the attacks in each: built once for a radius."""

    def __init__(self, settlements: Sequence[Settlement], attacks: Sequence[Attack], radius_km: float) -> None:
        self.points = [one.point for one in settlements]
        self.radius_km = radius_km
        ordered = sorted(attacks, key=lambda one: one.point.lat)
        lats = np.array([one.point.lat for one in ordered])
        begun = np.array([one.started_at.timestamp() for one in ordered])
        known = np.array([one.known_at.timestamp() for one in ordered])
        rows = [self._near(point, lats, [one.point for one in ordered]) for point in self.points]
        self._ends = np.cumsum([0, *(len(row) for row in rows)])
        flat = np.concatenate(rows).astype(int) if rows else np.empty(0, dtype=int)
        self._begun, self._known = begun[flat], known[flat]

    def _near(self, point: Point, lats: NDArray[np.float64], points: Sequence[Point]) -> NDArray[np.intp]:
        south, north, _west, _east = box_around(point, self.radius_km)
        first, last = int(np.searchsorted(lats, south)), int(np.searchsorted(lats, north, side="right"))
        if first >= last:
            return np.empty(0, dtype=np.intp)
        near = distances_km([point], points[first:last])[0] <= self.radius_km
        return np.asarray(np.flatnonzero(near) + first)

    def counts(self, since: float, until: float, *, known_by: float | None = None) -> NDArray[np.int64]:
        """Return how many attacks each area saw after `since` and until `until`, seconds since 1970; shape (areas,)."""
        fits = (self._begun > since) & (self._begun <= until)
        if known_by is not None:
            fits &= self._known <= known_by
        running = np.concatenate(([0], np.cumsum(fits)))
        return np.asarray(running[self._ends[1:]] - running[self._ends[:-1]])

    def apart_from(self, point: Point) -> NDArray[np.bool_]:
        """Return which areas do not touch the area around a point; shape (areas,)."""
        if not self.points:
            return np.zeros(0, dtype=bool)
        return np.asarray(distances_km([point], self.points)[0] > 2 * self.radius_km)

    def around(self, point: Point, attacks: Sequence[Attack], until: datetime, since: datetime) -> int:
        """Return how many attacks the area around a point saw, of those known by the end of the stretch."""
        near = [one for one in attacks if since < one.started_at <= until and one.known_at <= until]
        if not near:
            return 0
        return int((distances_km([point], [one.point for one in near])[0] <= self.radius_km).sum())


def draw(
    warned: Sequence[Issued], grounds: Grounds, attacks: Sequence[Attack], terms: Terms, *, seed: int
) -> dict[str, tuple[Drawn, ...]]:
    """Return by warning and horizon how often areas of equal recent activity, and areas anywhere, saw harm.

    For each warning areas of its size that do not touch its own are drawn, at the same moment. Those of
    equal recent activity saw as many attacks as its own, by what was known then: none, one, two or
    three, four to seven, and so on. A warning for several places is compared by its first.

    Parameters
    ----------
    warned : sequence of Issued
        Warnings of the radius of `grounds`, each with a place.
    seed : int
        Where luck starts: the same seed draws the same areas.

    Notes
    -----
    Source: comparison with same-size random active areas, as trials of scan statistics are judged.
    Limits: an area is a settlement and its surroundings; harm far from any is in none. Areas under another
    warning are not left out.
    """
    luck = np.random.Generator(np.random.PCG64(seed))
    found = {}
    for one in sorted(warned, key=lambda each: (each.issued_at, each.ref)):
        at, here = one.issued_at.timestamp(), one.points[0]
        apart = grounds.apart_from(here)
        before = grounds.counts(at - terms.activity.total_seconds(), at, known_by=at)
        own = grounds.around(here, attacks, one.issued_at, one.issued_at - terms.activity)
        alike = apart & (_band(before) == _band(np.array([own])))
        chosen = _chosen(alike, terms.draws, luck), _chosen(apart, terms.draws, luck)
        hits = [grounds.counts(at, at + horizon.total_seconds()) > 0 for horizon in terms.horizons]
        found[one.ref] = tuple(_drawn(hit, *chosen) for hit in hits)
    return found


def control(drawn: Sequence[Drawn], *, is_matched: bool) -> Control:
    """Return what the drawn areas of some warnings say together; each warning counts as one, however many were drawn."""
    shares = [one.matched if is_matched else one.anywhere for one in drawn]
    known = [one for one in shares if one is not None]
    areas = sum(one.areas[0 if is_matched else 1] for one in drawn)
    return Control(float(np.mean(known)) if known else None, len(known), len(shares) - len(known), areas)


def _chosen(fits: NDArray[np.bool_], most: int, luck: np.random.Generator) -> NDArray[np.intp]:
    rows = np.flatnonzero(fits)
    return np.asarray(luck.choice(rows, most, replace=False)) if rows.size > most else rows


def _mean(hit: NDArray[np.bool_], rows: NDArray[np.intp]) -> float | None:
    return float(hit[rows].mean()) if rows.size else None


def _drawn(hit: NDArray[np.bool_], alike: NDArray[np.intp], apart: NDArray[np.intp]) -> Drawn:
    return Drawn(_mean(hit, alike), _mean(hit, apart), (len(alike), len(apart)))


def _band(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the band of a number of attacks: 0, 1, 2 to 3, 4 to 7, and so on doubling."""
    return np.asarray(np.ceil(np.log2(counts + 1.0)))
