"""Places, sites, roads and bases: rows to core values."""

from __future__ import annotations

from typing import Final

from tocsin.core.places import types as core
from tocsin.core.reference.terms import BaseKind, PlaceKind, RoadClass, RoadStatus, SiteKind
from tocsin.store import models

# What `place` reads.
COLUMNS: Final = (
    "ref", "name", "lat", "lon", "kind", "province", "people", "displaced_people", "languages", "aliases", "sector",
    "pcode", "features",
)  # fmt: skip


def place(row: models.Place) -> core.Place:
    """Return the core value of a place row."""
    return core.Place(
        ref=row.ref,
        name=row.name,
        point=core.Point(row.lat, row.lon),
        kind=PlaceKind(row.kind),
        province=row.province,
        people=row.people,
        displaced_people=row.displaced_people,
        languages=tuple(row.languages),
        aliases=tuple(row.aliases),
        sector=row.sector,
        pcode=row.pcode,
        features=tuple(row.features),
    )


def site(row: models.Site) -> core.Site:
    """Return the core value of a site row."""
    point = core.Point(row.lat, row.lon) if row.lat is not None and row.lon is not None else None
    return core.Site(row.place.ref, SiteKind(row.kind), row.name, point, tuple(row.days), row.distance_km)


def road(row: models.Road) -> core.Road:
    """Return the core value of a road row."""
    return core.Road(
        ref=row.ref,
        origin=row.origin.ref,
        destination=row.destination.ref,
        km=row.km,
        road_class=RoadClass(row.road_class),
        dry=RoadStatus(row.dry),
        wet=RoadStatus(row.wet),
    )


def closure(row: models.RoadClosure) -> core.RoadClosure:
    """Return the core value of a closure row."""
    return core.RoadClosure(row.road.ref, RoadStatus(row.status), row.reason, row.since_on, row.until_on)


def base(row: models.Base) -> core.Base:
    """Return the core value of a base row."""
    return core.Base(
        ref=row.ref,
        name=row.name,
        point=core.Point(row.lat, row.lon),
        kind=BaseKind(row.kind),
        place=row.place.ref if row.place else None,
        province=row.province,
        sector=row.sector,
    )
