"""Walking forward: looking ahead from a month of the past with nothing later, then seeing what came."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast import onset, scores
from tocsin.core.forecast.grid import Grid
from tocsin.core.forecast.types import Counts, Fitted, Forecaster, Panel, month_index, month_text

Values = NDArray[np.float64]

# The interval of 90 %: what is printed beside every interval score.
ALPHA = 0.1
# Data reach us to October; January is three months ahead, December fourteen.
HORIZONS = tuple(range(3, 15))
RELIABILITY_ABOVE, RELIABILITY_BINS = 0.01, 8
LIKELY = 0.1
PLACES = (20, 50, 100, 200)
BLOCK_DEGREES = 5
REPETITIONS = 2000


@dataclass(frozen=True, slots=True)
class Window:
    """A year that is forecast, and the last month that was known then."""

    year: int
    horizons: tuple[int, ...] = HORIZONS

    @property
    def origin(self) -> int:
        """October of the year before, see `month_index`."""
        return month_index(self.year, 1) - min(self.horizons)

    @property
    def last(self) -> int:
        """The last month that is forecast."""
        return self.origin + max(self.horizons)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one forecast said of a window and how good it was: everything (horizons, n)."""

    chance: Values
    seen: Counts
    crps: Values
    ignorance: Values
    interval: Values
    covered: NDArray[np.bool_]


def look_ahead(one: Forecaster, panel: Panel, kind: str, window: Window, *, seed: int) -> Fitted:
    """Return the forecast made when the window's origin had ended; it is given nothing later.

    Raises
    ------
    ValueError
        The origin is outside of the panel.
    """
    return one.fit(panel.until(window.origin), kind, horizons=window.horizons, seed=seed)


def outcome(fitted: Fitted, panel: Panel, kind: str, window: Window, *, seed: int) -> Outcome:
    """Return how good a forecast was, against what then came.

    Raises
    ------
    ValueError
        The window is not over in this panel.
    """
    seen = np.stack([panel.until(window.last).month(kind, window.origin + ahead) for ahead in window.horizons])
    chance = np.stack([fitted.chance(ahead) for ahead in window.horizons])
    rows = [_scored(fitted.draws(ahead, seed=seed), came) for ahead, came in zip(window.horizons, seen, strict=True)]
    crps, ignorance, interval, covered = (np.stack(column) for column in zip(*rows, strict=True))
    return Outcome(chance, seen, crps, ignorance, interval, covered > 0)


def _scored(draws: Counts, seen: Counts) -> tuple[Values, Values, Values, Values]:
    """Return the four scores of every cell; cells without a draw above zero are scored once for each number seen."""
    ascending = np.sort(draws, axis=1) if np.any(draws[:, 1:] < draws[:, :-1]) else draws
    silent = ascending[:, -1] == 0
    numbers, back = np.unique(seen[silent], return_inverse=True)
    found = []
    for score in _SCORES:
        values = np.empty(len(seen))
        values[~silent] = score(ascending[~silent], seen[~silent])
        values[silent] = score(np.zeros((len(numbers), draws.shape[1])), numbers)[back]
        found.append(values)
    return found[0], found[1], found[2], found[3]


_SCORES: tuple[Callable[[Any, Any], Values], ...] = (
    lambda draws, seen: scores.crps(draws, seen, form="ensemble"),
    lambda draws, seen: scores.ignorance(draws, seen),
    lambda draws, seen: scores.interval_score(draws, seen, alpha=ALPHA),
    lambda draws, seen: scores.is_covered(draws, seen, alpha=ALPHA).astype(float),
)


