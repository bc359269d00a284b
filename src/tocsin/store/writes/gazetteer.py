"""Writes of gazetteers: named points, facilities, areas, how many live there and how many are displaced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from tocsin.core.places.distance import distances_km
from tocsin.core.places.types import AreaRecord, DisplacementRecord, PlaceRecord, Point, PopulationRecord
from tocsin.core.reference.languages import normalise
from tocsin.core.reference.results import FeedItem
from tocsin.core.reference.terms import PlaceKind, SiteKind
from tocsin.store.models import Area, Displacement, Place, Site
from tocsin.store.writes.tally import NEAR_KM, Tally, count_outcome, renew, short_ref


def save_places(items: Sequence[FeedItem], tally: Tally) -> None:
    """Add or renew named points.

    A bare point of an event dataset within 5 km takes the name and keeps its incidents. A health
    facility is a site of the settlement within 5 km of it; only where there is none does it stand
    as a place of its own.
    """
    settlements = [item for item in items if item.value.kind is not PlaceKind.HEALTH_FACILITY]
    _save_settlements(settlements, tally)
    _save_facilities([item for item in items if item.value.kind is PlaceKind.HEALTH_FACILITY], tally)
    tally.rows += len(items)


def _save_settlements(items: Sequence[FeedItem], tally: Tally) -> None:
    known = {row.feed_id: row for row in Place.objects.filter(feed_id__in=[item.feed_id for item in items])}
    bare = _bare_points([item for item in items if item.feed_id not in known])
    fresh = []
    for item in items:
        row = known.get(item.feed_id) or bare.get(item.feed_id)
        fields = _place_fields(item)
        if row is None:
            fresh.append(Place(ref=short_ref("P", item.feed_id), **fields))
        elif all(getattr(row, name) == value for name, value in fields.items()):
            tally.unchanged += 1
        else:
            Place.objects.filter(pk=row.pk).update(**fields)
            tally.revised += 1
    Place.objects.bulk_create(fresh, batch_size=500)
    tally.added += len(fresh)


def _save_facilities(items: Sequence[FeedItem], tally: Tally) -> None:
    if not items:
        return
    homes = list(Place.objects.exclude(kind=PlaceKind.HEALTH_FACILITY.value))
    gaps = _gaps(homes, [item.value for item in items])
    known = set(Site.objects.filter(kind=SiteKind.HEALTH.value).values_list("place_id", "name"))
    sites, alone = [], []
    for index, item in enumerate(items):
        record: PlaceRecord = item.value
        if gaps is None or gaps[index].min() > NEAR_KM:
            alone.append(item)
            continue
        home = homes[int(gaps[index].argmin())]
        if (home.pk, record.name[:120]) in known:
            tally.unchanged += 1
            continue
        known.add((home.pk, record.name[:120]))
        sites.append(
            Site(
                place=home,
                kind=SiteKind.HEALTH.value,
                name=record.name[:120],
                lat=record.lat,
                lon=record.lon,
                distance_km=round(float(gaps[index].min()), 1),
            )
        )
    Site.objects.bulk_create(sites, batch_size=500)
    tally.added += len(sites)
    _save_settlements(alone, tally)


def _place_fields(item: FeedItem) -> dict[str, Any]:
    record: PlaceRecord = item.value
    fields: dict[str, Any] = {
        "name": record.name[:200],
        "folded_name": normalise(record.name)[:200],
        "lat": record.lat,
        "lon": record.lon,
        "country": record.country[:80],
        "province": (record.admin1 or "")[:80],
        "kind": record.kind.value,
        "aliases": list(record.aliases)[:40],
        "feed_id": item.feed_id,
    }
    if record.people is not None:
        fields |= {"people": record.people, "people_source": item.feed_id.split(":")[0]}
    return fields


def save_areas(items: Sequence[FeedItem], tally: Tally) -> None:
    """Add or renew administrative areas by P-code."""
    for item in items:
        record: AreaRecord = item.value
        fields = {
            "name": record.name[:200],
            "level": record.level,
            "country": record.country,
            "parent": record.parent,
            "valid_from_on": record.valid_from_on,
        }
        tally.rows += 1
        count_outcome(tally, renew(Area, record.pcode, fields, key="pcode")[1])


def save_population(items: Sequence[FeedItem], tally: Tally) -> None:
    """Set how many people live in places on record, by P-code, name and country, or nearest point.

    A name that two places of a country share names neither.
    """
    rows = list(Place.objects.all())
    by_code = {row.pcode: row for row in rows if row.pcode}
    names = Counter((row.folded_name, row.country) for row in rows)
    by_name = {(row.folded_name, row.country): row for row in rows if names[row.folded_name, row.country] == 1}
    points = [Point(row.lat, row.lon) for row in rows]
    for item in items:
        record: PopulationRecord = item.value
        row = by_code.get(record.pcode or "") or by_name.get((normalise(record.name), record.country))
        if row is None and record.lat is not None and record.lon is not None and points:
            gaps = distances_km([Point(record.lat, record.lon)], points)[0]
            row = rows[int(gaps.argmin())] if gaps.min() <= NEAR_KM else None
        tally.rows += 1
        if row is None or row.people == record.people:
            tally.unchanged += 1
            continue
        tally.changes.append({"id": row.ref, "field": "people", "was": row.people, "now": record.people})
        row.people, row.people_source = record.people, item.feed_id.split(":")[0]
        row.save(update_fields=["people", "people_source"])
        tally.revised += 1


def save_displacement(items: Sequence[FeedItem], tally: Tally) -> None:
    """Add or renew displacement figures."""
    for item in items:
        record: DisplacementRecord = item.value
        fields = {
            "measure": record.measure,
            "group": record.group,
            "where": record.where[:200],
            "country": record.country[:80],
            "origin": (record.origin or "")[:200],
            "people": record.people,
            "as_at_on": record.as_at_on,
            "lat": record.lat,
            "lon": record.lon,
            "cause": (record.cause or "")[:60],
        }
        tally.rows += 1
        count_outcome(tally, renew(Displacement, item.feed_id, fields, key="feed_id")[1])


def _gaps(rows: Sequence[Place], records: Sequence[PlaceRecord]) -> Any:
    if not rows or not records:
        return None
    return distances_km([Point(r.lat, r.lon) for r in records], [Point(row.lat, row.lon) for row in rows])


def _bare_points(items: Sequence[FeedItem]) -> dict[str, Place]:
    """Return for each new named place the bare point that it names: each the nearest to the other, same name first."""
    rows = list(Place.objects.filter(kind="point", feed_id__isnull=True))
    if not rows or not items:
        return {}
    gaps = _gaps(rows, [item.value for item in items])
    names = np.array([normalise(item.value.name) for item in items], dtype=object)
    near = gaps <= NEAR_KM
    gaps[near & (names[:, None] == np.array([row.folded_name for row in rows], dtype=object)[None, :])] = 0.0
    nearest_item, nearest_row = gaps.argmin(axis=0), gaps.argmin(axis=1)
    return {
        item.feed_id: rows[int(nearest_row[index])]
        for index, item in enumerate(items)
        if near[index, nearest_row[index]] and nearest_item[nearest_row[index]] == index
    }
