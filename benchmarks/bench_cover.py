"""Who reaches whom within two hours, in a whole country."""

from __future__ import annotations

import math
import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.events import Events, find_events, rows
from benchmarks.mission import fresh_store
from benchmarks.rows import Row
from benchmarks.timing import in_turns, median
from tocsin.core.allocation.coverage import cover
from tocsin.core.allocation.needs import needs_from
from tocsin.core.places.distance import distances_km
from tocsin.core.places.types import Point
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import allocation, assessment, loading
from tocsin.store.models import Asset, Base, Place
from tocsin.store.queries import places

NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)
WITHIN_H = 2.0
NEAR_KM = 25.0
EARTH_KM = 6371.0088
TINY = {"rounds": 1}


def run(data: Path, *, rounds: int = 5) -> list[Row]:
    """Return the time of a coverage beside a straight distance worked out pair by pair."""
    fresh_store()
    events = find_events(data)
    as_of = events.as_of
    loading.load(SYSTEM, "ucdp_ged", events.path, now=NOW, options={"country": events.country})
    stationed = _station(data, events)
    matrix = assessment.assess(SYSTEM, as_of=as_of, now=NOW)
    needs, assets, bases = (
        needs_from(matrix.lines, as_of=as_of),
        places.assets(SYSTEM, as_of),
        places.bases(SYSTEM, as_of),
    )
    network = allocation.network(SYSTEM, as_of)
    taken = in_turns(
        {
            "service": lambda: allocation.cover(SYSTEM, as_of=as_of, now=NOW, within_h=WITHIN_H, assessed=matrix),
            "cover": lambda: cover(needs, assets, bases, network, within_h=WITHIN_H, as_of=as_of),
            "pair by pair": lambda: _pair_by_pair(needs, assets),
        },
        rounds=rounds,
    )
    found = cover(needs, assets, bases, network, within_h=WITHIN_H, as_of=as_of)
    service, core, plain = (median(taken[name]) for name in ("service", "cover", "pair by pair"))
    return [
        Row(
            "coverage within 2 h from the store",
            service,
            "s",
            note=f"{events.country}: {len(needs)} needs, {len(assets)} assets, {len(bases)} bases ({stationed})",
        ),
        Row(
            "of it: reach, gap and what closes it",
            core,
            "s",
            note=f"{len(found.covered)} covered, {len(found.uncovered)} named uncovered",
        ),
        Row("pair-by-pair haversine in Python", plain, "s", note="distance only: no road, notice, sector or reason"),
        Row("ratio: coverage with reasons / bare distances", core / plain, "x"),
    ]


def _station(data: Path, events: Events) -> str:
    """Put a mission in the country: the newest real map by then, otherwise invented companies at its places."""
    for path in sorted(data.rglob("geopko*.csv*")):
        mission = _mission_there(path, events)
        if mission:
            loading.load(SYSTEM, "geopko", path, now=NOW, options={"mission": mission})
            if places.assets(SYSTEM, events.as_of):
                return f"{mission}, {path.name}"
    _invent()
    return "invented, seed 7"


def _mission_there(path: Path, events: Events) -> str:
    """Return the mission with most bases near the events in their last year, empty when there was none."""
    year = str(events.as_of.year)
    found = [
        row
        for row in rows(path)
        if row.get("year") == year and _is_number(row["latitude"]) and _is_number(row["longitude"])
    ]
    if not found:
        return ""
    stands = [Point(float(row["latitude"]), float(row["longitude"])) for row in found]
    near = distances_km(stands, [place.point for place in places.places(SYSTEM)]).min(axis=1) <= NEAR_KM
    counted = Counter(row["mission"] for row, is_near in zip(found, near, strict=True) if is_near)
    return counted.most_common(1)[0][0] if counted else ""


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).lstrip("-").isdigit()


def _invent() -> None:
    luck = random.Random(7)  # noqa: S311  (a sample, not a secret)
    spots = list(Place.objects.order_by("pk"))
    for number, place in enumerate(luck.sample(spots, min(40, len(spots))), 1):
        base = Base.objects.create(
            ref=f"B-{number:03d}", name=place.name[:100], kind="cob", place=place, lat=place.lat, lon=place.lon
        )
        Asset.objects.create(ref=f"U-{number:03d}", kind=luck.choice(["inf_coy", "qrf_coy", "util_heli"]), base=base)


def _pair_by_pair(needs: Any, assets: Any) -> int:
    near = 0
    for need in needs:
        for asset in assets:
            near += _km(need.point, asset.point) <= 40 * WITHIN_H
    return near


def _km(here: Any, there: Any) -> float:
    lat, other = math.radians(here.lat), math.radians(there.lat)
    across = math.sin(math.radians(there.lon - here.lon) / 2) ** 2
    chord = math.sin((other - lat) / 2) ** 2 + math.cos(lat) * math.cos(other) * across
    return 2 * EARTH_KM * math.asin(math.sqrt(min(chord, 1.0)))
