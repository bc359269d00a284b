"""Student's t, in plain numpy: how often chance alone strays so far."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]


def two_sided(t: Reals, freedom: int) -> Reals:
    """Return the chance of a value at least as far from nought as `t`; NaN stays NaN.

    Exact, by the finite trigonometric sum for whole degrees of freedom (Abramowitz and Stegun 26.7.3-4).
    """
    angle = np.arctan(np.abs(t) / np.sqrt(freedom))
    cosine, sine = np.cos(angle), np.sin(angle)
    if freedom % 2:
        within = angle.copy()
        term = sine * cosine
        for step in range(2, freedom, 2):
            within = within + term
            term = term * cosine**2 * step / (step + 1)
        within = within * 2 / np.pi
    else:
        within = np.zeros_like(angle)
        term = sine.copy()
        for step in range(1, freedom, 2):
            within = within + term
            term = term * cosine**2 * step / (step + 1)
    beyond: Reals = 1 - within
    return beyond
