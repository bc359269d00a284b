"""EARS C1, C2 and C3: today against the mean of a few days before. A labelled legacy option, never the default.

Made for counts of several a day. On village counts of nought and one a single report after a quiet week is many
standard deviations above a deviation of nought: alarms then come more than ten times as often as promised.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Truths = NDArray[np.bool_]

BASELINE = 7


class Variant(StrEnum):
    """C1 compares with the seven steps before, C2 leaves two out, C3 adds what C2 showed in the last two."""

    C1 = "C1"
    C2 = "C2"
    C3 = "C3"


# Nominal shares of false alarms with which the three were published.
ALPHA = {Variant.C1: 0.001, Variant.C2: 0.001, Variant.C3: 0.025}


@dataclass(frozen=True, slots=True)
class Ears:
    """Bounds and alarms, shape as the counts; NaN and False until there is a baseline."""

    bound: Reals
    alarm: Truths


def alarms(counts: NDArray[np.integer], *, variant: Variant = Variant.C1, alpha: float | None = None) -> Ears:
    """Return the bound and the alarm of every step.

    Parameters
    ----------
    counts : ndarray of int, shape (..., steps)
        Counts by day or week.
    variant : Variant
        Which of the three.
    alpha : float, optional
        Nominal share of false alarms; None takes the published one.

    Notes
    -----
    Source: Hutwagner et al. (2003), Journal of Urban Health 80(2 Suppl 1) i89-i96; the bounds as R's
    surveillance 1.20.3 gives them.
    Limits: see `suited.advise`; not for series with a mean under about five.
    """
    whole = np.asarray(counts, dtype=np.int64)
    quantile = NormalDist().inv_cdf(1 - (ALPHA[variant] if alpha is None else alpha))
    mean, spread = _baseline(whole, lag=1 if variant is Variant.C1 else 3)
    if variant is not Variant.C3:
        bound = mean + quantile * spread
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            above = np.maximum(0.0, (counts - mean) / spread - 1)
            carried = np.full(counts.shape, np.nan)
            carried[..., 2:] = above[..., 1:-1] + above[..., :-2]
            bound = np.maximum(0.0, counts + spread * (quantile - carried))
    with np.errstate(invalid="ignore"):
        return Ears(bound, counts > bound)


def _baseline(counts: NDArray[np.int64], *, lag: int) -> tuple[Reals, Reals]:
    """Return mean and standard deviation of the seven steps that end `lag` before each; NaN before."""
    zero = np.zeros((*counts.shape[:-1], 1), dtype=np.int64)
    total = np.concatenate([zero, np.cumsum(counts, axis=-1)], axis=-1)
    square = np.concatenate([zero, np.cumsum(counts * counts, axis=-1)], axis=-1)
    steps, first = counts.shape[-1], BASELINE + lag - 1
    mean, spread = np.full(counts.shape, np.nan), np.full(counts.shape, np.nan)
    if steps > first:
        whole = total[..., BASELINE : steps - lag + 1] - total[..., : steps - first]
        squares = square[..., BASELINE : steps - lag + 1] - square[..., : steps - first]
        mean[..., first:] = whole / BASELINE
        # In whole numbers, so that equal counts have a deviation of exactly nought.
        spread[..., first:] = np.sqrt((BASELINE * squares - whole * whole) / (BASELINE * (BASELINE - 1)))
    return mean, spread
