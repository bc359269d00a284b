"""A small made-up region in which violence stays where it was, fades, and spreads to the next cell."""

from __future__ import annotations

import numpy as np

from tocsin.core.forecast.types import Panel, month_index

SIDE = 12
FIRST = month_index(2000, 1)
SOUTH_WEST = 200 * 720 + 300


def cells() -> np.ndarray:
    rows, columns = np.divmod(np.arange(SIDE * SIDE), SIDE)
    return (SOUTH_WEST + rows * 720 + columns).astype(np.int32)


def region(*, months: int = 168, seed: int = 5) -> Panel:
    """Return a panel in which the chance of deaths follows the cell's own last months and its neighbours'."""
    luck = np.random.Generator(np.random.PCG64(seed))
    memory = np.zeros((SIDE, SIDE))
    restless = luck.gamma(0.15, 0.06, size=(SIDE, SIDE))
    held = np.zeros((SIDE * SIDE, months), dtype=np.int32)
    for month in range(months):
        near = sum(np.roll(memory, step, axis) for step in (-1, 1) for axis in (0, 1)) / 4
        chance = np.clip(restless + 0.06 * memory + 0.02 * near, 0, 0.6)
        happened = luck.random((SIDE, SIDE)) < chance
        deaths = np.where(happened, luck.geometric(0.15, size=(SIDE, SIDE)), 0)
        held[:, month] = deaths.ravel()
        memory = 0.85 * memory + happened
    quiet = np.zeros_like(held)
    return Panel(cells(), FIRST, {"sb": held, "ns": quiet, "os": (held > 12).astype(np.int32)})
