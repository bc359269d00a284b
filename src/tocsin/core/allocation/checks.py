"""What every planner must keep, checked on any problem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from tocsin.core.allocation.planners import planner
from tocsin.core.allocation.types import Allocation, AssignmentProblem, Need, Plan, Planner
from tocsin.core.reference.results import Problem
from tocsin.core.reference.terms import Category


def check_planner(one: Planner, problem: AssignmentProblem, *, seed: int = 0) -> tuple[Problem, ...]:
    """Return every promise that a planner breaks on a problem.

    No asset goes twice; no need is answered twice; nobody is sent where they may not go or come
    too late; the needs covered are never fewer than by the simple rule; the same seed gives the
    same plan.

    Parameters
    ----------
    one : Planner
        The planner.
    problem : AssignmentProblem
        Any problem it supports.
    seed : int
        Seed of the planner.

    Returns
    -------
    tuple of Problem
        Empty when all is kept.

    Notes
    -----
    Source: the conformance list of the planners.
    Limits: it tells that a promise is broken on this problem, not that none ever is.
    """
    found = one.plan(problem, seed=seed)
    faults = list(plan_faults(problem, found))
    if not faults:
        simple = planner("greedy").plan(problem)
        covered, least = covered_by_category(problem, found), covered_by_category(problem, simple)
        if covered < least:
            facts = {"covered": list(covered), "simple": list(least)}
            faults.append(Problem("ALO-005", found.planner, facts))
    return tuple(faults)


def plan_faults(problem: AssignmentProblem, found: Plan) -> tuple[Problem, ...]:
    """Return what is wrong with a plan by itself.

    Notes
    -----
    Source: the conformance list of the planners.
    Limits: none is known.
    """
    inside = [
        (asset, need)
        for asset, need in found.pairs
        if 0 <= asset < len(problem.assets) and 0 <= need < len(problem.needs)
    ]
    faults = [
        Problem("ALO-006", found.planner, {"asset": asset, "need": need})
        for asset, need in found.pairs
        if (asset, need) not in inside
    ]
    assets, needs = Counter(asset for asset, _ in inside), Counter(need for _, need in inside)
    faults += [
        Problem("ALO-001", found.planner, {"asset": problem.assets[asset], "times": times})
        for asset, times in assets.items()
        if times > 1
    ]
    faults += [
        Problem("ALO-002", found.planner, {"place": problem.needs[need].place, "times": times})
        for need, times in needs.items()
        if times > 1
    ]
    faults += [
        Problem("ALO-003", found.planner, {"asset": problem.assets[a], "place": problem.needs[n].place})
        for a, n in inside
        if not np.isfinite(problem.hours[a, n])
    ]
    return tuple(faults)


def allocation_faults(needs: Sequence[Need], found: Allocation) -> tuple[Problem, ...]:
    """Return every need that is not answered once, and every refusal without a reason.

    Notes
    -----
    Source: the conformance list of the planners.
    Limits: none is known.
    """
    answered = Counter(line.need.place for line in found.assigned)
    answered.update(line.need.place for line in found.uncovered)
    faults = [
        Problem("ALO-002", found.planner, {"place": need.place, "times": answered[need.place]})
        for need in needs
        if answered[need.place] != 1
    ]
    sent = Counter(line.asset for line in found.assigned)
    faults += [
        Problem("ALO-001", found.planner, {"asset": asset, "times": times})
        for asset, times in sent.items()
        if times > 1
    ]
    faults += [
        Problem("ALO-004", found.planner, {"place": line.need.place}) for line in found.uncovered if not line.reasons
    ]
    return tuple(faults)


def covered_by_category(problem: AssignmentProblem, found: Plan) -> tuple[int, ...]:
    """Return how many needs of each category a plan covers, what must be protected first.

    Notes
    -----
    Source: protection matrix doctrine.
    Limits: counts places, not people.
    """
    covered = Counter(problem.needs[need].category for _, need in found.pairs)
    return tuple(covered[category] for category in Category)