def figures(found: Outcome, quiet: NDArray[np.bool_]) -> dict[str, Any]:
    """Return every figure of one forecast of one window.

    Parameters
    ----------
    found
        The outcome.
    quiet
        Cells without deaths for years before the origin, see `onset.is_quiet`.

    Notes
    -----
    Source: the scores of the VIEWS prediction challenge, and what they leave out.
    Limits: means over all cells follow the deadliest; read them as skill against zeros, by window.
    """
    happened = found.seen > 0
    said = found.chance
    return {
        "crps": float(found.crps.mean()),
        "ignorance": float(found.ignorance.mean()),
        "interval_score": float(found.interval.mean()),
        "crps_given_events": _mean(found.crps, happened),
        "brier": float(scores.brier(said, happened).mean()),
        "average_precision": scores.average_precision(said.ravel(), happened.ravel()),
        "auc": scores.auc(said.ravel(), happened.ravel()),
        "precision_at": {
            str(k): float(
                np.mean([scores.precision_at(row, came, places=k) for row, came in zip(said, happened, strict=True)])
            )
            for k in PLACES
        },
        "expected_events": float(said.sum()),
        "reliability": _reliability(said, happened),
        "coverage": {
            "given_events": _mean(found.covered, happened),
            "likely_cells": _mean(found.covered, said > LIKELY),
            "likely_cells_given_events": _mean(found.covered, happened & (said > LIKELY)),
        },
        "onset": onset.onset_figures(said, happened, quiet),
    }


def _mean(values: NDArray[Any], chosen: NDArray[np.bool_]) -> float | None:
    return float(values[chosen].mean()) if chosen.any() else None


def _reliability(said: Values, happened: NDArray[np.bool_]) -> dict[str, Any]:
    """Return what was said and what happened where the chance was not negligible."""
    chosen = said > RELIABILITY_ABOVE
    table = scores.reliability(said[chosen], happened[chosen], bins=RELIABILITY_BINS)
    return {
        "above": RELIABILITY_ABOVE,
        "bins": [one._asdict() for one in table],
        "largest_gap": scores.largest_gap(table),
        "calibration_error": scores.calibration_error(table),
    }


def by_block(values: Values, cells: Counts, *, degrees: int = BLOCK_DEGREES) -> Values:
    """Return sums over square blocks of cells and all months: what a bootstrap draws from."""
    return np.bincount(Grid(cells).blocks(degrees), weights=values.sum(axis=0)).astype(float)


def skill_against(own: Values, reference: Values, *, seed: int) -> dict[str, Any]:
    """Return the share by which a score is better than a reference's, and where that lies in 95 of 100 repetitions.

    Parameters
    ----------
    own, reference
        Sums by block, see `by_block`.
    seed
        The luck of the repetitions.

    Notes
    -----
    Limits: one year is one draw of the world; the range knows only of other places, not of other years.
    """
    if reference.sum() == 0:
        return {"skill": None, "low": None, "high": None}

    def drawn(times: NDArray[np.int64]) -> float:
        base = float(times @ reference)
        return 1 - float(times @ own) / base if base else float("nan")

    low, high = scores.bootstrap(drawn, np.arange(len(own)), times=REPETITIONS, seed=seed)
    return {"skill": 1 - float(own.sum() / reference.sum()), "low": low, "high": high}


def snapshot(panel: Panel) -> dict[str, Any]:
    """Return what marks the data a forecast was made from: its months, its sums, and a digest of every count."""
    digest = hashlib.sha256(panel.cells.astype("<i4").tobytes())
    for kind in sorted(panel.deaths):
        digest.update(np.ascontiguousarray(panel.deaths[kind], dtype="<i4").tobytes())
    return {
        "first": month_text(panel.first),
        "last": month_text(panel.last),
        "cells": len(panel.cells),
        "deaths": {kind: int(held.sum()) for kind, held in panel.deaths.items()},
        "digest": digest.hexdigest(),
    }


def quiet_at(panel: Panel, kind: str, window: Window) -> NDArray[np.bool_]:
    """Return the cells that had been quiet for years when the origin had ended."""
    return onset.is_quiet(panel.until(window.origin), kind)


def spread_of(values: Sequence[float]) -> dict[str, float | None]:
    """Return mean, least, most and standard deviation over seeds; one seed has none."""
    held = np.asarray(values, dtype=float)
    sd = float(held.std(ddof=1)) if len(held) > 1 else None
    return {"mean": float(held.mean()), "least": float(held.min()), "most": float(held.max()), "sd": sd}
