"""What would close the gap: every single remedy tried exactly, at every place it could be put."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from tocsin.core.allocation.reach import Flags, ReachTable, blocks_at, straight_low
from tocsin.core.allocation.readiness import CARRIERS, default_notice_min, lifted_units
from tocsin.core.allocation.types import Asset, Marginal, Need
from tocsin.core.places.roads import RoadState
from tocsin.core.places.types import Base, Point
from tocsin.core.reference import rules
from tocsin.core.reference.terms import AssetKind, Category


@dataclass(frozen=True, slots=True)
class Remedy:
    """One single thing that could be done or sent, and the uncovered needs it would close.

    `kind` such as ``util_heli``, ``reopen`` or ``interpreter``; `at` is the base, place, road or
    asset; `closes` holds True for each uncovered need that it brings inside the time.
    """

    kind: str
    at: str
    closes: Flags
    what: str = ""

    @property
    def code(self) -> str:
        """Return how the remedy is written, for example ``util_heli@B-1`` or ``reopen:R-7``."""
        if self.kind in {"reopen", "access", "retask", "repair"}:
            return f"{self.kind}:{self.at}"
        return f"{self.kind}:{self.what}@{self.at}" if self.what else f"{self.kind}@{self.at}"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the remedies: close which needs, from which bases, inside what time."""

    table: ReachTable
    uncovered: NDArray[np.intp]
    bases: tuple[Base, ...]
    assets: tuple[Asset, ...]
    within_h: float
    as_of: datetime | date

    @property
    def needs(self) -> tuple[Need, ...]:
        """Return the uncovered needs."""
        return tuple(self.table.needs[column] for column in self.uncovered)

    @property
    def points(self) -> list[Point]:
        """Return where the uncovered needs are."""
        return [need.point for need in self.needs]

    @property
    def in_time(self) -> Flags:
        """Return where the way alone is short enough, shape (assets, uncovered)."""
        return self.table.low[:, self.uncovered] <= self.within_h


def remedies(question: Question) -> tuple[Remedy, ...]:
    """Return every single remedy that would close at least one uncovered need.

    A new unit is supposed to be free, able to move at night where the question is about the
    night, and to come with somebody who speaks with the people; the coverage says so.

    Parameters
    ----------
    question : Question
        The uncovered needs and the means there are.

    Returns
    -------
    tuple of Remedy
        In the order of the dated rule, the smallest kind first.

    Notes
    -----
    Source: resources doctrine; solved again for each remedy, because the prices of a covering
    model overstate what one more asset brings.
    Limits: one remedy at a time; two together may close what neither does alone.
    """
    if not len(question.uncovered):
        return ()
    found = [
        *_lifted_blocks(question),
        *_roads(question),
        *_units(question),
        *_aircraft(question),
        *_mobile_bases(question),
    ]
    order = {kind: place for place, kind in enumerate(rules.value("allocation.closing_order", question.as_of))}
    useful = [remedy for remedy in _merged(found) if remedy.closes.any()]
    return tuple(sorted(useful, key=lambda remedy: order[remedy.kind]))


def new_units(question: Question) -> tuple[Remedy, ...]:
    """Return only the remedies that bring one more unit: a road or a language frees nobody.

    Parameters
    ----------
    question : Question
        The uncovered needs and the means there are.

    Returns
    -------
    tuple of Remedy
        A platoon at each base and a mobile base at each place, where they close something.

    Notes
    -----
    Source: resources doctrine.
    Limits: as for `remedies`.
    """
    if not len(question.uncovered):
        return ()
    found = [*_units(question), *_mobile_bases(question)]
    return tuple(remedy for remedy in found if remedy.closes.any())


def _merged(found: Sequence[Remedy]) -> list[Remedy]:
    """Return each remedy once: one more platoon also gives a helicopter somebody to lift."""
    merged: dict[tuple[str, str, str], Remedy] = {}
    for remedy in found:
        key = (remedy.kind, remedy.at, remedy.what)
        held = merged.get(key)
        merged[key] = remedy if held is None else replace(held, closes=held.closes | remedy.closes)
    return list(merged.values())


def marginals(found: Sequence[Remedy], needs: Sequence[Need]) -> tuple[Marginal, ...]:
    """Return what one more of each kind buys, placed where it buys most, the best first.

    Parameters
    ----------
    found : sequence of Remedy
        The remedies tried.
    needs : sequence of Need
        The uncovered needs, in the order of their flags.

    Returns
    -------
    tuple of Marginal
        Ordered by places that must be protected, then people known, then places.

    Notes
    -----
    Source: resources doctrine, marginal-value table.
    Limits: people counts only places where somebody has counted.
    """
    best: dict[tuple[str, str], Marginal] = {}
    for remedy in found:
        if remedy.kind in {"retask", "repair", "caveat"}:
            continue
        one = _marginal(remedy, needs)
        key = (one.kind, one.at if remedy.kind in {"reopen", "access"} else "")
        if key not in best or _worth(one) > _worth(best[key]):
            best[key] = one
    return tuple(sorted(best.values(), key=_worth, reverse=True))


def _worth(one: Marginal) -> tuple[int, int, int]:
    return one.must_places, one.people or 0, one.places


def _marginal(remedy: Remedy, needs: Sequence[Need]) -> Marginal:
    closed = [needs[index] for index in np.flatnonzero(remedy.closes).tolist()]
    people = [need.people for need in closed if need.people is not None]
    return Marginal(
        kind=f"{remedy.kind}:{remedy.what}" if remedy.what else remedy.kind,
        at=remedy.at,
        places=len(closed),
        people=sum(people) if people else None,
        places_unknown=len(closed) - len(people),
        must_places=sum(need.category is Category.MUST for need in closed),
        closes=tuple(need.place for need in closed),
    )


