"""Values of this room: assets, needs, reach, coverage and the gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

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


@dataclass(frozen=True, slots=True, eq=False)
class AssignmentProblem:
    """Which asset could meet which need in time.

    `needs` stand in the order in which they come first. `hours`, shape (assets, needs), is infinite
    where the asset may not go or comes too late.
    """

    needs: tuple[Need, ...]
    assets: tuple[str, ...]
    hours: NDArray[np.float64]
    within_h: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What a planner answers: pairs (asset, need) by their place in the problem."""

    planner: str
    pairs: tuple[tuple[int, int], ...]


class Planner(Protocol):
    """What every planner offers. It answers a problem always in the same way for the same seed."""

    def supports(self, problem: AssignmentProblem) -> bool:
        """Return whether it can answer the problem here."""
        ...

    def plan(self, problem: AssignmentProblem, *, seed: int = 0) -> Plan:
        """Return which asset goes to which need: each asset once, each need at most once."""
        ...


@dataclass(frozen=True, slots=True)
class Assigned:
    """A need, the asset that goes there, and the hours it takes."""

    need: Need
    asset: str
    hours: float


@dataclass(frozen=True, slots=True)
class Allocation:
    """Each need once: assigned, or uncovered with its reason and what would close it.

    `closes_most` is the remedy that closes the uncovered need that comes first, None where none does.
    """

    planner: str
    assigned: tuple[Assigned, ...]
    uncovered: tuple[Uncovered, ...]
    closes_most: str | None
    notes: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """How many places of a category are in reach surely, perhaps, or not; and their people.

    `people_uncovered` counts where somebody has counted; None where nobody has.
    """

    category: Category
    sure: int
    unsure: int
    uncovered: int
    people_uncovered: int | None
    uncounted_places: int


@dataclass(frozen=True, slots=True)
class PublicCount:
    """How many places of a province are out of reach; None with `fewer_than` where few enough to guess."""

    province: str
    places: int | None
    fewer_than: int | None = None


@dataclass(frozen=True, slots=True)
class GapStatement:
    """What can and cannot be reached, and what would change it, for those entitled to the names."""

    within_h: float
    night: bool
    counts: tuple[CategoryCount, ...]
    uncovered: tuple[Uncovered, ...]
    marginal: tuple[Marginal, ...]
    assumptions: Mapping[str, Any]
    notes: tuple[Because, ...]
    by_province: tuple[PublicCount, ...]


@dataclass(frozen=True, slots=True)
class PublicGapStatement:
    """The same without a place, a base, a road or a remedy: a list of them is a list of targets."""

    within_h: float
    night: bool
    by_province: tuple[PublicCount, ...]
    notes: tuple[Because, ...]
