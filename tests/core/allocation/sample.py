"""The smallest world of reach: a base, four villages on one road, a platoon, an interpreter, a helicopter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

from tocsin.core.allocation.types import Asset, Need
from tocsin.core.places.travel import RoadNetwork
from tocsin.core.places.types import Base, Place, Point, Road, RoadClosure
from tocsin.core.reference.terms import AssetKind, Category, RoadClass, RoadStatus

DRY_DAY = date(2027, 1, 15)
WET_DAY = date(2027, 4, 15)

BASE_TOWN, ORU, TESH, MALKA, VENN = (
    Place(f"P-{n}", name, Point(2.0, 28.0 + n / 5), province="HL" if n < 3 else "SK")
    for n, name in enumerate(("Base town", "Oru", "Tesh", "Malka", "Venn"))
)
PLACES = (BASE_TOWN, ORU, TESH, MALKA, VENN)
# Every link takes one hour in the dry season.
ROADS = tuple(
    Road(f"R-{n}", one.ref, other.ref, 25.0, RoadClass.EARTH, RoadStatus.OPEN, RoadStatus.UNKNOWN)
    for n, (one, other) in enumerate(pairwise(PLACES), start=1)
)
BASE = Base("B-1", "Base", BASE_TOWN.point, place=BASE_TOWN.ref)
OUTPOST = Base("B-2", "Outpost", VENN.point, place=VENN.ref)
PLATOON = Asset("A-1", AssetKind.INF_PLT, "B-1", BASE.point, strength=30, notice_min=30.0, night_capable=True)
HELICOPTER = Asset("H-1", AssetKind.UTIL_HELI, "B-1", BASE.point, serviceable=1, notice_min=60.0, night_capable=True)
INTERPRETER = Asset("I-1", AssetKind.INTERPRETER, "B-1", BASE.point, strength=1, languages=("sw",))


def need(place, category=Category.MUST, **told):
    return replace(Need(place.ref, place.label, place.point, category, place.people, rank=PLACES.index(place)), **told)


def network(*closures, roads=ROADS, as_of=DRY_DAY):
    return RoadNetwork(PLACES, roads, closures, as_of=as_of)


def closed(road, reason="mine"):
    return RoadClosure(road, RoadStatus.CLOSED, reason, date(2027, 1, 2))


NEEDS = tuple(need(place) for place in PLACES[1:])
