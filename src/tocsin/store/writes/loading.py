"""Writes of event datasets and maps of a mission: upserts by the dataset's own id, with what changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from itertools import chain, count
from typing import Any

from tocsin.core.allocation.types import DeploymentRecord
from tocsin.core.evidence.types import EventRecord
from tocsin.core.places.areas import point_label
from tocsin.core.places.distance import distances_km
from tocsin.core.places.types import Point
from tocsin.core.reference.languages import normalise
from tocsin.core.reference.results import FeedItem
from tocsin.store.convert import evidence as convert
from tocsin.store.models import Asset, Base, FeedLoad, Incident, IncidentVersion, Place
from tocsin.store.writes.tally import NEAR_KM, Tally, count_outcome, last_of_each, nearest, renew

_VIOLENCE_EVENTS = {"state": ["CLS"], "non_state": ["CLS"], "one_sided": ["ATK", "KIL"]}


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
        held = nearest(distances_km(spots, self._points))
        among, made, rows = distances_km(spots, spots), list[int](), list[Place]()
        for at, key in enumerate(wanted):
            new = nearest(among[at : at + 1, made])[0]
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


def save_events(
    items: Sequence[FeedItem], finder: PlaceFinder, tally: Tally, *, release: str, recorded_at: datetime
) -> None:
    """Add new events, revise changed ones and keep what they said before; the id decides which is which."""
    tally.rows += len(items)
    items = last_of_each(items)
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
            outcomes.add(renew(Asset, f"{base.ref}-{unit}{number}", fields)[1])
        tally.rows += 1
        count_outcome(tally, outcome if outcome == "added" or outcomes == {"unchanged"} else "revised")


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
        return renew(Base, known.ref, fields)
    stem = f"B-{_slug(record.location)}-{record.map_on:%Y-%m}"
    taken = set(Base.objects.filter(ref__startswith=stem).values_list("ref", flat=True))
    free = next(ref for ref in chain([stem], (f"{stem}-{number}" for number in count(2))) if ref not in taken)
    return renew(Base, free, fields)


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


def _slug(name: str) -> str:
    """Return a name as a word of a reference: ``Mavivi (Beni)`` becomes ``mavivi-beni``."""
    return "-".join("".join(sign if sign.isalnum() else " " for sign in normalise(name)).split())[:40] or "unnamed"


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
