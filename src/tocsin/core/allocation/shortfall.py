"""Why a place is not reached in time, and the smallest things that would change it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from tocsin.core.allocation.gap import Question, Remedy
from tocsin.core.allocation.reach import blocks_at, reaches_of
from tocsin.core.allocation.types import Reach, Uncovered
from tocsin.core.places.distance import distances_km
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import GapKind

_BLOCK_GAPS: Final = {
    "reach.language_missing": GapKind.LANGUAGE,
    "reach.night_caveat": GapKind.WILL_CAVEAT,
    "reach.sector_bound": GapKind.WILL_CAVEAT,
    "reach.not_night_capable": GapKind.NIGHT_VISION,
    "reach.fully_tasked": GapKind.TROOPS,
    "reach.nobody_to_lift": GapKind.TROOPS,
    "reach.not_serviceable": GapKind.TROOPS,
}
_REMEDY_GAPS: Final = {
    "access": GapKind.AUTHORITY_ACCESS,
    "reopen": GapKind.ENGINEERING,
    "inf_plt": GapKind.TROOPS,
    "util_heli": GapKind.MOBILITY_AIR,
}


def uncovered_lines(question: Question, found: Sequence[Remedy]) -> tuple[Uncovered, ...]:
    """Return the uncovered needs, each with its tightest reason and what would close it.

    Parameters
    ----------
    question : Question
        The uncovered needs and the means there are.
    found : sequence of Remedy
        The remedies that close something, the smallest kind first.

    Returns
    -------
    tuple of Uncovered
        In the order of the needs. The first reason is the tightest: the one thing that, were it
        otherwise, would let somebody arrive in time.

    Notes
    -----
    Source: resources doctrine; a line names what closes it.
    Limits: when several things stand in the way together, all are told and none alone closes it.
    """
    rows = _nearest_to_able(question)
    cells = [(row, int(column)) for row, column in zip(rows, question.uncovered, strict=True) if row is not None]
    best = dict(zip(cells, reaches_of(question.table, cells), strict=True))
    shown = int(rules.value("allocation.closings_shown", question.as_of))
    each = closings(found, len(question.uncovered))
    lines = []
    for index, row in enumerate(rows):
        column = int(question.uncovered[index])
        reach = best[row, column] if row is not None else None
        closing = each[index]
        reasons = _reasons(question, (row, column), reach, closing)
        codes = tuple(remedy.code for remedy in closing)[:shown]
        kind = _gap_kind(reasons[0], reach, closing)
        lines.append(Uncovered(question.table.needs[column], reasons, reach, codes, kind))
    return tuple(lines)


def _nearest_to_able(question: Question) -> list[int | None]:
    """Return for each need the asset nearest to being able to go there.

    In time with the fewest blocks comes first; then the fastest that may go; then whoever is left.
    Where no way is known, the nearest in a straight line shows which road is missing.
    """
    table, columns = question.table, question.uncovered
    if not table.standings:
        return [None] * len(columns)
    low, likely, blocks = (array[:, columns] for array in (table.low, table.likely, table.block_count))
    late = low > question.within_h
    group = np.where(late, np.where(blocks == 0, 1, 2), 0)
    straight = distances_km([standing.asset.point for standing in table.standings], question.points)
    keys = np.stack([straight, low, likely, np.where(late, 0, blocks), group])
    first: list[int | None] = np.lexsort(keys, axis=0)[0].tolist()
    return first


def closings(found: Sequence[Remedy], places: int) -> list[list[Remedy]]:
    """Return for each place one remedy of each kind that closes it, the one that closes most."""
    groups: dict[str, list[Remedy]] = {}
    for remedy in found:
        groups.setdefault(remedy.kind, []).append(remedy)
    chosen: list[list[Remedy]] = [[] for _ in range(places)]
    for group in groups.values():
        closes = np.array([remedy.closes for remedy in group])
        best = np.where(closes, closes.sum(axis=1)[:, None], 0).argmax(axis=0)
        for index in np.flatnonzero(closes.any(axis=0)).tolist():
            chosen[index].append(group[best[index]])
    return chosen


def _reasons(
    question: Question, cell: tuple[int | None, int], reach: Reach | None, closing: Sequence[Remedy]
) -> tuple[Because, ...]:
    row, column = cell
    if row is None or reach is None:
        return (Because("gap.no_asset"),)
    table = question.table
    standing, need = table.standings[row], table.needs[column]
    blocks = blocks_at(table, (row, column))
    if table.low[row, column] <= question.within_h:
        return blocks or (Because("gap.way_not_sure", {"asset": standing.asset.ref}), *reach.reasons)
    shut = _shut_roads(question, closing)
    if not np.isfinite(table.low[row, column]):
        return (*shut, Because("gap.no_way", {"asset": standing.asset.ref}), *reach.reasons)
    facts = {
        "asset": standing.asset.ref,
        "hours": _hours(table.likely[row, column]),
        "low_h": _hours(table.low[row, column]),
        "within_h": question.within_h,
        "km": None if reach.km is None else round(reach.km, 1),
    }
    too_far = Because("gap.too_far", facts, (standing.asset.ref, need.place))
    return (*shut, too_far, *blocks)


def _hours(hours: float) -> float | None:
    return round(float(hours), 2) if np.isfinite(hours) else None


def _shut_roads(question: Question, closing: Sequence[Remedy]) -> tuple[Because, ...]:
    """Return the state of each closed road whose opening alone would close the need."""
    states = {state.road.ref: state for state in question.table.network.closed}
    found = []
    for remedy in closing:
        if remedy.kind in {"reopen", "access"}:
            state = states[remedy.at].because()
            code = "gap.access_denied" if remedy.kind == "access" else state.code.replace("travel.", "gap.")
            found.append(Because(code, state.facts, state.evidence))
    return tuple(found)


def _gap_kind(first: Because, reach: Reach | None, closing: Sequence[Remedy]) -> GapKind:
    if first.code in _BLOCK_GAPS:
        return _BLOCK_GAPS[first.code]
    if reach is None:
        return GapKind.TROOPS
    if first.code == "gap.way_not_sure" or any(reason.code == "travel.no_road_recorded" for reason in reach.reasons):
        return GapKind.INFORMATION
    kinds = {remedy.kind for remedy in closing}
    return next((gap for kind, gap in _REMEDY_GAPS.items() if kind in kinds), GapKind.MOBILITY_GROUND)
