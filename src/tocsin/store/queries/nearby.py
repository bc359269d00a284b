"""Reads of what lies near a report: what it may join. An index answers them, however much is on record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any, Final

from django.db.models import BigIntegerField, BooleanField, DateTimeField, FloatField, Q, QuerySet

from tocsin.core.alerts.types import OpenAlert
from tocsin.core.evidence import types as core
from tocsin.core.places.distance import box_around
from tocsin.core.places.types import Point
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.store import access
from tocsin.store.convert import alerts as convert_alerts
from tocsin.store.convert import evidence as convert
from tocsin.store.convert import places as convert_places
from tocsin.store.models import Alert, Incident, Place, Report
from tocsin.store.prepared import Prepared

FRESH: Final = timedelta(days=14)
# In a flood only the newest are looked at: they are what a new report is most like.
MOST: Final = 300
EACH: Final = 4
COMPARED: Final = 60
# So many kinds of query are kept ready; what a viewer may see is part of a query.
QUERIES: Final = 32
# What likeness asks of a report; with all of each row, weighing a flood would cost more than it finds.
_WEIGHED: Final = (
    "kind", "events", "imminence", "priority", "language", "place_text", "place_precision", "lat", "lon", "starts_at",
    "ends_at", "time_precision", "actor_name", "actor_type", "actor_certainty", "strength", "weapons", "toll",
    "is_hearsay", "sensitivity", "flags", "doubts", "grade_source", "grade_content", "state", "received_at",
    "message__text", "message__channel", "source__handle",
    *(f"{place}__{name}" for place in ("place", "observed_place") for name in convert_places.COLUMNS),
)  # fmt: skip
_SPEAKS_NOT: Final = ("refuted", "duplicate", "out_of_scope")


def reports_to_join(viewer: Viewer, report: Report, *, km: float, as_of: datetime) -> tuple[core.Report, ...]:
    """Return reports that are fresh and near enough for `report` to join their incident, oldest first.

    Near is within `km` of any point that either of them tells of. The newest few of each incident
    stand for it.
    """
    boxes = _boxes(report, km)
    if not boxes:
        return ()
    places = _padded([row.pk for box in boxes for row in _PLACES_IN.rows(*box)])
    sides = [side for box in boxes for side in box]
    newest = _newest(viewer, len(boxes), len(places)).rows(as_of - FRESH, as_of, report.pk, *sides, *places)
    chosen = _padded(_few_of_each((row.pk, row.incident_id or 0) for row in newest))
    if not chosen:
        return ()
    return tuple(convert.report(row, with_reasons=False) for row in _compared(len(chosen)).rows(*chosen))


def _padded(numbers: list[int]) -> list[int]:
    """Return row numbers with the last repeated up to a power of two: so few kinds of query are made."""
    size = 1 << max(len(numbers) - 1, 0).bit_length()
    return numbers + numbers[-1:] * (size - len(numbers))


@lru_cache(QUERIES)
def _newest(viewer: Viewer, boxes: int, places: int) -> Prepared[Report]:
    def make(since: Any, until: Any, itself: Any, *given: Any) -> QuerySet[Report]:
        near = Report.objects.filter(incident__isnull=False, received_at__gte=since, received_at__lte=until)
        sides, named = given[: 4 * boxes], given[4 * boxes :]
        told = Q(place__pk__in=named) | Q(observed_place__pk__in=named) if named else Q(pk__in=())
        for first in range(0, len(sides), 4):
            told |= _inside(*sides[first : first + 4])
        near = near.exclude(state__in=_SPEAKS_NOT).exclude(pk=itself).filter(told)
        rows = access.visible(viewer, "report", near).order_by("-received_at", "-pk")
        return rows.only("pk", "incident_id")[:MOST]

    numbers = [BigIntegerField() for _ in range(places)]
    return Prepared(make, DateTimeField(), DateTimeField(), BigIntegerField(), *_SIDES * boxes, *numbers)


@cache
def _compared(size: int) -> Prepared[Report]:
    def make(*chosen: Any) -> QuerySet[Report]:
        rows = Report.objects.select_related("message", "source", "place", "observed_place", "incident")
        return rows.filter(pk__in=chosen).order_by("received_at", "pk").only(*_WEIGHED, "incident__id")

    return Prepared(make, *(BigIntegerField() for _ in range(size)))


def _inside(south: Any, north: Any, west: Any, east: Any) -> Q:
    return Q(lat__range=(south, north), lon__range=(west, east))


def _few_of_each(newest: Iterable[tuple[int, int]]) -> list[int]:
    taken: Counter[int] = Counter()
    chosen = []
    for report, incident in newest:
        taken[incident] += 1
        if taken[incident] <= EACH:
            chosen.append(report)
    return chosen[:COMPARED]


def alerts_to_join(viewer: Viewer, report: Report, *, km: float, as_of: datetime) -> tuple[OpenAlert, ...]:
    """Return the alerts that are open, fresh and near enough for `report` to join, oldest first.

    One of unknown place is near only what is of that very place, and one of a drill only what is of a drill.
    """
    boxes = _boxes(report, km)
    sides = [side for box in boxes for side in box]
    # No row bears the number 0: who has no place is near none by its place.
    newest = _near_alerts(viewer, len(boxes)).rows(as_of, as_of - FRESH, report.is_drill, report.place_id or 0, *sides)
    return tuple(convert_alerts.open_alert(row) for row in reversed(newest))


@lru_cache(QUERIES)
def _near_alerts(viewer: Viewer, boxes: int) -> Prepared[Alert]:
    def make(until: Any, since: Any, is_drill: Any, place: Any, *sides: Any) -> QuerySet[Alert]:
        inside = Q(place=place)
        for first in range(0, len(sides), 4):
            inside |= _inside(*sides[first : first + 4])
        rows = Alert.objects.exclude(state="closed").filter(inside, opened_at__lte=until, opened_at__gte=since)
        rows = rows.filter(is_drill=is_drill).select_related("place")
        return access.visible(viewer, "alert", rows, with_drills=True).order_by("-opened_at", "-pk")[:MOST]

    return Prepared(make, DateTimeField(), DateTimeField(), BooleanField(), BigIntegerField(), *_SIDES * boxes)


def reports_to_count(viewer: Viewer, incident: Incident) -> list[Report]:
    """Return the reports that speak for an incident, oldest first; of a flood the newest `MOST`."""
    newest = _COUNTED.rows(incident.pk) if viewer.system else list(_counted(viewer, incident.pk))
    for row in newest:
        row.incident = incident
    return newest[::-1]


def _counted(viewer: Viewer, incident: Any) -> QuerySet[Report]:
    rows = Report.objects.select_related("message", "source", "place", "observed_place").filter(incident=incident)
    told = access.visible(viewer, "report", rows).order_by("-received_at", "-pk")
    return told.only(*_WEIGHED, "incident_id", "holder", "secrecy", "grade_because")[:MOST]


def _boxes(report: Report, km: float) -> list[tuple[float, float, float, float]]:
    told = {
        (one.lat, one.lon)
        for one in (report, report.place, report.observed_place)
        if one is not None and one.lat is not None and one.lon is not None
    }
    return [box_around(Point(lat, lon), km) for lat, lon in sorted(told)]


_SIDES: Final = (FloatField(),) * 4
_PLACES_IN = Prepared(lambda *sides: Place.objects.filter(_inside(*sides)).only("pk"), *_SIDES)
_COUNTED = Prepared(lambda incident: _counted(SYSTEM, incident), BigIntegerField())
