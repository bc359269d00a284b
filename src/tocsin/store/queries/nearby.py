"""Reads of what lies near a report: what it may join. An index answers them, however much is on record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from tocsin.core.alerts.types import OpenAlert
from tocsin.core.evidence import types as core
from tocsin.core.places.distance import box_around
from tocsin.core.places.types import Point
from tocsin.core.reference.viewer import Viewer
from tocsin.store import access
from tocsin.store.convert import alerts as convert_alerts
from tocsin.store.convert import evidence as convert
from tocsin.store.models import Alert, Incident, Place, Report

FRESH: Final = timedelta(days=14)
# In a flood only the newest are looked at: they are what a new report is most like.
MOST: Final = 300
EACH: Final = 4
COMPARED: Final = 60
_REASONS: Final = ("because", "grade_because")
_SPEAKS_NOT: Final = ("refuted", "duplicate", "out_of_scope")


def reports_to_join(viewer: Viewer, report: Report, *, km: float, as_of: datetime) -> tuple[core.Report, ...]:
    """Return reports that are fresh and near enough for `report` to join their incident, oldest first.

    Near is within `km` of any point that either of them tells of. The newest few of each incident
    stand for it.
    """
    near = Report.objects.filter(incident__isnull=False, received_at__gte=as_of - FRESH, received_at__lte=as_of)
    near = near.exclude(state__in=_SPEAKS_NOT).exclude(pk=report.pk).filter(_told_near(report, km))
    newest = access.visible(viewer, "report", near).order_by("-received_at", "-pk").values_list("pk", "incident_id")
    chosen = _few_of_each(newest[:MOST])
    rows = Report.objects.select_related("message", "source", "place", "observed_place", "incident")
    found = rows.filter(pk__in=chosen).order_by("received_at", "pk").defer(*_REASONS)
    return tuple(convert.report(row, with_reasons=False) for row in found)


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
    inside = Q(place=report.place_id) if report.place_id else Q(pk__in=[])
    for south, north, west, east in _boxes(report, km):
        inside |= Q(lat__range=(south, north), lon__range=(west, east))
    rows = Alert.objects.exclude(state="closed").filter(inside, opened_at__lte=as_of, opened_at__gte=as_of - FRESH)
    rows = rows.filter(is_drill=report.is_drill).select_related("place")
    newest = list(access.visible(viewer, "alert", rows, with_drills=True).order_by("-opened_at", "-pk")[:MOST])
    return tuple(convert_alerts.open_alert(row) for row in reversed(newest))


def reports_to_count(viewer: Viewer, incident: Incident) -> list[Report]:
    """Return the reports that speak for an incident, oldest first; of a flood the newest `MOST`."""
    rows = Report.objects.select_related("message", "source", "place", "observed_place", "incident")
    told = access.visible(viewer, "report", rows.filter(incident=incident))
    return list(reversed(told.order_by("-received_at", "-pk")[:MOST]))


def _told_near(report: Report, km: float) -> Q:
    near = Q(pk__in=[])
    for south, north, west, east in _boxes(report, km):
        inside = {"lat__range": (south, north), "lon__range": (west, east)}
        places = list(Place.objects.filter(**inside).values_list("pk", flat=True))
        near |= Q(**inside) | Q(place__in=places) | Q(observed_place__in=places)
    return near


def _boxes(report: Report, km: float) -> list[tuple[float, float, float, float]]:
    told = {
        (one.lat, one.lon)
        for one in (report, report.place, report.observed_place)
        if one is not None and one.lat is not None and one.lon is not None
    }
    return [box_around(Point(lat, lon), km) for lat, lon in sorted(told)]
