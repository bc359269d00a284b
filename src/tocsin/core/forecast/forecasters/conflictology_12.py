"""As in the last twelve months of the same cell."""

from __future__ import annotations

import numpy as np

from tocsin.core.forecast.empirical import Pools, last_months
from tocsin.core.forecast.types import Fitted, Panel

MONTHS = 12


class Conflictology12:
    """Each of the cell's last twelve months is as likely as the others.

    Notes
    -----
    Source: the "conflictology" benchmark of the VIEWS prediction challenge.
    Limits: knows nothing of what surrounds the cell; worse than zeros on CRPS where violence has just ended.
    """

    name = "conflictology_12"

    def fit(self, panel: Panel, kind: str, *, horizons: tuple[int, ...], seed: int) -> Fitted:
        """Return the pool of the last twelve months."""
        held = last_months(panel, kind, MONTHS)
        return Pools(held, np.ones(held.shape[1]), {"method": self.name, "months": held.shape[1]})


FORECASTER = Conflictology12()
