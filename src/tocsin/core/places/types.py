"""Values of this room: points, places, sites, roads and bases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from tocsin.core.reference.terms import BaseKind, PlaceKind, RoadClass, RoadStatus, SiteKind


@dataclass(frozen=True, slots=True)
class Point:
    """Latitude and longitude in decimal degrees (WGS 84)."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Place:
    """A settlement or named point.

    `people` is None where nobody has counted: unknown is not empty. `ref` is our own reference
    (``P-0001``); `name` is not unique, `label` tells homonyms apart.
    """

    ref: str
    name: str
    point: Point
    kind: PlaceKind = PlaceKind.VILLAGE
    province: str = ""
    people: int | None = None
    displaced_people: int | None = None
    languages: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    sector: str = ""
    pcode: str = ""
    features: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Return the name with its province where one is known, for example ``Nyaroko (HL)``."""
        return f"{self.name} ({self.province})" if self.province else self.name


@dataclass(frozen=True, slots=True)
class Site:
    """A water point, market, field, firewood route, school or health post of a place.

    `days` are ISO weekdays (1 is Monday) on which people gather; empty means every day or unknown.
    """

    place: str
    kind: SiteKind
    name: str
    point: Point | None = None
    days: tuple[int, ...] = ()
    distance_km: float | None = None


@dataclass(frozen=True, slots=True)
class Road:
    """A link between two places (refs), usable both ways.

    Status differs by season: the same road is two roads. UNKNOWN is not OPEN.
    """

    ref: str
    origin: str
    destination: str
    km: float
    road_class: RoadClass
    dry: RoadStatus = RoadStatus.OPEN
    wet: RoadStatus = RoadStatus.UNKNOWN


@dataclass(frozen=True, slots=True)
class RoadClosure:
    """A dated change of a road's state, for a reason code such as ``mine`` or ``flood``.

    `until_on` is None while nobody has determined that it reopened.
    """

    road: str
    status: RoadStatus
    reason: str
    since_on: date
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Base:
    """A base of the mission. `place` is the ref of the place it stands in, where known."""

    ref: str
    name: str
    point: Point
    kind: BaseKind = BaseKind.COB
    place: str | None = None
    province: str = ""
    sector: str = ""


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """A place that a text may mean, with how well it fits (0 to 1) and why.

    `start` and `end` are positions in the text. `point` differs from the place's own where the
    text names a distance and a direction from it ("5 km north of X").
    """

    place: Place
    fit: float
    why: tuple[str, ...] = field(default=())
    start: int = 0
    end: int = 0
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class PointMatch:
    """Coordinates written in a text; `doubts` are codes such as ``coordinates_swapped``."""

    point: Point
    start: int
    end: int
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceRecord:
    """One named point of a gazetteer or facility list, as the dataset states it."""

    name: str
    lat: float
    lon: float
    country: str
    kind: PlaceKind = PlaceKind.VILLAGE
    admin1: str | None = None
    admin2: str | None = None
    people: int | None = None
    aliases: tuple[str, ...] = ()
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class AreaRecord:
    """One administrative area by its P-code. `level` 1 or 2; `parent` is the P-code above it."""

    pcode: str
    name: str
    level: int
    country: str
    parent: str
    valid_from_on: date | None = None


@dataclass(frozen=True, slots=True)
class PopulationRecord:
    """How many people live in a place or area at a date, by name and country or by P-code."""

    name: str
    country: str
    people: int
    lat: float | None = None
    lon: float | None = None
    pcode: str | None = None
    counted_on: date | None = None


@dataclass(frozen=True, slots=True)
class DisplacementRecord:
    """How many people are displaced: a stock (`measure` ``stock``) or a movement (``flow``).

    `group` is ``idp``, ``refugee``, ``asylum_seeker``, ``returnee`` or ``stateless``. `where` names
    a country, area, town or camp; lat/lon None when only a country is known.
    """

    measure: str
    group: str
    where: str
    country: str
    origin: str | None
    people: int
    as_at_on: date
    lat: float | None = None
    lon: float | None = None
    cause: str | None = None
