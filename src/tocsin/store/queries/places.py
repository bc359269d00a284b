"""Reads of places, roads, bases and assets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max, Q, QuerySet

from tocsin.core.allocation.types import Asset as AssetValue
from tocsin.core.places import types as core
from tocsin.core.reference.terms import PlaceKind
from tocsin.core.reference.viewer import Viewer
from tocsin.store import access
from tocsin.store.convert import alerts as convert_alerts
from tocsin.store.convert import places as convert
from tocsin.store.models import Asset, Base, Displacement, PartnerPresence, Place, Report, Road, RoadClosure, Site


def places(viewer: Viewer) -> tuple[core.Place, ...]:
    """Return every place the viewer may see, in the order of their references."""
    return tuple(convert.place(row) for row in access.visible(viewer, "place", Place.objects.order_by("ref")))


def settlements(viewer: Viewer) -> tuple[core.Place, ...]:
    """Return the places that the matrix speaks of: a health facility by itself is a site, not a settlement."""
    rows = access.visible(viewer, "place", Place.objects.exclude(kind=PlaceKind.HEALTH_FACILITY.value).order_by("ref"))
    return tuple(convert.place(row) for row in rows)


def place_rows(viewer: Viewer) -> list[Place]:
    """Return the rows of every place the viewer may see."""
    return list(access.visible(viewer, "place", Place.objects.order_by("name", "ref")))


def place_row(viewer: Viewer, ref: str) -> Place | None:
    """Return one place, None when there is none or the viewer may not see it."""
    return access.visible(viewer, "place", Place.objects.filter(ref=ref)).first()


def sites(viewer: Viewer, place: str | None = None) -> tuple[core.Site, ...]:
    """Return the sites of one place, or of all, that the viewer may see."""
    rows = Site.objects.select_related("place").filter(place__in=_seen(viewer)).order_by("place__ref", "kind", "name")
    return tuple(convert.site(row) for row in (rows.filter(place__ref=place) if place else rows))


def roads(viewer: Viewer) -> tuple[core.Road, ...]:
    """Return the roads between places that the viewer may see."""
    rows = Road.objects.filter(origin__in=_seen(viewer), destination__in=_seen(viewer))
    return tuple(convert.road(row) for row in rows.select_related("origin", "destination").order_by("ref"))


def closures(viewer: Viewer, as_of: datetime) -> tuple[core.RoadClosure, ...]:
    """Return the road closures in force at `as_of` and known by then."""
    day = as_of.date()
    rows = RoadClosure.objects.select_related("road").filter(since_on__lte=day, recorded_at__lte=as_of)
    rows = rows.filter(road__origin__in=_seen(viewer), road__destination__in=_seen(viewer))
    rows = rows.filter(Q(until_on__isnull=True) | Q(until_on__gt=day))
    return tuple(convert.closure(row) for row in rows.order_by("pk"))


def bases(viewer: Viewer, as_of: datetime) -> tuple[core.Base, ...]:
    """Return the bases at `as_of`: the register, and of each mapped mission its newest map by then; to those who may see places."""
    if not access.may(viewer, "read", "place"):
        return ()
    rows = Base.objects.select_related("place").filter(_on_newest_map(Base, as_of)).order_by("ref")
    return tuple(convert.base(row) for row in rows)


def assets(viewer: Viewer, as_of: datetime) -> tuple[AssetValue, ...]:
    """Return what can be sent at `as_of`, to those who may see who can be reached."""
    if not access.may(viewer, "read", "coverage"):
        return ()
    rows = Asset.objects.select_related("base").filter(_on_newest_map(Asset, as_of)).order_by("ref")
    return tuple(convert_alerts.asset(row) for row in rows)


def asset_row(viewer: Viewer, ref: str) -> Asset | None:
    """Return one asset by its reference, to those who may see who can be reached."""
    if not access.may(viewer, "read", "coverage"):
        return None
    return Asset.objects.select_related("base").filter(ref=ref).first()


def partners(viewer: Viewer, place: str) -> list[str]:
    """Return what kinds of work partners do at a place; never who they are."""
    access.require(viewer, "read", "place")
    rows = PartnerPresence.objects.filter(place__ref=place).order_by("work")
    return list(rows.values_list("work", flat=True).distinct())


def displacement(viewer: Viewer, place: str, as_of: datetime) -> list[Displacement]:
    """Return the displacement figures that a place has up to a moment, newest first."""
    rows = Displacement.objects.filter(place__ref=place, place__in=_seen(viewer), as_at_on__lte=as_of.date())
    return list(rows.order_by("-as_at_on", "-pk")[:20])


def heard_at(viewer: Viewer, as_of: datetime) -> dict[str, datetime]:
    """Return for each place when something was last heard from it by `as_of`."""
    rows = Report.objects.filter(received_at__lte=as_of, place__in=_seen(viewer)).values("place__ref")
    return {row["place__ref"]: row["last"] for row in rows.annotate(last=Max("received_at"))}


def counts() -> dict[str, int]:
    """Return how many places, roads and bases there are."""
    return {"places": Place.objects.count(), "roads": Road.objects.count(), "bases": Base.objects.count()}


def stamp() -> tuple[Any, ...]:
    """Return a value that changes whenever places are added, taken away or named by a dataset, for caches."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT MAX(id) FROM tocsin_feedload), COUNT(id), MAX(id), MAX(folded_name) FROM tocsin_place"
        )
        return tuple(cursor.fetchone())


def _seen(viewer: Viewer) -> QuerySet[Place]:
    return access.visible(viewer, "place", Place.objects.all())


def _on_newest_map(model: Any, as_of: datetime) -> Q:
    wanted = Q(map_on__isnull=True)
    found = model.objects.filter(map_on__lte=as_of.date()).values("map_mission").annotate(newest=Max("map_on"))
    for row in found:
        wanted |= Q(map_mission=row["map_mission"], map_on=row["newest"])
    return wanted
