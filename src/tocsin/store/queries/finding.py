"""Finding a place by its name however it is spelt, and what lies around a point."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from tocsin.core.reference.languages import normalise
from tocsin.core.reference.viewer import Viewer
from tocsin.store import access
from tocsin.store.convert.evidence import day_number
from tocsin.store.models import Incident, Place, Road

Box = tuple[float, float, float, float]


def find_places(
    viewer: Viewer, text: str = "", *, sector: str = "", kind: str = "", page: int = 1, most: int = 100
) -> tuple[list[Place], int]:
    """Return a page of the places whose name or other name holds the words, and how many there are.

    Accents and capitals do not matter. Names that begin with the words come first.
    """
    rows = access.visible(viewer, "place", Place.objects.all())
    if sector:
        rows = rows.filter(sector=sector)
    if kind:
        rows = rows.filter(kind=kind)
    rows = _named(rows, normalise(text)) if text.strip() else rows.order_by("name", "ref")
    start = (max(page, 1) - 1) * most
    return list(rows[start : start + most]), rows.count()


def _named(rows: QuerySet[Place], folded: str) -> QuerySet[Place]:
    begins = Case(When(folded_name__startswith=folded, then=Value(0)), default=Value(1), output_field=IntegerField())
    held = Q(folded_name__contains=folded) | Q(aliases__icontains=folded) | Q(ref__iexact=folded)
    return rows.filter(held).order_by(begins, "name", "ref")


def sectors(viewer: Viewer) -> list[str]:
    """Return the sectors that have places the viewer may see."""
    rows = access.visible(viewer, "place", Place.objects.exclude(sector=""))
    return list(rows.order_by("sector").values_list("sector", flat=True).distinct())


def places_in_box(viewer: Viewer, box: Box, *, most: int = 400) -> list[Place]:
    """Return the places inside west, south, east, north, the largest first."""
    west, south, east, north = box
    rows = Place.objects.filter(lat__gte=south, lat__lte=north, lon__gte=west, lon__lte=east)
    return list(access.visible(viewer, "place", rows).order_by(F("people").desc(nulls_last=True), "ref")[:most])


def roads_in_box(viewer: Viewer, box: Box, *, most: int = 1500) -> list[Road]:
    """Return the roads of which an end lies inside west, south, east, north."""
    access.require(viewer, "read", "place")
    west, south, east, north = box
    inside = Q()
    for end in ("origin", "destination"):
        inside |= Q(
            **{f"{end}__lat__gte": south, f"{end}__lat__lte": north, f"{end}__lon__gte": west, f"{end}__lon__lte": east}
        )
    return list(Road.objects.filter(inside).select_related("origin", "destination").order_by("ref")[:most])


def extent(viewer: Viewer) -> Box | None:
    """Return the box that holds every place the viewer may see, None when there is none."""
    rows = access.visible(viewer, "place", Place.objects.all())
    lats, lons = rows.order_by("lat").values_list("lat", flat=True), rows.order_by("lon").values_list("lon", flat=True)
    south, north, west, east = lats.first(), lats.last(), lons.first(), lons.last()
    if south is None or north is None or west is None or east is None:
        return None
    return west, south, east, north


def points_in_box(
    viewer: Viewer, box: Box, *, as_of: datetime, within: timedelta, most: int = 40_000
) -> list[tuple[float, float, int]]:
    """Return longitude, latitude and day number of the incidents of a box, newest first.

    Three columns and no objects: a map of a whole country counts them, and opens none.
    """
    west, south, east, north = box
    today = day_number(as_of)
    rows = Incident.objects.filter(
        started_day__gt=today - within.days,
        started_day__lte=today,
        known_at__lte=as_of,
        lat__gte=south,
        lat__lte=north,
        lon__gte=west,
        lon__lte=east,
    ).exclude(state__in=["refuted", "duplicate"])
    seen = access.visible(viewer, "incident", rows)
    return list(seen.order_by("-started_day").values_list("lon", "lat", "started_day")[:most])


def names_of(viewer: Viewer, refs: list[str]) -> dict[str, str]:
    """Return the names of places by reference, as far as the viewer may see them."""
    rows = access.visible(viewer, "place", Place.objects.filter(ref__in=refs))
    return dict(rows.values_list("ref", "name"))
