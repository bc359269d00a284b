"""Writes of whole datasets: upserts by the dataset's own id, with what changed."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from itertools import chain, count
from math import inf
from typing import Any, NamedTuple, TypeVar

import numpy as np
from django.db.models import Model
from numpy.typing import NDArray

from tocsin.core.allocation.types import DeploymentRecord
from tocsin.core.evidence.types import EventRecord
from tocsin.core.places.areas import point_label
from tocsin.core.places.distance import distances_km
from tocsin.core.places.types import AreaRecord, DisplacementRecord, PlaceRecord, Point, PopulationRecord
from tocsin.core.reference.languages import normalise
from tocsin.core.reference.results import FeedItem
from tocsin.core.reference.terms import PlaceKind, SiteKind
from tocsin.store.convert import evidence as convert
from tocsin.store.models import Area, Asset, Base, Displacement, FeedLoad, Incident, IncidentVersion, Place, Site

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
        """Return the place of each (lat, lon, name, province, country), nearest within 5 km.

        One spot after the other, so that the places do not depend on how many come at a time.
        """
        wanted: dict[tuple[float, float], tuple[float, float, str, str, str]] = {}
        for spot in points:
            if _spot(spot) not in self._exact:
                wanted.setdefault(_spot(spot), spot)
        spots = [Point(lat, lon) for lat, lon, *_ in wanted.values()]
        held = _nearest(distances_km(spots, self._points))
        among, made, rows = distances_km(spots, spots), list[int](), list[Place]()
        for at, key in enumerate(wanted):
            new = _nearest(among[at : at + 1, made])[0]
            if min(held[at].km, new.km) > NEAR_KM:
                made.append(at)
                rows.append(_make_point(wanted[key]))
                self._exact[key] = rows[-1]
            else:
                self._exact[key] = self._rows[held[at].position] if held[at].km <= new.km else rows[new.position]
        for row in rows:
            self._keep(row)
        return [self._exact[_spot(spot)] for spot in points]

    def _keep(self, row: Place) -> None:
        self._rows.append(row)
        self._points.append(Point(row.lat, row.lon))
        self._exact.setdefault((round(row.lat, 4), round(row.lon, 4)), row)


class _Nearest(NamedTuple):
    position: int
    km: float


def _nearest(gaps: NDArray[np.float64]) -> list[_Nearest]:
    """Return for each row of a table of distances where the least stands; endlessly far where there is none."""
    if gaps.shape[1] == 0:
        return [_Nearest(-1, inf)] * len(gaps)
    return [_Nearest(int(row.argmin()), float(row.min())) for row in gaps]


def save_events(
    items: Sequence[FeedItem], finder: PlaceFinder, tally: Tally, *, release: str, recorded_at: datetime
) -> None:
    """Add new events, revise changed ones and keep what they said before; the id decides which is which."""
    tally.rows += len(items)
    items = _last_of_each(items)
    rows = Incident.objects.select_related("place").filter(feed_id__in=[item.feed_id for item in items])
    known = {row.feed_id: row for row in rows}
    fresh = [item for item in items if item.feed_id not in known]
    places = finder.places_at([_spot_of(item.value) for item in fresh])
    Incident.objects.bulk_create(
        (
            Incident(
                **_event_fields(item.value),
                feed_id=item.feed_id,
                place=place,
                sector=place.sector,
                digest=_digest(item.value),
                release=release,
                origin="feed",
                recorded_at=recorded_at,
                state="validated",
                discovered_by="feed",
            )
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


def save_deployments(items: Sequence[FeedItem], tally: Tally) -> None:
    """Add or renew what a map of a mission says: bases and what stands there."""
    for item in items:
        record: DeploymentRecord = item.value
        base, outcome = _save_base(record)
        outcomes = {outcome}
        # Two deployments in one town of one map have one base and are told apart by the number of their id.
        number = item.feed_id.partition("#")[2]
        for unit, kind in _assets_of(record):
            fields = {
                "kind": kind,
                "base": base,
                "strength": record.strength if unit == "inf" else None,
                "map_on": record.map_on,
                "map_mission": record.mission[:40],
                "contingent": ", ".join(name for name, _ in record.contributors)[:60],
            }
            outcomes.add(_renew(Asset, f"{base.ref}-{unit}{number}", fields)[1])
        tally.rows += 1
        _count(tally, outcome if outcome == "added" or outcomes == {"unchanged"} else "revised")


def _save_base(record: DeploymentRecord) -> tuple[Base, str]:
    """Find a base by its map, name and point, whatever was loaded before it, or add it under a free reference."""
    known = Base.objects.filter(
        map_mission=record.mission[:40],
        map_on=record.map_on,
        name=record.location[:120],
        lat=record.lat,
        lon=record.lon,
    ).first()
    fields = {
        "name": record.location[:120],
        "kind": {3: "hq", 2: "sector_hq"}.get(record.headquarters, "cob"),
        "lat": record.lat,
        "lon": record.lon,
        "province": (record.admin1 or "")[:80],
        "map_on": record.map_on,
        "map_mission": record.mission[:40],
    }
    if known is not None:
        return _renew(Base, known.ref, fields)
    stem = f"B-{_slug(record.location)}-{record.map_on:%Y-%m}"
    taken = set(Base.objects.filter(ref__startswith=stem).values_list("ref", flat=True))
    free = next(ref for ref in chain([stem], (f"{stem}-{number}" for number in count(2))) if ref not in taken)
    return _renew(Base, free, fields)


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
            fresh.append(Place(ref=_short_ref("P", item.feed_id), **fields))
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
        _count(tally, _renew(Area, record.pcode, fields, key="pcode")[1])


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
        _count(tally, _renew(Displacement, item.feed_id, fields, key="feed_id")[1])


def _revise(
    row: Incident, item: FeedItem, finder: PlaceFinder, tally: Tally, *, release: str, recorded_at: datetime
) -> None:
    before = convert.incident_state(row)
    IncidentVersion.objects.create(
        incident=row, values=before, release=row.release, recorded_at=row.recorded_at, superseded_at=recorded_at
    )
    place = finder.places_at([_spot_of(item.value)])[0]
    fields = {
        **_event_fields(item.value),
        "digest": _digest(item.value),
        "release": release,
        "recorded_at": recorded_at,
        "place": place,
        "sector": place.sector,
    }
    for name, value in fields.items():
        # A release with fewer columns does not say; it takes back nothing that another one said.
        if value not in (None, "", {}):
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
        "country": record.country[:80],
        "place_name": (record.place_name or "")[:200],
        "place_precision": record.place_precision,
    }


def _actor_type(record: EventRecord) -> str:
    if (record.side_a or "").startswith("Government of"):
        return "state"
    return "rebel" if record.violence == "state" else "militia" if record.violence == "non_state" else "unknown"


def _digest(record: EventRecord) -> str:
    """Return the digest of what is kept of an event: a change in anything else is no change here."""
    return hashlib.sha256(json.dumps(_event_fields(record), default=str, sort_keys=True).encode()).hexdigest()[:16]


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
            "name": shown[:200],
            "folded_name": normalise(shown)[:200],
            "lat": lat,
            "lon": lon,
            "kind": "point",
            "province": province[:80],
            "country": country[:80],
        },
    )
    return row


def _assets_of(record: DeploymentRecord) -> Iterable[tuple[str, str]]:
    kinds = {
        "inf": "inf_coy",
        "res": "qrf_coy",
        "fpu": "fpu",
        "eng": "engineer_plant",
        "riv": "boat",
        "avia": "util_heli",
    }
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


def _last_of_each(items: Sequence[FeedItem]) -> list[FeedItem]:
    """Return the items with a repeated id only as it stands last."""
    return list({item.feed_id: item for item in items}.values())


def _renew(model: type[M], value: str, fields: dict[str, Any], *, key: str = "ref") -> tuple[M, str]:
    """Write a row under its key; return it and whether it was added, revised or unchanged."""
    row, is_new = model._default_manager.get_or_create(**{key: value}, defaults=fields)
    if is_new:
        return row, "added"
    if all(getattr(row, name) == wanted for name, wanted in fields.items()):
        return row, "unchanged"
    for name, wanted in fields.items():
        setattr(row, name, wanted)
    row.save(update_fields=list(fields))
    return row, "revised"


def _count(tally: Tally, outcome: str) -> None:
    setattr(tally, outcome, getattr(tally, outcome) + 1)


def _slug(name: str) -> str:
    """Return a name as a word of a reference: ``Mavivi (Beni)`` becomes ``mavivi-beni``."""
    return "-".join("".join(sign if sign.isalnum() else " " for sign in normalise(name)).split())[:40] or "unnamed"


def _short_ref(letter: str, key: str) -> str:
    # Twelve digits: with eight, two of a hundred thousand places would share one.
    return f"{letter}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def keep_load(
    feed: str,
    file_name: str,
    file_digest: str,
    *,
    options: dict[str, str],
    at: datetime,
    by: str,
    counts: dict[str, int],
    changes: list[dict[str, Any]],
    problems: list[dict[str, Any]],
) -> FeedLoad:
    """Write down what a load brought in, what it changed and what was wrong."""
    return FeedLoad.objects.create(
        feed=feed,
        file_name=file_name[:200],
        file_digest=file_digest,
        options=options,
        started_at=at,
        finished_at=at,
        loaded_by=by,
        counts=counts,
        changes=json.loads(json.dumps(changes, default=str)),
        problems=json.loads(json.dumps(problems, default=str)),
    )
