"""Loading a country's whole record of events into an empty mission."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.events import Events, find_events, rows
from benchmarks.mission import fresh_store
from benchmarks.rows import Row
from benchmarks.timing import in_turns, median
from tocsin import feeds
from tocsin.core.reference.results import FeedItem
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import loading
from tocsin.store.convert.evidence import day_number
from tocsin.store.models import Incident, Place

NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)
MOST_SECONDS = 20.0
TINY = {"rounds": 1, "one_by_one": 5}


def run(data: Path, *, rounds: int = 3, one_by_one: int = 300) -> list[Row]:
    """Return the speed of the load beside a bare pass over the file, and beside rows saved one by one."""
    events = find_events(data)
    fresh_store()
    kept: dict[str, int] = {}
    sample = _sample(events, one_by_one)
    taken = in_turns(
        {
            "load": lambda: kept.update(_load(events)),
            "bare pass": lambda: _bare_pass(events),
            "one by one": lambda: _one_by_one(sample),
        },
        rounds=rounds,
    )
    load, bare, single = (median(taken[name]) for name in ("load", "bare pass", "one by one"))
    per_second, single_per_second = kept["rows"] / load, len(sample) / single
    where = f"{events.country}, {events.path.name}"
    return [
        Row("load into an empty mission", load, "s", f"<= {MOST_SECONDS:g}", load <= MOST_SECONDS, where),
        Row("events loaded", kept["rows"], "", note=f"{kept['added']} added, {kept['problems']} problems told"),
        Row("events loaded a second", per_second, "1/s"),
        Row("bare csv.DictReader pass over the same file", bare, "s", note="decompresses and splits; checks nothing"),
        Row("ratio: load / bare pass", load / bare, "x"),
        Row(
            "save() one by one",
            single_per_second,
            "1/s",
            note=f"Django, one commit each, {len(sample)} of the same events",
        ),
        Row("ratio: load / save() one by one", per_second / single_per_second, "x", note="events a second"),
    ]


def _load(events: Events) -> dict[str, int]:
    fresh_store()
    found = loading.load(SYSTEM, "ucdp_ged", events.path, now=NOW, options={"country": events.country})
    return {"rows": found["rows"], "added": found["added"], "problems": len(found["problems"])}


def _bare_pass(events: Events) -> int:
    return sum(row["country"] == events.country for row in rows(events.path))


def _sample(events: Events, size: int) -> list[Any]:
    found = feeds.get("ucdp_ged").read(events.path, country=events.country)
    return list(itertools.islice((one for one in found if isinstance(one, FeedItem)), size))


def _one_by_one(items: list[Any]) -> None:
    """Save as a first draft would: a place and an incident at a time, each in a commit of its own."""
    fresh_store()
    for item in items:
        event = item.value
        place, _ = Place.objects.get_or_create(
            ref=f"P-{event.lat:+08.4f}{event.lon:+09.4f}",
            defaults={"name": event.place_name or "", "lat": event.lat, "lon": event.lon, "kind": "point"},
        )
        Incident(
            feed_id=item.feed_id,
            origin="feed",
            place=place,
            lat=event.lat,
            lon=event.lon,
            started_at=event.start,
            started_day=day_number(event.start),
            known_at=event.start,
            recorded_at=NOW,
            state="validated",
            deaths_least=event.deaths_low,
            deaths_best=event.deaths_best,
            deaths_most=event.deaths_high,
        ).save()
