"""Nothing happens anywhere: the guess that half of all methods do not beat."""

from __future__ import annotations

import numpy as np

from tocsin.core.forecast.empirical import Pools
from tocsin.core.forecast.types import Fitted, Panel


class Zeros:
    """No deaths, in every cell and month.

    Notes
    -----
    Source: a benchmark of the VIEWS prediction challenge.
    Limits: of no use to anybody; a method that does not beat it says less than nothing about numbers.
    """

    name = "zeros"

    def fit(self, panel: Panel, kind: str, *, horizons: tuple[int, ...], seed: int) -> Fitted:
        """Return zeros for each cell."""
        return Pools(np.zeros((len(panel.cells), 1), np.int32), np.ones(1), {"method": self.name})


FORECASTER = Zeros()
