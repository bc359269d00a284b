"""Zero-inflated negative binomial from recent history: for a mission too new to train anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast.empirical import last_months, neighbours
from tocsin.core.forecast.types import DRAWS, Counts, Fitted, Panel, Shares

MONTHS = 36
HALF_LIFE_MONTHS = 12
# How many months what surrounds a cell weighs against its own, and the whole area against both.
WEIGHT_OF_NEIGHBOURS = 6.0
WEIGHT_OF_AREA = 3.0
# How many of its own bad months it takes to believe their mean as much as that of the area.
BELIEF_MONTHS = 3.0
# Shapes tried for the negative binomial: small ones have the long tails that deaths have.
SHAPES = (0.05, 0.1, 0.2, 0.3, 0.45, 0.7, 1.0, 1.5, 2.5)
_SMALLEST = 0.02
_LARGEST_COUNTED = 2000

Values = NDArray[np.float64]


@dataclass(frozen=True)
class _Inflated:
    """Each cell's chance of any death, and how bad it then is; the same for every horizon."""

    share: Shares
    mean: Values
    shape: float

    def chance(self, horizon: int) -> Shares:
        return self.share

    def draws(self, horizon: int, *, seed: int) -> Counts:
        luck = np.random.Generator(np.random.PCG64([seed, horizon]))
        chance = self.share
        # The share of zeros is laid out, not drawn: rare cells would drown in the luck of 1,000 draws.
        times = np.minimum(np.floor(DRAWS * chance + luck.random(len(chance))), DRAWS).astype(int)
        cell = np.repeat(np.arange(len(chance)), times)
        worse = self._above_zero(cell, luck)
        order = np.lexsort((worse, cell))
        place = DRAWS - np.repeat(times, times) + np.arange(len(cell)) - np.repeat(np.cumsum(times) - times, times)
        out = np.zeros((len(chance), DRAWS), dtype=np.int32)
        out[cell[order], place] = worse[order]
        return out

    def _above_zero(self, cell: NDArray[np.int64], luck: np.random.Generator) -> Counts:
        """Draw negative binomial numbers, again until none is zero."""
        worse = np.zeros(len(cell), dtype=np.int32)
        waiting = np.arange(len(cell))
        while len(waiting):
            rate = luck.gamma(self.shape, self.mean[cell[waiting]] / self.shape)
            worse[waiting] = np.minimum(luck.poisson(rate), np.iinfo(np.int32).max)
            waiting = waiting[worse[waiting] == 0]
        return worse

    def told(self) -> Mapping[str, Any]:
        return {
            "method": Zinb.name,
            "shape": self.shape,
            "months": MONTHS,
            "half_life_months": HALF_LIFE_MONTHS,
            "chosen_on": "nothing: the shape is that of this panel, the rest is set",
        }


class Zinb:
    """Recent history of the cell, leaning on its neighbours and on the area where it is short.

    Deaths are counted as they are: a logarithm would make the mean of a few massacres disappear. The chance of
    zero is held apart from the numbers above it, so that there may also be fewer zeros than the numbers foretell.

    Notes
    -----
    Source: Lambert (1992), Technometrics 34(1), for zero inflation; the parametric climatologies of VIEWS (2026).
    Limits: one shape for the whole area; the same for all horizons; nothing is learned from past forecasts.
    """

    name = "zinb"

    def fit(self, panel: Panel, kind: str, *, horizons: tuple[int, ...], seed: int) -> Fitted:
        """Return the chance and the mean of each cell."""
        held = last_months(panel, kind, MONTHS)
        weights = 0.5 ** (np.arange(held.shape[1])[::-1] / HALF_LIFE_MONTHS)
        months = float(weights.sum())
        bad = (held > 0) @ weights
        deaths = held @ weights
        share = _share(bad, months, neighbours(panel.cells))
        usual = deaths.sum() / bad.sum() if bad.sum() else 1.0
        when_bad = (deaths + BELIEF_MONTHS * usual) / (bad + BELIEF_MONTHS)
        shape = _shape(held, when_bad)
        return _Inflated(share, _mean_of(when_bad, shape), shape)


def _share(bad: Values, months: float, around: NDArray[np.int64]) -> Shares:
    """Return the share of bad months, leaning on the neighbours', and these on the area's."""
    area = bad.sum() / (months * len(bad))
    near = np.where(around >= 0, bad[around], 0.0).sum(axis=1)
    near_months = months * (around >= 0).sum(axis=1)
    nearby = (near + WEIGHT_OF_AREA * area) / (near_months + WEIGHT_OF_AREA)
    return np.asarray((bad + WEIGHT_OF_NEIGHBOURS * nearby) / (months + WEIGHT_OF_NEIGHBOURS))


def _not_zero(mean: Values, shape: float) -> Shares:
    return np.asarray(-np.expm1(-shape * np.log1p(mean / shape)))


def _mean_of(when_bad: Values, shape: float) -> Values:
    """Return the mean with zeros whose mean without zeros is `when_bad`."""
    mean = when_bad.copy()
    for _ in range(60):
        mean = np.maximum(when_bad * _not_zero(mean, shape), _SMALLEST)
    return mean


def _shape(held: Counts, when_bad: Values) -> float:
    """Return the shape under which the bad months of all cells are likeliest, given their means."""
    cell, month = np.nonzero(held)
    if not len(cell):
        return 1.0
    counts = np.minimum(held[cell, month], _LARGEST_COUNTED)
    chosen, best = SHAPES[0], -np.inf
    for shape in SHAPES:
        mean = _mean_of(when_bad, shape)[cell]
        steps = np.log((shape + np.arange(_LARGEST_COUNTED)) / (1 + np.arange(_LARGEST_COUNTED)))
        ways = np.cumsum(steps)[counts - 1]
        likely = ways - shape * np.log1p(mean / shape) - counts * np.log1p(shape / mean)
        found = float(np.sum(likely - np.log(_not_zero(mean, shape))))
        if found > best:
            chosen, best = shape, found
    return chosen


FORECASTER = Zinb()
