"""Making what was said agree with what came: on months the model had not seen, all of them over by now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast.types import DRAWS, Counts

Values = NDArray[np.float64]

# A chance below half a draw of the thousand gives no draw above zero.
LEAST_CHANCE = 0.5 / DRAWS
# How far the log-odds may be moved and stretched before it takes evidence: standard deviations.
SHIFT_SD, STRETCH_SD = 0.3, 0.1
_ROUNDS = 25
# Log-odds from which a chance is high: 12 in 100.
HIGH = -2.0
# Sizes are read from this many of the nearest examples, at so many centres and levels.
NEAREST = 300
CENTRES = 40
LEVELS = 200


@dataclass(frozen=True, slots=True)
class Curve:
    """A line on log-odds: `shift` more or fewer everywhere, `stretch` sharper (over 1) or flatter.

    Above `HIGH`, log-odds go on at `high_kept` of their slope: the worst places stay so less often than they did.
    """

    shift: float = 0.0
    stretch: float = 1.0
    high_kept: float = 1.0

    def chance(self, log_odds: Values) -> Values:
        """Return chances."""
        moved = self.shift + self.stretch * log_odds
        moved = np.where(moved > HIGH, HIGH + self.high_kept * (moved - HIGH), moved)
        found: Values = 1 / (1 + np.exp(-np.clip(moved, -30, 30)))
        return found

    def softened(self, share: float, *, high_kept: float) -> Curve:
        """Return a curve that goes only a share of the way, and is held back where chances are high."""
        return Curve(self.shift * share, 1 + (self.stretch - 1) * share, high_kept)


def agree(log_odds: Values, happened: NDArray[np.bool_]) -> Curve:
    """Return the curve under which what happened is likeliest, held back to no change where there is little.

    Parameters
    ----------
    log_odds
        What was said, shape (cases,).
    happened
        What came, shape (cases,).

    Notes
    -----
    Source: Platt (1999), with a Gaussian prior on no change.
    Limits: it mends what was wrong in the windows it has seen; a war that ends is still told too late.
    """
    held = np.array([SHIFT_SD, STRETCH_SD]) ** -2.0
    start = np.array([0.0, 1.0])
    found = start.copy()
    for _ in range(_ROUNDS):
        said = Curve(*found).chance(log_odds)
        miss = said - happened
        slope = np.array([miss.sum(), (miss * log_odds).sum()]) + held * (found - start)
        bend = said * (1 - said)
        cross = (bend * log_odds).sum()
        curve = np.array([[bend.sum(), cross], [cross, (bend * log_odds**2).sum()]]) + np.diag(held)
        step = np.linalg.solve(curve, slope)
        found = found - np.clip(step, -0.5, 0.5)
        if np.abs(step).max() < 1e-9:
            break
    return Curve(float(found[0]), float(found[1]))


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many die where somebody dies: what came where about as many were expected.

    Attributes
    ----------
    centres
        Expected sizes (logarithms), ascending, shape (k,).
    levels
        Deaths at evenly spaced shares, shape (k, LEVELS).
    """

    centres: Values
    levels: Values

    def at(self, expected: Values) -> Values:
        """Return deaths at evenly spaced shares, at least one; shape (cases, LEVELS)."""
        place = np.interp(expected, self.centres, np.arange(len(self.centres)))
        low = np.minimum(place.astype(int), len(self.centres) - 1)
        high = np.minimum(low + 1, len(self.centres) - 1)
        part = (place - low)[:, None]
        found: Values = self.levels[low] * (1 - part) + self.levels[high] * part
        return found


def sizes(expected: Values, deaths: NDArray[np.int64], *, scale: float) -> Sizes:
    """Return how sizes spread around what was expected, from months that were over.

    Parameters
    ----------
    expected
        Logarithms of deaths, as expected before; shape (cases,).
    deaths
        What came, at least 1; shape (cases,).
    scale
        What the deaths are multiplied by.

    Notes
    -----
    Source: nearest cases in the order of what was expected (a conditional empirical distribution).
    Limits: nothing deadlier than the deadliest month of the windows is thought possible.
    """
    order = np.argsort(expected, kind="stable")
    said, came = expected[order], deaths[order].astype(float)
    number = min(NEAREST, len(came))
    centres = np.unique(np.quantile(said, (np.arange(CENTRES) + 0.5) / CENTRES))
    shares = (np.arange(LEVELS) + 0.5) / LEVELS
    rows = []
    for centre in centres:
        middle = (np.searchsorted(said, centre, "left") + np.searchsorted(said, centre, "right")) // 2
        start = int(np.clip(middle - number // 2, 0, len(came) - number))
        rows.append(np.quantile(came[start : start + number], shares))
    return Sizes(centres, np.maximum(1.0, np.asarray(rows) * scale))


def as_draws(chance: Values, expected: Values, spread: Sizes) -> Counts:
    """Return `DRAWS` equally likely numbers of deaths for each cell, ascending; shape (n, DRAWS).

    They are the numbers at evenly spaced shares of the distribution, not luck: none is lost to chance.
    """
    found = np.zeros((len(chance), DRAWS), dtype=np.int32)
    shares = (np.arange(DRAWS) + 0.5) / DRAWS
    (active,) = np.nonzero(chance > LEAST_CHANCE)
    said = chance[active][:, None]
    level = ((shares[None, :] - (1 - said)) / said * LEVELS).astype(int)
    deadly = shares[None, :] > 1 - said
    taken = np.take_along_axis(spread.at(expected[active]), np.clip(level, 0, LEVELS - 1), axis=1)
    found[active] = np.where(deadly, np.maximum(1, np.rint(taken)), 0)
    return found
