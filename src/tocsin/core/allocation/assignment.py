"""Which asset goes to which need when each can go only once, and what stays uncovered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np

from tocsin.core.allocation.gap import Question, Remedy, new_units
from tocsin.core.allocation.needs import first_things_first
from tocsin.core.allocation.planners import PLANNERS, best_planner, planner
from tocsin.core.allocation.reach import ReachTable, reach_table
from tocsin.core.allocation.shortfall import closings, uncovered_lines
from tocsin.core.allocation.types import Allocation, Asset, Assigned, AssignmentProblem, Need, Plan, Uncovered
from tocsin.core.places.travel import RoadNetwork
from tocsin.core.places.types import Base
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import GapKind


def allocate(
    needs: Sequence[Need],
    assets: Sequence[Asset],
    bases: Sequence[Base],
    network: RoadNetwork,
    *,
    within_h: float,
    night: bool = False,
    as_of: datetime | date,
) -> Allocation:
    """Return which asset goes to which need, each asset once, and what stays uncovered and why.

    Parameters
    ----------
    needs : sequence of Need
        Lines of the matrix; they are served by category, then rank.
    assets, bases : sequence
        What there is, and where more could be put.
    network : RoadNetwork
        The roads on the day.
    within_h : float
        Hours from the order to the arrival.
    night : bool
        True for a move in the dark.
    as_of : datetime or date
        The day whose rules hold.

    Returns
    -------
    Allocation
        By the best planner installed here; a note says when that is not the exact one.

    Notes
    -----
    Source: protection matrix doctrine; where more must be protected than can be covered, the
    uncovered are ranked and told, not downgraded.
    Limits: only ways known to be open are planned on. One asset for one need.
    """
    ordered = sorted(needs, key=first_things_first)
    table = reach_table(ordered, assets, network, night=night, as_of=as_of)
    problem = problem_of(table, within_h)
    found = best_planner(problem).plan(problem)
    left = np.setdiff1d(np.arange(len(ordered)), [need for _, need in found.pairs]).astype(np.intp)
    question = Question(table, left, tuple(bases), tuple(assets), float(within_h), as_of)
    uncovered = _uncovered(question, problem)
    return Allocation(
        planner=found.planner,
        assigned=_assigned(problem, found),
        uncovered=uncovered,
        closes_most=next((line.closes_with[0] for line in uncovered if line.closes_with), None),
        notes=() if found.planner == next(iter(PLANNERS)) else (Because("allocation.planner_not_exact"),),
    )


def problem_of(table: ReachTable, within_h: float) -> AssignmentProblem:
    """Return the problem of the planners: who may go where, and is there in time for sure."""
    in_time = table.able & (table.likely <= within_h)
    return AssignmentProblem(
        needs=table.needs,
        assets=tuple(standing.asset.ref for standing in table.standings),
        hours=np.where(in_time, table.likely, np.inf),
        within_h=float(within_h),
    )


def plan_with(name: str, problem: AssignmentProblem, *, seed: int = 0) -> Plan:
    """Return the plan of the planner of that name."""
    return planner(name).plan(problem, seed=seed)


def _assigned(problem: AssignmentProblem, found: Plan) -> tuple[Assigned, ...]:
    return tuple(
        Assigned(problem.needs[need], problem.assets[asset], float(problem.hours[asset, need]))
        for asset, need in found.pairs
    )


def _uncovered(question: Question, problem: AssignmentProblem) -> tuple[Uncovered, ...]:
    """Return the unassigned needs: those whose assets are all taken, and those nobody reaches."""
    found = new_units(question)
    lines = uncovered_lines(question, found)
    shown = int(rules.value("allocation.closings_shown", question.as_of))
    closing = closings(found, len(question.uncovered))
    reachable = np.isfinite(problem.hours).sum(axis=0)
    return tuple(
        _taken(line, int(reachable[column]), closing[index][:shown]) if reachable[column] else line
        for index, (line, column) in enumerate(zip(lines, question.uncovered, strict=True))
    )


def _taken(line: Uncovered, assets: int, closing: Sequence[Remedy]) -> Uncovered:
    reason = Because("gap.all_taken", {"assets": assets}, (line.need.place,))
    codes = tuple(remedy.code for remedy in closing)
    return Uncovered(line.need, (reason,), line.best, codes, GapKind.TROOPS)
