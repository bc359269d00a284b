"""How points hang on the road graph, and what a kilometre without a road costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tocsin.core.places.distance import distances_km
from tocsin.core.places.types import Place, Point
from tocsin.core.reference import rules

Floats = NDArray[np.float64]
LEGS: Final = 3
# Nearer than this, a point is the place itself: coordinates are rounded.
_SAME_KM: Final = 0.05


@dataclass(frozen=True, slots=True)
class Ends:
    """Points as ends of ways.

    `nodes` and `legs_km`, shape (points, 3): the nodes they reach the roads by, -1 and infinite
    where fewer; `on_road`: whether the point stands on a road; `low`, `likely` and `high`: hours
    per km across country at the point; `street`: hours per km from a point on a road to its place.
    """

    nodes: NDArray[np.intp]
    legs_km: Floats
    on_road: NDArray[np.bool_]
    low: Floats
    likely: Floats
    high: Floats
    street: float

    def leg_hours(self, variant: str) -> Floats:
        """Return the hours from the point to each of its nodes, shape (points, 3)."""
        pace: Floats = np.where(self.on_road, self.street, getattr(self, variant))
        return self.legs_km * pace[:, None]

    def starts(self, index: int, variant: str) -> dict[int, float]:
        """Return the nodes that point `index` starts from, each with the hours to it."""
        pace = self.street if self.on_road[index] else float(getattr(self, variant)[index])
        nodes, legs = self.nodes[index].tolist(), self.legs_km[index].tolist()
        return {node: leg * pace for node, leg in zip(nodes, legs, strict=True) if node >= 0}


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known of the ground: where which terrain lies, and what it costs."""

    points: tuple[Point, ...]
    terrains: tuple[str, ...]
    paces: dict[str, tuple[float, float, float]]
    street: float
    on_road_km: float
    to_road_km: float

    def pace_at(self, points: Sequence[Point]) -> Floats:
        """Return the least, likely and most hours per km at each point, shape (points, 3)."""
        paces = np.tile(self.paces["unknown"], (len(points), 1))
        if not self.points or not points:
            return paces
        apart = distances_km(points, self.points)
        nearest = apart.argmin(axis=1)
        for index, place in enumerate(nearest):
            if apart[index, place] <= self.on_road_km:
                paces[index] = self.paces[self.terrains[place]]
        return paces


def ground(places: Sequence[Place], as_of: datetime | date) -> Ground:
    """Return what the features of the places say of the ground, with the paces of the day's rules."""
    terrains: dict[str, Any] = rules.value("places.off_road", as_of)
    spread = rules.value("places.off_road_spread", as_of)
    likely = {name: entry["winding"] / entry["kmh"] for name, entry in terrains.items()}
    paces = {name: (pace * spread["best"], pace, pace * spread["worst"]) for name, pace in likely.items()}
    # Unknown terrain may be the easiest or the hardest that there is.
    paces["unknown"] = (min(likely.values()), likely["unknown"], max(likely.values()))
    told = [
        (place.point, feature)
        for place in places
        for feature in place.features
        if feature in likely and feature != "unknown"
    ]
    return Ground(
        tuple(point for point, _ in told),
        tuple(terrain for _, terrain in told),
        paces,
        likely["open"],
        float(rules.value("places.on_road_km", as_of)),
        float(rules.value("places.to_road_km", as_of)),
    )


def attach(points: Sequence[Point], nodes: Sequence[Point], land: Ground, *, by_water: bool = False) -> Ends:
    """Return how each point reaches the graph.

    A point on a road has one node. A point off the roads has the three nearest within reach; by
    water it has none, for a boat does not cross land.
    """
    found = np.full((len(points), LEGS), -1, dtype=np.intp)
    legs = np.full((len(points), LEGS), np.inf)
    on_road = np.zeros(len(points), dtype=bool)
    pace = land.pace_at(points)
    if points and nodes:
        apart = distances_km(points, nodes)
        nearest, near_km = _nearest(apart)
        on_road = near_km[:, 0] <= land.on_road_km
        usable = near_km <= land.to_road_km
        usable[:, 1:] &= ~on_road[:, None]
        usable &= on_road[:, None] | (not by_water)
        width = near_km.shape[1]
        found[:, :width] = np.where(usable, nearest, -1)
        legs[:, :width] = np.where(usable, np.where(near_km < _SAME_KM, 0.0, near_km), np.inf)
    return Ends(found, legs, on_road, pace[:, 0], pace[:, 1], pace[:, 2], land.street)


def _nearest(apart: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Return the nearest nodes of each point and their distance, the nearest first."""
    width = min(LEGS, apart.shape[1])
    some = np.argpartition(apart, width - 1, axis=1)[:, :width]
    km = np.take_along_axis(apart, some, axis=1)
    order = np.lexsort((some, km), axis=1)
    return np.take_along_axis(some, order, axis=1), np.take_along_axis(km, order, axis=1)
