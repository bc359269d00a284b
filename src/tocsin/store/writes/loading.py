"""Writes of whole datasets: upserts by the dataset's own id, with what changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any, TypeVar

import numpy as np
from django.db.models import Model

from tocsin.core.allocation.types import DeploymentRecord
from tocsin.core.evidence.types import EventRecord
from tocsin.core.places.areas import point_label
from tocsin.core.places.distance import distances_km
from tocsin.core.places.types import AreaRecord, DisplacementRecord, PlaceRecord, Point, PopulationRecord
from tocsin.core.reference.languages import normalise
from tocsin.core.reference.results import FeedItem
from tocsin.store.convert import evidence as convert
from tocsin.store.models import Area, Asset, Base, Displacement, FeedLoad, Incident, IncidentVersion, Place

M = TypeVar("M", bound=Model)
NEAR_KM = 5.0
_VIOLENCE_EVENTS = {"state": ["CLS"], "non_state": ["CLS"], "one_sided": ["ATK", "KIL"]}


@dataclass(slots=True)
class Tally:
    """What a load has done so far. `changes` lists what a later release changed, field by field."""

    rows: int = 0
    added: int = 0
    revised: int = 0
    unchanged: int = 0
    changes: list[dict[str, Any]] = field(default_factory=list)


class PlaceFinder:
    """Finds the place of a point among those on record, and makes a bare point where there is none."""

    def __init__(self) -> None:
        self._rows: list[Place] = []
        self._points: list[Point] = []
        self._exact: dict[tuple[float, float], Place] = {}
        for row in Place.objects.order_by("pk"):
            self._keep(row)

    def places_at(self, points: Sequence[tuple[float, float, str, str, str]]) -> list[Place]:
        """Return the place of each (lat, lon, name, province, country), nearest within 5 km."""
        wanted = [spot for spot in dict.fromkeys(points) if _spot(spot) not in self._exact]
        if wanted and self._points:
            gaps = distances_km([Point(lat, lon) for lat, lon, *_ in wanted], self._points)
            nearest = gaps.argmin(axis=1)
            for index, spot in enumerate(wanted):
                if gaps[index, nearest[index]] <= NEAR_KM:
                    self._exact[_spot(spot)] = self._rows[int(nearest[index])]
        for spot in wanted:
            if _spot(spot) not in self._exact:
                self._keep(_make_point(spot))
        return [self._exact[_spot(spot)] for spot in points]

    def _keep(self, row: Place) -> None:
        self._rows.append(row)
        self._points.append(Point(row.lat, row.lon))
        self._exact.setdefault((round(row.lat, 4), round(row.lon, 4)), row)


def save_events(items: Sequence[FeedItem], finder: PlaceFinder, tally: Tally, *, release: str, recorded_at: datetime) -> None:
    """Add new events, revise changed ones and keep what they said before; the id decides which is which."""
    known = {row.feed_id: row for row in Incident.objects.filter(feed_id__in=[item.feed_id for item in items])}
    fresh = [item for item in items if item.feed_id not in known]
    places = finder.places_at([_spot_of(item.value) for item in fresh])
    Incident.objects.bulk_create(
        (
            Incident(**_event_fields(item.value), feed_id=item.feed_id, place=place, sector=place.sector,
                     digest=_digest(item.value), release=release, origin="feed", recorded_at=recorded_at,
                     state="validated", discovered_by="feed")
            for item, place in zip(fresh, places, strict=True)
        ),
        batch_size=500,
    )
    tally.added += len(fresh)
    for item in items:
        row = known.get(item.feed_id)
        if row is None:
            continue
        if row.digest == _digest(item.value):
            tally.unchanged += 1
        else:
            _revise(row, item, finder, tally, release=release, recorded_at=recorded_at)
    tally.rows += len(items)


def save_deployments(items: Sequence[FeedItem], tally: Tally) -> None:
    """Replace one map of a mission by what the dataset says of it: bases and what stands there."""
    for item in items:
        record: DeploymentRecord = item.value
        key = f"{record.mission}:{record.map_on:%Y-%m}:{record.location}:{record.lat:.3f}:{record.lon:.3f}"
        kind = {3: "hq", 2: "sector_hq"}.get(record.headquarters, "cob")
        base, is_new = Base.objects.update_or_create(
            ref=_short_ref("B", key),
            defaults={
                "name": record.location, "kind": kind, "lat": record.lat, "lon": record.lon,
                "province": record.admin1 or "", "map_on": record.map_on, "map_mission": record.mission,
            },
        )
        for unit, asset_kind in _assets_of(record):
            Asset.objects.update_or_create(
                ref=f"{base.ref}-{unit}",
                defaults={
                    "kind": asset_kind, "base": base, "strength": record.strength if unit == "inf" else None,
                    "map_on": record.map_on, "map_mission": record.mission,
                    "contingent": ", ".join(name for name, _ in record.contributors)[:60],
                },
            )
        tally.rows += 1
        tally.added += is_new
        tally.unchanged += not is_new


def save_places(items: Sequence[FeedItem], tally: Tally) -> None:
    """Add or renew named points; a bare point within 5 km takes the name and keeps its incidents."""
    known = {row.feed_id: row for row in Place.objects.filter(feed_id__in=[item.feed_id for item in items])}
    bare = list(Place.objects.filter(kind="point", feed_id__isnull=True))
    gaps = _gaps(bare, [item.value for item in items])
    for index, item in enumerate(items):
        record: PlaceRecord = item.value
        row = known.get(item.feed_id)
        if row is None and gaps is not None and gaps[index].min() <= NEAR_KM:
            row = bare[int(gaps[index].argmin())]
            gaps[:, int(gaps[index].argmin())] = np.inf
        fields = {
            "name": record.name[:200], "folded_name": normalise(record.name)[:200], "lat": record.lat, "lon": record.lon,
            "country": record.country, "province": record.admin1 or "", "kind": record.kind.value,
            "aliases": list(record.aliases)[:40], "feed_id": item.feed_id,
        }
        if record.people is not None:
            fields |= {"people": record.people, "people_source": item.feed_id.split(":")[0]}
        if row is None:
            Place.objects.create(ref=_short_ref("P", item.feed_id), **fields)
            tally.added += 1
        elif all(getattr(row, name) == value for name, value in fields.items()):
            tally.unchanged += 1
        else:
            Place.objects.filter(pk=row.pk).update(**fields)
            tally.revised += 1
        tally.rows += 1


def save_areas(items: Sequence[FeedItem], tally: Tally) -> None:
    """Add or renew administrative areas by P-code."""
    for item in items:
        record: AreaRecord = item.value
        _, is_new = Area.objects.update_or_create(
            pcode=record.pcode,
            defaults={
                "name": record.name, "level": record.level, "country": record.country, "parent": record.parent,
                "valid_from_on": record.valid_from_on,
            },
        )
        tally.rows += 1
        tally.added += is_new
        tally.unchanged += not is_new


def save_population(items: Sequence[FeedItem], tally: Tally) -> None:
    """Set how many people live in places on record, by P-code, nearest point or name and country."""
    rows = list(Place.objects.all())
    by_code = {row.pcode: row for row in rows if row.pcode}
    by_name = {(row.folded_name, row.country): row for row in rows}
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
        Place.objects.filter(pk=row.pk).update(people=record.people, people_source=item.feed_id.split(":")[0])
        tally.revised += 1


def save_displacement(items: Sequence[FeedItem], tally: Tally) -> None:
    """Add or renew displacement figures."""
    for item in items:
        record: DisplacementRecord = item.value
        _, is_new = Displacement.objects.update_or_create(
            feed_id=item.feed_id,
            defaults={
                "measure": record.measure, "group": record.group, "where": record.where[:200], "country": record.country,
                "origin": record.origin or "", "people": record.people, "as_at_on": record.as_at_on,
                "lat": record.lat, "lon": record.lon, "cause": record.cause or "",
            },
        )
        tally.rows += 1
        tally.added += is_new
        tally.unchanged += not is_new


def _revise(row: Incident, item: FeedItem, finder: PlaceFinder, tally: Tally, *, release: str, recorded_at: datetime) -> None:
    before = convert.incident_state(row)
    IncidentVersion.objects.create(
        incident=row, values=before, release=row.release, recorded_at=row.recorded_at, superseded_at=recorded_at
    )
    place = finder.places_at([_spot_of(item.value)])[0]
    fields = {**_event_fields(item.value), "digest": _digest(item.value), "release": release,
              "recorded_at": recorded_at, "place": place, "sector": place.sector}
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    after = convert.incident_state(row)
    for name in before:
        if before[name] != after[name] and name != "release":
            tally.changes.append({"id": item.feed_id, "field": name, "was": before[name], "now": after[name]})
    tally.revised += 1


def _event_fields(record: EventRecord) -> dict[str, Any]:
    end = record.end or record.start
    return {
        "events": _VIOLENCE_EVENTS[record.violence],
        "lat": record.lat,
        "lon": record.lon,
        "started_at": record.start,
        "ended_at": record.end,
        "started_day": convert.day_number(record.start),
        # The dataset does not say when the mission could know; the day it ended is the earliest.
        "known_at": datetime.combine(end.date(), time(23, 59, 59), UTC),
        "actor": (record.side_a or "")[:160],
        "actor_type": _actor_type(record),
        "other_side": (record.side_b or "")[:160],
        "victim": "civilians" if record.violence == "one_sided" else "",
        "deaths_least": record.deaths_low,
        "deaths_best": record.deaths_best,
        "deaths_most": record.deaths_high,
        "toll": {} if record.deaths_civilians is None else {"civilians": [record.deaths_civilians] * 2},
        "is_ended": True,
        "sources_count": record.sources,
        "country": record.country,
        "place_name": (record.place_name or "")[:200],
        "place_precision": record.place_precision,
    }


def _actor_type(record: EventRecord) -> str:
    if (record.side_a or "").startswith("Government of"):
        return "state"
    return "rebel" if record.violence == "state" else "militia" if record.violence == "non_state" else "unknown"


def _digest(record: EventRecord) -> str:
    values = {name: getattr(record, name) for name in record.__slots__ if name != "headline"}
    return hashlib.sha256(json.dumps(values, default=str, sort_keys=True).encode()).hexdigest()[:16]


def _spot_of(record: EventRecord) -> tuple[float, float, str, str, str]:
    return record.lat, record.lon, record.place_name or "", record.admin1 or "", record.country


def _spot(spot: tuple[float, float, str, str, str]) -> tuple[float, float]:
    return round(spot[0], 4), round(spot[1], 4)


def _make_point(spot: tuple[float, float, str, str, str]) -> Place:
    lat, lon, name, province, country = spot
    shown = name or point_label(Point(lat, lon))
    row, _ = Place.objects.get_or_create(
        ref=f"P-{lat:+08.4f}{lon:+09.4f}",
        defaults={
            "name": shown[:200], "folded_name": normalise(shown)[:200], "lat": lat, "lon": lon, "kind": "point",
            "province": province[:80], "country": country,
        },
    )
    return row


def _assets_of(record: DeploymentRecord) -> Iterable[tuple[str, str]]:
    kinds = {"inf": "inf_coy", "res": "qrf_coy", "fpu": "fpu", "eng": "engineer_plant", "riv": "boat", "avia": "util_heli"}
    for unit, kind in kinds.items():
        if unit in record.units:
            yield unit, kind
    if record.observers:
        yield "unmo", "unmo_team"
    if record.police:
        yield "unpol", "unpol_ipo"


def _gaps(rows: Sequence[Place], records: Sequence[PlaceRecord]) -> Any:
    if not rows or not records:
        return None
    return distances_km([Point(r.lat, r.lon) for r in records], [Point(row.lat, row.lon) for row in rows])


def _short_ref(letter: str, key: str) -> str:
    return f"{letter}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def keep_load(
    feed: str, file_name: str, file_digest: str, *, options: dict[str, str], at: datetime, by: str,
    counts: dict[str, int], changes: list[dict[str, Any]], problems: list[dict[str, Any]],
) -> FeedLoad:
    """Write down what a load brought in, what it changed and what was wrong."""
    return FeedLoad.objects.create(
        feed=feed, file_name=file_name[:200], file_digest=file_digest, options=options, started_at=at, finished_at=at,
        loaded_by=by, counts=counts, changes=json.loads(json.dumps(changes, default=str)),
        problems=json.loads(json.dumps(problems, default=str)),
    )
