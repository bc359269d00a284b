"""What every way to look ahead must keep, checked on any panel."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tocsin.core.forecast.backtest import Window, look_ahead
from tocsin.core.forecast.types import DRAWS, Fitted, Forecaster, Panel
from tocsin.core.reference.results import Problem

# A chance and the share of draws above zero may differ by this much: draws come in thousandths.
AGREE = 0.03


def check_forecaster(one: Forecaster, panel: Panel, kind: str, window: Window, *, seed: int = 0) -> tuple[Problem, ...]:
    """Return every promise that a way to look ahead breaks on a panel.

    The same seed says the same; what comes after the origin changes nothing; draws are whole, not below zero,
    ascending and of the right number; chances lie between 0 and 1 and agree with the draws; the fit tells its method.

    Parameters
    ----------
    one
        The way to look ahead.
    panel
        Any panel that goes on after the window's origin.
    kind
        Kind of violence.
    window
        What is forecast.
    seed
        Seed of fit and draws.

    Returns
    -------
    tuple of Problem
        Empty when all is kept.

    Raises
    ------
    ValueError
        The panel ends at the origin, so that nothing tells whether it looked past it.

    Notes
    -----
    Source: the conformance list of the forecasters.
    Limits: it tells that a promise is broken on this panel, not that none ever is.
    """
    if panel.last <= window.origin:
        raise ValueError("the panel ends at the origin, expected months after it")
    first, again = (look_ahead(one, panel, kind, window, seed=seed) for _ in range(2))
    elsewise = look_ahead(one, with_another_future(panel, window, seed=seed), kind, window, seed=seed)
    faults = [fault for horizon in window.horizons for fault in _faults(one.name, first, horizon, seed, panel)]
    if not _is_same(first, again, window, seed):
        faults.append(Problem("FCS-001", one.name, {"seed": seed}))
    if not _is_same(first, elsewise, window, seed):
        faults.append(Problem("FCS-002", one.name, {}))
    if first.told().get("method") != one.name:
        faults.append(Problem("FCS-006", one.name, {}))
    return tuple(faults)


def with_another_future(panel: Panel, window: Window, *, seed: int) -> Panel:
    """Return the panel with everything after the origin put among the cells anew, and made deadlier.

    Notes
    -----
    Limits: the past is the same count for count.
    """
    luck = np.random.Generator(np.random.PCG64(seed))
    order = luck.permutation(len(panel.cells))
    known = window.origin - panel.first + 1
    changed = {}
    for kind, held in panel.deaths.items():
        rows = held.copy()
        rows[:, known:] = rows[order, known:] * 2 + 1
        changed[kind] = rows
    return Panel(panel.cells, panel.first, changed)


def _faults(name: str, fitted: Fitted, horizon: int, seed: int, panel: Panel) -> Iterator[Problem]:
    """Yield what is wrong with what is said of one month."""
    draws, chance = fitted.draws(horizon, seed=seed), fitted.chance(horizon)
    where = {"horizon": horizon}
    if draws.shape != (len(panel.cells), DRAWS) or chance.shape != (len(panel.cells),):
        yield Problem("FCS-003", name, {**where, "draws": str(draws.shape), "chances": str(chance.shape)})
        return
    is_whole = np.issubdtype(draws.dtype, np.integer)
    if not is_whole or (draws < 0).any() or (np.diff(draws, axis=1) < 0).any():
        yield Problem("FCS-004", name, where)
    if not np.isfinite(chance).all() or (chance < 0).any() or (chance > 1).any():
        yield Problem("FCS-005", name, where)
    elif np.abs((draws > 0).mean(axis=1) - chance).max(initial=0.0) > AGREE:
        yield Problem("FCS-007", name, where)


def _is_same(one: Fitted, other: Fitted, window: Window, seed: int) -> bool:
    return all(
        np.array_equal(one.draws(horizon, seed=seed), other.draws(horizon, seed=seed))
        and np.array_equal(one.chance(horizon), other.chance(horizon))
        for horizon in window.horizons
    )
