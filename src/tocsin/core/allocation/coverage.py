"""Who can be reached in time, and who cannot. Coverage is reach; it is never safety."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.core.allocation.gap import Question, marginals, remedies
from tocsin.core.allocation.needs import first_things_first
from tocsin.core.allocation.reach import Flags, ReachTable, reach_table, reaches_of
from tocsin.core.allocation.shortfall import uncovered_lines
from tocsin.core.allocation.types import Asset, Coverage, Covered, Need
from tocsin.core.places.travel import RoadNetwork
from tocsin.core.places.types import Base
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import RoadStatus


def cover(
    needs: Sequence[Need],
    assets: Sequence[Asset],
    bases: Sequence[Base],
    network: RoadNetwork,
    *,
    within_h: float,
    night: bool = False,
    as_of: datetime | date,
) -> Coverage:
    """Return who can reach which place in time, who cannot be reached, and what would change it.

    Parameters
    ----------
    needs : sequence of Need
        Lines of the matrix.
    assets, bases : sequence
        What there is, and where more could be put.
    network : RoadNetwork
        The roads on the day.
    within_h : float
        Hours from the order to the arrival, notice to move included.
    night : bool
        True for a move in the dark.
    as_of : datetime or date
        The day whose rules hold.

    Returns
    -------
    Coverage
        Each need once, either covered or uncovered. Covered with `certain` False rests on a road,
        a readiness or a language that nobody has confirmed.

    Notes
    -----
    Source: resources doctrine; response reach of the presence doctrine.
    Limits: a place within reach is not a safe place. One asset may stand behind many places at
    once; what it can do at one time is the business of the planners.
    """
    ordered = sorted(needs, key=first_things_first)
    table = reach_table(ordered, assets, network, night=night, as_of=as_of)
    in_time = table.able & (table.low <= within_h)
    reached = in_time.any(axis=0) if len(table.standings) else np.zeros(len(ordered), dtype=bool)
    question = Question(table, np.flatnonzero(~reached), tuple(bases), tuple(assets), float(within_h), as_of)
    found = remedies(question)
    return Coverage(
        within_h=float(within_h),
        night=night,
        assumptions=_assumptions(table, assets, as_of),
        covered=_covered(table, in_time, np.flatnonzero(reached), within_h),
        uncovered=uncovered_lines(question, found),
        marginal=marginals(found, question.needs),
        bases=tuple(bases),
        notes=(*_notes(table, assets), *_untried(question)),
    )


def _covered(table: ReachTable, in_time: Flags, reached: NDArray[np.intp], within_h: float) -> tuple[Covered, ...]:
    """Return the covered needs, each by the surest and then the fastest asset."""
    certain = in_time & table.sure & (table.high <= within_h)
    cells = []
    for column in reached:
        rows = np.flatnonzero(in_time[:, column])
        keys = zip(~certain[rows, column], table.likely[rows, column], table.low[rows, column], rows, strict=True)
        cells.append((int(min(keys)[-1]), int(column)))
    return tuple(
        Covered(table.needs[column], reach, int(in_time[:, column].sum()) - 1, bool(certain[row, column]))
        for (row, column), reach in zip(cells, reaches_of(table, cells), strict=True)
    )


def _assumptions(table: ReachTable, assets: Sequence[Asset], as_of: datetime | date) -> dict[str, Any]:
    doubts = [doubt.code for standing in table.standings for doubt in standing.doubts]
    status = [state.status for state in table.network.states]
    return {
        "as_of": as_of.isoformat(),
        "assets": len(assets),
        "assets_able_kind": len(table.standings),
        "assets_ready": sum(not standing.blocks for standing in table.standings),
        "readiness_unknown": doubts.count("reach.readiness_unknown"),
        "notice_assumed": doubts.count("reach.notice_assumed"),
        "night_unknown": doubts.count("reach.night_unknown"),
        "language_required": bool(rules.value("allocation.language_required", as_of)),
        "roads": len(status),
        "roads_unknown": status.count(RoadStatus.UNKNOWN),
        "roads_closed": status.count(RoadStatus.CLOSED),
        "new_units_have_interpreters": True,
        "new_units_move_at_night": True,
    }


def _untried(question: Question) -> list[Because]:
    tried = rules.value("allocation.mobile_base_sites", question.as_of)
    if len(question.uncovered) <= tried:
        return []
    return [Because("coverage.sites_untried", {"tried": tried, "of": len(question.uncovered)})]


def _notes(table: ReachTable, assets: Sequence[Asset]) -> tuple[Because, ...]:
    notes = [Because("coverage.reach_is_not_safety")]
    status = [state.status for state in table.network.states]
    if not assets:
        notes.append(Because("coverage.no_assets_known"))
    if not status:
        notes.append(Because("coverage.no_roads_known"))
    unknown = status.count(RoadStatus.UNKNOWN)
    if unknown:
        notes.append(Because("coverage.roads_unknown", {"unknown": unknown, "roads": len(status)}))
    unready = sum(doubt.code == "reach.readiness_unknown" for standing in table.standings for doubt in standing.doubts)
    if unready:
        notes.append(Because("coverage.readiness_unknown", {"assets": unready}))
    uncounted = sum(need.people is None for need in table.needs)
    if uncounted:
        notes.append(Because("coverage.people_unknown", {"places": uncounted, "of": len(table.needs)}))
    return tuple(notes)
