"""The best assignment there is, proved by a solver where one is installed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.core.allocation.types import AssignmentProblem, Plan


def supports(problem: AssignmentProblem) -> bool:
    """Return whether the solver is installed here; the field profile has none."""
    return find_spec("highspy") is not None


def plan(problem: AssignmentProblem, *, seed: int = 0) -> Plan:
    """Return the assignment that leaves the needs that come first uncovered last.

    The needs are weighted by their order alone. For assignments any weights that fall with the
    order have the same best set of needs: no number of later needs displaces an earlier one.
    Among equal sets the fewest hours win.

    Parameters
    ----------
    problem : AssignmentProblem
        Needs in the order in which they come first.
    seed : int
        Not drawn on: the best set of needs is unique.

    Returns
    -------
    Plan
        Pairs (asset, need).

    Raises
    ------
    RuntimeError
        When the solver does not prove its answer.

    Notes
    -----
    Source: the sets of needs that can be met together form a transversal matroid (Edmonds and
    Fulkerson 1965), for which the order decides.
    Limits: one asset for one need; a need that takes two units is stated as two needs.
    """
    assets, needs = np.nonzero(np.isfinite(problem.hours))
    if not len(assets):
        return Plan("exact", ())
    chosen = _solve(problem, assets, needs)
    pairs = zip(assets[chosen].tolist(), needs[chosen].tolist(), strict=True)
    return Plan("exact", tuple(sorted(pairs, key=lambda pair: pair[1])))


def _solve(problem: AssignmentProblem, assets: NDArray[np.intp], needs: NDArray[np.intp]) -> NDArray[np.bool_]:
    highspy: Any = import_module("highspy")
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 1e-9)
    solver.passModel(_model(highspy, problem, assets, needs))
    solver.run()
    status = solver.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"the solver ended with {status}, expected a proved optimum")
    return np.asarray(np.array(solver.getSolution().col_value) > 0.5)


def _model(highspy: Any, problem: AssignmentProblem, assets: NDArray[np.intp], needs: NDArray[np.intp]) -> Any:
    """Return the model: one column for each pair, one row for each asset and each need."""
    hours = problem.hours[assets, needs]
    # All hours together weigh less than the last need, so they only break ties.
    tie = 0.5 / (1.0 + min(problem.hours.shape) * float(hours.max()))
    rows = len(problem.assets) + len(problem.needs)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(hours), rows
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = (len(problem.needs) - needs).astype(float) - tie * hours
    model.col_lower_, model.col_upper_ = np.zeros(len(hours)), np.ones(len(hours))
    model.row_lower_, model.row_upper_ = np.full(rows, -highspy.kHighsInf), np.ones(rows)
    model.integrality_ = [highspy.HighsVarType.kInteger] * len(hours)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.arange(0, 2 * len(hours) + 1, 2)
    model.a_matrix_.index_ = np.stack([assets, len(problem.assets) + needs], axis=1).ravel()
    model.a_matrix_.value_ = np.ones(2 * len(hours))
    return model
