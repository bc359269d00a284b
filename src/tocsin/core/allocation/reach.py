"""How long each asset takes to each place, and why one that is near may still not go."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from tocsin.core.allocation.readiness import AIRCRAFT, Standing, standings
from tocsin.core.allocation.types import Asset, Need, Reach
from tocsin.core.places.distance import distances_km
from tocsin.core.places.travel import RoadNetwork, Travel, flight, flight_hours
from tocsin.core.places.types import Point
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import AssetKind

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ReachTable:
    """Every able kind of asset against every need; arrays of shape (assets, needs).

    `low`, `likely` and `high` are hours from the order to the arrival, notice included, infinite
    where there is no way. `in_sector` and `speaks` are True where nothing stands against it on
    that account; `block_count` counts all that does; `sure` is False where something is unknown.
    """

    needs: tuple[Need, ...]
    standings: tuple[Standing, ...]
    network: RoadNetwork
    night: bool
    low: Floats
    likely: Floats
    high: Floats
    in_sector: Flags
    speaks: Flags
    sure: Flags
    block_count: NDArray[np.intp]

    @property
    def able(self) -> Flags:
        """Return where nothing but the way stands between the asset and the place."""
        return np.asarray(self.block_count == 0)


def reach_table(
    needs: Sequence[Need],
    assets: Sequence[Asset],
    network: RoadNetwork,
    *,
    night: bool = False,
    as_of: datetime | date,
    every_kind: bool = False,
) -> ReachTable:
    """Return the hours of every asset of an able kind to every need, and what stands against it.

    Parameters
    ----------
    needs, assets : sequence
        Lines of the matrix, and all assets; interpreters lend their languages to their base.
    network : RoadNetwork
        The roads on the day.
    night : bool
        True for a move in the dark.
    as_of : datetime or date
        The day whose rules hold.
    every_kind : bool
        True also for kinds that do not protect a place by themselves, such as an ambulance.

    Returns
    -------
    ReachTable
        Hours and flags, each array of shape (assets, needs).

    Notes
    -----
    Source: presence doctrine; reach is notice to move plus distance over speed.
    Limits: every asset is reckoned from its base, not from where it is on patrol.
    """
    kinds = set(rules.value("allocation.able_kinds", as_of))
    every = standings(assets, night=night, as_of=as_of)
    able = tuple(standing for standing in every if every_kind or standing.asset.kind.value in kinds)
    low, likely, high = _hours(able, needs, network, night=night)
    in_sector, sector_sure = _sectors(able, needs)
    speaks, language_sure = _languages(able, needs, as_of)
    own_blocks = np.array([len(standing.blocks) for standing in able], dtype=np.intp)[:, None]
    sure = np.array([standing.sure for standing in able], dtype=bool)[:, None]
    return ReachTable(
        needs=tuple(needs),
        standings=able,
        network=network,
        night=night,
        low=low,
        likely=likely,
        high=high,
        in_sector=in_sector,
        speaks=speaks,
        sure=sure & sector_sure & language_sure,
        block_count=own_blocks + ~in_sector + ~speaks,
    )


def reaches(
    need: Need, assets: Sequence[Asset], network: RoadNetwork, *, night: bool = False, as_of: datetime | date
) -> tuple[Reach, ...]:
    """Return how each asset stands to one place: the fastest that can protect it first.

    Parameters
    ----------
    need : Need
        The place.
    assets, network : sequence of Asset, RoadNetwork
        What there is, and the roads on the day.
    night : bool
        True for a move in the dark.
    as_of : datetime or date
        The day whose rules hold.

    Returns
    -------
    tuple of Reach
        Then those that do not protect a place by themselves, marked so; last those that cannot
        go, with the reason and with `hours` None.

    Notes
    -----
    Source: presence doctrine.
    Limits: reckoned from the base of each asset.
    """
    table = reach_table([need], assets, network, night=night, as_of=as_of, every_kind=True)
    able_kinds = set(rules.value("allocation.able_kinds", as_of))
    kinds = {standing.asset.ref: standing.asset.kind.value for standing in table.standings}
    rows = [
        reach if kinds[reach.asset] in able_kinds else _marked(reach, kinds[reach.asset])
        for reach in reaches_of(table, [(row, 0) for row in range(len(table.standings))])
    ]
    return tuple(sorted(rows, key=lambda reach: _first(reach, kinds[reach.asset] in able_kinds)))


def _marked(reach: Reach, kind: str) -> Reach:
    mark = Because("reach.not_protection_alone", {"kind": f"term.asset_kind.{kind}"}, (reach.asset,))
    return replace(reach, reasons=(*reach.reasons, mark))


def reaches_of(table: ReachTable, cells: Sequence[tuple[int, int]]) -> list[Reach]:
    """Return the rows of chosen cells (asset, need) of the table, with their reasons."""
    travels = _travels(table, cells)
    return [_reach(table, cell, way) for cell, way in zip(cells, travels, strict=True)]


def blocks_at(table: ReachTable, cell: tuple[int, int]) -> tuple[Because, ...]:
    """Return what stands against an asset at a need apart from the way."""
    row, column = cell
    standing, need = table.standings[row], table.needs[column]
    asset = standing.asset
    blocks = list(standing.blocks)
    if not table.in_sector[cell]:
        facts = {"asset": asset.ref, "sector": asset.sector, "needed": need.sector}
        blocks.append(Because("reach.sector_bound", facts, (asset.ref,)))
    if not table.speaks[cell]:
        spoken = sorted(standing.languages or ())
        facts_of = {"asset": asset.ref, "needed": list(need.languages), "spoken": spoken}
        blocks.append(Because("reach.language_missing", facts_of, (asset.ref,)))
    return tuple(blocks)


def straight_low(kind: AssetKind, origins: Sequence[Point], needs: Sequence[Need], *, as_of: datetime | date) -> Floats:
    """Return the hours in the air of a kind of aircraft, shape (origins, needs)."""
    return flight_hours(kind, distances_km(origins, [need.point for need in needs]), as_of=as_of)


def _first(reach: Reach, is_able_kind: bool) -> tuple[bool, bool, float, float, str]:
    hours = math.inf if reach.hours is None else reach.hours
    low = math.inf if reach.low_h is None else reach.low_h
    return math.isinf(low), not is_able_kind, hours, low, reach.asset


def _reach(table: ReachTable, cell: tuple[int, int], way: Travel) -> Reach:
    standing, need = table.standings[cell[0]], table.needs[cell[1]]
    reasons = (*blocks_at(table, cell), *standing.doubts, *_unknowns(table, cell), *way.reasons)
    if not table.able[cell]:
        return Reach(standing.asset.ref, need.place, None, None, None, way.km, way.by, reasons)
    low, likely, high = (_finite(hours[cell]) for hours in (table.low, table.likely, table.high))
    return Reach(standing.asset.ref, need.place, likely, low, high, way.km, way.by, reasons)


def _unknowns(table: ReachTable, cell: tuple[int, int]) -> list[Because]:
    standing, need = table.standings[cell[0]], table.needs[cell[1]]
    found = []
    if need.languages and standing.languages is None:
        found.append(Because("reach.language_unknown", {"needed": list(need.languages)}, (standing.asset.ref,)))
    if "sector_only" in standing.asset.restrictions and not (standing.asset.sector and need.sector):
        found.append(Because("reach.sector_unknown", {"asset": standing.asset.ref}, (standing.asset.ref,)))
    return found


def _finite(hours: float) -> float | None:
    return float(hours) if math.isfinite(hours) else None


def _travels(table: ReachTable, cells: Sequence[tuple[int, int]]) -> list[Travel]:
    """Return the way of each cell: in the air one by one, on the ground and on rivers in bulk."""
    found: dict[tuple[int, int], Travel] = {}
    grouped: dict[bool, list[tuple[int, int]]] = {False: [], True: []}
    for cell in cells:
        asset = table.standings[cell[0]].asset
        if asset.kind in AIRCRAFT:
            end = table.needs[cell[1]].point
            found[cell] = flight(asset.kind, asset.point, end, as_of=table.network.as_of)
        else:
            grouped[asset.kind is AssetKind.BOAT].append(cell)
    for by_boat, group in grouped.items():
        network = _network(table.network, by_boat)
        pairs = [(table.standings[row].asset.point, table.needs[column].point) for row, column in group]
        found.update(zip(group, network.travels(pairs, night=table.night), strict=True))
    return [found[cell] for cell in cells]


def _network(network: RoadNetwork, by_boat: bool) -> RoadNetwork:
    return network.rivers if by_boat and network.rivers is not None else network


def _hours(
    able: Sequence[Standing], needs: Sequence[Need], network: RoadNetwork, *, night: bool
) -> tuple[Floats, Floats, Floats]:
    hours = np.full((3, len(able), len(needs)), np.inf)
    ends = [need.point for need in needs]
    for by_boat in (False, True):
        rows = [
            row
            for row, standing in enumerate(able)
            if standing.asset.kind not in AIRCRAFT and (standing.asset.kind is AssetKind.BOAT) is by_boat
        ]
        points = list(dict.fromkeys(able[row].asset.point for row in rows))
        table = _network(network, by_boat).hours_table(points, ends, night=night)
        at = [points.index(able[row].asset.point) for row in rows]
        for part, array in enumerate((table.low, table.likely, table.high)):
            hours[part, rows] = array[at]
    for row, standing in enumerate(able):
        if standing.asset.kind in AIRCRAFT:
            asset = standing.asset
            hours[:, row] = straight_low(asset.kind, [asset.point], needs, as_of=network.as_of)[0]
    hours += np.array([standing.notice_h for standing in able]).reshape(1, -1, 1)
    return hours[0], hours[1], hours[2]


def _sectors(able: Sequence[Standing], needs: Sequence[Need]) -> tuple[Flags, Flags]:
    """Return where the sector allows it, and where that is known; unknown does not forbid."""
    bound = np.array(["sector_only" in standing.asset.restrictions for standing in able], dtype=bool)
    own = np.array([standing.asset.sector for standing in able], dtype=object)
    wanted = np.array([need.sector for need in needs], dtype=object)
    known = (own != "")[:, None] & (wanted != "")[None, :]
    same = own[:, None] == wanted[None, :]
    allowed = ~bound[:, None] | same | ~known
    return allowed.astype(bool), (~bound[:, None] | known).astype(bool)


def _languages(able: Sequence[Standing], needs: Sequence[Need], as_of: datetime | date) -> tuple[Flags, Flags]:
    """Return where somebody can speak with the people, and where that is known."""
    speaks = np.ones((len(able), len(needs)), dtype=bool)
    known = np.ones((len(able), len(needs)), dtype=bool)
    if not rules.value("allocation.language_required", as_of):
        return speaks, known
    every = sorted({language for need in needs for language in need.languages})
    wanted = np.array([[language in need.languages for language in every] for need in needs], dtype=bool)
    wanted = wanted.reshape(len(needs), len(every))
    asked = wanted.any(axis=1)
    for row, standing in enumerate(able):
        if standing.languages is None:
            known[row] = ~asked
        else:
            spoken = np.array([language in standing.languages for language in every], dtype=bool)
            speaks[row] = ~asked | (wanted & spoken).any(axis=1)
    return speaks, known
