"""The values of this room: deaths by cell and month, and what is said of months to come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

# Kinds of violence as the datasets tell them apart: state-based, non-state, one-sided.
KINDS = ("sb", "ns", "os")
DRAWS = 1000

Counts = NDArray[np.int32]
Shares = NDArray[np.float64]


def month_index(year: int, month: int) -> int:
    """Return the months since year 0, so that months can be subtracted: 2018-01 is 24216."""
    return year * 12 + month - 1


def month_text(index: int) -> str:
    """Return a month as ``YYYY-MM``."""
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


@dataclass(frozen=True, slots=True)
class Panel:
    """Deaths in every cell and month; a cell of the area that never saw any is there too, as zeros.

    Attributes
    ----------
    cells
        PRIO-GRID numbers, ascending, shape (n,).
    first
        Month of the first column, see `month_index`.
    deaths
        Kind of violence to counts of deaths (best estimates), shape (n, m).
    """

    cells: Counts
    first: int
    deaths: Mapping[str, Counts]

    @property
    def last(self) -> int:
        """The last month that is known."""
        return self.first + int(next(iter(self.deaths.values())).shape[1]) - 1

    def until(self, month: int) -> Panel:
        """Return what was known when `month` had ended: nothing after it.

        Raises
        ------
        ValueError
            The month is outside of the panel.
        """
        if not self.first <= month <= self.last:
            held = f"{month_text(self.first)} to {month_text(self.last)}"
            raise ValueError(f"{month_text(month)} is outside of the months held, {held}")
        width = month - self.first + 1
        return Panel(self.cells, self.first, {kind: rows[:, :width] for kind, rows in self.deaths.items()})

    def month(self, kind: str, month: int) -> Counts:
        """Return the deaths of one month, shape (n,)."""
        return self.deaths[kind][:, month - self.first]


class Fitted(Protocol):
    """A way to look ahead that has seen a panel up to its last month, and nothing later."""

    def chance(self, horizon: int) -> Shares:
        """Return the chance of at least one death in each cell, `horizon` months after the last; shape (n,)."""
        ...

    def draws(self, horizon: int, *, seed: int) -> Counts:
        """Return `DRAWS` equally likely numbers of deaths for each cell, ascending; shape (n, DRAWS)."""
        ...

    def told(self) -> Mapping[str, Any]:
        """Return what the fit chose and from what: settings, windows used to choose, drivers."""
        ...


class Forecaster(Protocol):
    """A way to look ahead."""

    @property
    def name(self) -> str:
        """The name in `FORECASTERS`."""
        ...

    def fit(self, panel: Panel, kind: str, *, horizons: tuple[int, ...], seed: int) -> Fitted:
        """Return the way fitted to all months of the panel for one kind of violence."""
        ...
