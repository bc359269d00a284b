"""As in the last thirty-six months of the same cell."""

from __future__ import annotations

import numpy as np

from tocsin.core.forecast.empirical import Pools, last_months
from tocsin.core.forecast.types import Fitted, Panel

MONTHS = 36


class Conflictology36:
    """Each of the cell's last thirty-six months is as likely as the others.

    Notes
    -----
    Source: the "conflictology" benchmark of the VIEWS prediction challenge.
    Limits: knows nothing of what surrounds the cell; worse than zeros on CRPS where violence has long ended.
    """

    name = "conflictology_36"

    def fit(self, panel: Panel, kind: str, *, horizons: tuple[int, ...], seed: int) -> Fitted:
        """Return the pool of the last thirty-six months."""
        held = last_months(panel, kind, MONTHS)
        return Pools(held, np.ones(held.shape[1]), {"method": self.name, "months": held.shape[1]})


FORECASTER = Conflictology36()
