"""Farrington and its flexible form: this week against the same weeks of earlier years. For weekly series of a province.

Past outbreaks are weighed down, a trend is kept only where it shows, and the bound allows for scatter. Many
series are fitted at once: seasons are steps of their own, so that each fit is a handful of sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast.surges.student import two_sided
from tocsin.core.forecast.surges.tails import upper_quantile

Reals = NDArray[np.float64]
Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]

_ROUNDS = 25
_SETTLED = 1e-8


@dataclass(frozen=True, slots=True)
class Settings:
    """How to compare; the defaults are the flexible form.

    Attributes
    ----------
    years, half : int
        Years to look back, and weeks on either side of the same week.
    periods : int
        Seasons in a year, the weeks around the same week being one of them; 1 looks at these alone.
    skipped : int
        Latest weeks left out, lest an outbreak explain itself.
    downweigh : float
        Standardised residual past which an old week counts less.
    alpha : float
        Nominal share of false alarms.
    trend_p : float
        A trend is kept where chance alone shows one as steep less often than this; 1 keeps it wherever it
        leads to nothing that was never seen.
    period : int
        Weeks in a year.
    least, within : int
        No bound where fewer than `least` cases came in the last `within` weeks.
    classic : bool
        The bound of 1996: two-sided, on the scale of counts to the power 2/3. Otherwise a negative binomial.
    """

    years: int = 3
    half: int = 3
    periods: int = 10
    skipped: int = 26
    downweigh: float = 2.58
    alpha: float = 0.01
    trend_p: float = 1.0
    period: int = 52
    least: int = 5
    within: int = 4
    classic: bool = False


CLASSIC = Settings(years=4, periods=1, skipped=3, downweigh=1.0, alpha=0.05, trend_p=0.05, classic=True)


@dataclass(frozen=True, slots=True)
class Farrington:
    """What to expect, the bound (NaN where too few cases), and the alarms; shape (series, weeks asked)."""

    expected: Reals
    bound: Reals
    alarm: Truths
    trend: Truths


@dataclass(frozen=True, slots=True)
class _Fit:
    """A fit of many series at once; `weight` holds the leverage of each week that was used."""

    mean: Reals
    slope: Reals
    slope_sd: Reals
    at_now: Reals
    sd_now: Reals
    scatter: Reals
    weight: Reals


def earliest(settings: Settings) -> int:
    """Return the first position that has enough past."""
    return settings.years * settings.period + settings.half


def alarms(counts: NDArray[np.integer], weeks: NDArray[np.integer], *, settings: Settings | None = None) -> Farrington:
    """Return expectation, bound and alarm for each series and each week asked.

    Parameters
    ----------
    counts : ndarray of int, shape (series, steps)
        Weekly counts.
    weeks : ndarray of int, shape (weeks,)
        Positions in `counts`, from 0, none before `earliest`.
    settings : Settings, optional
        How to compare.

    Returns
    -------
    Farrington

    Raises
    ------
    ValueError
        A week has less past than the settings ask for.

    Notes
    -----
    Source: Farrington et al. (1996), JRSS A 159(3) 547-563; Noufaily et al. (2013), Statistics in Medicine 32(7)
    1206-1222; as R's surveillance 1.20.3 gives it.
    Limits: needs three years of weekly reports whose habit of reporting did not change; a war changes it.
    """
    settings = settings or Settings()
    known: Reals = np.atleast_2d(np.asarray(counts, dtype=np.float64))
    weeks = np.asarray(weeks)
    if len(weeks) and weeks.min() < earliest(settings):
        raise ValueError(f"week {weeks.min()} has too short a past, expected {earliest(settings)} weeks before it")
    shape = (known.shape[0], len(weeks))
    expected, bound, kept = np.empty(shape), np.empty(shape), np.empty(shape, dtype=bool)
    for column, week in enumerate(weeks):
        expected[:, column], bound[:, column], kept[:, column] = _one_week(known, int(week), settings)
    observed = known[:, weeks]
    with np.errstate(invalid="ignore"):
        return Farrington(expected, bound, (observed > bound) & (observed > 0), kept)


def _seasons(week: int, settings: Settings) -> tuple[Ints, Ints]:
    """Return the positions to compare with and the season of each; season 0 is that of the week itself."""
    season = np.full(week + 1, -1)
    season[week - settings.half : week + 1] = 0
    for back in range(1, settings.years + 1):
        middle = week - back * settings.period
        season[middle - settings.half : middle + settings.half + 1] = 0
        if settings.periods > 1:
            between = settings.period - 2 * settings.half - 1
            parts = np.array_split(np.arange(between), settings.periods - 1)
            for number, part in enumerate(parts, start=1):
                season[middle + settings.half + 1 + part] = number
    season[week - settings.skipped : week + 1] = -1
    used = np.flatnonzero(season >= 0)
    return used, season[used]


def _one_week(counts: Reals, week: int, settings: Settings) -> tuple[Reals, Reals, Truths]:
    used, season = _seasons(week, settings)
    known = counts[:, used]
    at = used.astype(np.float64) - week
    belongs = (season[:, None] == np.arange(season.max() + 1)).astype(np.float64)
    fit = _fitted(known, at, belongs, settings, trend=True)
    kept = _trend_holds(fit, known, settings)
    if not kept.all():
        fit = _put(fit, _fitted(known[~kept], at, belongs, settings, trend=False), ~kept)
    expected = np.exp(fit.at_now)
    bound = _classic_bound(fit, settings) if settings.classic else _plug_in_bound(fit, settings)
    enough = counts[:, week - settings.within + 1 : week + 1].sum(axis=1) >= settings.least
    return np.where(enough, expected, np.nan), np.where(enough, bound, np.nan), kept


def _trend_holds(fit: _Fit, known: Reals, settings: Settings) -> Truths:
    """Return whether a trend shows, over three years at least, and leads nowhere that was never seen."""
    freedom = known.shape[1] - (settings.periods + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        shows = two_sided(np.abs(fit.slope / fit.slope_sd), freedom) < settings.trend_p
    kept: Truths = shows & (settings.years >= 3) & (np.exp(fit.at_now) <= known.max(axis=1))
    return kept


def _fitted(known: Reals, at: Reals, belongs: Reals, settings: Settings, *, trend: bool) -> _Fit:
    """Return the fit after old outbreaks were weighed down by their residuals."""
    first = _weighted(known, at, belongs, np.ones(known.shape), trend=trend)
    lever = first.weight
    with np.errstate(divide="ignore", invalid="ignore"):
        raw = 1.5 * (known ** (2 / 3) * first.mean ** (-1 / 6) - np.sqrt(first.mean))
        residual = raw / np.sqrt(np.maximum(first.scatter, 1)[:, None] * np.maximum(1 - lever, 1e-12))
        shrunk = np.where(residual > settings.downweigh, residual**-2.0, 1.0)
    weight = shrunk * known.shape[1] / shrunk.sum(axis=1, keepdims=True)
    return _weighted(known, at, belongs, weight, trend=trend)


def _weighted(known: Reals, at: Reals, belongs: Reals, prior: Reals, *, trend: bool) -> _Fit:
    """Return the log-linear quasi-Poisson fit: a level for each season and, where asked, a slope.

    Iterated weighted least squares. With one level per season the normal equations fall apart into sums by
    season, so that all series are solved together without a matrix inverse.
    """
    mean = known + 0.1
    eta = np.log(mean)
    deviance = np.full(known.shape[0], np.inf)
    made: _Fit | None = None
    going = np.arange(known.shape[0])
    for _ in range(_ROUNDS):
        here, weight = known[going], prior[going]
        working = weight * mean
        solved = _solved(working, eta + (here - mean) / mean, at, belongs, trend=trend)
        eta = solved[0] @ belongs.T + solved[1][:, None] * at
        mean = np.exp(eta)
        fit = _told(here, mean, working, at, belongs, solved=solved)
        made = fit if made is None else _put(made, fit, going)
        before, deviance = deviance, _deviance(here, mean, weight)
        # A series that has settled is left as it stands: one more round would move its last digits.
        moves = np.abs(deviance - before) >= _SETTLED * (np.abs(deviance) + 0.1)
        if not moves.any():
            break
        going, mean, eta, deviance = going[moves], mean[moves], eta[moves], deviance[moves]
    assert made is not None
    return made


def _told(here: Reals, mean: Reals, working: Reals, at: Reals, belongs: Reals, *, solved: tuple[Reals, ...]) -> _Fit:
    """Return what one round gives: scatter, the slope's doubt, the level at the week asked."""
    level, slope, total, centre, around = solved
    freedom = here.shape[1] - belongs.shape[1] - int(np.isfinite(around).all())
    scatter = (working * ((here - mean) / mean) ** 2).sum(axis=1) / freedom
    lever = working * ((1 / total) @ belongs.T + (at - centre @ belongs.T) ** 2 / around[:, None])
    unscaled = 1 / total[:, 0] + centre[:, 0] ** 2 / around
    return _Fit(mean, slope, np.sqrt(scatter / around), level[:, 0], np.sqrt(unscaled), scatter, lever)