def _units(question: Question) -> list[Remedy]:
    """Try one more platoon at each base: it goes itself, or is carried by what flies or floats there."""
    notice = default_notice_min(AssetKind.INF_PLT, question.as_of) / 60
    points = [base.point for base in question.bases]
    in_time = _road_low(question, points, question.within_h - notice) + notice <= question.within_h
    carried = _carried_from(question)
    return [
        Remedy("inf_plt", base.ref, in_time[row] | carried[base.ref] if base.ref in carried else in_time[row])
        for row, base in enumerate(question.bases)
    ]


def _carried_from(question: Question) -> dict[str, Flags]:
    """Return for each base what its aircraft and boats would reach if a new unit were there to carry."""
    found: dict[str, Flags] = {}
    table, in_time = question.table, question.in_time
    for row, standing in enumerate(table.standings):
        asset = standing.asset
        if asset.kind in CARRIERS and {block.code for block in standing.blocks} <= {"reach.nobody_to_lift"}:
            reached = in_time[row] & table.in_sector[row, question.uncovered]
            found[asset.base] = found.get(asset.base, np.zeros_like(reached)) | reached
    return found


def _mobile_bases(question: Question) -> list[Remedy]:
    """Try a mobile base at each uncovered place, the most needy first, as far as the dated rule goes."""
    notice = default_notice_min(AssetKind.MOBILE_BASE, question.as_of) / 60
    sites = question.needs[: rules.value("allocation.mobile_base_sites", question.as_of)]
    hours = _road_low(question, [need.point for need in sites], question.within_h - notice) + notice
    return [Remedy("mobile_base", need.place, hours[row] <= question.within_h) for row, need in enumerate(sites)]


def _road_low(question: Question, points: Sequence[Point], limit_h: float) -> NDArray[np.float64]:
    table = question.table
    found = table.network.hours_table(points, question.points, night=table.night, limit_h=limit_h)
    return found.low


def _aircraft(question: Question) -> list[Remedy]:
    """Try one more utility helicopter at each base that has a unit to lift."""
    notice = default_notice_min(AssetKind.UTIL_HELI, question.as_of) / 60
    night, as_of = question.table.night, question.as_of
    bases = [base for base in question.bases if lifted_units(question.assets, base.ref, night=night, as_of=as_of)]
    points = [base.point for base in bases]
    hours = straight_low(AssetKind.UTIL_HELI, points, question.needs, as_of=as_of) + notice
    return [Remedy("util_heli", base.ref, hours[row] <= question.within_h) for row, base in enumerate(bases)]


def _roads(question: Question) -> list[Remedy]:
    """Try each closed road open, by the exact way over that road."""
    table = question.table
    able = table.able[:, question.uncovered]
    notice = np.array([standing.notice_h for standing in table.standings])
    rows = [row for row, standing in enumerate(table.standings) if standing.asset.kind in _ON_ROADS]
    points = list(dict.fromkeys(table.standings[row].asset.point for row in rows))
    if not points:
        return []
    at = [points.index(table.standings[row].asset.point) for row in rows]
    slower = table.network.night_factor(table.night)
    found = []
    for state in table.network.closed:
        low = slower * table.network.low_over(
            state.road.ref, points, question.points, limit_h=question.within_h / slower
        )
        hours = low[at] + notice[rows][:, None]
        closes = (able[rows] & (hours <= question.within_h)).any(axis=0)
        found.append(Remedy(_road_kind(state), state.road.ref, closes))
    return found


def _road_kind(state: RoadState) -> str:
    return "access" if state.is_denied else "reopen"


def _lifted_blocks(question: Question) -> list[Remedy]:
    """Try to lift the one thing that keeps an asset near enough from going."""
    found: dict[tuple[str, str, str], Flags] = {}
    near = question.in_time & (question.table.block_count[:, question.uncovered] == 1)
    for row, index in np.argwhere(near).tolist():
        column = int(question.uncovered[index])
        (block,) = blocks_at(question.table, (row, column))
        asset = question.table.standings[row].asset
        for remedy in _lifting(block.code, asset, question.table.needs[column]):
            closes = found.setdefault(remedy, np.zeros(len(question.uncovered), dtype=bool))
            closes[index] = True
    return [Remedy(kind, at, closes, what) for (kind, at, what), closes in found.items()]


def _lifting(block: str, asset: Asset, need: Need) -> list[tuple[str, str, str]]:
    """Return the remedies (kind, at, what) against one block."""
    if block == "reach.language_missing":
        return [("interpreter", asset.base, language) for language in need.languages]
    single = {
        "reach.fully_tasked": ("retask", asset.ref, ""),
        "reach.not_serviceable": ("repair", asset.ref, ""),
        "reach.night_caveat": ("caveat", asset.ref, "no_night"),
        "reach.sector_bound": ("caveat", asset.ref, "sector_only"),
        "reach.not_night_capable": ("night_vision", asset.base, ""),
        "reach.nobody_to_lift": ("inf_plt", asset.base, ""),
    }
    return [single[block]]


_ON_ROADS = frozenset({AssetKind.INF_COY, AssetKind.INF_PLT, AssetKind.QRF_COY, AssetKind.FPU, AssetKind.MOBILE_BASE})
