"""Makes the land: places along the roads that join them, and the sites that people live from."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from making.facts import BASES, FIXED, PROVINCES, TOWNS, VILLAGES

_KM_PER_DEGREE = 111.2


@dataclass(slots=True)
class Spot:
    """A place while the world is made."""

    ref: str
    name: str
    province: str
    lat: float
    lon: float
    kind: str
    people: int | None
    aliases: str
    features: list[str]
    fixed: bool
    displaced_people: int | None = None
    focal_points: int = 0
    base_km: float = math.inf
    roads: int = 0
    market_days: str = field(default="")

    @property
    def sector(self) -> str:
        return PROVINCES[self.province].sector

    @property
    def hub(self) -> bool:
        return self.kind in {"town", "market"} or "market" in self.features


def km(here: Spot, there: Spot) -> float:
    """Return the distance on a flat earth, good to a percent this near to the equator."""
    east = (here.lon - there.lon) * math.cos(math.radians((here.lat + there.lat) / 2))
    return math.hypot(here.lat - there.lat, east) * _KM_PER_DEGREE


def away(lat: float, lon: float, distance_km: float, bearing: float) -> tuple[float, float]:
    """Return the point at a distance and bearing, to 3 decimals (about 100 metres)."""
    north, east = distance_km * math.cos(bearing), distance_km * math.sin(bearing)
    return (round(lat + north / _KM_PER_DEGREE, 3), round(lon + east / _KM_PER_DEGREE / math.cos(math.radians(lat)), 3))


def make_spots(rng: np.random.Generator) -> list[Spot]:
    """Return the places: the fixed ones, then villages that branch out from them."""
    spots: list[Spot] = []
    for known in (*FIXED, *TOWNS):
        people = None if known.people is None else _people(rng, known.people, 0.15)
        features = [part for part in known.features.split("|") if part]
        spots.append(
            Spot(f"P-{len(spots) + 1:04}", known.name, known.province, known.lat, known.lon, known.kind,
                 people, known.aliases, features, fixed=known in FIXED)
        )  # fmt: skip
    for code, names in VILLAGES.items():
        for name in rng.permutation(names).tolist():
            lat, lon = _room_for(rng, code, spots)
            counted = rng.random() > 0.15
            people = _people(rng, 900, 0.6) if counted else None
            spots.append(Spot(f"P-{len(spots) + 1:04}", name, code, lat, lon, "village", people, "", [], fixed=False))
    return spots


def _people(rng: np.random.Generator, median: float, spread: float) -> int:
    return max(60, round(median * math.exp(rng.normal(0, spread)) / 10) * 10)


def _room_for(rng: np.random.Generator, code: str, spots: list[Spot]) -> tuple[float, float]:
    """Return a point in the province, a walk away from a place there and from every other."""
    south, north, west, east = PROVINCES[code].box
    anchors = [spot for spot in spots if spot.province == code]
    while True:
        anchor = anchors[int(rng.integers(len(anchors)))]
        reach = min(7 + rng.exponential(9), 32)
        lat, lon = away(anchor.lat, anchor.lon, reach, rng.uniform(0, 2 * math.pi))
        here = Spot("", "", code, lat, lon, "", None, "", [], fixed=False)
        inside = south <= lat <= north and west <= lon <= east
        if inside and all(km(here, other) >= 5.5 for other in spots):
            return lat, lon


@dataclass(slots=True)
class Link:
    """A road while the world is made."""

    origin: Spot
    destination: Spot
    km: float
    road_class: str
    dry: str = "open"
    wet: str = "open"


_BASED = {place for _name, _kind, place in BASES}
_TRUNKS = (("Tembwali", "Dabali Marché"), ("Kanzuri", "Sarambi"), ("Zambaleko", "Lekuwa"))


def make_links(rng: np.random.Generator, spots: list[Spot]) -> list[Link]:
    """Return the roads: each province hangs together, with a few ways round and one river."""
    links: list[Link] = []
    for code in PROVINCES:
        links += _province_links(rng, [spot for spot in spots if spot.province == code])
    by_name = {spot.name: spot for spot in spots if spot.name != "Nyaroko"}
    for first, second in _TRUNKS:
        here, there = by_name[first], by_name[second]
        links.append(Link(here, there, round(km(here, there) * rng.uniform(1.18, 1.3), 1), "gravel"))
    bridge = by_name["Pont Lusanga"]
    landing = min((s for s in spots if s.province == "HL" and not s.fixed), key=lambda spot: km(bridge, spot))
    links.append(Link(bridge, landing, round(km(bridge, landing) * 1.5, 1), "river"))
    for link in links:
        link.dry, link.wet = _states(rng, link.road_class)
        link.origin.roads += 1
        link.destination.roads += 1
    return links


def _province_links(rng: np.random.Generator, spots: list[Spot]) -> list[Link]:
    pairs = sorted(
        ((km(a, b), a, b) for i, a in enumerate(spots) for b in spots[i + 1 :]),
        key=lambda pair: (pair[0], pair[1].ref, pair[2].ref),
    )
    group = {spot.ref: spot.ref for spot in spots}
    chosen: list[tuple[float, Spot, Spot]] = []
    for pair in pairs:
        one, other = group[pair[1].ref], group[pair[2].ref]
        if one != other:
            chosen.append(pair)
            group = {ref: one if head == other else head for ref, head in group.items()}
    tree = len(chosen)
    for pair in pairs:
        far, here, there = pair
        if len(chosen) < tree + 4 and far < 34 and _way(chosen, here, there)[0] > 2.2 * far:
            chosen.append(pair)
    main = _main(chosen, [spot for spot in spots if spot.hub or spot.name in _BASED])
    return [
        Link(a, b, round(far * rng.uniform(1.12, 1.38), 1), _road_class(rng, frozenset((a.ref, b.ref)) in main))
        for far, a, b in chosen
    ]


def _way(ways: list[tuple[float, Spot, Spot]], start: Spot, goal: Spot) -> tuple[float, list[str]]:
    """Return length and stops of the shortest way between two places."""
    waiting, seen = [(0.0, [start.ref])], set()
    while waiting:
        far, stops = heapq.heappop(waiting)
        if stops[-1] == goal.ref:
            return far, stops
        if stops[-1] in seen:
            continue
        seen.add(stops[-1])
        for length, a, b in ways:
            onward = {a.ref: b.ref, b.ref: a.ref}.get(stops[-1])
            if onward and onward not in seen:
                heapq.heappush(waiting, (far + length, [*stops, onward]))
    return math.inf, []


def _main(ways: list[tuple[float, Spot, Spot]], hubs: list[Spot]) -> set[frozenset[str]]:
    """Return the links on the way from one town or market to another."""
    main: set[frozenset[str]] = set()
    for number, hub in enumerate(hubs):
        for other in hubs[number + 1 :]:
            stops = _way(ways, hub, other)[1]
            main |= {frozenset(pair) for pair in pairwise(stops)}
    return main


def _road_class(rng: np.random.Generator, main: bool) -> str:
    drawn = rng.random()
    if main:
        return "paved" if drawn < 0.1 else "gravel"
    return "earth" if drawn < 0.55 else "track" if drawn < 0.9 else "footpath"


def _states(rng: np.random.Generator, road_class: str) -> tuple[str, str]:
    """Return the state of a road in the dry and in the wet season."""
    drawn = rng.random()
    if road_class == "gravel":
        return "open", "open" if drawn < 0.7 else "caution"
    if road_class == "earth":
        return "open", "caution" if drawn < 0.6 else "closed" if drawn < 0.85 else "unknown"
    if road_class == "track":
        return "caution" if drawn < 0.2 else "open", "closed" if drawn < 0.7 else "unknown"
    return "open", {"footpath": "caution", "river": "open"}.get(road_class, "open")


def mark_markets(rng: np.random.Generator, spots: list[Spot]) -> None:
    """Give some villages a weekly market."""
    for spot in spots:
        if not spot.fixed and spot.kind == "village" and rng.random() < 0.22:
            spot.features.append("market")


def mark_features(rng: np.random.Generator, spots: list[Spot]) -> None:
    """Note what else a place is, once the roads are made: a crossroads, near a mine."""
    mine = next(spot for spot in spots if spot.kind == "mine")
    for spot in spots:
        if spot.roads >= 4 and "key_route" not in spot.features:
            spot.features.append("key_route")
        if spot is not mine and spot.province == mine.province and km(spot, mine) < 16:
            spot.features.append("near_mine")
        if spot.hub:
            days = rng.choice(7, size=2 if spot.kind == "town" else 1, replace=False) + 1
            spot.market_days = "|".join(str(day) for day in sorted(days.tolist()))


def site_rows(rng: np.random.Generator, spots: list[Spot]) -> list[dict[str, Any]]:
    """Return where people of each place fetch water, trade, farm, gather wood and learn."""
    rows: list[dict[str, Any]] = []
    for spot in spots:
        plan = [("water", 0.2, 2.6, "")] * int(rng.integers(1, 3))
        if spot.hub:
            plan.append(("market", 0.1, 0.6, spot.market_days))
        if spot.kind not in {"bridge", "mine"}:
            plan += [("firewood", 2.5, 9.5, ""), ("school", 0.1, 0.9, "1|2|3|4|5")]
        if spot.kind in {"village", "town"}:
            plan.append(("field", 0.8, 6.0, ""))
        if spot.kind in {"town", "displacement_site", "mine"} or rng.random() < 0.25:
            plan.append(("health", 0.1, 1.2, ""))
        counts: dict[str, int] = {}
        for kind, near, far, days in plan:
            counts[kind] = counts.get(kind, 0) + 1
            number = f" {counts[kind]}" if [one[0] for one in plan].count(kind) > 1 else ""
            distance = round(rng.uniform(near, far), 1)
            lat, lon = away(spot.lat, spot.lon, distance, rng.uniform(0, 2 * math.pi))
            rows.append(
                {"place": spot.ref, "kind": kind, "name": f"{spot.name} {kind}{number}", "lat": lat,
                 "lon": lon, "days": days, "distance_km": distance}
            )  # fmt: skip
    return rows


def place_rows(spots: list[Spot]) -> list[dict[str, Any]]:
    """Return places.csv."""
    return [
        {"ref": spot.ref, "name": spot.name, "province": spot.province, "lat": spot.lat, "lon": spot.lon,
         "kind": spot.kind, "people": spot.people, "displaced_people": spot.displaced_people,
         "languages": PROVINCES[spot.province].languages, "aliases": spot.aliases, "sector": spot.sector,
         "features": "|".join(spot.features)}
        for spot in spots
    ]  # fmt: skip


def road_rows(links: list[Link]) -> list[dict[str, Any]]:
    """Return roads.csv."""
    return [
        {"ref": f"W-{number:04}", "origin": link.origin.ref, "destination": link.destination.ref,
         "km": link.km, "road_class": link.road_class, "dry": link.dry, "wet": link.wet}
        for number, link in enumerate(links, start=1)
    ]  # fmt: skip


def closure_rows(rng: np.random.Generator, links: list[Link]) -> list[dict[str, Any]]:
    """Return closures.csv: floods of two rainy seasons, a bridge, a mine not yet lifted."""
    weak = [number for number, link in enumerate(links, start=1) if link.road_class in {"earth", "track"}]
    sound = [number for number, link in enumerate(links, start=1) if link.road_class == "gravel"]
    flooded, mined = rng.choice(weak, size=6, replace=False).tolist(), int(rng.choice(sound))
    rows: list[dict[str, Any]] = [
        {"road": f"W-{road:04}", "status": "closed", "reason": "flood",
         "since_on": f"{2025 + n % 2}-{5 + n:02}-{3 + 4 * n:02}",
         "until_on": f"{2025 + n % 2}-{6 + n:02}-{9 + 3 * n:02}"}
        for n, road in enumerate(flooded)
    ]  # fmt: skip
    broken = int(rng.choice([road for road in sound if road != mined]))
    rows.append({"road": f"W-{broken:04}", "status": "caution", "reason": "bridge_damaged",
                 "since_on": "2026-10-12", "until_on": "2026-12-20"})  # fmt: skip
    rows.append({"road": f"W-{mined:04}", "status": "closed", "reason": "mine", "since_on": "2027-02-17",
                 "until_on": None})  # fmt: skip
    return rows


def corridor_rows(spots: list[Spot]) -> list[dict[str, Any]]:
    """Return corridors.csv, and mark the places on them: herds come south after the rains."""
    north = [spot for spot in spots if spot.province == "NM" and spot.kind == "village"]
    centre = sorted((s for s in spots if s.province == "BD"), key=lambda spot: -spot.lat)[:2]
    cuts = np.quantile([spot.lon for spot in north], (0.34, 0.67)).tolist()
    rows: list[dict[str, Any]] = []
    for number, (name, status) in enumerate(
        (("Western corridor", "customary"), ("Middle corridor", "disputed"), ("Eastern corridor", "agreed"))
    ):
        bounds = (-180.0, *cuts, 180.0)
        way = [spot for spot in north if bounds[number] < spot.lon <= bounds[number + 1]]
        way = sorted(way, key=lambda spot: -spot.lat)
        stops = sorted({round(stop) for stop in np.linspace(0, len(way) - 1, 4).tolist()})
        way = [way[stop] for stop in stops] + (centre if number == 2 else [])
        for spot in way:
            if "corridor" not in spot.features:
                spot.features.append("corridor")
        rows.append(
            {"ref": f"C-{number + 1:04}", "name": name, "status": status,
             "places": "|".join(spot.ref for spot in way), "opens": "12-10", "closes": "04-20"}
        )  # fmt: skip
    return rows
