"""A small map drawn by the server: the place, the bases and roads around it, and a scale."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tocsin.core.places.distance import distance_km
from tocsin.core.places.types import Base, Place, Point, Road, RoadClosure
from tocsin.core.reference.terms import RoadStatus, Season

WIDTH: Final = 420
HEIGHT: Final = 280
MARGIN: Final = 34
_LEAST_KM: Final = 6.0
_SCALES_KM: Final = (1, 2, 5, 10, 20, 50, 100, 200)
_MOST_PLACES: Final = 12


@dataclass(frozen=True, slots=True)
class Mark:
    """One point of the map, in its own coordinates."""

    x: float
    y: float
    name: str
    kind: str
    end: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One road of the map."""

    x1: float
    y1: float
    x2: float
    y2: float
    state: str


@dataclass(frozen=True, slots=True)
class SmallMap:
    """Everything the template draws."""

    marks: tuple[Mark, ...]
    roads: tuple[Line, ...]
    scale_km: int
    scale_width: float
    width: int = WIDTH
    height: int = HEIGHT


def draw(
    here: Point,
    places: Sequence[Place],
    bases: Sequence[Base],
    roads: Iterable[Road] = (),
    *,
    closed: Mapping[str, RoadClosure],
    season: Season | None,
) -> SmallMap:
    """Return the map around a point, wide enough to hold the two nearest bases."""
    nearest = sorted(bases, key=lambda base: distance_km(here, base.point))[:2]
    reach_km = max([_LEAST_KM, *(distance_km(here, base.point) * 1.15 for base in nearest[:1])])
    if len(nearest) > 1 and (second := distance_km(here, nearest[1].point)) < reach_km * 2:
        reach_km = max(reach_km, second * 1.15)
    project = _Projection(here, reach_km)
    inside = {place.ref: place for place in places if distance_km(here, place.point) <= reach_km * 1.4}
    shown = sorted(inside.values(), key=lambda place: distance_km(here, place.point))[:_MOST_PLACES]
    marks = [project.mark(place.point, place.name, "place") for place in shown]
    marks += [project.mark(base.point, base.name, "base") for base in bases if project.holds(base.point)]
    lines = [
        project.line(inside[road.origin].point, inside[road.destination].point, _state(road, closed, season))
        for road in roads
        if road.origin in inside and road.destination in inside
    ]
    scale = max((km for km in _SCALES_KM if km * project.per_km <= WIDTH / 3), default=1)
    drawn = tuple(mark for mark in marks if 0 <= mark.x <= WIDTH and 0 <= mark.y <= HEIGHT)
    return SmallMap((*drawn, project.mark(here, "", "here")), tuple(lines), scale, round(scale * project.per_km, 1))


@dataclass(frozen=True, slots=True)
class _Projection:
    """Plane coordinates around a centre: good enough for some tens of kilometres."""

    centre: Point
    reach_km: float

    @property
    def per_km(self) -> float:
        return (min(WIDTH, HEIGHT) / 2 - MARGIN) / self.reach_km

    def xy(self, point: Point) -> tuple[float, float]:
        east = (point.lon - self.centre.lon) * 111.32 * math.cos(math.radians(self.centre.lat))
        north = (point.lat - self.centre.lat) * 110.57
        return round(WIDTH / 2 + east * self.per_km, 1), round(HEIGHT / 2 - north * self.per_km, 1)

    def mark(self, point: Point, name: str, kind: str) -> Mark:
        x, y = self.xy(point)
        # A name near the right edge is set to the left of its point, or it would be cut off.
        return Mark(x, y, name, kind, end=x > WIDTH * 0.72)

    def line(self, start: Point, stop: Point, state: str) -> Line:
        return Line(*self.xy(start), *self.xy(stop), state)

    def holds(self, point: Point) -> bool:
        x, y = self.xy(point)
        return 0 <= x <= WIDTH and 0 <= y <= HEIGHT


def _state(road: Road, closed: Mapping[str, RoadClosure], season: Season | None) -> str:
    """Return how a road is drawn: open, closed, or unknown; an unknown road is never drawn as open."""
    closure = closed.get(road.ref)
    if closure is not None:
        status = closure.status
    elif season is None:
        status = road.dry if road.dry is road.wet else RoadStatus.UNKNOWN
    else:
        status = road.wet if season is Season.WET else road.dry
    return {RoadStatus.CLOSED: "closed", RoadStatus.UNKNOWN: "unknown"}.get(status, "open")
