"""In what state each road is on a day, and how long it takes to drive."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from tocsin.core.places.areas import season_at
from tocsin.core.places.distance import pairs_km
from tocsin.core.places.types import Point, Road, RoadClosure
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because, Problem
from tocsin.core.reference.terms import RoadClass, RoadStatus, Season

_WORST_LAST: Final = (RoadStatus.OPEN, RoadStatus.CAUTION, RoadStatus.UNKNOWN, RoadStatus.CLOSED)
# A road may be measured a little shorter than the line between two rounded coordinates.
_SHORTER_ALLOWED: Final = 0.95


@dataclass(frozen=True, slots=True)
class Hours:
    """The least, likely and most hours something takes; infinite where it cannot be counted on."""

    low: float
    likely: float
    high: float


@dataclass(frozen=True, slots=True)
class RoadState:
    """One road on one day.

    `hours` are of a vehicle (of a boat on a river) in daylight; `if_open_h` is what it would take
    if it were open. `closures` are the dated changes that count today.
    """

    road: Road
    status: RoadStatus
    season: Season | None
    hours: Hours
    if_open_h: float
    closures: tuple[RoadClosure, ...] = ()

    @property
    def is_denied(self) -> bool:
        """Return whether the road is closed because somebody denies us the way."""
        shut = [found for found in self.closures if found.status is RoadStatus.CLOSED]
        return bool(shut) and all(found.reason in DENIALS for found in shut)

    @property
    def is_shut_by_season(self) -> bool:
        """Return whether the road is closed by the season alone, and opens again with the next."""
        return self.status is RoadStatus.CLOSED and not self.closures

    def opened(self) -> RoadState:
        """Return the same road as if it were open today."""
        hours = Hours(self.if_open_h, self.if_open_h, self.if_open_h)
        return replace(self, status=RoadStatus.OPEN, hours=hours, closures=())

    def hours_of(self, variant: str) -> float:
        """Return the `low`, `likely` or `high` hours, or those if the road were ``open``."""
        return self.if_open_h if variant == "open" else float(getattr(self.hours, variant))

    def because(self) -> Because:
        """Return the state of the road as a reason."""
        worst = max(self.closures, key=lambda found: _WORST_LAST.index(found.status), default=None)
        facts = {
            "road": self.road.ref,
            "from": self.road.origin,
            "to": self.road.destination,
            "season": f"term.season.{self.season}" if self.season else None,
            "cause": _cause(worst) if worst else None,
            "since": worst.since_on.isoformat() if worst else None,
        }
        by_season = "_by_season" if self.is_shut_by_season else ""
        return Because(f"travel.road_{self.status.value}{by_season}", facts, (self.road.ref,))


DENIALS: Final = frozenset({"access_denied", "roadblock", "clearance_refused", "checkpoint"})
_CAUSES: Final = DENIALS | {"mine", "flood", "bridge", "bridge_damaged", "fighting", "landslide", "mud"}


@dataclass(frozen=True, slots=True)
class RoadsAt:
    """All roads on one day, and what was wrong with the data."""

    states: tuple[RoadState, ...]
    problems: tuple[Problem, ...] = field(default=())


def roads_at(
    points: Mapping[str, Point],
    roads: Sequence[Road],
    closures: Sequence[RoadClosure],
    *,
    as_of: datetime | date,
    season: Season | None = None,
) -> RoadsAt:
    """Return the state of every road on a day.

    Parameters
    ----------
    points : mapping of str to Point
        Where each place stands, by its reference.
    roads, closures : sequence
        Links between places, and dated changes of their state.
    as_of : datetime or date
        The day. A change counts from `since_on` until the day before `until_on`.
    season : Season or None
        A season to suppose everywhere; None takes it from the calendar of each road's latitude.

    Returns
    -------
    RoadsAt
        A road whose ends are not both known is left out and named in the problems.
    """
    day = as_of.date() if isinstance(as_of, datetime) else as_of
    by_road = _changes_today(closures, day)
    known = [road for road in roads if road.origin in points and road.destination in points]
    origins, ends = [points[road.origin] for road in known], [points[road.destination] for road in known]
    problems = [*_dead_ends(roads, points), *_closures_of_nothing(roads, closures)]
    states = []
    for road, origin, end, straight in zip(known, origins, ends, pairs_km(origins, ends), strict=True):
        mended, wrong = _mended(road, float(straight))
        problems.extend(wrong)
        now = season or season_at(Point((origin.lat + end.lat) / 2, (origin.lon + end.lon) / 2), day)
        states.append(_state(mended, by_road.get(road.ref, []), now, day))
    return RoadsAt(tuple(states), tuple(problems))


def _changes_today(closures: Sequence[RoadClosure], day: date) -> dict[str, list[RoadClosure]]:
    by_road: dict[str, list[RoadClosure]] = {}
    for found in closures:
        if found.since_on <= day and (found.until_on is None or day < found.until_on):
            by_road.setdefault(found.road, []).append(found)
    return by_road


def _dead_ends(roads: Sequence[Road], points: Mapping[str, Point]) -> list[Problem]:
    return [
        Problem("PLC-101", road.ref, {"place": ref})
        for road in roads
        for ref in (road.origin, road.destination)
        if ref not in points
    ]


def _closures_of_nothing(roads: Sequence[Road], closures: Sequence[RoadClosure]) -> list[Problem]:
    refs = {road.ref for road in roads}
    return [
        Problem("PLC-103", f"closure since {found.since_on}", {"road": found.road})
        for found in closures
        if found.road not in refs
    ]


def _mended(road: Road, straight: float) -> tuple[Road, list[Problem]]:
    """Return the road with a length that is possible: never shorter than the straight line."""
    if math.isfinite(road.km) and road.km >= straight * _SHORTER_ALLOWED and road.km > 0:
        return road, []
    facts = {"km": road.km if math.isfinite(road.km) else None, "straight_km": round(straight, 1)}
    return replace(road, km=max(straight, 0.1)), [Problem("PLC-102", road.ref, facts)]


def _cause(found: RoadClosure) -> str:
    return f"term.road_cause.{found.reason}" if found.reason in _CAUSES else found.reason


def _state(road: Road, changes: list[RoadClosure], season: Season | None, day: date) -> RoadState:
    status = _status(road, changes, season)
    return RoadState(
        road, status, season, _hours(road, status, season, day), _open_hours(road, season, day).low, tuple(changes)
    )


def _status(road: Road, changes: list[RoadClosure], season: Season | None) -> RoadStatus:
    """Return the worst of what holds, the newest word for each cause.

    That the flood has gone does not lift the mine.
    """
    newest: dict[str, RoadClosure] = {}
    for found in sorted(changes, key=lambda change: (change.since_on, _WORST_LAST.index(change.status))):
        newest[found.reason] = found
    if newest:
        return max((found.status for found in newest.values()), key=_WORST_LAST.index)
    if season is None:
        return road.dry if road.dry is road.wet else RoadStatus.UNKNOWN
    return road.dry if season is Season.DRY else road.wet


def _open_hours(road: Road, season: Season | None, day: date) -> Hours:
    if road.road_class is RoadClass.NONE:
        speeds = rules.value("places.unknown_class_kmh", day)
        return Hours(road.km / speeds["best"], road.km / speeds["likely"], road.km / speeds["worst"])
    by_season = rules.value("places.road_kmh", day)[road.road_class.value]
    if season is not None:
        hours = road.km / by_season[season.value]
        return Hours(hours, hours, hours)
    times = [road.km / speed for speed in by_season.values()]
    return Hours(min(times), max(times), max(times))


def _hours(road: Road, status: RoadStatus, season: Season | None, day: date) -> Hours:
    """Return the hours by status: an unknown road counts only for the best case."""
    clear = _open_hours(road, season, day)
    if status is RoadStatus.OPEN:
        return clear
    if status is RoadStatus.CAUTION:
        share = rules.value("places.caution_speed_share", day)
        return Hours(clear.low, clear.likely / share, clear.high / share)
    if status is RoadStatus.UNKNOWN:
        return Hours(clear.low, math.inf, math.inf)
    return Hours(math.inf, math.inf, math.inf)
