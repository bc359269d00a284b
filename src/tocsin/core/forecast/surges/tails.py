"""Tails of counts: how likely as many or more are, for Poisson and negative binomial laws, in plain numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]

_SMALLEST = 1e-17


def log_gamma(x: Reals) -> Reals:
    """Return ln Γ(x) for x > 0, to about 13 digits (Stirling's series past 10, recurrence below)."""
    raised = x + 10.0
    product = x * (x + 1) * (x + 2) * (x + 3) * (x + 4)
    product = product * (x + 5) * (x + 6) * (x + 7) * (x + 8) * (x + 9)
    inverse = 1 / raised
    square = inverse * inverse
    series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)))
    found: Reals = (raised - 0.5) * np.log(raised) - raised + 0.9189385332046727 + series - np.log(product)
    return found


def at_least(count: NDArray[np.integer], mean: Reals, size: Reals) -> Reals:
    """Return the chance of `count` or more, where `mean` is usual and `size` tells how little it scatters.

    Parameters
    ----------
    count : ndarray of int, any shape
    mean, size : ndarray of float, the same shape
        Mean and size of the negative binomial law; an infinite size is Poisson.

    Returns
    -------
    ndarray of float
        1 where the count is nought. Summed upwards from the count, so that small tails keep their digits.
    """
    count, mean, size = np.broadcast_arrays(np.asarray(count), mean, size)
    tail = np.ones(count.shape)
    at = np.flatnonzero((count > 0).ravel())
    if not len(at):
        return tail
    k = count.ravel()[at].astype(np.float64)
    mu, r = mean.ravel()[at].astype(np.float64), size.ravel()[at].astype(np.float64)
    high = k > mu
    found = np.empty(len(at))
    found[high] = _summed(k[high], mu[high], r[high], up=True)
    found[~high] = 1 - _summed(k[~high] - 1, mu[~high], r[~high], up=False)
    tail.reshape(-1)[at] = np.clip(found, 0.0, 1.0)
    return tail


def _log_mass(k: Reals, mu: Reals, r: Reals) -> Reals:
    poisson = np.isinf(r)
    r = np.where(poisson, 1.0, r)
    with np.errstate(divide="ignore", invalid="ignore"):
        scattered = log_gamma(k + r) - log_gamma(r) - r * np.log1p(mu / r) + k * (np.log(mu) - np.log(mu + r))
        plain = k * np.log(mu) - mu
    found: Reals = np.where(poisson, plain, scattered) - log_gamma(k + 1)
    return found


def _summed(k: Reals, mu: Reals, r: Reals, *, up: bool) -> Reals:
    """Return the mass from `k` upwards, or from `k` down to nought."""
    mass = np.exp(_log_mass(k, mu, r))
    with np.errstate(divide="ignore", invalid="ignore"):
        scatter, share = np.where(np.isinf(r), 0.0, 1 / r), np.where(np.isinf(r), mu, mu / (1 + mu / r))
    total, term, k = mass.copy(), mass.copy(), k.copy()
    open_at = np.flatnonzero((mass > 0) & (up | (k > 0)))
    while len(open_at):
        here = k[open_at]
        if up:
            # (k + r) / (k + 1) x mu / (mu + r), written so that an infinite size is the Poisson law.
            term[open_at] *= (1 + here * scatter[open_at]) * share[open_at] / (here + 1)
            k[open_at] = here + 1
        else:
            term[open_at] *= here / ((1 + (here - 1) * scatter[open_at]) * share[open_at])
            k[open_at] = here - 1
        total[open_at] += term[open_at]
        going = term[open_at] > _SMALLEST * total[open_at]
        open_at = open_at[going if up else going & (k[open_at] > 0)]
    return total


def upper_quantile(mean: Reals, size: Reals, *, alpha: float) -> Reals:
    """Return the smallest count that is passed with a chance of at most `alpha`."""
    low = np.full(mean.shape, -1, dtype=np.int64)
    with np.errstate(invalid="ignore"):
        spread = np.sqrt(mean + np.where(np.isinf(size), 0.0, mean**2 / size))
    high = np.ceil(mean + 4 * spread + 4).astype(np.int64)
    while np.any(above := at_least(high + 1, mean, size) > alpha):
        high = np.where(above, high * 2, high)
    while np.any(high - low > 1):
        middle = (low + high) // 2
        enough = at_least(middle + 1, mean, size) <= alpha
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    found: Reals = high.astype(np.float64)
    return found
