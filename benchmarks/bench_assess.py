"""Assessing a whole country at the end of its record."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.events import find_events
from benchmarks.mission import fresh_store
from benchmarks.rows import Row
from benchmarks.timing import in_turns, median
from tocsin.core.assessment import matrix
from tocsin.core.assessment.pictures import build_pictures
from tocsin.core.assessment.policy import default_policy
from tocsin.core.reference import rules
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import assessment, loading
from tocsin.store.queries import evidence, places

NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)
MOST_SECONDS = 10.0
EARTH_KM = 6371.0088
TINY = {"rounds": 1}


def run(data: Path, *, rounds: int = 5) -> list[Row]:
    """Return the time of an assessment beside a plain double loop over the same places and events."""
    fresh_store()
    events = find_events(data)
    loading.load(SYSTEM, "ucdp_ged", events.path, now=NOW, options={"country": events.country})
    as_of = events.as_of
    memory = timedelta(days=rules.value("assessment.memory_days", as_of))
    spots = places.places(SYSTEM)
    known = [
        one
        for one in evidence.incidents_known(SYSTEM, as_of=as_of, since=as_of - memory - timedelta(days=60))
        if (one.end or one.start) >= as_of - memory
    ]
    radius_km = float(rules.value("assessment.radius_km", as_of))
    pictures = assessment.pictures_at(SYSTEM, as_of=as_of)
    joined = sum(len(picture.incidents) for picture in pictures)
    policy = default_policy(as_of)
    taken = in_turns(
        {
            "assess": lambda: assessment.assess(SYSTEM, as_of=as_of, now=NOW),
            "join": lambda: build_pictures(spots, known, (), (), {}, as_of=as_of),
            "judge": lambda: matrix.assess(pictures, policy=policy, as_of=as_of),
            "double loop": lambda: _double_loop(spots, known, radius_km),
        },
        rounds=rounds,
    )
    if _double_loop(spots, known, radius_km) != joined:
        raise AssertionError("the join and the double loop disagree on who is near whom")
    whole, join, judge, plain = (median(taken[name]) for name in ("assess", "join", "judge", "double loop"))
    return [
        Row(
            "assess from the store",
            whole,
            "s",
            f"<= {MOST_SECONDS:g}",
            whole <= MOST_SECONDS,
            f"{events.country} at {as_of:%Y-%m-%d}: {len(spots)} places, {len(known)} events remembered",
        ),
        Row("of it: join of places and events", join, "s", note=f"{joined:,} pairs within {radius_km:g} km"),
        Row("of it: judging", judge, "s", note=f"{1000 * judge / len(pictures):.2f} ms a place"),
        Row("plain double loop for the same join", plain, "s", note="math.sin and math.cos, pair by pair"),
        Row("ratio: double loop / join", plain / join, "x"),
        Row("ratio: double loop / whole assessment", plain / whole, "x", note="the loop only joins; it judges nothing"),
    ]


def _double_loop(spots: Any, known: Any, radius_km: float) -> int:
    """Return how many pairs of place and event lie within the radius, the way a first draft would."""
    found = 0
    for place in spots:
        lat, lon = math.radians(place.point.lat), math.radians(place.point.lon)
        for event in known:
            other_lat, other_lon = math.radians(event.point.lat), math.radians(event.point.lon)
            across = math.sin((other_lon - lon) / 2) ** 2
            chord = math.sin((other_lat - lat) / 2) ** 2 + math.cos(lat) * math.cos(other_lat) * across
            found += 2 * EARTH_KM * math.asin(math.sqrt(min(chord, 1.0))) <= radius_km
    return found
