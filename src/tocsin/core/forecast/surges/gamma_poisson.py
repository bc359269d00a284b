"""The default alarm for one place or unit: is this more than its own past explains.

The past gives a rate and how sure one may be of it; together they give the chance of as many or more now. Exact
where counts are nought and one, where bell curves fail. One look at today alone misses a slow build-up, so the last
day, week and month are looked at together and the smallest chance is paid for by the number of looks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast.surges.tails import at_least

Reals = NDArray[np.float64]
Truths = NDArray[np.bool_]

# Scatter over that of Poisson counts that is assumed before there are cases, and the cases that outweigh it.
_BURSTS, _UNTOLD = 1.0, 5.0


@dataclass(frozen=True, slots=True)
class Settings:
    """How to look.

    Attributes
    ----------
    spans : tuple of int
        Over how many latest steps the count is summed; each is one look.
    past : int
        Steps of the past that give the rate; they end where the longest span begins.
    least_past : int
        Fewer known steps than this, and nothing is said.
    alpha : float
        Share of false alarms that is accepted for each step.
    prior : float
        Cases that the rate is given before any was seen (0.5 is Jeffreys'): a place without a past is not at nought.
    scatter : bool
        Allow for a past that scatters more than chance alone.
    """

    spans: tuple[int, ...] = (1, 7, 28)
    past: int = 365
    least_past: int = 56
    alpha: float = 0.001
    prior: float = 0.5
    scatter: bool = True


DAILY = Settings()
WEEKLY = Settings(spans=(1, 4), past=104, least_past=8, alpha=0.01)


@dataclass(frozen=True, slots=True)
class Alarms:
    """For each step: the chance of as many or more, the cases usual in the span that spoke, that span, the alarm.

    Shape (..., steps). NaN, 0 and False where the past is too short: then nothing is said.
    """

    p: Reals
    usual: Reals
    span: NDArray[np.int64]
    alarm: Truths


def alarms(counts: NDArray[np.integer], *, settings: Settings = DAILY) -> Alarms:
    """Return the chance and the alarm of every step.

    Parameters
    ----------
    counts : ndarray of int, shape (..., steps)
        Counts by day or week. A step that nobody could observe must not be given as nought: leave it out, see
        `silence`.
    settings : Settings
        How to look.

    Returns
    -------
    Alarms

    Notes
    -----
    Source: the predictive tail of a Gamma-Poisson rate (Gelman et al., Bayesian Data Analysis, 3rd ed., section
    2.6); Bonferroni for the looks, so that the promise holds whatever the looks have in common.
    Limits: no season and no trend; a past with an outbreak in it makes the alarm dull for as long as it is in `past`.

    Examples
    --------
    >>> year = np.zeros(366, dtype=int)
    >>> year[[40, 200, 364, 365]] = [1, 1, 2, 4]
    >>> bool(alarms(year).alarm[-1])
    True
    """
    whole: NDArray[np.int64] = np.asarray(counts, dtype=np.int64)
    longest = max(settings.spans)
    total = _running(whole)
    best, usual = np.ones(counts.shape), np.full(counts.shape, np.nan)
    spoke = np.zeros(counts.shape, dtype=np.int64)
    known = _steps_known(counts.shape[-1], longest, settings.past)
    for span in settings.spans:
        recent = _window(total, span, 0)
        mean, size = _predicted(whole, span, settings)
        p = np.minimum(1.0, at_least(recent, mean, size) * len(settings.spans))
        better = (p < best) | (spoke == 0)
        best, usual, spoke = np.where(better, p, best), np.where(better, mean, usual), np.where(better, span, spoke)
    silent = np.broadcast_to(known < settings.least_past, counts.shape)
    best, usual = np.where(silent, np.nan, best), np.where(silent, np.nan, usual)
    with np.errstate(invalid="ignore"):
        return Alarms(best, usual, np.where(silent, 0, spoke), best <= settings.alpha)


def usual(counts: NDArray[np.integer], *, span: int, settings: Settings = DAILY) -> tuple[Reals, Reals]:
    """Return the mean that each step's past leads to expect of a span, and the size of its law; NaN if too short."""
    whole: NDArray[np.int64] = np.asarray(counts, dtype=np.int64)
    mean, size = _predicted(whole, span, settings)
    known = _steps_known(whole.shape[-1], max(settings.spans), settings.past)
    return np.where(known < settings.least_past, np.nan, mean), size


def _predicted(counts: NDArray[np.int64], span: int, settings: Settings) -> tuple[Reals, Reals]:
    """Return mean and size of the predictive law for a span."""
    longest = max(settings.spans)
    known = np.maximum(_steps_known(counts.shape[-1], longest, settings.past), 1)
    size: Reals = np.asarray(_window(_running(counts), settings.past, longest) + settings.prior, dtype=np.float64)
    mean: Reals = np.asarray(size * span / known, dtype=np.float64)
    return mean, _scattered(counts, mean, size, span, longest, settings) if settings.scatter else size


def _scattered(
    counts: NDArray[np.int64], mean: Reals, size: Reals, span: int, longest: int, settings: Settings
) -> Reals:
    """Return the size of the predictive law, smaller where the past scattered more than Poisson counts do."""
    sums = _window(_running(counts), span, 0)
    first = _window(_running(sums), settings.past, longest).astype(np.float64)
    second = _window(_running(sums * sums), settings.past, longest)
    known = np.maximum(_steps_known(counts.shape[-1], longest, settings.past), 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (second - first**2 / known) / (known - 1) / (first / known)
        ratio = np.where(np.isfinite(ratio), np.maximum(ratio, 1.0), 1.0)
        # A few windows tell little of their scatter: one standard error more than they show.
        excess = (ratio - 1) * (1 + np.sqrt(2 * span / known))
        # Few cases tell nothing of it, and violence comes in bursts: until they do, it is taken to scatter.
        ratio = 1 + (excess * first / span + _BURSTS * _UNTOLD) / (first / span + _UNTOLD)
        extra = (ratio - 1) * mean + ratio * mean**2 / size
        return np.asarray(mean**2 / extra, dtype=np.float64)


def _running(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros((*counts.shape[:-1], 1), dtype=np.int64), np.cumsum(counts, axis=-1)], axis=-1)


def _window(total: NDArray[np.int64], width: int, lag: int) -> NDArray[np.int64]:
    """Return the sum of the `width` steps that end `lag` steps before each, as far as there are any."""
    steps = total.shape[-1] - 1
    end = np.maximum(np.arange(1, steps + 1) - lag, 0)
    return total[..., end] - total[..., np.maximum(end - width, 0)]


def _steps_known(steps: int, lag: int, width: int) -> NDArray[np.int64]:
    return np.clip(np.arange(1, steps + 1) - lag, 0, width)
