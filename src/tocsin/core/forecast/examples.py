"""Which cells and months a model learns from: every one with deaths, and a fair share of the quiet ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast.features import months_since
from tocsin.core.forecast.grid import Grid
from tocsin.core.forecast.types import Panel

Numbers = NDArray[np.int64]

# Each month with deaths is learnt from at this many of the horizons, at most.
HORIZONS_EACH = 3
# Quiet examples: where there was violence not far away in ten years, and anywhere else.
TENSE, CALM = 110_000, 50_000
TENSE_RADIUS, TENSE_MONTHS = 3, 120
# Nothing is learnt from the first months, whose past is not known.
WARM_UP_MONTHS = 36
# Reporting and wars change: an example counts half after ten years.
HALF_LIFE_MONTHS = 120.0


@dataclass(frozen=True, slots=True)
class Examples:
    """What was known of a cell at a month, and what came `horizon` months later.

    Attributes
    ----------
    month, cell
        Columns and rows of the panel: from when and where one looks ahead.
    horizon
        How many months ahead.
    deaths
        What came.
    weight
        How many cells and months of the whole it stands for, older ones less.
    """

    month: Numbers
    cell: Numbers
    horizon: Numbers
    deaths: Numbers
    weight: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.month)

    def only(self, chosen: NDArray[np.bool_]) -> Examples:
        """Return some of the examples."""
        return Examples(
            self.month[chosen], self.cell[chosen], self.horizon[chosen], self.deaths[chosen], self.weight[chosen]
        )


def draw(panel: Panel, kind: str, *, horizons: tuple[int, ...], luck: np.random.Generator) -> Examples:
    """Return a sample of examples in which deaths are common; their weights make it fair.

    Notes
    -----
    Source: King and Zeng (2001), Political Analysis 9(2): sample by outcome, and weigh back.
    Limits: what came after the last month is not there, so the last months teach short horizons only.
    """
    deaths = panel.deaths[kind]
    width = deaths.shape[1]
    warm = min(WARM_UP_MONTHS, width // 4)
    parts = [_deadly(deaths, warm, horizons, luck)]
    tense = _tense(panel)
    for pool, number in ((tense, TENSE), (~tense, CALM)):
        parts.append(_quiet(deaths, pool, number, horizons, luck, warm=warm))
    month, cell, horizon, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
    age = width - 1 - (month + horizon)
    weight = weight * 0.5 ** (age / HALF_LIFE_MONTHS)
    came = deaths[cell, month + horizon].astype(np.int64)
    return Examples(month, cell, horizon, came, weight)


def _tense(panel: Panel) -> NDArray[np.bool_]:
    """Return where and when there had been violence of any kind not far away; shape (months, n)."""
    happened = np.zeros(next(iter(panel.deaths.values())).shape, dtype=bool)
    for held in panel.deaths.values():
        happened |= held > 0
    here = np.ascontiguousarray(happened.T, dtype=np.float32)
    found: NDArray[np.bool_] = months_since(here + Grid(panel.cells).around(here, TENSE_RADIUS)) < TENSE_MONTHS
    return found


_Part = tuple[Numbers, Numbers, Numbers, NDArray[np.float64]]


def _deadly(deaths: NDArray[np.int32], warm: int, horizons: tuple[int, ...], luck: np.random.Generator) -> _Part:
    """Return every month with deaths, looked at from some of the horizons."""
    cell, came = np.nonzero(deaths > 0)
    each = min(HORIZONS_EACH, len(horizons))
    shuffled = luck.permuted(np.tile(np.asarray(horizons, dtype=np.int64), (len(cell), 1)), axis=1)
    ahead = shuffled[:, :each].ravel()
    cell, month = np.repeat(cell, each), np.repeat(came, each) - ahead
    known = month >= warm
    weight = np.full(int(known.sum()), len(horizons) / each)
    return month[known], cell[known], ahead[known], weight


def _quiet(
    deaths: NDArray[np.int32],
    pool: NDArray[np.bool_],
    number: int,
    horizons: tuple[int, ...],
    luck: np.random.Generator,
    *,
    warm: int,
) -> _Part:
    """Return months of a pool after which nothing came."""
    n, width = deaths.shape
    places = np.flatnonzero(pool[warm:])
    if not len(places):
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty, empty, np.zeros(0)
    number = min(number, len(places))
    chosen = places[luck.integers(len(places), size=number)]
    month, cell = chosen // n + warm, chosen % n
    ahead = np.asarray(horizons, dtype=np.int64)[luck.integers(len(horizons), size=number)]
    known = month + ahead < width
    month, cell, ahead = month[known], cell[known], ahead[known]
    still = deaths[cell, month + ahead] == 0
    weight = np.full(int(still.sum()), len(places) * len(horizons) / number)
    return month[still], cell[still], ahead[still], weight
