"""As before in the same cell, the latest months counting most."""

from __future__ import annotations

import numpy as np

from tocsin.core.forecast.empirical import Pools, last_months
from tocsin.core.forecast.types import Fitted, Panel

HALF_LIFE_MONTHS = 12
# After ten half-lives a month weighs a thousandth.
LONGEST_MONTHS = 10 * HALF_LIFE_MONTHS


class Ewma:
    """The cell's own months, each weighing half of one that came a year later.

    Notes
    -----
    Source: exponential smoothing, Brown (1956), of the whole distribution instead of its mean.
    Limits: knows nothing of what surrounds the cell; a cell that was always quiet stays at zero.
    """

    name = "ewma"

    def fit(self, panel: Panel, kind: str, *, horizons: tuple[int, ...], seed: int) -> Fitted:
        """Return the pool of past months with their weights."""
        held = last_months(panel, kind, LONGEST_MONTHS)
        age = np.arange(held.shape[1])[::-1]
        settings = {"method": self.name, "months": held.shape[1], "half_life_months": HALF_LIFE_MONTHS}
        return Pools(held, 0.5 ** (age / HALF_LIFE_MONTHS), settings)


FORECASTER = Ewma()
