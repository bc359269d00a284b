"""Values of this room: assets, needs, reach, coverage and the gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tocsin.core.places.types import Base, Point
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import AssetKind, Category, GapKind


@dataclass(frozen=True, slots=True)
class Asset:
    """Something that can be sent.

    Counts are kept apart: authorised is not deployed, deployed is not serviceable. None is
    unknown. `notice_min` is notice to move. `restrictions` are codes such as ``no_night``,
    ``sector_only``, ``no_joint_ops``. `free` None means not known to be tasked.
    """

    ref: str
    kind: AssetKind
    base: str
    point: Point
    strength: int | None = None
    authorised: int | None = None
    deployed: int | None = None
    serviceable: int | None = None
    tasked: int | None = None
    notice_min: float | None = None
    night_capable: bool | None = None
    languages: tuple[str, ...] = ()
    women: int | None = None
    restrictions: tuple[str, ...] = ()
    sector: str = ""
    observed_on: date | None = None
    contingent: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """A line of the matrix that someone able should reach in time."""

    place: str
    label: str
    point: Point
    category: Category
    people: int | None
    languages: tuple[str, ...] = ()
    sector: str = ""
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Reach:
    """How long it takes one asset to reach one place, and what that rests on.

    `hours` is None when it cannot. `low_h` and `high_h` bound it where the road is not known.
    """

    asset: str
    place: str
    hours: float | None
    low_h: float | None
    high_h: float | None
    km: float | None
    by: str
    reasons: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class Covered:
    """A place that someone able reaches in time, and who."""

    need: Need
    reach: Reach
    others: int
    certain: bool


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A place that nobody able reaches in time: why, and the smallest thing that would close it."""

    need: Need
    reasons: tuple[Because, ...]
    best: Reach | None
    closes_with: tuple[str, ...]
    gap_kind: GapKind

    def as_json(self) -> dict[str, Any]:
        """Return the line as the documented JSON object of ``tocsin cover``."""
        return {
            "place": self.need.place,
            "name": self.need.label,
            "category": self.need.category.value,
            "people": self.need.people,
            "reason": [reason.as_json() for reason in self.reasons],
            "gap_kind": self.gap_kind.value,
            "best_hours": self.best.hours if self.best else None,
            "best_asset": self.best.asset if self.best else None,
            "closes_with": list(self.closes_with),
        }


@dataclass(frozen=True, slots=True)
class Marginal:
    """What one more asset of a kind would buy, placed where it buys most (solved again, exactly).

    `people` counts only places whose people are known; `places_unknown` are the others.
    """

    kind: str
    at: str
    places: int
    people: int | None
    places_unknown: int
    must_places: int
    closes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who can reach whom in time, who cannot be reached, and what one more asset would buy."""

    within_h: float
    night: bool
    assumptions: Mapping[str, Any]
    covered: tuple[Covered, ...]
    uncovered: tuple[Uncovered, ...]
    marginal: tuple[Marginal, ...]
    bases: tuple[Base, ...] = ()
    notes: tuple[Because, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class DeploymentRecord:
    """One location of a mission on one map (a mission-month), as the dataset states it.

    `strength` is None where the dataset says unknown; `units` are codes such as ``inf``, ``res``,
    ``eng``, ``avia``, ``med``; `headquarters` 0 none, 1 lower, 2 sector, 3 mission.
    """

    mission: str
    map_on: date
    location: str
    country: str
    lat: float
    lon: float
    strength: int | None
    units: tuple[str, ...]
    headquarters: int
    contributors: tuple[tuple[str, int | None], ...] = ()
    police: bool | None = None
    observers: bool | None = None
    admin1: str | None = None
