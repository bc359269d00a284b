"""Forecasts that are what was seen before: each cell's pool of past months, drawn from as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast.grid import COLUMNS
from tocsin.core.forecast.types import DRAWS, Counts, Panel, Shares

# South-west to north-east: the eight cells that touch a cell.
_AROUND = tuple((row, column) for row in (-1, 0, 1) for column in (-1, 0, 1) if (row, column) != (0, 0))


@dataclass(frozen=True)
class Pools:
    """What each cell may see: a pool of numbers of deaths, each with its weight; the same for every horizon.

    Attributes
    ----------
    values
        Deaths, shape (n, k).
    weights
        Shares of each value, shape (k,) for all cells alike or (n, k); 0 where a cell has fewer values.
    settings
        What `told` tells.
    """

    values: Counts
    weights: Shares
    settings: Mapping[str, Any]

    def chance(self, horizon: int) -> Shares:
        """Return the weight of the months with deaths, shape (n,)."""
        held = np.broadcast_to(self.weights, self.values.shape)
        return np.asarray((held * (self.values > 0)).sum(axis=1) / held.sum(axis=1))

    def draws(self, horizon: int, *, seed: int) -> Counts:
        """Return the pool spread evenly over all draws, ascending: no luck is needed."""
        out = np.zeros((len(self.values), DRAWS), dtype=np.int32)
        busy = np.flatnonzero((self.values > 0).any(axis=1))
        held = self.values[busy]
        order = np.argsort(held, axis=1, kind="stable")
        weights = np.take_along_axis(np.broadcast_to(self.weights, self.values.shape)[busy], order, axis=1)
        ends = np.cumsum(weights, axis=1)
        ends /= ends[:, -1:]
        ascending = np.take_along_axis(held, order, axis=1)
        at = (np.arange(DRAWS) + 0.5) / DRAWS
        for place, cell in enumerate(busy):
            # The guard keeps a share that falls on the end of a value within that value.
            found = np.searchsorted(ends[place] + 1e-12, at)
            out[cell] = ascending[place, np.minimum(found, ends.shape[1] - 1)]
        return out

    def told(self) -> Mapping[str, Any]:
        """Return the settings."""
        return self.settings


def neighbours(cells: Counts) -> NDArray[np.int64]:
    """Return the places of the eight cells around each, shape (n, 8); -1 where there is none in the area.

    Examples
    --------
    >>> neighbours(np.array([1, 2, 721], np.int32))[0].tolist()
    [-1, -1, -1, -1, 1, -1, 2, -1]
    """
    numbers = cells.astype(np.int64)
    column = (numbers - 1) % COLUMNS
    out = np.full((len(numbers), len(_AROUND)), -1)
    for side, (up, right) in enumerate(_AROUND):
        wanted = numbers + up * COLUMNS + right
        place = np.minimum(np.searchsorted(numbers, wanted), len(numbers) - 1)
        is_there = (numbers[place] == wanted) & (column + right >= 0) & (column + right < COLUMNS)
        out[is_there, side] = place[is_there]
    return out


def last_months(panel: Panel, kind: str, months: int) -> Counts:
    """Return the deaths of the last months of a panel, fewer where it holds fewer; shape (n, months)."""
    return panel.deaths[kind][:, -months:]
