"""As in the last twelve months of the cell and of the eight cells around it."""

from __future__ import annotations

import numpy as np

from tocsin.core.forecast.empirical import Pools, last_months, neighbours
from tocsin.core.forecast.types import Fitted, Panel

MONTHS = 12


class ConflictologyNeighbours:
    """Each month of the last twelve, of the cell or of one that touches it, is as likely as the others.

    Notes
    -----
    Source: the "conflictology_n" benchmark of the VIEWS prediction challenge.
    Limits: spreads one town's war evenly over nine cells. Cells outside of the area count nothing.
    """

    name = "conflictology_neighbours"

    def fit(self, panel: Panel, kind: str, *, horizons: tuple[int, ...], seed: int) -> Fitted:
        """Return the pool of up to nine cells."""
        held = last_months(panel, kind, MONTHS)
        around = neighbours(panel.cells)
        values = np.concatenate([held[:, None, :], held[around]], axis=1)
        is_there = np.concatenate([np.ones((len(held), 1), bool), around >= 0], axis=1)
        weights = np.repeat(is_there.astype(float), held.shape[1], axis=1)
        pool = values.reshape(len(held), -1) * (weights > 0)
        settings = {"method": self.name, "months": held.shape[1], "ring": 1}
        return Pools(pool.astype(np.int32), weights, settings)


FORECASTER = ConflictologyNeighbours()
