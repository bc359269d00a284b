"""A random country of any size: places, roads in every state, bases, units and helicopters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.core.allocation.sample import DRY_DAY
from tocsin.core.allocation.types import Asset, Need
from tocsin.core.places.distance import distances_km
from tocsin.core.places.travel import RoadNetwork
from tocsin.core.places.types import Base, Place, Point, Road
from tocsin.core.reference.terms import AssetKind, Category, RoadClass, RoadStatus

STATES = (RoadStatus.OPEN, RoadStatus.CAUTION, RoadStatus.UNKNOWN, RoadStatus.CLOSED)
CLASSES = (RoadClass.GRAVEL, RoadClass.EARTH, RoadClass.TRACK, RoadClass.NONE)


@dataclass(frozen=True)
class World:
    places: tuple[Place, ...]
    roads: tuple[Road, ...]
    network: RoadNetwork
    bases: tuple[Base, ...]
    assets: tuple[Asset, ...]
    needs: tuple[Need, ...]


def wide_world(seed: int, *, places: int, bases: int) -> World:
    """Return a country of which nobody has counted the people."""
    luck = np.random.Generator(np.random.PCG64(seed))
    side = (places / 40) ** 0.5
    spots = [Point(float(lat), 25 + float(lon)) for lat, lon in luck.uniform(0, side, (places, 2))]
    found = tuple(Place(f"P-{n:04d}", f"Place {n}", spot, languages=(f"l{n % 4}",)) for n, spot in enumerate(spots))
    roads = _roads(luck, found)
    homes = luck.choice(places, bases, replace=False)
    stations = tuple(Base(f"B-{n:03d}", f"Base {n}", spots[home]) for n, home in enumerate(homes))
    needs = tuple(
        Need(place.ref, place.name, place.point, list(Category)[n % 4], None, place.languages, rank=n)
        for n, place in enumerate(found)
    )
    network = RoadNetwork(found, roads, as_of=DRY_DAY)
    return World(found, roads, network, stations, _assets(stations), needs)


def _roads(luck: np.random.Generator, places: tuple[Place, ...]) -> tuple[Road, ...]:
    points = [place.point for place in places]
    apart = distances_km(points, points)
    near = np.argsort(apart, axis=1)[:, 1:4]
    pairs = sorted({(min(n, m), max(n, m)) for n, row in enumerate(near.tolist()) for m in row})
    states = luck.choice(4, len(pairs), p=[0.75, 0.08, 0.12, 0.05])
    # One place in twelve has no road at all.
    pairs = [pair for pair in pairs if pair[0] % 12 and pair[1] % 12]
    return tuple(
        Road(f"R-{n}", places[a].ref, places[b].ref, float(apart[a, b]) * 1.2 + 0.1, CLASSES[n % 4], STATES[states[n]])
        for n, (a, b) in enumerate(pairs)
    )


def _assets(bases: tuple[Base, ...]) -> tuple[Asset, ...]:
    platoons = [
        Asset(
            f"A-{n}", AssetKind.INF_PLT, base.ref, base.point, strength=30, notice_min=30.0, night_capable=True,
            languages=("l0", "l1", "l2") if n % 2 else ("l0",),
        )
        for n, base in enumerate(bases)
        if n % 3
    ]  # fmt: skip
    helicopters = [
        Asset(f"H-{n}", AssetKind.UTIL_HELI, base.ref, base.point, serviceable=1, notice_min=90.0)
        for n, base in enumerate(bases)
        if n % 20 == 1
    ]
    return (*platoons, *helicopters)