def _put(whole: _Fit, part: _Fit, rows: Ints | Truths) -> _Fit:
    """Return the fits with those of some series replaced."""
    merged = {}
    for name in whole.__dataclass_fields__:
        held = getattr(whole, name).copy()
        held[rows] = getattr(part, name)
        merged[name] = held
    return _Fit(**merged)


def _solved(
    working: Reals, target: Reals, at: Reals, belongs: Reals, *, trend: bool
) -> tuple[Reals, Reals, Reals, Reals, Reals]:
    """Return level, slope, weight and mean time by season, and the weighted spread of time around it."""
    total = working @ belongs
    middle = (working * target) @ belongs / total
    centre = (working * at) @ belongs / total
    if not trend:
        slope = np.zeros(len(working))
        return middle, slope, total, centre, np.full(len(working), np.inf)
    apart = at - centre @ belongs.T
    around = (working * apart**2).sum(axis=1)
    slope = (working * apart * target).sum(axis=1) / around
    return middle - slope[:, None] * centre, slope, total, centre, around


def _deviance(known: Reals, mean: Reals, prior: Reals) -> Reals:
    with np.errstate(divide="ignore", invalid="ignore"):
        surprise = np.where(known > 0, known * np.log(known / mean), 0.0)
    total: Reals = 2 * (prior * (surprise - (known - mean))).sum(axis=1)
    return total


def _classic_bound(fit: _Fit, settings: Settings) -> Reals:
    mean, scatter = np.exp(fit.at_now), np.maximum(fit.scatter, 1)
    error = scatter * (fit.sd_now * mean) ** 2
    spread = np.sqrt(4 / 9 * mean ** (1 / 3) * (scatter + error / mean))
    quantile = NormalDist().inv_cdf(1 - settings.alpha / 2)
    bound: Reals = (mean ** (2 / 3) + quantile * spread) ** 1.5
    return bound


def _plug_in_bound(fit: _Fit, settings: Settings) -> Reals:
    mean, scatter = np.exp(fit.at_now), np.maximum(fit.scatter, 1)
    with np.errstate(divide="ignore"):
        return upper_quantile(mean, mean / (scatter - 1), alpha=settings.alpha)
