"""About as many as last month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tocsin.core.forecast.types import DRAWS, Counts, Fitted, Panel, Shares


@dataclass(frozen=True)
class _Rates:
    """A Poisson rate for each cell, the same for every horizon."""

    rates: Counts

    def chance(self, horizon: int) -> Shares:
        return np.asarray(-np.expm1(-self.rates.astype(float)))

    def draws(self, horizon: int, *, seed: int) -> Counts:
        luck = np.random.Generator(np.random.PCG64([seed, horizon]))
        out = np.zeros((len(self.rates), DRAWS), dtype=np.int32)
        busy = np.flatnonzero(self.rates)
        out[busy] = np.sort(luck.poisson(self.rates[busy, None], (len(busy), DRAWS)), axis=1)
        return out

    def told(self) -> Mapping[str, Any]:
        return {"method": LastValue.name, "spread": "Poisson"}


class LastValue:
    """The deaths of the last month known, as the rate of a Poisson distribution.

    Notes
    -----
    Source: the "last historical" benchmark of the VIEWS prediction challenge.
    Limits: far too sure of itself; one bad month is taken for the year to come.
    """

    name = "last_value"

    def fit(self, panel: Panel, kind: str, *, horizons: tuple[int, ...], seed: int) -> Fitted:
        """Return the rates of the last month."""
        return _Rates(panel.month(kind, panel.last))


FORECASTER = LastValue()
