"""The simple rule: the need that comes first takes the nearest asset that is still free."""

from __future__ import annotations

import numpy as np

from tocsin.core.allocation.types import AssignmentProblem, Plan


def supports(problem: AssignmentProblem) -> bool:
    """Return True: the simple rule answers every problem."""
    return True


def plan(problem: AssignmentProblem, *, seed: int = 0) -> Plan:
    """Return which asset goes where by the simple rule.

    Parameters
    ----------
    problem : AssignmentProblem
        Needs in the order in which they come first.
    seed : int
        Not drawn on: the rule leaves nothing to chance.

    Returns
    -------
    Plan
        Pairs (asset, need); equal hours go to the asset that stands first.

    Notes
    -----
    Source: the way a duty officer works through a list.
    Limits: it may spend on the first need the only asset that a later one could have had.
    """
    free = np.ones(len(problem.assets), dtype=bool)
    pairs = []
    for need in range(len(problem.needs)):
        hours = np.where(free, problem.hours[:, need], np.inf)
        if len(hours) and np.isfinite(hours.min()):
            asset = int(hours.argmin())
            free[asset] = False
            pairs.append((asset, need))
    return Plan("greedy", tuple(pairs))
