"""Planners: each takes an allocation problem and answers with assignments.

A planner is a module with ``supports`` and ``plan`` (see ``allocation.types.Planner``). It is
loaded on first use, so that no page pays for a solver it does not need.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final, cast

from tocsin.core.allocation.types import AssignmentProblem, Planner

# The best first; the last one always answers.
PLANNERS: Final = {"exact": "tocsin.core.allocation.planners.exact", "greedy": "tocsin.core.allocation.planners.greedy"}


def planner(name: str) -> Planner:
    """Return the planner of that name.

    Raises
    ------
    KeyError
        When there is none.
    """
    if name not in PLANNERS:
        raise KeyError(f"no planner is called '{name}', expected one of {', '.join(PLANNERS)}")
    return cast("Planner", import_module(PLANNERS[name]))


def best_planner(problem: AssignmentProblem) -> Planner:
    """Return the best planner that can answer the problem here."""
    return next(found for found in map(planner, PLANNERS) if found.supports(problem))
