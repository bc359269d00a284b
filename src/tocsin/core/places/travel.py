"""How long it takes to get from one point to another: by road, across country, by river, by air."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tocsin.core.places.distance import distance_km, distances_km
from tocsin.core.places.off_road import LEGS, Ends, Ground, attach, ground
from tocsin.core.places.roads import RoadState, roads_at
from tocsin.core.places.routes import Arc, Ways, build_arcs, components, shortest
from tocsin.core.places.types import Place, Point, Road, RoadClosure
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because, Problem
from tocsin.core.reference.terms import AssetKind, RoadClass, RoadStatus, Season

Floats = NDArray[np.float64]
_VARIANTS: Final = ("low", "likely", "high")
_NONE: Final = -1
# Two sums of the same hours in another order may differ in the last digits.
_ROUNDING: Final = 1.000001


@dataclass(frozen=True, slots=True)
class Travel:
    """One way from a point to another.

    `hours` is the likely time over what is known to be passable, None where there is no such way.
    `low_h` also counts roads of which nobody knows whether they are open; `high_h` is what we
    are sure of. `by` is ``road``, ``cross_country``, ``river``, ``air`` or ``none``.
    """

    hours: float | None
    low_h: float | None
    high_h: float | None
    km: float | None
    by: str
    roads: tuple[str, ...] = ()
    reasons: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class TravelTable:
    """Hours of every origin to every destination, shape (origins, destinations).

    Infinite where there is no way: `low` none even if every unknown road were open, `likely` and
    `high` none that is known to be open.
    """

    low: Floats
    likely: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class _Route:
    """The roads of a way, where it comes upon the first and leaves the last, and its hours by day."""

    states: tuple[RoadState, ...]
    first: Point
    last: Point
    hours: float


class RoadNetwork:
    """The roads of a mission on one day, and what lies between them.

    Parameters
    ----------
    places : sequence of Place
        Where roads begin and end. `features` may name the terrain, for example ``forest``.
    roads, closures : sequence
        Links, and dated changes of their state. Without roads all travel is an estimate.
    as_of : datetime or date
        The day travelled on.
    season : Season or None
        A season to suppose everywhere; None takes the calendar.

    Attributes
    ----------
    states, closed : tuple of RoadState
        All roads as they are on the day, and those of them that are closed.
    rivers : RoadNetwork or None
        The same for boats; None in the network of the rivers itself.
    problems : tuple of Problem
        What was wrong with the data.

    Notes
    -----
    A point within 2 km of a place on a road stands on that road; others reach it across country.
    Limits: crossing times of rivers, checkpoints and rests are not counted.
    """

    def __init__(
        self,
        places: Sequence[Place],
        roads: Sequence[Road],
        closures: Sequence[RoadClosure] = (),
        *,
        as_of: datetime | date,
        season: Season | None = None,
    ) -> None:
        points = {place.ref: place.point for place in places}
        found = roads_at(points, roads, closures, as_of=as_of, season=season)
        land = ground(places, as_of)
        on_water = [state.road.road_class is RoadClass.RIVER for state in found.states]
        dry = tuple(state for state, wet in zip(found.states, on_water, strict=True) if not wet)
        wet = tuple(state for state, wet in zip(found.states, on_water, strict=True) if wet)
        self.problems: tuple[Problem, ...] = found.problems
        self.rivers: RoadNetwork | None = object.__new__(RoadNetwork)
        self.rivers.problems, self.rivers.rivers = (), None
        self.rivers._prepare(points, wet, land, (as_of, True))
        self._prepare(points, dry, land, (as_of, False))

    def _prepare(
        self,
        points: Mapping[str, Point],
        states: tuple[RoadState, ...],
        land: Ground,
        setting: tuple[datetime | date, bool],
    ) -> None:
        self.as_of, self.boats = setting
        self.states = states
        self.closed = tuple(state for state in states if state.status is RoadStatus.CLOSED)
        self._points, self._land = points, land
        refs = sorted({ref for state in states for ref in (state.road.origin, state.road.destination)})
        node = {ref: index for index, ref in enumerate(refs)}
        self._nodes = [points[ref] for ref in refs]
        self._links = [(node[state.road.origin], node[state.road.destination]) for state in states]
        self._part = np.array([*components(len(refs), self._links), _NONE], dtype=np.intp)
        self._arcs: dict[str, list[list[Arc]]] = {}
        self._ways: dict[tuple[str, Point], Ways] = {}
        self._hours: dict[tuple[str, Point], Floats] = {}
        self._ends: dict[tuple[Point, ...], Ends] = {}

    def reopened(self, road: str) -> RoadNetwork:
        """Return the same network with one road open, as if its closure were lifted."""
        other = object.__new__(RoadNetwork)
        other.problems, other.rivers = self.problems, self.rivers
        states = tuple(state.opened() if state.road.ref == road else state for state in self.states)
        other._prepare(self._points, states, self._land, (self.as_of, self.boats))
        return other

    def hours_table(
        self, origins: Sequence[Point], destinations: Sequence[Point], *, night: bool = False, limit_h: float = math.inf
    ) -> TravelTable:
        """Return the hours of every origin to every destination.

        Parameters
        ----------
        origins, destinations : sequence of Point
            Anywhere: a point off the roads reaches them across country.
        night : bool
            True in the dark, when all travel is slower.
        limit_h : float
            Ways by road longer than this need not be found; they may be left infinite.

        Returns
        -------
        TravelTable
            Hours, each array of shape (origins, destinations).
        """
        slower = self.night_factor(night)
        starts, ends = self._attach(origins), self._attach(destinations)
        straight = distances_km(origins, destinations)
        tables = [self._by_graph((origins, starts, ends), variant, limit_h / slower) for variant in _VARIANTS]
        if not self.boats:
            tables = self._across_country(straight, starts, ends, tables)
        return TravelTable(*(table * slower for table in tables))

    def low_over(
        self, road: str, origins: Sequence[Point], destinations: Sequence[Point], *, limit_h: float = math.inf
    ) -> Floats:
        """Return the least daylight hours of every pair over one road, as if that road were open.

        Exact: a shortest way uses a link at most once, so it runs to one end of the road, over
        it, and on from the other end. Infinite where the road helps nobody within `limit_h`.
        """
        link = next(index for index, state in enumerate(self.states) if state.road.ref == road)
        hours = self._rows(origins, self._attach(origins), "low", math.inf)[:, self._links[link]]
        over = self.states[link].if_open_h
        left_h = limit_h - over - float(hours.min(initial=math.inf))
        if math.isnan(left_h) or left_h < 0:
            return np.full((len(origins), len(destinations)), np.inf)
        tips = [self._nodes[node] for node in self._links[link]]
        onwards = self._by_graph((tips, self._attach(tips), self._attach(destinations)), "low", left_h)
        there = hours[:, [0]] + over + onwards[None, 1, :]
        back = hours[:, [1]] + over + onwards[None, 0, :]
        return np.asarray(np.minimum(there, back))

    def travel(self, origin: Point, destination: Point, *, night: bool = False) -> Travel:
        """Return the way from one point to another, with the reasons for what is uncertain.

        Parameters
        ----------
        origin, destination : Point
            Anywhere.
        night : bool
            True in the dark.

        Returns
        -------
        Travel
            `hours` None where no way is known to be open.
        """
        return self.travels([(origin, destination)], night=night)[0]

    def travels(self, pairs: Sequence[tuple[Point, Point]], *, night: bool = False) -> list[Travel]:
        """Return the way of each pair of points, as `travel` does."""
        origins = list(dict.fromkeys(origin for origin, _ in pairs))
        ends = list(dict.fromkeys(destination for _, destination in pairs))
        row, column = _index(origins), _index(ends)
        table = self.hours_table(origins, ends, night=night)
        attached = (self._attach(origins), self._attach(ends))
        found = []
        for origin, end in pairs:
            cell = (row[origin], column[end])
            hours = [_known(array[cell]) for array in (table.low, table.likely, table.high)]
            if hours[0] is None:
                reasons = tuple(self._why_no_way(origin, end))
                found.append(Travel(None, None, None, None, "none", (), reasons))
                continue
            by_day = [None if known is None else known / self.night_factor(night) for known in hours]
            way = self._route(origin, attached, cell, by_day)
            found.append(self._told(hours, (origin, end), way, night))
        return found

    def _told(self, hours: list[float | None], ends: tuple[Point, Point], way: _Route | None, night: bool) -> Travel:
        low, likely, high = hours
        reasons = self._reasons(way, likely)
        if night:
            share = rules.value("places.night_speed_share", self.as_of)
            reasons.append(Because("travel.night", {"share": share}))
        refs = tuple(state.road.ref for state in way.states) if way else ()
        return Travel(likely, low, high, _km(way, *ends), self._by(way), refs, tuple(reasons))

    def blocking(self, origin: Point, destination: Point) -> tuple[RoadState, ...]:
        """Return the closed roads on the way that would be shortest if every road were open."""
        way = self._way(origin, (self._attach([origin]), self._attach([destination])), (0, 0), "open")
        return tuple(state for state in way.states if state.status is RoadStatus.CLOSED) if way else ()

    def night_factor(self, night: bool) -> float:
        """Return by how much travel takes longer in the dark, 1 by day."""
        return 1.0 / float(rules.value("places.night_speed_share", self.as_of)) if night else 1.0

    def _attach(self, points: Sequence[Point]) -> Ends:
        key = tuple(points)
        if key not in self._ends:
            self._ends[key] = attach(points, self._nodes, self._land, by_water=self.boats)
        return self._ends[key]

    def _arcs_of(self, variant: str) -> list[list[Arc]]:
        if variant not in self._arcs:
            hours = [state.hours_of(variant) for state in self.states]
            links = [(one, other, h) for (one, other), h in zip(self._links, hours, strict=True)]
            self._arcs[variant] = build_arcs(len(self._nodes), links)
        return self._arcs[variant]

    def _rows(self, points: Sequence[Point], ends: Ends, variant: str, limit_h: float) -> Floats:
        """Return the hours from each point to every node, shape (points, nodes)."""
        rows = np.full((len(points), len(self._nodes)), np.inf)
        for index, point in enumerate(points):
            held = self._hours.get((variant, point))
            if held is None:
                ways = self._ways_from(point, ends.starts(index, variant), variant, limit_h)
                held = np.array(ways.hours)
                if math.isinf(limit_h):
                    self._hours[variant, point] = held
            rows[index] = held
        return rows

    def _ways_from(self, point: Point, starts: dict[int, float], variant: str, limit_h: float) -> Ways:
        if math.isfinite(limit_h):
            return shortest(self._arcs_of(variant), starts, limit_h=limit_h)
        if (variant, point) not in self._ways:
            self._ways[variant, point] = shortest(self._arcs_of(variant), starts)
        return self._ways[variant, point]

    def _by_graph(self, ends: tuple[Sequence[Point], Ends, Ends], variant: str, limit_h: float) -> Floats:
        origins, starts, stops = ends
        table = np.full((len(origins), len(stops.on_road)), np.inf)
        if not self._nodes:
            return table
        rows = self._rows(origins, starts, variant, limit_h)
        legs = stops.leg_hours(variant)
        for leg in range(LEGS):
            table = np.minimum(table, rows[:, stops.nodes[:, leg]] + legs[None, :, leg])
        return table

    def _across_country(self, straight: Floats, starts: Ends, ends: Ends, tables: list[Floats]) -> list[Floats]:
        """Let pairs go straight across country where one has no road, or no record joins them.

        Where both stand on roads that nobody has recorded as joined, this counts for the best
        case only: a missing record is not a way.
        """
        free = ~(starts.on_road[:, None] & ends.on_road[None, :])
        apart = ~free & (self._part_of(starts)[:, None] != self._part_of(ends)[None, :])
        mended = []
        for variant, table in zip(_VARIANTS, tables, strict=True):
            pace: Floats = getattr(ends, variant)
            allowed = free | apart if variant == "low" else free
            mended.append(np.where(allowed, np.minimum(table, straight * pace[None, :]), table))
        return mended

    def _part_of(self, ends: Ends) -> NDArray[np.intp]:
        return np.asarray(self._part[np.where(ends.on_road, ends.nodes[:, 0], _NONE)])

    def _route(
        self, origin: Point, ends: tuple[Ends, Ends], cell: tuple[int, int], hours: list[float | None]
    ) -> _Route | None:
        """Return the way by road that takes the hours of the table, None where that goes across country."""
        variant, expected = ("low", hours[0]) if hours[1] is None else ("likely", hours[1])
        way = self._way(origin, ends, cell, variant)
        if way is None or expected is None or way.hours > expected * _ROUNDING:
            return None
        return way

    def _way(self, origin: Point, ends: tuple[Ends, Ends], cell: tuple[int, int], variant: str) -> _Route | None:
        if not self._nodes:
            return None
        pace = "low" if variant == "open" else variant
        ways = self._ways_from(origin, ends[0].starts(cell[0], pace), variant, math.inf)
        total = {node: ways.hours[node] + leg for node, leg in ends[1].starts(cell[1], pace).items()}
        last = min(total, key=lambda node: total[node], default=_NONE)
        if last == _NONE or math.isinf(total[last]):
            return None
        states = tuple(self.states[link] for link in ways.links_to(last))
        return _Route(states, self._nodes[ways.start_of(last)], self._nodes[last], total[last])

    def _why_no_way(self, origin: Point, destination: Point) -> list[Because]:
        shut = [state.because() for state in self.blocking(origin, destination)]
        return shut or [Because("travel.no_way")]

    def _reasons(self, way: _Route | None, likely: float | None) -> list[Because]:
        if way is not None:
            doubtful = (RoadStatus.UNKNOWN, RoadStatus.CAUTION)
            return [state.because() for state in way.states if state.status in doubtful]
        if likely is None:
            return [Because("travel.no_road_recorded")]
        return [Because("travel.cross_country")]

    def _by(self, way: _Route | None) -> str:
        if way is None:
            return "cross_country"
        return "river" if self.boats else "road"


def hours_between(network: RoadNetwork, origin: Point, destination: Point, *, night: bool = False) -> Travel:
    """Return how long the ground way takes, with its bounds and reasons; see `RoadNetwork.travel`."""
    return network.travel(origin, destination, night=night)


def flight(kind: AssetKind, origin: Point, destination: Point, *, as_of: datetime | date) -> Travel:
    """Return how long an aircraft takes in a straight line, or that it is out of its range.

    Limits: weather, landing sites and flight hours left are not known here, and the reasons say so.
    """
    craft = rules.value("places.aircraft", as_of)[kind.value]
    km = distance_km(origin, destination)
    if km > craft["radius_km"]:
        facts = {"km": round(km), "radius_km": craft["radius_km"]}
        return Travel(None, None, None, km, "none", (), (Because("travel.out_of_range", facts),))
    hours = km / craft["kmh"]
    return Travel(hours, hours, hours, km, "air", (), (Because("travel.landing_site_unchecked"),))


def flight_hours(kind: AssetKind, straight_km: Floats, *, as_of: datetime | date) -> Floats:
    """Return the hours of an aircraft for straight distances in km, infinite beyond its range."""
    craft = rules.value("places.aircraft", as_of)[kind.value]
    return np.where(straight_km <= craft["radius_km"], straight_km / craft["kmh"], np.inf)


def _known(hours: float) -> float | None:
    return float(hours) if math.isfinite(hours) else None


def _index(points: list[Point]) -> dict[Point, int]:
    return {point: place for place, point in enumerate(points)}


def _km(way: _Route | None, origin: Point, destination: Point) -> float:
    if way is None:
        return distance_km(origin, destination)
    legs = distance_km(origin, way.first) + distance_km(way.last, destination)
    return sum(state.road.km for state in way.states) + legs
