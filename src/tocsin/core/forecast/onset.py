"""Violence where there was none for years: what a warning is for, and what a ranking of old battlefields hides."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast import scores
from tocsin.core.forecast.types import Panel

QUIET_MONTHS = 60


def is_quiet(panel: Panel, kind: str, *, months: int = QUIET_MONTHS) -> NDArray[np.bool_]:
    """Return which cells saw nobody killed in the last months of the panel, shape (n,).

    A shorter panel is taken whole.

    Notes
    -----
    Limits: quiet in the data; where nobody reports, nothing is known.
    """
    return np.asarray(~(panel.deaths[kind][:, -months:] > 0).any(axis=1))


def onset_figures(
    chances: NDArray[np.float64], happened: NDArray[np.bool_], quiet: NDArray[np.bool_]
) -> dict[str, Any]:
    """Return how well a forecast ranks the quiet cells: those where it began above the others.

    Parameters
    ----------
    chances, happened
        One row a month, shape (months, n).
    quiet
        From `is_quiet`, at the month one looks ahead from; shape (n,).

    Notes
    -----
    Source: onset apart from continuation, as in Bazzi et al. (2022), REStat.
    Limits: few cells begin in a year; do not compare figures of different areas.
    """
    said, came = chances[:, quiet].ravel(), happened[:, quiet].ravel()
    share = float(came.mean()) if len(came) else None
    precision = scores.average_precision(said, came)
    return {
        "cases": len(came),
        "events": int(came.sum()),
        "base_rate": share,
        "auc": scores.auc(said, came),
        "average_precision": precision,
        "times_base_rate": precision / share if precision and share else None,
    }
