"""Makes two years of violence: each attack can bring on others, and many are never heard of.

The counts come from a self-exciting process in time and space (background events in the season and
place of each party, each followed by a random number of further ones near by and soon after). What
the mission knows is less: a place without a phone and far from a base keeps its dead to itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from making.facts import FIRST, MESSAGES_FROM, TODAY
from making.land import Spot, away, km
from making.writing import to_five_minutes


class Campaign(NamedTuple):
    """Days (from the first) in which a party does more, around a place."""

    first: int
    last: int
    place: str
    times: float


@dataclass(frozen=True)
class Stream:
    """What one party does, where and when."""

    actor: str
    actor_type: str
    per_day: float
    homes: tuple[str, ...]
    reach_km: float
    events: tuple[tuple[str, float], ...]
    follows: float = 0.4
    dry_times: float = 1.0
    night_share: float = 0.5
    victim: str = "civilians"
    campaigns: tuple[Campaign, ...] = ()


_RAIDS = (("ATK|LOO", 0.2), ("ATK", 0.1), ("LOO", 0.2), ("ABD", 0.15), ("KIL", 0.09), ("MOB", 0.1), ("THR", 0.07),
          ("REC|ABD", 0.05), ("SGV", 0.02), ("HUM|LOO", 0.02))  # fmt: skip
STREAMS = (
    Stream("FPL", "rebel", 0.17, ("Gorumba", "Nyaroko (HL)"), 22, _RAIDS, 0.45, night_share=0.6,
           campaigns=(Campaign(150, 215, "Nyaroko (HL)", 2.6), Campaign(330, 380, "Gorumba", 2.4),
                      Campaign(610, 731, "Gorumba", 2.4))),
    Stream("FPL", "rebel", 0.05, ("Ferreko",), 15, _RAIDS, 0.4, night_share=0.6),
    Stream("Black Bands", "militia", 0.16, ("Oulanga", "Mbirawe"), 18, _RAIDS, 0.45, night_share=0.6,
           campaigns=(Campaign(90, 140, "Mbirawe", 2.5), Campaign(420, 470, "Oulanga", 2.5),
                      Campaign(655, 731, "Mbirawe", 2.3))),
    Stream("Simbarra", "militia", 0.16, ("Zambaleko", "Toromaya"), 24,
           (("LOO", 0.26), ("FMV|LOO", 0.2), ("ATK|LOO", 0.15), ("ABD", 0.14), ("THR", 0.1), ("KIL", 0.07),
            ("MOB", 0.08)), 0.38, campaigns=(Campaign(500, 545, "Toromaya", 2.6),)),
    Stream("Goro", "militia", 0.045, ("Abu Serrif", "Wadi Tarrin"), 20,
           (("ATK|LOO", 0.3), ("KIL", 0.2), ("THR", 0.2), ("FMV", 0.3)), 0.5, dry_times=3.0, victim="herders"),
    Stream("", "unknown", 0.07, ("Bahr Nimra", "Wadi Tarrin", "Nyaroko (BD)"), 26,
           (("LOO", 0.35), ("KIL", 0.22), ("ATK|LOO", 0.2), ("TNS", 0.23)), 0.5, dry_times=3.6, victim="farmers"),
    Stream("Waduri", "community", 0.045, ("Bahr Nimra", "Wadi Tarrin"), 25, (("TRH", 0.7), ("TRH|TNS", 0.3)), 0.0,
           dry_times=6.0, night_share=0.05, victim=""),
    Stream("FAA", "state", 0.17, ("Pont Lusanga", "Kisanta", "Dabali Marché"), 30,
           (("FMV|LOO", 0.45), ("ARB", 0.22), ("TOR", 0.13), ("LOO", 0.16), ("UNX|FMV", 0.04)), 0.2, night_share=0.15),
    Stream("PNA", "state_police", 0.035, ("Tembwali", "Sarambi", "Dabali Marché"), 25,
           (("ARB", 0.7), ("TOR", 0.1), ("LOO", 0.2)), 0.1, night_share=0.2),
    Stream("FPL", "rebel", 0.05, ("Gorumba", "Pont Lusanga", "Ferreko"), 25, (("CLS", 0.8), ("CLS|DIS", 0.2)), 0.4,
           night_share=0.3, victim=""),
    Stream("", "unknown", 0.2, ("Tembwali", "Sarambi", "Kanzuri", "Lekuwa", "Camp Salama"), 45,
           (("CRM", 0.5), ("LOO", 0.34), ("KIL", 0.08), ("DEM", 0.05), ("RST", 0.03)), 0.1),
    Stream("", "unknown", 0.035, ("Gorumba", "Abu Serrif", "Toromaya"), 30, (("EOD", 1.0),), 0.1, night_share=0.1),
)  # fmt: skip


@dataclass(slots=True)
class Event:
    """Something that happened, whether or not anybody told of it."""

    stream: Stream
    spot: Spot
    start: datetime
    codes: tuple[str, ...]
    severe: bool
    toll: dict[str, tuple[int, int] | None] = field(default_factory=dict)
    known_at: datetime | None = None
    discovered_by: str = ""


def make_events(rng: np.random.Generator, spots: list[Spot], find: Callable[[str], Spot]) -> list[Event]:
    """Return everything that happened in two years, in the order of time."""
    events: list[Event] = []
    for stream in STREAMS:
        weights = _pull(spots, [find(name) for name in stream.homes], stream.reach_km)
        for day in range((TODAY - FIRST).days + 1):
            events += _day(rng, stream, day, spots, weights, find)
    return sorted(events, key=lambda event: (event.start, event.spot.ref, event.codes))


def _pull(spots: list[Spot], homes: list[Spot], reach_km: float) -> np.ndarray:
    """Return how much each place draws a party, falling with distance from where it is at home."""
    return np.array([sum(math.exp(-km(spot, home) / (reach_km / 2)) for home in homes) for spot in spots])


def _is_dry(spot: Spot, day: datetime) -> bool:
    wet = (3, 4, 5, 9, 10, 11) if spot.lat < 4 else (4, 5, 6, 7, 8, 9, 10)
    return day.month not in wet


def _day(rng: np.random.Generator, stream: Stream, day: int, spots: list[Spot], weights: np.ndarray,
         find: Callable[[str], Spot]) -> list[Event]:  # fmt: skip
    now = FIRST + timedelta(days=day)
    running = [one for one in stream.campaigns if one.first <= day <= one.last]
    rate = stream.per_day * (running[0].times if running else 1.0)
    pull = weights + 3 * _pull(spots, [find(one.place) for one in running], 12) if running else weights
    season = np.array([stream.dry_times if _is_dry(spot, now) else 1.0 for spot in spots])
    pull = pull * season
    events: list[Event] = []
    for _ in range(int(rng.poisson(rate * float(pull.sum() / (pull / season).sum())))):
        spot = spots[int(rng.choice(len(spots), p=pull / pull.sum()))]
        events += _and_what_follows(rng, stream, spot, now, spots, generation=0)
    return events


def _and_what_follows(rng: np.random.Generator, stream: Stream, spot: Spot, day: datetime, spots: list[Spot], *,
                      generation: int) -> list[Event]:  # fmt: skip
    """Return an event and those it brings on: half within a week, most within ten kilometres."""
    event = _event(rng, stream, spot, day)
    if event.start > TODAY - timedelta(hours=2):
        return []
    events = [event]
    near = np.array([math.exp(-km(spot, other) / 9) for other in spots])
    for _ in range(int(rng.poisson(stream.follows)) if generation < 6 else 0):
        onward = spots[int(rng.choice(len(spots), p=near / near.sum()))]
        later = day + timedelta(days=1 + int(rng.exponential(9)))
        events += _and_what_follows(rng, stream, onward, later, spots, generation=generation + 1)
    return events


def _event(rng: np.random.Generator, stream: Stream, spot: Spot, day: datetime) -> Event:
    shares = np.array([share for _, share in stream.events])
    codes = tuple(stream.events[int(rng.choice(len(shares), p=shares / shares.sum()))][0].split("|"))
    dark = rng.random() < stream.night_share
    hour = rng.normal(1.5, 2.2) % 24 if dark else 7 + rng.beta(2, 2) * 11
    start = to_five_minutes(day.replace(hour=0) + timedelta(hours=float(hour)))
    severe = bool({"ATK", "KIL", "ABD", "CLS", "EOD"} & set(codes))
    return Event(stream, spot, start, codes, severe, _toll(rng, codes))


def _toll(rng: np.random.Generator, codes: tuple[str, ...]) -> dict[str, tuple[int, int] | None]:
    """Return the true harm, least and most; None where nobody will ever have counted."""
    deadly = {"KIL": 1, "EOD": 0, "ATK": 0, "CLS": 0}
    toll: dict[str, tuple[int, int] | None] = {"killed": None, "injured": None, "abducted": None, "displaced": None}
    floor = [deadly[code] for code in codes if code in deadly]
    if floor and rng.random() > 0.15:
        dead = max(floor) + int(rng.lognormal(0.1, 1.1))
        toll["killed"] = (dead, dead + int(rng.poisson(0.25 * dead)))
        if rng.random() < 0.6:
            hurt = int(rng.lognormal(0.8, 0.8))
            toll["injured"] = (hurt, hurt + int(rng.poisson(0.4)))
    elif not floor and rng.random() < 0.35:
        toll["killed"] = (0, 0)
    if "ABD" in codes and rng.random() > 0.1:
        taken = 1 + int(rng.lognormal(0.5, 0.7))
        toll["abducted"] = (taken, taken + int(rng.poisson(0.3)))
    if {"ATK", "CLS", "DIS"} & set(codes) and rng.random() < 0.45:
        fled = round(rng.lognormal(4.6, 0.9) / 10) * 10
        toll["displaced"] = (fled, round(fled * rng.uniform(1, 1.5) / 10) * 10)
    return toll


_WAYS = {  # who brings the news: median hours, spread
    "focal_point": (1.8, 1.2), "patrol": (6.0, 0.9), "hotline": (14.0, 1.0), "local_authority": (30.0, 1.0),
    "media": (40.0, 0.6), "partner": (70.0, 0.9), "joint_team": (260.0, 0.8),
}  # fmt: skip


def learn(rng: np.random.Generator, events: list[Event]) -> list[Event]:
    """Return the events that the mission came to know of, with when and through whom."""
    known: list[Event] = []
    for event in events:
        spot = event.spot
        near = math.exp(-spot.base_km / 14)
        heard = 0.22 + 0.38 * bool(spot.focal_points) + 0.3 * near + 0.1 * event.severe
        if rng.random() > min(heard, 0.96):
            continue
        odds = np.array([3.5 * min(spot.focal_points, 2), 5 * near, 0.7, 1.0, 0.3, 1.2, 0.8 if near < 0.3 else 0.1])
        way = list(_WAYS)[int(rng.choice(len(odds), p=odds / odds.sum()))]
        median, spread = _WAYS[way]
        hours = float(rng.lognormal(math.log(median), spread))
        event.known_at = to_five_minutes(event.start + timedelta(hours=max(hours, 0.2))) + timedelta(minutes=5)
        event.discovered_by = way
        told_by_messages = spot.fixed and event.start >= MESSAGES_FROM
        if event.known_at <= TODAY and not told_by_messages:
            known.append(event)
    return known


def incident_rows(rng: np.random.Generator, known: list[Event]) -> list[dict[str, Any]]:
    """Return incidents.csv: what the mission holds, which is not all that happened."""
    return [{"ref": f"I-{number:04}"} | _row(rng, event) for number, event in enumerate(known, start=1)]


def _row(rng: np.random.Generator, event: Event) -> dict[str, Any]:
    spot, stream = event.spot, event.stream
    on_the_way = "FMV" in event.codes or rng.random() < 0.08
    reach = min(float(rng.exponential(4.0 if on_the_way else 0.8)), 12.0)
    lat, lon = away(spot.lat, spot.lon, reach, rng.uniform(0, 2 * math.pi))
    sources = None if rng.random() < 0.05 else 1 + int(rng.poisson(0.9 if event.severe else 0.5))
    end = event.start + timedelta(minutes=5 * int(rng.integers(4, 60))) if rng.random() < 0.5 else None
    end = min(end, TODAY) if end else None
    row: dict[str, Any] = {
        "place": "" if reach > 5 else spot.ref, "lat": lat, "lon": lon, "start": event.start, "end": end,
        "events": event.codes, "actor": stream.actor, "actor_type": stream.actor_type,
    }  # fmt: skip
    named = stream.actor_type == "community" or rng.random() < 0.82
    if not named:
        uniform = stream.actor_type in {"state", "state_police"}
        row |= {"actor": "", "actor_type": "uniformed_unknown" if uniform else "unknown"}
    for stem in ("killed", "injured", "abducted", "displaced"):
        counted = event.toll[stem]
        row |= {f"{stem}_least": counted[0] if counted else None, f"{stem}_most": counted[1] if counted else None}
    recent = event.known_at is not None and event.known_at > TODAY - timedelta(days=6)
    return row | {
        "known_at": event.known_at, "sources": sources, "state": _state(rng, sources, recent),
        "victim": "mission" if "UNX" in event.codes else stream.victim,
        "ended": True if end or not recent else None, "discovered_by": event.discovered_by,
    }  # fmt: skip


def _state(rng: np.random.Generator, sources: int | None, recent: bool) -> str:
    drawn = rng.random()
    if recent and drawn < 0.5:
        return "verifying"
    sure = 0.86 if sources and sources > 1 else 0.35
    return "validated" if drawn < sure else "unconfirmed" if drawn < 0.965 else "refuted"
